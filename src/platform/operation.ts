import { Failure, ServiceError } from '../failure.ts';
import type { ServiceName } from '../failure.ts';
import { isTransient } from '../retry.ts';
import type { JsonObject, World } from '../world.ts';
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
  /** One line at most each minute, for the log. */
  readonly say: (line: string) => void;
  /** What each look saw, for services whose operations tell how far they are. */
  readonly onLook?: (operation: JsonObject) => void;
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
  const started = world.clock.elapsed();
  let nextHeartbeat = started + HEARTBEAT_MILLISECONDS;
  let failedPolls = 0;
  for (;;) {
    const waited = world.clock.elapsed() - started;
    try {
      const operation = await rest.send({ method: 'GET', path, repeatable: true });
      if (failedPolls >= WARN_AFTER_FAILED_POLLS) wait.say(`${wait.service} answers again.`);
      failedPolls = 0;
      wait.onLook?.(operation);
      if (operation['done'] === true) {
        const error = operation['error'];
        if (isJsonObject(error)) throw operationError(wait.service, name, error);
        return operation;
      }
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (error.httpStatus === 404) {
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
    await pause(started, wait, world);
    if (world.clock.elapsed() >= nextHeartbeat) {
      nextHeartbeat += HEARTBEAT_MILLISECONDS;
      wait.say(heartbeat(wait, world.clock.elapsed() - started));
    }
  }
}

/**
 * Sleeps until the next look.
 *
 * @throws Failure `timeout` when the deadline has passed.
 */
export async function pause(started: number, wait: Wait, world: World): Promise<void> {
  const now = world.clock.elapsed();
  if (now >= wait.deadline) {
    throw new Failure({
      code: 'timeout',
      what: `Waiting for ${wait.subject} ended at the timeout after ${minutes(now - started)}.`,
      why: 'The service was still working on it, and works on.',
      next: wait.resume,
    });
  }
  const delay = Math.min(pollDelay(now - started, world.random), wait.deadline - now);
  await world.clock.sleep(delay, world.signal);
}

function heartbeat(wait: Wait, waited: number): string {
  return `Still waiting for ${wait.subject}: ${minutes(waited)} so far.`;
}

function minutes(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
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
