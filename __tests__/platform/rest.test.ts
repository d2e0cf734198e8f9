import { ServiceError } from '../../src/failure.ts';
import { openRest } from '../../src/platform/rest.ts';
import type { JsonObject } from '../../src/world.ts';
import { scriptedServer } from '../scripted-server.ts';
import type { Answer } from '../scripted-server.ts';
import { anonymous, fakeClock, recordingRunner, testWorld } from '../test-world.ts';

const refusal = (
  code: number,
  status: string,
  message: string,
  details: unknown[] = [],
): Answer => ({
  status: code,
  json: { error: { code, message, status, details } },
});

async function send(
  answers: readonly Answer[],
  options: { repeatable?: boolean; method?: 'GET' | 'POST' } = {},
): Promise<{
  answer?: JsonObject;
  error?: ServiceError;
  requests: number;
  sleeps: readonly number[];
}> {
  const method = options.method ?? 'GET';
  await using server = await scriptedServer({ [`${method} /v1/x`]: answers });
  const clock = fakeClock();
  const rest = openRest('AI Platform', server.origin, testWorld({ clock }));
  try {
    const answer = await rest.send({
      method,
      path: '/v1/x',
      repeatable: options.repeatable ?? true,
    });
    return { answer, requests: server.requests.length, sleeps: clock.sleeps };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { error, requests: server.requests.length, sleeps: clock.sleeps };
  }
}

describe('a request that may be repeated', () => {
  test.each([408, 429, 500, 502, 503, 504])('is sent again after a %d', async (status) => {
    const { answer, requests } = await send([
      { status, text: 'busy' },
      { status: 200, json: { a: 1 } },
    ]);
    expect(answer).toEqual({ a: 1 });
    expect(requests).toBe(2);
  });

  test.each(['before-headers', 'in-body'] as const)(
    'is sent again after a connection cut %s',
    async (cut) => {
      const { answer, requests } = await send([{ cut }, { status: 200, json: { a: 1 } }]);
      expect(answer).toEqual({ a: 1 });
      expect(requests).toBe(2);
    },
  );

  test.each(['', '<html>Bad Gateway</html>', '[1]', '{"half":'])(
    'is sent again when the answer is no JSON object: %j',
    async (text) => {
      const { answer, requests } = await send([
        { status: 200, text },
        { status: 200, json: { a: 1 } },
      ]);
      expect(answer).toEqual({ a: 1 });
      expect(requests).toBe(2);
    },
  );

  test.each([400, 403, 404, 409, 412, 413, 501])('is not sent again after a %d', async (status) => {
    const { error, requests } = await send([refusal(status, 'WORD', 'No.')]);
    expect(error).toMatchObject({ httpStatus: status, status: 'WORD', serverMessage: 'No.' });
    expect(requests).toBe(1);
  });

  test('is given up after eight tries, each after a longer pause', async () => {
    const { error, requests, sleeps } = await send([refusal(503, 'UNAVAILABLE', 'Later.')]);
    expect(error?.httpStatus).toBe(503);
    expect(requests).toBe(8);
    expect(sleeps).toEqual([500, 1000, 2000, 4000, 8000, 16000, 16000]);
  });

  test('waits as long as the service asks', async () => {
    const { sleeps } = await send([
      { status: 429, json: {}, headers: { 'retry-after': '17' } },
      { status: 200, json: {} },
    ]);
    expect(sleeps).toEqual([17_000]);
  });

  test('gives up when the service asks for more than five minutes', async () => {
    const { error, requests } = await send([
      { status: 429, json: {}, headers: { 'retry-after': '3600' } },
    ]);
    expect(error?.retryAfterSeconds).toBe(3600);
    expect(requests).toBe(1);
  });

  test('is sent again after a 403 that is a rate limit', async () => {
    const { requests } = await send([
      refusal(403, 'PERMISSION_DENIED', 'Too fast.', [{ reason: 'RATE_LIMIT_EXCEEDED' }]),
      { status: 200, json: {} },
    ]);
    expect(requests).toBe(2);
  });
});

