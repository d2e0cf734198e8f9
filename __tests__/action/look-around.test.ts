import { actionUnderTest, expectGoodManners } from './action-under-test.ts';
import type { ActionUnderTest } from './action-under-test.ts';

// After some failures the action looks around, so that it can say what to type: where the model is, and what
// holds the quota.

let action: ActionUnderTest;

beforeAll(async () => {
  action = await actionUnderTest();
  await action.copyModel('xgboost', 'boosted');
});

afterAll(async () => {
  await action[Symbol.asyncDispose]();
});

const deploy = (inputs: Readonly<Record<string, string>>): ReturnType<ActionUnderTest['run']> =>
  action.run({ source: 'boosted', ...inputs });

const refusal = (message: string): { error: object } => ({
  error: { code: 429, status: 'RESOURCE_EXHAUSTED', message },
});

describe('a model that is looked for in the wrong region', () => {
  test.each(['ai-platform', 'vertex-ai'])(
    'is found where it is on %s, and the error says what to set',
    async (platform) => {
      const begun = await deploy({
        ...{ platform, model: 'elsewhere', version: 'v1', region: 'europe-west4', wait: 'false' },
      });
      const { operation = '' } = begun.outputs;
      expect(operation).not.toBe('');
      action.emulator.forgetRequests();

      const result = await action.run({ platform, model: 'elsewhere', version: 'v1', operation });
      expectGoodManners(result);
      expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'not-found' });
      expect(result.errors[0]?.message).toContain(
        'Next: Model "elsewhere" is in europe-west4: set `region: europe-west4`.',
      );
      expect(result.summary).toContain('`region: europe-west4`');
      expect(action.emulator.requests.every(({ method }) => method === 'GET')).toBe(true);
    },
  );

  test('that is nowhere leaves the advice as it is', async () => {
    const result = await action.run({
      ...{ platform: 'vertex-ai', model: 'nowhere', version: 'v1' },
      operation: 'projects/acme-models/locations/us-central1/endpoints/1/operations/1',
    });
    expectGoodManners(result);
    expect(result.outputs['error_code']).toBe('not-found');
    expect(result.errors[0]?.message).toContain('Next: Give the outputs of the run that began it');
  });

  test('is not looked for when every region is the same place', async () => {
    const result = await action.run(
      { model: 'nowhere', version: 'v1', operation: 'projects/acme-models/operations/1' },
      { env: { CLOUDSDK_API_ENDPOINT_OVERRIDES_ML: `${action.emulator.origin}/us-central1/` } },
    );
    expect(result.outputs['error_code']).toBe('not-found');
    expect(result.errors[0]?.message).toContain('Next: Give the outputs of the run that began it');
  });
});

describe('a quota that is used up', () => {
  test('of versions: those that hold it are named, the oldest that does not serve first', async () => {
    await deploy({ model: 'crowded', version: 'old' });
    await deploy({ model: 'crowded', version: 'new' });
    const fault = action.emulator.misbehave({
      method: 'POST',
      url: /\/models\/crowded\/versions$/,
      times: 1,
      action: {
        kind: 'status',
        status: 429,
        body: refusal(
          'Exceeded the max allowed number of versions per project: 200. To read more about Cloud ML Engine quota, see https://cloud.google.com/ml-engine/quotas.',
        ),
      },
    });
    // No pause gives it back, so that it is asked for once.
    const result = await deploy({ model: 'crowded', version: 'third' });
    expect(fault.played).toBe(1);
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'quota' });
    const [error] = result.errors;
    expect(error?.message).toMatch(
      /1\. Held by version old of model crowded: READY, not the default, made \d{4}-\d\d-\d\d\n(?:.*\n)*?\d\. Held by version new of model crowded: READY, the default/,
    );
    expect(error?.message).toContain(
      'gcloud ai-platform versions list --model=crowded --region=us-central1 --project=acme-models',
    );
  });

  test('of machines: what is deployed in the region is named, with what it uses', async () => {
    const inputs = { platform: 'vertex-ai', model: 'greedy', machine_type: 'n1-standard-4' };
    await deploy({ ...inputs, version: 'v1', min_nodes: '1', max_nodes: '3' });
    const fault = action.emulator.misbehave({
      method: 'POST',
      url: /:deployModel$/,
      times: 1,
      action: {
        kind: 'status',
        status: 429,
        body: refusal(
          'The following quota metrics exceed quota limits: aiplatform.googleapis.com/custom_model_serving_cpus',
        ),
      },
    });
    const result = await deploy({ ...inputs, version: 'v2' });
    expect(fault.played).toBe(1);
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'quota' });
    expect(result.errors[0]?.message).toContain(
      '1. Held by version 1 of model greedy on endpoint greedy: 1 to 3 × n1-standard-4, 100 % of its traffic',
    );
  });
});
