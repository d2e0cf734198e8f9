import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { actionUnderTest, expectGoodManners } from '../action/action-under-test.ts';
import type { ActionUnderTest } from '../action/action-under-test.ts';
import type { Step, StepResult } from '../runner.ts';
import { AUDIENCE, tokenServers } from './token-servers.ts';
import type { TokenServers } from './token-servers.ts';

// Through the bundle, against an emulator that takes only tokens which the token servers gave.

let tokens: TokenServers;
let action: ActionUnderTest;
let directory: string;

beforeAll(async () => {
  tokens = await tokenServers();
  action = await actionUnderTest({ bearerTokens: tokens.accessTokens });
  directory = await mkdtemp(join(tmpdir(), 'credentials-'));
  await action.copyModel('xgboost', 'xgboost');
});

afterAll(async () => {
  await action[Symbol.asyncDispose]();
  await tokens[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

// What was not played is for no other case.
afterEach(() => {
  tokens.behave();
});

let files = 0;
async function credentials(content: object): Promise<Record<string, string>> {
  files += 1;
  const path = join(directory, `gha-creds-${files}.json`);
  await writeFile(path, JSON.stringify(content));
  return { GOOGLE_APPLICATION_CREDENTIALS: path };
}

/** A deploy, with what was asked of the token servers for it. */
async function deploy(
  model: string,
  env: Readonly<Record<string, string>>,
  step: Partial<Step> = {},
): Promise<{ result: StepResult; asked: readonly string[]; complaints: readonly string[] }> {
  const before = { asked: tokens.asked.length, complaints: tokens.complaints.length };
  const result = await action.run(
    { model, source: 'xgboost', version: 'v1' },
    { ...step, env: { RUNNER_DEBUG: '1', ...env, ...step.env } },
  );
  expectGoodManners(result);
  expectNoSecret(result);
  return {
    result,
    asked: tokens.asked.slice(before.asked),
    complaints: tokens.complaints.slice(before.complaints),
  };
}

/** Every byte that the run wrote, but for the commands that mask; and what it sent besides its tokens. */
function expectNoSecret(result: StepResult): void {
  const told = JSON.stringify([
    result.lines.filter((line) => !line.startsWith('::add-mask::')),
    result.stderr,
    result.outputs,
    result.state,
    result.summary,
    action.emulator.requests.map(({ url, json, headers: { authorization, ...headers } }) => [
      url,
      json,
      headers,
      authorization?.replace(/^Bearer .*/, ''),
    ]),
  ]);
  expect([...tokens.secrets].filter((secret) => told.includes(secret))).toEqual([]);
}

function expectNothingOf(model: string): void {
  const url = new RegExp(`/${model}\\b`);
  expect(
    action.emulator.requests.filter((sent) => url.test(sent.url) && sent.status === 200),
  ).toEqual([]);
}

describe('AU-01', () => {
  test('AU-01 without credentials the failure has the two lines that cure it, and no host of Google is asked', async () => {
    const { result } = await deploy('anonymous', {
      CLOUDSDK_API_ENDPOINT_OVERRIDES_ML: '',
      STORAGE_EMULATOR_HOST: '',
      METADATA_SERVER_DETECTION: 'none',
    });
    expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'auth' });
    const [error] = result.errors;
    expect(error?.message).toContain('There are no Google Cloud credentials in this job.');
    expect(error?.message).toContain('permissions: id-token: write');
    expect(error?.message).toContain('google-github-actions/auth');
    expectNothingOf('anonymous');
  });
});

describe('AU-05 the services that give tokens', () => {
  const busy = { status: 503, json: { error: 'unavailable' } } as const;
  test.each([
    ['AU-05 the identity token: a 503 is tried again', 'oidc', busy],
    [
      'AU-05 the exchange: a 429 with Retry-After is tried again',
      'sts',
      { status: 429, headers: { 'retry-after': '1' }, json: { error: 'slow_down' } },
    ],
    ['AU-05 the exchange: an answer cut short is tried again', 'sts', 'cut'],
    ['AU-05 the impersonation: a 500 is tried again', 'iam', { ...busy, status: 500 }],
  ] as const)('%s, and one version is deployed', async (title, service, fault) => {
    const model = title.slice('AU-05 the '.length).replaceAll(/\W+/g, '_');
    tokens.misbehave(service, fault);
    const { result, asked, complaints } = await deploy(
      model,
      await credentials(tokens.federation()),
    );
    expect(asked.filter((each) => each === service)).toHaveLength(2);
    expect(complaints).toEqual([]);
    expect(result.outputs).toMatchObject({ status: 'deployed', state: 'READY' });
    expect((await read(`models/${model}/versions`))?.['versions']).toHaveLength(1);
  });

  test('AU-05 a refused exchange is told with its provider and the words of the service, once', async () => {
    const refusal = {
      status: 400,
      json: {
        error: 'invalid_target',
        error_description: 'The target service indicated by the "audience" parameters is invalid.',
      },
    };
    tokens.misbehave('sts', refusal, refusal);
    const { result, asked } = await deploy('refused', await credentials(tokens.federation()));
    const once = asked.filter((each) => each === 'sts').length;
    expect(once).toBeGreaterThan(0);
    expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'auth' });
    expect(result.errors[0]?.message).toContain(AUDIENCE);
    expect(result.errors[0]?.message).toContain('invalid_target');
    expectNothingOf('refused');
  });

  test('AU-05 a refused impersonation is told with its service account', async () => {
    const refusal = {
      status: 403,
      json: {
        error: {
          code: 403,
          status: 'PERMISSION_DENIED',
          message:
            "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
        },
      },
    };
    tokens.misbehave('iam', refusal, refusal);
    const { result } = await deploy('impersonated', await credentials(tokens.federation()));
    expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'permission' });
    expect(result.errors[0]?.message).toContain('deployer@acme-models.iam.gserviceaccount.com');
    expect(result.errors[0]?.message).toContain('roles/iam.workloadIdentityUser');
    expectNothingOf('impersonated');
  });
});

