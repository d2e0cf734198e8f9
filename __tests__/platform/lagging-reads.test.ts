import { ledgerOf } from '../../src/made.ts';
import type { Plan, VertexAiPlan } from '../../src/plan/plan.ts';
import { openAiPlatform } from '../../src/platform/ai-platform.ts';
import { createOnce } from '../../src/platform/create-once.ts';
import { awaitOperation } from '../../src/platform/operation.ts';
import { openRest } from '../../src/platform/rest.ts';
import { buildHouse } from '../../src/platform/vertex-ai/house.ts';
import type { House } from '../../src/platform/vertex-ai/house.ts';
import { giveAlias, uploadVersion } from '../../src/platform/vertex-ai/registry.ts';
import { startOnce } from '../../src/platform/vertex-ai/operations.ts';
import { remembered } from '../../src/platform/vertex-ai/recall.ts';
import { giveTraffic, restoreTraffic } from '../../src/platform/vertex-ai/traffic.ts';
import { closeProofEndpoint, withdrawAll } from '../../src/platform/vertex-ai/withdraw.ts';
import type { Made } from '../../src/record.ts';
import type { DeployRequest } from '../../src/request/deploy-request.ts';
import { scriptedServer } from '../scripted-server.ts';
import type { Answer, ReceivedRequest } from '../scripted-server.ts';
import { fakeClock, testWorld } from '../test-world.ts';

// What a service has accepted is not always what the next read shows, and what it answers is not always so.

const request = {
  projectId: 'acme',
  model: 'fraud',
  region: 'us-central1',
  timeoutSeconds: 3600,
} as DeployRequest;

const silent = { note: () => undefined, forget: () => undefined, remember: () => undefined };
const ok = (json: unknown): Answer => ({ status: 200, json });
const refused = (code: number, status: string): Answer => ({
  status: code,
  json: { error: { code, status, message: `The service says ${status}.` } },
});

async function onVertexAi<Result>(
  script: Readonly<Record<string, readonly Answer[]>>,
  work: (house: House) => Promise<Result>,
): Promise<{ result?: Result; error?: unknown; requests: readonly ReceivedRequest[] }> {
  await using server = await scriptedServer(script);
  const environment = { CLOUDSDK_API_ENDPOINT_OVERRIDES_AIPLATFORM: `${server.origin}/` };
  const house = buildHouse(request, testWorld({ environment }), silent);
  try {
    return { result: await work(house), requests: server.requests };
  } catch (error) {
    return { error, requests: server.requests };
  }
}

const ENDPOINT = 'projects/acme/locations/us-central1/endpoints/7';
const endpoint = (etag: string, trafficSplit: object): Answer =>
  ok({ name: ENDPOINT, etag, trafficSplit, deployedModels: [{ id: '1' }, { id: '2' }] });
const before = endpoint('e1', { 1: 100 });
const after = endpoint('e2', { 1: 0, 2: 100 });

