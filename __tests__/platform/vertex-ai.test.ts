import { openRest } from '../../src/platform/rest.ts';
import type { Rest } from '../../src/platform/rest.ts';
import { ENDPOINTS, findResource, MODELS } from '../../src/platform/vertex-ai/lookup.ts';
import { vertexAiBaseUrl } from '../../src/platform/vertex-ai/house.ts';
import { followStages } from '../../src/platform/vertex-ai/stages.ts';
import { giveTraffic } from '../../src/platform/vertex-ai/traffic.ts';
import { undeployReplaced } from '../../src/platform/vertex-ai/withdraw.ts';
import { scriptedServer } from '../scripted-server.ts';
import type { Answer, ReceivedRequest } from '../scripted-server.ts';
import { recordingRunner, testWorld } from '../test-world.ts';

const silentLedger = { note: () => undefined, forget: () => undefined, remember: () => undefined };

const PARENT = 'projects/acme/locations/us-central1';
const ENDPOINT = `${PARENT}/endpoints/7`;
const ok = (json: unknown): Answer => ({ status: 200, json });
const refused = (status: number, word: string): Answer => ({
  status,
  json: { error: { code: status, status: word, message: word } },
});

async function withRest<Result>(
  script: Readonly<Record<string, readonly Answer[]>>,
  work: (rest: Rest) => Promise<Result>,
): Promise<{ result?: Result; error?: unknown; requests: readonly ReceivedRequest[] }> {
  await using server = await scriptedServer(script);
  try {
    const result = await work(openRest('Vertex AI', server.origin, testWorld()));
    return { result, requests: server.requests };
  } catch (error) {
    return { error, requests: server.requests };
  }
}

test.each([
  [{}, 'https://europe-west4-aiplatform.googleapis.com'],
  [
    { CLOUDSDK_API_ENDPOINT_OVERRIDES_AIPLATFORM: 'http://127.0.0.1:1/{region}/' },
    'http://127.0.0.1:1/europe-west4',
  ],
])('the base URL with %j is %s', (environment, expected) => {
  expect(vertexAiBaseUrl(environment, 'europe-west4')).toBe(expected);
});

describe('a resource', () => {
  const list = `GET /v1/${PARENT}/models`;

  test('is found by its id in one request', async () => {
    const { result, requests } = await withRest(
      { [`GET /v1/${PARENT}/models/fraud`]: [ok({ name: 'm', displayName: 'Other' })] },
      (rest) => findResource(rest, PARENT, MODELS, 'fraud'),
    );
    expect(result).toEqual({ name: 'm', displayName: 'Other' });
    expect(requests).toHaveLength(1);
  });

  test('is found by its exact display name, on any page, and never by a part of it', async () => {
    const { result, requests } = await withRest(
      {
        [list]: [
          ok({ models: [{ name: 'm/1', displayName: 'Card Fraud EU' }], nextPageToken: 't' }),
          ok({ models: [{ name: 'm/2', displayName: 'Card Fraud' }] }),
        ],
      },
      (rest) => findResource(rest, PARENT, MODELS, 'Card Fraud'),
    );
    expect(result).toMatchObject({ name: 'm/2' });
    expect(requests[0]?.url).toContain(encodeURIComponent('display_name="Card Fraud"'));
    expect(requests[1]?.url).toContain('pageToken=t');
  });

  test('is not there when only similar names are', async () => {
    const { result } = await withRest(
      {
        [`GET /v1/${PARENT}/endpoints/fraud`]: [refused(404, 'NOT_FOUND')],
        [`GET /v1/${PARENT}/endpoints`]: [
          ok({ endpoints: [{ name: 'e', displayName: 'fraud-2' }] }),
        ],
      },
      (rest) => findResource(rest, PARENT, ENDPOINTS, 'fraud'),
    );
    expect(result).toBeUndefined();
  });

  test('of several with one display name is nobody’s guess', async () => {
    const named = ['b', 'a'].map((id) => ({
      name: `${PARENT}/models/${id}`,
      displayName: 'Card Fraud',
    }));
    const { error } = await withRest({ [list]: [ok({ models: named })] }, (rest) =>
      findResource(rest, PARENT, MODELS, 'Card Fraud'),
    );
    expect(error).toMatchObject({
      code: 'conflict',
      why: expect.stringContaining('a, b') as string,
    });
  });

  test('is not looked for for ever when a page token comes again', async () => {
    const { requests } = await withRest(
      { [list]: [ok({ models: [], nextPageToken: 't' })] },
      (rest) => findResource(rest, PARENT, MODELS, 'Card Fraud'),
    );
    expect(requests).toHaveLength(2);
  });
});

