import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openRest } from '../../src/platform/rest.ts';
import type { Clock } from '../../src/world.ts';
import { actionUnderTest, expectGoodManners, PROJECT } from '../action/action-under-test.ts';
import type { ActionUnderTest } from '../action/action-under-test.ts';
import { testWorld } from '../test-world.ts';

let action: ActionUnderTest;

beforeAll(async () => {
  action = await actionUnderTest();
  await action.copyModel('xgboost', 'xgboost');
  await action.copyModel('xgboost-json', 'other');
});

afterAll(async () => {
  await action[Symbol.asyncDispose]();
});

const deploy = (
  run: string,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): ReturnType<ActionUnderTest['run']> =>
  action.run({ source: 'xgboost', ...inputs }, { env: { GITHUB_RUN_ID: run, ...env } });

/** Holds back the answers that tell what exists, so that each run has decided before the other acts. */
const holdLooks = (model: string): { readonly played: number; stop(): void } =>
  action.emulator.misbehave({
    method: 'GET',
    url: new RegExp(`/models/${model}(/versions/\\w+)?$`),
    times: 4,
    action: { kind: 'delay', milliseconds: 700 },
  });

async function versionsOf(model: string): Promise<readonly string[]> {
  const list = await action.read(`models/${model}/versions`);
  const versions = (list?.['versions'] ?? []) as readonly { readonly name: string }[];
  return versions.map(({ name }) => name.split('/').at(-1) ?? '').sort();
}

