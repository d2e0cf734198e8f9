import type { Artifact } from '../../src/artifact/artifact.ts';
import type { PickleInfo } from '../../src/artifact/pickle.ts';
import type { XgboostModel } from '../../src/artifact/xgboost-model.ts';
import { artifactOf } from './rule-cases.ts';
import type { RuleCase } from './rule-cases.ts';

const onlyHere = 'a service finds out only when it loads the model';
const custom = {
  region: 'global',
  modelRegion: 'us-central1',
  predictionClass: 'predictor.Fraud',
  packageFiles: ['gs://acme-aiplatform/fraud-1.0.tar.gz'],
} as const;
const packaged = { ...custom, predictionClass: undefined } as const;
const container = {
  image: 'us-central1-docker.pkg.dev/acme/models/fraud:1.0',
  machineType: 'n1-standard-4',
} as const;

/** A pickle that refers to these, such as `sklearn.svm._classes SVC`. */
export function pickled(references: readonly string[], more: Partial<PickleInfo> = {}): PickleInfo {
  const globals = references.map((reference) => {
    const [module = '', name = ''] = reference.split(' ');
    return { module, name };
  });
  return {
    protocol: 3,
    globals,
    root: globals[0],
    sklearnVersion: undefined,
    xgboostVersion: undefined,
    joblib: false,
    ...more,
  };
}

/** A pickle of scikit-learn that refers to its own classifier and to these. */
export function sklearnPickle(
  frameworkVersion: string,
  references: readonly string[] = [],
  more: Partial<PickleInfo> = {},
): Artifact {
  return artifactOf(
    { 'model.joblib': 1000 },
    {
      framework: 'SCIKIT_LEARN',
      frameworkVersion,
      pickle: pickled(['sklearn.svm._classes SVC', ...references], {
        sklearnVersion: frameworkVersion,
        ...more,
      }),
    },
  );
}

/** A pickle of XGBoost's own. */
export function xgboostPickle(frameworkVersion: string): Artifact {
  return artifactOf(
    { 'model.joblib': 1000 },
    {
      framework: 'XGBOOST',
      frameworkVersion,
      pickle: pickled(['xgboost.sklearn XGBClassifier'], { xgboostVersion: frameworkVersion }),
    },
  );
}

/** What XGBoost saved by itself. */
export function booster(version: string | undefined, format: XgboostModel['format']): Artifact {
  return artifactOf(
    { 'model.bst': 1000 },
    { framework: 'XGBOOST', frameworkVersion: version, booster: { format, version } },
  );
}

const clean = sklearnPickle('1.0.2', ['my_clean Clean']);
const evil = sklearnPickle('1.0.2', ['posix system']);