describe('traffic', () => {
  test('that the service has moved is not given up because some reads are behind', async () => {
    const { result, requests } = await onVertexAi(
      {
        [`GET /v1/${ENDPOINT}`]: [before, before, before, before, after],
        [`PATCH /v1/${ENDPOINT}`]: [after],
      },
      (house) => giveTraffic(house, ENDPOINT, '2', 100),
    );
    expect(result?.after).toMatchObject({ etag: 'e2' });
    expect(requests.filter(({ method }) => method === 'PATCH')).toHaveLength(1);
  });

  test('that reads back as nobody asked for is somebody else’s at once', async () => {
    const { error, requests } = await onVertexAi(
      {
        [`GET /v1/${ENDPOINT}`]: [before, endpoint('e3', { 1: 50, 2: 50 })],
        [`PATCH /v1/${ENDPOINT}`]: [after],
      },
      (house) => giveTraffic(house, ENDPOINT, '2', 100),
    );
    expect(error).toMatchObject({ code: 'conflict' });
    expect(requests).toHaveLength(3);
  });

  const changed = { before: { 1: 100 }, written: { 1: 0, 2: 100 }, etag: 'e2' };

  test('is put back over what this run wrote, though the read does not show it yet', async () => {
    const { result, requests } = await onVertexAi(
      { [`GET /v1/${ENDPOINT}`]: [before], [`PATCH /v1/${ENDPOINT}`]: [before] },
      (house) => {
        house.named.endpoint = ENDPOINT;
        house.changed.split = changed;
        return restoreTraffic(house);
      },
    );
    expect(result).toBe(true);
    expect(requests.at(-1)).toMatchObject({
      method: 'PATCH',
      json: { trafficSplit: { 1: 100 }, etag: 'e2' },
    });
  });

  test('that somebody else has put back stays as it is', async () => {
    const { result } = await onVertexAi(
      { [`GET /v1/${ENDPOINT}`]: [before], [`PATCH /v1/${ENDPOINT}`]: [refused(409, 'ABORTED')] },
      (house) => {
        house.named.endpoint = ENDPOINT;
        house.changed.split = changed;
        return restoreTraffic(house);
      },
    );
    expect(result).toBe(false);
  });

  test('is read where its shares are text', async () => {
    const { result } = await onVertexAi(
      {
        [`GET /v1/${ENDPOINT}`]: [before, endpoint('e2', { 1: '0', 2: '100' })],
        [`PATCH /v1/${ENDPOINT}`]: [ok({})],
      },
      (house) => giveTraffic(house, ENDPOINT, '2', 100),
    );
    expect(result?.after).toMatchObject({ etag: 'e2' });
  });
});

describe('an alias', () => {
  const VERSION = 'projects/acme/locations/us-central1/models/fraud@2';
  const merge = `POST /v1/${VERSION}:mergeVersionAliases`;
  const version = (...versionAliases: readonly string[]): Answer => ok({ versionAliases });

  test.each([
    ['the answer', [version('v2', 'default')], []],
    ['a later read', [ok({})], [version('v2'), version('v2', 'default')]],
  ])('is given when %s shows it', async (_, merged, reads) => {
    const { error } = await onVertexAi(
      { [merge]: merged, [`GET /v1/${VERSION}`]: reads },
      (house) => giveAlias(house, VERSION, 'default'),
    );
    expect(error).toBeUndefined();
  });

  test.each([
    ['takes and does not give', ok({})],
    ['refuses with a 200', ok({ error: { code: 403, message: 'No.' } })],
  ])('that the service %s is a failure', async (_, merged) => {
    const { error } = await onVertexAi(
      { [merge]: [merged], [`GET /v1/${VERSION}`]: [version('v2')] },
      (house) => giveAlias(house, VERSION, 'default'),
    );
    expect(error).toMatchObject({ name: expect.stringMatching(/Failure|ServiceError/) as string });
  });
});

