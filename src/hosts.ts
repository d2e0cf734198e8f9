import { Failure } from './failure.ts';
import type { Environment } from './world.ts';

/** Whether a URL's host can only be this machine. */
export function isLoopback(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * The base URL that a variable overrides, without trailing slash, or `undefined` when it is not set.
 * `{region}` in it becomes the region (contract, Environment). Plain `http:` is for loopback only, so
 * that no token ever travels in clear.
 *
 * @throws Failure `invalid-input` when it is no such URL.
 */
export function overriddenBaseUrl(
  environment: Environment,
  variable: string,
  region?: string,
): string | undefined {
  const given = environment[variable]?.trim();
  if (given === undefined || given === '') return undefined;
  const text = region === undefined ? given : given.replaceAll('{region}', region);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url));
  if (
    url === undefined ||
    !secure ||
    url.username !== '' ||
    url.password !== '' ||
    url.search !== ''
  ) {
    throw new Failure({
      code: 'invalid-input',
      what: `The environment variable ${variable} cannot be used as a base URL.`,
      why: `It is "${given}", and only https:// URLs, or http:// URLs of a loopback host, are accepted.`,
      next: `Unset ${variable}, or give it a URL such as http://127.0.0.1:8085/.`,
    });
  }
  return url.href.replace(/\/+$/, '');
}