/** Cases of the rules about models for AI Platform. */
export const modelRuleCases: readonly RuleCase[] = [
  {
    rule: 'scikit-learn-version',
    title: 'the minor version of the runtime, whatever the patch level',
    artifact: sklearnPickle('1.0.1'),
    request: { runtimeVersion: '2.8' },
    refused: false,
  },
  {
    rule: 'scikit-learn-version',
    title: 'a version that is not told',
    artifact: artifactOf({ 'model.joblib': 1000 }, { framework: 'SCIKIT_LEARN' }),
    refused: false,
  },
  {
    rule: 'scikit-learn-version',
    title: 'a model of another framework',
    artifact: booster('1.6', 'binary'),
    request: { runtimeVersion: '2.10' },
    refused: false,
  },
  {
    rule: 'scikit-learn-version',
    title: 'another version with a custom routine',
    artifact: sklearnPickle('1.5.2'),
    request: custom,
    refused: false,
  },
  {
    rule: 'scikit-learn-version',
    title: 'a version that no runtime has',
    artifact: sklearnPickle('1.5.2'),
    refused: true,
    onlyHere,
  },
  {
    rule: 'scikit-learn-version',
    title: 'an older runtime, chosen by hand',
    request: { runtimeVersion: '2.5' },
    refused: true,
    onlyHere,
  },
  {
    rule: 'scikit-learn-version',
    title: 'a newer runtime, chosen in version_config',
    artifact: sklearnPickle('0.22.1'),
    request: { versionConfig: { runtimeVersion: '2.11' } },
    refused: true,
    onlyHere,
  },

  {
    rule: 'pickle-protocol',
    title: 'protocol 4',
    artifact: sklearnPickle('1.0.2', [], { protocol: 4 }),
    refused: false,
  },
  {
    rule: 'pickle-protocol',
    title: 'protocol 2 on Python 2.7',
    artifact: sklearnPickle('0.20.4', [], { protocol: 2 }),
    request: { runtimeVersion: '1.15', pythonVersion: '2.7' },
    refused: false,
  },
  {
    rule: 'pickle-protocol',
    title: 'protocol 5',
    artifact: sklearnPickle('1.0.2', [], { protocol: 5 }),
    refused: true,
    onlyHere,
  },
  {
    rule: 'pickle-protocol',
    title: 'protocol 3 on Python 2.7',
    artifact: sklearnPickle('0.20.4', [], { protocol: 3 }),
    request: { runtimeVersion: '1.15', pythonVersion: '2.7' },
    refused: true,
    onlyHere,
  },

  {
    rule: 'pickle-modules',
    title: 'what every runtime has',
    artifact: sklearnPickle('1.0.2', ['numpy ndarray', 'pandas.core.frame DataFrame']),
    refused: false,
  },
  {
    rule: 'pickle-modules',
    title: 'a module of the user with packages',
    artifact: clean,
    request: packaged,
    refused: false,
  },
  {
    rule: 'pickle-modules',
    title: 'a module of the user with a custom routine',
    artifact: clean,
    request: custom,
    refused: false,
  },
  {
    rule: 'pickle-modules',
    title: 'a module of the user with a container',
    artifact: clean,
    request: container,
    refused: false,
  },
  {
    rule: 'pickle-modules',
    title: 'a module of the user when that is allowed',
    artifact: clean,
    request: { allowUnsafePickle: true },
    refused: false,
  },
  {
    rule: 'pickle-modules',
    title: 'a module of the user, alone',
    artifact: clean,
    refused: true,
    onlyHere,
  },
  {
    rule: 'pickle-modules',
    title: 'the training script itself',
    artifact: sklearnPickle('1.0.2', ['__main__ clean']),
    refused: true,
    onlyHere,
  },
  {
    rule: 'pickle-modules',
    title: 'NumPy 2, whatever is brought along',
    artifact: sklearnPickle('1.0.2', ['numpy._core.multiarray _reconstruct']),
    request: packaged,
    refused: true,
    onlyHere,
  },

  {
    rule: 'pickle-safety',
    title: 'nothing but the framework',
    artifact: sklearnPickle('1.0.2'),
    refused: false,
  },
  {
    rule: 'pickle-safety',
    title: 'a command when that is allowed',
    artifact: evil,
    request: { allowUnsafePickle: true },
    refused: false,
  },
  { rule: 'pickle-safety', title: 'a command', artifact: evil, refused: true, onlyHere },
  {
    rule: 'pickle-safety',
    title: 'a command with packages',
    artifact: evil,
    request: packaged,
    refused: true,
    onlyHere,
  },
  {
    rule: 'pickle-safety',
    title: 'a command with a custom routine',
    artifact: evil,
    request: custom,
    refused: true,
    onlyHere,
  },
  {
    rule: 'pickle-safety',
    title: 'a command with a container',
    artifact: evil,
    request: container,
    refused: true,
    onlyHere,
  },

  {
    rule: 'xgboost-version',
    title: 'an older booster',
    artifact: booster('1.2.0', 'JSON'),
    request: { runtimeVersion: '2.11' },
    refused: false,
  },
  {
    rule: 'xgboost-version',
    title: 'a booster of a newer minor version, of which there is a warning',
    artifact: booster('1.7.6', 'JSON'),
    refused: false,
  },
  {
    rule: 'xgboost-version',
    title: 'a booster whose version is not told',
    artifact: booster(undefined, 'binary'),
    refused: false,
  },
  {
    rule: 'xgboost-version',
    title: 'a booster of a newer major version',
    artifact: booster('2.1.3', 'UBJSON'),
    refused: true,
    onlyHere,
  },
  {
    rule: 'xgboost-version',
    title: 'a pickle of a newer minor version',
    artifact: xgboostPickle('1.7.6'),
    refused: true,
    onlyHere,
  },
  {
    rule: 'xgboost-version',
    title: 'a newer booster inside a pipeline of scikit-learn',
    artifact: sklearnPickle('1.0.2', ['xgboost.sklearn XGBRegressor'], { xgboostVersion: '1.7.6' }),
    refused: true,
    onlyHere,
  },

  {
    rule: 'xgboost-form',
    title: 'UBJSON on XGBoost 1.6',
    artifact: booster('1.6.2', 'UBJSON'),
    refused: false,
  },
  {
    rule: 'xgboost-form',
    title: 'JSON on XGBoost 1.1',
    artifact: booster('1.1.1', 'JSON'),
    request: { runtimeVersion: '2.2' },
    refused: false,
  },
  {
    rule: 'xgboost-form',
    title: 'the binary form on XGBoost 0.90',
    artifact: booster(undefined, 'binary'),
    request: { runtimeVersion: '2.1' },
    refused: false,
  },
  {
    rule: 'xgboost-form',
    title: 'JSON on XGBoost 0.90',
    artifact: booster(undefined, 'JSON'),
    request: { runtimeVersion: '2.1' },
    refused: true,
    onlyHere,
  },
  {
    rule: 'xgboost-form',
    title: 'UBJSON on XGBoost 1.5',
    artifact: booster('1.6.2', 'UBJSON'),
    request: { runtimeVersion: '2.8' },
    refused: true,
    onlyHere,
  },
];

