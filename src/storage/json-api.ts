import { ServiceError } from '../failure.ts';
import { isJsonObject } from '../json.ts';
import type { JsonObject, World } from '../world.ts';
import type { StoredObject } from './cloud-storage.ts';
import { assertSuccess, jsonAnswer, OBJECT_FIELDS, storedObject } from './read-answer.ts';
import type { Retrying } from './retrying.ts';
import { openStorageLibrary } from './storage-library.ts';
import type { StorageRequest, Transport } from './transport.ts';

/** Content type of every object that we make. */
export const CONTENT_TYPE = 'application/octet-stream';

/** An object by bucket and name. */
export interface ObjectName {
  readonly bucket: string;
  readonly name: string;
}

/** A part of a composed object, in its exact generation. */
export interface Part {
  readonly name: string;
  readonly generation: string;
}

/** Calls of the JSON API that carry no contents: repeated when they fail in passing, all safe to repeat. */
export interface JsonApi {
  list(bucket: string, prefix: string): Promise<readonly StoredObject[]>;
  /** The object as it is now, or `undefined` where there is none. */
  find(object: ObjectName): Promise<StoredObject | undefined>;
  /**
   * Deletes that generation of the object; one that is gone already is a success.
   *
   * @returns whether there is no object of that name now, as far as the answer tells.
   */
  remove(object: ObjectName, generation: string): Promise<boolean>;
  createBucket(bucket: string, location: string, projectId: string): Promise<void>;
  /** Puts 1 to 32 parts together as a new object. A 412 means that there is one of that name. */
  compose(object: ObjectName, parts: readonly Part[]): Promise<StoredObject>;
  /** Copies on the server, whatever the size, to a new object. A 412 means that there is one of that name. */
  copy(source: ObjectName, target: ObjectName): Promise<StoredObject>;
}

/**
 * The JSON API at one base URL, until `signal` aborts. `@google-cloud/storage` makes the requests, and our
 * own transport sends them; but for those that every upload waits for (list, compose, delete), which are made by
 * hand, since to load the library takes as long as a small upload.
 */
export function openJsonApi(
  baseUrl: string,
  transport: Transport,
  retrying: Retrying,
  world: World,
  signal: AbortSignal,
): JsonApi {
  const { host } = new URL(baseUrl);
  const send = async (request: StorageRequest): Promise<JsonObject> =>
    jsonAnswer(await transport.send(request, signal), request, host, world.clock.now());
  const library = openStorageLibrary(send, baseUrl);
  const run = <T>(call: () => Promise<T>): Promise<T> => retrying.run(call, signal);

  const page = (bucket: string, prefix: string, pageToken?: string): Promise<JsonObject> => {
    const query = [
      `prefix=${encodeURIComponent(prefix)}`,
      `fields=items(${OBJECT_FIELDS}),nextPageToken`,
      ...(pageToken === undefined ? [] : [`pageToken=${encodeURIComponent(pageToken)}`]),
    ];
    return send({ method: 'GET', path: `/storage/v1/b/${bucket}/o?${query.join('&')}` });
  };

  const find = async ({ bucket, name }: ObjectName): Promise<StoredObject | undefined> => {
    try {
      return await run(async () => {
        const [metadata] = await (await library.open()).bucket(bucket).file(name).getMetadata();
        return complete(metadata as JsonObject, `GET ${objectPath(bucket, name)}`, host);
      });
    } catch (error) {
      if (error instanceof ServiceError && error.httpStatus === 404) return undefined;
      throw error;
    }
  };

  /** What was made by a call: as it answered, or where that says too little, as it is. */
  const inPlace = async (
    answer: JsonObject,
    object: ObjectName,
    request: string,
  ): Promise<StoredObject> =>
    storedObject(answer) ?? (await find(object)) ?? complete(answer, request, host);

  return {
    list: async (bucket, prefix) => {
      const request = `GET /storage/v1/b/${bucket}/o`;
      const objects: StoredObject[] = [];
      const tokens = new Set<string>();
      for (let token: string | undefined; ;) {
        const { found, nextPageToken } = await run(async () => {
          const answer = await page(bucket, prefix, token);
          const items = (answer['items'] ?? []) as readonly JsonObject[];
          return {
            found: items.map((item) => complete(item, request, host)),
            nextPageToken: answer['nextPageToken'],
          };
        });
        objects.push(...found);
        if (typeof nextPageToken !== 'string' || nextPageToken === '') return objects;
        // A list that goes round in circles has no end.
        if (tokens.has(nextPageToken)) throw unusable(request, host, 'The list repeats its pages.');
        tokens.add(nextPageToken);
        token = nextPageToken;
      }
    },

    find,

    remove: async ({ bucket, name }, generation) => {
      try {
        const path = `${objectPath(bucket, name)}?ifGenerationMatch=${generation}`;
        const request = { method: 'DELETE', path };
        // Whatever its body is: the status tells all.
        await run(async () => {
          assertSuccess(await transport.send(request, signal), request, host, world.clock.now());
        });
        return true;
      } catch (error) {
        // 412: another generation is there now, so that one is gone too.
        const status = error instanceof ServiceError ? error.httpStatus : undefined;
        if (status === 404 || status === 412) return status === 404;
        throw error;
      }
    },

    createBucket: async (bucket, location, projectId) => {
      await run(async () =>
        (await library.open(projectId)).createBucket(bucket, {
          location,
          iamConfiguration: { uniformBucketLevelAccess: { enabled: true } },
        }),
      );
    },

    compose: async ({ bucket, name }, parts) => {
      const path = `${objectPath(bucket, name)}/compose`;
      const request = {
        method: 'POST',
        path: `${path}?ifGenerationMatch=0`,
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(
          JSON.stringify({ sourceObjects: parts, destination: { contentType: CONTENT_TYPE } }),
        ),
      };
      return await inPlace(await run(() => send(request)), { bucket, name }, `POST ${path}`);
    },

    // The library's own `copy` is passed over: it forgets the precondition after the first rewrite token.
    copy: async (source, target) => {
      const rest = `/rewriteTo/b/${target.bucket}/o/${encodeURIComponent(target.name)}`;
      const request = `POST ${objectPath(source.bucket, source.name)}${rest}`;
      let progress: JsonObject | string = '';
      while (typeof progress === 'string') {
        const token: string = progress;
        progress = await run(async (): Promise<JsonObject | string> => {
          const answer = await library.request(source.bucket, {
            method: 'POST',
            uri: `/o/${encodeURIComponent(source.name)}${rest}`,
            qs: { ifGenerationMatch: 0, ...(token === '' ? {} : { rewriteToken: token }) },
            json: {},
          });
          const { done, rewriteToken, resource } = answer;
          if (done === false && typeof rewriteToken === 'string') return rewriteToken;
          return isJsonObject(resource) ? resource : {};
        });
      }
      return await inPlace(progress, target, request);
    },
  };
}

function objectPath(bucket: string, name: string): string {
  return `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`;
}

/** An object resource as we keep it; one that lacks a field cannot be checked, so it is no answer. */
function complete(resource: JsonObject, request: string, host: string): StoredObject {
  const object = storedObject(resource);
  if (object !== undefined) return object;
  const what = 'The object in the answer lacks its name, size, crc32c or generation.';
  throw unusable(request, host, what);
}

/** An answer that is well-formed and says too little: another try would bring the same. */
function unusable(request: string, host: string, serverMessage: string): ServiceError {
  const transport = 'INCOMPLETE';
  return new ServiceError({ service: 'Cloud Storage', request, host, transport, serverMessage });
}
