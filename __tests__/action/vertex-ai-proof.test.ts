import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { actionUnderTest, expectGoodManners, PROJECT } from './action-under-test.ts';
import type { ActionUnderTest } from './action-under-test.ts';

// Predictions are those of a real XGBoost model, computed in Node where no Python has the framework.

const PYTHON = join(import.meta.dirname, '..', 'xgboost-in-node', 'python3');
const PROOF = join(import.meta.dirname, '..', '..', 'examples', 'models', 'proof', 'xgboost-json');
const PARENT = `projects/${PROJECT}/locations/us-central1`;
const WRONG = '[0.9, 0.9, 0.9, 0.9, 0.9]';
const describeHere = process.platform === 'win32' ? describe.skip : describe;

let action: ActionUnderTest;
let instances = '';
let expected = '';

beforeAll(async () => {
  action = await actionUnderTest({ python: PYTHON });
  await action.copyModel('xgboost-json', 'boosted');
  await action.copyModel('xgboost', 'other');
  instances = await readFile(join(PROOF, 'instances.json'), 'utf8');
  expected = await readFile(join(PROOF, 'predictions.json'), 'utf8');
});

afterAll(async () => {
  await action[Symbol.asyncDispose]();
});

interface Endpoint {
  readonly name: string;
  readonly displayName: string;
  readonly trafficSplit?: Readonly<Record<string, number>>;
  readonly deployedModels?: readonly { readonly id: string; readonly modelVersionId: string }[];
}

let runId = 7000;

/** One deploy, each in a run of its own. */
const deploy = (
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): ReturnType<ActionUnderTest['run']> => {
  runId += 1;
  return action.run(
    { platform: 'vertex-ai', source: 'boosted', ...inputs },
    { env: { GITHUB_RUN_ID: String(runId), ...env } },
  );
};

const prove = (
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): ReturnType<ActionUnderTest['run']> =>
  deploy({ test_instances: instances, expected_predictions: expected, ...inputs }, env);

const get = async <Resource>(path: string): Promise<Resource> =>
  (await (await fetch(`${action.emulator.origin}/v1/${path}`)).json()) as Resource;

const endpoints = async (): Promise<readonly Endpoint[]> =>
  (await get<{ endpoints?: readonly Endpoint[] }>(`${PARENT}/endpoints?pageSize=100`)).endpoints ??
  [];

/** Traffic by version number on the endpoint of this name; `undefined` where there is none. */
async function traffic(name: string): Promise<Record<string, number> | undefined> {
  const endpoint = (await endpoints()).find(({ displayName }) => displayName === name);
  if (endpoint === undefined) return undefined;
  const { trafficSplit = {}, deployedModels = [] } = endpoint;
  return Object.fromEntries(
    deployedModels.map(({ id, modelVersionId }) => [modelVersionId, trafficSplit[id] ?? 0]),
  );
}

const aliases = async (reference: string): Promise<readonly string[]> =>
  [
    ...((await get<{ versionAliases?: readonly string[] }>(`${PARENT}/models/${reference}`))
      .versionAliases ?? []),
  ].sort();

/** Every split that was written while `work` ran. */
async function splitsDuring(work: () => Promise<unknown>): Promise<readonly unknown[]> {
  const before = action.emulator.requests.length;
  await work();
  return action.emulator.requests
    .slice(before)
    .filter(({ method, url }) => method === 'PATCH' && url.includes('trafficSplit'));
}

const leftOfProofs = async (): Promise<readonly string[]> =>
  (await endpoints())
    .map(({ displayName }) => displayName)
    .filter((name) => name.includes('-proof-'));

