import { ServiceError } from '../failure.ts';
import { retryDelay } from '../retry.ts';
import type { World } from '../world.ts';
import { isOutcomeUnknown } from './rest.ts';
import { settled } from './settle.ts';

const CREATIONS = 5;
/** How long what an unanswered try has made may be hidden from reads once the next try is refused, in milliseconds. */
const REFUSAL_LAG_MILLISECONDS = 15_000;

/**
 * Creates something exactly once: when the answer to a creation is lost, looks whether it is there before
 * it is asked for again (neither `models.create` nor `versions.create` has a request id), and for a while
 * once it is refused after such a try.
 *
 * @param create sends the creation; fails with the service's refusal.
 * @param find reads what the creation would have made, `undefined` when it is not there.
 */
export async function createOnce<T>(
  create: () => Promise<T>,
  find: () => Promise<T | undefined>,
  world: World,
): Promise<T> {
  const { clock, log, random, signal } = world;
  for (let creation = 1; ; creation += 1) {
    try {
      return await create();
    } catch (error) {
      if (!isOutcomeUnknown(error)) {
        if (creation === 1 || !(error instanceof ServiceError)) throw error;
        // What is refused may be there already, by the try that was not answered.
        const made = await settled(find, isThere, world, REFUSAL_LAG_MILLISECONDS);
        if (made === undefined) throw error;
        return made;
      }
      // In which the service may end what it has begun, or recover.
      await clock.sleep(retryDelay(creation, random, undefined), signal);
      const found = await find();
      if (found !== undefined) return found;
      if (creation === CREATIONS) throw error;
      if (error instanceof ServiceError) {
        const reason = error.httpStatus ?? error.transport ?? 'no answer';
        log.info(
          `${error.service}: ${error.request}: ${reason}, and nothing was made; try ${creation + 1} of ${CREATIONS}`,
        );
      }
    }
  }
}

function isThere(found: unknown): boolean {
  return found !== undefined;
}
