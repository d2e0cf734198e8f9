import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ArtifactFile } from '../../src/artifact/artifact.ts';
import { Malformed, OutOfReach } from '../../src/artifact/byte-source.ts';
import { checkVariables, readShardCount } from '../../src/artifact/variables.ts';
import { NO_BUCKET, bytesOf, folder, removeFolders } from './folders.ts';
import { field, variablesIndex } from './saved-model-writer.ts';

const REAL = path.join(
  import.meta.dirname,
  '../../examples/models/tensorflow/export/1700000000/variables/variables.index',
);

afterAll(removeFolders);

/** What is wrong with a directory of these files. */
async function problems(files: Readonly<Record<string, Uint8Array | string>>): Promise<string[]> {
  const root = await folder(files);
  const listed: ArtifactFile[] = Object.entries(files).map(([name, content]) => ({
    name,
    bytes: content.length,
    source: { kind: 'local', path: path.join(root, ...name.split('/')) },
  }));
  return (await checkVariables(listed, NO_BUCKET)).map(({ what }) => what);
}

const shard = (number: number, count: number): string =>
  `variables/variables.data-0000${number}-of-0000${count}`;
const INDEX = 'variables/variables.index';

test('the index that TensorFlow wrote counts its shards', async () => {
  const real = await readFile(REAL);
  expect(await readShardCount(bytesOf(real))).toBe(1);
  expect(await problems({ [INDEX]: real, [shard(0, 1)]: 'x' })).toEqual([]);
});

test('a model without variables has nothing to check', async () => {
  expect(await problems({ 'saved_model.pb': 'x', 'assets/a': 'x' })).toEqual([]);
});

test('every shard that is missing is named, those of another number are not counted', async () => {
  const index = variablesIndex(3);
  const all = { [shard(0, 3)]: 'x', [shard(1, 3)]: 'x', [shard(2, 3)]: 'x' };
  expect(await problems({ [INDEX]: index, ...all })).toEqual([]);
  expect(await problems({ [INDEX]: index, ...all, [shard(2, 3)]: '' })).toEqual([]);
  expect(await problems({ [INDEX]: index, [shard(0, 3)]: 'x', [shard(2, 3)]: 'x' })).toEqual([
    '`variables/variables.data-00001-of-00003` is missing: `variables/variables.index` says that the values of the variables lie in 3 files, one of which is not there.',
  ]);
  expect(await problems({ [INDEX]: index, [shard(0, 1)]: 'x' })).toEqual([
    '`variables/variables.data-00000-of-00003`, `variables/variables.data-00001-of-00003` and `variables/variables.data-00002-of-00003` are missing: `variables/variables.index` says that the values of the variables lie in 3 files, 3 of which are not there.',
  ]);
});

test('shards without their index are of no use', async () => {
  expect(await problems({ [shard(0, 1)]: 'x' })).toEqual([
    '`variables/variables.index` is missing, without which `variables/variables.data-00000-of-00001` cannot be read.',
  ]);
});

test('an index that is cut short, or is none, is refused', async () => {
  const real = await readFile(REAL);
  for (let length = 0; length < real.length; length += 1) {
    await expect(readShardCount(bytesOf(real.subarray(0, length)))).rejects.toThrow(Malformed);
  }
  expect(await problems({ [INDEX]: real.subarray(0, 100), [shard(0, 1)]: 'x' })).toEqual([
    '`variables/variables.index` cannot be read. It does not end as an index of variables does: it is cut short, or none.',
  ]);
  const footer = variablesIndex(1).subarray(-48);
  for (const [start, why] of [
    [Buffer.from([0, 1, 2, 8, 1]), /does not begin/],
    [Buffer.from([0, 0, 0]), /counts 0 shards/],
    [Buffer.concat([Buffer.from([0, 0, 4]), field(1, 2_000_000)]), /counts 2000000 shards/],
  ] as const) {
    await expect(readShardCount(bytesOf(Buffer.concat([start, footer])))).rejects.toThrow(why);
  }
});

test('a Git LFS pointer in its place is told as such', async () => {
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n';
  expect(await problems({ [INDEX]: pointer, [shard(0, 1)]: 'x' })).toEqual([
    '`variables/variables.index` is a Git LFS pointer, not the file that it stands for.',
  ]);
});

test('an index beyond reach says nothing against the model', async () => {
  const index: ArtifactFile = {
    name: INDEX,
    bytes: 100 * 1024 * 1024,
    source: { kind: 'object', bucket: 'b', name: INDEX },
  };
  const reader = { ...NO_BUCKET, read: () => Promise.reject(new OutOfReach('Too far.')) };
  expect(await checkVariables([index], reader)).toEqual([]);
});
