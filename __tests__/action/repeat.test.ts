import { actionUnderTest, expectGoodManners, PROJECT } from './action-under-test.ts';
import type { ActionUnderTest } from './action-under-test.ts';

let action: ActionUnderTest;

beforeAll(async () => {
  action = await actionUnderTest();
  await action.copyModel('xgboost-json', 'boosted');
  await action.copyModel('xgboost', 'other');
});

afterAll(async () => {
  await action[Symbol.asyncDispose]();
});

const deploy = (
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
) => action.run({ source: 'boosted', version: 'v1', ...inputs }, { env });

/** What is sent by `work`, without what only reads. */
async function changesOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = action.emulator.requests.length;
  await work();
  return action.emulator.requests
    .slice(before)
    .filter(({ method }) => method !== 'GET')
    .map(({ method, url }) => `${method} ${url.replace(/^.*\/models/, '')}`);
}

describe('if_version_exists: reuse', () => {
  test('takes a version of the same content and settings: nothing changes, and all is told', async () => {
    const first = await deploy({ model: 'same' });
    const sent = await changesOf(async () => {
      const result = await deploy(
        { model: 'same', if_version_exists: 'reuse' },
        { GITHUB_RUN_ID: '5000', GITHUB_SHA: '0'.repeat(40) },
      );
      expectGoodManners(result);
      expect(result.outputs).toMatchObject({
        status: 'unchanged',
        state: 'READY',
        promoted: 'true',
        uploaded_files: '0',
        reused_files: '1',
        artifact_digest: first.outputs['artifact_digest'],
        version_name: `projects/${PROJECT}/models/same/versions/v1`,
        predict_url: first.outputs['predict_url'],
      });
      expect(result.summary).toContain('Unchanged');
      expect(result.summary).not.toContain('gcloud');
    });
    expect(sent).toEqual([]);
  });

  test('promotes it when another serves', async () => {
    await deploy({ model: 'same', version: 'v2' });
    const sent = await changesOf(async () => {
      const result = await deploy(
        { model: 'same', if_version_exists: 'reuse' },
        { GITHUB_RUN_ID: '5001' },
      );
      expect(result.outputs).toMatchObject({
        status: 'deployed',
        promoted: 'true',
        previous_version: 'v2',
      });
    });
    expect(sent).toEqual(['POST /same/versions/v1:setDefault']);
  });

  test('refuses other content or other settings, and tells each field', async () => {
    const sent = await changesOf(async () => {
      const settings = await deploy(
        { model: 'same', if_version_exists: 'reuse', machine_type: 'n1-standard-4' },
        { GITHUB_RUN_ID: '5002' },
      );
      expectGoodManners(settings);
      expect(settings.outputs).toMatchObject({ status: 'failed', error_code: 'conflict' });
      expect(settings.errors[0]?.message).toContain('machineType: n1-standard-2 → n1-standard-4');
      const content = await deploy(
        { model: 'same', source: 'other', if_version_exists: 'reuse' },
        { GITHUB_RUN_ID: '5003' },
      );
      expect(content.outputs).toMatchObject({ status: 'failed', error_code: 'conflict' });
      expect(content.errors[0]?.message).toMatch(/deploymentUri: gs:\S+ → gs:/);
    });
    expect(sent).toEqual([]);
  });
});

describe('if_version_exists: replace', () => {
  test('makes a version that does not serve anew', async () => {
    await deploy({ model: 'renewed' });
    await deploy({ model: 'renewed', version: 'v2' });
    const sent = await changesOf(async () => {
      const result = await deploy({
        model: 'renewed',
        source: 'other',
        if_version_exists: 'replace',
        promote: 'false',
      });
      expectGoodManners(result);
      expect(result.outputs).toMatchObject({ status: 'deployed', promoted: 'false' });
    });
    expect(sent.filter((line) => line.includes('/versions'))).toEqual([
      'DELETE /renewed/versions/v1',
      'POST /renewed/versions',
    ]);
  });

  test('leaves the default as it is where it may not promote', async () => {
    const sent = await changesOf(async () => {
      const result = await deploy({
        model: 'renewed',
        version: 'v2',
        if_version_exists: 'replace',
        promote: 'false',
      });
      expectGoodManners(result);
      expect(result.errors[0]?.message).toContain('that needs `promote: true` and `wait: true`');
    });
    expect(sent).toEqual([]);
  });

  test('stays with the old default where its stand-in may not serve', async () => {
    const fault = action.emulator.misbehave({
      method: 'POST',
      url: /:setDefault$/,
      action: {
        kind: 'status',
        status: 403,
        body: { error: { code: 403, status: 'PERMISSION_DENIED', message: 'Not you.' } },
      },
    });
    const result = await deploy({ model: 'renewed', version: 'v2', if_version_exists: 'replace' });
    expect(fault.played).toBe(1);
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'permission' });
    expect(await action.read('models/renewed/versions/v2')).toMatchObject({ isDefault: true });
    expect(result.summary).toContain('gcloud ai-platform versions delete v2_stand_in');
  });
});

