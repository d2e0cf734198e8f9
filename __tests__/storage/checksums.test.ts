import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { CRC32C } from '@google-cloud/storage';
import { combineCrc32c, crc32cText, parseCrc32c } from '../../src/storage/crc32c.ts';
import { openHashedMemory } from '../../src/storage/hashed-memory.ts';
import type { Block } from '../../src/storage/hashed-memory.ts';
import { cutIntoParts, groupsToCompose } from '../../src/storage/parts.ts';
import { treeDigest } from '../../src/storage/tree-digest.ts';
import { noise } from './stage.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const never = new AbortController().signal;

async function hash(contents: Buffer): Promise<number> {
  const block = await openHashedMemory(1 << 20).borrow(contents.length, never);
  contents.copy(block.bytes);
  return block.crc32c(0, 0, contents.length);
}

function byGoogle(contents: Buffer): string {
  const checksum = new CRC32C();
  checksum.update(contents);
  return checksum.toString();
}

describe('crc32c', () => {
  test('the check value of the polynomial is right', async () => {
    expect(await hash(Buffer.from('123456789'))).toBe(0xe3069283);
  });

  test.each([0, 1, 3, 63, 64, 65, 255, 256, 257, 319, 320, 321, 4095, 100_000])(
    '%d bytes have the checksum that @google-cloud/storage computes',
    async (bytes) => {
      const contents = noise('crc', bytes);
      expect(crc32cText(await hash(contents))).toBe(byGoogle(contents));
    },
  );

  test('the checksum can be continued from any point and begin at any address', async () => {
    const contents = noise('pieces', 70_001);
    const block = await openHashedMemory(1 << 20).borrow(100_000, never);
    contents.copy(block.bytes, 7);
    const first = block.crc32c(0, 7, 7 + 33_333);
    expect(crc32cText(block.crc32c(first, 7 + 33_333, 7 + 70_001))).toBe(byGoogle(contents));
  });

  test('a processor without the vectors computes the same', () => {
    const script = `
      import { makeCrc32cModule, TABLES_BYTES } from './src/storage/crc32c-module.ts';
      const { memory, update } = makeCrc32cModule(9000);
      memory.write('123456789'.repeat(1000), TABLES_BYTES);
      console.log(~update(~0, TABLES_BYTES, 9000) >>> 0);`;
    const flags = ['--no-enable-ssse3', '--input-type=module', '--eval', script];
    const said = execFileSync(process.execPath, flags, { cwd: ROOT, encoding: 'utf8' });
    expect(crc32cText(Number(said))).toBe(byGoogle(Buffer.from('123456789'.repeat(1000))));
  });

  test('every bit of the bytes before counts, wherever it stands in a block', async () => {
    const contents = Buffer.alloc(512);
    const block = await openHashedMemory(1 << 20).borrow(contents.length, never);
    for (let bit = 0; bit < 8 * 192; bit += 1) {
      contents.fill(0);
      contents[bit >> 3] = 1 << (bit & 7);
      contents.copy(block.bytes);
      expect(crc32cText(block.crc32c(0, 0, contents.length))).toBe(byGoogle(contents));
    }
  });

  test.each([0, 1, 255, 256, 50_000])(
    'pieces combine when the second has %d bytes',
    async (bytes) => {
      const whole = noise('combine', 60_000 + bytes);
      const first = await hash(whole.subarray(0, 60_000));
      const second = await hash(whole.subarray(60_000));
      expect(combineCrc32c(first, second, bytes)).toBe(await hash(whole));
    },
  );

  test('combining over more than 4 GiB is combining over its halves', () => {
    const half = 3 * 2 ** 30;
    const twice = combineCrc32c(combineCrc32c(0x12345678, 0, half), 0, half);
    expect(combineCrc32c(0x12345678, 0, 2 * half)).toBe(twice);
  });

  test('the text is what Cloud Storage writes', () => {
    expect(crc32cText(0xaed87dd1)).toBe('rth90Q==');
    expect(parseCrc32c('rth90Q==')).toBe(0xaed87dd1);
  });
});

