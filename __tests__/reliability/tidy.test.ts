import { actionUnderTest, expectGoodManners, PROJECT } from '../action/action-under-test.ts';
import type { ActionUnderTest } from '../action/action-under-test.ts';

// What GitHub's runner does to a job that is cancelled: signals to the main step, then its post: step.

const describeHere = process.platform === 'win32' ? describe.skip : describe;

let action: ActionUnderTest;

beforeAll(async () => {
  action = await actionUnderTest({ operationMilliseconds: 800 });
  await action.copyModel('xgboost', 'xgboost');
});

afterAll(async () => {
  await action[Symbol.asyncDispose]();
});

const endpoints = async (): Promise<readonly unknown[]> => {
  const url = `${action.emulator.origin}/v1/projects/${PROJECT}/locations/us-central1/endpoints`;
  const { endpoints: all = [] } = (await (await fetch(url)).json()) as { endpoints?: unknown[] };
  return all;
};

describe('CAN-10 the post step', () => {
  test('after a deploy that ended by itself says and does nothing', async () => {
    const inputs = { model: 'fine', source: 'xgboost', version: 'v1' };
    const result = await action.run(inputs);
    expect(result.outputs['status']).toBe('deployed');
    const before = action.emulator.requests.length;
    const post = await action.post(inputs, result.state);
    expect(post).toMatchObject({ exitCode: 0, lines: [], stderr: '', summary: '' });
    expect(action.emulator.requests).toHaveLength(before);
  });

  test('after a refusal of inputs says and does nothing', async () => {
    const inputs = { model: 'm', source: 'nowhere' };
    const result = await action.run(inputs);
    const post = await action.post(inputs, result.state);
    expect(post).toMatchObject({ exitCode: 0, lines: [], stderr: '' });
  });

  test.each([
    ['no JSON', '{'],
    ['another form', '{"status": "", "made": {}}'],
    [
      'a name that is no resource',
      '{"status":"","platform":{},"made":[{"kind":"model","name":"../x","state":"","undo":"gcloud x"}]}',
    ],
    [
      'a command that is not gcloud',
      '{"status":"","platform":{},"made":[{"kind":"model","name":"projects/p/models/m","state":"","undo":"rm -rf /"}]}',
    ],
    [
      'a version that would change the path',
      '{"status":"","platform":{},"made":[],"plan":{"version":{"id":"v1/../x"}}}',
    ],
  ])('with a state that is %s says and does nothing', async (_, deploy) => {
    const before = action.emulator.requests.length;
    const post = await action.post({ model: 'fine', source: 'xgboost' }, { deploy });
    expect(post).toMatchObject({ exitCode: 0, lines: [], stderr: '' });
    expect(action.emulator.requests).toHaveLength(before);
  });
});

describeHere('CAN-05 a wait that is broken off on AI Platform', () => {
  test.each(['SIGINT', 'SIGKILL'] as const)(
    'by %s: the operation is cancelled, the version and the model go',
    async (signal) => {
      const inputs = { model: `broken_${signal.toLowerCase()}`, source: 'xgboost', version: 'v1' };
      const result = await action.run(inputs, { signalAt: { line: /Watch it at/, signal } });
      if (signal === 'SIGINT') expectGoodManners(result);
      const post = await action.post(inputs, result.state);
      expect(post.exitCode).toBe(0);
      expect(post.log).toContain('Asking to cancel projects/');
      expect(await action.read(`models/${inputs.model}`)).toBeUndefined();
      // What stays is what the next run uses again, and it is named.
      expect(post.warnings).toHaveLength(1);
      expect(post.warnings[0]?.message).toMatch(
        /left: objects gs:\/\/\S+\/v1\/ \(1 file, \S+ kB\): gcloud storage rm --recursive gs:/,
      );
    },
  );

  test('leaves the version that served, and serves', async () => {
    await action.run({ model: 'kept', source: 'xgboost', version: 'v1' });
    const inputs = { model: 'kept', source: 'xgboost', version: 'v2' };
    const result = await action.run(inputs, {
      signalAt: { line: /Watch it at/, signal: 'SIGKILL' },
    });
    await action.post(inputs, result.state);
    expect(await action.read('models/kept')).toMatchObject({
      defaultVersion: { name: `projects/${PROJECT}/models/kept/versions/v1` },
    });
    expect(await action.read('models/kept/versions/v2')).toBeUndefined();
  });

  test('CAN-06 when its promotion has begun goes back to what served', async () => {
    await action.run({ model: 'torn', source: 'xgboost', version: 'v1' });
    const inputs = { model: 'torn', source: 'xgboost', version: 'v2' };
    // The service has changed the default; the answer never comes.
    const fault = action.emulator.misbehave({
      method: 'GET',
      url: /\/versions\/v2$/,
      after: 2,
      times: 99,
      action: { kind: 'delay', milliseconds: 3000 },
    });
    const result = await action.run(inputs, {
      signalAt: { line: /Prove it and let it serve/, signal: 'SIGKILL' },
    });
    fault.stop();
    expect(result.exitCode).toBeNull();
    await action.post(inputs, result.state);
    expect(await action.read('models/torn')).toMatchObject({
      defaultVersion: { name: `projects/${PROJECT}/models/torn/versions/v1` },
    });
  });
});

