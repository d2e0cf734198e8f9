import { isJsonObject, plainWords } from '../json.ts';
import { parseRetryAfter } from '../retry.ts';

/** How long to wait where GitHub limits us without saying how long (docs.github.com, rate limits for the REST API). */
const UNSAID_WAIT_SECONDS = 60;

/** A request to GitHub that was refused, or was not answered. Never holds headers, bodies sent, or the token. */
export class GitHubError extends Error {
  /** HTTP status; absent when no answer came. */
  readonly httpStatus: number | undefined;
  /** Node's code when no answer came, or `GARBLED` when it could not be read. */
  readonly transport: string | undefined;
  /** GitHub's own words, untrusted; empty when no answer came. */
  readonly serverMessage: string;
  /** Whether a rate limit, primary or secondary, refused it. */
  readonly isRateLimit: boolean;
  /** Seconds until the request may be sent again, where GitHub says so or limits us. */
  readonly retryAfterSeconds: number | undefined;

  constructor(parts: {
    readonly httpStatus?: number;
    readonly transport?: string;
    readonly serverMessage?: string;
    readonly headers?: Readonly<Record<string, unknown>>;
    readonly now?: Date;
    readonly cause?: unknown;
  }) {
    const { httpStatus, transport, serverMessage = '', headers = {}, now = new Date() } = parts;
    super(`GitHub: ${httpStatus ?? transport ?? 'no answer'}: ${serverMessage}`, {
      cause: parts.cause,
    });
    this.name = 'GitHubError';
    this.httpStatus = httpStatus;
    this.transport = transport;
    this.serverMessage = serverMessage;
    const asked = askedWait(headers, now);
    const mayBeLimit = httpStatus === 403 || httpStatus === 429;
    this.isRateLimit =
      mayBeLimit &&
      (httpStatus === 429 || asked !== undefined || /rate limit|abuse/i.test(serverMessage));
    this.retryAfterSeconds = asked ?? (this.isRateLimit ? UNSAID_WAIT_SECONDS : undefined);
  }
}

/** Turns what octokit throws into our own error. Its messages are not passed on: one may quote the token. */
export function gitHubError(error: unknown, now: Date): GitHubError {
  if (error instanceof GitHubError) return error;
  const thrown = isRecord(error) ? error : {};
  const response = isRecord(thrown['response']) ? thrown['response'] : undefined;
  if (thrown['name'] === 'GraphqlResponseError') {
    const first: unknown = Array.isArray(thrown['errors']) ? thrown['errors'][0] : undefined;
    const { type, message } = isRecord(first) ? first : {};
    // GraphQL refuses with 200; these are the statuses that REST has for the same.
    return new GitHubError({
      httpStatus: type === 'RATE_LIMITED' || type === 'RATE_LIMIT' ? 429 : 403,
      serverMessage: words(message),
      headers: isRecord(thrown['headers']) ? thrown['headers'] : {},
      now,
      cause: error,
    });
  }
  if (response === undefined) {
    return new GitHubError({ transport: transportCode(error), now, cause: error });
  }
  const { data, headers } = response;
  return new GitHubError({
    httpStatus: Number(thrown['status']),
    serverMessage: words(isJsonObject(data) ? data['message'] : data),
    headers: isRecord(headers) ? headers : {},
    now,
    cause: error,
  });
}

/** `Retry-After`, else the reset of a limit that is used up. */
function askedWait(headers: Readonly<Record<string, unknown>>, now: Date): number | undefined {
  const retryAfter = headers['retry-after'];
  const asked = parseRetryAfter(retryAfter === undefined ? undefined : words(retryAfter), now);
  if (asked !== undefined) return asked;
  const reset = Number(headers['x-ratelimit-reset']);
  if (words(headers['x-ratelimit-remaining']) !== '0' || !Number.isFinite(reset)) return undefined;
  return Math.max(0, reset - now.getTime() / 1000);
}

/** Node's code, wherever in the chain of causes it is. */
function transportCode(error: unknown): string {
  for (
    let cause = error, depth = 0;
    isRecord(cause) && depth < 8;
    cause = cause['cause'], depth += 1
  ) {
    if (typeof cause['code'] === 'string') return cause['code'];
    if (cause['name'] === 'TimeoutError') return 'TIMEOUT';
  }
  return 'no answer';
}

function words(value: unknown): string {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? plainWords(value) : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
