import type { FaultHandle, FaultRule } from '../../emulator/exchange.ts';
import { awaitOperation } from '../../src/platform/operation.ts';
import { openRest } from '../../src/platform/rest.ts';
import type { JsonObject } from '../../src/world.ts';
import { actionUnderTest, expectGoodManners, PROJECT } from '../action/action-under-test.ts';
import type { ActionUnderTest } from '../action/action-under-test.ts';
import type { StepResult } from '../runner.ts';
import { scriptedServer } from '../scripted-server.ts';
import type { Answer, ReceivedRequest } from '../scripted-server.ts';
import { fakeClock, testWorld } from '../test-world.ts';

let action: ActionUnderTest;
/** Its operations never end by themselves. */
let slow: ActionUnderTest;

beforeAll(async () => {
  [action, slow] = await Promise.all([
    actionUnderTest(),
    actionUnderTest({ operationMilliseconds: 3_600_000 }),
  ]);
  await action.copyModel('xgboost', 'xgboost');
  await action.copyModel('bad/unknown-module', 'broken');
  await slow.copyModel('xgboost', 'xgboost');
});

afterAll(async () => {
  await action[Symbol.asyncDispose]();
  await slow[Symbol.asyncDispose]();
});

const POLL = /\/operations\/create_/;
const deployed = { status: 'deployed', state: 'READY', promoted: 'true' };

interface Left {
  readonly result: StepResult;
  readonly fault: FaultHandle;
  readonly version: Record<string, unknown> | undefined;
  readonly served: string | undefined;
}

/** A deploy of `v2` beside a `v1` that serves, under a fault. */
async function deployUnder(
  model: string,
  rule: FaultRule,
  inputs: Readonly<Record<string, string>> = {},
  world: ActionUnderTest = action,
): Promise<Left> {
  const fault = world.emulator.misbehave(rule);
  const result = await world.run({ model, source: 'xgboost', version: 'v2', ...inputs });
  fault.stop();
  expectGoodManners(result);
  return {
    result,
    fault,
    version: await world.read(`models/${model}/versions/v2`),
    served: await defaultOf(model, world),
  };
}

const first = (model: string): Promise<StepResult> =>
  action.run({ model, source: 'xgboost', version: 'v1' });

async function defaultOf(model: string, world = action): Promise<string | undefined> {
  const { defaultVersion } = ((await world.read(`models/${model}`)) ?? {}) as {
    defaultVersion?: { name: string };
  };
  return defaultVersion?.name.split('/').at(-1);
}

const NAME = `projects/${PROJECT}/operations/create_m_v2-1`;
const RUNNING: Answer = { status: 200, json: { name: NAME } };
const DONE: Answer = { status: 200, json: { name: NAME, done: true, response: { name: 'v' } } };
const refused = (status: number, word: string): Answer => ({
  status,
  json: { error: { code: status, status: word, message: `It says ${word}.` } },
});

/** A wait by value: hours of it take no time. */
async function wait(
  answers: readonly Answer[],
  timeoutSeconds = 3600,
): Promise<{
  end: JsonObject | 'not-found' | undefined;
  error: unknown;
  requests: readonly ReceivedRequest[];
  sleeps: readonly number[];
  seconds: number;
  said: readonly string[];
}> {
  await using server = await scriptedServer({ [`GET /v1/${NAME}`]: answers });
  const clock = fakeClock();
  const world = testWorld({ clock });
  const said: string[] = [];
  const rest = openRest('AI Platform', server.origin, world);
  let end: JsonObject | 'not-found' | undefined;
  let error: unknown;
  try {
    const way = {
      service: 'AI Platform',
      subject: 'version v2 of model m',
      deadline: timeoutSeconds * 1000,
      resume: 'Look again.',
      say: (line: string) => said.push(line),
    } as const;
    end = await awaitOperation(rest, `/v1/${NAME}`, NAME, way, world);
  } catch (reason) {
    error = reason;
  }
  const { requests } = server;
  return { end, error, requests, sleeps: clock.sleeps, seconds: clock.elapsed() / 1000, said };
}

