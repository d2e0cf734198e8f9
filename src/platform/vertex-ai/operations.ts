import { ServiceError } from '../../failure.ts';
import type { JsonObject } from '../../world.ts';
import { createOnce } from '../create-once.ts';
import { awaitOperation, nameless, operationName } from '../operation.ts';
import type { Wait } from '../operation.ts';
import { listAll } from '../read.ts';
import { isOutcomeUnknown } from '../rest.ts';
import { LAG_MILLISECONDS, settled } from '../settle.ts';
import { isJsonObject } from '../../json.ts';
import type { House } from './house.ts';
import { followStages } from './stages.ts';

const LOOK_FOR_MILLISECONDS = 30_000;
const BETWEEN_LOOKS_MILLISECONDS = 1000;

/**
 * Starts an operation exactly once.
 *
 * @param isThere whether what it makes is there already, looked at when the answer was lost or a 409.
 * @param isNew Whether it works on what this run has just made.
 * @returns the operation's name; `undefined` when what it makes is there already.
 */
export async function startOnce(
  house: House,
  path: string,
  body: JsonObject,
  isThere: () => Promise<boolean>,
  isNew = false,
): Promise<string | undefined> {
  const { rest, asking, pending, ledger } = house;
  const there = { operation: undefined };
  const create = async (): Promise<{ operation: string | undefined }> => {
    try {
      const answer = await rest.send({ method: 'POST', path, body, repeatable: false, isNew });
      const operation = operationName(answer);
      if (operation === undefined && answer['done'] !== true) {
        throw nameless('Vertex AI', `POST ${path}`);
      }
      return { operation };
    } catch (error) {
      if (!(error instanceof ServiceError && error.httpStatus === 409)) throw error;
      // What is there may be read a moment later only.
      const patience = error.status === 'ALREADY_EXISTS' ? LAG_MILLISECONDS : 0;
      if (await settled(isThere, (found) => found, house.world, patience)) return there;
      throw error;
    }
  };
  // Remembered before it is asked for: a run that ends in between lets its clean-up look for it.
  asking.add(path);
  ledger.remember();
  const { operation } = await createOnce(
    create,
    async () => ((await isThereInTheEnd(house, isThere)) ? there : undefined),
    house.world,
  ).catch((error: unknown) => {
    // A run that is cancelled while it asks does not know what comes of it either.
    if (error instanceof ServiceError && !isOutcomeUnknown(error)) asking.delete(path);
    throw error;
  });
  asking.delete(path);
  if (operation !== undefined) pending.add(operation);
  ledger.remember();
  return operation;
}

/**
 * Whether it is there, or comes to be there: what an unanswered request has begun is seen only when its
 * operation ends. So it is looked for as long as anything in the region is under way, half a minute at most.
 */
export async function isThereInTheEnd(
  { rest, parent, world }: House,
  isThere: () => Promise<boolean>,
): Promise<boolean> {
  const started = world.clock.elapsed();
  for (;;) {
    const operations = await listAll(rest, `/v1/${parent}/operations`, 'operations');
    // Looked at after the operations, so that one that has ended in between is not missed.
    if (await isThere()) return true;
    const isQuiet = operations.every(({ done }) => done === true);
    if (isQuiet || world.clock.elapsed() - started > LOOK_FOR_MILLISECONDS) return false;
    await world.clock.sleep(BETWEEN_LOOKS_MILLISECONDS, world.signal);
  }
}

/** What is particular about one wait. */
export interface WaitOptions {
  /** Version by which the wait can be resumed in another job; without it, it cannot. */
  readonly resumedAs?: string;
  /** Before each line of the log, where several waits go on at once. */
  readonly prefix?: string;
}

/** A wait of this run, with its deadline from now and the stages of the operation in the log. */
export function waitFor(
  house: House,
  subject: string,
  operation: string | undefined,
  { resumedAs, prefix = '' }: WaitOptions = {},
): Wait {
  const { request, world, commands } = house;
  const say = (line: string): void => {
    world.log.info(`${prefix}${line}`);
  };
  const resume =
    resumedAs === undefined
      ? 'give a longer timeout'
      : `resume in another job with the inputs \`operation: ${operation ?? ''}\` and \`version: ${resumedAs}\``;
  return {
    service: 'Vertex AI',
    subject,
    deadline: world.clock.elapsed() + request.timeoutSeconds * 1000,
    resume:
      operation === undefined
        ? 'Look at the endpoint in the console, or give a longer timeout.'
        : `Watch it with \`${commands.watch(operation)}\`, or ${resume}.`,
    mustExist: operation !== undefined && operation === request.operation,
    say,
    ...followStages(say),
  };
}

/** Waits for an operation; its response, or `undefined` when there is none to read. */
export async function finish(
  house: House,
  operation: string | undefined,
  subject: string,
  options: WaitOptions = {},
): Promise<JsonObject | undefined> {
  if (operation === undefined) return undefined;
  const wait = waitFor(house, subject, operation, options);
  const ended = await awaitOperation(
    house.rest,
    `/v1/${operation}`,
    operation,
    wait,
    house.world,
  ).catch((error: unknown) => {
    if (error instanceof ServiceError) house.pending.delete(operation);
    throw error;
  });
  house.pending.delete(operation);
  const response = ended === 'not-found' ? undefined : ended['response'];
  return isJsonObject(response) ? response : undefined;
}
