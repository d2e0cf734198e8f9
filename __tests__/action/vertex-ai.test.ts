import { actionUnderTest, BUCKET, expectGoodManners, PROJECT } from './action-under-test.ts';
import type { ActionUnderTest } from './action-under-test.ts';

const PARENT = `projects/${PROJECT}/locations/us-central1`;

interface Endpoint {
  readonly name: string;
  readonly trafficSplit?: Readonly<Record<string, number>>;
  readonly deployedModels?: readonly { readonly id: string; readonly modelVersionId: string }[];
}

let action: ActionUnderTest;

beforeAll(async () => {
  action = await actionUnderTest();
  await action.copyModel('tensorflow/export', 'export');
  await action.copyModel('scikit-learn', 'scikit-learn');
  await action.copyModel('xgboost', 'xgboost');
  await action.copyModel('bad/unknown-module', 'broken');
});

afterAll(async () => {
  await action[Symbol.asyncDispose]();
});

const deploy = (
  inputs: Readonly<Record<string, string>>,
  step: Parameters<ActionUnderTest['run']>[1] = {},
): ReturnType<ActionUnderTest['run']> => action.run({ platform: 'vertex-ai', ...inputs }, step);

const read = async <Resource>(path: string): Promise<Resource> =>
  (await (await fetch(`${action.emulator.origin}/v1/${path}`)).json()) as Resource;

/** Traffic by version number. */
async function traffic(endpoint: string): Promise<Record<string, number>> {
  const { trafficSplit = {}, deployedModels = [] } = await read<Endpoint>(endpoint);
  return Object.fromEntries(
    deployedModels.map(({ id, modelVersionId }) => [modelVersionId, trafficSplit[id] ?? 0]),
  );
}

describe('the same models as on AI Platform, one word changed', () => {
  test.each([
    ['iris', 'export', /tf2-cpu\.2-1\d:latest$/, 'tensorflow'],
    ['pipeline', 'scikit-learn', /sklearn-cpu\.1-0:latest$/, 'scikit-learn'],
    ['boosted', 'xgboost', /xgboost-cpu\.\d-\d:latest$/, 'xgboost'],
  ])('%s is uploaded, deployed, and serves', async (model, source, image, framework) => {
    const result = await deploy({ model, source });
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({
      status: 'deployed',
      model: `${PARENT}/models/${model}`,
      version: '1',
      version_name: `${PARENT}/models/${model}@1`,
      endpoint: expect.stringMatching(/\/endpoints\/[\w-]+$/) as string,
      deployed_model_id: expect.stringMatching(/^\d+$/) as string,
      framework,
      state: 'READY',
      promoted: 'true',
      machine_type: 'n1-standard-2',
    });
    expect(result.outputs['predict_url']).toBe(
      `${action.emulator.origin}/us-central1/v1/${result.outputs['endpoint'] ?? ''}:predict`,
    );
    const registered = await read<{
      containerSpec: { imageUri: string };
      versionAliases: string[];
    }>(`${PARENT}/models/${model}@1`);
    expect(registered.containerSpec.imageUri).toMatch(image);
    expect(registered.versionAliases).toContain('default');
    expect(await traffic(result.outputs['endpoint'] ?? '')).toEqual({ 1: 100 });
    expect(result.summary).toContain('version 1: 100 %');
  });
});

