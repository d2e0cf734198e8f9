import { Failure, ServiceError } from '../failure.ts';
import type { ServiceName } from '../failure.ts';
import { isTransient } from '../retry.ts';
import type { Json, JsonObject, World } from '../world.ts';
import { isJsonObject } from '../json.ts';
import type { Rest } from './rest.ts';

const FORGIVE_NOT_FOUND_MILLISECONDS = 60_000;
const HEARTBEAT_MILLISECONDS = 60_000;
const WARN_AFTER_FAILED_POLLS = 5;

/** Canonical names of google.rpc.Code, by number: an operation's error holds the number only. */
const CODE_NAMES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;

/** What a wait needs besides the way to the service. */
export interface Wait {
  readonly service: ServiceName;
  /** What is waited for, as a person calls it: `version v3 of model fraud`. */
  readonly subject: string;
  /** On the clock of `world.clock.elapsed()`, in milliseconds. */
  readonly deadline: number;
  /** How to go on after the deadline. */
  readonly resume: string;
  /** Whether the operation is one that somebody named: if it is not there, the name is wrong. */
  readonly mustExist?: boolean;
  /** One line at most each minute, for the log. */
  readonly say: (line: string) => void;
  /** What each look saw, for services whose operations tell how far they are. */
  readonly onLook?: (operation: JsonObject) => void;
  /** How far it is, in the service's words, for the line of each minute. */
  readonly state?: () => Promise<string | undefined>;
}

/** The name of the operation that was answered, if it is one that a URL can be made of. */
export function operationName(operation: JsonObject): string | undefined {
  const name = operation['name'];
  const known = /^projects\/[\w.:-]+(?:\/[\w-]+\/[\w.-]+)*\/operations\/[\w.-]+$/;
  return typeof name === 'string' && known.test(name) ? name : undefined;
}

/**
 * Milliseconds until the next look at something that has been waited for so long already: short at first,
 * then a tenth of the time waited, so that the end is noticed on average within 2 s or 5 % of the whole,
 * with fewer than 60 looks in 20 minutes; at most a minute.
 */
export function pollDelay(waitedMilliseconds: number, random: () => number): number {
  const early = Math.min(4000, 250 + waitedMilliseconds / 4);
  const step = Math.min(60_000, Math.max(early, waitedMilliseconds / 10));
  return step * (0.95 + random() / 10);
}

/**
 * Waits for a long-running operation and answers it as it is when done without error. Passing faults,
 * answers that cannot be read, and a 404 within the first minute do not end the wait.
 *
 * @returns the operation; or `'not-found'` when the service no longer knows it, so that the resource
 * itself has to be read.
 * @throws ServiceError with the operation's own error; Failure `timeout` at the deadline.
 */
export async function awaitOperation(
  rest: Rest,
  path: string,
  name: string,
  wait: Wait,
  world: World,
): Promise<JsonObject | 'not-found'> {
  const pauses = openPauses(wait, world);
  let failedPolls = 0;
  let wasSeen = false;
  for (;;) {
    const waited = pauses.waited();
    try {
      const operation = await rest.send({ method: 'GET', path, repeatable: true });
      if (failedPolls >= WARN_AFTER_FAILED_POLLS) wait.say(`${wait.service} answers again.`);
      failedPolls = 0;
      wasSeen = true;
      wait.onLook?.(operation);
      if (operation['done'] === true) {
        const error = operation['error'];
        if (isFault(error)) throw operationError(wait.service, name, error);
        return operation;
      }
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (error.httpStatus === 404) {
        if (wait.mustExist === true && !wasSeen) throw noSuchOperation(name, error);
        if (waited >= FORGIVE_NOT_FOUND_MILLISECONDS) return 'not-found';
      } else if (isTransient(error)) {
        failedPolls += 1;
        if (failedPolls === WARN_AFTER_FAILED_POLLS) {
          wait.say(`${wait.service} does not answer (${error.serverMessage}); the wait goes on.`);
        }
      } else {
        throw error;
      }
    }
    await pauses.next();
  }
}

function noSuchOperation(name: string, error: ServiceError): Failure {
  return new Failure({
    code: 'not-found',
    what: `There is no operation ${name}, so that nothing can be resumed.`,
    why: `${error.service} answered 404: ${error.serverMessage}`,
    next: 'Give the outputs of the run that began it: `model`, `version` and `operation`, with its `platform` and `region`.',
    cause: error,
  });
}

/** The pauses between the looks of one wait. */
export interface Pauses {
  /** Milliseconds since the wait began. */
  waited(): number;
  /**
   * Sleeps until the next look, and says each minute how far it is.
   *
   * @throws Failure `timeout` when the deadline has passed.
   */
  next(): Promise<void>;
}

/** Begins a wait, whoever looks. */
export function openPauses(wait: Wait, { clock, random, signal }: World): Pauses {
  const started = clock.elapsed();
  let nextHeartbeat = started + HEARTBEAT_MILLISECONDS;
  const waited = (): number => clock.elapsed() - started;
  return {
    waited,
    next: async () => {
      const now = clock.elapsed();
      if (now >= wait.deadline) {
        throw new Failure({
          code: 'timeout',
          what: `Waiting for ${wait.subject} ended at the timeout after ${minutes(waited())}.`,
          why: 'The service was still working on it, and works on.',
          next: wait.resume,
        });
      }
      await clock.sleep(Math.min(pollDelay(waited(), random), wait.deadline - now), signal);
      if (clock.elapsed() < nextHeartbeat) return;
      nextHeartbeat += HEARTBEAT_MILLISECONDS;
      wait.say(await heartbeat(wait, waited()));
    },
  };
}

async function heartbeat({ subject, state }: Wait, waited: number): Promise<string> {
  // The wait goes on whether or not that can be told now.
  const now = await state?.().catch(() => undefined);
  return `Still waiting for ${subject}: ${now === undefined ? '' : `${now}, `}${minutes(waited)} so far.`;
}

function minutes(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Whether the `error` of an operation is one: a google.rpc.Status with code 0 says that all is well. */
export function isFault(error: Json | undefined): error is JsonObject {
  return isJsonObject(error) && error['code'] !== 0;
}

/** An answer that should name the operation which it has begun, and does not: nobody knows what was done. */
export function nameless(service: ServiceName, request: string): ServiceError {
  return new ServiceError({
    service,
    request,
    host: '',
    transport: 'GARBLED',
    serverMessage: 'The answer names no operation.',
  });
}

/** Turns the error of a finished operation (google.rpc.Status) into what every refusal looks like here. */
export function operationError(
  service: ServiceName,
  name: string,
  error: JsonObject,
): ServiceError {
  const code = typeof error['code'] === 'number' ? error['code'] : 2;
  const message = error['message'];
  const details = error['details'];
  return new ServiceError({
    service,
    request: `operation ${name}`,
    host: '',
    status: CODE_NAMES[code] ?? `CODE_${code}`,
    serverMessage:
      typeof message === 'string' ? message : 'The operation failed without a message.',
    ...(Array.isArray(details) ? { details } : {}),
  });
}

/** Whether an error is what an operation ended with (`operationError`), not a refusal of looking at it. */
export function isOperationError(error: unknown): boolean {
  return (
    error instanceof ServiceError && error.httpStatus === undefined && error.transport === undefined
  );
}
