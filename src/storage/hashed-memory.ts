import { makeCrc32cModule, TABLES_BYTES } from './crc32c-module.ts';

const UNIT_BYTES = 32 * 1024;

/** A piece of memory that file contents are read into, hashed in and sent from, without a copy. */
export interface Block {
  readonly bytes: Buffer;
  /** CRC-32C of what came before (0 at the start) continued over `bytes[start, end)`. */
  crc32c(before: number, start: number, end: number): number;
  release(): void;
}

/** All memory that contents may take, whatever the size and number of files. */
export interface HashedMemory {
  /** Waits until so many bytes are free in one piece. Rejects with the signal's reason when it aborts. */
  borrow(bytes: number, signal: AbortSignal): Promise<Block>;
}

interface Waiter {
  readonly units: number;
  readonly give: (block: Block) => void;
}

/**
 * Opens memory of `totalBytes` (rounded up to 32 KiB), touched only as far as it is used: blocks are
 * given lowest address first and in the order in which they were asked for.
 */
export function openHashedMemory(totalBytes: number): HashedMemory {
  const hash = makeCrc32cModule(totalBytes);
  const taken = new Uint8Array(Math.ceil(totalBytes / UNIT_BYTES));
  const waiting: Waiter[] = [];

  const take = (units: number): Block | undefined => {
    const start = freeRun(taken, units);
    if (start === undefined) return undefined;
    taken.fill(1, start, start + units);
    const address = TABLES_BYTES + start * UNIT_BYTES;
    return {
      bytes: hash.memory.subarray(address, address + units * UNIT_BYTES),
      crc32c: (before, from, to) => ~hash.update(~before, address + from, to - from) >>> 0,
      release: () => {
        taken.fill(0, start, start + units);
        serve();
      },
    };
  };
  const serve = (): void => {
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      const block = take(first.units);
      if (block === undefined) return;
      waiting.shift();
      first.give(block);
    }
  };

  return {
    borrow: (bytes, signal) => {
      signal.throwIfAborted();
      const units = Math.ceil(bytes / UNIT_BYTES);
      if (units > taken.length) throw new RangeError(`${bytes} bytes are more than all memory.`);
      const block = waiting.length === 0 ? take(units) : undefined;
      if (block !== undefined) return Promise.resolve(block);
      return new Promise((resolve, reject) => {
        const waiter: Waiter = {
          units,
          give: (given) => {
            signal.removeEventListener('abort', leave);
            resolve(given);
          },
        };
        const leave = (): void => {
          waiting.splice(waiting.indexOf(waiter), 1);
          reject(signal.reason as Error);
          serve();
        };
        signal.addEventListener('abort', leave, { once: true });
        waiting.push(waiter);
      });
    },
  };
}

/** Lowest index of so many free units in a row. */
function freeRun(taken: Uint8Array, units: number): number | undefined {
  for (let start = taken.indexOf(0); start >= 0 && start + units <= taken.length;) {
    const obstacle = taken.subarray(start, start + units).indexOf(1);
    if (obstacle < 0) return start;
    start = taken.indexOf(0, start + obstacle);
  }
  return undefined;
}