describe('on AI Platform', () => {
  const MODEL = '/v1/projects/acme/models/fraud';
  const VERSION = `${MODEL}/versions/v3`;
  const plan = {
    version: { action: 'create', id: 'v3', name: 'projects/acme/models/fraud/versions/v3' },
  } as unknown as Plan;
  const version = (fields: object): Answer => ok({ name: plan.version.name, ...fields });

  async function withPlatform<Result>(
    script: Readonly<Record<string, readonly Answer[]>>,
    work: (platform: ReturnType<typeof openAiPlatform>) => Promise<Result>,
  ): Promise<{ result?: Result; error?: unknown; made: readonly string[] }> {
    await using server = await scriptedServer(script);
    const environment = { CLOUDSDK_API_ENDPOINT_OVERRIDES_ML: `${server.origin}/` };
    const noted = { made: [] };
    const platform = openAiPlatform(
      request,
      testWorld({ environment }),
      ledgerOf(noted, () => undefined),
    );
    const made = (): readonly string[] => noted.made.map(({ name }) => name);
    try {
      return { result: await work(platform), made: made() };
    } catch (error) {
      return { error, made: made() };
    }
  }

  test('a version that becomes the default and FAILED is not promoted', async () => {
    const { error } = await withPlatform(
      {
        [`POST ${VERSION}:setDefault`]: [ok({})],
        [`GET ${VERSION}`]: [
          version({ state: 'FAILED', isDefault: true, errorMessage: 'crashed' }),
        ],
      },
      (platform) => platform.promote(plan),
    );
    expect(error).toMatchObject({ status: 'FAILED', serverMessage: 'crashed' });
  });

  test('one that becomes the default a few reads later is', async () => {
    const stale = version({ state: 'READY' });
    const { result } = await withPlatform(
      {
        [`POST ${VERSION}:setDefault`]: [ok({})],
        [`GET ${VERSION}`]: [stale, stale, version({ state: 'READY', isDefault: true })],
      },
      (platform) => platform.promote(plan),
    );
    expect(result).toMatchObject({ serves: true });
  });

  test('one that is not known everywhere after its operation has ended is waited for', async () => {
    const OPERATION = 'projects/acme/operations/o';
    const ready = version({ state: 'READY' });
    const create = `POST ${MODEL}/versions`;
    const { result } = await withPlatform(
      {
        [create]: [ok({ name: OPERATION })],
        [`GET /v1/${OPERATION}`]: [ok({ name: OPERATION, done: true, response: {} })],
        [`GET ${VERSION}`]: [refused(404, 'NOT_FOUND'), refused(404, 'NOT_FOUND'), ready, ready],
      },
      async (platform) => {
        const { operation } = await platform.createVersion(plan);
        return await platform.awaitVersion(operation, plan);
      },
    );
    expect(result).toMatchObject({ state: 'READY' });
  });

  const CREATED = {
    [`POST ${MODEL}/versions`]: [ok({ name: 'projects/acme/operations/o' })],
    'GET /v1/projects/acme/operations/d': [
      ok({ name: 'projects/acme/operations/d', done: true, error: { code: 13, message: 'Oops.' } }),
    ],
    [`DELETE ${VERSION}`]: [ok({ name: 'projects/acme/operations/d' })],
  };

  test('a deletion that failed by its word, of what is gone, is done', async () => {
    const { error, made } = await withPlatform(
      { ...CREATED, [`GET ${VERSION}`]: [version({ state: 'READY' }), refused(404, 'NOT_FOUND')] },
      async (platform) => {
        await platform.createVersion(plan);
        await platform.withdraw(plan);
      },
    );
    expect([error, made]).toEqual([undefined, []]);
  });

  test('a deletion that succeeded by its word, of what is still there, is not', async () => {
    const { error, made } = await withPlatform(
      {
        ...CREATED,
        [`DELETE ${VERSION}`]: [ok({ name: 'projects/acme/operations/d', done: true })],
        [`GET ${VERSION}`]: [version({ state: 'READY' })],
      },
      async (platform) => {
        await platform.createVersion(plan);
        await platform.withdraw(plan);
      },
    );
    expect(String(error)).toContain('it is still there');
    expect(made).toEqual([plan.version.name]);
  });
});