/** Cases of the same rules for Vertex AI. */
export const vertexAiModelRuleCases: readonly RuleCase[] = [
  {
    rule: 'scikit-learn-version',
    title: 'the version of the container',
    artifact: sklearnPickle('1.5.2'),
    refused: false,
  },
  {
    rule: 'scikit-learn-version',
    title: 'the container of a runtime of AI Platform that has another version',
    artifact: sklearnPickle('1.5.2'),
    request: { runtimeVersion: '2.11' },
    refused: true,
    onlyHere,
  },
  {
    rule: 'pickle-protocol',
    title: 'protocol 5 on Python 3.10',
    artifact: sklearnPickle('1.5.2', [], { protocol: 5 }),
    refused: false,
  },
  {
    rule: 'pickle-protocol',
    title: 'protocol 5 on Python 3.7',
    artifact: sklearnPickle('1.0.2', [], { protocol: 5 }),
    refused: true,
    onlyHere,
  },
  {
    rule: 'pickle-modules',
    title: 'NumPy 2 in a container of its time',
    artifact: sklearnPickle('1.6.1', ['numpy._core.multiarray _reconstruct']),
    refused: false,
  },
  {
    rule: 'pickle-modules',
    title: 'a module of the user in a container of the user',
    artifact: clean,
    request: container,
    refused: false,
  },
  {
    rule: 'pickle-modules',
    title: 'a module of the user in a prebuilt container',
    artifact: clean,
    refused: true,
    onlyHere,
  },
  {
    rule: 'pickle-safety',
    title: 'a command when that is allowed',
    artifact: evil,
    request: { allowUnsafePickle: true },
    refused: false,
  },
  { rule: 'pickle-safety', title: 'a command', artifact: evil, refused: true, onlyHere },
  {
    rule: 'xgboost-version',
    title: 'a booster for which there is a newer container',
    artifact: booster('1.7.6', 'JSON'),
    refused: false,
  },
  {
    rule: 'xgboost-version',
    title: 'a booster of a newer major version than the container that was asked for',
    artifact: booster('2.1.3', 'JSON'),
    request: { runtimeVersion: '1.7' },
    refused: true,
    onlyHere,
  },
  {
    rule: 'xgboost-form',
    title: 'UBJSON in a newer container',
    artifact: booster('2.1.3', 'UBJSON'),
    refused: false,
  },
  {
    rule: 'xgboost-form',
    title: 'UBJSON in a container with XGBoost 1.5',
    artifact: booster('1.6.2', 'UBJSON'),
    request: { runtimeVersion: '1.5' },
    refused: true,
    onlyHere,
  },
];
