import type { FaultRule } from '../../emulator/exchange.ts';
import { ServiceError } from '../../src/failure.ts';
import { listAll } from '../../src/platform/read.ts';
import { openRest } from '../../src/platform/rest.ts';
import { explain } from '../../src/report/explain.ts';
import { actionUnderTest, expectGoodManners, PROJECT } from '../action/action-under-test.ts';
import type { ActionUnderTest } from '../action/action-under-test.ts';
import type { StepResult } from '../runner.ts';
import { scriptedServer } from '../scripted-server.ts';
import type { Answer } from '../scripted-server.ts';
import { fakeClock, testWorld } from '../test-world.ts';

let action: ActionUnderTest;

beforeAll(async () => {
  action = await actionUnderTest();
  await action.copyModel('xgboost', 'xgboost');
  await action.copyModel('xgboost-json', 'other');
});

afterAll(async () => {
  await action[Symbol.asyncDispose]();
});

type Fault = FaultRule['action'];

const creation = (model: string): RegExp => new RegExp(`/models/${model}/versions(\\?|$)`);
const refusal = (
  httpStatus: number,
  status: string,
  message: string,
  details: readonly unknown[] = [],
  headers: Readonly<Record<string, string>> = {},
): Fault => ({
  kind: 'status',
  status: httpStatus,
  headers,
  body: { error: { code: httpStatus, status, message, details } },
});
const errorInfo = (reason: string, metadata: object = {}): object => ({
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  reason,
  domain: 'googleapis.com',
  metadata,
});

/** A deploy under a fault; how often it fired, and what was left of the model. */
async function deployUnder(
  model: string,
  rule: FaultRule,
  inputs: Readonly<Record<string, string>> = {},
): Promise<{
  result: StepResult;
  played: number;
  /** Creations of a version that were sent. */
  creations: number;
  versions: readonly Record<string, unknown>[];
}> {
  const fault = action.emulator.misbehave(rule);
  const result = await action.run({ model, source: 'xgboost', version: 'v1', ...inputs });
  fault.stop();
  expectGoodManners(result);
  return {
    result,
    played: fault.played,
    creations: action.sent('POST', creation(model)).length,
    versions: await versionsOf(model),
  };
}

async function versionsOf(model: string): Promise<readonly Record<string, unknown>[]> {
  const list = await action.read(`models/${model}/versions`);
  return (list?.['versions'] ?? []) as readonly Record<string, unknown>[];
}

const deployed = { status: 'deployed', state: 'READY', promoted: 'true' };

describe('API-01 a read', () => {
  test('API-01 that answers 503 is sent again', async () => {
    const { result, played, versions } = await deployUnder('read', {
      method: 'GET',
      url: /\/models\/read$/,
      action: refusal(503, 'UNAVAILABLE', 'Busy.'),
    });
    expect(played).toBe(1);
    expect(result.outputs).toMatchObject(deployed);
    expect(versions).toHaveLength(1);
  });

  test.each([408, 429, 500, 502, 503, 504])(
    'API-01 that answers %d is sent again',
    async (status) => {
      await using server = await scriptedServer({
        'GET /v1/x': [
          { status, text: 'busy' },
          { status: 200, json: { a: 1 } },
        ],
      });
      const rest = openRest('AI Platform', server.origin, testWorld());
      expect(await rest.send({ method: 'GET', path: '/v1/x', repeatable: true })).toEqual({ a: 1 });
      expect(server.requests).toHaveLength(2);
    },
  );
});

describe('API-02 a creation that answers 5xx', () => {
  test('API-02 is looked for before it is sent again', async () => {
    const status = 500;
    const model = `created_${status}`;
    const { result, played, creations, versions } = await deployUnder(model, {
      method: 'POST',
      url: creation(model),
      action: refusal(status, 'INTERNAL', 'Internal error encountered.'),
    });
    expect(played).toBe(1);
    expect(creations).toBe(2);
    const between = action.emulator.requests.filter(({ url }) =>
      url.includes(`/${model}/versions`),
    );
    expect(between.map(({ method }) => method).join(' ')).toContain('POST GET POST');
    expect(result.outputs).toMatchObject(deployed);
    expect(versions).toHaveLength(1);
  });
});

