import { isLoopback } from '../hosts.ts';
import { variable } from '../request/environment.ts';
import type { Environment } from '../world.ts';

/**
 * Base URL of GitHub's REST API, without trailing slash: `GITHUB_API_URL`, or what follows from the server.
 * It must belong to the server, so that the token goes nowhere else: the same host (GitHub Enterprise Server,
 * below `/api/v3`) or its `api.` (github.com, ghe.com). A loopback host is for tests. Else `undefined`.
 */
export function apiUrl(environment: Environment, serverUrl: string): string | undefined {
  if (!URL.canParse(serverUrl)) return undefined;
  const server = new URL(serverUrl);
  const given = variable(environment, 'GITHUB_API_URL') ?? standard(server);
  if (!URL.canParse(given)) return undefined;
  const api = new URL(given);
  const isSecure = api.protocol === 'https:' || (api.protocol === 'http:' && isLoopback(api));
  const belongs = api.host === server.host || api.host === `api.${server.host}`;
  const isPlain = api.username === '' && api.password === '' && api.search === '';
  if (!isSecure || !isPlain || !(belongs || isLoopback(api))) return undefined;
  return `${api.origin}${api.pathname.replace(/\/+$/, '')}`;
}

function standard({ origin, host, protocol }: URL): string {
  const isHosted = host === 'github.com' || host.endsWith('.ghe.com');
  return isHosted ? `${protocol}//api.${host}` : `${origin}/api/v3`;
}
