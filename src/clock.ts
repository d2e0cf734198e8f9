import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from './world.ts';

/** The clock of this machine. A sleep that is ended by its signal fails with that signal's reason. */
export const clock: Clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
  sleep: async (milliseconds, signal) => {
    try {
      await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};