describe('API-03 a 429 to a creation', () => {
  test('API-03 is waited out as Retry-After says', async () => {
    const { result, played, creations, versions } = await deployUnder('limited', {
      method: 'POST',
      url: creation('limited'),
      action: refusal(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded per minute.', [], {
        'retry-after': '1',
      }),
    });
    expect([played, creations]).toEqual([1, 2]);
    expect(result.lines.join('\n')).toContain('429; try 2 of 8 in 1.0 s');
    expect(result.outputs).toMatchObject(deployed);
    expect(versions).toHaveLength(1);
  });

  test('API-03 of a quota by the day is not waited for, and its words are shown', async () => {
    const words =
      "Quota exceeded for quota metric 'Create requests' and limit 'Create requests per day' of service 'ml.googleapis.com'.";
    const { result, played, creations, versions } = await deployUnder('spent', {
      method: 'POST',
      url: creation('spent'),
      times: 100,
      action: refusal(429, 'RESOURCE_EXHAUSTED', words, [
        errorInfo('RATE_LIMIT_EXCEEDED', { quota_limit: 'CreatePerDayPerProject' }),
      ]),
    });
    expect([played, creations]).toEqual([1, 1]);
    expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'quota' });
    expect(result.errors[0]?.message).toContain('per day');
    expect(versions).toEqual([]);
  });
});

describe('API-04 a 403', () => {
  test('API-04 that is a rate limit by its reason is sent again', async () => {
    const { result, played, creations, versions } = await deployUnder('rated', {
      method: 'POST',
      url: creation('rated'),
      action: refusal(403, 'PERMISSION_DENIED', 'Too fast.', [errorInfo('rateLimitExceeded')]),
    });
    expect([played, creations]).toEqual([1, 2]);
    expect(result.outputs).toMatchObject(deployed);
    expect(versions).toHaveLength(1);
  });

  test.each(['rateLimitExceeded', 'userRateLimitExceeded', 'RATE_LIMIT_EXCEEDED'])(
    'API-04 with the reason %s is one',
    async (reason) => {
      const error = {
        code: 403,
        status: 'PERMISSION_DENIED',
        message: 'No.',
        errors: [{ reason }],
      };
      await using server = await scriptedServer({
        'POST /v1/x': [
          { status: 403, json: { error } },
          { status: 200, json: {} },
        ],
      });
      const rest = openRest('AI Platform', server.origin, testWorld());
      await rest.send({ method: 'POST', path: '/v1/x', body: {}, repeatable: false });
      expect(server.requests).toHaveLength(2);
    },
  );

  test('API-04 without one is E_PERM at once, with the permission that is missing', async () => {
    const { result, played, versions } = await deployUnder('denied', {
      method: 'POST',
      url: creation('denied'),
      times: 100,
      action: refusal(
        403,
        'PERMISSION_DENIED',
        "Permission 'ml.versions.create' denied on resource.",
      ),
    });
    expect(played).toBe(1);
    expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'permission' });
    expect(result.errors[0]?.message).toContain('ml.versions.create');
    expect(versions).toEqual([]);
  });
});

