import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { actionUnderTest, expectGoodManners } from './action-under-test.ts';
import type { ActionUnderTest } from './action-under-test.ts';

// Predictions are those of a real XGBoost model, computed in Node where no Python has the framework.

const PYTHON = join(import.meta.dirname, '..', 'xgboost-in-node', 'python3');
const PROOF = join(import.meta.dirname, '..', '..', 'examples', 'models', 'proof', 'xgboost-json');
const isWindows = process.platform === 'win32';
const describeHere = isWindows ? describe.skip : describe;

let action: ActionUnderTest;
let instances = '';
let expected = '';

beforeAll(async () => {
  action = await actionUnderTest({ python: PYTHON });
  await action.copyModel('xgboost-json', 'boosted');
  await action.copyModel('scikit-learn', 'scikit-learn');
  instances = await readFile(join(PROOF, 'instances.json'), 'utf8');
  expected = await readFile(join(PROOF, 'predictions.json'), 'utf8');
  await action.write({ 'proof/instances.json': instances });
});

afterAll(async () => {
  await action[Symbol.asyncDispose]();
});

type Inputs = Readonly<Record<string, string>>;

const prove = (inputs: Inputs, step: Parameters<ActionUnderTest['run']>[1] = {}) =>
  action.run(
    {
      source: 'boosted',
      test_instances: 'proof/instances.json',
      expected_predictions: expected,
      ...inputs,
    },
    step,
  );

const defaultOf = async (model: string): Promise<string | undefined> => {
  const { defaultVersion } = ((await action.read(`models/${model}`)) ?? {}) as {
    defaultVersion?: { name: string };
  };
  return defaultVersion?.name.split('/').at(-1);
};

/** What was asked for after so many requests, without what only reads. */
const changesSince = (count: number): readonly string[] =>
  action.emulator.requests
    .slice(count)
    .filter(({ method, url }) => method !== 'GET' && url.includes('/models'))
    .map(({ method, url }) => `${method} ${url.replace(/^.*\/models/, '')}`);

describeHere('a version that answers as expected', () => {
  test('on the first deploy is proven, and its answer is an output', async () => {
    const result = await prove({ model: 'good', version: 'v1' });
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({ status: 'deployed', promoted: 'true', state: 'READY' });
    const predictions = JSON.parse(result.outputs['predictions'] ?? '') as number[];
    expect(predictions).toHaveLength(5);
    expect(predictions[0]).toBeCloseTo(0.0279, 4);
    expect(result.log).toContain('It answers 5 test instances as it should.');
    expect(result.summary).toMatch(/Proof \| \*\*good\*\*: 5 test instances/);
  });

  test('is asked itself, before it becomes the default', async () => {
    const before = action.emulator.requests.length;
    const result = await prove({ model: 'good', version: 'v2' });
    expect(result.outputs).toMatchObject({ status: 'deployed', previous_version: 'v1' });
    expect(changesSince(before)).toEqual([
      'POST /good/versions',
      'POST /good/versions/v2:predict',
      'POST /good/versions/v2:setDefault',
    ]);
    expect(await defaultOf('good')).toBe('v2');
  });

  test('is not promoted where that was not asked, and proven all the same', async () => {
    const result = await prove({ model: 'good', version: 'v3', promote: 'false' });
    expect(result.outputs).toMatchObject({ status: 'deployed', promoted: 'false' });
    expect(result.log).toContain('It answers 5 test instances as it should.');
    expect(await defaultOf('good')).toBe('v2');
  });

  test('is the stand-in first where the default of its name is replaced, and something always serves', async () => {
    const before = action.emulator.requests.length;
    const result = await prove({ model: 'good', version: 'v2', if_version_exists: 'replace' });
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({ status: 'deployed', promoted: 'true', version: 'v2' });
    expect(changesSince(before)).toEqual([
      'POST /good/versions',
      'POST /good/versions/v2_stand_in:predict',
      'POST /good/versions/v2_stand_in:setDefault',
      'DELETE /good/versions/v2',
      'POST /good/versions',
      'POST /good/versions/v2:setDefault',
      'DELETE /good/versions/v2_stand_in',
    ]);
    expect(await defaultOf('good')).toBe('v2');
    expect(await action.read('models/good/versions/v2_stand_in')).toBeUndefined();
  });
});

