import type { Service } from './exchange.ts';
import type { StorageState } from './storage/storage-state.ts';

/** What a platform that serves models needs of the emulator around it. */
export interface PlatformContext {
  readonly storage: StorageState;
  /** How long deployments take; 0: they are done at the first poll. */
  readonly operationMilliseconds: number;
  /** Python that runs predictions. */
  readonly python: string;
  /** The emulator's time, in milliseconds since 1970. */
  readonly now: () => number;
}

/** A platform that serves models, to be closed when the emulator is. */
export type PlatformService = Service & {
  /** Removes the copies of models. */
  close(): Promise<void>;
};
