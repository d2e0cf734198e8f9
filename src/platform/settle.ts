import { ServiceError } from '../failure.ts';
import type { JsonObject, World } from '../world.ts';

/**
 * How long reads may lag behind what a service has accepted, in milliseconds: a replica that is behind, or a
 * resource that is not known everywhere yet (reliability catalogue, class "not yet").
 */
export const LAG_MILLISECONDS = 60_000;

/** How long what was removed may still be read, in milliseconds. */
const REMOVAL_LAG_MILLISECONDS = 5000;

/**
 * Reads until the answer shows what the service has accepted, soon at first and then more seldom, and answers
 * the last one, whether or not it shows that.
 *
 * @param patience in milliseconds
 */
export async function settled<T>(
  read: () => Promise<T>,
  shows: (answer: T) => boolean,
  { clock, signal }: World,
  patience: number = LAG_MILLISECONDS,
): Promise<T> {
  const started = clock.elapsed();
  for (let pause = 250; ; pause = Math.min(8000, pause * 2)) {
    const answer = await read();
    if (shows(answer) || clock.elapsed() - started >= patience) return answer;
    await clock.sleep(pause, signal);
  }
}

/** A removal: asked for, waited for, and looked at. */
export interface Removal {
  /** Answers the operation that does it. */
  readonly ask: () => Promise<JsonObject>;
  readonly wait: (operation: JsonObject) => Promise<void>;
  readonly isGone: () => Promise<boolean>;
}

/**
 * Removes, and believes neither the success nor the failure but what can be read afterwards. What is not there is
 * gone already, perhaps by our own lost first try.
 *
 * @throws the failure, or an Error, when it is still there.
 */
export async function removed({ ask, wait, isGone }: Removal, world: World): Promise<void> {
  let isAccepted = false;
  let failure: unknown;
  try {
    const operation = await askWhileBusy(ask, isGone, world);
    isAccepted = operation !== undefined;
    if (operation !== undefined) await wait(operation);
  } catch (error) {
    failure = error;
  }
  world.signal.throwIfAborted();
  const status = failure instanceof ServiceError ? failure.httpStatus : undefined;
  const isMissing = !isAccepted && status === 404;
  // An operation that may not be looked at goes on all the same.
  const isUnseen = isAccepted && status !== undefined;
  const patience =
    failure === undefined || isMissing ? REMOVAL_LAG_MILLISECONDS : isUnseen ? LAG_MILLISECONDS : 0;
  if (await settled(isGone, (gone) => gone, world, patience)) return;
  if (failure instanceof Error && !isMissing) throw failure;
  throw new Error('The service says that it is done, and it is still there.');
}

/**
 * Asks again while the service refuses because the resource is not in the state for it, which passes: another
 * operation works on it, perhaps the one that our own unanswered try has begun. `undefined` when it is gone.
 */
async function askWhileBusy(
  ask: Removal['ask'],
  isGone: Removal['isGone'],
  { clock, signal }: World,
): Promise<JsonObject | undefined> {
  const started = clock.elapsed();
  for (let pause = 500; ; pause = Math.min(8000, pause * 2)) {
    try {
      return await ask();
    } catch (error) {
      if (!mayPass(error) || clock.elapsed() - started >= LAG_MILLISECONDS) throw error;
      if (await isGone()) return undefined;
    }
    await clock.sleep(pause, signal);
  }
}

function mayPass(error: unknown): boolean {
  if (!(error instanceof ServiceError)) return false;
  const { httpStatus, status } = error;
  return httpStatus === 409 || (httpStatus === 400 && status === 'FAILED_PRECONDITION');
}