describe('LRO-01 a poll that answers 5xx', () => {
  test('LRO-01 does not end the wait', async () => {
    const { result, fault, version } = await deployUnder('polled', {
      method: 'GET',
      url: POLL,
      times: 2,
      action: { kind: 'status', status: 500 },
    });
    expect(fault.played).toBe(2);
    expect(result.outputs).toMatchObject(deployed);
    expect(version).toMatchObject({ state: 'READY' });
  });

  test.each([500, 502, 503, 504])('LRO-01 as %d is looked over', async (status) => {
    const { end, requests } = await wait([RUNNING, refused(status, 'UNAVAILABLE'), DONE]);
    expect(requests).toHaveLength(3);
    expect(end).toMatchObject({ done: true });
  });

  test('LRO-01 twenty times in a row does not end it either', async () => {
    const twenty = Array.from({ length: 20 }, () => refused(503, 'UNAVAILABLE'));
    const { end, requests } = await wait([RUNNING, ...twenty, DONE]);
    expect(requests).toHaveLength(22);
    expect(end).toMatchObject({ done: true });
  });
});

test('LRO-02 a service that is out of reach for minutes is said once, and once when it is back', async () => {
  const gone = Array.from({ length: 60 }, () => ({ cut: 'before-headers' }) as const);
  const { end, said, seconds, requests } = await wait([RUNNING, ...gone, DONE]);
  expect(requests).toHaveLength(62);
  expect(seconds).toBeGreaterThan(300);
  expect(end).toMatchObject({ done: true });
  expect(said.filter((line) => line.includes('does not answer'))).toHaveLength(1);
  expect(said.filter((line) => line.includes('answers again'))).toHaveLength(1);
});

test('LRO-03 a 429 to polls doubles the pause each time, and the wait goes on', async () => {
  const many = Array.from({ length: 5 }, () => refused(429, 'RESOURCE_EXHAUSTED'));
  const { end, requests, sleeps } = await wait([RUNNING, ...many, DONE]);
  expect(requests).toHaveLength(7);
  expect(sleeps.slice(1)).toEqual([500, 1000, 2000, 4000, 8000]);
  expect(end).toMatchObject({ done: true });
});

describe('LRO-04 a 401 to a poll', () => {
  const expired = {
    kind: 'status',
    status: 401,
    body: { error: { code: 401, status: 'UNAUTHENTICATED', message: 'Expired.' } },
  } as const;

  test('LRO-04 that comes again after the renewal is E_AUTH, which names the operation', async () => {
    await first('locked_out');
    const { result, fault, served } = await deployUnder('locked_out', {
      method: 'GET',
      url: POLL,
      times: 1000,
      action: expired,
    });
    expect(fault.played).toBe(2);
    expect(result.outputs).toMatchObject({
      status: 'failed',
      error_code: 'auth',
      promoted: 'false',
    });
    expect(result.outputs['operation']).toContain('create_locked_out_v2-');
    expect(result.errors[0]?.message).toContain('operation create_locked_out_v2-');
    expect(served).toBe('v1');
  });
});

describe('LRO-05 a 404 to a poll', () => {
  const missing = refused(404, 'NOT_FOUND');

  test('LRO-05 is forgiven in the first minute', async () => {
    const { end, requests } = await wait([missing, missing, missing, DONE]);
    expect(requests).toHaveLength(4);
    expect(end).toMatchObject({ done: true });
  });

  test('LRO-05 after it leaves the verdict to the resource itself', async () => {
    const { end, seconds } = await wait([missing]);
    expect(end).toBe('not-found');
    expect(seconds).toBeGreaterThanOrEqual(60);
    expect(seconds).toBeLessThan(90);
  });
});

test('LRO-06 a right that is withdrawn in the wait is E_PERM, names the operation, and says that its outcome is unknown', async () => {
  await first('withdrawn');
  const { result, fault, served } = await deployUnder('withdrawn', {
    method: 'GET',
    url: POLL,
    times: 1000,
    action: {
      kind: 'status',
      status: 403,
      body: { error: { code: 403, status: 'PERMISSION_DENIED', message: 'Access denied.' } },
    },
  });
  expect(fault.played).toBe(1);
  expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'permission' });
  expect(result.errors[0]?.message).toContain('what became of it is unknown');
  expect(result.errors[0]?.message).toContain('operation create_withdrawn_v2-');
  expect(result.errors[0]?.message).toContain('ml.operations.get');
  expect(served).toBe('v1');
});

describe('LRO-07 a poll whose answer', () => {
  test('LRO-07 is the page of a proxy counts as transient, through the bundle', async () => {
    const { result, fault, version } = await deployUnder('garbled', {
      method: 'GET',
      url: POLL,
      action: { kind: 'replace-answer', status: 200, text: '<p>', contentType: 'text/html' },
    });
    expect(fault.played).toBe(1);
    expect(result.outputs).toMatchObject(deployed);
    expect(version).toMatchObject({ state: 'READY' });
  });

  test.each([
    ['is cut', { cut: 'in-body' }],
    ['is empty', { status: 200, text: '' }],
    ['is HTML', { status: 200, text: '<p>' }],
    ['is a list', { status: 200, json: [true] }],
    ['is a number', { status: 200, text: '1' }],
    ['never comes', { cut: 'before-headers' }],
  ] as const)('LRO-07 %s counts as transient', async (_, fault) => {
    const { end, requests } = await wait([RUNNING, fault, fault, DONE]);
    expect(requests).toHaveLength(4);
    expect(end).toMatchObject({ done: true });
  });
});

