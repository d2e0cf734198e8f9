import { ledgerOf } from '../../src/made.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { openAiPlatform } from '../../src/platform/ai-platform.ts';
import { aiPlatformBaseUrl } from '../../src/platform/ai-platform/house.ts';
import type { Made } from '../../src/record.ts';
import type { Platform } from '../../src/platform/platform.ts';
import type { DeployRequest } from '../../src/request/deploy-request.ts';
import { scriptedServer } from '../scripted-server.ts';
import type { Answer, ReceivedRequest } from '../scripted-server.ts';
import { fakeClock, recordingRunner, testWorld } from '../test-world.ts';

const request = {
  projectId: 'acme',
  model: 'fraud',
  region: 'us-central1',
  timeoutSeconds: 3600,
} as DeployRequest;

const labels = { 'run-id': '42', 'run-attempt': '1' };
const deploymentUri = 'gs://acme-aiplatform/fraud/v3/';
const plan = {
  deploymentUri,
  model: { name: 'projects/acme/models/fraud', action: 'create', body: { name: 'fraud' } },
  version: {
    action: 'create',
    id: 'v3',
    name: 'projects/acme/models/fraud/versions/v3',
    body: { name: 'v3', deploymentUri, labels },
  },
  promotion: 'set-default',
} as unknown as Plan;

const MODELS = '/v1/projects/acme/models';
const MODEL = `${MODELS}/fraud`;
const VERSIONS = `${MODEL}/versions`;
const VERSION = `${VERSIONS}/v3`;
const OPERATION = 'projects/acme/operations/create_fraud_v3-1';

const ok = (json: unknown): Answer => ({ status: 200, json });
const refused = (code: number, status: string): Answer => ({
  status: code,
  json: { error: { code, status, message: `The service says ${status}.` } },
});
const missing = refused(404, 'NOT_FOUND');
const version = (fields: object): Answer =>
  ok({ name: plan.version.name, deploymentUri, labels, ...fields });

async function withPlatform<Result>(
  script: Readonly<Record<string, readonly Answer[]>>,
  work: (platform: Platform) => Promise<Result>,
): Promise<{
  result?: Result;
  error?: unknown;
  requests: readonly ReceivedRequest[];
  seconds: number;
  made: readonly string[];
  lines: readonly string[];
}> {
  await using server = await scriptedServer(script);
  const clock = fakeClock();
  const noted: Made[] = [];
  const ledger = ledgerOf({ made: noted }, () => undefined);
  const kinds = (): readonly string[] => noted.map(({ kind }) => kind);
  const environment = { CLOUDSDK_API_ENDPOINT_OVERRIDES_ML: `${server.origin}/` };
  const runner = recordingRunner();
  const { lines } = runner;
  const world = testWorld({ environment, clock, runner });
  const platform = openAiPlatform(request, world, ledger);
  const seen = (): { requests: readonly ReceivedRequest[]; seconds: number } => ({
    requests: server.requests,
    seconds: clock.elapsed() / 1000,
  });
  try {
    const result = await work(platform);
    return { result, ...seen(), made: kinds(), lines };
  } catch (error) {
    return { error, ...seen(), made: kinds(), lines };
  }
}

const sent = (requests: readonly ReceivedRequest[], method: string): readonly string[] =>
  requests.filter((received) => received.method === method).map((received) => received.url);

describe('the base URL', () => {
  test.each([
    ['us-central1', {}, 'https://us-central1-ml.googleapis.com'],
    ['global', {}, 'https://ml.googleapis.com'],
    [
      'europe-west4',
      { CLOUDSDK_API_ENDPOINT_OVERRIDES_ML: 'http://127.0.0.1:8085/{region}/' },
      'http://127.0.0.1:8085/europe-west4',
    ],
    [
      'europe-west4',
      { CLOUDSDK_API_ENDPOINT_OVERRIDES_ML: 'http://localhost:8085/' },
      'http://localhost:8085',
    ],
    [
      'us-east1',
      { CLOUDSDK_API_ENDPOINT_OVERRIDES_ML: 'https://{region}-ml.mirror.test' },
      'https://us-east1-ml.mirror.test',
    ],
  ])('of %s with %j is %s', (region, environment, expected) => {
    expect(aiPlatformBaseUrl(environment, region)).toBe(expected);
  });

  test.each([
    'http://10.0.0.1/',
    'http://ml.googleapis.com/',
    'ftp://127.0.0.1/',
    'not a url',
    'https://user:secret@ml.test/',
  ])('is refused when it is overridden by %s', (url) => {
    expect(() =>
      aiPlatformBaseUrl({ CLOUDSDK_API_ENDPOINT_OVERRIDES_ML: url }, 'us-central1'),
    ).toThrow(/CLOUDSDK_API_ENDPOINT_OVERRIDES_ML/);
  });
});

