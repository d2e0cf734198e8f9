import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { readCredentialFile } from '../../src/credentials/credential-file.ts';
import { openCredentials } from '../../src/credentials/open-credentials.ts';
import { findMetadataServer } from '../../src/credentials/metadata-server.ts';
import type { Credentials } from '../../src/world.ts';
import { fakeClock } from '../test-world.ts';
import type { FakeClock } from '../test-world.ts';
import { tokenServers } from './token-servers.ts';
import type { TokenServers } from './token-servers.ts';

// What takes hours, and what needs a file for each row, by value.

const ELSEWHERE = new URL('https://us-central1-ml.googleapis.com');
const never = new AbortController().signal;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'credentials-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

let files = 0;
async function fileOf(content: unknown): Promise<string> {
  files += 1;
  const path = join(directory, `${files}.json`);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

interface Opened {
  readonly credentials: Credentials;
  readonly clock: FakeClock;
  readonly masks: readonly string[];
}

async function open(content: object): Promise<Opened> {
  const clock = fakeClock();
  const masks: string[] = [];
  const environment = { GOOGLE_APPLICATION_CREDENTIALS: await fileOf(content) };
  const credentials = openCredentials(environment, {
    clock,
    signal: never,
    setSecret: (value) => masks.push(value),
  });
  return { credentials, clock, masks };
}

const count = (servers: TokenServers, service: string): number =>
  servers.asked.filter((each) => each === service).length;
const minutes = (number: number): number => number * 60_000;

describe('AU-02 a token that lives an hour, in a wait of three', () => {
  test('AU-02 is renewed five minutes before its end, once for all who ask at the same time', async () => {
    await using servers = await tokenServers();
    const { credentials, clock } = await open(servers.federation());
    const used = new Set<string | undefined>();
    for (let waited = 0; waited < 180; waited += 1) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => credentials.headers(ELSEWHERE)),
      );
      const seen = new Set(answers.map((headers) => headers['authorization']));
      expect(seen.size).toBe(1);
      for (const each of seen) used.add(each);
      await clock.sleep(minutes(1));
      if (waited === 53) expect(used.size).toBe(1);
      if (waited === 56) expect(used.size).toBe(2);
    }
    expect(count(servers, 'iam')).toBe(4);
    expect(used.size).toBe(4);
    expect(servers.complaints).toEqual([]);
  });

  test('AU-02 of five minutes only is used for half of its life', async () => {
    await using servers = await tokenServers({ lifeSeconds: 300 });
    const { credentials, clock } = await open(servers.key());
    for (let waited = 0; waited < 30; waited += 1) {
      await credentials.headers(ELSEWHERE);
      await clock.sleep(minutes(1));
    }
    expect(count(servers, 'oauth')).toBe(10);
  });

  test('AU-02 that cannot be renewed early is used to its end, and not beyond it', async () => {
    await using servers = await tokenServers();
    const { credentials, clock } = await open(servers.federation());
    const first = await credentials.headers(ELSEWHERE);
    await clock.sleep(minutes(56));
    const down = { status: 503, json: {} } as const;
    servers.misbehave('sts', down, down);
    expect(await credentials.headers(ELSEWHERE)).toEqual(first);
    await clock.sleep(minutes(5));
    await expect(credentials.headers(ELSEWHERE)).rejects.toMatchObject({ transport: 'NO_TOKEN' });
    expect(servers.behave()).toBe(0);
    expect(await credentials.headers(ELSEWHERE)).not.toEqual(first);
  });

  test('AU-03 refused to many at once is renewed once', async () => {
    await using servers = await tokenServers();
    const { credentials } = await open(servers.federation());
    await credentials.headers(ELSEWHERE);
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        await credentials.refresh();
        await credentials.headers(ELSEWHERE);
      }),
    );
    expect(count(servers, 'sts')).toBe(2);
  });
});

describe('a clock that is wrong', () => {
  test('AU-02 makes a token that seems to have ended serve for a minute, not for one request', async () => {
    await using servers = await tokenServers({ clockSkewSeconds: -7200 });
    const { credentials, clock } = await open(servers.federation());
    for (let asked = 0; asked < 30; asked += 1) {
      await credentials.headers(ELSEWHERE);
      await clock.sleep(1000);
    }
    expect(count(servers, 'iam')).toBe(1);
  });

  test('AU-05 is named where the service refuses what was signed by it', async () => {
    await using servers = await tokenServers({ clockSkewSeconds: 7200 });
    const { credentials } = await open(servers.key());
    const error: unknown = await credentials.headers(ELSEWHERE).catch((reason: unknown) => reason);
    expect(servers.complaints).toEqual([expect.stringContaining('invalid_grant')]);
    expect(String(error)).toContain('The clock of this runner is 120 min behind');
    expect(String(error)).toContain('Service account: deployer@acme-models');
  });
});

