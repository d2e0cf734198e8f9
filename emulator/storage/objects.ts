import type { Exchange } from '../exchange.ts';
import { GoogleError } from '../google-error.ts';
import { crc32cBase64 } from './crc32c.ts';
import { asRecord, objectEtag, writeFields } from './object-resource.ts';
import { checkPreconditions, readInteger, readPreconditions } from './preconditions.ts';
import type { LiveObject, ObjectPlace, Store } from './store.ts';
import { answerObject } from './uploads.ts';

/** Answers `objects.get`: the resource, or with `alt=media` the bytes. */
export function getObject(store: Store, exchange: Exchange, { bucket, name }: ObjectPlace): void {
  const { query } = exchange;
  const object = store.object(bucket, name, readInteger(query, 'generation'));
  checkPreconditions(readPreconditions(query), object, 'read');
  if (query.get('alt') === 'media') sendMedia(store, exchange, object);
  else answerObject(exchange, object);
}

/** Answers `objects.delete`. */
export function deleteObject(
  store: Store,
  exchange: Exchange,
  { bucket, name }: ObjectPlace,
): void {
  const object = store.object(bucket, name, readInteger(exchange.query, 'generation'));
  checkPreconditions(readPreconditions(exchange.query), object);
  store.remove(object);
  exchange.sendBytes(204, undefined);
}

/** Answers `objects.patch`, and `objects.update`, which forgets the fields that are not given. */
export async function patchObject(
  store: Store,
  exchange: Exchange,
  { bucket, name }: ObjectPlace,
): Promise<void> {
  const body = asRecord(await exchange.json(), 'object resource');
  const object = store.object(bucket, name, readInteger(exchange.query, 'generation'));
  checkPreconditions(readPreconditions(exchange.query), object);
  answerObject(
    exchange,
    store.patch(object, writeFields(body, exchange.method === 'PUT' ? {} : object.fields)),
  );
}

function sendMedia(store: Store, exchange: Exchange, object: LiveObject): void {
  const { content, fields } = object;
  const given = exchange.headers.range;
  const range = readRange(given, content.bytes);
  const { start, end } = range ?? { start: 0, end: content.bytes };
  const hash = `crc32c=${crc32cBase64(content.crc32c)}`;
  const headers = {
    'content-type': textOr(fields['contentType'], 'application/octet-stream'),
    ...optionalHeader('content-encoding', fields['contentEncoding']),
    ...optionalHeader('content-disposition', fields['contentDisposition']),
    ...optionalHeader('content-language', fields['contentLanguage']),
    ...optionalHeader('cache-control', fields['cacheControl']),
    'content-length': String(end - start),
    'accept-ranges': 'bytes',
    etag: objectEtag(object),
    'x-goog-hash': content.md5 === undefined ? hash : `${hash},md5=${content.md5}`,
    'x-goog-generation': String(object.generation),
    'x-goog-metageneration': String(object.metageneration),
    'x-goog-stored-content-length': String(content.bytes),
    'x-goog-stored-content-encoding': textOr(fields['contentEncoding'], 'identity'),
    ...(range !== undefined && { 'content-range': `bytes ${start}-${end - 1}/${content.bytes}` }),
  };
  const bytes = start === end ? Buffer.alloc(0) : store.contents.read(content, start, end);
  exchange.sendBytes(range === undefined ? 200 : 206, bytes, headers);
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

function optionalHeader(name: string, value: unknown): Record<string, string> {
  return typeof value === 'string' ? { [name]: value } : {};
}

/** `start` to before `end`; `undefined` when the whole is asked for. Throws 416 (RFC 9110, 14.2). */
function readRange(
  given: string | undefined,
  bytes: number,
): { start: number; end: number } | undefined {
  const found = /^bytes=(\d*)-(\d*)$/.exec(given ?? '');
  if (found === null || (found[1] === '' && found[2] === '')) return undefined;
  const [, first = '', last = ''] = found;
  const start = first === '' ? Math.max(0, bytes - Number(last)) : Number(first);
  const end = first === '' || last === '' ? bytes : Math.min(bytes, Number(last) + 1);
  if (start < end) return { start, end };
  throw new GoogleError({
    httpStatus: 416,
    message: 'The requested range cannot be satisfied.',
    headers: { 'content-range': `bytes */${bytes}` },
  });
}
