import { randomBytes } from 'node:crypto';
import { actionUnderTest, expectGoodManners } from './action-under-test.ts';
import type { ActionUnderTest } from './action-under-test.ts';

let action: ActionUnderTest;
/** Its operations never end by themselves. */
let slow: ActionUnderTest;

beforeAll(async () => {
  [action, slow] = await Promise.all([
    actionUnderTest(),
    actionUnderTest({ operationMilliseconds: 3_600_000 }),
  ]);
  await action.copyModel('tensorflow/export', 'export');
  await action.copyModel('xgboost', 'xgboost');
  await slow.copyModel('xgboost', 'xgboost');
});

afterAll(async () => {
  await action[Symbol.asyncDispose]();
  await slow[Symbol.asyncDispose]();
});

const upload = /^\/upload\/storage\/v1\/b\/[^/]+\/o/;
const versions = (model: string): RegExp => new RegExp(`/models/${model}/versions(\\?|$)`);
const unavailable = {
  kind: 'status',
  status: 503,
  body: { error: { code: 503, message: 'Busy.' } },
} as const;

describe('a passing fault', () => {
  test.each([
    ['a 503 to an upload', { method: 'POST', url: upload, action: unavailable }],
    [
      'a connection reset in an upload',
      { method: 'POST', url: upload, action: { kind: 'reset', afterBytes: 100 } },
    ],
    [
      'an upload whose answer is lost',
      { method: 'POST', url: upload, action: { kind: 'lose-answer' } },
    ],
    [
      'an upload whose answer is cut short',
      { method: 'POST', url: upload, action: { kind: 'truncate-answer', bytes: 20 } },
    ],
    [
      'a model whose answer is lost',
      { method: 'POST', url: /\/models(\?|$)/, action: { kind: 'lose-answer' } },
    ],
    [
      'a version whose answer is lost',
      { method: 'POST', url: /\/versions(\?|$)/, action: { kind: 'lose-answer' } },
    ],
    [
      'a version whose answer is cut short',
      { method: 'POST', url: /\/versions(\?|$)/, action: { kind: 'truncate-answer', bytes: 9 } },
    ],
    [
      'a 429 to the creation of the version',
      {
        method: 'POST',
        url: /\/versions(\?|$)/,
        action: { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
      },
    ],
    [
      'a 502 page of a proxy to a poll',
      {
        method: 'GET',
        url: /\/operations\//,
        action: {
          kind: 'replace-answer',
          status: 502,
          text: '<html>Bad Gateway</html>',
          contentType: 'text/html',
        },
      },
    ],
    ['two 503 to polls', { method: 'GET', url: /\/operations\//, times: 2, action: unavailable }],
    [
      'a poll without an answer',
      { method: 'GET', url: /\/operations\//, action: { kind: 'reset' } },
    ],
  ] as const)(
    '%s is survived, and leaves one model, one version, one object each',
    async (title, rule) => {
      const model = `m_${title.replaceAll(/\W+/g, '_')}`;
      const fault = action.emulator.misbehave(rule);
      const result = await action.run({ model, source: 'export' });
      expectGoodManners(result);
      expect(fault.played).toBe('times' in rule ? rule.times : 1);
      expect(result.outputs).toMatchObject({
        status: 'deployed',
        state: 'READY',
        promoted: 'true',
      });
      expect(await action.objects(`${model}/`)).toHaveLength(5);
      const { versions: made } = (await action.read(`models/${model}/versions`)) as {
        versions: unknown[];
      };
      expect(made).toHaveLength(1);
    },
  );

  test('in a large file is survived, and no part of it is left', async () => {
    await action.copyModel('tensorflow/export/1700000000', 'large');
    await action.write({ 'large/assets/weights.bin': randomBytes(40 * 1024 * 1024) });
    const fault = action.emulator.misbehave({
      method: 'POST',
      url: upload,
      after: 2,
      action: { kind: 'reset', afterBytes: 1_000_000 },
    });
    const result = await action.run({ model: 'large', source: 'large', version: 'v1' });
    expectGoodManners(result);
    expect(fault.played).toBe(1);
    expect(result.outputs).toMatchObject({ status: 'deployed', uploaded_files: '6' });
    expect(await action.objects('large/')).toHaveLength(6);
    expect((await action.objects('')).filter((name) => name.includes('part'))).toEqual([]);
  });
});

describe('a model that the service cannot load', () => {
  test('fails in the words of the service, and takes back the version and the model', async () => {
    await action.copyModel('bad/unknown-module', 'broken');
    const result = await action.run({
      model: 'broken',
      source: 'broken',
      version: 'v1',
      allow_unsafe_pickle: 'true',
    });
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({
      status: 'failed',
      error_code: 'model-load',
      state: 'FAILED',
      promoted: 'false',
    });
    const annotation = result.errors[0]?.message ?? '';
    expect(annotation).toContain('Bad model detected');
    expect(await action.read('models/broken')).toBeUndefined();
    expect(annotation).toContain('No version serves.');
    expect(result.summary).not.toContain('gcloud ai-platform');
    expect(result.summary).toContain(
      'gcloud storage rm --recursive gs://acme-models-aiplatform/broken/v1/',
    );
  });
});

describe('a refusal that no repetition cures', () => {
  test.each([
    ['a right that is missing', versions('refused_403'), 403, 'PERMISSION_DENIED', 'permission'],
    ['a quota', versions('refused_429'), 429, 'RESOURCE_EXHAUSTED', 'quota'],
  ])('%s ends the deploy once, and the upload is listed', async (_, url, status, word, code) => {
    const model = `refused_${status}`;
    const fault = action.emulator.misbehave({
      method: 'POST',
      url,
      times: 100,
      action: {
        kind: 'status',
        status,
        headers: { 'retry-after': '3600' },
        body: { error: { code: status, status: word, message: 'The service says no.' } },
      },
    });
    const result = await action.run({ model, source: 'xgboost' });
    fault.stop();
    expectGoodManners(result);
    expect(fault.played).toBe(1);
    expect(result.outputs).toMatchObject({ status: 'failed', error_code: code });
    expect(result.errors[0]?.message).toContain('The service says no.');
    expect(result.summary).toContain(`gs://acme-models-aiplatform/${model}/run_4242_1/`);
  });
});

describe('the end of patience', () => {
  test('at the timeout names the operation, which works on, and promotes nothing', async () => {
    const result = await slow.run({ model: 'slow', source: 'xgboost', timeout: '1s' });
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({
      status: 'timed-out',
      error_code: 'timeout',
      state: 'CREATING',
      promoted: 'false',
    });
    expect(result.outputs['operation']).toContain('create_slow_');
    expect(result.errors[0]?.message).toContain('gcloud ai-platform operations wait create_slow_');
  });
});

describe('a cancelled job', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s while waiting says what is in the cloud, at once',
    async (signal) => {
      const model = `cancelled_${signal}`;
      const result = await slow.run(
        { model, source: 'xgboost' },
        { signalAt: { line: /^Operation: /, signal } },
      );
      expectGoodManners(result);
      expect(result.exitCode).toBe(1);
      expect(result.outputs).toMatchObject({
        status: 'cancelled',
        error_code: 'cancelled',
        promoted: 'false',
      });
      expect(result.outputs['operation']).toContain(`create_${model}_`);
      expect(result.summary).toContain(
        `gcloud ai-platform versions delete run_4242_1 --model=${model}`,
      );
    },
  );

  test('in the middle of an upload leaves no part, and nothing that looks like a model', async () => {
    await slow.copyModel('tensorflow/export/1700000000', 'large');
    await slow.write({ 'large/assets/weights.bin': randomBytes(40 * 1024 * 1024) });
    const fault = slow.emulator.misbehave({
      method: 'POST',
      url: upload,
      times: 100,
      action: { kind: 'delay', milliseconds: 1500 },
    });
    const result = await slow.run(
      { model: 'half', source: 'large', version: 'v1' },
      { signalAt: { line: /::group::Upload/, signal: 'SIGINT' } },
    );
    fault.stop();
    expectGoodManners(result);
    expect(result.outputs['status']).toBe('cancelled');
    const left = await slow.objects('');
    expect(left.filter((name) => name.endsWith('saved_model.pb'))).toEqual([]);
    expect(left.filter((name) => name.includes('part'))).toEqual([]);
    expect(slow.sent('POST', versions('half'))).toEqual([]);
  });
});

describe('credentials', () => {
  test('that are configured are used on loopback too, and no byte of them is told', async () => {
    const guarded = await actionUnderTest({ bearerTokens: ['t0ken-of-the-sts'] });
    try {
      await guarded.copyModel('xgboost', 'xgboost');
      await guarded.write({ 'without/readme.txt': '' });
      const anonymous = await guarded.run({ model: 'm', source: 'xgboost' });
      expectGoodManners(anonymous);
      expect(anonymous.outputs).toMatchObject({ status: 'failed', error_code: 'auth' });
    } finally {
      await guarded[Symbol.asyncDispose]();
    }
  });
});
