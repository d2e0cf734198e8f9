import { isUtf8 } from 'node:buffer';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Target, followLink, isWithin, realPath } from './follow-link.ts';
import { type LocalFile, checkFiles, credentialMatcher } from './local-files.ts';
import { type Problem, artifactFailure, list, quote } from './problem.ts';
import { systemCode } from './system-code.ts';
import { type Entry, type Gathered, type Tree, below, byteOrder } from './tree.ts';
import { leftOut, nameProblem, nameWarnings } from './upload-rules.ts';

const DEEPEST = 32;
const MOST_ENTRIES = 100_000;

/** Where a tree begins, and what it must not give away. */
export interface LocalRoot {
  /** Real path of a directory: no part of it is a link. */
  readonly directory: string;
  /** Real path of the directory that links below must not lead out of. */
  readonly within: string;
  /** The same directory as a person would type it, `/` between parts. */
  readonly label: string;
  /** Paths of files that hold credentials, absolute. */
  readonly credentialFiles: readonly string[];
}

/** What a walk has found so far. */
interface Walk {
  readonly files: LocalFile[];
  readonly problems: Problem[];
  readonly hidden: string[];
  readonly credentials: string[];
  entries: number;
}

/** A directory of the runner. Links within it are followed; hidden files and credentials are no part of it. */
export function localTree(root: LocalRoot): Tree {
  const locate = (name: string): string => path.join(root.directory, ...name.split('/'));

  /** Collects what is below a real directory; `ancestors` are the real directories above it. */
  async function collect(
    real: string,
    prefix: string,
    ancestors: readonly string[],
    walk: Walk,
  ): Promise<void> {
    if (ancestors.length >= DEEPEST) {
      walk.problems.push(tooMuch(prefix, `more than ${DEEPEST} directories deep`));
      return;
    }
    const lineage = [...ancestors, real];
    const found = await readdir(real, { encoding: 'buffer', withFileTypes: true }).catch(
      (error: unknown) => {
        walk.problems.push(unreadable(prefix, systemCode(error)));
        return [];
      },
    );
    for (const entry of found) {
      walk.entries += 1;
      if (walk.entries > MOST_ENTRIES) {
        if (walk.entries === MOST_ENTRIES + 1) {
          walk.problems.push(tooMuch('', `more than ${MOST_ENTRIES} files and directories large`));
        }
        return;
      }
      const name = below(prefix, entry.name.toString('utf8'));
      if (!isUtf8(entry.name)) {
        walk.problems.push(notUtf8(name));
        continue;
      }
      const omitted = leftOut(entry.name.toString('utf8'));
      if (omitted) {
        if (await holdsChallenges(real, name)) walk.problems.push(challenge());
        (omitted === 'credentials' ? walk.credentials : walk.hidden).push(name);
        continue;
      }
      const target = entry.isSymbolicLink() ? await followLink(locate(name)) : undefined;
      const problem =
        nameProblem(name) ?? (target && linkProblem(name, target, root.within, lineage));
      if (problem) {
        walk.problems.push(problem);
        continue;
      }
      const place =
        target && 'path' in target ? target.path : path.join(real, entry.name.toString('utf8'));
      const stats = target === undefined ? entry : await stat(place);
      if (stats.isDirectory()) await collect(place, name, lineage, walk);
      else if (stats.isFile()) walk.files.push({ name, path: place });
      else walk.problems.push(notAFile(name));
    }
  }

  async function finish(walk: Walk): Promise<Gathered> {
    const isCredential = await credentialMatcher(root.credentialFiles);
    // What is refused for its number need not be looked into as well.
    const found = walk.entries > MOST_ENTRIES ? [] : walk.files;
    const checked = await checkFiles(found, isCredential);
    const credentials = [...walk.credentials, ...checked.credentials].sort();
    const count = walk.hidden.length;
    return {
      files: checked.files.toSorted(byteOrder),
      problems: [...walk.problems, ...checked.problems],
      remarks:
        count === 0
          ? []
          : [
              `${count} hidden ${count === 1 ? 'entry is' : 'entries are'} left out: ${list(walk.hidden.sort())}.`,
            ],
      warnings: [
        ...credentials.map((name) => `${quote(name)} holds credentials; it is not uploaded.`),
        ...nameWarnings(checked.files.map(({ name }) => name)),
      ],
    };
  }

  return {
    place: 'local',
    async entries(directory) {
      const entries: Entry[] = [];
      const found = await readdir(locate(directory), { withFileTypes: true }).catch(
        (error: unknown) => {
          const problem = unreadable('', systemCode(error));
          throw artifactFailure(path.posix.join(root.label, directory), [problem]);
        },
      );
      for (const entry of found) {
        if (leftOut(entry.name) !== undefined) continue;
        const real = await realPath(locate(below(directory, entry.name)));
        if (real === undefined) continue;
        const stats = await stat(real);
        if (stats.isDirectory()) entries.push({ name: entry.name, kind: 'directory', bytes: 0 });
        if (stats.isFile()) entries.push({ name: entry.name, kind: 'file', bytes: stats.size });
      }
      return entries.sort(byteOrder);
    },
    async gather(directory) {
      const walk: Walk = { files: [], problems: [], hidden: [], credentials: [], entries: 0 };
      const target = await followLink(locate(directory));
      const problem = linkProblem(directory, target, root.within, []);
      if (problem) walk.problems.push(problem);
      else if ('path' in target) await collect(target.path, '', [], walk);
      return finish(walk);
    },
    async gatherFile(name) {
      const walk: Walk = { files: [], problems: [], hidden: [], credentials: [], entries: 1 };
      const target = await followLink(locate(name));
      const base = name.slice(name.lastIndexOf('/') + 1);
      const problem = nameProblem(base) ?? linkProblem(name, target, root.within, []);
      if (problem) walk.problems.push(problem);
      else if (leftOut(base) === 'credentials') walk.credentials.push(base);
      else if ('path' in target) walk.files.push({ name: base, path: target.path });
      return finish(walk);
    },
    label: (name) => path.posix.join(root.label, name),
  };
}

