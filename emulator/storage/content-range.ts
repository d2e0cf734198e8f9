import type { IncomingHttpHeaders } from 'node:http';
import { GoogleError } from '../google-error.ts';

/** What a PUT to a resumable session says of its body (reference, section 7). */
export type ContentRange =
  /** `bytes *\/TOTAL` or `bytes *\/*`: no bytes, asks how far the session is. */
  | { readonly kind: 'status'; readonly total: number | undefined }
  /** Bytes from `first`; without `last`, up to the end of the body, which then ends the object. */
  | {
      readonly kind: 'bytes';
      readonly first: number;
      readonly last: number | undefined;
      readonly total: number | undefined;
    };

/** Every chunk but the last is a multiple of this many bytes. */
export const chunkUnit = 256 * 1024;

/** Reads Content-Range and holds it against Content-Length and the 256 KiB rule. Throws 400. */
export function readContentRange(headers: IncomingHttpHeaders): ContentRange {
  const given = headers['content-range'];
  if (given === undefined) return { kind: 'bytes', first: 0, last: undefined, total: undefined };
  const found = /^bytes (?:(\*)|(\d+)-(\d+|\*))\/(\d+|\*)$/.exec(given);
  if (found === null) {
    throw invalidRange(`Failed to parse Content-Range header: '${given.slice(0, 100)}'.`);
  }
  const [, star, firstText, lastText, totalText] = found;
  const total = totalText === '*' ? undefined : Number(totalText);
  const length = headers['content-length'];
  if (star !== undefined) {
    if (length === undefined || length === '0') return { kind: 'status', total };
    throw invalidRange(`Content-Range '${given}' has no bytes, but Content-Length is ${length}.`);
  }
  const first = Number(firstText);
  if (lastText === '*') return { kind: 'bytes', first, last: undefined, total };
  const last = Number(lastText);
  const bytes = last - first + 1;
  if (bytes < 1 || (total !== undefined && last >= total)) {
    throw invalidRange(`Content-Range '${given}' is not a range of its total.`);
  }
  if (length !== undefined && Number(length) !== bytes) {
    throw invalidRange(
      `Content-Range '${given}' has ${bytes} bytes, but Content-Length is ${length}.`,
    );
  }
  if (bytes % chunkUnit !== 0 && last + 1 !== total) {
    throw invalidRange(
      `Content-Range '${given}' has ${bytes} bytes: a chunk that is not the last must be a multiple of ${chunkUnit} bytes.`,
    );
  }
  return { kind: 'bytes', first, last, total };
}

function invalidRange(message: string): GoogleError {
  return new GoogleError({ httpStatus: 400, message });
}
