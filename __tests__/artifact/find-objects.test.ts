import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Artifact } from '../../src/artifact/artifact.ts';
import { findArtifact } from '../../src/artifact/find-artifact.ts';
import { ServiceError } from '../../src/failure.ts';
import { bucket, checksum, failureOf, folder, removeFolders, request } from './folders.ts';
import { SMALL_SAVED_MODEL, field, signature, variablesIndex } from './saved-model-writer.ts';

const EXAMPLES = path.join(import.meta.dirname, '../../examples/models');
const JOBLIB = await readFile(path.join(EXAMPLES, 'scikit-learn/model.joblib'));
const BOOSTER = await readFile(path.join(EXAMPLES, 'xgboost/model.bst'));
const PICKLES = JSON.parse(
  await readFile(path.join(import.meta.dirname, 'pickles.json'), 'utf8'),
) as Readonly<Record<string, string>>;
const PICKLE = Buffer.from(PICKLES['pickle-4'] ?? '', 'base64');
const TEXT = Buffer.from('x');
const INDEX = variablesIndex(1);
const NOTHING = Buffer.alloc(0);

afterAll(removeFolders);

/** Finds an artifact in the bucket `b` that holds these objects. */
function find(
  files: Readonly<Record<string, Uint8Array>>,
  source: string,
  more?: Parameters<typeof request>[2],
): Promise<Artifact> {
  return findArtifact(request('/nowhere', source, more), bucket('b', files));
}

const EXPORTS = {
  'export/': NOTHING,
  'export/1700000000/': NOTHING,
  'export/1700000000/saved_model.pb': SMALL_SAVED_MODEL,
  'export/1700000000/variables/variables.data-00000-of-00001': TEXT,
  'export/1700000000/variables/variables.index': INDEX,
  'export/1700000001/variables/variables.index': TEXT,
  'export/1699999999000/saved_model.pb': SMALL_SAVED_MODEL,
  'export/temp-1700000002/saved_model.pb': SMALL_SAVED_MODEL,
};

test.each(['gs://b/export', 'gs://b/export/'])(
  'the newest complete export under %s is deployable where it lies',
  async (source) => {
    const artifact = await find(EXPORTS, source);
    expect(artifact).toMatchObject({
      kind: 'saved-model',
      chosen: 'gs://b/export/1700000000',
      place: 'cloud-storage',
      deployableUri: 'gs://b/export/1700000000/',
      framework: 'TENSORFLOW',
      frameworkVersion: '2.11.0',
      exportTimestamp: '1700000000',
      marker: 'saved_model.pb',
    });
    expect(artifact.files).toEqual([
      {
        name: 'saved_model.pb',
        bytes: SMALL_SAVED_MODEL.length,
        source: { kind: 'object', bucket: 'b', name: 'export/1700000000/saved_model.pb' },
        crc32c: checksum(SMALL_SAVED_MODEL),
      },
      {
        name: 'variables/variables.data-00000-of-00001',
        bytes: 1,
        source: {
          kind: 'object',
          bucket: 'b',
          name: 'export/1700000000/variables/variables.data-00000-of-00001',
        },
        crc32c: checksum(TEXT),
      },
      {
        name: 'variables/variables.index',
        bytes: INDEX.length,
        source: {
          kind: 'object',
          bucket: 'b',
          name: 'export/1700000000/variables/variables.index',
        },
        crc32c: checksum(INDEX),
      },
    ]);
    expect(artifact.remarks).toEqual([
      'Passed over `temp-1700000002`: it is an export that was never finished.',
      'Passed over `1700000001`: it is half-written: it has `variables/` but no `saved_model.pb`.',
      'Chose `1700000000` (2023-11-14T22:13:20Z), the newest complete export; older: `1699999999000`.',
    ]);
  },
);

test('a model at the root of the bucket is found', async () => {
  const artifact = await find({ 'model.bst': BOOSTER }, 'gs://b');
  expect(artifact).toMatchObject({
    deployableUri: 'gs://b/',
    chosen: 'gs://b',
    marker: 'model.bst',
  });
});

test('an object is deployable where it lies when the service finds it there', async () => {
  const artifact = await find(
    { 'm/model.joblib': JOBLIB, 'm/a.txt': TEXT },
    'gs://b/m/model.joblib',
  );
  expect(artifact).toMatchObject({
    kind: 'model-file',
    chosen: 'gs://b/m/model.joblib',
    deployableUri: 'gs://b/m/',
    framework: 'SCIKIT_LEARN',
    frameworkVersion: '1.0.2',
  });
  expect(artifact.files.map(({ name }) => name)).toEqual(['model.joblib']);
});

test('a marker stands for the directory that it marks', async () => {
  const artifact = await find(EXPORTS, 'gs://b/export/1700000000/saved_model.pb');
  expect(artifact).toMatchObject({ deployableUri: 'gs://b/export/1700000000/' });
  expect(artifact.files).toHaveLength(3);
});

test('it has to be copied when its name is another, or another model lies beside it', async () => {
  const renamed = await find({ 'm/iris.bst': BOOSTER }, 'gs://b/m/iris.bst');
  expect(renamed.deployableUri).toBeUndefined();
  expect(renamed.files.map(({ name, source }) => [name, source])).toEqual([
    ['model.bst', { kind: 'object', bucket: 'b', name: 'm/iris.bst' }],
  ]);
  const directory = await find({ 'm/iris.bst': BOOSTER }, 'gs://b/m');
  expect(directory.deployableUri).toBeUndefined();
  const beside = { 'm/model.joblib': JOBLIB, 'm/model.pkl': JOBLIB };
  expect((await find(beside, 'gs://b/m/model.joblib')).deployableUri).toBeUndefined();
});