test('CON-03 two runs that create the same model both deploy, and there is one model', async () => {
  // The first run's creation is on its way while the second looks, finds nothing, and creates it too.
  const hold = action.emulator.misbehave({
    method: 'POST',
    url: /\/models(\?|$)/,
    action: { kind: 'delay', milliseconds: 3000 },
  });
  const one = deploy('1', { model: 'shared', version: 'a' });
  while (hold.played === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  const both = await Promise.all([one, deploy('2', { model: 'shared', version: 'b' })]);
  for (const result of both) {
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({ status: 'deployed', state: 'READY' });
  }
  const creations = action.sent('POST', /\/models(\?|$)/);
  expect(creations.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect(await versionsOf('shared')).toEqual(['a', 'b']);
});

test('CON-04 of two runs that create the same version with other content exactly one wins, and the other is a conflict', async () => {
  const hold = holdLooks('raced');
  const both = await Promise.all([
    deploy('1', { model: 'raced', version: 'v1' }),
    deploy('2', { model: 'raced', version: 'v1', source: 'other' }),
  ]);
  expect(hold.played).toBe(4);
  for (const result of both) expectGoodManners(result);
  const statuses = both.map(({ outputs }) => outputs['status']).sort();
  expect(statuses).toEqual(['deployed', 'failed']);
  const loser = both.find(({ outputs }) => outputs['status'] === 'failed');
  expect(loser?.outputs['error_code']).toBe('conflict');
  expect(await versionsOf('raced')).toEqual(['v1']);
  // The loser has touched nothing of the winner's.
  const winner = both.find(({ outputs }) => outputs['status'] === 'deployed');
  expect(await action.read('models/raced/versions/v1')).toMatchObject({
    state: 'READY',
    isDefault: true,
    deploymentUri: winner?.outputs['deployment_uri'],
  });
  expect(action.sent('DELETE', /\/raced\b/)).toEqual([]);
});

test('CON-05 of two runs that promote, the last one serves; neither undoes the other', async () => {
  await deploy('0', { model: 'promoted', version: 'v0' });
  const before = action.emulator.requests.length;
  const both = await Promise.all([
    deploy('1', { model: 'promoted', version: 'v1' }),
    deploy('2', { model: 'promoted', version: 'v2' }),
  ]);
  for (const result of both) expectGoodManners(result);
  const promotions = action.emulator.requests
    .slice(before)
    .filter(({ url }) => url.endsWith(':setDefault'))
    .map(({ url }) => /versions\/(\w+):/.exec(url)?.[1] ?? '');
  expect([...promotions].sort()).toEqual(['v1', 'v2']);
  const { defaultVersion } = (await action.read('models/promoted')) as {
    defaultVersion: { name: string };
  };
  expect(defaultVersion.name.split('/').at(-1)).toBe(promotions.at(-1));
  // Who did not become the default, or no longer was when it looked, says so.
  for (const { outputs } of both) {
    expect(['deployed', 'failed', 'rolled-back']).toContain(outputs['status']);
    if (outputs['status'] !== 'deployed') expect(outputs['error_code']).toBe('conflict');
  }
  expect(await versionsOf('promoted')).toEqual(['v0', 'v1', 'v2']);
});

/** A clock that many share: it moves on when all of them sleep. */
function sharedClock(sleepers: number): Clock & { leave(): void } {
  let elapsed = 0;
  let present = sleepers;
  let waiting: { readonly at: number; readonly wake: () => void }[] = [];
  const moveOn = (): void => {
    if (waiting.length < present || present === 0) return;
    elapsed = Math.min(...waiting.map(({ at }) => at));
    const due = waiting.filter(({ at }) => at <= elapsed);
    waiting = waiting.filter(({ at }) => at > elapsed);
    for (const { wake } of due) wake();
  };
  return {
    now: () => new Date(Date.UTC(2026, 10, 23) + elapsed),
    elapsed: () => elapsed,
    sleep: (milliseconds) =>
      new Promise((resolve) => {
        waiting.push({ at: elapsed + milliseconds, wake: resolve });
        moveOn();
      }),
    leave: () => {
      present -= 1;
      moveOn();
    },
  };
}

test('CON-09 twenty jobs at once against a quota of ten a second all finish, spread by jitter, within three times the ideal', async () => {
  const jobs = 20;
  const each = 5;
  const clock = sharedClock(jobs);
  const granted = new Map<number, number>();
  let refusals = 0;
  const server = createServer((request, response) => {
    request.resume();
    const second = Math.floor(clock.elapsed() / 1000);
    const used = granted.get(second) ?? 0;
    const isGranted = used < 10;
    if (isGranted) granted.set(second, used + 1);
    else refusals += 1;
    response.writeHead(isGranted ? 200 : 429, { 'content-type': 'application/json' });
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  let seed = 1;
  const random = (): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed / 2147483648;
  };
  try {
    await Promise.all(
      Array.from({ length: jobs }, async () => {
        const rest = openRest(
          'AI Platform',
          `http://127.0.0.1:${port}`,
          testWorld({ clock, random }),
        );
        for (let request = 0; request < each; request += 1) {
          await rest.send({ method: 'POST', path: '/v1/x', body: {}, repeatable: false });
        }
        clock.leave();
      }),
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
  expect(refusals).toBeGreaterThan(0);
  expect([...granted.values()].reduce((sum, count) => sum + count, 0)).toBe(jobs * each);
  const ideal = (jobs * each) / 10;
  expect(clock.elapsed() / 1000).toBeLessThanOrEqual(3 * ideal);
});

test('CON-10 a second attempt of a run takes the objects and the version of the first, and goes on', async () => {
  const first = await deploy('9', { model: 'again', version: 'v1', wait: 'false' });
  expect(first.outputs['status']).toBe('in-progress');
  const before = action.emulator.requests.length;
  const second = await deploy('9', { model: 'again', version: 'v1' }, { GITHUB_RUN_ATTEMPT: '2' });
  expectGoodManners(second);
  expect(second.outputs).toMatchObject({
    state: 'READY',
    promoted: 'true',
    uploaded_files: '0',
    reused_files: '1',
    version_name: `projects/${PROJECT}/models/again/versions/v1`,
  });
  const changes = action.emulator.requests.slice(before).filter(({ method }) => method !== 'GET');
  expect(changes).toEqual([]);
  expect(await versionsOf('again')).toEqual(['v1']);
});
