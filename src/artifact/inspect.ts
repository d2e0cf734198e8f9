import type { Framework, PlatformName } from '../request/deploy-request.ts';
import type { Artifact, ArtifactFile, SavedModelInfo } from './artifact.ts';
import { Malformed, type ObjectReader, withBytes } from './byte-source.ts';
import type { Choice } from './choose-model.ts';
import { isLfsPointer, lfsPointer } from './lfs-pointer.ts';
import { type ModelFile, servedName } from './model-file.ts';
import { type Problem, list, quote } from './problem.ts';
import { readSavedModel } from './saved-model.ts';

/** What the bytes of a chosen model prove, and what is wrong with it. */
export interface Inspection extends Pick<
  Artifact,
  'kind' | 'framework' | 'frameworkVersion' | 'marker' | 'savedModel'
> {
  /** Name under which the model file is served, where that is not its own. */
  readonly rename: { readonly from: string; readonly to: string } | undefined;
  readonly problems: readonly Problem[];
  readonly remarks: readonly string[];
  readonly warnings: readonly string[];
}

/** What was asked for, as far as it says what the model should be. */
export interface Expected {
  /** Given by hand. */
  readonly framework: Framework | undefined;
  /** Whether code of the user's loads the model. */
  readonly custom: boolean;
  /** Whose names the files get. */
  readonly platform: PlatformName;
}

/** Names of the frameworks as their makers write them. */
const NAMES: Readonly<Record<Framework, string>> = {
  TENSORFLOW: 'TensorFlow',
  SCIKIT_LEARN: 'scikit-learn',
  XGBOOST: 'XGBoost',
};

const PLAIN: Inspection = {
  kind: 'directory',
  framework: undefined,
  frameworkVersion: undefined,
  marker: undefined,
  rename: undefined,
  problems: [],
  remarks: [],
  warnings: [],
};

/** Inspects a choice. `look` tells what a file is by its bytes; nothing is executed. */
export async function inspect(
  choice: Choice,
  files: readonly ArtifactFile[],
  expected: Expected,
  objects: ObjectReader,
  look: (file: ArtifactFile) => Promise<ModelFile>,
): Promise<Inspection> {
  if (choice.kind === 'directory') return PLAIN;
  const file = files.find(({ name }) => name === choice.file);
  // A file that was found and is not among those to deploy has its own problem already.
  if (!file) return PLAIN;
  if (choice.kind === 'saved-model') return inspectSavedModel(file, expected, objects);
  return inspectModelFile(file, await look(file), expected);
}

async function inspectSavedModel(
  file: ArtifactFile,
  { framework, custom }: Expected,
  objects: ObjectReader,
): Promise<Inspection> {
  const problems: Problem[] = [];
  const remarks: string[] = [];
  const warnings: string[] = [];
  let savedModel: SavedModelInfo | undefined;
  let frameworkVersion: string | undefined;
  if (framework !== undefined && framework !== 'TENSORFLOW' && !custom) {
    problems.push({
      what: `It is a TensorFlow SavedModel, but the input framework says ${NAMES[framework]}.`,
      next: 'Drop the input framework: it is read from the model.',
    });
  }
  try {
    const read = await withBytes(file, objects, async (bytes) => {
      const head = await bytes.read(0, 1024 * 1024);
      if (isLfsPointer(head)) problems.push(lfsPointer(file.name));
      else if (file.name.endsWith('.pbtxt')) return { text: head.toString('utf8') };
      else return readSavedModel(bytes);
      return undefined;
    });
    if (read && 'text' in read) {
      frameworkVersion = /^\s*tensorflow_version:\s*"([^"]*)"/m.exec(read.text)?.[1];
      remarks.push(`${quote(file.name)} is a text file, of which signatures are not read.`);
    } else if (read) {
      savedModel = read.info;
      frameworkVersion = read.info.tensorflowVersion;
      if (!read.complete) {
        remarks.push(
          `${quote(file.name)} is too large to fetch its signatures from Cloud Storage.`,
        );
      } else if (!custom) checkServing(read.info, problems, warnings);
    }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    problems.push({
      what: `${quote(file.name)} cannot be loaded. ${error.message}`,
      next: 'Check that the export ended well and that the whole file was downloaded.',
    });
  }
  return {
    kind: 'saved-model',
    framework: 'TENSORFLOW',
    frameworkVersion,
    marker: file.name,
    ...(savedModel && { savedModel }),
    rename: undefined,
    problems,
    remarks,
    warnings,
  };
}

