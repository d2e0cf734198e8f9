import { ServiceError } from '../failure.ts';
import { isTransient, LONGEST_RETRY_AFTER_SECONDS, retryDelay } from '../retry.ts';
import type { World } from '../world.ts';

const TRIES = 8;
/** Tries for a host name that does not resolve: seldom a passing fault. */
const TRIES_TO_RESOLVE = 3;
/** Retries that a run may make beyond a fifth of its requests. */
const FREE_RETRIES = 100;

/** Reasons with which Cloud Storage refuses by rate, whatever the status. */
const RATE_REASONS: ReadonlySet<string> = new Set(['rateLimitExceeded', 'userRateLimitExceeded']);
/** Too many open files: the same can succeed once others are closed. */
const NO_DESCRIPTOR: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE']);

/** What a caller knows of its tries beyond what their errors say. */
export interface TriesOf {
  /** Whether it can go on after an error that is final elsewhere; asked once for each. */
  readonly outlives?: (error: ServiceError) => boolean;
  /** Grows with every byte that the service has kept. */
  readonly gained?: () => number;
}

/** Repeats what may be repeated. Everything that goes through it must be safe to send twice. */
export interface Retrying {
  /**
   * Runs `attempt` until it succeeds, fails for good, or 8 tries are spent; `attempt` is told how its
   * last try failed. A 401 is answered once with new credentials. Tries are counted anew, and
   * credentials may be renewed again, once something was gained.
   *
   * @throws the last error, or the run's first one when the budget of all retries is spent; the
   * signal's reason on abort.
   */
  run<T>(
    attempt: (failure: ServiceError | undefined) => Promise<T>,
    signal: AbortSignal,
    tries?: TriesOf,
  ): Promise<T>;
}

/** How the run fares, for whoever decides how much is in flight. */
export interface Pace {
  readonly succeeded: () => void;
  /** The service, or the system, asks for less. */
  readonly refused: () => void;
}

/** Opens the retries of one run, with the budget that all its requests share. */
export function openRetrying(world: World, pace: Pace): Retrying {
  let requests = 0;
  let retries = 0;
  let first: ServiceError | undefined;

  const repeat = async (
    error: ServiceError,
    failedTries: number,
    signal: AbortSignal,
    { outlives }: TriesOf,
  ): Promise<void> => {
    first ??= error;
    if (
      error.httpStatus === 429 ||
      error.httpStatus === 503 ||
      NO_DESCRIPTOR.has(error.transport ?? '')
    ) {
      pace.refused();
    }
    if (asksTooMuch(error)) throw withPause(error);
    if (!mayRepeat(error, failedTries) && outlives?.(error) !== true) throw error;
    if (retries >= FREE_RETRIES + requests / 5) throw first;
    retries += 1;
    const delay = retryDelay(failedTries, world.random, error.retryAfterSeconds);
    const reason = error.httpStatus ?? error.transport ?? 'no answer';
    const line = `Cloud Storage: ${error.request}: ${reason}; try ${failedTries + 1} of ${TRIES} in ${(delay / 1000).toFixed(1)} s`;
    if (failedTries >= 3) world.log.info(line);
    else world.log.debug(line);
    await world.clock.sleep(delay, signal);
  };

  return {
    run: async (attempt, signal, tries = {}) => {
      let failure: ServiceError | undefined;
      let refreshed = false;
      let gained = tries.gained?.() ?? 0;
      requests += 1;
      for (let failedTries = 0; ;) {
        try {
          const result = await attempt(failure);
          pace.succeeded();
          return result;
        } catch (error) {
          signal.throwIfAborted();
          failure = serviceError(error);
          const now = tries.gained?.() ?? 0;
          if (now > gained) {
            failedTries = 0;
            refreshed = false;
          }
          gained = now;
          if (failure.httpStatus === 401 && !refreshed) {
            refreshed = true;
            await world.credentials.refresh();
            continue;
          }
          failedTries += 1;
          await repeat(failure, failedTries, signal, tries);
        }
      }
    },
  };
}

/** The error as one of the service's; running out of descriptors while opening a file counts as one. */
function serviceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof Error && 'code' in error && NO_DESCRIPTOR.has(String(error.code))) {
    return new ServiceError({
      service: 'Cloud Storage',
      request: 'open',
      host: 'this machine',
      transport: String(error.code),
      serverMessage: 'Too many files and connections are open.',
      cause: error,
    });
  }
  throw error;
}

function asksTooMuch({ retryAfterSeconds = 0 }: ServiceError): boolean {
  return retryAfterSeconds > LONGEST_RETRY_AFTER_SECONDS;
}

/** The same refusal, which also says how long we were to wait. */
function withPause(error: ServiceError): ServiceError {
  const { service, request, host, httpStatus, status, serverMessage, details } = error;
  const seconds = Math.round(error.retryAfterSeconds ?? 0);
  return new ServiceError({
    ...{ service, request, host, details, cause: error },
    ...(httpStatus === undefined ? {} : { httpStatus }),
    ...(status === undefined ? {} : { status }),
    retryAfterSeconds: seconds,
    serverMessage: `${serverMessage} It asks to wait ${seconds} s; an upload waits ${LONGEST_RETRY_AFTER_SECONDS} s at most.`,
  });
}

function mayRepeat(error: ServiceError, failedTries: number): boolean {
  if (failedTries >= (error.transport === 'ENOTFOUND' ? TRIES_TO_RESOLVE : TRIES)) return false;
  if (error.httpStatus === 403) return RATE_REASONS.has(error.status ?? '');
  if (error.httpStatus !== undefined) return error.httpStatus >= 500 || isTransient(error);
  return isTransient(error) || NO_DESCRIPTOR.has(error.transport ?? '');
}