describeHere('the proof on Vertex AI', () => {
  test('of a first deploy asks the endpoint, where nothing else is', async () => {
    const result = await prove({ model: 'good', version: 'one' });
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({ status: 'deployed', promoted: 'true', version: '1' });
    expect(JSON.parse(result.outputs['predictions'] ?? '')).toHaveLength(5);
    expect(result.summary).toMatch(/Proof \| \*\*good\*\*: 5 test instances/);
    expect(await traffic('good')).toEqual({ 1: 100 });
  });

  test('where something serves asks on an endpoint of its own, and takes that away again', async () => {
    const result = await prove({ model: 'good', version: 'two', traffic: '10' });
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({ status: 'deployed', promoted: 'true', version: '2' });
    expect(result.log).toMatch(/on an endpoint of its own, good-proof-\d+-1, deleted afterwards/);
    expect(await traffic('good')).toEqual({ 1: 90, 2: 10 });
    expect(await leftOfProofs()).toEqual([]);
    expect(result.summary).not.toContain('-proof-');
  });

  test('of a version that has some traffic asks until it answers, and gives it the rest', async () => {
    const result = await prove({ model: 'good', version: 'two', if_version_exists: 'reuse' });
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({ status: 'deployed', promoted: 'true', version: '2' });
    expect(await traffic('good')).toEqual({ 2: 100 });
    expect(await aliases('good@2')).toEqual(['default', 'two']);
  });

  test('of a version that is all that is wanted finds nothing to do', async () => {
    const result = await prove({ model: 'good', version: 'two', if_version_exists: 'reuse' });
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({
      status: 'unchanged',
      state: 'READY',
      promoted: 'true',
      version: '2',
    });
  });

  test('that is bad leaves the split exactly as it was, and nothing of the version', async () => {
    await deploy({ model: 'good', version: 'canary', traffic: '30' });
    expect(await traffic('good')).toEqual({ 2: 70, 3: 30 });
    const written = await splitsDuring(async () => {
      const result = await prove({ model: 'good', version: 'bad', expected_predictions: WRONG });
      expectGoodManners(result);
      expect(result.outputs).toMatchObject({
        status: 'rolled-back',
        error_code: 'verification',
        promoted: 'false',
      });
      expect(result.errors[0]?.message).toContain('and 0.9 was expected');
      expect(result.summary).not.toContain('gcloud ai');
    });
    expect(written).toEqual([]);
    expect(await traffic('good')).toEqual({ 2: 70, 3: 30 });
    expect(await aliases('good@3')).toEqual(['canary', 'default']);
    expect(await leftOfProofs()).toEqual([]);
    const { models = [] } = await get<{ models?: readonly { versionId: string }[] }>(
      `${PARENT}/models/good:listVersions`,
    );
    expect(models.map(({ versionId }) => versionId).sort()).toEqual(['1', '2', '3']);
  });

  test('that is bad on a first deploy leaves neither model nor endpoint', async () => {
    const result = await prove({ model: 'stillborn', expected_predictions: WRONG });
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({ status: 'rolled-back', error_code: 'verification' });
    expect(await traffic('stillborn')).toBeUndefined();
    expect(await get(`${PARENT}/models/stillborn`)).toMatchObject({ error: { code: 404 } });
    expect(result.summary).toContain('gcloud storage rm --recursive');
    expect(result.summary).toContain('| Serving | nothing, as before |');
    expect(result.errors[0]?.message).toContain('No version serves.');
  });

  test('whose endpoint is made without an answer, and read a moment later only, is made once', async () => {
    const lost = action.emulator.misbehave({
      method: 'POST',
      url: /\/endpoints\?/,
      action: { kind: 'lose-answer' },
    });
    const lag = action.emulator.misbehave({
      method: 'GET',
      url: /\/endpoints\/e-good-proof-[^/]*$/,
      times: 2,
      action: { kind: 'status', status: 404 },
    });
    const made = action.emulator.requests.length;
    const result = await prove({ model: 'good', version: 'unanswered' });
    expectGoodManners(result);
    expect([lost.played, lag.played]).toEqual([1, 2]);
    expect(result.outputs).toMatchObject({ status: 'deployed', promoted: 'true' });
    const creations = action.emulator.requests
      .slice(made)
      .filter(({ method, url }) => method === 'POST' && url.includes('/endpoints?'));
    expect(creations.map(({ status }) => status)).toEqual([undefined, 409]);
    expect(await leftOfProofs()).toEqual([]);
  });

  test('whose endpoint cannot be made ends inconclusive red, and the split is untouched', async () => {
    const before = await traffic('good');
    const fault = action.emulator.misbehave({
      method: 'POST',
      url: /\/endpoints\?/,
      action: {
        kind: 'status',
        status: 400,
        body: { error: { code: 400, status: 'INVALID_ARGUMENT', message: 'No more endpoints.' } },
      },
    });
    const result = await prove({ model: 'good', version: 'unproven' });
    expect(fault.played).toBe(1);
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({ promoted: 'false' });
    expect(result.errors[0]?.message).toContain('No more endpoints.');
    const after = (await traffic('good')) ?? {};
    expect(after).toEqual({ ...before, [result.outputs['version'] ?? '']: 0 });
  });
});

