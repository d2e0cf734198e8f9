import { glob, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../failure.ts';
import { nearestName } from '../nearest-name.ts';
import type { RunContext } from '../request/deploy-request.ts';
import type { ObjectReader } from './byte-source.ts';
import { type Target, followLink, isWithin, realPath } from './follow-link.ts';
import { localTree } from './local-tree.ts';
import { objectTree } from './object-tree.ts';
import { list, quote } from './problem.ts';
import { parseTimestamp } from './timestamp.ts';
import type { Tree } from './tree.ts';
import { leftOut } from './upload-rules.ts';

/** Where to look for the model. */
export interface Source {
  readonly tree: Tree;
  /** `exports`: one of these timestamped directories of the tree's root. */
  readonly start:
    | { readonly kind: 'file'; readonly path: string }
    | { readonly kind: 'directory' }
    | { readonly kind: 'exports'; readonly names: readonly string[] };
}

/** More matches than this are no choice of a model. */
const MOST_MATCHES = 1000;

/**
 * What the input `source` points at: a file, a directory, a glob's matches, or objects under a `gs://`
 * URI. Throws `Failure` with code `invalid-input` where it points at nothing, or outside the workspace.
 */
export async function findSource(
  source: string,
  run: RunContext,
  objects: ObjectReader,
): Promise<Source> {
  if (source.startsWith('gs://')) return findObjects(source, objects);
  const given = path.resolve(run.workspace, source);
  if (!path.isAbsolute(source) && !isWithin(path.resolve(run.workspace), given)) {
    throw outside(source);
  }
  const target = await followLink(given);
  const isMissing = 'broken' in target && target.broken === 'missing';
  if (!isMissing) return openLocal(source, given, target, run);
  if (isGlob(source)) return findMatches(source, run);
  throw await missing(source, given);
}

async function openLocal(
  source: string,
  given: string,
  target: Target,
  run: RunContext,
): Promise<Source> {
  if ('broken' in target) {
    throw target.broken === 'unreadable'
      ? wrong(source, 'It may not be read from this job.', 'Check its permissions.')
      : wrong(source, 'It is a symbolic link that leads into a loop.', 'Remove the link.');
  }
  const real = target.path;
  const workspace = path.isAbsolute(source) ? undefined : await realPath(run.workspace);
  if (workspace !== undefined && !isWithin(workspace, real)) throw outside(source);
  const kind = await stat(real);
  if (!kind.isDirectory() && !kind.isFile()) {
    throw wrong(source, 'It is neither a file nor a directory.', 'Give the model as source.');
  }
  const credentialFiles = run.credentialFiles.map((file) => path.resolve(run.workspace, file));
  if (kind.isDirectory()) {
    const label = shownPath(given, run.workspace);
    const tree = localTree({ directory: real, within: real, label, credentialFiles });
    return { tree, start: { kind: 'directory' } };
  }
  const parent = path.dirname(given);
  const directory = (await realPath(parent)) ?? parent;
  const label = shownPath(parent, run.workspace);
  if (isMarker(path.basename(given))) {
    const tree = localTree({ directory, within: directory, label, credentialFiles });
    return { tree, start: { kind: 'directory' } };
  }
  // A link that was named by itself may lead elsewhere: where to has just been checked.
  const within = path.dirname(real);
  return {
    tree: localTree({ directory, within, label, credentialFiles }),
    start: { kind: 'file', path: path.basename(given) },
  };
}

/** Whether a name stands for the directory that it marks as a SavedModel. */
function isMarker(name: string): boolean {
  return name === 'saved_model.pb' || name === 'saved_model.pbtxt';
}

/** A path as a person would type it: from the workspace where it lies in there, with `/`. */
function shownPath(given: string, workspace: string): string {
  const relative = path.relative(workspace, given);
  const shown = isWithin(path.resolve(workspace), given) ? relative || '.' : given;
  return shown.split(path.sep).join('/');
}

function isGlob(source: string): boolean {
  return /[*?[{]/.test(source);
}

async function findMatches(source: string, run: RunContext): Promise<Source> {
  const matches = new Set<string>();
  for await (const match of glob(source, { cwd: run.workspace })) {
    const parts = match.split(/[\\/]/).filter((part) => part !== '.' && part !== '..');
    if (parts.some((part) => leftOut(part) !== undefined)) continue;
    const model = isMarker(path.basename(match)) ? path.dirname(match) : match;
    matches.add(path.resolve(run.workspace, model));
    if (matches.size > MOST_MATCHES) break;
  }
  const finished = [...matches].filter((match) => !path.basename(match).startsWith('temp-'));
  const found = (finished.length > 0 ? finished : [...matches]).sort();
  const [first] = found;
  if (first === undefined) {
    throw wrong(
      source,
      'No file or directory matches it.',
      `Relative globs start in the workspace, ${quote(run.workspace)}.`,
    );
  }
  const isAllowed = (match: string): boolean =>
    path.isAbsolute(source) || isWithin(path.resolve(run.workspace), match);
  if (!found.every(isAllowed)) throw outside(source);
  const labels = found.map((match) => shownPath(match, run.workspace));
  if (found.length === 1) return findSource(labels[0] ?? first, run, NO_OBJECTS);
  const exports = await timestampedSiblings(found);
  if (exports) {
    const parent = await findSource(shownPath(exports.parent, run.workspace), run, NO_OBJECTS);
    return { tree: parent.tree, start: { kind: 'exports', names: exports.names } };
  }
  throw wrong(
    source,
    `It matches ${found.length > MOST_MATCHES ? `more than ${MOST_MATCHES}` : found.length} files and directories: ${list(labels)}.`,
    'Narrow it to the one to deploy, or to timestamped exports in one directory.',
  );
}

/** A path that a glob found is never a `gs://` URI. */
const NO_OBJECTS: ObjectReader = {
  list: () => Promise.resolve([]),
  read: () => Promise.resolve(Buffer.alloc(0)),
};

/** The directories that matched, or that hold the files that matched, if all are exports of one parent. */
async function timestampedSiblings(
  found: readonly string[],
): Promise<{ parent: string; names: string[] } | undefined> {
  const directories = new Set<string>();
  for (const match of found) {
    const isFile = (await stat(match)).isFile();
    directories.add(isFile ? path.dirname(match) : match);
  }
  const parents = new Set([...directories].map((directory) => path.dirname(directory)));
  const names = [...directories].map((directory) => path.basename(directory));
  const [parent] = parents;
  if (parents.size !== 1 || parent === undefined || directories.size !== found.length) {
    return undefined;
  }
  return names.every((name) => parseTimestamp(name)) ? { parent, names } : undefined;
}

async function findObjects(source: string, objects: ObjectReader): Promise<Source> {
  const [bucket = '', ...parts] = source.slice('gs://'.length).split('/');
  const name = parts.join('/').replace(/\/+$/, '');
  const prefix = name === '' ? '' : `${name}/`;
  const within = await objects.list(bucket, prefix);
  if (within.some((object) => object.name !== prefix)) {
    return { tree: objectTree(bucket, prefix, within), start: { kind: 'directory' } };
  }
  const alike = name === '' ? [] : await objects.list(bucket, name);
  const exact = alike.find((object) => object.name === name);
  if (!exact || source.endsWith('/')) {
    const near = alike.filter((object) => object.name !== prefix).map((object) => object.name);
    throw wrong(
      source,
      near.length > 0
        ? `No object lies there; those that begin alike are ${list(near)}.`
        : 'No object lies there.',
      isGlob(source)
        ? 'A `gs://` source is no glob: give the directory or the object itself.'
        : `See what is there: \`gcloud storage ls gs://${bucket}/\`.`,
    );
  }
  const parent = name.slice(0, name.lastIndexOf('/') + 1);
  if (isMarker(name.slice(parent.length))) return findObjects(`gs://${bucket}/${parent}`, objects);
  // What else the service would take for a model decides whether the directory can serve as it is.
  const models = await objects.list(bucket, `${parent}model.`);
  const savedModels = await objects.list(bucket, `${parent}saved_model.pb`);
  const beside = [...models, ...savedModels].filter((object) => object.name !== name);
  return {
    tree: objectTree(bucket, parent, [exact, ...beside]),
    start: { kind: 'file', path: name.slice(parent.length) },
  };
}

async function missing(source: string, given: string): Promise<Failure> {
  let parent = path.dirname(given);
  let sought = path.basename(given);
  for (;;) {
    const names = await readdir(parent).catch(() => undefined);
    if (names) {
      const visible = names.filter((name) => leftOut(name) === undefined).sort();
      const near = nearestName(sought, visible);
      const holds = visible.length > 0 ? `holds ${list(visible)}` : 'is empty';
      return wrong(
        source,
        `There is no ${quote(sought)} in ${quote(parent)}, which ${holds}.`,
        near === undefined
          ? 'Check the path, and that the step that writes it ran in this job or that its artifact was downloaded; relative paths start in the workspace.'
          : `Did you mean ${quote(near)}?`,
      );
    }
    if (path.dirname(parent) === parent) {
      return wrong(source, `There is no ${quote(given)}.`, 'Check the path.');
    }
    sought = path.basename(parent);
    parent = path.dirname(parent);
  }
}

function outside(source: string): Failure {
  return wrong(
    source,
    'It leaves the workspace, in which relative paths have to stay.',
    'Give an absolute path if that is meant.',
  );
}

function wrong(source: string, why: string, next: string): Failure {
  return new Failure({
    code: 'invalid-input',
    what: `Input source is ${quote(source)}, and that is no model.`,
    why,
    next,
  });
}
