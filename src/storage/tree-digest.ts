import { createHash } from 'node:crypto';

/** What a tree's digest is made from. */
export interface DigestedFile {
  /** Path below the directory, `/` between parts. */
  readonly name: string;
  readonly bytes: number;
  /** Base64 of the big-endian CRC-32C. */
  readonly crc32c: string;
}

/** Order of names as Cloud Storage lists them: by the bytes of their UTF-8. */
export function compareNames(left: { name: string }, right: { name: string }): number {
  return Buffer.compare(Buffer.from(left.name), Buffer.from(right.name));
}

/**
 * Digest of a tree: `sha256:` and the hex SHA-256 of one line `name TAB bytes TAB crc32c LF` for each
 * file, sorted by name in byte order. Contents go in by size and CRC-32C, because Cloud Storage tells
 * those of every object: a tree has the same digest on the runner and in a bucket, without a second
 * pass over the files and without a download. It recognises content; it does not resist forgery.
 */
export function treeDigest(files: readonly DigestedFile[]): string {
  const hash = createHash('sha256');
  for (const { name, bytes, crc32c } of files.toSorted(compareNames)) {
    hash.update(`${name}\t${bytes}\t${crc32c}\n`);
  }
  return `sha256:${hash.digest('hex')}`;
}
