import { GoogleError } from '../google-error.ts';
import type { Content, Contents } from './contents.ts';
import { compareNames } from './names.ts';
import { checkPreconditions, type Preconditions } from './preconditions.ts';
import type { StorageState } from './storage-state.ts';

/** Fields of an object that its writer sets (reference, section 3). */
export type ObjectFields = Readonly<Record<string, unknown>>;

/** A live object. */
export interface LiveObject {
  readonly bucket: string;
  readonly name: string;
  readonly generation: number;
  readonly metageneration: number;
  readonly content: Content;
  /** Only on composites. */
  readonly componentCount: number | undefined;
  readonly fields: ObjectFields;
  /** RFC 3339, milliseconds. */
  readonly timeCreated: string;
  readonly updated: string;
}

/** A bucket and what lies in it. */
export interface Bucket {
  readonly name: string;
  /** The resource without what is computed on reading. */
  fields: Readonly<Record<string, unknown>>;
  metageneration: number;
  readonly timeCreated: string;
  updated: string;
  readonly objects: Map<string, LiveObject>;
  /** Names in byte order; absent after a change. */
  order: readonly string[] | undefined;
}

/** Which bucket a request is about. */
export interface BucketPlace {
  readonly bucket: string;
}

/** Where an object lies, or is to lie. */
export interface ObjectPlace extends BucketPlace {
  readonly name: string;
}

/** What is to become live. */
export interface NewObject {
  readonly bucket: Bucket;
  readonly name: string;
  readonly content: Content;
  readonly componentCount?: number;
  readonly fields: ObjectFields;
}

/** All buckets and objects: metadata in memory, contents where `contents` keeps them. */
export interface Store extends StorageState {
  readonly contents: Contents;
  /** The emulator's time as RFC 3339, milliseconds. */
  now(): string;
  readonly buckets: Map<string, Bucket>;
  /** Throws 404. */
  bucket(name: string): Bucket;
  /** Throws 404; with a generation, also when another one is live. */
  object(bucket: string, name: string, generation?: number): LiveObject;
  /** Object names in byte order. */
  names(bucket: Bucket): readonly string[];
  /** Makes an object live at once if the preconditions hold; else throws 412 and removes the content. */
  put(object: NewObject, conditions: Preconditions): LiveObject;
  /** Writes fields of the live object anew, with the next metageneration. */
  patch(object: LiveObject, fields: ObjectFields): LiveObject;
  remove(object: LiveObject): void;
}

/** An empty Cloud Storage; `now` is the time in milliseconds since 1970. */
export function makeStore(contents: Contents, now: () => number): Store {
  const buckets = new Map<string, Bucket>();
  let lastGeneration = 0;

  function nextGeneration(): number {
    lastGeneration = Math.max(lastGeneration + 1, now() * 1000);
    return lastGeneration;
  }

  function forget(content: Content): void {
    contents.remove(content).catch((error: unknown) => {
      console.error(error);
    });
  }

  const store: Store = {
    contents,
    buckets,
    now: () => new Date(now()).toISOString(),
    bucket(name) {
      const bucket = buckets.get(name);
      if (bucket !== undefined) return bucket;
      throw new GoogleError({ httpStatus: 404, message: 'The specified bucket does not exist.' });
    },
    object(bucketName, name, generation) {
      const object = store.bucket(bucketName).objects.get(name);
      if (object !== undefined && (generation ?? object.generation) === object.generation)
        return object;
      const version = generation === undefined ? '' : `#${generation}`;
      throw new GoogleError({
        httpStatus: 404,
        message: `No such object: ${bucketName}/${name}${version}`,
      });
    },
    names(bucket) {
      bucket.order ??= [...bucket.objects.keys()].sort(compareNames);
      return bucket.order;
    },
    put({ bucket, name, content, componentCount, fields }, conditions) {
      const before = bucket.objects.get(name);
      try {
        checkPreconditions(conditions, before);
        if (before !== undefined) checkHolds(before);
      } catch (error) {
        forget(content);
        throw error;
      }
      const time = store.now();
      const object: LiveObject = {
        bucket: bucket.name,
        name,
        generation: nextGeneration(),
        metageneration: 1,
        content,
        componentCount,
        fields: { storageClass: bucket.fields['storageClass'], ...fields },
        timeCreated: time,
        updated: time,
      };
      bucket.objects.set(name, object);
      if (before === undefined) bucket.order = undefined;
      else forget(before.content);
      return object;
    },
    patch(object, fields) {
      const next = {
        ...object,
        fields,
        metageneration: object.metageneration + 1,
        updated: store.now(),
      };
      store.bucket(object.bucket).objects.set(object.name, next);
      return next;
    },
    remove(object) {
      checkHolds(object);
      const bucket = store.bucket(object.bucket);
      bucket.objects.delete(object.name);
      bucket.order = undefined;
      forget(object.content);
    },
    bucketExists: (name) => buckets.has(name),
    list(bucketName, prefix) {
      const bucket = buckets.get(bucketName);
      if (bucket === undefined) return [];
      return store
        .names(bucket)
        .filter((name) => name.startsWith(prefix))
        .map((name) => {
          const { content } = store.object(bucketName, name);
          return { name, bytes: content.bytes, path: content.path };
        });
    },
  };
  return store;
}

function checkHolds({ bucket, name, fields }: LiveObject): void {
  if (fields['temporaryHold'] !== true && fields['eventBasedHold'] !== true) return;
  throw new GoogleError({
    httpStatus: 403,
    reason: 'objectUnderActiveHold',
    message: `Object '${bucket}/${name}' is under active hold and cannot be deleted, overwritten or archived until hold is removed.`,
  });
}