test('CAN-06 a step that is killed while old versions go has told that the new one serves', async () => {
  const inputs = { model: 'retiring', source: 'xgboost', keep_versions: '1' };
  // What was made a moment ago would stay.
  action.emulator.shiftClock(-2 * 86_400_000);
  for (const version of ['v1', 'v2']) {
    const before = await action.run({ ...inputs, version, keep_versions: '' });
    expect(before.outputs['status']).toBe('deployed');
  }
  action.emulator.shiftClock(0);
  const fault = action.emulator.misbehave({
    method: 'DELETE',
    url: /retiring\/versions\//,
    action: { kind: 'delay', milliseconds: 10_000 },
  });
  const killed = await action.run(
    { ...inputs, version: 'v3' },
    { signalAfter: { milliseconds: 4000, signal: 'SIGKILL' } },
  );
  expect(fault.played).toBe(1);
  expect(killed.exitCode).toBeNull();
  expect(killed.outputs).toMatchObject({ status: 'deployed', promoted: 'true', version: 'v3' });
});

describeHere('CAN-05 a replacement that is broken off', () => {
  test('while the stand-in serves, says so', async () => {
    const inputs = { model: 'renewed', source: 'xgboost', version: 'v1' };
    await action.run(inputs);
    const result = await action.run(
      { ...inputs, if_version_exists: 'replace' },
      {
        signalAt: { line: /serves; deleting the old v1/, signal: 'SIGINT' },
        env: { GITHUB_RUN_ID: '4712' },
      },
    );
    expect(result.outputs['status']).toBe('cancelled');
    expect(result.errors[0]?.message).toContain('Version v1_stand_in serves.');
    expect(result.summary).toContain('| Serving | `v1_stand_in` (before: `v1`) |');
    expect(await action.read('models/renewed')).toMatchObject({
      defaultVersion: { name: `projects/${PROJECT}/models/renewed/versions/v1_stand_in` },
    });
  });
});

describeHere('CAN-05 a wait that is broken off on Vertex AI', () => {
  test.each(['SIGINT', 'SIGKILL'] as const)(
    'by %s leaves neither deployment nor version, and no endpoint of this run',
    async (signal) => {
      const model = `vertex-${signal.toLowerCase()}`;
      const inputs = { platform: 'vertex-ai', model, source: 'xgboost', version: 'one' };
      const result = await action.run(inputs, { signalAt: { line: /Watch it at/, signal } });
      const post = await action.post(inputs, result.state);
      expect(post.exitCode).toBe(0);
      const url = `${action.emulator.origin}/v1/projects/${PROJECT}/locations/us-central1/models/${model}`;
      expect((await fetch(url)).status).toBe(404);
      expect(await endpoints()).toEqual([]);
      expect(post.warnings[0]?.message).toMatch(/left: objects gs:/);
    },
  );

  test('names the endpoint of the proof that is being asked for, and takes it away', async () => {
    const inputs = { platform: 'vertex-ai', model: 'asking', source: 'xgboost' };
    const before = await action.run({ ...inputs, version: 'one' });
    expect(before.outputs['status']).toBe('deployed');
    const proven = { ...inputs, version: 'two', test_instances: '[[5.1, 3.5, 1.4, 0.2]]' };
    const result = await action.run(proven, {
      signalAt: { line: /Something else serves on the endpoint/, signal: 'SIGINT' },
      env: { GITHUB_RUN_ID: '4711' },
    });
    expect(result.outputs['status']).toBe('cancelled');
    expect(result.summary).toMatch(/endpoint `\S+e-asking-proof-4711-1-\w{6}`/);
    await action.post(proven, result.state, { env: { GITHUB_RUN_ID: '4711' } });
    expect(await endpoints()).toMatchObject([{ displayName: 'asking' }]);
  });
});