describe('looking up', () => {
  test('tells the model, the version of the same name, and what serves', async () => {
    const { result } = await withPlatform(
      {
        [`GET ${MODEL}`]: [
          ok({
            name: 'projects/acme/models/fraud',
            defaultVersion: { name: `${plan.model.name}/versions/v2` },
          }),
        ],
        [`GET ${VERSION}`]: [missing],
      },
      (platform) => platform.lookUp('v3'),
    );
    expect(result).toMatchObject({ servingVersion: 'v2', version: undefined });
  });

  test('a missing model is told from a closed service by the list of models', async () => {
    const absent = await withPlatform(
      { [`GET ${MODEL}`]: [missing], [`GET ${VERSION}`]: [missing], [`GET ${MODELS}`]: [ok({})] },
      (platform) => platform.lookUp('v3'),
    );
    expect(absent.result).toEqual({
      model: undefined,
      version: undefined,
      servingVersion: undefined,
    });
    const closed = await withPlatform(
      { [`GET ${MODEL}`]: [missing], [`GET ${VERSION}`]: [missing], [`GET ${MODELS}`]: [missing] },
      (platform) => platform.lookUp('v3'),
    );
    expect(closed.error).toMatchObject({ httpStatus: 404, request: `GET ${MODELS}` });
  });
});

describe('the model', () => {
  const POST = `POST ${MODELS}`;

  test('that is there is not touched', async () => {
    const reuse = { ...plan, model: { ...plan.model, action: 'reuse' } } as Plan;
    const { made, requests } = await withPlatform({}, (platform) => platform.prepare(reuse));
    expect(made).toEqual([]);
    expect(requests).toHaveLength(0);
  });

  test('is created with the planned body', async () => {
    const { made, requests } = await withPlatform({ [POST]: [ok({})] }, (platform) =>
      platform.prepare(plan),
    );
    expect(made).toEqual(['model']);
    expect(requests[0]?.json).toEqual(plan.model.body);
  });

  test('that somebody else created meanwhile is a success', async () => {
    const { error, made } = await withPlatform(
      { [POST]: [refused(409, 'ALREADY_EXISTS')] },
      (platform) => platform.prepare(plan),
    );
    expect(error).toBeUndefined();
    expect(made).toEqual([]);
  });

  test('whose answer was lost is looked for before it is asked for again', async () => {
    const { made, requests } = await withPlatform(
      { [POST]: [{ cut: 'before-headers' }], [`GET ${MODEL}`]: [ok({ name: plan.model.name })] },
      (platform) => platform.prepare(plan),
    );
    expect(made).toEqual(['model']);
    expect(sent(requests, 'POST')).toHaveLength(1);
  });
});

describe('the creation of a version', () => {
  const POST = `POST ${VERSIONS}`;

  test('answers its operation', async () => {
    const { result, requests } = await withPlatform(
      { [POST]: [ok({ name: OPERATION })] },
      (platform) => platform.createVersion(plan),
    );
    expect(result?.operation).toBe(OPERATION);
    expect(requests[0]?.json).toEqual(plan.version.body);
  });

  test.each([
    ['lost', { cut: 'before-headers' } as const],
    ['cut short', { cut: 'in-body' } as const],
    ['a 503', { status: 503, text: '' }],
  ])('is not repeated when the answer was %s but the version is there', async (_, fault) => {
    const { result, error, requests } = await withPlatform(
      { [POST]: [fault], [`GET ${VERSION}`]: [version({ state: 'CREATING' })] },
      (platform) => platform.createVersion(plan),
    );
    expect(error).toBeUndefined();
    expect(result).toMatchObject({ operation: undefined, version: { state: 'CREATING' } });
    expect(sent(requests, 'POST')).toHaveLength(1);
  });

  test('is repeated when the answer was lost and nothing is there', async () => {
    const { result, requests } = await withPlatform(
      {
        [POST]: [{ cut: 'before-headers' }, ok({ name: OPERATION })],
        [`GET ${VERSION}`]: [missing],
      },
      (platform) => platform.createVersion(plan),
    );
    expect(result?.operation).toBe(OPERATION);
    expect(sent(requests, 'POST')).toHaveLength(2);
  });

  test('that was taken by another run is a conflict, by this run an adoption', async () => {
    const ours = await withPlatform(
      {
        [POST]: [refused(409, 'ALREADY_EXISTS')],
        [`GET ${VERSION}`]: [version({ state: 'CREATING' })],
      },
      (platform) => platform.createVersion(plan),
    );
    expect(ours.error).toBeUndefined();
    const theirs = await withPlatform(
      {
        [POST]: [refused(409, 'ALREADY_EXISTS')],
        [`GET ${VERSION}`]: [version({ labels: { 'run-id': '41', 'run-attempt': '1' } })],
      },
      (platform) => platform.createVersion(plan),
    );
    expect(theirs.error).toMatchObject({ httpStatus: 409 });
  });

  test('waits until a model that was just created is known everywhere', async () => {
    const { result, requests } = await withPlatform(
      { [`POST ${MODELS}`]: [ok({})], [POST]: [missing, missing, ok({ name: OPERATION })] },
      async (platform) => {
        await platform.prepare(plan);
        return platform.createVersion(plan);
      },
    );
    expect(result?.operation).toBe(OPERATION);
    expect(sent(requests, 'POST')).toHaveLength(4);
  });

  test('does not wait for a model that was there before', async () => {
    const { error, requests } = await withPlatform({ [POST]: [missing] }, (platform) =>
      platform.createVersion(plan),
    );
    expect(error).toMatchObject({ httpStatus: 404 });
    expect(requests).toHaveLength(1);
  });
});

