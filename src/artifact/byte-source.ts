import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { CloudStorage } from '../storage/cloud-storage.ts';
import type { FileSource } from './artifact.ts';

/** What looking at an artifact in Cloud Storage needs: reads only. */
export type ObjectReader = Pick<CloudStorage, 'list' | 'read'>;

/** Random access to the bytes of one file. */
export interface ByteSource {
  readonly size: number;
  /** `length` bytes from `offset`, fewer only where the file ends. Throws `OutOfReach`. */
  read(offset: number, length: number): Promise<Buffer>;
}

/** Bytes that are not what they claim to be. The message is a sentence about the file. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

/** Bytes that are there but that we do not fetch to look at. */
export class OutOfReach extends Error {
  override readonly name = 'OutOfReach';
}

/** How much of an object is fetched at most to look into it; `read` always starts at its beginning. */
const OBJECT_LIMIT = 64 * 1024 * 1024;

/**
 * Opens a file for as long as `use` runs. Links are not followed where the system can refuse them:
 * paths are resolved before.
 */
export async function withBytes<T>(
  file: { readonly bytes: number; readonly source: FileSource },
  objects: ObjectReader,
  use: (bytes: ByteSource) => Promise<T>,
): Promise<T> {
  if (file.source.kind === 'object') {
    return use(objectBytes(file.source.bucket, file.source.name, file.bytes, objects));
  }
  const handle = await open(file.source.path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return await use({
      size: file.bytes,
      async read(offset, length) {
        const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, file.bytes - offset)));
        let filled = 0;
        while (filled < buffer.length) {
          const left = buffer.length - filled;
          const { bytesRead } = await handle.read(buffer, filled, left, offset + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return buffer.subarray(0, filled);
      },
    });
  } finally {
    await handle.close();
  }
}

/** Bytes of which a part is at hand. */
export interface WindowedSource extends ByteSource {
  /** What `read` would answer, where that is at hand; saves the wait where there are millions of reads. */
  held(offset: number, length: number): Buffer | undefined;
}

/** The same bytes, fetched by windows of at least `size` bytes, so that small reads are cheap. */
export function windowed(source: ByteSource, size = 64 * 1024): WindowedSource {
  let start = 0;
  let window: Buffer = Buffer.alloc(0);
  const held = (offset: number, length: number): Buffer | undefined => {
    const wanted = Math.max(0, Math.min(length, source.size - offset));
    return offset < start || offset + wanted > start + window.length
      ? undefined
      : window.subarray(offset - start, offset - start + wanted);
  };
  return {
    size: source.size,
    held,
    async read(offset, length) {
      const known = held(offset, length);
      if (known) return known;
      const wanted = Math.max(0, Math.min(length, source.size - offset));
      window = await source.read(offset, Math.max(wanted, size));
      start = offset;
      return window.subarray(0, wanted);
    },
  };
}

function objectBytes(
  bucket: string,
  name: string,
  size: number,
  objects: ObjectReader,
): ByteSource {
  let known: Buffer = Buffer.alloc(0);
  return {
    size,
    async read(offset, length) {
      const end = Math.min(offset + length, size);
      if (end > OBJECT_LIMIT) {
        throw new OutOfReach(`Only the first ${OBJECT_LIMIT / 1024 / 1024} MiB are looked at.`);
      }
      if (end > known.length) {
        // Growing by eights fetches no byte more than 8/7 times for a file that is read to its end.
        let limit = 256 * 1024;
        while (limit < end) limit *= 8;
        known = await objects.read(bucket, name, Math.min(limit, size, OBJECT_LIMIT));
      }
      return known.subarray(offset, Math.max(offset, end));
    },
  };
}
