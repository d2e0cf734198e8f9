import { open, readlink, realpath } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { READ_NO_LINK } from '../open-flags.ts';
import { systemCode } from './system-code.ts';

/**
 * Opens what a walk has found under its real path, or answers `undefined` when a link stands there or
 * above it by now, so that the descriptor is of another file.
 *
 * @throws the system's error when it cannot be opened.
 */
export async function openFound(path: string): Promise<FileHandle | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, READ_NO_LINK);
  } catch (error) {
    if (systemCode(error) === 'ELOOP') return undefined;
    throw error;
  }
  try {
    const isFile = (await handle.stat()).isFile();
    if (isFile && isSamePath(await pathOf(handle, path), path)) return handle;
    await handle.close();
    return undefined;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Where the descriptor's file lies. Only Linux tells; elsewhere it is where the path leads now. */
async function pathOf({ fd }: FileHandle, path: string): Promise<string> {
  return await readlink(`/proc/self/fd/${fd}`).catch(() => realpath(path));
}

/** The case and the accents of a path may be the user's own where the file system takes any. */
function isSamePath(left: string, right: string): boolean {
  const plain = (path: string): string => path.normalize('NFC').toLowerCase();
  return plain(left) === plain(right);
}
