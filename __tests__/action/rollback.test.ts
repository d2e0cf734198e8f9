import { actionUnderTest, expectGoodManners, PROJECT } from './action-under-test.ts';
import type { ActionUnderTest } from './action-under-test.ts';

const PARENT = `projects/${PROJECT}/locations/us-central1`;

interface Endpoint {
  readonly etag: string;
  readonly trafficSplit?: Readonly<Record<string, number>>;
  readonly deployedModels?: readonly { readonly id: string; readonly modelVersionId: string }[];
}

let action: ActionUnderTest;
let runId = 9500;

beforeAll(async () => {
  action = await actionUnderTest();
  await action.copyModel('xgboost-json', 'boosted');
});

afterAll(async () => {
  await action[Symbol.asyncDispose]();
});

const deploy = (inputs: Readonly<Record<string, string>>): ReturnType<ActionUnderTest['run']> => {
  runId += 1;
  return action.run(
    { platform: 'vertex-ai', model: 'contested', source: 'boosted', ...inputs },
    { env: { GITHUB_RUN_ID: String(runId) } },
  );
};

const url = (path: string): string => `${action.emulator.origin}/v1/${PARENT}/${path}`;

const endpoint = async (): Promise<Endpoint> =>
  (await (await fetch(url('endpoints/contested'))).json()) as Endpoint;

/** Traffic by version number. */
async function traffic(): Promise<Readonly<Record<string, number>>> {
  const { trafficSplit = {}, deployedModels = [] } = await endpoint();
  return Object.fromEntries(
    deployedModels.map(({ id, modelVersionId }) => [modelVersionId, trafficSplit[id] ?? 0]),
  );
}

/** What somebody else does: gives all traffic to the first version. */
async function takeTraffic(): Promise<void> {
  const { deployedModels = [], etag } = await endpoint();
  const { id = '' } = deployedModels.find(({ modelVersionId }) => modelVersionId === '1') ?? {};
  const answer = await fetch(`${url('endpoints/contested')}?updateMask=trafficSplit`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ trafficSplit: { [id]: 100 }, etag }),
  });
  expect(answer.status).toBe(200);
}

test('a split that somebody else has changed since is no longer ours to put back, and that is said', async () => {
  await deploy({ version: 'one' });
  await deploy({ version: 'two', traffic: '20' });
  const refuse = (status: number, word: string, headers: Readonly<Record<string, string>> = {}) =>
    action.emulator.misbehave({
      method: 'POST',
      url: /:mergeVersionAliases$/,
      action: {
        kind: 'status',
        status,
        headers,
        body: { error: { code: status, status: word, message: 'Not you.' } },
      },
    });
  // The split is written when this comes; while the run waits, somebody else writes another one.
  const busy = refuse(429, 'RESOURCE_EXHAUSTED', { 'retry-after': '2' });
  const denied = refuse(403, 'PERMISSION_DENIED');
  const somebodyElse = async (): Promise<void> => {
    while (busy.played === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await traffic()).toEqual({ 1: 0, 2: 0, 3: 100 });
    await takeTraffic();
  };
  const [result] = await Promise.all([deploy({ version: 'three' }), somebodyElse()]);
  expect([busy.played, denied.played]).toEqual([1, 1]);
  expectGoodManners(result);
  expect(result.outputs).toMatchObject({ error_code: 'permission', promoted: 'false' });
  expect(await traffic()).toMatchObject({ 1: 100, 2: 0 });
  expect(result.warnings.map(({ message }) => message)).toContainEqual(
    expect.stringContaining('was changed by somebody else meanwhile: that stands'),
  );
});