describe('a second push', () => {
  test('makes a second version of the same model on the same endpoint, and undeploys the first', async () => {
    const first = await read<Endpoint>(
      `${PARENT}/endpoints?filter=${encodeURIComponent('display_name="iris"')}`,
    );
    expect(first).toBeDefined();
    const result = await deploy(
      { model: 'iris', source: 'export' },
      {
        env: {
          GITHUB_REF: 'refs/tags/v1.2.0',
          GITHUB_REF_NAME: 'v1.2.0',
          GITHUB_REF_TYPE: 'tag',
          GITHUB_RUN_ID: '4243',
        },
      },
    );
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({
      status: 'deployed',
      version: '2',
      previous_version: '1',
      promoted: 'true',
    });
    expect(await traffic(result.outputs['endpoint'] ?? '')).toEqual({ 2: 100 });
    const second = await read<{ versionAliases: string[] }>(`${PARENT}/models/iris@2`);
    expect([...second.versionAliases].sort()).toEqual(['default', 'v1-2-0']);
    expect(result.summary).toContain('gcloud ai endpoints update');
  });

  test('as a canary at 10 leaves 90 where it was', async () => {
    const result = await deploy(
      { model: 'iris', source: 'export', version: 'canary', traffic: '10' },
      { env: { GITHUB_RUN_ID: '4244' } },
    );
    expectGoodManners(result);
    expect(await traffic(result.outputs['endpoint'] ?? '')).toEqual({ 2: 90, 3: 10 });
    expect(result.summary).toContain('version 2: 90 %, version 3: 10 % (before: version 2: 100 %)');
  });

  test('without promotion is deployed and gets no traffic', async () => {
    const result = await deploy(
      { model: 'iris', source: 'export', version: 'dark', promote: 'false' },
      { env: { GITHUB_RUN_ID: '4245' } },
    );
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({ status: 'deployed', promoted: 'false' });
    expect(await traffic(result.outputs['endpoint'] ?? '')).toEqual({ 2: 90, 3: 10, 4: 0 });
    const { versionAliases } = await read<{ versionAliases: string[] }>(`${PARENT}/models/iris@4`);
    expect(versionAliases).toEqual(['dark']);
  });
});

describe('a deployment that fails', () => {
  test('leaves the traffic as it was, and neither version nor deployed model behind', async () => {
    const first = await deploy({ model: 'guarded', source: 'scikit-learn' });
    const endpoint = first.outputs['endpoint'] ?? '';
    expect(await traffic(endpoint)).toEqual({ 1: 100 });
    const result = await deploy(
      {
        model: 'guarded',
        source: 'broken',
        allow_unsafe_pickle: 'true',
        version: 'bad',
        framework: 'scikit-learn',
      },
      { env: { GITHUB_RUN_ID: '4246' } },
    );
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({
      status: 'failed',
      error_code: 'model-load',
      promoted: 'false',
    });
    expect(await traffic(endpoint)).toEqual({ 1: 100 });
    const { models } = await read<{ models: { versionId: string }[] }>(
      `${PARENT}/models/guarded:listVersions`,
    );
    expect(models.map(({ versionId }) => versionId)).toEqual(['1']);
  });

  test('on a first deploy leaves neither model nor endpoint behind', async () => {
    const result = await deploy({
      model: 'stillborn',
      source: 'broken',
      allow_unsafe_pickle: 'true',
      framework: 'scikit-learn',
    });
    expectGoodManners(result);
    expect(result.outputs['status']).toBe('failed');
    const { models = [] } = await read<{ models?: { displayName: string }[] }>(`${PARENT}/models`);
    expect(models.map(({ displayName }) => displayName)).not.toContain('stillborn');
    const { endpoints = [] } = await read<{ endpoints?: { displayName: string }[] }>(
      `${PARENT}/endpoints`,
    );
    expect(endpoints.map(({ displayName }) => displayName)).not.toContain('stillborn');
    expect(result.errors[0]?.message).toContain('Exists now: objects');
  });
});

