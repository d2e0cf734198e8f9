import { credentialFilePath } from './credential-file.ts';
import type { CredentialFile } from './credential-file.ts';
import { Failure } from '../failure.ts';
import { isLoopback } from '../hosts.ts';
import { namesMetadataServer } from './metadata-server.ts';
import { openAuthClient } from './open-auth-client.ts';
import type { OpenedClient } from './open-auth-client.ts';
import { tokenError } from './token-error.ts';
import type { Clock, Credentials, Environment } from '../world.ts';

/** A token is renewed that long before its end, or at half of its life if that is later. */
const EARLY_MILLISECONDS = 5 * 60_000;
/** Lives that only a wrong clock makes so short or so long. */
const SHORTEST_LIFE_MILLISECONDS = 60_000;
const LONGEST_LIFE_MILLISECONDS = 3_600_000;
/** Longest time for a token with all that is exchanged for it. */
const PATIENCE_MILLISECONDS = 60_000;

/** What credentials need of the world. */
export interface Surroundings {
  readonly clock: Pick<Clock, 'elapsed'>;
  readonly signal: AbortSignal;
  /** Masks a value in the log of the job. */
  readonly setSecret: (value: string) => void;
}

interface Token {
  readonly headers: Readonly<Record<string, string>>;
  /** On the clock of the surroundings, in milliseconds. */
  readonly renewedAt: number;
  readonly endsAt: number;
}

/**
 * Application Default Credentials, by google-auth-library: workload identity federation as
 * `google-github-actions/auth` sets it up, a service-account key, gcloud's own, or the metadata server.
 * Loopback hosts are called anonymously unless credentials are configured (contract, Environment).
 *
 * One token serves all requests until it is renewed, by the clock that never goes back. Every secret that
 * is read or fetched is masked before it is used, and replaced in whatever is told of a failure.
 */
export function openCredentials(
  environment: Environment,
  { clock, signal, setSecret }: Surroundings,
): Credentials {
  const secrets = new Set<string>();
  const keep = (secret: string): void => {
    if (secret.length < 8 || secrets.has(secret)) return;
    secrets.add(secret);
    setSecret(secret);
  };
  const isConfigured =
    credentialFilePath(environment) !== undefined || namesMetadataServer(environment);

  let token: Token | undefined;
  /** Asked for the project, and not yet for a token. */
  let opened: Promise<OpenedClient> | undefined;
  let fetching: Promise<Token> | undefined;

  const open = (): Promise<OpenedClient> => openAuthClient(environment, keep, signal);

  const fetchToken = async (): Promise<Token> => {
    let file: CredentialFile | undefined;
    try {
      const { client, ...rest } = await (opened ?? open());
      opened = undefined;
      file = rest.file;
      const asked = await within(PATIENCE_MILLISECONDS, signal, client.getRequestHeaders());
      const headers = Object.fromEntries(asked.entries());
      const [, secret] = /^Bearer (.+)$/.exec(headers['authorization'] ?? '') ?? [];
      if (secret === undefined || /^(?:undefined|null)$/.test(secret)) {
        throw new TypeError('The answer holds no access token.');
      }
      keep(secret);
      const life = lifeOf(client.credentials.expiry_date);
      const now = clock.elapsed();
      return {
        headers,
        renewedAt: now + Math.max(life / 2, life - EARLY_MILLISECONDS),
        endsAt: now + life,
      };
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof Failure ? error : tokenError(error, file, secrets);
    }
  };

  const renew = async (): Promise<Token> => {
    fetching ??= fetchToken().finally(() => {
      fetching = undefined;
    });
    token = await fetching;
    return token;
  };

  return {
    headers: async (baseUrl) => {
      if (!isConfigured && isLoopback(baseUrl)) return {};
      if (token !== undefined && clock.elapsed() < token.renewedAt) return token.headers;
      const old = token;
      try {
        return (await renew()).headers;
      } catch (error) {
        // A token that still lives outlasts a service that does not answer now.
        const now = clock.elapsed();
        if (old === undefined || token !== old || now >= old.endsAt) throw error;
        signal.throwIfAborted();
        token = { ...old, renewedAt: Math.min(old.endsAt, now + PATIENCE_MILLISECONDS) };
        return old.headers;
      }
    },
    refresh: () => {
      // While one is fetched, the one that was refused is an older one.
      if (fetching === undefined) token = undefined;
      return Promise.resolve();
    },
    projectId: async () => {
      if (!isConfigured) return undefined;
      try {
        opened ??= open();
        const client = await opened;
        return await within(PATIENCE_MILLISECONDS, signal, client.projectId());
      } catch (error) {
        opened = undefined;
        // The library throws for "no project in the credentials"; the request's own fault says it better.
        if (error instanceof Failure) throw error;
        return undefined;
      }
    },
  };
}

/** Milliseconds that a token lives from now; ends are absolute, so that a wrong clock tells nonsense. */
function lifeOf(expiryDate: number | null | undefined): number {
  if (expiryDate === null || expiryDate === undefined || Number.isNaN(expiryDate)) {
    return SHORTEST_LIFE_MILLISECONDS;
  }
  const life = expiryDate - Date.now();
  return Math.min(LONGEST_LIFE_MILLISECONDS, Math.max(SHORTEST_LIFE_MILLISECONDS, life));
}

/** The work, unless it takes longer or the signal aborts first. */
async function within<Result>(
  milliseconds: number,
  signal: AbortSignal,
  work: Promise<Result>,
): Promise<Result> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]);
  return await Promise.race([
    work,
    new Promise<never>((_, reject) => {
      limit.addEventListener('abort', () => {
        reject(limit.reason as Error);
      });
    }),
  ]);
}
