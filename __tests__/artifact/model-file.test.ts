import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { readModelFile, servedName } from '../../src/artifact/model-file.ts';
import { bytesOf } from './folders.ts';

const EXAMPLES = path.join(import.meta.dirname, '../../examples/models');
const PICKLES = JSON.parse(
  await readFile(path.join(import.meta.dirname, 'pickles.json'), 'utf8'),
) as Readonly<Record<string, string>>;

const look = (name: string, content: Uint8Array): ReturnType<typeof readModelFile> =>
  readModelFile(name, bytesOf(content));

test.each([
  ['xgboost/model.bst', '1.6', 'binary'],
  ['xgboost-json/iris.bst', '1.6.2', 'JSON'],
  ['bad/xgboost-ubjson/model.ubj', '1.6.2', 'UBJSON'],
])('the booster %s is XGBoost %s in %s form', async (file, version, format) => {
  const model = await look('model', await readFile(path.join(EXAMPLES, file)));
  expect(model).toEqual({
    kind: 'booster',
    framework: 'XGBOOST',
    frameworkVersion: version,
    booster: { format, version },
  });
});

test('a binary booster is known without its mark, and before it carried a version', async () => {
  const marked = await readFile(path.join(EXAMPLES, 'xgboost/model.bst'));
  const plain = Buffer.from(marked.subarray(4));
  expect(await look('x', plain)).toMatchObject({ kind: 'booster', frameworkVersion: '1.6' });
  plain.fill(0, 20, 28);
  expect(await look('x', plain)).toMatchObject({ kind: 'booster', frameworkVersion: undefined });
});

test('a JSON booster tells its version also where it stands first', async () => {
  const json = '{"version": [1, 0, 2], "learner": {"attributes": {}}}';
  expect(await look('x.json', Buffer.from(json))).toMatchObject({ frameworkVersion: '1.0.2' });
  expect(await look('x.json', Buffer.from('{"learner":{"a":1}}'))).toMatchObject({
    kind: 'booster',
    frameworkVersion: undefined,
  });
});

test.each(['xgboost-json/iris.bst', 'bad/xgboost-ubjson/model.ubj'])(
  'the booster %s is refused when its end is missing',
  async (file) => {
    const whole = await readFile(path.join(EXAMPLES, file));
    for (const length of [whole.length - 1, whole.length - 200, 1000]) {
      expect(await look('model.bst', whole.subarray(0, length))).toEqual({
        kind: 'refused',
        problem: {
          what: expect.stringMatching(/^`model.bst` cannot be loaded. It is cut short/) as string,
          next: 'Check that the whole file was written and downloaded.',
        },
      });
    }
  },
);

test.each([
  ['scikit-learn/model.joblib', '1.0.2', true],
  ['scikit-learn-compressed/model.joblib', '1.0.2', true],
  ['scikit-learn-pickle/model.pkl', '1.0.2', false],
])('the pickle %s is scikit-learn %s', async (file, frameworkVersion, joblib) => {
  const model = await look('model', await readFile(path.join(EXAMPLES, file)));
  expect(model).toMatchObject({
    kind: 'pickle',
    framework: 'SCIKIT_LEARN',
    frameworkVersion,
    joblib,
  });
});

test.each([
  ['pickle-xgboost', 'XGBOOST', '3.2.0'],
  ['joblib-pipeline-xgboost', 'SCIKIT_LEARN', '1.9.1'],
  ['pickle-0', 'SCIKIT_LEARN', '1.9.1'],
  ['joblib-zlib', 'SCIKIT_LEARN', '1.9.1'],
  ['joblib-gzip', 'SCIKIT_LEARN', '1.9.1'],
])('%s is a model of %s %s', async (name, framework, frameworkVersion) => {
  const model = await look('model', Buffer.from(PICKLES[name] ?? '', 'base64'));
  expect(model).toMatchObject({ kind: 'pickle', framework, frameworkVersion });
});

test.each([
  ['joblib-bz2', 'bzip2'],
  ['joblib-xz', 'xz'],
  ['joblib-lzma', 'LZMA'],
])('%s is not read, and said to be so', async (name, method) => {
  const model = await look('model', Buffer.from(PICKLES[name] ?? '', 'base64'));
  expect(model).toMatchObject({
    kind: 'unknown',
    why: `It is compressed with ${method}, which is not unfolded here.`,
    joblib: true,
  });
});

/** A zip file as far as its names go. */
function zip(...names: readonly string[]): Buffer {
  return Buffer.from(`PK\x03\x04${'\0'.repeat(26)}${names.join('\0\0')}`, 'latin1');
}

const CUT_SHORT = Buffer.from(PICKLES['joblib-gzip'] ?? '', 'base64').subarray(0, 200);
const TAR = Buffer.concat([Buffer.alloc(257), Buffer.from('ustar'), Buffer.alloc(762)]);

