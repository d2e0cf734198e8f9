import { makeCrc32cModule, TABLES_BYTES } from '../../src/storage/crc32c-module.ts';

/** Bytes that are hashed at a time; a chunk read from a socket is never longer. */
const windowBytes = 65_536;
/** Castagnoli's polynomial, bits reversed (RFC 3720, 12.1). */
const polynomial = 0x82f63b78;
const module = makeCrc32cModule(windowBytes);

/** CRC-32C of bytes that follow those of `previous`, as an unsigned number. */
export function crc32c(bytes: Buffer, previous = 0): number {
  let register = ~previous;
  for (let at = 0; at < bytes.length; at += windowBytes) {
    const length = bytes.copy(module.memory, TABLES_BYTES, at, at + windowBytes);
    register = module.update(register, TABLES_BYTES, length);
  }
  return ~register >>> 0;
}

/**
 * CRC-32C of two runs of bytes from their own: `first`, then `second`, which is `secondBytes` long.
 * Written anew here, not shared with the uploader, because composites check that one's arithmetic.
 */
export function combineCrc32c(first: number, second: number, secondBytes: number): number {
  let shift = 0x80000000;
  let power = 0x00800000;
  for (let bytes = secondBytes; bytes > 0; bytes = Math.floor(bytes / 2)) {
    if (bytes % 2 === 1) shift = multiply(shift, power);
    power = multiply(power, power);
  }
  return (multiply(shift, first) ^ second) >>> 0;
}

/** Product modulo the polynomial; bit 31 is the coefficient of x^0. */
function multiply(a: number, b: number): number {
  let product = 0;
  let shifted = b;
  for (let bit = 31; bit >= 0; bit -= 1) {
    if ((a >>> bit) & 1) product ^= shifted;
    shifted = (shifted >>> 1) ^ (shifted & 1 ? polynomial : 0);
  }
  return product >>> 0;
}

/** As Cloud Storage writes it: base64 of the four bytes, big-endian. */
export function crc32cBase64(crc: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc);
  return bytes.toString('base64');
}
