import { generateKeyPairSync, randomUUID, verify } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const PROVIDER = 'projects/7/locations/global/workloadIdentityPools/github/providers/acme';
/** The STS audience of the provider that the servers know. */
export const AUDIENCE = `//iam.googleapis.com/${PROVIDER}`;
export const ACCOUNT = 'deployer@acme-models.iam.gserviceaccount.com';
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/** What a token server is told to do instead of answering; `cut` sends half of a JSON object. */
export type TokenFault =
  | {
      readonly status: number;
      readonly json?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly text: string }
  | 'cut'
  | 'silence';

/** A server that gives tokens; each is asked on its own path. */
export type TokenService = 'oidc' | 'sts' | 'iam' | 'oauth' | 'metadata';

export interface TokenServers extends AsyncDisposable {
  readonly origin: string;
  /** Access tokens that are good now; the emulator's `bearerTokens`. Emptying it revokes them all. */
  readonly accessTokens: string[];
  /** Every secret that was made or given out: nothing of them may be told. */
  readonly secrets: ReadonlySet<string>;
  /** Which services were asked, in order. */
  readonly asked: readonly TokenService[];
  /** What was wrong with what was sent; empty when every request was as the real servers want it. */
  readonly complaints: readonly string[];
  /** Plays these in place of the next answers of a service. */
  misbehave(service: TokenService, ...faults: readonly TokenFault[]): void;
  /** Takes back what was not played, and answers how much that was. */
  behave(): number;
  /** As `google-github-actions/auth` writes it, for direct access or through a service account. */
  federation(impersonate?: boolean): Record<string, unknown>;
  /** The key of a service account, whose token server this is. */
  key(): Record<string, unknown>;
  /** What gcloud leaves for a person. */
  user(): Record<string, unknown>;
}

/**
 * GitHub's identity tokens, Google's Security Token Service, IAM Credentials, OAuth and a metadata server,
 * each as strict as it is documented to be about what it is sent.
 */