describe('a second attempt of the same run', () => {
  test('adopts the version that the first has begun', async () => {
    const first = await deploy({ model: 'adopted', wait: 'false' });
    expect(first.outputs['status']).toBe('in-progress');
    const sent = await changesOf(async () => {
      const second = await deploy({ model: 'adopted' }, { GITHUB_RUN_ATTEMPT: '2' });
      expectGoodManners(second);
      expect(second.outputs).toMatchObject({ state: 'READY', promoted: 'true' });
    });
    expect(sent).toEqual([]);
  });
});

describe('operation', () => {
  test('resumes the wait of another job, and promotes', async () => {
    await deploy({ model: 'resumed' });
    const first = await deploy({ model: 'resumed', version: 'v2', wait: 'false' });
    const operation = first.outputs['operation'] ?? '';
    expect(operation).toMatch(/^projects\/acme-models\/operations\/create_resumed_v2-/);
    const sent = await changesOf(async () => {
      const result = await action.run({ model: 'resumed', version: 'v2', operation });
      expectGoodManners(result);
      expect(result.outputs).toMatchObject({
        status: 'deployed',
        state: 'READY',
        promoted: 'true',
        previous_version: 'v1',
        operation,
      });
      expect(result.outputs['deployment_uri']).toMatch(/^gs:\/\/.*\/resumed\/v2\/$/);
    });
    expect(sent).toEqual(['POST /resumed/versions/v2:setDefault']);
  });

  test('of a version that is not there is refused', async () => {
    const operation = `projects/${PROJECT}/operations/create_resumed_v9-1`;
    const result = await action.run({ model: 'resumed', version: 'v9', operation });
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'not-found' });
  });
});

describe('dry_run', () => {
  test('tells the plan with what it would change, and changes nothing', async () => {
    await deploy({ model: 'planned' });
    const sent = await changesOf(async () => {
      const result = await deploy({
        model: 'planned',
        version: 'v2',
        source: 'other',
        machine_type: 'n1-standard-4',
        keep_versions: '1',
        dry_run: 'true',
      });
      expectGoodManners(result);
      expect(result.outputs).toMatchObject({ status: 'planned', state: '', promoted: 'false' });
      expect(result.summary).toContain('| model | **reuse** |');
      expect(result.summary).toContain('| version | **create** |');
      expect(result.summary).toContain('| default version | **change** | `v1 → v2` |');
      expect(result.summary).toContain('| `machineType` | `n1-standard-2` | `n1-standard-4` |');
      expect(result.summary).toMatch(/The project has \d+ of 100 models and \d+ of 200 versions/);
    });
    expect(sent).toEqual([]);
  });

  test('of a first deploy says what would be created', async () => {
    const result = await deploy({ model: 'imagined', dry_run: 'true' });
    expectGoodManners(result);
    expect(result.summary).toContain('| model | **create** |');
    expect(result.summary).toMatch(/\| files \| \*\*upload\*\* \| `gs:.*` \| 1 file, /);
    expect(await action.read('models/imagined')).toBeUndefined();
  });

  test('is red where the deploy would be', async () => {
    const result = await deploy({ model: 'planned', dry_run: 'true' }, { GITHUB_RUN_ID: '6000' });
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'conflict' });
  });
});

describe('keep_versions', () => {
  test('deletes nothing that is younger than an hour', async () => {
    await deploy({ model: 'kept' });
    const result = await deploy({ model: 'kept', version: 'v2', keep_versions: '1' });
    expectGoodManners(result);
    expect(result.outputs['status']).toBe('deployed');
    expect(await action.read('models/kept/versions/v1')).toMatchObject({ state: 'READY' });
  });
});