describe('a passing fault', () => {
  test.each([
    [
      'an upload to the registry whose answer is lost',
      { method: 'POST', url: /models:upload/, action: { kind: 'lose-answer' } },
    ],
    [
      'an endpoint whose answer is lost',
      { method: 'POST', url: /\/endpoints(\?|$)/, action: { kind: 'lose-answer' } },
    ],
    [
      'a deployment whose answer is lost',
      { method: 'POST', url: /:deployModel/, action: { kind: 'lose-answer' } },
    ],
    [
      'a 503 to a poll',
      { method: 'GET', url: /\/operations\//, action: { kind: 'status', status: 503 } },
    ],
  ] as const)('%s is survived, and leaves one of each', async (title, rule) => {
    const model = title.replaceAll(/\W+/g, '-').toLowerCase().slice(0, 60);
    const fault = action.emulator.misbehave(rule);
    const result = await deploy({ model, source: 'xgboost' });
    expectGoodManners(result);
    expect(fault.played).toBe(1);
    expect(result.outputs).toMatchObject({ status: 'deployed', version: '1', promoted: 'true' });
    const { endpoints } = await read<{
      endpoints: { displayName: string; deployedModels: unknown[] }[];
    }>(`${PARENT}/endpoints`);
    const ours = endpoints.filter(({ displayName }) => displayName === model);
    expect(ours).toHaveLength(1);
    expect(ours[0]?.deployedModels).toHaveLength(1);
  });
});

describe('what AI Platform calls otherwise', () => {
  test('is translated, and each translation is told', async () => {
    const result = await deploy({
      model: 'moved',
      source: 'export',
      runtime_version: '2.11',
      machine_type: 'mls1-c4-m2',
      min_nodes: '0',
      max_nodes: '2',
      logging: 'access',
      metric_targets: 'cpu-usage=70',
    });
    expectGoodManners(result);
    expect(result.outputs['status']).toBe('deployed');
    const [sent] = action.sent('POST', /:deployModel/).slice(-1);
    expect(sent?.json).toMatchObject({
      deployedModel: {
        dedicatedResources: {
          machineSpec: { machineType: 'n1-standard-2' },
          minReplicaCount: 1,
          maxReplicaCount: 2,
        },
        enableAccessLogging: true,
      },
      trafficSplit: { 0: 100 },
    });
    expect(result.summary).toContain('#### Translated to Vertex AI');
    expect(result.summary).toContain('mls1-c4-m2');
  });

  test('is refused with the reason where there is no equivalent', async () => {
    await action.write({ 'predictor-0.1.tar.gz': Buffer.from([0x1f, 0x8b, 8, 0]) });
    const result = await deploy({
      model: 'routine',
      source: 'scikit-learn',
      prediction_class: 'a.B',
      package_files: 'predictor-0.1.tar.gz',
    });
    expectGoodManners(result);
    expect(result.outputs['error_code']).toBe('invalid-input');
    expect(result.errors[0]?.message).toMatch(/prediction_class/);
  });
});

describe('a model in the registry', () => {
  test('is found by its display name, and two of one name are an error that lists their ids', async () => {
    const upload = async (modelId: string): Promise<void> => {
      const answer = await fetch(`${action.emulator.origin}/v1/${PARENT}/models:upload`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          modelId,
          model: {
            displayName: 'Card Fraud',
            artifactUri: `gs://${BUCKET}/boosted/run-4242-1`,
            containerSpec: {
              imageUri: 'us-docker.pkg.dev/vertex-ai/prediction/xgboost-cpu.2-1:latest',
            },
          },
        }),
      });
      const { name } = (await answer.json()) as { name: string };
      await read(name);
    };
    await upload('fraud_a');
    const found = await deploy({ model: 'Card Fraud', source: 'xgboost', version: 'mine' });
    expectGoodManners(found);
    expect(found.outputs).toMatchObject({ model: `${PARENT}/models/fraud_a`, version: '2' });
    await upload('fraud_b');
    const ambiguous = await deploy({ model: 'Card Fraud', source: 'xgboost', version: 'other' });
    expectGoodManners(ambiguous);
    expect(ambiguous.outputs['error_code']).toBe('conflict');
    expect(ambiguous.errors[0]?.message).toContain('fraud_a, fraud_b');
  });
});

test('a wait is resumed by the outputs of the run that began it, the number of the version among them', async () => {
  await deploy({ model: 'numbered', source: 'xgboost', version: 'one' });
  const first = await deploy({
    model: 'numbered',
    source: 'scikit-learn',
    version: 'two',
    wait: 'false',
  });
  const { operation = '', version = '' } = first.outputs;
  expect(version).toBe('2');
  const result = await deploy({ model: 'numbered', version, operation });
  expectGoodManners(result);
  expect(result.outputs).toMatchObject({
    status: 'deployed',
    version: '2',
    promoted: 'true',
    previous_version: '1',
  });
  expect(await traffic(result.outputs['endpoint'] ?? '')).toMatchObject({ 2: 100 });
});
