/** Statuses after which the same request may succeed (Cloud Storage retry strategy; AIP-194 and its practice). */
const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Node's error codes, and our own, that tell of the way to the service, not of the request. */
const TRANSIENT_TRANSPORT: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'TIMEOUT',
  'GARBLED',
  'NO_TOKEN',
]);

/** Codes with which nothing of the request can have reached the service. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EAI_AGAIN',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'NO_TOKEN',
]);

/** What is known of a request that did not end well: the service's status, or Node's code. */
export interface Refusal {
  readonly httpStatus: number | undefined;
  readonly transport: string | undefined;
}

/** Whether the same request may succeed when it is sent again. */
export function isTransient({ httpStatus, transport }: Refusal): boolean {
  if (httpStatus !== undefined) return TRANSIENT_STATUSES.has(httpStatus);
  return transport !== undefined && TRANSIENT_TRANSPORT.has(transport);
}

/** Whether the service certainly did not act, so that even a creation may be sent again unread. */
export function wasNotActedOn({ httpStatus, transport }: Refusal): boolean {
  if (httpStatus !== undefined) return httpStatus === 429;
  return transport !== undefined && NEVER_SENT.has(transport);
}

/** Longest pause that a service may ask for with `Retry-After`, in seconds; beyond it we give up. */
export const LONGEST_RETRY_AFTER_SECONDS = 300;

/**
 * Milliseconds to wait before the next try: full jitter over 1 s × 2ⁿ, at most 32 s (gcloud's cap), at
 * least 100 ms, and never less than the service asked for.
 */
export function retryDelay(
  failedTries: number,
  random: () => number,
  retryAfterSeconds: number | undefined,
): number {
  const ceiling = Math.min(32_000, 1000 * 2 ** (failedTries - 1));
  const asked = (retryAfterSeconds ?? 0) * 1000;
  return Math.max(100, asked, random() * ceiling);
}

/** Seconds of a `Retry-After` header, as a number or as a date; `undefined` when it says neither. */
export function parseRetryAfter(header: string | null | undefined, now: Date): number | undefined {
  if (header === null || header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const instant = Date.parse(header);
  return Number.isNaN(instant) ? undefined : Math.max(0, (instant - now.getTime()) / 1000);
}
