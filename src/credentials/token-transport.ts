import type { gaxios } from 'google-auth-library';
import type { CredentialFile } from './credential-file.ts';
import { isLoopback } from '../hosts.ts';
import { isJsonObject } from '../json.ts';

const TIMEOUT_MILLISECONDS = 20_000;
const LOOPBACK = /^https?:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])[:/]/;

/** Fields of answers that are tokens: GitHub's, the Security Token Service's, OAuth's, IAM's. */
const TOKEN_FIELDS = ['value', 'access_token', 'accessToken', 'id_token', 'refresh_token'] as const;

/**
 * The way on which google-auth-library fetches tokens: it follows no redirect, since what it sends is as
 * good as a password; it ends; it tries once, as those who need the token try again; and it tells each
 * token that comes. A `token_uri` on loopback, in the key of a service account or in gcloud's file, is
 * obeyed, as by Google's libraries for other languages: this one always asks oauth2.googleapis.com.
 */
export function openTokenTransport(
  Gaxios: typeof gaxios.Gaxios,
  { content }: CredentialFile,
  keep: (secret: string) => void,
  signal: AbortSignal,
): gaxios.Gaxios {
  const { token_uri: tokenUri } = content;
  const local =
    typeof tokenUri === 'string' && URL.canParse(tokenUri) && isLoopback(new URL(tokenUri))
      ? new URL(tokenUri)
      : undefined;
  return new Gaxios({
    redirect: 'manual',
    timeout: TIMEOUT_MILLISECONDS,
    retryConfig: { retry: 0 },
    noProxy: [LOOPBACK],
    signal,
    adapter: async (options, send) => {
      const isOAuth = options.url.href === 'https://oauth2.googleapis.com/token';
      // In place, so that errors name who was asked.
      if (isOAuth && local !== undefined) options.url = local;
      const answer = await send(options);
      const data: unknown = answer.data;
      if (isJsonObject(data)) {
        for (const field of TOKEN_FIELDS) {
          const value = data[field];
          if (typeof value === 'string') keep(value);
        }
      }
      return answer;
    },
  });
}