describe('LRO-08 an operation that ends with an error', () => {
  beforeAll(async () => {
    await first('ended');
  });

  test.each([
    [3, 'INVALID_ARGUMENT'],
    [8, 'RESOURCE_EXHAUSTED'],
    [9, 'FAILED_PRECONDITION'],
    [13, 'INTERNAL'],
  ])(
    'LRO-08 of code %d is red with its name and words, and nothing is promoted',
    async (code, name) => {
      const version = `v${code}`;
      const rule: FaultRule = {
        method: 'GET',
        url: POLL,
        action: {
          kind: 'status',
          status: 200,
          body: { name: NAME, done: true, error: { code, message: 'The service gave up.' } },
        },
      };
      const { result, fault, served } = await deployUnder('ended', rule, { version });
      expect(fault.played).toBe(1);
      expect(result.exitCode).toBe(1);
      expect(result.outputs['promoted']).toBe('false');
      expect(result.errors[0]?.message).toContain(`${name}: The service gave up.`);
      expect(served).toBe('v1');
    },
  );

  test('LRO-08 with 100 kB of a model’s log shows some of it in the annotation, and no sink holds it whole', async () => {
    const log = `Create Version failed. Bad model detected with error:  "${'Traceback line\n'.repeat(7000)}"`;
    const { result, fault } = await deployUnder('verbose', {
      method: 'GET',
      url: POLL,
      action: {
        kind: 'status',
        status: 200,
        body: { name: NAME, done: true, error: { code: 9, message: log } },
      },
    });
    expect(fault.played).toBe(1);
    expect(result.outputs['error_code']).toBe('model-load');
    const told = result.errors[0]?.message ?? '';
    expect(told).toContain('Traceback line');
    expect(told.length).toBeLessThan(4096);
    const shown = result.summary.split('Traceback line').length - 1;
    expect(shown).toBeGreaterThan(0);
    expect(shown * 'Traceback line '.length).toBeLessThan(4096);
  });
});

test('LRO-09 an operation that ended well with a FAILED version is red in the version’s own words', async () => {
  await first('pretended');
  const { result, fault, version, served } = await deployUnder(
    'pretended',
    {
      method: 'GET',
      url: POLL,
      action: {
        kind: 'replace-answer',
        status: 200,
        text: JSON.stringify({ name: NAME, done: true, response: {} }),
        contentType: 'application/json',
      },
    },
    { source: 'broken', allow_unsafe_pickle: 'true' },
  );
  expect(fault.played).toBe(1);
  expect(result.outputs).toMatchObject({ error_code: 'model-load', promoted: 'false' });
  expect(result.errors[0]?.message).toContain('Bad model detected');
  expect(served).toBe('v1');
  // This run made it, and nobody can use it.
  expect(version).toBeUndefined();
});

test('LRO-12 the deadline is no failure of the version: the operation and how to go on are named, and it works on', async () => {
  const result = await slow.run({ model: 'long', source: 'xgboost', timeout: '1s' });
  expectGoodManners(result);
  expect(result.outputs).toMatchObject({
    status: 'timed-out',
    error_code: 'timeout',
    state: 'CREATING',
    promoted: 'false',
  });
  expect(result.outputs['operation']).toContain('create_long_');
  expect(result.errors[0]?.message).toContain('gcloud ai-platform operations wait create_long_');
  expect(slow.sent('POST', /:cancel$|:setDefault$/)).toEqual([]);
  expect(await slow.read('models/long/versions/run_4242_1')).toMatchObject({ state: 'CREATING' });
});

describe('LRO-13 an operation that is done', () => {
  test('LRO-13 before the first poll costs one look and no sleep', async () => {
    const { end, requests, sleeps } = await wait([DONE]);
    expect(requests).toHaveLength(1);
    expect(sleeps).toEqual([]);
    expect(end).toMatchObject({ done: true });
  });

  test('LRO-13 at the first look is deployed after that one', async () => {
    const before = action.emulator.requests.length;
    const result = await action.run({ model: 'at_once', source: 'xgboost', version: 'v2' });
    expectGoodManners(result);
    expect(result.outputs).toMatchObject(deployed);
    const polls = action.emulator.requests.slice(before).filter(({ url }) => POLL.test(url));
    expect(polls.length).toBeLessThanOrEqual(1);
    expect(await action.read('models/at_once/versions/v2')).toMatchObject({ state: 'READY' });
  });
});