test.each<[string, string | Buffer, RegExp, RegExp]>([
  [
    'model.keras',
    zip('metadata.json', 'config.json', 'model.weights.h5'),
    /Keras archive/,
    /export/,
  ],
  ['model.pt', zip('model/data.pkl', 'model/version'), /PyTorch model/, /image/],
  [
    'model.pt',
    zip('m/data.pkl', 'm/code/__torch__.py', 'm/constants.pkl'),
    /TorchScript/,
    /SavedModel.*image/,
  ],
  ['model.zip', zip('1700000000/saved_model.pb'), /zip archive of a SavedModel/, /Unpack/],
  ['model.zip', zip('readme.txt'), /a zip archive\./, /Unpack/],
  ['arrays.npz', zip('coef.npy'), /NumPy archive/, /joblib\.dump/],
  ['array.npy', '\x93NUMPY\x01\0', /NumPy array/, /joblib\.dump/],
  ['model.h5', '\x89HDF\r\n\x1a\n\0\0', /HDF5/, /model\.export/],
  ['model.tflite', '\x1c\0\0\0TFL3\0\0', /TensorFlow Lite/, /SavedModel/],
  [
    'model.pt',
    '\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.',
    /a PyTorch model/,
    /SavedModel.*container.*input image/,
  ],
  ['model.txt', 'tree\nversion=v3\nnum_class=1\n', /a LightGBM model/, /image/],
  ['model.cbm', 'CBM1\x08\0\0\0', /a CatBoost model/, /image/],
  ['model.onnx', '\x08\x08\x12\x07pytorch\x1a\x052.1.0', /ONNX/, /onnx2tf.*image/],
  ['model.tar', TAR, /a tar archive/, /Unpack/],
  ['model.tar.gz', gzipSync(TAR), /a tar archive, compressed/, /Unpack/],
  ['model.7z', '7z\xbc\xaf\x27\x1c', /7-Zip/, /Unpack/],
  ['model.joblib', '', /is empty/, /step that writes it/],
  [
    'model.pkl',
    'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n',
    /Git LFS pointer/,
    /lfs: true/,
  ],
  ['model.pkl', '\x80\x02ctorch._utils\n_rebuild_tensor_v2\n.', /PyTorch objects/, /image/],
  ['junk.joblib', 'hello\n', /is no model: it is text of 6 bytes/, /step that writes it/],
  ['junk.bst', '{"accuracy": 0.9}', /is no model: it is text of 17 bytes/, /step that writes it/],
  ['junk.bst', '\x08\x01\x12', /is no model: it has only 3 bytes/, /step that writes it/],
  ['model.pkl', '\x80\x04\x95', /cut short/, /written and downloaded/],
  ['model.joblib', CUT_SHORT, /cut short/, /downloaded/],
])('%s is refused with a cure: %#', async (name, content, what, next) => {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
  const model = await look(name, bytes);
  expect(model).toMatchObject({
    kind: 'refused',
    problem: {
      what: expect.stringMatching(what) as string,
      next: expect.stringMatching(next) as string,
    },
  });
});

test('Keras files as Keras wrote them are refused', async () => {
  for (const [file, what] of [
    ['bad/keras-h5/model.h5', '`model` is an HDF5 file, as Keras saves models.'],
    ['bad/keras-v3/model.keras', '`model` is a Keras archive.'],
    ['bad/tflite/model.tflite', '`model` is a TensorFlow Lite model.'],
  ] as const) {
    const model = await look('model', await readFile(path.join(EXAMPLES, file)));
    expect(model).toMatchObject({ kind: 'refused', problem: { what } });
  }
});

test.each([
  ['JSON with what XGBoost looks for', `{"Config": {}, "learner": {${' '.repeat(80)}}}`],
  ['a SavedModel under another name', `\x08\x01\x12\x04\x0a\x02\x22\0${'\x1a\0'.repeat(40)}`],
  ['zeros', '\0'.repeat(1000)],
])('%s is unknown', async (_, content) => {
  expect(await look('model', Buffer.from(content, 'latin1'))).toMatchObject({ kind: 'unknown' });
});

test('random bytes are never taken for a model', async () => {
  let seed = 3;
  const random = (): number => (seed = (seed * 48_271) % 0x7fffffff) >> 8;
  for (let round = 0; round < 300; round += 1) {
    const content = Buffer.from(Array.from({ length: 600 }, () => random() % 256));
    expect(['unknown', 'refused']).toContain((await look('model', content)).kind);
  }
});

test('a file is served under the name by which the right loader finds it', async () => {
  const model = async (name: string): ReturnType<typeof readModelFile> =>
    look('model', Buffer.from(PICKLES[name] ?? '', 'base64'));
  const booster = await look('m', await readFile(path.join(EXAMPLES, 'xgboost/model.bst')));
  const plain = await model('pickle-4');
  const joblib = await model('joblib-4');
  const unknown = await look('m', Buffer.alloc(1000));
  expect(servedName(booster, 'iris.pkl', undefined, 'ai-platform')).toBe('model.bst');
  expect(servedName(plain, 'clf.pkl', undefined, 'ai-platform')).toBe('model.pkl');
  expect(servedName(plain, 'clf.pickle', undefined, 'ai-platform')).toBe('model.pkl');
  expect(servedName(plain, 'clf.joblib', undefined, 'ai-platform')).toBe('model.joblib');
  expect(servedName(plain, 'clf', undefined, 'ai-platform')).toBe('model.pkl');
  expect(servedName(joblib, 'clf.joblib', undefined, 'ai-platform')).toBe('model.joblib');
  // pickle.load, with which the service reads model.pkl, fails on joblib's arrays.
  expect(servedName(joblib, 'clf.pkl', undefined, 'ai-platform')).toBe('model.joblib');
  expect(servedName(unknown, 'clf.pkl', 'SCIKIT_LEARN', 'ai-platform')).toBe('model.pkl');
  expect(servedName(unknown, 'iris', 'XGBOOST', 'ai-platform')).toBe('model.bst');
  expect(servedName(unknown, 'clf', 'SCIKIT_LEARN', 'ai-platform')).toBe('model.joblib');
  // The containers of Vertex AI look for model.joblib, and joblib.load reads plain pickles.
  expect(servedName(plain, 'clf.pkl', undefined, 'vertex-ai')).toBe('model.joblib');
  expect(servedName(unknown, 'clf.pickle', 'XGBOOST', 'vertex-ai')).toBe('model.joblib');
  expect(servedName(booster, 'iris.pkl', undefined, 'vertex-ai')).toBe('model.bst');
});
