import type { Framework, PlatformName } from '../request/deploy-request.ts';
import type { Artifact, ArtifactFile } from './artifact.ts';
import type { ObjectReader } from './byte-source.ts';
import type { Choice } from './choose-model.ts';
import { frameworkNames } from './framework-names.ts';
import { inspectSavedModel } from './inspect-saved-model.ts';
import { type ModelFile, servedName } from './model-file.ts';
import { type Problem, list, quote } from './problem.ts';

/** What the bytes of a chosen model prove, and what is wrong with it. */
export interface Inspection extends Pick<
  Artifact,
  'kind' | 'framework' | 'frameworkVersion' | 'marker' | 'savedModel' | 'pickle' | 'booster'
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
  if (choice.kind === 'saved-model') return inspectSavedModel(file, files, expected, objects);
  return inspectModelFile(file, await look(file), expected);
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
  const warnings: string[] = [];
  const problems: Problem[] = [];
  if (model.kind === 'pickle' && model.pickle.unread !== undefined) {
    warnings.push(
      `${quote(file.name)} was not read to its end: what comes after was not checked, and loading it may run any code. ${model.pickle.unread}`,
    );
  }
  if (!custom) {
    const doubt = given === undefined ? undefined : contradiction(file.name, model, given);
    if (doubt) problems.push(doubt);
    else if (framework === undefined) problems.push(nameless(file.name, model));
    else if (found === undefined) {
      warnings.push(
        `That ${quote(file.name)} is a model of ${frameworkNames[framework]} is what the input framework says; its bytes do not tell.${model.kind === 'unknown' ? ` ${model.why} It was not checked.` : ''}`,
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
    ...(model.kind === 'pickle' && { pickle: model.pickle }),
    ...(model.kind === 'booster' && { booster: model.booster }),
    rename,
    problems,
    remarks,
    warnings,
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
    what: `${quote(name)} is a model of ${frameworkNames[found]}, but the input framework says ${frameworkNames[given]}.`,
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
  const { root, unread, globals } = model.pickle;
  const object = root ? `an object of ${quote(`${root.module}.${root.name}`)}` : 'no object';
  const others = globals
    .map(({ module, name: attribute }) => `${module}.${attribute}`)
    .filter((other) => other !== (root && `${root.module}.${root.name}`));
  return {
    what:
      unread === undefined
        ? `${quote(name)} refers to neither scikit-learn nor XGBoost${others.length > 0 ? `, but to ${list(others)}` : ''}; it holds ${object}.`
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
