import type { World } from '../world.ts';
import type { CloudStorage } from './cloud-storage.ts';

/**
 * Cloud Storage, opened at the first call: what it is made of takes a third of the start, and a run that is
 * refused for its inputs needs none of it.
 */
export function storageWhenNeeded(world: World): CloudStorage {
  let opened: Promise<CloudStorage> | undefined;
  const storage = (): Promise<CloudStorage> => {
    opened ??= import('./open-cloud-storage.ts').then(({ openCloudStorage }) =>
      openCloudStorage(world),
    );
    return opened;
  };
  return {
    list: async (...call) => (await storage()).list(...call),
    read: async (...call) => (await storage()).read(...call),
    createBucket: async (...call) => (await storage()).createBucket(...call),
    chooseDirectory: async (...call) => (await storage()).chooseDirectory(...call),
    sweepParts: async (...call) => (await storage()).sweepParts(...call),
    put: async (...call) => (await storage()).put(...call),
  };
}
