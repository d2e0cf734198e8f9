import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where a service keeps its copies of models. */
export interface ModelHome {
  /** Makes the name of a directory that is not there yet. */
  newDirectory(): Promise<string>;
  /** Removes all directories. */
  close(): Promise<void>;
}

/** A temporary directory whose name begins with `prefix`, made when it is first needed. */
export function openModelHome(prefix: string): ModelHome {
  let home: Promise<string> | undefined;
  let directories = 0;
  return {
    async newDirectory() {
      home ??= mkdtemp(join(tmpdir(), prefix));
      directories += 1;
      return join(await home, String(directories));
    },
    async close() {
      if (home !== undefined) await rm(await home, { recursive: true, force: true });
    },
  };
}
