import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { savedModel } from './saved-model.ts';
import { sklearnPickle, startService, text } from './service-under-test.ts';
import type { ServiceUnderTest } from './service-under-test.ts';

const examples = join(import.meta.dirname, '..', '..', '..', 'examples', 'models');
const latin1 = (bytes: string): Buffer => Buffer.from(bytes, 'latin1');
const detected = { framework: undefined };
const sklearn = { framework: 'SCIKIT_LEARN' };
const xgboost = { framework: 'XGBOOST' };
const tensorflow = { framework: 'TENSORFLOW' };

let service: ServiceUnderTest;
let made = 0;

beforeAll(async () => {
  service = await startService();
  await service.global.call('POST', '/models', { name: 'fraud' });
});
afterAll(async () => {
  await service.emulator.close();
});

/** Deploys what lies under the prefix; the state and the error of the version. */
async function load(prefix: string, fields: object): Promise<object> {
  made += 1;
  const version = `v${made}`;
  await service.global.deploy(version, { deploymentUri: `gs://models/${prefix}/`, ...fields });
  const { body } = await service.global.call('GET', `/models/fraud/versions/${version}`);
  return body;
}

describe('real models become READY', () => {
  test.each([
    ['tensorflow/export/1700000000', tensorflow],
    ['tensorflow/export/1690000000', detected],
    ['scikit-learn', sklearn],
    ['scikit-learn', detected],
    ['scikit-learn-compressed', sklearn],
    ['scikit-learn-pickle', sklearn],
    ['xgboost', xgboost],
    ['xgboost', detected],
  ])('%s as %j', async (directory, fields) => {
    await service.putDirectory(`real/${directory}/`, join(examples, directory));
    expect(await load(`real/${directory}`, fields)).toMatchObject({ state: 'READY' });
  });

  test('a Booster in JSON form is read by XGBoost 1.0 and later, and not before', async () => {
    const bytes = await readFile(join(examples, 'xgboost-json', 'iris.bst'));
    await service.put('json/model.bst', bytes);
    expect(await load('json', xgboost)).toMatchObject({ state: 'READY' });
    expect(await load('json', { ...xgboost, runtimeVersion: '2.1' })).toMatchObject({
      state: 'FAILED',
      errorMessage: text(/does not read the json form/),
    });
  });
});

