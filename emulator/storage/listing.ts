import type { Exchange } from '../exchange.ts';
import { GoogleError } from '../google-error.ts';
import { compareNames } from './names.ts';
import { objectResource } from './object-resource.ts';
import { readInteger } from './preconditions.ts';
import type { BucketPlace, Store } from './store.ts';

/** Most that one page holds, items and prefixes together. */
const pageLimit = 1000;

/** Answers `objects.list`: in byte order, in pages, with `delimiter` collapsed into prefixes. */
export function listObjects(
  store: Store,
  exchange: Exchange,
  { bucket: bucketName }: BucketPlace,
): void {
  const { query, origin } = exchange;
  const bucket = store.bucket(bucketName);
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const trailing = query.get('includeTrailingDelimiter')?.toLowerCase() === 'true';
  const limit = Math.min(readInteger(query, 'maxResults') || pageLimit, pageLimit);
  const after = readPageToken(query.get('pageToken'));
  const from = query.get('startOffset');
  const before = query.get('endOffset');

  const items: unknown[] = [];
  const prefixes: string[] = [];
  let last: string | undefined;
  let more = false;
  for (const name of store.names(bucket)) {
    if (!name.startsWith(prefix)) continue;
    if (from && compareNames(name, from) < 0) continue;
    if (before && compareNames(name, before) >= 0) continue;
    const cut = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length);
    const entry = cut < 0 ? name : name.slice(0, cut + delimiter.length);
    // A token names the last entry of its page; a prefix covers all names that begin with it.
    if (
      after !== undefined &&
      (compareNames(name, after.name) <= 0 || (after.prefix && name.startsWith(after.name)))
    ) {
      continue;
    }
    const isNewPrefix = cut >= 0 && prefixes.at(-1) !== entry;
    const isItem = cut < 0 || (trailing && name === entry);
    if (!isNewPrefix && !isItem) continue;
    if (items.length + prefixes.length >= limit) {
      more = true;
      break;
    }
    if (isNewPrefix) prefixes.push(entry);
    if (isItem) items.push(objectResource(store.object(bucketName, name), origin));
    last = entry;
  }
  exchange.send(200, {
    kind: 'storage#objects',
    ...(more && last !== undefined && { nextPageToken: pageToken(last, last === prefixes.at(-1)) }),
    ...(prefixes.length > 0 && { prefixes }),
    ...(items.length > 0 && { items }),
  });
}

function pageToken(name: string, prefix: boolean): string {
  return Buffer.from(JSON.stringify({ name, prefix })).toString('base64url');
}

function readPageToken(token: string | null): { name: string; prefix: boolean } | undefined {
  if (token === null || token === '') return undefined;
  try {
    const { name, prefix } = JSON.parse(Buffer.from(token, 'base64url').toString()) as Record<
      string,
      unknown
    >;
    if (typeof name === 'string' && typeof prefix === 'boolean') return { name, prefix };
  } catch {
    // Told below.
  }
  throw new GoogleError({
    httpStatus: 400,
    message: `Invalid pageToken: '${token.slice(0, 100)}'`,
  });
}
