/** Castagnoli's polynomial, bits reversed. */
const POLYNOMIAL = 0x82f63b78;

/** A CRC-32C as Cloud Storage writes it: base64 of its four bytes, big-endian. */
export function crc32cText(checksum: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(checksum >>> 0);
  return bytes.toString('base64');
}

/** The CRC-32C that a text of `crc32cText`'s form stands for. */
export function parseCrc32c(text: string): number {
  return Buffer.from(text, 'base64').readUInt32BE();
}

/**
 * CRC-32C of two pieces put together, from their own checksums and the length of the second: the
 * first is moved over the second by multiplying with x^(8·bytes) modulo the polynomial.
 */
export function combineCrc32c(first: number, second: number, secondBytes: number): number {
  return (multiply(powerOfX(secondBytes), first) ^ second) >>> 0;
}

/** Product of two polynomials over GF(2), bits reversed, modulo Castagnoli's. */
function multiply(left: number, right: number): number {
  let product = 0;
  let shifted = right;
  for (let bit = 31; bit >= 0; bit--) {
    if ((left >>> bit) & 1) product ^= shifted;
    shifted = (shifted >>> 1) ^ (shifted & 1 ? POLYNOMIAL : 0);
  }
  return product;
}

/** x^(8·bytes) modulo the polynomial, by squaring. `bytes` may exceed 32 bits. */
function powerOfX(bytes: number): number {
  let square = 0x00800000; // x^8
  let power = 0x80000000; // 1
  for (let rest = bytes; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = multiply(square, power);
    square = multiply(square, square);
  }
  return power;
}
