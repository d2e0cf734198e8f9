import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { storedFeed } from '../../src/artifact/byte-cursor.ts';
import { Malformed, OutOfReach } from '../../src/artifact/byte-source.ts';
import { readNumbers } from '../../src/artifact/ubjson.ts';
import { bytesOf } from './folders.ts';

const BOOSTER = await readFile(
  path.join(import.meta.dirname, '../../examples/models/bad/xgboost-ubjson/model.ubj'),
);

function read(content: Uint8Array | string, key = 'version') {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
  return readNumbers(storedFeed(bytesOf(bytes)), key);
}

test('a booster as XGBoost saved it tells its version', async () => {
  expect(await read(BOOSTER)).toEqual([1, 6, 2]);
});

test.each<[string, string, readonly number[] | undefined]>([
  ['counted, each with its type', '{i\x07version[#i\x03i\x01U\xc8I\x01\x00}', [1, 200, 256]],
  ['counted, of one type', '{i\x07version[$l#i\x02\x00\x00\x00\x03\x00\x00\x00\x01}', [3, 1]],
  ['open', '{i\x07version[i\x02i\x00i\x01]}', [2, 0, 1]],
  ['in eight bytes', '{i\x07version[L\x00\x00\x00\x00\x00\x00\x00\x07]}', [7]],
  [
    'behind everything else that there is',
    '{i\x01aZi\x01bTi\x01cFi\x01dCxi\x01eSi\x02hii\x01fHi\x011i\x01gd\x00\x00\x00\x00i\x01hD\x00\x00\x00\x00\x00\x00\x00\x00i\x01j{i\x07versionSi\x011}i\x01k[{}[]]i\x07version[i\x01]}',
    [1],
  ],
  ['not there', '{i\x05other[i\x01]}', undefined],
  ['no list', '{i\x07versionSi\x031.6}', undefined],
])('numbers %s are read', async (_, content, expected) => {
  expect(await read(content)).toEqual(expected);
});

test('a booster that is cut short anywhere is noticed', async () => {
  for (let length = 0; length < BOOSTER.length; length += 31) {
    await expect(read(BOOSTER.subarray(0, length))).rejects.toThrow(Malformed);
  }
});

test.each([
  ['a list', '[i\x01]'],
  ['an unknown type', '{i\x01a?}'],
  ['a length that is none', '{Z'],
  ['a negative length', '{i\xff'],
  ['a name without end', `{I\x7f\xff${'a'.repeat(0x7fff)}`],
  ['a count that is none', '{i\x01a[#Z'],
])('%s is no UBJSON', async (_, content) => {
  await expect(read(content)).rejects.toThrow(Malformed);
});

test('what is nested without end is given up, not followed', async () => {
  await expect(read(`{i\x01a${'['.repeat(100_000)}`)).rejects.toThrow(OutOfReach);
});
