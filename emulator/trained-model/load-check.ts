import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeptModel } from './kept-model.ts';
import type { Framework } from './model-directory.ts';
import { readPickle } from './pickle.ts';
import { readMetaGraphs } from './saved-model.ts';

/** Forms of Booster.save_model: JSON since XGBoost 1.0, UBJSON since 1.6. */
export type BoosterForm = 'binary' | 'json' | 'ubjson';

/** Where a model is loaded. */
export interface Runtime {
  /** As messages name it: `runtime 2.11`. */
  readonly name: string;
  /** Absent: what the file turns out to be. */
  readonly framework: Framework | undefined;
  /** Version of Python: `3.7`. */
  readonly python: string;
  /** Highest pickle protocol that this Python reads. */
  readonly pickleProtocol: number;
  readonly boosterForms: readonly BoosterForm[];
  /** The only minor version of scikit-learn whose pickles are taken (`1.0`); absent: any. */
  readonly scikitLearn: string | undefined;
  /** Whether numpy 2 is installed, whose arrays name modules that numpy 1 lacks. */
  readonly hasNumpy2: boolean;
  /** Whether packages of the caller are installed too, so that pickles may name any module. */
  readonly hasOtherPackages: boolean;
}

/** What came of loading a model: the framework that serves it, or why it cannot. */
export type Loaded = { readonly framework: Framework } | { readonly problem: string };

/** Directory that the service's messages name: where it puts a model before it loads it. */
const shownDirectory = '/tmp/model/0001';

/**
 * Says what loading the stored files would come to, as far as their bytes tell without the framework:
 * a SavedModel that parses and has a servable graph, a pickle that is whole and of the right class, a
 * Booster. Texts are those of the prediction library (ai-platform-v1.md, section 7).
 */
export async function loadModel(kept: KeptModel, runtime: Runtime): Promise<Loaded> {
  const [file, second] = kept.directory.modelFiles;
  if (file === undefined) return failed(`Could not find a model file in ${shownDirectory}`);
  if (second !== undefined) {
    return failed(`Multiple model files are found in the model_path: ${shownDirectory}`);
  }
  const bytes = await readFile(join(kept.path, file));
  if (file.startsWith('saved_model')) return loadSavedModel(kept, file, bytes);
  if (file === 'model.bst') return loadBooster(file, bytes, runtime);
  return loadPickle(file, bytes, runtime);
}

async function loadSavedModel(kept: KeptModel, file: string, bytes: Buffer): Promise<Loaded> {
  const badData = (why: string): Loaded =>
    failed(`Failed to load the model due to bad model data. tags: ['serve']\n${why}`);
  const shown = `${shownDirectory}/${file}`;
  if (file.endsWith('.pbtxt')) {
    if (!/\bmeta_graphs\b/.test(bytes.toString('utf8'))) {
      return badData(`Cannot parse file b'${shown}': the text holds no meta_graphs.`);
    }
    return { framework: 'TENSORFLOW' };
  }
  const graphs = readMetaGraphs(bytes);
  if (graphs === undefined) return badData(`Cannot parse file b'${shown}': Error parsing message.`);
  const serving = graphs.find(({ tags }) => tags.length === 1 && tags[0] === 'serve');
  if (serving === undefined) {
    return badData(`MetaGraphDef associated with tags 'serve' could not be found in SavedModel.`);
  }
  if (serving.signatures === 0) return failed('MetaGraph must have at least one signature_def.');
  const variables = await readdir(join(kept.path, 'variables')).catch((): string[] => []);
  const shards = variables.filter((name) => name.startsWith('variables.data-'));
  const promised = Number(/-of-(\d+)$/.exec(shards[0] ?? '')?.[1] ?? 0);
  if (variables.includes('variables.index') ? shards.length === 0 : shards.length > 0) {
    return badData(
      `Unsuccessful TensorSliceReader constructor: Failed to find any matching files for ${shownDirectory}/variables/variables`,
    );
  }
  if (shards.length !== promised) {
    return badData(
      `Only ${shards.length} of the ${promised} files of variables are in ${shownDirectory}/variables.`,
    );
  }
  return { framework: 'TENSORFLOW' };
}

