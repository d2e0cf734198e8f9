import { Failure } from '../failure.ts';
import { isLoopback } from '../hosts.ts';
import type { Environment } from '../world.ts';

/** A metadata server answers within milliseconds where there is one. */
const PATIENCE_MILLISECONDS = 1000;
const HOSTS = ['169.254.169.254', 'metadata.google.internal', 'metadata.google.internal.'];

/** Whether the environment says where the metadata server is. */
export function namesMetadataServer(environment: Environment): boolean {
  return named(environment) !== undefined;
}

/**
 * Looks whether this is a machine of Google Cloud, whose metadata server gives tokens to whoever asks.
 *
 * @throws Failure `auth` when it is none, or when the environment names another host; what google-auth-library
 * says of missing credentials when nobody answers.
 */
export async function findMetadataServer(
  environment: Environment,
  signal: AbortSignal,
): Promise<void> {
  const host = named(environment) ?? HOSTS[0] ?? '';
  const text = /^https?:\/\//.test(host) ? host : `http://${host}`;
  const url = URL.canParse(text) ? new URL('/computeMetadata/v1/instance/', text) : undefined;
  if (url === undefined || !(HOSTS.includes(url.hostname) || isLoopback(url))) {
    throw new Failure({
      code: 'auth',
      what: `The metadata server ${host} is not used.`,
      why: 'GCE_METADATA_HOST or GCE_METADATA_IP names it, and it is none of Google Cloud.',
      next: 'Unset the variable: the address of the metadata server is the same on every machine of Google Cloud.',
    });
  }
  const isWanted = environment['METADATA_SERVER_DETECTION'] !== 'none';
  if (isWanted && (await answers(url, signal))) return;
  // In the words of google-auth-library, which the doctor knows.
  throw new Error('Could not load the default credentials.');
}

async function answers(url: URL, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await fetch(url, {
      headers: { 'metadata-flavor': 'Google' },
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MILLISECONDS)]),
    });
    await answer.body?.cancel();
    return answer.headers.get('metadata-flavor') === 'Google';
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

function named(environment: Environment): string | undefined {
  const [host] = ['GCE_METADATA_IP', 'GCE_METADATA_HOST']
    .map((name) => environment[name]?.trim())
    .filter((value) => value !== undefined && value !== '');
  return host;
}
