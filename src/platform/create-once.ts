import { isOutcomeUnknown } from './rest.ts';

const CREATIONS = 3;

/**
 * Creates something exactly once: when the answer to a creation is lost, looks whether it is there before
 * it is asked for again (neither `models.create` nor `versions.create` has a request id).
 *
 * @param create sends the creation; fails with the service's refusal.
 * @param find reads what the creation would have made, `undefined` when it is not there.
 */
export async function createOnce<T>(
  create: () => Promise<T>,
  find: () => Promise<T | undefined>,
): Promise<T> {
  for (let creation = 1; ; creation += 1) {
    try {
      return await create();
    } catch (error) {
      if (!isOutcomeUnknown(error)) throw error;
      const found = await find();
      if (found !== undefined) return found;
      if (creation === CREATIONS) throw error;
    }
  }
}
