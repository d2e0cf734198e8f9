import { randomBytes } from 'node:crypto';
import { combineCrc32c, crc32c, crc32cBase64 } from '../../emulator/storage/crc32c.ts';

/** Bit by bit, straight from the definition. */
function plainCrc32c(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}

describe('CRC-32C', () => {
  test.each([
    ['the check value of RFC 3720', Buffer.from('123456789'), 0xe3069283],
    ['32 bytes of zeros (RFC 3720, B.4)', Buffer.alloc(32), 0x8a9136aa],
    ['32 bytes of ones (RFC 3720, B.4)', Buffer.alloc(32, 0xff), 0x62a8ab43],
    ['nothing', Buffer.alloc(0), 0],
  ])('of %s is as published', (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });

  test('is written as Cloud Storage writes it: base64, big-endian', () => {
    expect(crc32cBase64(crc32c(Buffer.from('data')))).toBe('rth90Q==');
  });

  test.each([1, 15, 16, 17, 65_535, 65_536, 65_537, 200_001])(
    'of %d bytes is that of the definition',
    (length) => {
      const bytes = randomBytes(length);
      expect(crc32c(bytes)).toBe(plainCrc32c(bytes));
    },
  );

  test('of bytes in pieces, and combined from those of the pieces, is that of the whole', () => {
    const bytes = randomBytes(100_000);
    for (const cut of [0, 1, 777, 65_536, 99_999, 100_000]) {
      const [head, tail] = [bytes.subarray(0, cut), bytes.subarray(cut)];
      expect(crc32c(tail, crc32c(head))).toBe(plainCrc32c(bytes));
      expect(combineCrc32c(crc32c(head), crc32c(tail), tail.length)).toBe(plainCrc32c(bytes));
    }
  });
});
