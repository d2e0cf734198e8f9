import { closeSync, fstatSync, openSync, read, readSync, statSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { Failure } from '../failure.ts';
import type { ArtifactFile } from '../artifact/artifact.ts';
import { READ_NO_LINK } from '../open-flags.ts';

/** A file on the runner, open for reading, that must stay as it was when it was opened. */
export interface LocalFile {
  readonly name: string;
  readonly bytes: number;
  /** Fills `target` from `position` on. @throws Failure `artifact` when the file ends before. */
  read(target: Buffer, position: number): Promise<void>;
  /** The same without leaving the thread: sparing for small reads. */
  readNow(target: Buffer, position: number): void;
  /** @throws Failure `artifact` when size or time of change differ from those at the opening. */
  assertUnchanged(): void;
  /** @throws Failure `artifact` when the name has come to lead to another file. */
  assertStillNamed(): void;
  close(): void;
}

/**
 * @throws Failure `artifact` when the file cannot be opened, is another one than was found before, or
 * has another size.
 */
export function openLocalFile(file: ArtifactFile, path: string): LocalFile {
  const descriptor = openForReading(file.name, path);
  const before = fstatSync(descriptor, { bigint: true });
  const close = (): void => {
    closeSync(descriptor);
  };
  const { source } = file;
  const found = source.kind === 'local' ? source.inode : undefined;
  if (found !== undefined && found !== `${before.dev}:${before.ino}`) {
    close();
    throw changed(file.name, 'it was replaced');
  }
  if (before.size !== BigInt(file.bytes)) {
    close();
    throw changed(
      file.name,
      `it had ${file.bytes} bytes when it was looked at and has ${before.size} now`,
    );
  }
  const filled = (bytes: number, wanted: number): void => {
    if (bytes < wanted)
      throw changed(file.name, `it ended before its ${file.bytes} bytes were read`);
  };
  return {
    name: file.name,
    bytes: file.bytes,
    read: async (target, position) => {
      for (let done = 0; done < target.length;) {
        const bytes = await readSome(descriptor, target, done, position + done);
        filled(bytes, 1);
        done += bytes;
      }
    },
    readNow: (target, position) => {
      filled(readSync(descriptor, target, 0, target.length, position), target.length);
    },
    assertUnchanged: () => {
      assertSame(file.name, before, fstatSync(descriptor, { bigint: true }));
    },
    assertStillNamed: () => {
      const named = statSync(path, { bigint: true, throwIfNoEntry: false });
      if (named === undefined) throw changed(file.name, 'it was deleted');
      assertSame(file.name, before, named);
    },
    close,
  };
}

function openForReading(name: string, path: string): number {
  try {
    return openSync(path, READ_NO_LINK);
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    // Too many open files pass; the caller tries again.
    if (code === 'EMFILE' || code === 'ENFILE') throw error;
    if (code === 'ENOENT') throw changed(name, 'it was deleted');
    if (code === 'ELOOP') throw changed(name, 'it was replaced by a link');
    throw new Failure({
      code: 'artifact',
      what: `The file "${name}" cannot be read.`,
      why: `Opening it failed with ${code}.`,
      next: 'Give the runner the right to read it, and run the job again.',
      cause: error,
    });
  }
}

function assertSame(name: string, before: BigIntStats, now: BigIntStats): void {
  if (now.size !== before.size) {
    throw changed(name, `it had ${before.size} bytes at first and has ${now.size} now`);
  }
  if (now.ino !== before.ino || now.dev !== before.dev) throw changed(name, 'it was replaced');
  if (now.mtimeNs !== before.mtimeNs) throw changed(name, 'it was written to');
}

function changed(name: string, how: string): Failure {
  return new Failure({
    code: 'artifact',
    what: `The file "${name}" changed while uploading.`,
    why: `Since the deploy began, ${how}.`,
    next: 'Let the step that writes the model end before this one begins, and run the job again.',
  });
}

function readSome(
  descriptor: number,
  target: Buffer,
  offset: number,
  position: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    read(descriptor, target, offset, target.length - offset, position, (error, bytes) => {
      if (error) reject(error);
      else resolve(bytes);
    });
  });
}
