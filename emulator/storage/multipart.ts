import type { Readable } from 'node:stream';
import { GoogleError } from '../google-error.ts';

/** The two parts of a `multipart/related` upload; the media's bytes are still to be read. */
export interface MultipartUpload {
  readonly metadata: unknown;
  /** Content-Type of the media's part. */
  readonly mediaType: string | undefined;
  /** The media's bytes, in order. Throws 400 at the end when the closing delimiter is missing. */
  readonly media: AsyncIterable<Buffer>;
}

/** Bytes that may come before the media. */
const headLimit = 1 << 20;
const newline = 10;
const carriageReturn = 13;
const dash = 45;

/**
 * Reads `multipart/related` as the clients write it: boundary bare, or in double or (gcloud) single
 * quotes, lines ended by CRLF or LF, anything in the media's bytes. Throws 400.
 */
export async function readMultipart(
  contentType: string | undefined,
  body: Readable,
): Promise<MultipartUpload> {
  const delimiter = Buffer.from(`\n--${readBoundary(contentType)}`);
  const chunks = body.iterator({ destroyOnReturn: false }) as NodeJS.AsyncIterator<Buffer>;
  // The line end that a delimiter follows may be missing before the first one.
  let head = Buffer.from('\n');
  for (;;) {
    const parts = splitHead(head, delimiter);
    if (parts !== undefined) {
      const { metadata, mediaType, mediaStart } = parts;
      const crlf = head[mediaStart - 2] === carriageReturn;
      const rest = head.subarray(mediaStart - 1);
      return { metadata, mediaType, media: readMedia(rest, crlf, chunks, delimiter) };
    }
    const next = await chunks.next();
    if (next.done === true || head.length > headLimit) throw malformed('Missing multipart parts.');
    head = Buffer.concat([head, next.value]);
  }
}

function readBoundary(contentType = ''): string {
  const found =
    /^multipart\/[\w.+-]+\s*;(?:.*;)?\s*boundary=(?:"([^"]+)"|'([^']+)'|([^\s;"']+))/i.exec(
      contentType,
    );
  const boundary = found?.[1] ?? found?.[2] ?? found?.[3];
  if (boundary !== undefined) return boundary;
  throw malformed('A multipart upload needs a Content-Type of multipart/related with a boundary.');
}

/** What stands before the media, once all of it has come. */
function splitHead(
  head: Buffer,
  delimiter: Buffer,
): { metadata: unknown; mediaType: string | undefined; mediaStart: number } | undefined {
  const first = findDelimiter(head, 0, delimiter);
  if (first?.kind !== 'part') return undefined;
  const metadataStart = afterHeaders(head, first.after);
  if (metadataStart === undefined) return undefined;
  const second = findDelimiter(head, metadataStart - 1, delimiter);
  if (second === undefined) return undefined;
  if (second.kind === 'close') throw malformed('A multipart upload needs two parts.');
  const mediaStart = afterHeaders(head, second.after);
  if (mediaStart === undefined) return undefined;
  const headers = head.toString('latin1', second.after, mediaStart);
  return {
    metadata: parseMetadata(head.toString('utf8', metadataStart, second.at)),
    mediaType: /^content-type:[ \t]*(.+?)[ \t]*\r?$/im.exec(headers)?.[1],
    mediaStart,
  };
}

/** Where the headers end that start at `from`: after the first empty line. */
function afterHeaders(head: Buffer, from: number): number | undefined {
  for (let line = from; ;) {
    const end = head.indexOf(newline, line);
    if (end < 0) return undefined;
    if (end === line || (end === line + 1 && head[line] === carriageReturn)) return end + 1;
    line = end + 1;
  }
}

function parseMetadata(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new GoogleError({ httpStatus: 400, reason: 'parseError', message: 'Parse Error' });
  }
}

/** A delimiter line. `at` is the line feed before it, `after` what follows it. */
interface Delimiter {
  readonly kind: 'part' | 'close';
  readonly at: number;
  readonly after: number;
}

/** The first whole delimiter line whose line feed, with which `delimiter` starts, is at or after `from`. */
function findDelimiter(bytes: Buffer, from: number, delimiter: Buffer): Delimiter | undefined {
  for (let at = bytes.indexOf(delimiter, from); at >= 0; at = bytes.indexOf(delimiter, at + 1)) {
    const after = at + delimiter.length;
    if (bytes[after] === dash && bytes[after + 1] === dash) {
      return { kind: 'close', at, after: after + 2 };
    }
    const lineEnd = skipBlanks(bytes, after);
    if (bytes[lineEnd] === newline) return { kind: 'part', at, after: lineEnd + 1 };
  }
  return undefined;
}

function skipBlanks(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === 32 || bytes[at] === 9 || bytes[at] === carriageReturn) at += 1;
  return at;
}

/** Where, at the end of `bytes`, a delimiter begins that may go on in what comes; else the length. */
function unfinishedDelimiter(bytes: Buffer, delimiter: Buffer): number {
  const length = bytes.length;
  // 70 characters of boundary, and some blanks after it, are the most that a delimiter line has.
  let at = bytes.indexOf(newline, Math.max(0, length - delimiter.length - 70));
  for (; at >= 0; at = bytes.indexOf(newline, at + 1)) {
    const shared = Math.min(delimiter.length, length - at);
    if (bytes.compare(delimiter, 0, shared, at, at + shared) !== 0) continue;
    const after = at + shared;
    const dashes = length - after === 1 && bytes[after] === dash;
    if (after < length && !dashes && skipBlanks(bytes, after) < length) continue;
    return at > 0 && bytes[at - 1] === carriageReturn ? at - 1 : at;
  }
  return bytes[length - 1] === carriageReturn ? length - 1 : length;
}

/**
 * Media up to the closing delimiter, from the line feed before its first byte on. Where lines end with
 * LF only, a CR before the delimiter is the media's own.
 */
async function* readMedia(
  first: Buffer,
  crlf: boolean,
  chunks: NodeJS.AsyncIterator<Buffer>,
  delimiter: Buffer,
): AsyncGenerator<Buffer> {
  let bytes = first;
  let start = 1;
  for (;;) {
    const found = findDelimiter(bytes, 0, delimiter);
    if (found?.kind === 'part') throw malformed('A multipart upload has two parts, not more.');
    if (found !== undefined) {
      const end = crlf && bytes[found.at - 1] === carriageReturn ? found.at - 1 : found.at;
      if (end > start) yield bytes.subarray(start, end);
      for (let rest = await chunks.next(); rest.done !== true;) rest = await chunks.next();
      return;
    }
    const end = unfinishedDelimiter(bytes, delimiter);
    if (end > start) yield bytes.subarray(start, end);
    const next = await chunks.next();
    if (next.done === true) throw malformed('Missing end boundary in multipart body.');
    start = Math.max(0, start - end);
    bytes = end === bytes.length ? next.value : Buffer.concat([bytes.subarray(end), next.value]);
  }
}

function malformed(message: string): GoogleError {
  return new GoogleError({ httpStatus: 400, reason: 'badRequest', message });
}