describeHere('a promotion that breaks off', () => {
  test('puts back the split that it has changed', async () => {
    await deploy({ model: 'torn', version: 'one' });
    await deploy({ model: 'torn', version: 'two', traffic: '20' });
    const fault = action.emulator.misbehave({
      method: 'POST',
      url: /:mergeVersionAliases$/,
      action: {
        kind: 'status',
        status: 403,
        body: { error: { code: 403, status: 'PERMISSION_DENIED', message: 'Not you.' } },
      },
    });
    const result = await deploy({ model: 'torn', version: 'three' });
    expect(fault.played).toBe(1);
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({ status: 'rolled-back', error_code: 'permission' });
    expect(await traffic('torn')).toEqual({ 1: 80, 2: 20, 3: 0 });
    expect(await aliases('torn@2')).toEqual(['default', 'two']);
    expect(result.log).toContain('The traffic is split as it was before.');
    expect(result.summary).toContain('gcloud ai endpoints undeploy-model');
  });
});

describeHere('a version that is replaced', () => {
  test('loses its alias only to a proven one, and is deleted then', async () => {
    await deploy({ model: 'renewed', version: 'stable' });
    const bad = await prove({
      model: 'renewed',
      version: 'stable',
      if_version_exists: 'replace',
      expected_predictions: WRONG,
    });
    expect(bad.outputs['status']).toBe('rolled-back');
    expect(await aliases('renewed@1')).toEqual(['default', 'stable']);

    const good = await prove({ model: 'renewed', version: 'stable', if_version_exists: 'replace' });
    expectGoodManners(good);
    expect(good.outputs).toMatchObject({ status: 'deployed', version: '3', promoted: 'true' });
    expect(await aliases('renewed@3')).toEqual(['default', 'stable']);
    expect(await get(`${PARENT}/models/renewed@1`)).toMatchObject({ error: { code: 404 } });
    expect(await traffic('renewed')).toEqual({ 3: 100 });
  });
});

describeHere('going on', () => {
  test('another job resumes the wait, proves and promotes', async () => {
    await deploy({ model: 'resumed', version: 'one' });
    const first = await deploy({ model: 'resumed', version: 'two', wait: 'false' });
    expect(first.outputs['status']).toBe('in-progress');
    const operation = first.outputs['operation'] ?? '';
    const result = await prove({ source: '', model: 'resumed', version: 'two', operation });
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({
      status: 'deployed',
      state: 'READY',
      promoted: 'true',
      version: '2',
      previous_version: '1',
    });
    expect(await traffic('resumed')).toMatchObject({ 2: 100 });
    expect(await leftOfProofs()).toEqual([]);
  });

  test('a second attempt of the same run adopts what the first has begun', async () => {
    const env = { GITHUB_RUN_ID: '9999' };
    const first = await deploy({ model: 'adopted', version: 'one', wait: 'false' }, env);
    expect(first.outputs['status']).toBe('in-progress');
    const second = await deploy(
      { model: 'adopted', version: 'one' },
      { ...env, GITHUB_RUN_ATTEMPT: '2' },
    );
    expectGoodManners(second);
    expect(second.outputs).toMatchObject({ state: 'READY', version: '1', promoted: 'true' });
    expect(await traffic('adopted')).toEqual({ 1: 100 });
  });

  test('a dry run tells the plan and changes nothing', async () => {
    const before = action.emulator.requests.length;
    const result = await prove({
      model: 'resumed',
      version: 'three',
      source: 'other',
      traffic: '25',
      dry_run: 'true',
    });
    expectGoodManners(result);
    expect(result.outputs['status']).toBe('planned');
    expect(result.summary).toContain('| endpoint | **reuse** |');
    expect(result.summary).toContain('| proof | **create** |');
    expect(result.summary).toMatch(/75 %, three\S* 25 %/);
    const sent = action.emulator.requests.slice(before);
    expect(sent.filter(({ method }) => method !== 'GET')).toEqual([]);
  });
});