describe('models that people do try to deploy fail with the words of the prediction library', () => {
  test.each([
    [
      'missing-shard',
      tensorflow,
      /Failed to find any matching files for \/tmp\/model\/0001\/variables/,
    ],
    ['no-serve-tag', tensorflow, /bad model data\. tags: \['serve'\]/],
    ['newer-pickle-protocol', sklearn, /unsupported pickle protocol: 5\. .*using python 3\./],
    ['newer-scikit-learn', sklearn, /No module named 'numpy\._core/],
    ['unknown-module', sklearn, /model\.pkl\. No module named 'my_clean'\. \(Error code: 0\)"$/],
  ])('%s', async (directory, fields, message) => {
    await service.putDirectory(`bad/${directory}/`, join(examples, 'bad', directory));
    const version = await load(`bad/${directory}`, fields);
    expect(version).toMatchObject({ state: 'FAILED', errorMessage: text(message) });
  });
});

describe('bytes decide whether a model can be loaded', () => {
  const tf = (bytes: Buffer): Record<string, Buffer> => ({ 'saved_model.pb': bytes });
  const pickle = (bytes: Buffer): Record<string, Buffer> => ({ 'model.pkl': bytes });
  const joblib = (bytes: Buffer): Record<string, Buffer> => ({ 'model.joblib': bytes });
  const serving = savedModel({ tags: ['serve'], signatures: 1 });

  test.each<[string, Record<string, Buffer>, object]>([
    ['a SavedModel with a servable graph', tf(serving), tensorflow],
    [
      'a pickle of protocol 0',
      pickle(latin1('ccopy_reg\n_reconstructor\n(csklearn.svm\nSVC\n.')),
      sklearn,
    ],
    [
      'a pickle of protocol 4',
      pickle(latin1('\x80\x04\x8c\x0bsklearn.svm\x94\x8c\x03SVC\x94\x93.')),
      sklearn,
    ],
    ['joblib compressed by gzip', joblib(gzipSync(sklearnPickle)), sklearn],
    ['joblib compressed by xz, which nobody looks into', joblib(latin1('\xfd7zXZ\0')), sklearn],
    ['a pickled Booster', pickle(latin1('\x80\x03cxgboost.core\nBooster\n.')), xgboost],
    ['a Booster named model.joblib', joblib(latin1('binf\0\0gbtree')), xgboost],
    ['SavedModel as text', { 'saved_model.pbtxt': Buffer.from('meta_graphs {}') }, tensorflow],
  ])('%s is loaded', async (_, files, fields) => {
    expect(await deployed(files, fields)).toMatchObject({ state: 'READY' });
  });

  test.each<[string, Record<string, Buffer>, object, RegExp]>([
    [
      'an empty saved_model.pb',
      tf(Buffer.alloc(0)),
      tensorflow,
      /could not be found in SavedModel/,
    ],
    [
      'half a saved_model.pb',
      tf(serving.subarray(0, -3)),
      tensorflow,
      /Cannot parse file b'\/tmp\/model\/0001\/saved_model\.pb'/,
    ],
    [
      'HTML named saved_model.pb',
      tf(Buffer.from('<html></html>')),
      tensorflow,
      /Cannot parse file/,
    ],
    [
      'a graph for training',
      tf(savedModel({ tags: ['train'], signatures: 1 })),
      tensorflow,
      /tags: \['serve'\]/,
    ],
    [
      'a graph without signatures',
      tf(savedModel({ tags: ['serve'], signatures: 0 })),
      tensorflow,
      /must have at least one signature_def/,
    ],
    [
      'one shard of two',
      {
        'saved_model.pb': serving,
        'variables/variables.index': serving,
        'variables/variables.data-00000-of-00002': serving,
      },
      tensorflow,
      /1 of the 2 files of variables/,
    ],
    [
      'text that is no SavedModel',
      { 'saved_model.pbtxt': Buffer.from('hello') },
      tensorflow,
      /no meta_graphs/,
    ],
    ['an empty pickle', pickle(Buffer.alloc(0)), sklearn, /Ran out of input/],
    [
      'a pickle cut short',
      pickle(sklearnPickle.subarray(0, -1)),
      sklearn,
      /pickle data was truncated/,
    ],
    ['HTML named model.pkl', pickle(Buffer.from('<html>')), sklearn, /invalid load key, '<'/],
    [
      'a compressed file cut short',
      joblib(deflateSync(sklearnPickle).subarray(0, 12)),
      sklearn,
      /incomplete stream/,
    ],
    [
      'a dictionary',
      pickle(latin1('\x80\x03}.')),
      sklearn,
      /Invalid model type detected: builtins\.object/,
    ],
    [
      'a numpy array',
      pickle(latin1('\x80\x03cnumpy\nndarray\n.')),
      detected,
      /Invalid framework detected: numpy\.ndarray/,
    ],
    [
      'a class of a notebook',
      pickle(latin1('\x80\x03csklearn.svm\nSVC\nc__main__\nClean\n.')),
      sklearn,
      /Can't get attribute 'Clean' on <module '__main__'>/,
    ],
    [
      'a scikit-learn model as XGBoost',
      pickle(sklearnPickle),
      xgboost,
      /Invalid model type detected: sklearn\.svm\.SVC\. .*xgboost model/,
    ],
    [
      'any bytes named model.bst',
      { 'model.bst': Buffer.from('bytes') },
      xgboost,
      /Could not load the model: \/tmp\/model\/0001\/model\.bst/,
    ],
    [
      'two kinds of model files, framework to be detected',
      { 'model.pkl': sklearnPickle, 'model.bst': latin1('gbtree') },
      detected,
      /Multiple model files are found in the model_path/,
    ],
  ])('%s is not', async (_, files, fields, message) => {
    const prefix =
      /^Create Version failed\. Bad model detected with error: {2}"Failed to load model: /;
    const version = await deployed(files, fields);
    expect(version).toMatchObject({ state: 'FAILED', errorMessage: text(prefix) });
    expect(version).toMatchObject({ errorMessage: text(message) });
  });

  async function deployed(
    files: Readonly<Record<string, Buffer>>,
    fields: object,
  ): Promise<object> {
    const prefix = `made/${made}`;
    for (const [name, bytes] of Object.entries(files))
      await service.put(`${prefix}/${name}`, bytes);
    return load(prefix, fields);
  }
});

test('custom code is told from what it needs, and nothing of it is loaded', async () => {
  await service.put('cpr/weights.bin', 'any bytes');
  await service.put('cpr/code-1.0.tar.gz', 'a package');
  const custom = {
    framework: undefined,
    predictionClass: 'predictor.Predictor',
    packageUris: ['gs://models/cpr/code-1.0.tar.gz'],
  };
  expect(await load('cpr', custom)).toMatchObject({ state: 'READY' });
});
