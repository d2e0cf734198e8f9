import type { Exchange, Service } from '../exchange.ts';
import { GoogleError } from '../google-error.ts';
import {
  deleteBucket,
  getBucket,
  getStorageLayout,
  insertBucket,
  listBuckets,
  patchBucket,
} from './buckets.ts';
import { composeObject, copyObject, rewriteObject, type CopyPlaces } from './copies.ts';
import { listObjects } from './listing.ts';
import { deleteObject, getObject, patchObject } from './objects.ts';
import { withPartialResponse } from './partial-response.ts';
import type { Sessions } from './sessions.ts';
import type { BucketPlace, ObjectPlace, Store } from './store.ts';
import { insertObject } from './uploads.ts';

/** Answers one method on what its path names. */
type Handler<Place> = (store: Store, exchange: Exchange, place: Place) => Promise<void> | void;

/** Handlers by HTTP method. */
type Methods<Place> = Readonly<Record<string, Handler<Place>>>;

const onBuckets: Methods<object> = { GET: listBuckets, POST: insertBucket };
const onBucket: Methods<BucketPlace> = {
  GET: getBucket,
  DELETE: deleteBucket,
  PATCH: patchBucket,
  PUT: patchBucket,
};
const onLayout: Methods<BucketPlace> = { GET: getStorageLayout };
const onObjects: Methods<BucketPlace> = { GET: listObjects };
const onObject: Methods<ObjectPlace> = {
  GET: getObject,
  DELETE: deleteObject,
  PATCH: patchObject,
  PUT: patchObject,
};
const onCompose: Methods<ObjectPlace> = { POST: composeObject };
const onRewrite: Methods<CopyPlaces> = { POST: rewriteObject };
const onCopy: Methods<CopyPlaces> = { POST: copyObject };

/** Cloud Storage's paths with all their prefixes: plain, upload, resumable, download, and Node's mixtures. */
const storagePath =
  /^(?:\/storage\/v1)?(\/upload|\/resumable\/upload)?(?:\/download)?(?:\/storage\/v1)?\/b(?:\/(.*))?$/;

/** The JSON API of Cloud Storage. */
export function cloudStorage(store: Store, sessions: Sessions): Service {
  return async (given) => {
    const found = storagePath.exec(given.path);
    if (found === null) return 'not-mine';
    const exchange = withPartialResponse(given);
    const segments = (found[2] ?? '').split('/').map(decode);
    return found[1] === undefined
      ? route(store, exchange, segments)
      : routeUpload(store, sessions, exchange, segments);
  };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new GoogleError({
      httpStatus: 400,
      message: `Malformed percent-encoding in '${segment.slice(0, 200)}'.`,
    });
  }
}

async function route(
  store: Store,
  exchange: Exchange,
  segments: readonly string[],
): ReturnType<Service> {
  const [bucket = '', collection, name = '', verb, b, otherBucket = '', o, otherName = ''] =
    segments;
  async function answer<Place>(methods: Methods<Place>, place: Place): ReturnType<Service> {
    const handler = methods[exchange.method];
    if (handler === undefined) return 'not-mine';
    await handler(store, exchange, place);
    return 'answered';
  }
  if (bucket === '') return answer(onBuckets, {});
  if (collection === undefined) return answer(onBucket, { bucket });
  if (collection === 'storageLayout') return answer(onLayout, { bucket });
  if (collection !== 'o') return 'not-mine';
  if (name === '') return answer(onObjects, { bucket });
  if (verb === undefined) return answer(onObject, { bucket, name });
  if (verb === 'compose' && segments.length === 4) return answer(onCompose, { bucket, name });
  if (segments.length !== 8 || b !== 'b' || o !== 'o') return 'not-mine';
  const places = { source: { bucket, name }, bucket: otherBucket, name: otherName };
  if (verb === 'rewriteTo') return answer(onRewrite, places);
  if (verb === 'copyTo') return answer(onCopy, places);
  return 'not-mine';
}

async function routeUpload(
  store: Store,
  sessions: Sessions,
  exchange: Exchange,
  segments: readonly string[],
): ReturnType<Service> {
  const { method, query } = exchange;
  const [bucket = '', collection] = segments;
  if (collection !== 'o' || segments.length > 2) return 'not-mine';
  const id = query.get('upload_id');
  if (id !== null) {
    if (method === 'PUT' || method === 'POST') await sessions.send(exchange, id);
    else if (method === 'DELETE') await sessions.cancel(exchange, id);
    else return 'not-mine';
    return 'answered';
  }
  if (method !== 'POST') return 'not-mine';
  const type = query.get('uploadType');
  if (type === 'resumable') await sessions.start(exchange, { bucket });
  else if (type === 'media' || type === 'multipart') {
    await insertObject(store, exchange, { bucket });
  } else {
    throw new GoogleError({
      httpStatus: 400,
      reason: 'invalidParameter',
      message: 'Invalid upload: uploadType must be media, multipart or resumable.',
      locationType: 'parameter',
      location: 'uploadType',
    });
  }
  return 'answered';
}