test('AU-06 a job without `id-token: write` is told so, and that runs for forks never get it', async () => {
  const fault = { status: 403, json: { message: 'Resource not accessible by integration' } };
  tokens.misbehave('oidc', fault, fault);
  const { result, asked } = await deploy('forbidden', await credentials(tokens.federation()));
  expect(asked).toContain('oidc');
  expect(asked).not.toContain('sts');
  expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'auth' });
  expect(result.errors[0]?.message).toContain('permissions: id-token: write');
  expect(result.errors[0]?.message).toContain('forks never get it');
  expectNothingOf('forbidden');
});

async function read(path: string): Promise<Record<string, unknown> | undefined> {
  const [token = ''] = tokens.accessTokens;
  const answer = await fetch(
    `${action.emulator.origin}/us-central1/v1/projects/acme-models/${path}`,
    { headers: { authorization: `Bearer ${token}` } },
  );
  return answer.ok ? ((await answer.json()) as Record<string, unknown>) : undefined;
}

describe('every kind of credentials, refreshed while the deploy runs', () => {
  const kinds: readonly (readonly [string, () => object, readonly string[]])[] = [
    ['workload identity federation', () => tokens.federation(), ['oidc', 'sts', 'iam']],
    ['federation without a service account', () => tokens.federation(false), ['oidc', 'sts']],
    ['the key of a service account', () => tokens.key(), ['oauth']],
    ['the credentials of a person', () => tokens.user(), ['oauth']],
  ];

  test.each(kinds)(
    'AU-03 %s: a token that is refused in mid-use is renewed once, and the deploy goes on',
    async (title, content, chain) => {
      const model = `renewed_${title.replaceAll(/\W+/g, '_')}`;
      const fault = action.emulator.misbehave({
        method: 'POST',
        url: new RegExp(`/${model}/versions(\\?|$)`),
        action: { kind: 'status', status: 401, body: unauthenticated },
      });
      const { result, asked, complaints } = await deploy(model, await credentials(content()));
      expect(fault.played).toBe(1);
      expect(complaints).toEqual([]);
      expect(asked).toEqual([...chain, ...chain]);
      expect(result.outputs).toMatchObject({ status: 'deployed', state: 'READY' });
      expect((await read(`models/${model}/versions`))?.['versions']).toHaveLength(1);
    },
  );

  test('LRO-04 a 401 to a poll is answered with a new token, and the wait goes on', async () => {
    const fault = action.emulator.misbehave({
      method: 'GET',
      url: /\/operations\/create_polled_/,
      action: { kind: 'status', status: 401, body: unauthenticated },
    });
    const { result, asked } = await deploy('polled', await credentials(tokens.federation()));
    expect(fault.played).toBe(1);
    expect(asked.filter((service) => service === 'iam')).toHaveLength(2);
    const used = action
      .sent('GET', /\/operations\/create_polled_/)
      .map(({ headers }) => headers.authorization);
    expect(new Set(used).size).toBe(2);
    expect(result.outputs).toMatchObject({ status: 'deployed', state: 'READY' });
    expect((await read('models/polled/versions'))?.['versions']).toHaveLength(1);
  });

  test('AU-03 the metadata server is asked where the environment names it', async () => {
    const { result, asked, complaints } = await deploy('on_a_machine', {
      GCE_METADATA_HOST: tokens.origin.replace('http://', ''),
    });
    expect(complaints).toEqual([]);
    // Once whether it is there, once for the token.
    expect(asked).toEqual(['metadata', 'metadata']);
    expect(result.outputs).toMatchObject({ status: 'deployed' });
  });

  test('AU-03 a token that is refused again is E_AUTH after one renewal', async () => {
    const fault = action.emulator.misbehave({
      method: 'POST',
      url: /\/models(\?|$)/,
      times: 100,
      action: { kind: 'status', status: 401, body: unauthenticated },
    });
    const { result, asked } = await deploy('refused_twice', await credentials(tokens.key()));
    fault.stop();
    expect(fault.played).toBe(2);
    expect(asked.length).toBeLessThanOrEqual(3);
    expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'auth' });
    expect(await read('models/refused_twice')).toBeUndefined();
  });
});