describe('AU-01 the search for a metadata server', () => {
  test('AU-01 ends after a second where nobody answers', async () => {
    await using servers = await tokenServers();
    servers.misbehave('metadata', 'silence');
    const started = performance.now();
    const host = servers.origin.replace('http://', '');
    await expect(findMetadataServer({ GCE_METADATA_HOST: host }, never)).rejects.toThrow(
      'Could not load the default credentials',
    );
    expect(servers.asked).toEqual(['metadata']);
    expect(performance.now() - started).toBeGreaterThan(900);
    expect(servers.behave()).toBe(0);
  });
});

describe('AU-07 what a credential file may name', () => {
  const google = {
    type: 'external_account',
    audience:
      '//iam.googleapis.com/projects/7/locations/global/workloadIdentityPools/p/providers/g',
    token_url: 'https://sts.googleapis.com/v1/token',
    service_account_impersonation_url:
      'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@b.iam.gserviceaccount.com:generateAccessToken',
    credential_source: {
      url: 'https://run-actions-1-azure-eastus.actions.githubusercontent.com/83//idtoken/1/2?api-version=2.0&audience=x',
      headers: { Authorization: 'Bearer secret-of-the-job' },
    },
  };
  const read = async (
    content: unknown,
    environment: Record<string, string> = {},
  ): Promise<unknown> =>
    readCredentialFile(await fileOf(content), environment).catch((error: unknown) => error);

  test.each([
    ['GitHub’s and Google’s hosts', google, {}],
    [
      'the own host of a GitHub Enterprise Server',
      { ...google, credential_source: { url: 'https://github.acme.test/_services/token' } },
      { GITHUB_SERVER_URL: 'https://github.acme.test' },
    ],
    [
      'the metadata server of a machine, in clear',
      { ...google, credential_source: { url: 'http://169.254.169.254/metadata/identity' } },
      {},
    ],
    ['a file as the source', { ...google, credential_source: { file: '/run/token' } }, {}],
    [
      'a regional Security Token Service',
      { ...google, token_url: 'https://sts.us-east1.rep.googleapis.com/v1/token' },
      {},
    ],
  ])('AU-07 %s is read', async (_, content, environment) => {
    expect(await read(content, environment)).toMatchObject({ content: { type: google.type } });
  });

  test.each([
    ['a foreign token_url', { token_url: 'https://sts.googleapis.com.evil.test/v1/token' }],
    ['a token_url in clear', { token_url: 'http://sts.googleapis.com/v1/token' }],
    ['a token_url with a user', { token_url: 'https://sts.googleapis.com@evil.test/' }],
    ['blanks before a foreign one', { token_url: ' \thttps://evil.test/' }],
    ['a scheme without slashes', { token_url: 'https:evil.test/' }],
    ['the name in another spelling', { tokenUrl: 'https://evil.test/' }],
    ['a foreign endpoint of an impersonation', { endpoint: 'https://evil.test' }],
    ['a proxy', { transporterOptions: { proxy: 'http://evil.test:8080' } }],
    ['another resource manager', { cloud_resource_manager_url: 'https://evil.test/' }],
    ['a GitHub host for a token', { token_url: 'https://x.actions.githubusercontent.com/' }],
    [
      'a source within the source',
      {
        type: 'impersonated_service_account',
        source_credentials: { token_uri: 'https://evil.test' },
      },
    ],
    ['a foreign source', { credential_source: { url: 'https://githubusercontent.com/' } }],
    ['a program', { credential_source: { executable: { command: 'rm' } } }],
    ['a program in another spelling', { credentialSource: { executable: { command: 'rm' } } }],
    ['another universe', { universe_domain: 'evil.test' }],
  ])('AU-07 %s is refused, and nothing of its secrets is told', async (_, change) => {
    const error = await read({ ...google, ...change });
    expect(error).toMatchObject({
      code: 'auth',
      what: expect.stringContaining('is not used') as string,
    });
    expect(String(error)).not.toContain('secret-of-the-job');
  });

  test('AU-07 that is refused is not asked for a project either', async () => {
    const { credentials } = await open({ ...google, token_url: 'https://evil.test/' });
    await expect(credentials.projectId()).rejects.toMatchObject({ code: 'auth' });
  });

  test.each(['', '[]', '{"token": "secret-of-the-job"', 'null'])(
    'AU-07 %j is no credential file',
    async (content) => {
      const error = await read(content);
      expect(error).toMatchObject({ code: 'auth', why: 'It holds no JSON object.' });
      expect(String(error)).not.toContain('secret-of-the-job');
    },
  );
});