/** What is wrong with where a name leads; `lineage` are the real directories in which it lies. */
function linkProblem(
  name: string,
  target: Target,
  root: string,
  lineage: readonly string[],
): Problem | undefined {
  if ('broken' in target && target.broken === 'unreadable') return unreadable(name, 'EACCES');
  if ('broken' in target && target.broken === 'missing') {
    return {
      what: `The symbolic link ${quote(name)} leads to nothing that exists.`,
      next: 'Remove the link, or put its target in place.',
    };
  }
  if ('broken' in target || lineage.includes(target.path)) {
    return {
      what: `The symbolic link ${quote(name)} leads into a loop.`,
      next: 'Remove the link.',
    };
  }
  if (!isWithin(root, target.path)) {
    return {
      what: `The symbolic link ${quote(name)} leaves the source directory: it leads to ${quote(target.path)}.`,
      next: 'Copy what it leads to into the directory; a link could carry anything of the runner into the bucket.',
    };
  }
  return undefined;
}

/** Cloud Storage refuses objects under `.well-known/acme-challenge/` (Objects, Name requirements). */
async function holdsChallenges(directory: string, name: string): Promise<boolean> {
  if (name !== '.well-known') return false;
  const inside = await readdir(path.join(directory, name)).catch((): string[] => []);
  return inside.includes('acme-challenge');
}

function challenge(): Problem {
  return {
    what: 'It holds `.well-known/acme-challenge/`, and Cloud Storage takes no object of that name.',
    next: 'Remove that directory.',
  };
}

function tooMuch(name: string, extent: string): Problem {
  return {
    what: `${name === '' ? 'It' : quote(name)} is ${extent}, which is no exported model.`,
    next: 'Give the directory of the model itself as source.',
  };
}

function unreadable(name: string, code: string | undefined): Problem {
  return {
    what: `${name === '' ? 'It' : quote(name)} cannot be read: the system says ${code ?? 'no more'}.`,
    next: 'Check its permissions, and that no other step changes it meanwhile.',
  };
}

function notUtf8(name: string): Problem {
  return {
    what: `The name of ${quote(name)} is not UTF-8, as the names of objects have to be.`,
    next: 'Rename it.',
  };
}

function notAFile(name: string): Problem {
  return {
    what: `${quote(name)} is neither a file nor a directory.`,
    next: 'Remove it from the directory.',
  };
}