export async function tokenServers(
  options: { readonly lifeSeconds?: number; readonly clockSkewSeconds?: number } = {},
): Promise<TokenServers> {
  const { lifeSeconds = 3600, clockSkewSeconds = 0 } = options;
  const now = (): number => Date.now() + clockSkewSeconds * 1000;
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const secrets = new Set<string>([
    ...pem.split('\n').filter((line) => /^[\w+/=]{40,}$/.test(line)),
  ]);
  const make = (kind: string): string => {
    const secret = `${kind}.${randomUUID()}`;
    secrets.add(secret);
    return secret;
  };
  const requestToken = make('request-token');
  const refreshToken = make('refresh-token');
  const clientSecret = make('client-secret');
  const identities = new Set<string>();
  const federated = new Set<string>();
  const accessTokens: string[] = [];
  const asked: TokenService[] = [];
  const complaints: string[] = [];
  const faults = new Map<TokenService, TokenFault[]>();

  const access = (): string => {
    const token = make('ya29.access');
    accessTokens.push(token);
    return token;
  };
  const grant = (): object => ({
    access_token: access(),
    expires_in: lifeSeconds,
    token_type: 'Bearer',
  });

  const services: Readonly<Record<TokenService, (asking: Asking) => Reply>> = {
    oidc: ({ method, url, headers }) => {
      if (method !== 'GET') throw new Refusal(405, { message: 'Method not allowed' });
      if (headers.authorization !== `Bearer ${requestToken}`) {
        throw new Refusal(401, { message: 'Bad request token' });
      }
      const audience = url.searchParams.get('audience');
      if (audience !== `https://iam.googleapis.com/${PROVIDER}`) {
        throw new Refusal(400, { message: `Unexpected audience ${audience ?? ''}` });
      }
      const token = make('eyJ.identity');
      identities.add(token);
      return { count: token.length, value: token };
    },
    sts: ({ method, form }) => {
      expectPost(method);
      const wanted = {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        audience: AUDIENCE,
        requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        scope: SCOPE,
      };
      for (const [name, value] of Object.entries(wanted)) {
        if (form.get(name) !== value) {
          throw new Refusal(400, {
            error: 'invalid_request',
            error_description: `Invalid value for ${name}: ${form.get(name) ?? ''}`,
          });
        }
      }
      // An identity token is good for one exchange here, so that nobody keeps it.
      if (!identities.delete(form.get('subject_token') ?? '')) {
        throw new Refusal(400, {
          error: 'invalid_grant',
          error_description: 'ID Token issued at 1 is stale to sign-in.',
        });
      }
      const token = make('federated');
      federated.add(token);
      // Direct access: the federated token itself is what the services accept.
      accessTokens.push(token);
      return {
        access_token: token,
        issued_token_type: wanted.requested_token_type,
        token_type: 'Bearer',
        expires_in: lifeSeconds,
      };
    },
    iam: ({ method, headers, json }) => {
      expectPost(method);
      if (!federated.has(/^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '')) {
        throw new Refusal(401, google(401, 'UNAUTHENTICATED', 'Invalid credentials.'));
      }
      const { scope, lifetime } = (json ?? {}) as { scope?: unknown; lifetime?: unknown };
      if (JSON.stringify(scope) !== JSON.stringify([SCOPE]) || lifetime !== '3600s') {
        throw new Refusal(400, google(400, 'INVALID_ARGUMENT', 'Bad scope or lifetime.'));
      }
      const expireTime = new Date(now() + lifeSeconds * 1000).toISOString();
      return { accessToken: access(), expireTime };
    },
    oauth: ({ method, form }) => {
      expectPost(method);
      if (form.get('grant_type') === 'refresh_token') {
        if (
          form.get('refresh_token') === refreshToken &&
          form.get('client_secret') === clientSecret
        ) {
          return grant();
        }
        throw invalidGrant('Token has been expired or revoked.');
      }
      const [head = '', body = '', signature = ''] = (form.get('assertion') ?? '').split('.');
      const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<
        string,
        unknown
      >;
      const signed = Buffer.from(`${head}.${body}`);
      if (!verify('RSA-SHA256', signed, publicKey, Buffer.from(signature, 'base64url'))) {
        throw invalidGrant('Invalid JWT Signature.');
      }
      secrets.add(form.get('assertion') ?? '');
      const { iss, aud, scope, iat, exp } = claims as Record<string, number>;
      if (String(iss) !== ACCOUNT || String(aud) !== 'https://oauth2.googleapis.com/token') {
        throw invalidGrant('Invalid JWT: wrong issuer or audience.');
      }
      if (String(scope) !== SCOPE) {
        throw new Refusal(400, { error: 'invalid_scope', error_description: 'Bad scope.' });
      }
      const seconds = now() / 1000;
      if (!(
        Number(iat) <= seconds + 60 &&
        Number(exp) > seconds &&
        Number(exp) - Number(iat) <= 3600
      )) {
        throw invalidGrant(
          'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.',
        );
      }
      return grant();
    },
    metadata: ({ url, headers }) => {
      if (headers['metadata-flavor'] !== 'Google') throw new Refusal(403, 'Missing header');
      if (url.pathname.endsWith('/instance/')) return {};
      if (url.pathname.endsWith('/instance/service-accounts/default/token')) return grant();
      throw new Refusal(404, 'not found');
    },
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asking = await readAsking(request);
    const service = serviceAt(asking.url.pathname);
    if (service === undefined) {
      complaints.push(`${asking.method} ${asking.url.pathname} is no token server`);
      response.writeHead(404).end();
      return;
    }
    asked.push(service);
    const headers = {
      date: new Date(now()).toUTCString(),
      'content-type': 'application/json',
      ...(service === 'metadata' ? { 'metadata-flavor': 'Google' } : {}),
    };
    const fault = faults.get(service)?.shift();
    if (fault === 'silence') return;
    if (fault === 'cut') {
      response.writeHead(200, headers).end('{"access_token": "ya29.ha');
      return;
    }
    if (fault !== undefined && 'text' in fault) {
      response.writeHead(200, { ...headers, 'content-type': 'text/html' }).end(fault.text);
      return;
    }
    if (fault !== undefined) {
      response.writeHead(fault.status, { ...headers, ...fault.headers });
      response.end(JSON.stringify(fault.json ?? {}));
      return;
    }
    try {
      const reply = services[service](asking);
      response.writeHead(200, headers).end(JSON.stringify(reply));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      complaints.push(`${service}: ${JSON.stringify(error.body)}`);
      response.writeHead(error.status, headers).end(JSON.stringify(error.body));
    }
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      complaints.push(String(error));
      request.socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;

  return {
    origin,
    accessTokens,
    secrets,
    asked,
    complaints,
    misbehave: (service, ...next) => {
      faults.set(service, [...(faults.get(service) ?? []), ...next]);
    },
    behave: () => {
      const left = [...faults.values()].flat().length;
      faults.clear();
      return left;
    },
    federation: (impersonate = true) => ({
      universe_domain: 'googleapis.com',
      type: 'external_account',
      audience: AUDIENCE,
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${origin}/sts/v1/token`,
      ...(impersonate && {
        service_account_impersonation_url: `${origin}/v1/projects/-/serviceAccounts/${ACCOUNT}:generateAccessToken`,
      }),
      credential_source: {
        url: `${origin}/oidc/idtoken?api-version=2.0&audience=${encodeURIComponent(`https://iam.googleapis.com/${PROVIDER}`)}`,
        headers: { Authorization: `Bearer ${requestToken}` },
        format: { type: 'json', subject_token_field_name: 'value' },
      },
    }),
    key: () => ({
      type: 'service_account',
      project_id: 'acme-models',
      private_key_id: '0123456789abcdef',
      private_key: pem,
      client_email: ACCOUNT,
      client_id: '1',
      auth_uri: 'https://accounts.google.com/o/oauth2/auth',
      token_uri: `${origin}/token`,
      auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs',
      universe_domain: 'googleapis.com',
    }),
    user: () => ({
      type: 'authorized_user',
      client_id: 'gcloud',
      client_secret: clientSecret,
      refresh_token: refreshToken,
      token_uri: `${origin}/token`,
    }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Asking {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly form: URLSearchParams;
  readonly json: unknown;
}

type Reply = object;

class Refusal extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(`refused with ${status}`);
    this.status = status;
    this.body = body;
  }
}

async function readAsking(request: IncomingMessage): Promise<Asking> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const isJson = request.headers['content-type']?.includes('json') === true;
  return {
    method: request.method ?? '',
    url: new URL(request.url ?? '/', 'http://127.0.0.1'),
    headers: request.headers,
    form: new URLSearchParams(isJson ? '' : text),
    json: isJson && text !== '' ? (JSON.parse(text) as unknown) : undefined,
  };
}

function serviceAt(path: string): TokenService | undefined {
  if (path === '/oidc/idtoken') return 'oidc';
  if (path === '/sts/v1/token') return 'sts';
  if (path === `/v1/projects/-/serviceAccounts/${ACCOUNT}:generateAccessToken`) return 'iam';
  if (path === '/token') return 'oauth';
  if (path.startsWith('/computeMetadata/v1/')) return 'metadata';
  return undefined;
}

function expectPost(method: string): void {
  if (method !== 'POST') throw new Refusal(405, { error: 'method_not_allowed' });
}

function google(code: number, status: string, message: string): object {
  return { error: { code, status, message } };
}

function invalidGrant(description: string): Refusal {
  return new Refusal(400, { error: 'invalid_grant', error_description: description });
}