describe('hashed memory', () => {
  test('a block that does not fit waits until others are given back, in order', async () => {
    const memory = openHashedMemory(128 * 1024);
    const first = await memory.borrow(96 * 1024, never);
    const order: string[] = [];
    const note = (name: string) => (block: Block) => {
      order.push(name);
      return block;
    };
    const large = memory.borrow(64 * 1024, never).then(note('large'));
    // There is room for this one, but the large one must not be overtaken for ever.
    const small = memory.borrow(32 * 1024, never).then(note('small'));
    await Promise.resolve();
    expect(order).toEqual([]);
    first.release();
    const blocks = await Promise.all([large, small]);
    expect(order).toEqual(['large', 'small']);
    expect(blocks.map(({ bytes }) => bytes.length)).toEqual([64 * 1024, 32 * 1024]);
    expect(blocks[0].bytes.byteOffset + 64 * 1024).toBe(blocks[1].bytes.byteOffset);
  });

  test('whoever waits is told of an abort, and the next in line is served', async () => {
    const memory = openHashedMemory(64 * 1024);
    const first = await memory.borrow(32 * 1024, never);
    const controller = new AbortController();
    const waiting = memory.borrow(64 * 1024, controller.signal);
    const next = memory.borrow(32 * 1024, never);
    controller.abort(new Error('cancelled'));
    await expect(waiting).rejects.toThrow('cancelled');
    expect((await next).bytes.byteOffset).toBe(first.bytes.byteOffset + 32 * 1024);
  });

  test('more than all memory is refused', () => {
    expect(() => openHashedMemory(32_768).borrow(32_769, never)).toThrow(RangeError);
  });
});

describe('parts', () => {
  const MIB = 2 ** 20;
  test.each([
    { bytes: 8 * MIB + 1, parts: 2, size: 8 * MIB },
    { bytes: 300e6, parts: 32, size: 36 * 2 ** 18 },
    { bytes: 2 * 2 ** 30, parts: 32, size: 64 * MIB },
    { bytes: 20 * 2 ** 30, parts: 320, size: 64 * MIB },
    { bytes: 5 * 2 ** 40, parts: 1024, size: 5 * 2 ** 30 },
  ])('$bytes bytes are cut into $parts parts of $size', ({ bytes, parts, size }) => {
    const ranges = cutIntoParts(bytes);
    expect(ranges).toHaveLength(parts);
    expect(ranges[0]).toEqual({ start: 0, bytes: size });
    expect(ranges.reduce((end, range) => (range.start === end ? end + range.bytes : NaN), 0)).toBe(
      bytes,
    );
    expect(groupsToCompose(ranges).every((group) => group.length <= 32)).toBe(true);
    expect(groupsToCompose(ranges).length).toBeLessThanOrEqual(32);
  });
});

describe('treeDigest', () => {
  const file = (name: string) => ({ name, bytes: 4, crc32c: 'rth90Q==' });

  test('is a SHA-256 over sorted lines of name, size and checksum', () => {
    const text = 'a/b\t4\trth90Q==\nz\t4\trth90Q==\n';
    const expected = `sha256:${createHash('sha256').update(text).digest('hex')}`;
    expect(treeDigest([file('z'), file('a/b')])).toBe(expected);
  });

  test('sorts by bytes of UTF-8, not by UTF-16 units', () => {
    // U+FF5E comes before U+1F600 in UTF-8 and after it in UTF-16.
    const lines = '～\t4\trth90Q==\n😀\t4\trth90Q==\n';
    const expected = `sha256:${createHash('sha256').update(lines).digest('hex')}`;
    expect(treeDigest([file('😀'), file('～')])).toBe(expected);
  });

  test('a renamed file changes it', () => {
    expect(treeDigest([file('a')])).not.toBe(treeDigest([file('b')]));
  });
});