describe('an operation', () => {
  const NAME = 'projects/acme/operations/o';
  const wait = (mustExist: boolean) => ({
    service: 'AI Platform' as const,
    subject: 'version v3 of model fraud',
    deadline: 3_600_000,
    resume: '',
    mustExist,
    say: () => undefined,
  });
  const awaited = async (answers: readonly Answer[], mustExist: boolean): Promise<unknown> => {
    await using server = await scriptedServer({ [`GET /v1/${NAME}`]: answers });
    const world = testWorld();
    const rest = openRest('AI Platform', server.origin, world);
    return await awaitOperation(rest, `/v1/${NAME}`, NAME, wait(mustExist), world).catch(
      (error: unknown) => error,
    );
  };

  test('that somebody names must be there, and one that was seen may go', async () => {
    const missing = refused(404, 'NOT_FOUND');
    expect(await awaited([missing], true)).toMatchObject({
      code: 'not-found',
      what: `There is no operation ${NAME}, so that nothing can be resumed.`,
    });
    expect(await awaited([ok({ name: NAME }), missing], true)).toBe('not-found');
  });

  test('with an error of code 0 has none', async () => {
    const done = ok({ name: NAME, done: true, error: { code: 0 }, response: { name: 'v' } });
    expect(await awaited([done], false)).toMatchObject({ response: { name: 'v' } });
  });

  test('that is refused inside of a 200 is refused', async () => {
    const inside = ok({ error: { code: 403, status: 'PERMISSION_DENIED', message: 'No.' } });
    expect(await awaited([inside], false)).toMatchObject({ httpStatus: 403, serverMessage: 'No.' });
  });
});

test('a creation outlives four answers that tell nothing, looks before each, and says so', async () => {
  const world = testWorld();
  const lost = Array.from({ length: 4 }, () => ({ status: 503, text: '' }));
  await using server = await scriptedServer({ 'POST /v1/x': [...lost, ok({ name: 'made' })] });
  const rest = openRest('Vertex AI', server.origin, world);
  let looks = 0;
  const made = await createOnce(
    () => rest.send({ method: 'POST', path: '/v1/x', body: {}, repeatable: false }),
    () => {
      looks += 1;
      return Promise.resolve(undefined);
    },
    world,
  );
  expect([made, looks, server.requests.length]).toEqual([{ name: 'made' }, 4, 5]);
});

test.each([
  ['is there a moment later', [undefined, undefined, undefined, 'made'], 'made'],
  ['is nowhere', [undefined], undefined],
])(
  'a creation that is refused after a try without an answer, and %s',
  async (_, looks, expected) => {
    const world = testWorld();
    await using server = await scriptedServer({
      'POST /v1/x': [{ cut: 'before-headers' }, refused(400, 'INVALID_ARGUMENT')],
    });
    const rest = openRest('Vertex AI', server.origin, world);
    let looked = 0;
    const making = createOnce<unknown>(
      () => rest.send({ method: 'POST', path: '/v1/x', body: {}, repeatable: false }),
      () => Promise.resolve(looks[Math.min(looked++, looks.length - 1)]),
      world,
    );
    if (expected === undefined) await expect(making).rejects.toMatchObject({ httpStatus: 400 });
    else expect(await making).toBe(expected);
    expect(server.requests).toHaveLength(2);
  },
);

describe('an upload to the registry', () => {
  const PARENT = '/v1/projects/acme/locations/us-central1';
  const OPERATION = 'projects/acme/locations/us-central1/operations/1';
  const labels = { 'run-id': '7', 'run-attempt': '1', 'commit-sha': 'abc' };
  const plan = {
    model: { action: 'create', name: 'projects/acme/locations/us-central1/models/fraud' },
    version: { action: 'create', id: 'v1' },
  } as unknown as Plan;
  const failed = ok({ name: OPERATION, done: true, error: { code: 13, message: 'Broken.' } });
  const missing = refused(404, 'NOT_FOUND');
  const VERSION = 'projects/acme/locations/us-central1/models/fraud';

  async function uploaded(models: readonly Answer[]): Promise<readonly string[]> {
    await using server = await scriptedServer({
      [`POST ${PARENT}/models:upload`]: [ok({ name: OPERATION })],
      [`GET /v1/${OPERATION}`]: [failed],
      [`GET ${PARENT}/models/fraud`]: models,
      [`GET ${PARENT}/models`]: [ok({})],
      [`GET ${PARENT}/models/fraud:listVersions`]: [
        ok({ models: [{ name: VERSION, versionId: '1', labels }] }),
      ],
    });
    const environment = { CLOUDSDK_API_ENDPOINT_OVERRIDES_AIPLATFORM: `${server.origin}/` };
    const noted = { made: [] };
    const ledger = ledgerOf(noted, () => undefined);
    const house = buildHouse(request, testWorld({ environment }), ledger);
    const vertexAi = { uploadBody: { model: { labels } } } as unknown as VertexAiPlan;
    await expect(uploadVersion(house, plan, vertexAi)).rejects.toMatchObject({
      status: 'INTERNAL',
    });
    return noted.made.map(({ name }: Made) => name);
  }

  test('that ended with an error, and shows nothing, is not told as made', async () => {
    expect(await uploaded([missing])).toEqual([]);
  });

  test('that ended with an error and is there a moment later, is told', async () => {
    expect(await uploaded([missing, missing, ok({ name: VERSION })])).toHaveLength(1);
  });
});