describe('API-05 a creation whose answer is lost', () => {
  test.each([
    ['by a reset', { kind: 'lose-answer' }],
    [
      'behind the page of a proxy',
      { kind: 'replace-answer', status: 200, text: '<html>', contentType: 'text/html' },
    ],
  ] as const)('API-05 %s is found again, and one version exists', async (title, fault) => {
    const model = `lost_${title.replaceAll(/\W+/g, '_')}`;
    const { result, played, creations, versions } = await deployUnder(model, {
      method: 'POST',
      url: creation(model),
      action: fault,
    });
    expect([played, creations]).toEqual([1, 1]);
    expect(result.outputs).toMatchObject(deployed);
    expect(versions).toHaveLength(1);
  });

  test.each([
    ['the registration', /\/models:upload$/],
    ['the endpoint', /\/endpoints(\?|$)/],
    ['the deployment', /:deployModel$/],
  ])('API-05 on Vertex AI %s is found again, and exists once', async (title, url) => {
    const model = `lost-${title.split(' ')[1] ?? ''}`;
    const { result, played } = await deployUnder(
      model,
      { method: 'POST', url, action: { kind: 'lose-answer' } },
      { platform: 'vertex-ai' },
    );
    expect(played).toBe(1);
    expect(result.outputs).toMatchObject({ ...deployed, version: '1' });
    const parent = `projects/${PROJECT}/locations/us-central1`;
    const { endpoints } = await vertex<{
      endpoints: { displayName: string; deployedModels: unknown[] }[];
    }>(`${parent}/endpoints`);
    const ours = endpoints.filter(({ displayName }) => displayName === model);
    expect(ours.map(({ deployedModels }) => deployedModels.length)).toEqual([1]);
    const { models } = await vertex<{ models: unknown[] }>(
      `${parent}/models/${model}:listVersions`,
    );
    expect(models).toHaveLength(1);
  });
});

async function vertex<Resource>(path: string): Promise<Resource> {
  return (await (await fetch(`${action.emulator.origin}/v1/${path}`)).json()) as Resource;
}

test('API-06 a 409 to a version that is this run’s own is an adoption, and the wait goes on', async () => {
  const { result, played, creations, versions } = await deployUnder('ours', {
    method: 'POST',
    url: creation('ours'),
    action: {
      kind: 'replace-answer',
      status: 409,
      text: JSON.stringify({
        error: { code: 409, status: 'ALREADY_EXISTS', message: 'Is there.' },
      }),
      contentType: 'application/json',
    },
  });
  expect([played, creations]).toEqual([1, 1]);
  expect(result.outputs).toMatchObject(deployed);
  expect(versions).toHaveLength(1);
});

test('API-07 a version of another run with other content is a conflict that shows both', async () => {
  await action.run({ model: 'theirs', source: 'xgboost', version: 'v1' });
  const before = await versionsOf('theirs');
  const result = await action.run(
    { model: 'theirs', source: 'other', version: 'v1' },
    { env: { GITHUB_RUN_ID: '77' } },
  );
  expectGoodManners(result);
  expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'conflict' });
  expect(result.errors[0]?.message).toMatch(/deploymentUri: gs:\S+ → gs:/);
  expect(action.sent('POST', creation('theirs'))).toHaveLength(1);
  expect(await versionsOf('theirs')).toEqual(before);
});

describe('API-08 a 404 to the creation of a version', () => {
  const missing = refusal(
    404,
    'NOT_FOUND',
    'Field: parent Error: The model resource was not found.',
  );

  test('API-08 of a model that this run has just made is waited out', async () => {
    const { result, played, creations, versions } = await deployUnder('young', {
      method: 'POST',
      url: creation('young'),
      times: 2,
      action: missing,
    });
    expect([played, creations]).toEqual([2, 3]);
    expect(result.outputs).toMatchObject(deployed);
    expect(versions).toHaveLength(1);
  });

  test('API-08 of an old model is red at once', async () => {
    const { result, played, versions } = await deployUnder(
      'young',
      { method: 'POST', url: creation('young'), times: 100, action: missing },
      { version: 'v2' },
    );
    expect(played).toBe(1);
    expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'not-found' });
    expect(versions).toHaveLength(1);
  });
});

