import { stat } from 'node:fs/promises';
import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { ArtifactFile } from './artifact.ts';
import { realPath } from './follow-link.ts';
import { isLfsPointer, lfsPointer } from './lfs-pointer.ts';
import { openFound } from './open-found.ts';
import { type Problem, quote } from './problem.ts';
import { systemCode } from './system-code.ts';
import { LARGEST_KEY_BYTES, keyWithin } from './upload-rules.ts';

/** A file that a walk has found; links are resolved. */
export interface LocalFile {
  /** Name below the deployment directory. */
  readonly name: string;
  /** Real path. */
  readonly path: string;
}

/** Files sorted into what may be uploaded and what must not. */
export interface CheckedFiles {
  readonly files: readonly ArtifactFile[];
  readonly problems: readonly Problem[];
  /** Names of files that the job's own credentials lie in. */
  readonly credentials: readonly string[];
}

type Checked =
  | { readonly kind: 'file'; readonly file: ArtifactFile }
  | { readonly kind: 'credentials'; readonly name: string }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** Files looked into at a time. */
const AT_ONCE = 16;

/** Whether a file is one of these, also under another name: by real path and by inode. */
export async function credentialMatcher(
  credentialFiles: readonly string[],
): Promise<(path: string, stats: BigIntStats) => boolean> {
  const paths = new Set<string>();
  const inodes = new Set<string>();
  for (const file of credentialFiles) {
    const real = await realPath(file);
    if (real === undefined) continue;
    paths.add(real);
    inodes.add(inode(await stat(real, { bigint: true })));
  }
  return (path, stats) => paths.has(path) || (stats.ino !== 0n && inodes.has(inode(stats)));
}

/** Measures each file and looks for what must not leave the runner: small ones are read whole. */
export async function checkFiles(
  found: readonly LocalFile[],
  isCredential: (path: string, stats: BigIntStats) => boolean,
): Promise<CheckedFiles> {
  const files: ArtifactFile[] = [];
  const problems: Problem[] = [];
  const credentials: string[] = [];
  for (let start = 0; start < found.length; start += AT_ONCE) {
    const group = found.slice(start, start + AT_ONCE);
    for (const checked of await Promise.all(group.map((file) => check(file, isCredential)))) {
      if (checked.kind === 'file') files.push(checked.file);
      else if (checked.kind === 'credentials') credentials.push(checked.name);
      else problems.push(checked.problem);
    }
  }
  return { files, problems, credentials };
}

async function check(
  { name, path }: LocalFile,
  isCredential: (path: string, stats: BigIntStats) => boolean,
): Promise<Checked> {
  try {
    const handle = await openFound(path);
    if (handle === undefined) return { kind: 'problem', problem: swapped(name) };
    try {
      return await look({ name, path }, handle, isCredential);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    return {
      kind: 'problem',
      problem: {
        what: `${quote(name)} cannot be read: the system says ${code}.`,
        next: 'Check its permissions, and that no other step changes it meanwhile.',
      },
    };
  }
}

async function look(
  { name, path }: LocalFile,
  handle: FileHandle,
  isCredential: (path: string, stats: BigIntStats) => boolean,
): Promise<Checked> {
  const stats = await handle.stat({ bigint: true });
  if (isCredential(path, stats)) return { kind: 'credentials', name };
  const bytes = Number(stats.size);
  const content = bytes <= LARGEST_KEY_BYTES ? await readStart(handle, bytes) : Buffer.alloc(0);
  const key = keyWithin(name, content);
  if (key !== undefined) {
    return {
      kind: 'problem',
      problem: {
        what: `${quote(name)} holds ${key}.`,
        next: 'Keys must not be uploaded with a model: remove the file, and if it was ever committed, revoke the key.',
      },
    };
  }
  if (isLfsPointer(content)) return { kind: 'problem', problem: lfsPointer(name) };
  return {
    kind: 'file',
    file: { name, bytes, source: { kind: 'local', path, inode: inode(stats) } },
  };
}

async function readStart(handle: FileHandle, bytes: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
  return buffer.subarray(0, bytesRead);
}

function swapped(name: string): Problem {
  return {
    what: `${quote(name)} became a link while it was looked at.`,
    next: 'Let no other step write to the directory meanwhile.',
  };
}

function inode(stats: BigIntStats): string {
  return `${stats.dev}:${stats.ino}`;
}
