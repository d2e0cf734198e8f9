import type { ModelFile } from './model-file.ts';
import { type Problem, artifactFailure, list, quote } from './problem.ts';
import { type Timestamp, parseTimestamp, tellTime } from './timestamp.ts';
import { type Entry, type Tree, below } from './tree.ts';

/** What of a tree is to be deployed. */
export type Choice =
  | {
      readonly kind: 'saved-model';
      readonly directory: string;
      /** `saved_model.pb`, or `saved_model.pbtxt`. */
      readonly file: string;
    }
  | {
      readonly kind: 'model-file';
      readonly directory: string;
      /** Name of the model file in that directory. */
      readonly file: string;
      /** Whether the file was named by itself: then nothing beside it is deployed. */
      readonly alone: boolean;
    }
  | { readonly kind: 'directory'; readonly directory: string };

/** A choice and how it came about, in sentences for the log. */
export interface Chosen {
  readonly choice: Choice;
  readonly remarks: readonly string[];
}

/** Where and by what rules to choose. */
export interface Search {
  readonly tree: Tree;
  /** Whether code of the user's loads the model, so that any directory will do. */
  readonly custom: boolean;
  /** Tells what a file is by its bytes. */
  readonly look: (path: string) => Promise<ModelFile>;
}

type Verdict =
  | { readonly kind: 'model'; readonly choice: Choice }
  /** Something is there, and which is meant cannot be told. */
  | { readonly kind: 'fault'; readonly problem: Problem }
  /** `why` follows the name of the directory. */
  | { readonly kind: 'none'; readonly why: string; readonly next?: string };

/** How deep a model may lie below the source in a chain of directories. */
const DEEPEST = 4;
const MODEL_EXTENSION = /\.(?:joblib|pkl|pickle|bst)$/i;
const OTHER_EXTENSION =
  /\.(?:json|ubj|model|keras|h5|hdf5|tflite|pt|pth|onnx|zip|tar|gz|tgz|7z|npy|npz|sav|dump)$/i;
/** Files without a model's extension that are looked into at most. */
const MOST_LOOKED_AT = 20;

/**
 * The model in a directory: itself, its newest complete timestamped export, or the one at the end of a
 * chain of single directories. Throws `Failure` when there is none, or when it cannot be told which.
 */
export async function chooseModel(search: Search, directory: string): Promise<Chosen> {
  const { tree, custom } = search;
  let at = directory;
  for (let depth = 0; ; depth += 1) {
    const entries = await tree.entries(at);
    const here = await modelIn(search, at, entries);
    const directories = entries.filter(({ kind }) => kind === 'directory').map(({ name }) => name);
    const exports = directories.filter((name) => parseTimestamp(name) !== undefined);
    if (here.kind === 'model' && (exports.length === 0 || here.choice.kind === 'saved-model')) {
      return { choice: here.choice, remarks: [] };
    }
    if (exports.length > 0 && here.kind === 'none') return chooseExport(search, at, directories);
    if (custom) return { choice: { kind: 'directory', directory }, remarks: [] };
    if (here.kind === 'model' && here.choice.kind === 'model-file') {
      throw artifactFailure(tree.label(at), [
        {
          what: `It holds the model file ${quote(here.choice.file)} and the exports ${list(exports)}.`,
          next: 'Give the one to deploy as source.',
        },
      ]);
    }
    if (here.kind === 'fault') throw artifactFailure(tree.label(at), [here.problem]);
    const branches = directories.filter((name) => !isTemporary(name));
    const [only] = branches;
    const halfWritten = directories.includes('variables');
    if (branches.length > 1 && !halfWritten) {
      const next = `Give the one to deploy as source, such as ${quote(tree.label(below(at, only ?? '')))}.`;
      throw artifactFailure(tree.label(at), [
        {
          what: `It holds several directories, ${list(branches)}, and no model or timestamped export of its own.`,
          next,
        },
      ]);
    }
    if (only === undefined || halfWritten || depth === DEEPEST) {
      throw artifactFailure(tree.label(at), [noModel(here, directories)]);
    }
    at = below(at, only);
  }
}

/**
 * The newest complete export among directories of `parent`; those whose names are no timestamps are
 * passed over, as are half-written ones, with the reason in the remarks.
 */
export async function chooseExport(
  search: Search,
  parent: string,
  names: readonly string[],
): Promise<Chosen> {
  const { tree, custom } = search;
  const exports = names
    .map((name) => parseTimestamp(name))
    .filter((timestamp) => timestamp !== undefined)
    .sort((a, b) => b.microseconds - a.microseconds);
  const others = names.filter((name) => parseTimestamp(name) === undefined);
  const passedOver: string[] = others.map((name) =>
    isTemporary(name)
      ? `Passed over ${quote(name)}: it is an export that was never finished.`
      : `Passed over ${quote(name)}: its name is no timestamp.`,
  );
  for (const [index, timestamp] of exports.entries()) {
    const at = below(parent, timestamp.name);
    const verdict = await modelIn(search, at, await tree.entries(at));
    const choice = customChoice(verdict, custom, at);
    if (verdict.kind === 'fault' && !choice) {
      throw artifactFailure(tree.label(at), [verdict.problem]);
    }
    if (!choice) {
      const why = verdict.kind === 'none' ? verdict.why : '';
      passedOver.push(`Passed over ${quote(timestamp.name)}: it ${why}.`);
      continue;
    }
    const twin = exports[index + 1];
    if (twin?.microseconds === timestamp.microseconds) {
      throw artifactFailure(tree.label(parent), [
        {
          what: `Its exports ${list([timestamp.name, twin.name])} are of the same moment.`,
          next: 'Give the one to deploy as source.',
        },
      ]);
    }
    return { choice, remarks: [...passedOver, told(timestamp, exports, index)] };
  }
  throw artifactFailure(tree.label(parent), [
    {
      what: `None of its exports is complete. ${passedOver.join(' ')}`,
      next: 'Check that the export ended well and that all of it was downloaded.',
    },
  ]);
}

