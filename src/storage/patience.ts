/** How long a request may stand still, in milliseconds. */
export interface Patience {
  /** Until there is a connection. */
  readonly connect: number;
  /** Without any byte in either direction. */
  readonly idle: number;
  /** For each 64 KiB of a body, and of an answer, the first one's wait included. */
  readonly share: number;
}

/** What a request to Cloud Storage is given. */
export const PATIENCE: Patience = { connect: 10_000, idle: 60_000, share: 60_000 };

/** Less than this in a `share` of time is no progress, though bytes move. */
export const SHARE_BYTES = 64 * 1024;

/** The error of a request that took too long, as the system would give it. */
export function timedOut(message: string): Error {
  return Object.assign(new Error(message), { code: 'ETIMEDOUT' });
}