test('local packages make a copy necessary, packages in Cloud Storage do not', async () => {
  const root = await folder({ 'p-1.tar.gz': gzipSync('x') });
  const objects = bucket('b', { 'm/model.bst': BOOSTER, 'p/p-1.tar.gz': gzipSync('x') });
  const local = await findArtifact(
    request(root, 'gs://b/m', { packageFiles: ['p-1.tar.gz'] }),
    objects,
  );
  expect(local.deployableUri).toBeUndefined();
  expect(local.files.map(({ name, source }) => [name, source.kind])).toEqual([
    ['model.bst', 'object'],
    ['packages/p-1.tar.gz', 'local'],
  ]);
  const remote = await findArtifact(
    request(root, 'gs://b/m', { packageFiles: ['gs://b/p/p-1.tar.gz'] }),
    objects,
  );
  expect(remote.deployableUri).toBe('gs://b/m/');
  expect(remote.files).toHaveLength(1);
  const missing = findArtifact(
    request(root, 'gs://b/m', { packageFiles: ['gs://b/p/q-1.tar.gz'] }),
    objects,
  );
  expect((await failureOf(missing)).why).toBe(
    'There is no file `gs://b/p/q-1.tar.gz`, which package_files names.',
  );
});

test('a sibling that begins alike is not taken for the directory', async () => {
  const files = { 'model-old/model.bst': BOOSTER, 'model/model.joblib': JOBLIB };
  expect((await find(files, 'gs://b/model')).framework).toBe('SCIKIT_LEARN');
  const failure = await failureOf(find(files, 'gs://b/mod'));
  expect(failure.code).toBe('invalid-input');
  expect(failure.why).toBe(
    'No object lies there; those that begin alike are `model-old/model.bst` and `model/model.joblib`.',
  );
});

test('an empty place and a glob are refused', async () => {
  expect((await failureOf(find({ 'export/': NOTHING }, 'gs://b/export'))).code).toBe(
    'invalid-input',
  );
  const glob = await failureOf(find(EXPORTS, 'gs://b/export/*'));
  expect(glob.next).toMatch(/is no glob/);
});

test('two models in one place are refused', async () => {
  const failure = await failureOf(find({ 'm/a.joblib': JOBLIB, 'm/b.bst': BOOSTER }, 'gs://b/m'));
  expect(failure.why).toBe('It holds more than one model: `a.joblib` and `b.bst`.');
});

test('a missing bucket is told in the words of the service', async () => {
  const work = findArtifact(request('/nowhere', 'gs://c/m'), bucket('b', {}));
  await expect(work).rejects.toThrow(ServiceError);
});

test('of a SavedModel too large to fetch, the beginning is told', async () => {
  const info = field(1, Buffer.concat([field(4, 'serve'), field(5, '2.9.1')]));
  const bulk = 70 * 1024 * 1024;
  // Lengths of 28 and more bits: the graph, and the meta graph around it.
  const long = (number: number, length: number): Buffer =>
    Buffer.from([
      (number << 3) | 2,
      (length & 0x7f) | 0x80,
      ((length >> 7) & 0x7f) | 0x80,
      ((length >> 14) & 0x7f) | 0x80,
      length >> 21,
    ]);
  const signatures = signature('serving_default', {}, {});
  // One node whose constant fills the graph.
  const graph = [long(2, bulk), long(1, bulk - 5), long(5, bulk - 10)];
  const start = Buffer.concat([
    field(1, 1),
    long(2, info.length + 5 + bulk + signatures.length),
    info,
    Buffer.concat(graph),
  ]);
  let largest = 0;
  const artifact = await findArtifact(request('/nowhere', 'gs://b/m'), {
    list: () =>
      Promise.resolve([
        {
          name: 'm/saved_model.pb',
          bytes: start.length + bulk - 10 + signatures.length,
          crc32c: 'AAAAAA==',
          generation: '1',
        },
      ]),
    read(_bucket, _name, limit) {
      largest = Math.max(largest, limit);
      const content = Buffer.alloc(limit);
      start.copy(content);
      return Promise.resolve(content);
    },
  });
  expect(artifact.frameworkVersion).toBe('2.9.1');
  expect(artifact.savedModel?.tagSets).toEqual([['serve']]);
  expect(artifact.warnings).toEqual([
    '`saved_model.pb` is too large to fetch all of it from Cloud Storage: its signatures and operations were not checked.',
  ]);
  expect(largest).toBeLessThanOrEqual(64 * 1024 * 1024);
});

test('a plain pickle is deployed on Vertex AI under the name that its containers look for, as a copy', async () => {
  const files = { 'm/model.pkl': PICKLE };
  const there = await find(files, 'gs://b/m/', { platform: 'ai-platform' });
  expect([there.marker, there.deployableUri]).toEqual(['model.pkl', 'gs://b/m/']);
  const here = await find(files, 'gs://b/m/', { platform: 'vertex-ai' });
  expect(here.marker).toBe('model.joblib');
  expect(here.deployableUri).toBeUndefined();
  expect(here.files).toMatchObject([
    { name: 'model.joblib', source: { kind: 'object', name: 'm/model.pkl' } },
  ]);
  expect(here.remarks).toContain(
    '`model.pkl` is deployed as `model.joblib`, the name under which the service looks for it.',
  );
});
