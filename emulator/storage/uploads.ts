import type { Exchange } from '../exchange.ts';
import { GoogleError } from '../google-error.ts';
import type { Content } from './contents.ts';
import { readMultipart } from './multipart.ts';
import { checkObjectName } from './names.ts';
import {
  asRecord,
  checkChecksums,
  objectResource,
  readChecksums,
  writeFields,
} from './object-resource.ts';
import { readPreconditions } from './preconditions.ts';
import type { Bucket, BucketPlace, LiveObject, Store } from './store.ts';

/** Answers `objects.insert` with `uploadType=media` or `multipart` (reference, section 6). */
export async function insertObject(
  store: Store,
  exchange: Exchange,
  place: BucketPlace,
): Promise<void> {
  const { query, headers, body } = exchange;
  const bucket = store.bucket(place.bucket);
  const conditions = readPreconditions(query);
  const upload =
    query.get('uploadType') === 'multipart'
      ? await readMultipart(headers['content-type'], body)
      : {
          metadata: undefined,
          mediaType: headers['content-type'],
          media: body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>,
        };
  const resource = asRecord(upload.metadata, 'object resource');
  const name = insertName(query, resource);
  const fields = writeFields({
    ...(upload.mediaType !== undefined && { contentType: upload.mediaType }),
    ...encodingOf(query),
    ...resource,
  });
  const expected = readChecksums(resource, headers['x-goog-hash']);
  const content = await receive(store, upload.media, expected.md5 !== undefined);
  await checkOrRemove(store, content, () => {
    checkChecksums(expected, content);
  });
  const object = store.put(
    { bucket: stillThere(store, bucket), name, content, fields },
    conditions,
  );
  answerObject(exchange, object);
}

/** The name of an object to be made: the query's goes before the body's. Throws 400. */
export function insertName(
  query: URLSearchParams,
  resource: Readonly<Record<string, unknown>>,
): string {
  const name = query.get('name') || resource['name'];
  if (typeof name !== 'string' || name === '') {
    throw new GoogleError({
      httpStatus: 400,
      reason: 'required',
      message: 'Required parameter: name',
    });
  }
  checkObjectName(name);
  return name;
}

/** `contentEncoding` as a query parameter of insert. */
export function encodingOf(query: URLSearchParams): Readonly<Record<string, string>> {
  const contentEncoding = query.get('contentEncoding');
  return contentEncoding === null ? {} : { contentEncoding };
}

/** Removes the content when the check throws. */
export async function checkOrRemove(
  store: Store,
  content: Content,
  check: () => void,
): Promise<void> {
  try {
    check();
  } catch (error) {
    await store.contents.remove(content);
    throw error;
  }
}

/** The bucket, unless it was deleted in the meantime: 404. */
export function stillThere(store: Store, bucket: Bucket): Bucket {
  return store.bucket(bucket.name);
}

/** Answers 200 with the object's resource. */
export function answerObject(exchange: Exchange, object: LiveObject): void {
  exchange.send(200, objectResource(object, exchange.origin));
}

async function receive(store: Store, media: AsyncIterable<Buffer>, md5: boolean): Promise<Content> {
  const writer = store.contents.writer(md5);
  try {
    for await (const chunk of media) {
      const written = writer.write(chunk);
      if (written !== undefined) await written;
    }
    return await writer.finish();
  } catch (error) {
    await writer.discard();
    throw error;
  }
}
