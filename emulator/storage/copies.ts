import type { Exchange } from '../exchange.ts';
import { GoogleError } from '../google-error.ts';
import { checkObjectName } from './names.ts';
import { asRecord, objectResource, writeFields } from './object-resource.ts';
import {
  checkPreconditions,
  readInteger,
  readPreconditions,
  wholeNumber,
} from './preconditions.ts';
import type { LiveObject, ObjectFields, ObjectPlace, Store } from './store.ts';
import { answerObject, stillThere } from './uploads.ts';

/** Most sources of one compose. */
const sourceLimit = 32;
/** Where `componentCount` stops growing. */
const componentLimit = 2147483647;

/** Answers `objects.compose` (reference, section 8). Checksums in `destination` are ignored. */
export async function composeObject(
  store: Store,
  exchange: Exchange,
  { bucket: bucketName, name }: ObjectPlace,
): Promise<void> {
  const body = asRecord(await exchange.json(), 'compose request');
  const bucket = store.bucket(bucketName);
  checkObjectName(name);
  const conditions = readPreconditions(exchange.query);
  const given = Array.isArray(body['sourceObjects']) ? (body['sourceObjects'] as unknown[]) : [];
  if (given.length === 0) {
    throw new GoogleError({
      httpStatus: 400,
      reason: 'required',
      message: 'You must provide at least one source component.',
    });
  }
  if (given.length > sourceLimit) {
    throw new GoogleError({
      httpStatus: 400,
      message: `The number of source components provided (${given.length}) exceeds the maximum (${sourceLimit})`,
    });
  }
  const sources = given.map((source) => findSource(store, bucketName, source));
  checkPreconditions(conditions, bucket.objects.get(name));
  const fields = writeFields(asRecord(body['destination'], 'destination'));
  const content = await store.contents.join(sources.map((source) => source.content));
  const componentCount = sources.reduce((sum, source) => sum + (source.componentCount ?? 1), 0);
  const object = store.put(
    {
      bucket: stillThere(store, bucket),
      name,
      content,
      componentCount: Math.min(componentCount, componentLimit),
      fields,
    },
    conditions,
  );
  if (body['deleteSourceObjects'] === true) {
    for (const source of new Set(sources)) {
      if (bucket.objects.get(source.name) === source) store.remove(source);
    }
  }
  answerObject(exchange, object);
}

function findSource(store: Store, bucket: string, given: unknown): LiveObject {
  const source = asRecord(given, 'source object');
  const { name, generation } = source;
  if (typeof name !== 'string' || name === '') {
    throw new GoogleError({ httpStatus: 400, reason: 'required', message: 'Required' });
  }
  const object = store.object(bucket, name, wholeNumber(generation, 'generation'));
  const conditions = asRecord(source['objectPreconditions'], 'objectPreconditions');
  const generationMatch = wholeNumber(conditions['ifGenerationMatch'], 'ifGenerationMatch');
  checkPreconditions({ generationMatch }, object);
  return object;
}

/** The two ends of a copy. */
export interface CopyPlaces extends ObjectPlace {
  readonly source: ObjectPlace;
}

/** Answers `objects.rewrite`, in one call whatever the size, as within one location. */
export async function rewriteObject(
  store: Store,
  exchange: Exchange,
  places: CopyPlaces,
): Promise<void> {
  const object = await copy(store, exchange, places);
  const size = String(object.content.bytes);
  exchange.send(200, {
    kind: 'storage#rewriteResponse',
    totalBytesRewritten: size,
    objectSize: size,
    done: true,
    resource: objectResource(object, exchange.origin),
  });
}

/** Answers `objects.copy`. */
export async function copyObject(
  store: Store,
  exchange: Exchange,
  places: CopyPlaces,
): Promise<void> {
  answerObject(exchange, await copy(store, exchange, places));
}

/** A body overrides the metadata of the source; without one they are copied. */
async function copy(store: Store, exchange: Exchange, places: CopyPlaces): Promise<LiveObject> {
  const { query } = exchange;
  const body = asRecord(await exchange.json(), 'object resource');
  const bucket = store.bucket(places.bucket);
  checkObjectName(places.name);
  const conditions = readPreconditions(query);
  const source = store.object(
    places.source.bucket,
    places.source.name,
    readInteger(query, 'sourceGeneration'),
  );
  checkPreconditions(readPreconditions(query, 'ifSource'), source);
  checkPreconditions(conditions, bucket.objects.get(places.name));
  const fields: ObjectFields = Object.keys(body).length > 0 ? writeFields(body) : source.fields;
  const content = await store.contents.copy(source.content);
  return store.put(
    {
      bucket: stillThere(store, bucket),
      name: places.name,
      content,
      fields,
      ...(source.componentCount !== undefined && { componentCount: source.componentCount }),
    },
    conditions,
  );
}
