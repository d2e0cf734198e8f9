import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { startEmulator } from '../../emulator/emulator.ts';
import type { Emulator, EmulatorOptions, FaultRule } from '../../emulator/exchange.ts';
import { put, refusal, send, sendJson } from './exchange.ts';

let emulator: Emulator;
/** The resource of the object `a`, which holds `data`. */
let object: string;

async function begin(options: EmulatorOptions = {}): Promise<void> {
  emulator = await startEmulator({ buckets: ['acme'], ...options });
  object = `${emulator.origin}/storage/v1/b/acme/o/a`;
}
afterEach(() => emulator.close());

const connectionLost = { code: expect.stringMatching(/^(?:ECONNRESET|EPIPE)$/) as string };

/** Sends a request with an absolute-form target, as clients do through a proxy. */
function throughProxy(url: string): Promise<number> {
  const { hostname, port } = new URL(emulator.origin);
  return new Promise((resolve, reject) => {
    const outgoing = request({
      hostname,
      port,
      path: url,
      headers: { host: new URL(url).host },
      agent: false,
    });
    outgoing.on('response', (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

describe('the address of a request', () => {
  beforeEach(() => begin());

  test.each([
    ['/v1/projects/p/models', 'global', '/v1/projects/p/models'],
    ['/us-central1/v1/projects/p/models?alt=json', 'us-central1', '/v1/projects/p/models?alt=json'],
    ['/northamerica-northeast1/v1beta1/x', 'northamerica-northeast1', '/v1beta1/x'],
    ['/global/v1/projects/p/models', 'global', '/v1/projects/p/models'],
    ['/us-central1/v2/x', 'global', '/us-central1/v2/x'],
    ['/storage/v1/b/acme', 'global', '/storage/v1/b/acme'],
  ])('%s is of region %s', async (path, region, url) => {
    await send('GET', emulator.origin + path);
    expect(emulator.requests).toEqual([expect.objectContaining({ method: 'GET', region, url })]);
  });

  test.each([
    ['http://us-central1-ml.googleapis.com/v1/projects/p/models', 'us-central1'],
    ['http://ml.googleapis.com/v1/projects/p/models', 'global'],
    ['http://europe-west4-aiplatform.googleapis.com/v1/x', 'europe-west4'],
    ['http://asia-east1-prediction-aiplatform.googleapis.com/v1/x', 'asia-east1'],
  ])('%s, sent to the proxy that this is, is of region %s', async (url, region) => {
    await throughProxy(url);
    expect(emulator.requests).toEqual([
      expect.objectContaining({ region, url: new URL(url).pathname }),
    ]);
  });

  test('is the one that links in answers name', async () => {
    await put(emulator.origin, 'acme', 'a', 'data');
    const { json } = await send('GET', object, { host: 'storage.local:99' });
    expect(json['selfLink']).toBe('http://storage.local:99/storage/v1/b/acme/o/a');
    expect(await throughProxy('http://storage.googleapis.com/storage/v1/b/acme/o/a')).toBe(200);
  });

  test('that nobody has is 404 in the shape of its service', async () => {
    const platform = await send('GET', `${emulator.origin}/v1/nothing/here`);
    expect([platform.status, platform.json['error']]).toEqual([
      404,
      expect.objectContaining({ code: 404, status: 'NOT_FOUND' }),
    ]);
    const storage = await send(
      'POST',
      `${emulator.origin}/storage/v1/b/acme/o/a/unknown`,
      {},
      'body',
    );
    expect(refusal(storage)).toEqual([404, 'notFound', 'Not Found']);
    expect((await send('GET', `${emulator.origin}/`)).status).toBe(404);
    expect(
      refusal(await send('GET', `${emulator.origin}/storage/v1/b/acme/o/%ff`)).slice(0, 2),
    ).toEqual([400, 'invalid']);
  });

  test('is what the environment for a client says', () => {
    expect(emulator.environment()).toEqual({
      STORAGE_EMULATOR_HOST: emulator.origin,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_ML: `${emulator.origin}/{region}/`,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_AIPLATFORM: `${emulator.origin}/{region}/`,
    });
  });
});

describe('requests', () => {
  beforeEach(() => begin());

  test('are recorded in order with what they said and what was answered', async () => {
    await sendJson('POST', `${emulator.origin}/storage/v1/b?project=p`, { name: 'other' });
    await put(emulator.origin, 'acme', 'a', 'data');
    await send('GET', `${object}x`);
    expect(
      emulator.requests.map(({ method, url, json, status }) => [method, url, json, status]),
    ).toEqual([
      ['POST', '/storage/v1/b?project=p', { name: 'other' }, 200],
      ['POST', '/upload/storage/v1/b/acme/o?uploadType=media&name=a', undefined, 200],
      ['GET', '/storage/v1/b/acme/o/ax', undefined, 404],
    ]);
    emulator.forgetRequests();
    expect(emulator.requests).toEqual([]);
  });

  test('with JSON that is none are refused', async () => {
    const reply = await send(
      'POST',
      `${emulator.origin}/storage/v1/b?project=p`,
      { 'content-type': 'application/json' },
      '{',
    );
    expect(refusal(reply).slice(0, 2)).toEqual([400, 'parseError']);
  });

  test('on one connection are answered one after the other, also after a refused upload', async () => {
    const { hostname, port } = new URL(emulator.origin);
    const socket = connect(Number(port), hostname);
    const body = Buffer.alloc(300_000);
    const head = `POST /upload/storage/v1/b/none/o?uploadType=media&name=a HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`;
    socket.write(Buffer.concat([Buffer.from(head), body]));
    socket.write('GET /storage/v1/b/acme HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 404', 'HTTP/1.1 200']);
  });
});

describe('bearer tokens', () => {
  beforeEach(() => begin({ bearerTokens: ['good', 'better'] }));

  test.each([
    ['Bearer good', 200],
    ['bearer better', 200],
    ['Bearer bad', 401],
    ['Basic good', 401],
  ])('%s is answered with %d', async (authorization, status) => {
    expect(
      (await send('GET', `${emulator.origin}/storage/v1/b/acme`, { authorization })).status,
    ).toBe(status);
  });

  test('are missed in the words of each service', async () => {
    const storage = await send('GET', `${emulator.origin}/storage/v1/b/acme`);
    expect(refusal(storage)).toEqual([401, 'required', 'Login Required']);
    expect(storage.headers['www-authenticate']).toMatch(/^Bearer /);
    const bad = await send('GET', `${emulator.origin}/storage/v1/b/acme`, {
      authorization: 'Bearer x',
    });
    expect(refusal(bad)).toEqual([401, 'authError', 'Invalid Credentials']);
    const { status, json } = await send('GET', `${emulator.origin}/v1/projects/p/models`);
    expect([status, json['error']]).toEqual([
      401,
      expect.objectContaining({
        code: 401,
        status: 'UNAUTHENTICATED',
        message: expect.stringMatching(
          /^Request is missing required authentication credential\./,
        ) as string,
      }),
    ]);
  });

  test('are not asked for by the URI of a session, which is a credential itself', async () => {
    const url = `${emulator.origin}/upload/storage/v1/b/acme/o?uploadType=resumable&name=a`;
    expect((await send('POST', url)).status).toBe(401);
    const { headers } = await send('POST', url, { authorization: 'Bearer good' });
    expect((await send('PUT', headers.location ?? '', {}, 'data')).status).toBe(200);
  });
});

describe('a fault', () => {
  beforeEach(async () => {
    await begin();
    await put(emulator.origin, 'acme', 'a', 'data');
    emulator.forgetRequests();
  });

  test('of a status is answered instead of the work, so often, after so many', async () => {
    const fault = emulator.misbehave({
      method: 'DELETE',
      url: /\/o\//,
      times: 2,
      after: 1,
      action: { kind: 'status', status: 503, headers: { 'retry-after': '7' } },
    });
    expect((await send('DELETE', object)).status).toBe(204);
    await put(emulator.origin, 'acme', 'a', 'data');
    const replies = [
      await send('DELETE', object),
      await send('DELETE', object),
      await send('GET', object),
    ];
    expect(replies.map(({ status }) => status)).toEqual([503, 503, 200]);
    expect(replies[0]?.headers['retry-after']).toBe('7');
    expect((await send('DELETE', object)).status).toBe(204);
    expect(fault.played).toBe(2);
  });

  test('of a status may have a body of its own; the request is on record with its JSON', async () => {
    const body = { error: { code: 403, status: 'PERMISSION_DENIED' } };
    emulator.misbehave({ url: /models/, action: { kind: 'status', status: 403, body } });
    const { status, json } = await sendJson(
      'POST',
      `${emulator.origin}/us-central1/v1/projects/p/models`,
      { name: 'm' },
    );
    expect([status, json]).toEqual([403, body]);
    expect(emulator.requests).toMatchObject([
      { json: { name: 'm' }, status: 403, region: 'us-central1' },
    ]);
  });

  test('that was ordered first goes first, then the next', async () => {
    const order = (status: number): unknown =>
      emulator.misbehave({ url: /./, action: { kind: 'status', status } });
    order(500);
    order(502);
    const statuses = [
      await send('GET', object),
      await send('GET', object),
      await send('GET', object),
    ];
    expect(statuses.map(({ status }) => status)).toEqual([500, 502, 200]);
  });

  test('that was stopped plays no more, and stopping it again stops no other', async () => {
    const stopped = emulator.misbehave({ url: /./, action: { kind: 'status', status: 500 } });
    const other = emulator.misbehave({ url: /./, action: { kind: 'status', status: 502 } });
    stopped.stop();
    stopped.stop();
    expect((await send('GET', object)).status).toBe(502);
    expect([stopped.played, other.played]).toEqual([0, 1]);
  });

  test('of a delay is followed by the usual answer', async () => {
    emulator.misbehave({ url: /./, action: { kind: 'delay', milliseconds: 60 } });
    const before = performance.now();
    expect((await send('GET', object)).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThan(55);
  });

  test('of a reset cuts the connection before anything is done', async () => {
    const fault = emulator.misbehave({ method: 'DELETE', url: /./, action: { kind: 'reset' } });
    await expect(send('DELETE', object)).rejects.toMatchObject(connectionLost);
    expect(fault.played).toBe(1);
    expect(emulator.requests).toMatchObject([{ method: 'DELETE', status: undefined }]);
    expect((await send('GET', object)).status).toBe(200);
  });

  test('of a reset within a body stores nothing of an upload in one request', async () => {
    const fault = emulator.misbehave({
      method: 'POST',
      url: /name=b/,
      action: { kind: 'reset', afterBytes: 100_000 },
    });
    await expect(put(emulator.origin, 'acme', 'b', Buffer.alloc(500_000))).rejects.toMatchObject(
      connectionLost,
    );
    expect(fault.played).toBe(1);
    expect((await send('GET', `${emulator.origin}/storage/v1/b/acme/o/b`)).status).toBe(404);
  });

  test('of a status after some bytes keeps these bytes of a session', async () => {
    const start = await send(
      'POST',
      `${emulator.origin}/upload/storage/v1/b/acme/o?uploadType=resumable&name=b`,
    );
    const fault = emulator.misbehave({
      method: 'PUT',
      url: /upload_id/,
      action: { kind: 'status-after', bytes: 262_144, status: 503 },
    });
    const session = start.headers.location ?? '';
    expect((await send('PUT', session, {}, Buffer.alloc(500_000))).status).toBe(503);
    const status = await send('PUT', session, { 'content-range': 'bytes */*' });
    expect([status.status, status.headers.range, fault.played]).toEqual([308, 'bytes=0-262143', 1]);
  });

  test('of a lost answer does the work and tells nobody', async () => {
    const fault = emulator.misbehave({
      method: 'DELETE',
      url: /./,
      action: { kind: 'lose-answer' },
    });
    await expect(send('DELETE', object)).rejects.toMatchObject(connectionLost);
    expect(fault.played).toBe(1);
    expect((await send('GET', object)).status).toBe(404);
    expect(emulator.requests[0]?.status).toBeUndefined();
  });

  test.each([
    ['JSON', '', { bytes: 20, kept: '{"kind":"storage#obj' }],
    ['bytes', '?alt=media', { bytes: 3, kept: 'dat' }],
    ['nothing at all', '?alt=media', { bytes: 0, kept: '' }],
  ])(
    'of a truncated answer sends part of the %s, with the length of the whole',
    async (_, query, { bytes, kept }) => {
      const fault = emulator.misbehave({ url: /./, action: { kind: 'truncate-answer', bytes } });
      const { length, text, code } = await new Promise<{
        length: number;
        text: string;
        code: unknown;
      }>((resolve, reject) => {
        request(object + query, { agent: false }, (answer) => {
          let received = '';
          answer.on('data', (chunk: Buffer) => (received += chunk.toString()));
          answer.on('error', (error: NodeJS.ErrnoException) => {
            resolve({
              length: Number(answer.headers['content-length']),
              text: received,
              code: error.code,
            });
          });
          answer.on('end', () => {
            reject(new Error('The answer was whole.'));
          });
        })
          .on('error', reject)
          .end();
      });
      expect([text, code, fault.played]).toEqual([kept, 'ECONNRESET', 1]);
      expect(length).toBeGreaterThan(bytes);
    },
  );

  test('of a replaced answer does the work and says something else', async () => {
    const rule: FaultRule = {
      method: 'DELETE',
      url: /./,
      action: {
        kind: 'replace-answer',
        status: 200,
        text: '<html>Login</html>',
        contentType: 'text/html',
      },
    };
    const fault = emulator.misbehave(rule);
    const reply = await send('DELETE', object);
    expect([reply.status, reply.headers['content-type'], reply.bytes.toString()]).toEqual([
      200,
      'text/html',
      '<html>Login</html>',
    ]);
    expect(fault.played).toBe(1);
    expect((await send('GET', object)).status).toBe(404);
  });
});

describe('a slow network', () => {
  test('waits before each answer, not one after the other', async () => {
    await begin({ network: { latencyMilliseconds: 60 } });
    const before = performance.now();
    const asked = Array.from({ length: 10 }, () =>
      send('GET', `${emulator.origin}/storage/v1/b/acme`),
    );
    await Promise.any(asked);
    expect(performance.now() - before).toBeGreaterThan(58);
    expect(emulator.requests).toHaveLength(10);
    await Promise.all(asked);
  });

  test('takes so many bytes a second from each connection', async () => {
    await begin({ network: { bytesPerSecondPerConnection: 10_000_000 } });
    const before = performance.now();
    const bytes = Buffer.alloc(2_000_000);
    await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) => put(emulator.origin, 'acme', name, bytes)),
    );
    expect(performance.now() - before).toBeGreaterThan(185);
  });
});

describe('the command', () => {
  const cli = fileURLToPath(new URL('../../emulator/cli.ts', import.meta.url));

  async function run(...options: string[]): Promise<{ code: unknown; output: string }> {
    const child = spawn(process.execPath, [cli, ...options]);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (output += String(chunk)));
    const [code] = (await once(child, 'close')) as [unknown];
    return { code, output };
  }

  beforeEach(() => begin());

  test('says how to point gcloud and a workflow at it, and stops on a signal', async () => {
    const child = spawn(process.execPath, [
      cli,
      '--port',
      '0',
      '--bucket',
      'first',
      '--bucket',
      'second',
      '--latency',
      '200',
      '--rate',
      '1000000',
    ]);
    let output = '';
    const closed = once(child, 'close');
    for await (const chunk of child.stdout) {
      output += String(chunk);
      const origin = /listens on (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1];
      if (origin === undefined || !output.includes('STORAGE_EMULATOR_HOST')) continue;
      const asked = performance.now();
      const { json } = await send('GET', `${origin}/storage/v1/b?project=p`);
      expect(performance.now() - asked).toBeGreaterThan(195);
      expect(json['items']).toEqual([
        expect.objectContaining({ name: 'first' }),
        expect.objectContaining({ name: 'second' }),
      ]);
      expect(output).toContain(`export CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE=${origin}/\n`);
      expect(output).toContain(
        `export CLOUDSDK_API_ENDPOINT_OVERRIDES_ML=${origin}/ CLOUDSDK_AI_PLATFORM_REGION=global\n`,
      );
      expect(output).toContain(`CLOUDSDK_API_ENDPOINT_OVERRIDES_ML: ${origin}/{region}/\n`);
      child.kill('SIGINT');
    }
    // Windows has no signals to catch: there the process is ended.
    expect(await closed).toEqual(process.platform === 'win32' ? [null, 'SIGINT'] : [0, null]);
  });

  test('explains itself, and what is wrong with an option', async () => {
    expect(await run('--help')).toEqual({
      code: 0,
      output: expect.stringMatching(/^Usage: npm run emulator/) as string,
    });
    const { code, output } = await run('--port', 'http');
    expect([code, output.split('\n')[0]]).toEqual([
      1,
      "--port is 'http': it must be a whole number from 0 to 65535.",
    ]);
    expect((await run('--rate', '0')).output.split('\n')[0]).toBe(
      "--rate is '0': it must be a whole number from 1 to 10000000000.",
    );
    expect((await run('--nonsense')).code).toBe(1);
    const taken = await run('--port', new URL(emulator.origin).port);
    expect([taken.code, taken.output.split('\n')[0]]).toEqual([
      1,
      expect.stringMatching(/EADDRINUSE.*Choose another port with --port\.$/),
    ]);
  });
});