describe('LRO-15 a READY version whose proof fails', () => {
  beforeAll(async () => {
    await first('proven');
  });

  const proof = { test_instances: '[[1, 2, 3, 4, 5, 6]]' };
  const answered = (text: string): FaultRule['action'] => ({
    kind: 'replace-answer',
    status: 200,
    text,
    contentType: 'application/json',
  });
  const refusal = (status: number): FaultRule['action'] => ({
    kind: 'status',
    status,
    body: { error: { code: status, status: 'INTERNAL', message: 'The model broke.' } },
  });

  test.each([
    ['of the wrong shape', answered('{"predictions": []}'), 'rolled-back'],
    ['with NaN', answered('{"predictions": [NaN]}'), 'rolled-back'],
    ['without predictions', answered('{"outputs": [1]}'), 'rolled-back'],
    ['of an error of its own', answered('{"error": "Prediction failed: boom"}'), 'rolled-back'],
  ])('LRO-15 by an answer %s is not promoted, and what served serves', async (_, fault, status) => {
    const model = 'proven';
    const left = await deployUnder(
      model,
      { method: 'POST', url: /:predict$/, times: 100, action: fault },
      proof,
    );
    expect(left.fault.played).toBeGreaterThan(0);
    expect(left.result.outputs).toMatchObject({
      status,
      error_code: 'verification',
      promoted: 'false',
    });
    expect(left.served).toBe('v1');
    expect(action.sent('POST', new RegExp(`/${model}/versions/v2:setDefault$`))).toEqual([]);
    expect(left.version).toBeUndefined();
  });

  test('LRO-15 because it cannot be asked is not promoted, and stays for the next run (inconclusive, by the design)', async () => {
    const left = await deployUnder(
      'proven',
      { method: 'POST', url: /:predict$/, times: 100, action: refusal(403) },
      proof,
    );
    expect(left.fault.played).toBeGreaterThan(0);
    expect(left.result.outputs).toMatchObject({ error_code: 'verification', promoted: 'false' });
    expect(left.served).toBe('v1');
    expect(left.version).toMatchObject({ state: 'READY' });
  });

  test('LRO-15 where it is the first, which the platform itself promotes, leaves no version and no model', async () => {
    const left = await deployUnder(
      'stillborn',
      { method: 'POST', url: /:predict$/, times: 100, action: answered('{"predictions": [NaN]}') },
      proof,
    );
    expect(left.fault.played).toBeGreaterThan(0);
    expect(left.result.outputs).toMatchObject({ status: 'rolled-back', promoted: 'false' });
    expect(await action.read('models/stillborn')).toBeUndefined();
  });
});