function told(timestamp: Timestamp, exports: readonly Timestamp[], index: number): string {
  const older = exports.slice(index + 1).map(({ name }) => name);
  const rest = older.length > 0 ? `; older: ${list(older)}` : '';
  return `Chose ${quote(timestamp.name)} (${tellTime(timestamp)}), the newest complete export${rest}.`;
}

/** Code of the user's may load whatever an export holds, as long as it holds something. */
function customChoice(verdict: Verdict, custom: boolean, directory: string): Choice | undefined {
  if (verdict.kind === 'model') return verdict.choice;
  const holdsSomething = verdict.kind === 'fault' || verdict.why !== EMPTY;
  return custom && holdsSomething ? { kind: 'directory', directory } : undefined;
}

const EMPTY = 'is empty';

/** Judges a directory by what lies directly in it. */
async function modelIn(
  search: Search,
  directory: string,
  entries: readonly Entry[],
): Promise<Verdict> {
  if (entries.length === 0) return { kind: 'none', why: EMPTY };
  const files = entries.filter(({ kind }) => kind === 'file');
  const savedModel =
    files.find(({ name }) => name === 'saved_model.pb') ??
    files.find(({ name }) => name === 'saved_model.pbtxt');
  const models = files.filter(({ name }) => MODEL_EXTENSION.test(name));
  const candidates = [...(savedModel ? [savedModel] : []), ...models];
  const [candidate] = candidates;
  if (candidates.length > 1) return { kind: 'fault', problem: severalModels(candidates) };
  if (candidate?.bytes === 0) {
    return { kind: 'none', why: `has an empty ${quote(candidate.name)}` };
  }
  if (savedModel) {
    return { kind: 'model', choice: { kind: 'saved-model', directory, file: savedModel.name } };
  }
  if (candidate) return modelFile(directory, candidate.name);
  if (entries.some(({ name, kind }) => name === 'variables' && kind === 'directory')) {
    return { kind: 'none', why: 'is half-written: it has `variables/` but no `saved_model.pb`' };
  }
  return modelByItsBytes(search, directory, files);
}

/** Where no name says that it is a model, the bytes may: XGBoost's JSON, or what cannot be served. */
async function modelByItsBytes(
  { custom, look }: Search,
  directory: string,
  files: readonly Entry[],
): Promise<Verdict> {
  const likely = files.filter(({ name }) => files.length === 1 || OTHER_EXTENSION.test(name));
  const found: Entry[] = [];
  let refused: Problem | undefined;
  for (const file of custom ? [] : likely.slice(0, MOST_LOOKED_AT)) {
    const model = await look(below(directory, file.name));
    if (model.kind === 'booster' || model.kind === 'pickle') found.push(file);
    if (model.kind === 'refused') refused ??= model.problem;
  }
  const [only] = found;
  if (found.length > 1) return { kind: 'fault', problem: severalModels(found) };
  if (only) return modelFile(directory, only.name);
  return {
    kind: 'none',
    why: 'has no `saved_model.pb` and no model file',
    ...(refused && { why: `has no model that can be served: ${refused.what.replace(/\.$/, '')}` }),
    ...(refused && { next: refused.next }),
  };
}

function modelFile(directory: string, file: string): Verdict {
  return { kind: 'model', choice: { kind: 'model-file', directory, file, alone: false } };
}

function severalModels(candidates: readonly Entry[]): Problem {
  return {
    what: `It holds more than one model: ${list(candidates.map(({ name }) => name))}.`,
    next: 'Give the file to deploy as source, or remove the others.',
  };
}

function noModel(verdict: Verdict, directories: readonly string[]): Problem {
  const why = verdict.kind === 'none' ? verdict.why : 'holds no model';
  const unfinished = directories.filter(isTemporary);
  const temporary =
    unfinished.length > 0
      ? ` Passed over ${list(unfinished)}: ${unfinished.length > 1 ? 'exports that were' : 'an export that was'} never finished.`
      : '';
  return {
    what: `It ${why}.${temporary}`,
    next:
      (verdict.kind === 'none' ? verdict.next : undefined) ??
      'Give a SavedModel directory, a directory of timestamped exports, or a file such as `model.joblib`, `model.pkl` or `model.bst`.',
  };
}

/** Names under which exporters write before they rename (TensorFlow, Estimator). */
function isTemporary(name: string): boolean {
  return name.startsWith('temp-');
}