describe('a request that must not be repeated unseen', () => {
  test.each([500, 502, 503, 504])(
    'is sent once when a %d leaves its outcome open',
    async (status) => {
      const { requests } = await send([{ status, text: '' }], {
        method: 'POST',
        repeatable: false,
      });
      expect(requests).toBe(1);
    },
  );

  test('is sent once when the answer is lost', async () => {
    const { error, requests } = await send([{ cut: 'before-headers' }], {
      method: 'POST',
      repeatable: false,
    });
    expect(error?.httpStatus).toBeUndefined();
    expect(requests).toBe(1);
  });

  test('is sent again after a 429, which proves that nothing was done', async () => {
    const { requests } = await send(
      [
        { status: 429, json: {} },
        { status: 200, json: {} },
      ],
      {
        method: 'POST',
        repeatable: false,
      },
    );
    expect(requests).toBe(2);
  });
});

describe('authorisation', () => {
  test('a refused token is refreshed once, then believed to be refused', async () => {
    let refreshes = 0;
    await using server = await scriptedServer({
      'GET /v1/x': [refusal(401, 'UNAUTHENTICATED', 'Expired.')],
    });
    const world = testWorld({
      credentials: {
        ...anonymous,
        headers: () => Promise.resolve({ authorization: `Bearer token-${refreshes}` }),
        refresh: () => {
          refreshes += 1;
          return Promise.resolve();
        },
      },
    });
    const rest = openRest('AI Platform', server.origin, world);
    await expect(
      rest.send({ method: 'GET', path: '/v1/x', repeatable: true }),
    ).rejects.toMatchObject({
      httpStatus: 401,
    });
    expect(server.requests.map((request) => request.headers['authorization'])).toEqual([
      'Bearer token-0',
      'Bearer token-1',
    ]);
  });

  test('a redirect is not followed, so that no token reaches another host', async () => {
    const { error, requests } = await send([
      { status: 307, text: 'elsewhere', headers: { location: 'http://192.0.2.1/' } },
    ]);
    expect(error?.httpStatus).toBe(307);
    expect(requests).toBe(1);
  });

  test('neither token nor query reaches the error or the log', async () => {
    await using server = await scriptedServer({
      'GET /v1/x': [refusal(403, 'PERMISSION_DENIED', 'No.')],
    });
    const runner = recordingRunner();
    const world = testWorld({
      runner,
      credentials: {
        ...anonymous,
        headers: () => Promise.resolve({ authorization: 'Bearer s3cr3t' }),
      },
    });
    const rest = openRest('AI Platform', server.origin, world);
    const error: unknown = await rest
      .send({ method: 'GET', path: '/v1/x?pageToken=t0k3n', repeatable: true })
      .catch((reason: unknown) => reason);
    expect(JSON.stringify([error, String(error), runner.lines])).not.toMatch(/s3cr3t|t0k3n/);
  });
});

test('every request says who calls', async () => {
  await using server = await scriptedServer({ 'GET /v1/x': [{ status: 200, json: {} }] });
  await openRest('AI Platform', server.origin, testWorld()).send({
    method: 'GET',
    path: '/v1/x',
    repeatable: true,
  });
  expect(server.requests[0]?.headers['user-agent']).toMatch(/^deploy-ai-platform\/\d+\.\d+\.\d+$/);
});

test('a host that nobody listens on is named', async () => {
  const closed = await scriptedServer({});
  await closed[Symbol.asyncDispose]();
  const rest = openRest('AI Platform', closed.origin, testWorld());
  await expect(rest.send({ method: 'GET', path: '/v1/x', repeatable: true })).rejects.toMatchObject(
    {
      transport: 'ECONNREFUSED',
      serverMessage: '127.0.0.1 refuses connections.',
    },
  );
});

test('an abort ends a request with its own reason', async () => {
  const controller = new AbortController();
  const rest = openRest(
    'AI Platform',
    'http://127.0.0.1:9',
    testWorld({ signal: controller.signal }),
  );
  controller.abort(new Error('cancelled'));
  await expect(rest.send({ method: 'GET', path: '/v1/x', repeatable: true })).rejects.toThrow(
    'cancelled',
  );
});

test('a plain-text or HTML refusal is reduced to its words', async () => {
  const { error } = await send([
    {
      status: 404,
      text: '<html><title>Error 404</title><style>x{}</style><p>Not <b>found</b></html>',
    },
  ]);
  expect(error?.serverMessage).toBe('Error 404 Not found');
});