test('an endpoint that is asked for when the job is cancelled is remembered as asked for', async () => {
  const parent = '/v1/projects/acme/locations/us-central1';
  const busy = ok({ operations: [{ name: 'projects/acme/operations/1', done: false }] });
  await using server = await scriptedServer({
    [`POST ${parent}/endpoints`]: [{ cut: 'before-headers' }],
    [`GET ${parent}/operations`]: [busy],
  });
  const cancelled = new AbortController();
  const clock = fakeClock();
  const world = testWorld({
    environment: { CLOUDSDK_API_ENDPOINT_OVERRIDES_AIPLATFORM: `${server.origin}/` },
    signal: cancelled.signal,
    clock: {
      ...clock,
      sleep: (milliseconds, signal) => {
        cancelled.abort(new Error('cancelled'));
        return clock.sleep(milliseconds, signal);
      },
    },
  });
  const house = buildHouse(request, world, silent);
  const asking = startOnce(house, `${parent}/endpoints`, {}, () => Promise.resolve(false));
  await expect(asking).rejects.toThrow('cancelled');
  expect(remembered(house)).toMatchObject({ isAsking: true });
});

describe('a clean-up', () => {
  const operation = ok({ name: 'projects/acme/locations/us-central1/operations/1', done: true });
  const operations = ok({ operations: [] });
  const PARENT = '/v1/projects/acme/locations/us-central1';

  test('takes off what is deployed though one read does not show it', async () => {
    const { requests } = await onVertexAi(
      {
        [`GET /v1/${ENDPOINT}`]: [ok({ name: ENDPOINT, deployedModels: [] })],
        [`POST /v1/${ENDPOINT}:undeployModel`]: [operation],
      },
      (house) => {
        house.named.endpoint = ENDPOINT;
        house.named.deployedModelId = '2';
        house.named.deploymentIsNew = true;
        return withdrawAll(house, false);
      },
    );
    expect(requests.filter(({ method }) => method === 'POST')).toMatchObject([
      { url: `/v1/${ENDPOINT}:undeployModel`, json: { deployedModelId: '2' } },
    ]);
  });

  test('that may not take the deployment off the endpoint of the proof names it', async () => {
    await using server = await scriptedServer({
      [`GET ${PARENT}/operations`]: [operations],
      [`GET /v1/${ENDPOINT}`]: [endpoint('e1', {})],
      [`POST /v1/${ENDPOINT}:undeployModel`]: [refused(403, 'PERMISSION_DENIED')],
    });
    const noted: { made: Made[] } = { made: [] };
    const environment = { CLOUDSDK_API_ENDPOINT_OVERRIDES_AIPLATFORM: `${server.origin}/` };
    const ledger = ledgerOf(noted, () => undefined);
    const house = buildHouse(request, testWorld({ environment }), ledger);
    house.named.proofEndpoint = ENDPOINT;
    await closeProofEndpoint(house);
    expect(noted.made).toMatchObject([
      {
        kind: 'deployment',
        name: `${ENDPOINT}/deployedModels/1`,
        undo: expect.stringContaining('undeploy-model 7 --deployed-model-id=1') as unknown,
      },
    ]);
  });
});