describe('API-09 another operation in progress', () => {
  const busy: Answer = {
    status: 409,
    json: {
      error: { code: 409, status: 'ABORTED', message: 'There is another operation in progress.' },
    },
  };

  test('API-09 is waited for, said once, and the version made once', async () => {
    const { result, played, creations, versions } = await deployUnder('busy', {
      method: 'POST',
      url: creation('busy'),
      times: 3,
      action: refusal(409, 'ABORTED', 'There is another operation in progress.'),
    });
    expect([played, creations]).toEqual([3, 4]);
    expect(result.log.match(/is busy with something else/g)).toHaveLength(1);
    expect(result.outputs).toMatchObject(deployed);
    expect(versions).toHaveLength(1);
  });

  test('API-09 is waited for by the schedule of polls, to the deadline', async () => {
    await using server = await scriptedServer({ 'POST /v1/x': [busy] });
    const clock = fakeClock();
    const rest = openRest('AI Platform', server.origin, testWorld({ clock }), 1_200_000);
    await expect(
      rest.send({ method: 'POST', path: '/v1/x', body: {}, repeatable: false }),
    ).rejects.toMatchObject({ status: 'ABORTED' });
    expect(clock.elapsed()).toBeGreaterThanOrEqual(1_200_000);
    expect(Math.max(...clock.sleeps)).toBeLessThanOrEqual(63_000);
    expect(server.requests.length).toBeLessThan(70);
  });

  test('API-09 is no etag that has moved, which whoever writes has to read again', async () => {
    await using server = await scriptedServer({
      'PATCH /v1/x': [
        {
          status: 409,
          json: { error: { status: 'ABORTED', message: 'The etag does not match.' } },
        },
      ],
    });
    const rest = openRest('Vertex AI', server.origin, testWorld());
    await expect(
      rest.send({ method: 'PATCH', path: '/v1/x', body: {}, repeatable: true }),
    ).rejects.toMatchObject({ status: 'ABORTED' });
    expect(server.requests).toHaveLength(1);
  });
});

test('API-10 each field that is refused is a line, by the name of our input', async () => {
  const { result, played, versions } = await deployUnder('violating', {
    method: 'POST',
    url: creation('violating'),
    times: 100,
    action: refusal(400, 'INVALID_ARGUMENT', 'Several fields are wrong.', [
      {
        '@type': 'type.googleapis.com/google.rpc.BadRequest',
        fieldViolations: [
          { field: 'version.machine_type', description: 'No such machine.' },
          { field: 'version.autoScaling.minNodes', description: 'Must be at least 1.' },
          { field: 'version.deployment_uri', description: 'Not readable.' },
          { field: 'version.etag', description: '::error::Unknown\n##[x]' },
          { description: 'And more.' },
          'nonsense',
        ],
      },
    ]),
  });
  expect(played).toBe(1);
  expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'invalid-input' });
  const text = result.errors[0]?.message ?? '';
  expect(text).toContain('1. machine_type (version.machine_type): No such machine.');
  expect(text).toContain('2. min_nodes (version.autoScaling.minNodes): Must be at least 1.');
  expect(text).toContain('3. source (version.deployment_uri): Not readable.');
  expect(text).toContain('4. version.etag: ');
  expect(text).toContain('5. And more.');
  expect(result.lines.some((line) => line.includes('##['))).toBe(false);
  expect(versions).toEqual([]);
});

describe('API-11 a project that is not ready', () => {
  test.each([
    [
      'the API is disabled',
      'vertex-ai',
      refusal(403, 'PERMISSION_DENIED', 'Vertex AI API has not been used in project 7 before.', [
        errorInfo('SERVICE_DISABLED', { service: 'aiplatform.googleapis.com' }),
      ]),
      `gcloud services enable aiplatform.googleapis.com --project=${PROJECT}`,
    ],
    [
      'billing is off',
      'ai-platform',
      refusal(403, 'PERMISSION_DENIED', 'This API method requires billing to be enabled.', [
        errorInfo('BILLING_DISABLED'),
      ]),
      `gcloud billing projects link ${PROJECT}`,
    ],
    [
      'a policy of the organisation forbids it',
      'ai-platform',
      refusal(400, 'FAILED_PRECONDITION', 'Constraint constraints/gcp.resourceLocations violated.'),
      'the constraint that the message names',
    ],
  ])(
    'API-11 because %s is told with its cure, and nothing is made',
    async (_, platform, fault, cure) => {
      const { result, played, versions } = await deployUnder(
        'unready',
        { url: /\/v1\/projects\//, times: 1000, action: fault },
        { platform },
      );
      expect(played).toBeGreaterThan(0);
      expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'permission' });
      expect(result.errors[0]?.message).toContain(cure);
      expect(versions).toEqual([]);
    },
  );
});