describe('traffic', () => {
  const GET = `GET /v1/${ENDPOINT}`;
  const PATCH = `PATCH /v1/${ENDPOINT}`;
  const endpoint = (split: Record<string, number>, etag: string): Answer =>
    ok({
      name: ENDPOINT,
      etag,
      trafficSplit: split,
      deployedModels: [{ id: '1' }, { id: '2' }, { id: '3' }],
    });

  test('is changed with the etag of what was read, and read back', async () => {
    const { result, requests } = await withRest(
      { [GET]: [endpoint({ 1: 100 }, 'a'), endpoint({ 1: 90, 2: 10 }, 'b')], [PATCH]: [ok({})] },
      (rest) =>
        giveTraffic(
          { rest, changed: {}, ledger: silentLedger, world: testWorld() },
          ENDPOINT,
          '2',
          10,
        ),
    );
    expect(result?.after).toMatchObject({ trafficSplit: { 1: 90, 2: 10 } });
    expect(requests[1]?.json).toEqual({ trafficSplit: { 1: 90, 2: 10 }, etag: 'a' });
  });

  test('that somebody changed meanwhile is read again, so that both changes count', async () => {
    const { requests, error } = await withRest(
      {
        [GET]: [
          endpoint({ 1: 100 }, 'a'),
          endpoint({ 1: 50, 3: 50 }, 'b'),
          endpoint({ 1: 45, 2: 10, 3: 45 }, 'c'),
        ],
        [PATCH]: [refused(409, 'ABORTED'), ok({})],
      },
      (rest) =>
        giveTraffic(
          { rest, changed: {}, ledger: silentLedger, world: testWorld() },
          ENDPOINT,
          '2',
          10,
        ),
    );
    expect(error).toBeUndefined();
    expect(requests[3]?.json).toEqual({ trafficSplit: { 1: 45, 2: 10, 3: 45 }, etag: 'b' });
  });

  test('that others keep changing is left to them after five tries', async () => {
    const { requests, error } = await withRest(
      { [GET]: [endpoint({ 1: 100 }, 'a')], [PATCH]: [refused(409, 'ABORTED')] },
      (rest) =>
        giveTraffic(
          { rest, changed: {}, ledger: silentLedger, world: testWorld() },
          ENDPOINT,
          '2',
          10,
        ),
    );
    expect(error).toMatchObject({ status: 'ABORTED' });
    expect(requests.filter(({ method }) => method === 'PATCH')).toHaveLength(5);
  });

  test('that reads back otherwise is a failure', async () => {
    const { error } = await withRest(
      { [GET]: [endpoint({ 1: 100 }, 'a')], [PATCH]: [ok({})] },
      (rest) =>
        giveTraffic(
          { rest, changed: {}, ledger: silentLedger, world: testWorld() },
          ENDPOINT,
          '2',
          10,
        ),
    );
    expect(error).toMatchObject({ code: 'conflict' });
  });
});

describe('what a new version replaces', () => {
  const model = `${PARENT}/models/fraud`;
  const deployed = [
    { id: '1', model, modelVersionId: '1' },
    { id: '2', model, modelVersionId: '2' },
  ];

  async function undeployed(
    labels: object,
    after: Record<string, number>,
  ): Promise<readonly unknown[]> {
    const runner = recordingRunner();
    const { requests } = await withRest(
      {
        [`GET /v1/${ENDPOINT}`]: [
          ok({ name: ENDPOINT, trafficSplit: after, deployedModels: deployed }),
        ],
        [`GET /v1/${model}@1`]: [ok({ labels })],
        [`POST /v1/${ENDPOINT}:undeployModel`]: [ok({ done: true })],
      },
      (rest) =>
        undeployReplaced({
          rest,
          world: testWorld({ runner }),
          named: {
            endpoint: ENDPOINT,
            deployedModelId: '2',
            modelIsNew: false,
            versionIsNew: true,
            deploymentIsNew: true,
            endpointIsNew: false,
          },
          changed: { split: { before: { 1: 100 }, written: after } },
        }),
    );
    return requests.filter(({ method }) => method === 'POST').map(({ json }) => json);
  }

  const ours = { 'managed-by': 'deploy-ai-platform' };

  test('is undeployed when this action had deployed it', async () => {
    expect(await undeployed(ours, { 1: 0, 2: 100 })).toEqual([{ deployedModelId: '1' }]);
  });

  test('stays when somebody else had deployed it', async () => {
    expect(await undeployed({}, { 1: 0, 2: 100 })).toEqual([]);
  });

  test('stays while it has traffic', async () => {
    expect(await undeployed(ours, { 1: 90, 2: 10 })).toEqual([]);
  });
});

test('a stage of a deployment and a partial failure are said once each, and the last stage is kept', async () => {
  const said: string[] = [];
  const { onLook: look, state } = followStages((line) => said.push(line));
  expect(await state()).toBe('under way');
  const metadata = {
    deploymentStage: 'PREPARING_MODEL',
    genericMetadata: { partialFailures: [{ code: 9, message: 'One replica did not start.' }] },
  };
  look({ metadata: { deploymentStage: 'STARTING_DEPLOYMENT' } });
  look({ metadata });
  look({ metadata });
  look({});
  expect(said).toEqual([
    'Stage: starting deployment',
    'Stage: preparing model',
    'Partial failure: One replica did not start.',
  ]);
  expect(await state()).toBe('preparing model');
});
