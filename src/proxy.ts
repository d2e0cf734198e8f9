import * as http from 'node:http';
import type { Environment } from './world.ts';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]', '::1'];

/**
 * Sends every request that names no agent of its own through the proxy of `HTTPS_PROXY` and `HTTP_PROXY`, in
 * either case, but for the hosts of `NO_PROXY` and this machine. Node's `fetch` obeys none of them by itself.
 *
 * @returns the passwords in them, which nobody may be told.
 */
export function useProxy(environment: Environment): readonly string[] {
  const proxies = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy']
    .map((name) => environment[name])
    .filter((value) => value !== undefined && URL.canParse(value))
    .map((value) => new URL(value ?? ''));
  // Nodes older than 24.14 do not have it; there NODE_USE_ENV_PROXY does the same.
  if (proxies.length > 0 && 'setGlobalProxyFromEnv' in http) {
    const spared = [environment['NO_PROXY'] ?? environment['no_proxy'] ?? '', ...LOOPBACK];
    const noProxy = spared.filter((host) => host !== '').join(',');
    http.setGlobalProxyFromEnv({ ...environment, NO_PROXY: noProxy, no_proxy: noProxy });
  }
  return proxies.map(({ password }) => decodeURIComponent(password)).filter((word) => word !== '');
}
