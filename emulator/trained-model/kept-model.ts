import { copyFile, link, mkdir, rm } from 'node:fs/promises';
import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ModelDirectory } from './model-directory.ts';

/** The service's own copy of a deployed directory: later changes to the bucket do not reach it. */
export interface KeptModel {
  /** Directory on disk with the files under their own names. */
  readonly path: string;
  /** What it was found to be. */
  readonly directory: ModelDirectory;
}

/**
 * Copies the files of a model directory to `path`; `undefined` when the emulator keeps no contents
 * (`keepContents: false`). Contents are never written twice, so that a hard link is a copy; where the
 * file system cannot link, the bytes are copied. Names that are no path below the directory (`..`,
 * backslashes) are left out: no framework reads them.
 */
export async function keepModel(
  path: string,
  directory: ModelDirectory,
): Promise<KeptModel | undefined> {
  await mkdir(path, { recursive: true });
  for (const file of directory.files) {
    if (file.path === undefined) return undefined;
    const parts = file.name.split('/');
    if (parts.some((part) => /^\.{0,2}$|[\\:\0]/.test(part))) continue;
    await keepFile(file.path, join(path, ...parts));
  }
  return { path, directory };
}

/** Forgets the copy. */
export async function dropModel(kept: KeptModel): Promise<void> {
  await rm(kept.path, { recursive: true, force: true });
}

async function keepFile(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  try {
    await link(from, to);
  } catch {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  }
}
