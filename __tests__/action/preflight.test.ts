import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { actionUnderTest, expectGoodManners } from './action-under-test.ts';
import type { ActionUnderTest } from './action-under-test.ts';

const MODELS = join(import.meta.dirname, '../../examples/models');

let action: ActionUnderTest;

beforeAll(async () => {
  action = await actionUnderTest();
  await action.copyModel('bad', 'bad');
  const pickle = await readFile(join(MODELS, 'scikit-learn-pickle/model.pkl'));
  // Behind a real model: os.system('true'), and its result dropped.
  const command = Buffer.from("cposix\nsystem\n(S'true'\ntR0.", 'latin1');
  await mkdir(join(action.workspace, 'evil'));
  await action.write({
    'evil/model.pkl': Buffer.concat([pickle.subarray(0, -1), command]),
    'clean-1.0.tar.gz': gzipSync('package'),
    'onnx/model.onnx': Buffer.from('\x08\x08\x12\x07pytorch\x1a\x052.1.0', 'latin1'),
    'torch/model.pt': Buffer.from(
      `PK\x03\x04${'\0'.repeat(26)}m/data.pkl\0\0m/code/__torch__.py\0\0m/constants.pkl`,
      'latin1',
    ),
  });
});

afterAll(async () => {
  await action[Symbol.asyncDispose]();
});

/** Runs a deploy that has to be refused before anything is asked of a service, let alone created. */
async function refusal(
  inputs: Readonly<Record<string, string>>,
): Promise<{ text: string; code: string }> {
  action.emulator.forgetRequests();
  const result = await action.run({ model: 'm', version: 'v1', ...inputs });
  expectGoodManners(result);
  expect(result.outputs['status']).toBe('failed');
  expect(action.emulator.requests).toEqual([]);
  return { text: result.errors[0]?.message ?? '', code: result.outputs['error_code'] ?? '' };
}

test.each([
  ['missing-shard', /`variables\/variables\.data-00000-of-00001` is missing/],
  ['no-signature', /`saved_model\.pb` has no signature/],
  ['no-serve-tag', /has the one tag `serve`.*there is `train`/],
  ['newer-scikit-learn', /made with scikit-learn 1\.5\.2.*scikit-learn~=1\.0/],
  ['newer-pickle-protocol', /protocol 5.*Python 3\.7.*protocol=4/],
  [
    'unknown-module',
    /refers to `my_clean\.Clean`, and runtime 2\.11 lacks the module `my_clean`\.[^]*Next: Give its source distribution in `package_files`/,
  ],
  ['keras-h5', /HDF5 file, as Keras saves models/],
  ['keras-v3', /a Keras archive.*model\.export/],
  ['tflite', /a TensorFlow Lite model.*tf\.saved_model\.save/],
])('bad/%s is refused on AI Platform before any request, with its cure', async (name, expected) => {
  const { text, code } = await refusal({ source: `bad/${name}` });
  expect(text.replaceAll('\n', ' ')).toMatch(expected);
  expect(code).toBe('artifact');
});

test.each([
  ['onnx', /an ONNX model.*onnx2tf/],
  ['torch', /a TorchScript model.*SavedModel/],
])('%s is refused with how to make of it what is served', async (source, expected) => {
  const { text, code } = await refusal({ source });
  expect(text.replaceAll('\n', ' ')).toMatch(expected);
  expect(code).toBe('artifact');
});

test.each([
  ['missing-shard', /is missing/],
  ['no-signature', /has no signature/],
  [
    'unknown-module',
    /refers to `my_clean\.Clean`, and the prebuilt container lacks the module `my_clean`\.[^]*Next: Build a container/,
  ],
])('bad/%s is refused on Vertex AI before any request', async (name, expected) => {
  const { text } = await refusal({
    platform: 'vertex-ai',
    source: `bad/${name}`,
  });
  expect(text).toMatch(expected);
});

test('a runtime that cannot load the model is refused with the one that can', async () => {
  const { text, code } = await refusal({ source: 'bad/xgboost-ubjson', runtime_version: '2.8' });
  expect(text).toMatch(
    /runtime_version: `2\.8`: .*UBJSON[^]*Next: Give `runtime_version: '2\.11'`, which has XGBoost 1\.6/,
  );
  expect(code).toBe('invalid-input');
});

test('everything that is wrong with a model and the inputs comes at once', async () => {
  const { text } = await refusal({
    source: 'bad/newer-pickle-protocol',
    nodes: '1',
    max_nodes: '2',
  });
  for (const part of ['scikit-learn 1.5.2', 'numpy._core', 'protocol 5', 'nodes:']) {
    expect(text).toContain(part);
  }
});

describe('a pickle that runs a command', () => {
  test.each([
    ['alone', {}],
    ['with packages', { region: 'global', package_files: 'clean-1.0.tar.gz' }],
    ['on Vertex AI', { platform: 'vertex-ai' }],
  ])('is refused %s', async (_, inputs) => {
    const { text, code } = await refusal({ source: 'evil', ...inputs });
    expect(text).toContain('refers to `posix.system`');
    expect(text).toContain('allow_unsafe_pickle: true');
    expect(code).toBe('artifact');
  });

  test('is deployed when that is asked for, with a warning that names what it refers to', async () => {
    const result = await action.run({
      model: 'evil',
      source: 'evil',
      version: 'v1',
      allow_unsafe_pickle: 'true',
    });
    expectGoodManners(result);
    expect(result.outputs['status']).toBe('deployed');
    expect(result.warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('refers to `posix.system`'),
    ]);
  });
});

test('a UBJSON booster is deployed under the name by which it is found', async () => {
  const result = await action.run({
    model: 'boosted',
    source: 'bad/xgboost-ubjson',
    version: 'v1',
  });
  expectGoodManners(result);
  expect(result.outputs['status']).toBe('deployed');
  expect(await action.objects('boosted/')).toEqual(['boosted/v1/model.bst']);
});
