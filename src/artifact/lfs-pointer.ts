import { type Problem, quote } from './problem.ts';

/** Whether a file is what Git LFS leaves in place of a large one (git-lfs, docs/spec.md). */
export function isLfsPointer(head: Buffer): boolean {
  return head.toString('latin1', 0, 64).startsWith('version https://git-lfs.github.com/spec/v1');
}

/** What is wrong when a file is a pointer. */
export function lfsPointer(name: string): Problem {
  return {
    what: `${quote(name)} is a Git LFS pointer, not the file that it stands for.`,
    next: 'Fetch the real files: give `lfs: true` to actions/checkout, or run `git lfs pull` before this step.',
  };
}