describeHere('a version that fails its proof', () => {
  const wrong = '[0.9, 0.9, 0.9, 0.9, 0.9]';

  test('is deleted, and the version that served serves', async () => {
    await action.run({ model: 'bad', source: 'boosted', version: 'v1' });
    const result = await prove({ model: 'bad', version: 'v2', expected_predictions: wrong });
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({
      status: 'rolled-back',
      error_code: 'verification',
      promoted: 'false',
      previous_version: 'v1',
      console_url: '',
    });
    const { message = '', properties } = result.errors[0] ?? {};
    expect(properties?.['title']).toBe('Deploy rolled back: bad v2');
    expect(message).toContain('predictions[0] is 0.0279298');
    expect(message).toContain('and 0.9 was expected');
    expect(message).toContain('v1 serves as before');
    expect(await defaultOf('bad')).toBe('v1');
    expect(await action.read('models/bad/versions/v2')).toBeUndefined();
    expect(result.summary).toMatch(/Proof \| \*\*bad\*\*/);
    expect(JSON.parse(result.outputs['predictions'] ?? '')).toHaveLength(5);
  });

  test('and is the first of its model, is deleted with the model: nothing serves', async () => {
    const result = await prove({ model: 'stillborn', expected_predictions: wrong });
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({ status: 'rolled-back', error_code: 'verification' });
    expect(await action.read('models/stillborn')).toBeUndefined();
    expect(result.summary).toContain('gcloud storage rm --recursive');
    expect(result.summary).not.toContain('gcloud ai-platform versions');
    expect(result.summary).toContain('| Serving | nothing, as before |');
    expect(result.errors[0]?.message).toContain('No version serves.');
  });

  test('when it refuses the instances, is told in its own words, and asked only once', async () => {
    const before = action.emulator.requests.length;
    const result = await prove({
      model: 'bad',
      version: 'v3',
      test_instances: '[[1]]',
      expected_predictions: '[1]',
    });
    expect(result.outputs).toMatchObject({ status: 'rolled-back', error_code: 'verification' });
    expect(result.errors[0]?.message).toContain('expected 4 features');
    expect(changesSince(before).filter((line) => line.endsWith(':predict'))).toHaveLength(1);
  });

  test.each([
    ['NaN', '{"predictions": [NaN, 1, 1, 1, 1]}', 'holds NaN or Infinity'],
    ['too few', '{"predictions": [1, 1]}', '2 predictions for 5 instances'],
    ['no predictions', '{"outputs": []}', 'has no list of predictions'],
    ['text for a number', '{"predictions": ["NaN", 1, 1, 1, 1]}', 'predictions[0] is NaN'],
    ['another form', '{"predictions": [1, [1], 1, 1, 1]}', 'predictions[1] is a list of 1'],
  ])('by answering %s', async (_, text, words) => {
    const fault = action.emulator.misbehave({
      method: 'POST',
      url: /:predict$/,
      action: { kind: 'replace-answer', status: 200, text, contentType: 'application/json' },
    });
    const result = await prove({ model: 'bad', version: 'v4', expected_predictions: '' });
    expect(fault.played).toBe(1);
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({ status: 'rolled-back', error_code: 'verification' });
    expect(result.errors[0]?.message).toContain(words);
    expect(await defaultOf('bad')).toBe('v1');
    expect(await action.read('models/bad/versions/v4')).toBeUndefined();
  });
});

describeHere('a version that cannot be asked', () => {
  test('is not promoted and stays; the next run proves and promotes it', async () => {
    await action.run({ model: 'unasked', source: 'boosted', version: 'v1' });
    const fault = action.emulator.misbehave({
      method: 'POST',
      url: /:predict$/,
      action: {
        kind: 'status',
        status: 403,
        body: { error: { code: 403, status: 'PERMISSION_DENIED', message: 'Access denied.' } },
      },
    });
    const result = await prove({ model: 'unasked', version: 'v2' });
    expect(fault.played).toBe(1);
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({ error_code: 'verification', promoted: 'false' });
    expect(result.errors[0]?.message).toContain('could not be proven');
    expect(result.errors[0]?.message).toMatch(
      /Grant the caller ml\.versions\.predict: `gcloud ai-platform models add-iam-policy-binding unasked --member=serviceAccount:DEPLOYER --role=roles\/ml\.modelUser --region=us-central1 --project=[\w-]+`\. Then: Run the job again with `if_version_exists: reuse`/,
    );
    expect(await defaultOf('unasked')).toBe('v1');
    expect(await action.read('models/unasked/versions/v2')).toMatchObject({ state: 'READY' });
    expect(result.summary).toContain('gcloud ai-platform versions delete v2');

    const before = action.emulator.requests.length;
    const again = await prove(
      { model: 'unasked', version: 'v2', if_version_exists: 'reuse' },
      { env: { GITHUB_RUN_ID: '5000' } },
    );
    expectGoodManners(again);
    expect(again.outputs).toMatchObject({ status: 'deployed', promoted: 'true' });
    expect(changesSince(before)).toEqual([
      'POST /unasked/versions/v2:predict',
      'POST /unasked/versions/v2:setDefault',
    ]);
  });
});

describeHere('local_predict', () => {
  const withPython = {
    env: {
      PATH: `${join(PYTHON, '..')}:${process.env['PATH'] ?? ''}`,
    },
  };

  test('asks the model on the runner before anything is uploaded', async () => {
    const before = action.emulator.requests.length;
    const result = await prove(
      { model: 'local', local_predict: 'true', dry_run: 'true' },
      withPython,
    );
    expectGoodManners(result);
    expect(result.outputs['status']).toBe('planned');
    expect(JSON.parse(result.outputs['predictions'] ?? '')).toHaveLength(5);
    expect(action.emulator.requests.slice(before).every(({ method }) => method === 'GET')).toBe(
      true,
    );
  });

  test('refuses a model that answers otherwise, and nothing is created', async () => {
    const before = action.emulator.requests.length;
    const result = await prove(
      { model: 'local', local_predict: 'true', expected_predictions: '[1,1,1,1,1]' },
      withPython,
    );
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'verification' });
    expect(result.errors[0]?.message).toContain('fails its proof on this runner');
    expect(result.errors[0]?.message).toContain('nothing was changed');
    expect(action.emulator.requests.slice(before).every(({ method }) => method === 'GET')).toBe(
      true,
    );
  });

  test('says what to install where the framework is missing', async () => {
    const result = await prove(
      {
        model: 'local',
        source: 'scikit-learn',
        local_predict: 'true',
        expected_predictions: '',
      },
      withPython,
    );
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'invalid-input' });
    expect(result.errors[0]?.message).toContain("python3 -m pip install 'scikit-learn==1.0.*'");
  });

  test('says what to set up where there is no Python', async () => {
    const result = await prove(
      { model: 'local', local_predict: 'true' },
      { env: { PATH: '/nonexistent' } },
    );
    expectGoodManners(result);
    expect(result.errors[0]?.message).toContain('there is no Python on this runner');
  });
});