/** The servers load the graph whose tags are exactly `serve`. */
function checkServing(info: SavedModelInfo, problems: Problem[], warnings: string[]): void {
  const { tagSets, signatures } = info;
  const exact = tagSets.some((tags) => tags.length === 1 && tags[0] === 'serve');
  if (!exact) {
    const sets = tagSets.map((tags) => tags.join(', ') || '(no tag)');
    problems.push({
      what: `No graph in \`saved_model.pb\` has the one tag \`serve\`, by which it is loaded; there is ${list(sets)}.`,
      next: 'Export it for serving: `tf.saved_model.save(model, directory)`.',
    });
  } else if (signatures.length === 0) {
    warnings.push(
      'The SavedModel has no signature, so that no prediction can be asked of it. Export it with `signatures=`.',
    );
  }
}

function inspectModelFile(
  file: ArtifactFile,
  model: ModelFile,
  { framework: given, custom, platform }: Expected,
): Inspection {
  if (model.kind === 'refused') {
    return custom
      ? { ...PLAIN, remarks: [`${model.problem.what} Code of your own loads it.`] }
      : { ...PLAIN, kind: 'model-file', problems: [model.problem] };
  }
  if (custom && model.kind === 'unknown') return PLAIN;
  const found = model.kind === 'unknown' ? undefined : model.framework;
  const framework = custom ? found : (given ?? found);
  const served = custom ? file.name : servedName(model, file.name, framework, platform);
  const rename = served === file.name ? undefined : { from: file.name, to: served };
  const remarks: string[] = [];
  const problems: Problem[] = [];
  if (model.kind === 'pickle' && model.pickle.unread !== undefined) {
    remarks.push(`${quote(file.name)} was not read to its end. ${model.pickle.unread}`);
  }
  if (!custom) {
    const doubt = given === undefined ? undefined : contradiction(file.name, model, given);
    if (doubt) problems.push(doubt);
    else if (framework === undefined) problems.push(nameless(file.name, model));
    else if (found === undefined) {
      remarks.push(
        `That ${quote(file.name)} is a model of ${NAMES[framework]} is what the input framework says; its bytes do not tell.`,
      );
    }
  }
  if (rename) {
    remarks.push(
      `${quote(rename.from)} is deployed as ${quote(rename.to)}, the name under which the service looks for it.`,
    );
  }
  return {
    kind: 'model-file',
    framework,
    frameworkVersion: model.kind === 'unknown' ? undefined : versionOf(model, framework),
    marker: served,
    rename,
    problems,
    remarks,
    warnings: [],
  };
}

/** A fault when the bytes are certain not to be what the user says. */
function contradiction(name: string, model: ModelFile, given: Framework): Problem | undefined {
  const next = 'Drop the input framework: it is read from the model.';
  if (given === 'TENSORFLOW') {
    return {
      what: `${quote(name)} is a single file, but the input framework says TensorFlow, which serves SavedModel directories.`,
      next: 'Drop the input framework, or give the directory of a SavedModel as source.',
    };
  }
  const found = model.kind === 'booster' || model.kind === 'pickle' ? model.framework : undefined;
  if (found === undefined || found === given) return undefined;
  // A pipeline of scikit-learn around a booster is both.
  const root = given === 'XGBOOST' ? 'xgboost' : 'sklearn';
  const isBoth =
    model.kind === 'pickle' &&
    model.pickle.globals.some(({ module }) => module.split('.')[0] === root);
  if (isBoth) return undefined;
  return {
    what: `${quote(name)} is a model of ${NAMES[found]}, but the input framework says ${NAMES[given]}.`,
    next,
  };
}

function nameless(name: string, model: ModelFile): Problem {
  if (model.kind !== 'pickle') {
    return {
      what: `It cannot be told which framework made ${quote(name)}. ${model.kind === 'unknown' ? model.why : ''}`.trim(),
      next: model.kind === 'unknown' ? model.next : '',
    };
  }
  const { root, unread } = model.pickle;
  const object = root ? `an object of ${quote(`${root.module}.${root.name}`)}` : 'no object';
  return {
    what:
      unread === undefined
        ? `${quote(name)} refers to neither scikit-learn nor XGBoost; it holds ${object}.`
        : `It cannot be told which framework made ${quote(name)}. ${unread}`,
    next: 'Say which of them serves it (input framework), or load it in a custom prediction routine (input prediction_class).',
  };
}

function versionOf(
  model: Extract<ModelFile, { kind: 'booster' | 'pickle' }>,
  framework: Framework | undefined,
): string | undefined {
  if (model.kind === 'booster' || framework === model.framework) return model.frameworkVersion;
  return framework === 'XGBOOST' ? model.pickle.xgboostVersion : model.pickle.sklearnVersion;
}