test('LRO-17 what somebody else promoted meanwhile stands, and is said', async () => {
  await first('contested');
  await action.run({ model: 'contested', source: 'xgboost', version: 'theirs', promote: 'false' });
  // The service says yes to this run and does nothing; while it looks, somebody else promotes.
  const yes = action.emulator.misbehave({
    method: 'POST',
    url: /\/contested\/versions\/v2:setDefault$/,
    action: { kind: 'status', status: 200, body: {} },
  });
  const promoteTheirs = async (): Promise<void> => {
    while (yes.played === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await fetch(
      `${action.emulator.origin}/us-central1/v1/projects/${PROJECT}/models/contested/versions/theirs:setDefault`,
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' },
    );
  };
  const late = action.emulator.misbehave({
    method: 'GET',
    url: /\/contested\/versions\/v2$/,
    // The look before the creation, and the one after it, pass.
    after: 2,
    times: 3,
    action: { kind: 'delay', milliseconds: 300 },
  });
  const [result] = await Promise.all([
    action.run({ model: 'contested', source: 'xgboost', version: 'v2' }),
    promoteTheirs(),
  ]);
  late.stop();
  expectGoodManners(result);
  expect([yes.played, late.played > 0]).toEqual([1, true]);
  expect(result.outputs).toMatchObject({ error_code: 'conflict', promoted: 'false' });
  expect(await defaultOf('contested')).toBe('theirs');
  expect(result.warnings.map(({ message }) => message)).toContainEqual(
    expect.stringContaining("theirs is the default by somebody else's choice, which stands"),
  );
  expect(action.sent('POST', /\/contested\/versions\/v1:setDefault$/)).toEqual([]);
});

describe('Vertex AI', () => {
  const PARENT = `projects/${PROJECT}/locations/us-central1`;
  interface Endpoint {
    readonly name: string;
    readonly displayName: string;
    readonly trafficSplit?: Readonly<Record<string, number>>;
    readonly deployedModels?: readonly { readonly id: string }[];
  }
  const endpointOf = async (model: string): Promise<Endpoint> => {
    const answer = await fetch(`${action.emulator.origin}/v1/${PARENT}/endpoints`);
    const { endpoints } = (await answer.json()) as { endpoints: readonly Endpoint[] };
    const found = endpoints.find(({ displayName }) => displayName === model);
    if (found === undefined) throw new Error(`There is no endpoint ${model}.`);
    return found;
  };
  const deploy = (model: string, version: string): Promise<StepResult> =>
    action.run(
      { platform: 'vertex-ai', model, source: 'xgboost', version },
      { env: { GITHUB_RUN_ID: version === 'one' ? '1' : '2' } },
    );

  test('LRO-18 a deployment whose quota is gone leaves the split and the deployed models as they were', async () => {
    await deploy('quota', 'one');
    const before = await endpointOf('quota');
    const fault = action.emulator.misbehave({
      method: 'POST',
      url: /:deployModel$/,
      action: {
        kind: 'status',
        status: 200,
        body: {
          name: `${PARENT}/endpoints/1/operations/99`,
          done: true,
          error: {
            code: 8,
            message: 'The following quotas are exceeded: CustomModelServingCPUsPerProjectPerRegion',
          },
        },
      },
    });
    const poll = action.emulator.misbehave({
      method: 'GET',
      url: /\/operations\/99$/,
      times: 10,
      action: {
        kind: 'status',
        status: 200,
        body: {
          name: `${PARENT}/endpoints/1/operations/99`,
          done: true,
          error: {
            code: 8,
            message: 'The following quotas are exceeded: CustomModelServingCPUsPerProjectPerRegion',
          },
        },
      },
    });
    const result = await deploy('quota', 'two');
    poll.stop();
    expectGoodManners(result);
    expect(fault.played).toBe(1);
    expect(poll.played).toBeGreaterThan(0);
    expect(result.outputs).toMatchObject({ error_code: 'quota', promoted: 'false' });
    expect(result.errors[0]?.message).toContain('CustomModelServingCPUs');
    const after = await endpointOf('quota');
    expect(after.trafficSplit).toEqual(before.trafficSplit);
    expect(after.deployedModels).toHaveLength(1);
  });

  const moved: FaultRule['action'] = {
    kind: 'status',
    status: 409,
    body: { error: { code: 409, status: 'ABORTED', message: 'The etag does not match.' } },
  };

  test('LRO-19 a split that changed meanwhile is read again, and written once', async () => {
    await deploy('moving', 'one');
    const fault = action.emulator.misbehave({
      method: 'PATCH',
      url: /\/endpoints\//,
      times: 2,
      action: moved,
    });
    const result = await deploy('moving', 'two');
    expectGoodManners(result);
    expect(fault.played).toBe(2);
    expect(result.outputs).toMatchObject({ status: 'deployed', promoted: 'true' });
    const { trafficSplit = {} } = await endpointOf('moving');
    expect(Object.values(trafficSplit).reduce((sum, share) => sum + share, 0)).toBe(100);
  });

  test('LRO-19 that changes for ever is a conflict after five tries, and stays as it is', async () => {
    await deploy('restless', 'one');
    const before = await endpointOf('restless');
    const fault = action.emulator.misbehave({
      method: 'PATCH',
      url: /\/endpoints\//,
      times: 100,
      action: moved,
    });
    const result = await deploy('restless', 'two');
    fault.stop();
    expectGoodManners(result);
    expect(fault.played).toBe(5);
    expect(result.outputs).toMatchObject({ error_code: 'conflict', promoted: 'false' });
    const [id = ''] = (before.deployedModels ?? []).map((deployedModel) => deployedModel.id);
    expect((await endpointOf('restless')).trafficSplit?.[id]).toBe(100);
  });
});

test('LRO-20 a wait of six hours looks at most 800 times, at least each minute (issue B’s cap), with a line a minute at most', async () => {
  const { error, seconds, requests, sleeps, said } = await wait([RUNNING], 6 * 3600);
  expect(error).toMatchObject({ code: 'timeout', next: 'Look again.' });
  expect(seconds).toBe(6 * 3600);
  expect(requests.length).toBeLessThanOrEqual(800);
  expect(Math.max(...sleeps)).toBeLessThanOrEqual(63_000);
  expect(said.length).toBeLessThanOrEqual(360);
});
