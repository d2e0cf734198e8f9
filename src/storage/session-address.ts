import { Failure } from '../failure.ts';

/** Where a resumable session is to be sent to. */
export interface SessionAddress {
  /** Path and query below the base URL. */
  readonly path: string;
  /** What lets anybody write to the session: a secret. */
  readonly id: string;
}

/**
 * Reads the session URI that `Location` gives. Our credentials are sent there too, so it has to be on
 * the host that was asked.
 *
 * @throws Failure `internal` when it is absent, or leads to another host.
 */
export function readSessionAddress(location: string | undefined, baseUrl: string): SessionAddress {
  const base = new URL(baseUrl);
  const prefix = base.pathname.replace(/\/$/, '');
  if (location === undefined || !URL.canParse(location, baseUrl)) {
    throw refused(base.host, 'Its answer names no session URI.');
  }
  const url = new URL(location, base);
  const id = url.searchParams.get('upload_id') ?? '';
  if (url.origin !== base.origin || !url.pathname.startsWith(`${prefix}/`)) {
    throw refused(base.host, `The session would be on ${url.origin}: nothing was sent there.`);
  }
  if (id === '') throw refused(base.host, 'The session URI has no upload_id.');
  return { path: `${url.pathname.slice(prefix.length)}${url.search}`, id };
}

function refused(host: string, why: string): Failure {
  return new Failure({
    code: 'internal',
    what: `${host} did not begin a resumable upload as Cloud Storage does.`,
    why,
    next: 'Look at STORAGE_EMULATOR_HOST, and at what stands between this runner and Cloud Storage.',
  });
}
