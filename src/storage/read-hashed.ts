import type { ArtifactFile } from '../artifact/artifact.ts';
import { crc32cText } from './crc32c.ts';
import type { HashedMemory } from './hashed-memory.ts';
import { openLocalFile } from './local-file.ts';
import type { LocalFile } from './local-file.ts';

/** Bytes that are read and sent at once; two such pieces are in use for each stream. */
export const PIECE_BYTES = 512 * 1024;

/** A run of bytes of a file. */
export interface Range {
  readonly start: number;
  readonly bytes: number;
}

/**
 * Reads a range once, piece by piece, and gives each to `use` while the next is being read.
 *
 * @returns CRC-32C of the range.
 */
export async function readHashed(
  file: LocalFile,
  range: Range,
  memory: HashedMemory,
  signal: AbortSignal,
  use: (piece: Buffer) => Promise<void>,
): Promise<number> {
  const piece = Math.min(PIECE_BYTES, range.bytes);
  const block = await memory.borrow(2 * piece, signal);
  let inUse = Promise.resolve();
  try {
    let checksum = 0;
    for (let done = 0, half = 0; done < range.bytes; half = piece - half) {
      signal.throwIfAborted();
      const end = half + Math.min(piece, range.bytes - done);
      const bytes = block.bytes.subarray(half, end);
      await file.read(bytes, range.start + done);
      checksum = block.crc32c(checksum, half, end);
      await inUse;
      inUse = use(bytes);
      // Waited for one turn later; until then a refusal must not count as unhandled.
      inUse.catch(() => undefined);
      done += bytes.length;
    }
    await inUse;
    return checksum;
  } finally {
    await inUse.catch(() => undefined);
    block.release();
  }
}

/** CRC-32C of a whole local file, as Cloud Storage writes it. */
export async function hashFile(
  file: ArtifactFile,
  path: string,
  memory: HashedMemory,
  signal: AbortSignal,
): Promise<string> {
  const local = openLocalFile(file, path);
  try {
    const whole = { start: 0, bytes: file.bytes };
    const checksum = await readHashed(local, whole, memory, signal, () => Promise.resolve());
    local.assertUnchanged();
    return crc32cText(checksum);
  } finally {
    local.close();
  }
}