describe('API-13 a list', () => {
  const page = (token: string | undefined): Answer => ({
    status: 200,
    json: {
      models: Array.from({ length: 100 }, (_, index) => ({ name: `m${index}` })),
      ...(token !== undefined && { nextPageToken: token }),
    },
  });

  test('API-13 whose page token comes again is left', async () => {
    await using server = await scriptedServer({
      'GET /v1/models': [page('a'), page('b'), page('a')],
    });
    const all = await listAll(
      openRest('AI Platform', server.origin, testWorld()),
      '/v1/models',
      'models',
    );
    expect(server.requests).toHaveLength(3);
    expect(all).toHaveLength(300);
  });

  test('API-13 of more than 10,000 is left after 100 pages', async () => {
    const pages = Array.from({ length: 120 }, (_, index) => page(`t${index}`));
    await using server = await scriptedServer({ 'GET /v1/models': pages });
    const all = await listAll(
      openRest('AI Platform', server.origin, testWorld()),
      '/v1/models',
      'models',
    );
    expect(server.requests).toHaveLength(100);
    expect(all).toHaveLength(10_000);
  });
});

describe('API-15 the closed service', () => {
  test.each([
    [
      'API-15 that answers 404 in HTML',
      {
        kind: 'replace-answer',
        status: 404,
        text: '<html>Not found</html>',
        contentType: 'text/html',
      },
    ],
    ['API-15 that answers 410', refusal(410, 'NOT_FOUND', 'Gone.')],
  ] as const)('%s is told from a missing model in a few requests', async (_, fault) => {
    const { result, played, versions } = await deployUnder('late', {
      url: /\/v1\/projects\//,
      times: 1000,
      action: fault,
    });
    expect(played).toBeGreaterThan(0);
    expect(played).toBeLessThanOrEqual(4);
    expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'service-closed' });
    expect(result.errors[0]?.message).toContain('31 January 2025');
    expect(result.errors[0]?.message).toContain('platform: vertex-ai');
    expect(versions).toEqual([]);
    expect(await action.objects('late/')).toEqual([]);
  });

  test('API-15 whose host does not exist any more says the same', () => {
    const host = 'us-central1-ml.googleapis.com';
    const error = new ServiceError({
      service: 'AI Platform',
      request: `GET /v1/projects/${PROJECT}/models/m`,
      host,
      transport: 'ENOTFOUND',
      serverMessage: `The host name ${host} cannot be resolved.`,
    });
    expect(explain(error, {})).toMatchObject({
      code: 'service-closed',
      next: expect.stringContaining('platform: vertex-ai') as string,
    });
  });
});

describe('API-16 a region that is wrong', () => {
  test('API-16 is refused before any request where the regions are known, and is named', async () => {
    action.emulator.forgetRequests();
    const result = await action.run({ model: 'm', source: 'xgboost', region: 'us-centrall1' });
    expectGoodManners(result);
    expect(action.emulator.requests).toEqual([]);
    expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'invalid-input' });
    expect(result.errors[0]?.message).toContain('region: `us-centrall1`');
  });

  test('API-16 that is new to us and has no host is red after three looks, and the failure names the host and the input', async () => {
    const clock = fakeClock();
    // Nobody resolves this top-level domain (RFC 6761).
    const rest = openRest('Vertex AI', 'https://us-mars1-aiplatform.invalid', testWorld({ clock }));
    const error: unknown = await rest
      .send({ method: 'GET', path: '/v1/x', repeatable: true })
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ host: 'us-mars1-aiplatform.invalid' });
    const { transport } = error as ServiceError;
    expect(['ENOTFOUND', 'EAI_AGAIN']).toContain(transport);
    // Where the resolver itself does not answer, the name may still be good.
    expect(clock.sleeps).toHaveLength(transport === 'ENOTFOUND' ? 2 : 7);
    const { what, next } = explain(error, {});
    expect(what).toContain('us-mars1-aiplatform.invalid');
    expect(next).toContain('`region`');
  });
});
