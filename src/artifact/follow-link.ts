import { lstat, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from './system-code.ts';

/** Systems stop at 40 hops; what they write they may write longer. */
const MOST_HOPS = 100;

/** Where a path leads once all links are followed, or why it leads nowhere. */
export type Target =
  { readonly path: string } | { readonly broken: 'loop' | 'missing' | 'unreadable' };

/** Follows symbolic links to their end, also chains that are longer than systems follow by themselves. */
export async function followLink(link: string): Promise<Target> {
  const seen = new Set<string>();
  let at = link;
  try {
    for (;;) {
      at = path.join(await realpath(path.dirname(at)), path.basename(at));
      if (!(await lstat(at)).isSymbolicLink()) return { path: at };
      if (seen.has(at) || seen.size > MOST_HOPS) return { broken: 'loop' };
      seen.add(at);
      at = path.resolve(path.dirname(at), await readlink(at));
    }
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ELOOP') return { broken: 'loop' };
    if (code === 'ENOENT' || code === 'ENOTDIR') return { broken: 'missing' };
    if (code === 'EACCES' || code === 'EPERM') return { broken: 'unreadable' };
    throw error;
  }
}

/** The real path, or `undefined` where links lead nowhere. */
export async function realPath(link: string): Promise<string | undefined> {
  const target = await followLink(link);
  return 'path' in target ? target.path : undefined;
}

/** Whether a real path lies in a real directory, or is it. */
export function isWithin(directory: string, target: string): boolean {
  const relative = path.relative(directory, target);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