const unauthenticated = {
  error: { code: 401, status: 'UNAUTHENTICATED', message: 'Invalid authentication credentials.' },
};

describe('AU-07 a credential file', () => {
  test.each([
    ['token_url', { token_url: 'https://sts.evil.test/v1/token' }],
    [
      'credential_source.executable',
      { credential_source: { executable: { command: '/bin/true' } } },
    ],
  ])('AU-07 with a foreign %s is refused before anything is asked', async (field, change) => {
    const { result, asked } = await deploy(
      'guarded',
      await credentials({ ...tokens.federation(), ...change }),
    );
    expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'auth' });
    expect(result.errors[0]?.message).toContain(field);
    expect(result.errors[0]?.message).toContain('is not used');
    expect(asked).toEqual([]);
    expectNothingOf('guarded');
  });

  test('AU-07 that git tracks is refused, and the one that the auth step wrote beside it is used', async () => {
    const name = 'gha-creds-0123.json';
    const content = JSON.stringify(tokens.federation());
    await action.write({ [name]: content, '.git/index': indexOf('src/a.py', `dir/${name}`) });
    const env = { GOOGLE_APPLICATION_CREDENTIALS: join(action.workspace, name) };
    const untracked = await deploy('written', env);
    expect(untracked.result.outputs['status']).toBe('deployed');
    await action.write({ '.git/index': indexOf('src/a.py', name) });
    const tracked = await deploy('tracked', env);
    expect(tracked.result.outputs).toMatchObject({ status: 'failed', error_code: 'auth' });
    expect(tracked.result.errors[0]?.message).toContain('part of the repository');
    expect(tracked.asked).toEqual([]);
    await rm(join(action.workspace, '.git'), { recursive: true });
    await rm(join(action.workspace, name));
  });
});

/** As much of git's index as tells which paths are tracked. */
function indexOf(...paths: readonly string[]): Buffer {
  const entries = paths.map((path) => {
    const entry = Buffer.alloc(62 + path.length + 8 - ((62 + path.length) % 8));
    entry.writeUInt16BE(path.length, 60);
    entry.write(path, 62);
    return entry;
  });
  return Buffer.concat([Buffer.from('DIRC\0\0\0\x02\0\0\0\x02', 'latin1'), ...entries]);
}

test('AU-08 every secret that is read or fetched is masked, and is in no byte that the run writes, with debug on', async () => {
  const files = [tokens.federation(), tokens.key(), tokens.user()].map(credentials);
  const environments = [
    ...(await Promise.all(files)),
    { GCE_METADATA_HOST: tokens.origin.replace('http://', '') },
  ];
  const runs = await Promise.all(
    environments.map((env, index) =>
      // With it Google's libraries write what they send and get.
      deploy(`masked_${index}`, { ...env, GOOGLE_SDK_NODE_LOGGING: 'all' }),
    ),
  );
  for (const { result } of runs) expect(result.outputs['status']).toBe('deployed');
  const masks = new Set(runs.flatMap(({ result }) => result.masks));
  const used = [...tokens.secrets].filter((secret) => wasMaskable(secret, runs));
  expect(used.length).toBeGreaterThan(20);
  expect(used.filter((secret) => !masks.has(secret))).toEqual([]);
});

/** All of them but those that other cases have fetched. */
function wasMaskable(secret: string, runs: readonly { readonly result: StepResult }[]): boolean {
  const isKey = /^[\w+/=]{40,}$/.test(secret);
  const isLasting = /^(?:request-token|refresh-token|client-secret)\./.test(secret);
  const isFetched = runs.some(({ result }) => result.masks.includes(secret));
  return isKey || isLasting || isFetched;
}

describe('AU-12 an environment that an earlier step has changed', () => {
  test('AU-12 GOOGLE_CLOUD_UNIVERSE_DOMAIN moves no request', async () => {
    const { result, complaints } = await deploy('universe', {
      ...(await credentials(tokens.federation())),
      GOOGLE_CLOUD_UNIVERSE_DOMAIN: 'evil.test',
    });
    expect(complaints).toEqual([]);
    expect(result.outputs['status']).toBe('deployed');
    expect(action.sent('POST', /\/universe\/versions(\?|$)/)).toHaveLength(1);
  });

  test.each([
    ['another universe_domain in the credentials', { universe_domain: 'evil.test' }, {}],
    ['a metadata server elsewhere', undefined, { GCE_METADATA_HOST: 'evil.test' }],
    [
      'an API host that is neither https nor loopback (any https host is the contract’s own override)',
      {},
      { CLOUDSDK_API_ENDPOINT_OVERRIDES_ML: 'http://evil.test/' },
    ],
  ])('AU-12 %s is refused', async (_, change, env) => {
    const own =
      change === undefined ? {} : await credentials({ ...tokens.federation(), ...change });
    const { result } = await deploy('moved', { ...own, ...env });
    expect(result.outputs['status']).toBe('failed');
    expect(['auth', 'invalid-input']).toContain(result.outputs['error_code']);
    expect(result.errors[0]?.message).toContain('evil.test');
    expectNothingOf('moved');
  });
});