function loadBooster(file: string, bytes: Buffer, runtime: Runtime): Loaded {
  const form = boosterForm(bytes);
  if (form !== undefined && runtime.boosterForms.includes(form)) {
    return { framework: 'XGBOOST' };
  }
  return failed(
    `Could not load the model: ${shownDirectory}/${file}.. ${form === undefined ? 'The file is not a model that Booster.save_model has written' : `The XGBoost of ${runtime.name} does not read the ${form} form`}.`,
  );
}

/** JSON and UBJSON models name their learner early, binary ones their kind of booster. */
function boosterForm(bytes: Buffer): BoosterForm | undefined {
  const head = bytes.subarray(0, 4096).toString('latin1');
  if (/^\s*\{\s*"/.test(head)) return head.includes('"learner"') ? 'json' : undefined;
  if (head.startsWith('{')) return head.includes('learner') ? 'ubjson' : undefined;
  return /gbtree|gblinear|dart/.test(head) ? 'binary' : undefined;
}

async function loadPickle(file: string, bytes: Buffer, runtime: Runtime): Promise<Loaded> {
  const { framework: wanted, python } = runtime;
  const failure = (why: string): Loaded =>
    failed(`Could not load the model: ${shownDirectory}/${file}. ${why}.`);
  const pickle = await readPickle(bytes);
  if (pickle === 'unread') return { framework: wanted ?? 'SCIKIT_LEARN' };
  if ('problem' in pickle) {
    // joblib.load falls back to Booster.load_model.
    if (file === 'model.joblib' && wanted === 'XGBOOST' && boosterForm(bytes) !== undefined) {
      return loadBooster(file, bytes, runtime);
    }
    return failure(pickle.problem);
  }
  const { protocol, root, imports, scikitLearn } = pickle;
  if (protocol > runtime.pickleProtocol) {
    return failure(
      `unsupported pickle protocol: ${protocol}. Please make sure the model was exported using python ${python.charAt(0)}. Otherwise, please specify the correct 'python_version' parameter when deploying the model`,
    );
  }
  const unknown = imports.find(
    (readings) => !readings.some(({ module }) => isInstalled(module, runtime)),
  );
  if (unknown !== undefined && !runtime.hasOtherPackages) {
    const { module, name } = unknown[0] ?? root;
    return failure(
      module === '__main__'
        ? `Can't get attribute '${name}' on <module '__main__'>`
        : `No module named '${module}'`,
    );
  }
  const minor = scikitLearn?.split('.').slice(0, 2).join('.');
  if (minor !== undefined && runtime.scikitLearn !== undefined && minor !== runtime.scikitLearn) {
    return failure(
      `It was written by scikit-learn ${scikitLearn ?? ''}, and ${runtime.name} has ${runtime.scikitLearn}. scikit-learn reads pickles of its own minor version only`,
    );
  }
  if (wanted === undefined) {
    if (root.module.includes('sklearn')) return { framework: 'SCIKIT_LEARN' };
    if (root.module.includes('xgboost')) return { framework: 'XGBOOST' };
    return failed(
      `Invalid framework detected: ${root.module}.${root.name}. Please make sure the model file is supported by either scikit-learn or xgboost.`,
    );
  }
  const [needed, kind] =
    wanted === 'XGBOOST' ? ['xgboost', 'xgboost model'] : ['sklearn', 'sklearn model or pipeline'];
  if (root.module.includes(needed)) return { framework: wanted };
  return failed(
    `Invalid model type detected: ${root.module}.${root.name}. Please make sure the model file is an exported ${kind}.`,
  );
}

function isInstalled(module: string, { hasNumpy2 }: Runtime): boolean {
  return installed.test(module) && (hasNumpy2 || !module.startsWith('numpy._core'));
}

/** Packages of the runtime and of Python that pickled models refer to. */
const installed =
  /^(?:sklearn|xgboost|numpy|scipy|pandas|joblib|tensorflow|six|builtins|__builtin__|_?collections|_codecs|functools|_?operator|datetime|decimal|fractions|_?re|sre_[a-z]+|_?random|types|itertools|math|string|time|uuid|enum|threading|_thread|logging|pathlib|weakref|array|io|abc|typing|inspect|copy|os|posix|nt|subprocess|sys|runpy|importlib|pickle|_pickle|marshal)(?:\.|$)/;

function failed(detail: string): Loaded {
  return { problem: `Failed to load model: ${detail} (Error code: 0)` };
}