describe('AU-09 errors of the library', () => {
  test.each([
    ['a refused identity token', 'oidc', 401],
    ['a refused exchange', 'sts', 400],
    ['a failed impersonation', 'iam', 503],
  ] as const)(
    'AU-09 %s is made anew from what may be told, to its last hidden field',
    async (_, service, status) => {
      await using servers = await tokenServers();
      const echo = JSON.stringify([...servers.secrets]);
      servers.misbehave(service, { status, json: { error: 'no', error_description: echo } });
      const { credentials } = await open(servers.federation());
      const error: unknown = await credentials
        .headers(ELSEWHERE)
        .catch((reason: unknown) => reason);
      expect(servers.behave()).toBe(0);
      const all = inspect(error, { depth: Infinity, showHidden: true, getters: true });
      expect(all).toMatch(new RegExp(`answered ${status}`));
      expect(
        [...servers.secrets].filter(
          (secret) => secret.startsWith('request-token') && all.includes(secret),
        ),
      ).toEqual([]);
      expect(all).not.toContain('Bearer');
    },
  );
});

test('AU-09 an answer that the library blots out is not shown, in our words', async () => {
  await using servers = await tokenServers();
  servers.misbehave('oauth', { status: 502, json: 'client_secret=x&grant_type=y&assertion=z' });
  const { credentials } = await open(servers.key());
  await expect(credentials.headers(ELSEWHERE)).rejects.toMatchObject({
    transport: 'NO_TOKEN',
    serverMessage: 'It answered 502: The answer is not shown.',
  });
});

describe('AU-05 an answer that cannot be read', () => {
  test.each([
    ['the exchange: HTML of a proxy', 'sts', { text: '<html>Hello</html>' }],
    ['the exchange: half an answer', 'sts', 'cut'],
    ['the exchange: nothing', 'sts', { text: '' }],
    ['the impersonation: no token', 'iam', { text: '{}' }],
    ['the impersonation: HTML', 'iam', { text: '<html>' }],
    ['the identity token: no token', 'oidc', { text: '{}' }],
    ['the key: no token', 'oauth', { text: '{"expires_in": 3600}' }],
  ] as const)('AU-05 is a passing fault: %s', async (_, service, fault) => {
    await using servers = await tokenServers();
    servers.misbehave(service, fault);
    const { credentials } = await open(service === 'oauth' ? servers.key() : servers.federation());
    await expect(credentials.headers(ELSEWHERE)).rejects.toMatchObject({ transport: 'NO_TOKEN' });
    expect(servers.behave()).toBe(0);
    const { authorization } = await credentials.headers(ELSEWHERE);
    expect(servers.accessTokens.map((token) => `Bearer ${token}`)).toContain(authorization);
  });
});

describe('AU-08 redirects', () => {
  test('AU-08 a token server that redirects is not followed with what it was sent', async () => {
    await using servers = await tokenServers();
    await using elsewhere = await tokenServers();
    servers.misbehave('sts', {
      status: 307,
      headers: { location: `${elsewhere.origin}/sts/v1/token` },
    });
    const { credentials } = await open(servers.federation());
    await expect(credentials.headers(ELSEWHERE)).rejects.toThrow('answered 307');
    expect(elsewhere.asked).toEqual([]);
  });
});

test('AU-11 a proxy is used with its password, never for this machine, and its password is to be masked', async () => {
  const seen: string[] = [];
  const proxy = createServer().on('connect', (request, socket) => {
    seen.push(`${request.url ?? ''} ${request.headers['proxy-authorization'] ?? ''}`);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  const local = createServer((_, response) => response.end('direct'));
  for (const server of [proxy, local]) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
  const port = (server: typeof proxy): number => (server.address() as AddressInfo).port;
  // In a process of its own: the proxy is for all that the process sends.
  const script = `
    import { useProxy } from ${JSON.stringify(join(import.meta.dirname, '..', '..', 'src', 'proxy.ts'))};
    console.log(useProxy(process.env).join());
    console.log(await (await fetch('http://127.0.0.1:${port(local)}')).text());
    await fetch('https://us-central1-ml.googleapis.com/v1').catch(() => undefined);
    await fetch('https://spared.invalid/v1').catch(() => undefined);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: {
      PATH: process.env['PATH'],
      HTTPS_PROXY: `http://me:pa%24%24word@127.0.0.1:${port(proxy)}`,
      HTTP_PROXY: `http://127.0.0.1:${port(proxy)}`,
      NO_PROXY: 'spared.invalid',
    },
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  await new Promise((resolve) => child.on('close', resolve));
  for (const server of [proxy, local]) {
    server.closeAllConnections();
    server.close();
  }
  const basic = Buffer.from('me:pa$$word').toString('base64');
  expect(seen).toEqual([`us-central1-ml.googleapis.com:443 Basic ${basic}`]);
  expect(said.trim().split('\n')).toEqual(['pa$$word', 'direct']);
});
