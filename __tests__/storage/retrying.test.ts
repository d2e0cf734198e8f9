import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceError } from '../../src/failure.ts';
import { parseRetryAfter } from '../../src/retry.ts';
import { openCrew } from '../../src/storage/crew.ts';
import { openCloudStorage } from '../../src/storage/open-cloud-storage.ts';
import { fitting } from '../../src/storage/open-files.ts';
import { openRetrying } from '../../src/storage/retrying.ts';
import { fakeClock, testWorld } from '../test-world.ts';

const quiet = { succeeded: () => undefined, refused: () => undefined };
const { signal } = new AbortController();

function refused(parts: Partial<ConstructorParameters<typeof ServiceError>[0]>): ServiceError {
  return new ServiceError({
    service: 'Cloud Storage',
    request: 'POST /upload/storage/v1/b/b/o',
    host: 'storage.googleapis.com',
    serverMessage: 'No.',
    ...parts,
  });
}

/** How often a request is tried that always fails so. */
async function triesOf(
  error: (tried: number) => ServiceError,
  gained?: (tried: number) => number,
): Promise<number> {
  let tried = 0;
  const attempt = (): Promise<never> => {
    tried += 1;
    return Promise.reject(error(tried));
  };
  const run = openRetrying(testWorld(), quiet).run(
    attempt,
    signal,
    gained === undefined ? {} : { gained: () => gained(tried) },
  );
  await expect(run).rejects.toBeInstanceOf(ServiceError);
  return tried;
}

describe('UP-11 the way to the service', () => {
  test.each([
    ['ENOTFOUND', 3],
    ['EAI_AGAIN', 8],
    ['ECONNREFUSED', 8],
    ['ECONNRESET', 8],
    ['ETIMEDOUT', 8],
    ['CERT_HAS_EXPIRED', 1],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 1],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 1],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 1],
  ])('%s is tried %d times in all', async (transport, tries) => {
    expect(await triesOf(() => refused({ transport }))).toBe(tries);
  });

  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.close();
      await once(server, 'close');
    }
  });
  const listen = async (server: Server): Promise<string> => {
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  test('a TLS handshake that is cut is tried eight times', async () => {
    let connections = 0;
    const host = await listen(
      createServer((socket) => {
        connections += 1;
        socket.once('data', () => socket.resetAndDestroy());
      }),
    );
    const clock = fakeClock();
    const world = testWorld({ environment: { STORAGE_EMULATOR_HOST: host }, clock });
    await expect(openCloudStorage(world).list('b', '')).rejects.toMatchObject({
      transport: expect.stringMatching(/^E/) as string,
    });
    expect(connections).toBe(8);
    expect(clock.sleeps).toHaveLength(7);
  });

  const withOpenssl = hasOpenssl() ? test : test.skip;
  // Skipped without openssl, which makes the certificate.
  withOpenssl('a certificate that nobody vouches for is refused at once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
        ...['-subj', '/CN=storage.example', '-days', '2', '-keyout', key, '-out', cert],
      ],
      { stdio: 'ignore' },
    );
    let requests = 0;
    const server = createTlsServer(
      { key: readFileSync(key), cert: readFileSync(cert) },
      (_, response) => {
        requests += 1;
        response.end('{}');
      },
    );
    rmSync(folder, { recursive: true });
    const clock = fakeClock();
    const environment = { STORAGE_EMULATOR_HOST: await listen(server) };
    const list = openCloudStorage(testWorld({ environment, clock })).list('b', '');
    await expect(list).rejects.toMatchObject({ transport: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(clock.sleeps).toEqual([]);
    expect(requests).toBe(0);
  });
});

describe('UP-04 Retry-After', () => {
  const now = new Date('2026-11-23T12:00:00Z');
  test.each([
    ['42', 42],
    [' 3600 ', 3600],
    ['Mon, 23 Nov 2026 12:01:30 GMT', 90],
    ['Mon, 23 Nov 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is %j seconds', (header, seconds) => {
    expect(parseRetryAfter(header, now)).toBe(seconds);
  });

  test('-1 asks for no pause that is longer than our own', () => {
    expect(parseRetryAfter('-1', now) ?? 0).toBe(0);
  });

  test('up to 300 seconds are waited for; what is beyond is said', async () => {
    expect(await triesOf(() => refused({ httpStatus: 429, retryAfterSeconds: 300 }))).toBe(8);
    const retrying = openRetrying(testWorld(), quiet);
    const error = refused({ httpStatus: 429, retryAfterSeconds: 301 });
    await expect(retrying.run(() => Promise.reject(error), signal)).rejects.toMatchObject({
      httpStatus: 429,
      serverMessage: 'No. It asks to wait 301 s; an upload waits 300 s at most.',
    });
  });

  test.each([429, 503])(
    '%d halves what is in flight; successes let it grow again',
    async (code) => {
      const crew = openCrew(signal);
      const ends: (() => void)[] = [];
      for (let index = 0; index < 200; index += 1) {
        void crew.run('whole', () => new Promise<void>((resolve) => ends.push(resolve)));
      }
      expect(ends).toHaveLength(64);
      const retrying = openRetrying(testWorld(), crew);
      let failed = false;
      await retrying.run(() => {
        if (failed) return Promise.resolve();
        failed = true;
        return Promise.reject(refused({ httpStatus: code }));
      }, signal);
      const endSome = async (number: number): Promise<void> => {
        for (const end of ends.splice(0, number)) end();
        await new Promise((resolve) => setImmediate(resolve));
      };
      await endSome(32);
      expect(ends).toHaveLength(32);
      await endSome(1);
      expect(ends).toHaveLength(32);
      for (let success = 0; success < 20; success += 1) crew.succeeded();
      await endSome(1);
      expect(ends).toHaveLength(33);
    },
  );
});

test.each([
  ['Max open files            64                   64                   files', 12],
  ['Max open files            1024                 524288               files', 492],
  ['Max open files            20                   20                   files', 1],
  ['Max open files            unlimited            unlimited            files', Infinity],
  ['', Infinity],
])('FS-11 %j lets %d requests be in flight', (text, requests) => {
  expect(fitting(text)).toBe(requests);
});

test('UP-16 the budget of a run is a fifth of its requests and a hundred', async () => {
  const retrying = openRetrying(testWorld(), quiet);
  let sent = 0;
  const requests = Array.from({ length: 300 }, (_, index) =>
    retrying.run(() => {
      sent += 1;
      return Promise.reject(refused({ httpStatus: 503, serverMessage: `${index}` }));
    }, signal),
  );
  const ends = await Promise.allSettled(requests);
  expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
  expect(sent).toBe(300 + 100 + 300 / 5);
  expect(ends.at(-1)).toMatchObject({ reason: { serverMessage: '0' } });
});

test('tries are counted anew whenever something was gained', async () => {
  expect(
    await triesOf(
      () => refused({ httpStatus: 503 }),
      (tried) => Math.min(tried, 10),
    ),
  ).toBe(10 + 8 - 1);
});

function hasOpenssl(): boolean {
  return spawnSync('openssl', ['version']).status === 0;
}
