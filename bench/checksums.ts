import { CRC32C } from '@google-cloud/storage';
import hashWasm from 'hash-wasm';
import { makeCrc32cModule, TABLES_BYTES } from '../src/storage/crc32c-module.ts';
import { PIECE_BYTES } from '../src/storage/read-hashed.ts';
import { median, turned } from './statistics.ts';

/** Who computes CRC-32Cs: ours, and those of libraries that a bundle can hold. */
export type HasherId = 'action' | 'hash-wasm' | 'library';

/** The polynomial of CRC-32C, bits reversed. */
const CASTAGNOLI = 0x82f63b78;
const MEBIBYTE = 1024 ** 2;
/** So many pieces are hashed in each round: enough to be worth a clock. */
const PIECES = 200;

/**
 * MiB of CRC-32C a second, medians of the rounds, on one thread of this process: each hashes pieces of the
 * size that is read at once, where it wants them to lie.
 *
 * @throws Error when they do not agree on the checksum.
 */
export async function compareHashers(rounds: number): Promise<ReadonlyMap<HasherId, number>> {
  const piece = Buffer.from(Uint8Array.from({ length: PIECE_BYTES }, (_, at) => (at * 131) >>> 3));
  const ours = makeCrc32cModule(PIECE_BYTES);
  piece.copy(ours.memory, TABLES_BYTES);
  const wasm = await hashWasm.createCRC32(CASTAGNOLI);
  const hashers: readonly (readonly [HasherId, () => number])[] = [
    [
      'action',
      () => {
        let register = ~0;
        for (let count = 0; count < PIECES; count += 1) {
          register = ours.update(register, TABLES_BYTES, PIECE_BYTES);
        }
        return ~register >>> 0;
      },
    ],
    [
      'hash-wasm',
      () => {
        wasm.init();
        for (let count = 0; count < PIECES; count += 1) wasm.update(piece);
        return parseInt(wasm.digest(), 16);
      },
    ],
    [
      'library',
      () => {
        const checksum = new CRC32C();
        for (let count = 0; count < PIECES; count += 1) checksum.update(piece);
        return checksum.valueOf();
      },
    ],
  ];
  const rates = new Map<HasherId, number[]>(hashers.map(([id]) => [id, []]));
  const answers = new Set<number>();
  for (let round = 0; round <= rounds; round += 1) {
    for (const [id, hash] of turned(hashers, round)) {
      const started = performance.now();
      answers.add(hash());
      const seconds = (performance.now() - started) / 1000;
      if (round > 0) rates.get(id)?.push((PIECES * PIECE_BYTES) / MEBIBYTE / seconds);
    }
  }
  if (answers.size !== 1) throw new Error(`The checksums differ: ${[...answers].join(', ')}.`);
  return new Map([...rates].map(([id, some]) => [id, median(some)]));
}
