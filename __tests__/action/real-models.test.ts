import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { actionUnderTest, expectGoodManners } from './action-under-test.ts';
import type { ActionUnderTest } from './action-under-test.ts';

// Models of every framework, run by the frameworks themselves, on the runner and in the service. scripts/frameworks.sh
// installs them.

const PROOF = join(import.meta.dirname, '..', '..', 'examples', 'models', 'proof');
const isThere = (module: string, version: RegExp): boolean => {
  const code = `import ${module}; print(${module}.__version__)`;
  const { status, stdout } = spawnSync('python3', ['-c', code], { encoding: 'utf8' });
  return status === 0 && version.test(stdout);
};
const tensorflow = { framework: 'TensorFlow 2', there: isThere('tensorflow', /^2\./) };
const scikitLearn = { framework: 'scikit-learn 1.0', there: isThere('sklearn', /^1\.0\./) };
const xgboost = { framework: 'XGBoost 1 or 2', there: isThere('xgboost', /^[12]\./) };
const models = [
  { ...tensorflow, name: 'tensorflow', source: 'tensorflow/export' },
  { ...scikitLearn, name: 'scikit-learn', source: 'scikit-learn' },
  { ...scikitLearn, name: 'scikit-learn-compressed', source: 'scikit-learn-compressed' },
  { ...scikitLearn, name: 'scikit-learn-pickle', source: 'scikit-learn-pickle' },
  { ...xgboost, name: 'xgboost', source: 'xgboost' },
  { ...xgboost, name: 'xgboost-json', source: 'xgboost-json' },
];

let action: ActionUnderTest;

beforeAll(async () => {
  action = await actionUnderTest();
  for (const { source } of models) await action.copyModel(source, source);
});

afterAll(async () => {
  await action[Symbol.asyncDispose]();
});

const proofOf = (name: string): Readonly<Record<string, string>> => ({
  test_instances: readFileSync(join(PROOF, name, 'instances.json'), 'utf8'),
  expected_predictions: readFileSync(join(PROOF, name, 'predictions.json'), 'utf8'),
  local_predict: 'true',
});

const predictionsOf = (name: string): readonly unknown[] =>
  (
    JSON.parse(proofOf(name)['expected_predictions'] ?? '') as {
      readonly predictions: readonly unknown[];
    }
  ).predictions;

describe.each(models)('a $name model', ({ name, source, framework, there }) => {
  const reason = there ? '' : ` (skipped: python3 has no ${framework})`;
  const testHere = there ? test : test.skip;

  testHere.each(['ai-platform', 'vertex-ai'])(
    `answers on the runner and on %s as when it was trained, and serves${reason}`,
    async (platform) => {
      const inputs = { platform, model: name.replaceAll('-', '_'), source, version: 'v1' };
      const result = await action.run({ ...inputs, ...proofOf(name) });
      expectGoodManners(result);
      expect(result.outputs).toMatchObject({
        status: 'deployed',
        state: 'READY',
        promoted: 'true',
      });
      const predictions = JSON.parse(result.outputs['predictions'] ?? '') as readonly unknown[];
      expect(predictions).toHaveLength(predictionsOf(name).length);
      expect(result.log).toMatch(
        /The model answers the test instances on this runner as it should\.[^]*It answers \d+ test instances as it should\./,
      );
    },
    90_000,
  );

  testHere(
    `that answers otherwise than expected is refused on the runner, and nothing is sent${reason}`,
    async () => {
      const before = action.emulator.requests.length;
      const reversed = JSON.stringify(predictionsOf(name).toReversed());
      const result = await action.run({
        ...{ model: 'refused', source, version: 'v1' },
        ...proofOf(name),
        expected_predictions: reversed,
      });
      expectGoodManners(result);
      expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'verification' });
      expect(result.errors[0]?.message).toContain('fails its proof on this runner');
      const sent = action.emulator.requests.slice(before);
      expect(sent.filter(({ method }) => method !== 'GET')).toEqual([]);
    },
    90_000,
  );
});

const testTensorflow = tensorflow.there ? test : test.skip;
testTensorflow(
  `a signature of its own is asked on the runner and on AI Platform${tensorflow.there ? '' : ' (skipped: python3 has no TensorFlow 2)'}`,
  async () => {
    const result = await action.run({
      ...{ model: 'score', source: 'tensorflow/export', version: 'v1', signature_name: 'score' },
      ...proofOf('tensorflow-score'),
    });
    expectGoodManners(result);
    expect(result.outputs['status']).toBe('deployed');
  },
  90_000,
);