describe('the wait for a version', () => {
  const done = ok({ name: OPERATION, done: true, response: {} });

  test('ends when it is READY', async () => {
    const { result } = await withPlatform(
      {
        [`GET /v1/${OPERATION}`]: [ok({ name: OPERATION }), done],
        [`GET ${VERSION}`]: [version({ state: 'READY', isDefault: true })],
      },
      (platform) => platform.awaitVersion(OPERATION, plan),
    );
    expect(result).toMatchObject({ state: 'READY', serves: true });
  });

  test('goes on when the operation is done but the version is still CREATING', async () => {
    const { result } = await withPlatform(
      {
        [`GET /v1/${OPERATION}`]: [done],
        [`GET ${VERSION}`]: [version({ state: 'CREATING' }), version({ state: 'READY' })],
      },
      (platform) => platform.awaitVersion(OPERATION, plan),
    );
    expect(result).toMatchObject({ state: 'READY' });
  });

  test('of an operation that ended well is a failure when the version is FAILED', async () => {
    const { error } = await withPlatform(
      {
        [`GET /v1/${OPERATION}`]: [done],
        [`GET ${VERSION}`]: [version({ state: 'FAILED', errorMessage: 'Out of memory.' })],
      },
      (platform) => platform.awaitVersion(OPERATION, plan),
    );
    expect(error).toMatchObject({ status: 'FAILED', serverMessage: 'Out of memory.' });
  });

  test('without an operation watches the version itself', async () => {
    const { result, requests } = await withPlatform(
      { [`GET ${VERSION}`]: [version({ state: 'CREATING' }), version({ state: 'READY' })] },
      (platform) => platform.awaitVersion(undefined, plan),
    );
    expect(result).toMatchObject({ state: 'READY' });
    // READY counts when it was seen twice in a row.
    expect(requests).toHaveLength(3);
  });

  test.each([
    ['its operation', OPERATION],
    ['the version itself', undefined],
  ])('by %s says each minute in which state it is', async (_, operation) => {
    const { error, lines } = await withPlatform(
      {
        [`GET /v1/${OPERATION}`]: [ok({ name: OPERATION })],
        [`GET ${VERSION}`]: [version({ state: 'CREATING' })],
      },
      (platform) => platform.awaitVersion(operation, plan),
    );
    expect(error).toMatchObject({ code: 'timeout' });
    const said = lines.filter((line) => line.startsWith('Still waiting'));
    expect(said.length).toBeGreaterThan(50);
    expect(said[0]).toMatch(/version v3 of model fraud: CREATING, 1 min \d+ s so far\.$/);
  });

  test('that times out names the operation and how to go on', async () => {
    const { error, seconds } = await withPlatform(
      { [`GET /v1/${OPERATION}`]: [ok({ name: OPERATION })] },
      (platform) => platform.awaitVersion(OPERATION, plan),
    );
    expect(error).toMatchObject({
      code: 'timeout',
      next: expect.stringContaining('operations wait create_fraud_v3-1') as string,
    });
    expect(seconds).toBe(3600);
  });
});

describe('the promotion', () => {
  const POST = `POST ${VERSION}:setDefault`;

  test('is believed only when the version reads back as the default', async () => {
    const good = await withPlatform(
      {
        [POST]: [version({ isDefault: true })],
        [`GET ${VERSION}`]: [version({ state: 'READY', isDefault: true })],
      },
      (platform) => platform.promote(plan),
    );
    expect(good.result).toMatchObject({ serves: true });
    const bad = await withPlatform(
      { [POST]: [version({ isDefault: true })], [`GET ${VERSION}`]: [version({ state: 'READY' })] },
      (platform) => platform.promote(plan),
    );
    expect(bad.error).toMatchObject({ code: 'conflict' });
  });

  test('is sent again after a passing fault, since that changes nothing', async () => {
    const { error, requests } = await withPlatform(
      {
        [POST]: [{ status: 503, text: '' }, ok({})],
        [`GET ${VERSION}`]: [version({ state: 'READY', isDefault: true })],
      },
      (platform) => platform.promote(plan),
    );
    expect(error).toBeUndefined();
    expect(sent(requests, 'POST')).toHaveLength(2);
  });
});
