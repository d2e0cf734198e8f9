import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { AuthClient, GoogleAuth } from 'google-auth-library';
import { isLoopback } from './hosts.ts';
import type { Credentials, Environment } from './world.ts';

/** Covers every call of a deploy; what the caller may do is decided by IAM, not by the scope. */
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/**
 * Application Default Credentials, by google-auth-library: workload identity federation as
 * `google-github-actions/auth` sets it up, a service-account key, gcloud's own, or the metadata server.
 * Loopback hosts are called anonymously unless credentials are configured (contract, Environment).
 */
export function openCredentials(environment: Environment): Credentials {
  const configured = isConfigured(environment);
  let client: Promise<AuthClient> | undefined;

  const open = (): Promise<AuthClient> => {
    client ??= googleAuth()
      .then((auth) => auth.getClient())
      .catch((error: unknown) => {
        client = undefined;
        throw error;
      });
    return client;
  };

  return {
    headers: async (url) => {
      if (!configured && isLoopback(new URL(url))) return {};
      const headers = await (await open()).getRequestHeaders(url);
      return Object.fromEntries(headers.entries());
    },
    refresh: () => {
      client = undefined;
      return Promise.resolve();
    },
    projectId: async () => {
      if (!configured) return undefined;
      try {
        return await (await googleAuth()).getProjectId();
      } catch {
        // The library throws for "no project in the credentials"; the request's own fault says it better.
        return undefined;
      }
    },
  };
}

/** Loaded at the first use: a run that is refused for its inputs needs none of it. */
async function googleAuth(): Promise<GoogleAuth> {
  const library = await import(/* webpackMode: "eager" */ 'google-auth-library');
  return new library.GoogleAuth({ scopes: [SCOPE] });
}

/** Whether a credentials file is set or lies where gcloud puts Application Default Credentials. */
function isConfigured(environment: Environment): boolean {
  const named = environment['GOOGLE_APPLICATION_CREDENTIALS'];
  if (named !== undefined && named !== '') return true;
  const directory =
    environment['CLOUDSDK_CONFIG'] ??
    (process.platform === 'win32'
      ? join(environment['APPDATA'] ?? '', 'gcloud')
      : join(homedir(), '.config', 'gcloud'));
  return existsSync(join(directory, 'application_default_credentials.json'));
}
