import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { decide } from '../../src/plan/decide.ts';
import { checkRules } from '../../src/plan/rules.ts';
import { pickleWarnings } from '../../src/plan/rules/model-warnings.ts';
import { vertexAiServer } from '../../src/plan/vertex-ai/model-server.ts';
import { readVertexAiWanted } from '../../src/plan/vertex-ai/wanted.ts';
import type { Artifact } from '../../src/artifact/artifact.ts';
import type { DeployRequest } from '../../src/request/deploy-request.ts';
import { find, folder, removeFolders } from '../artifact/folders.ts';
import { booster, sklearnPickle, xgboostPickle } from './model-rule-cases.ts';
import { plainRequest, savedModel } from './rule-cases.ts';

const EXAMPLES = path.join(import.meta.dirname, '../../examples/models');

afterAll(removeFolders);

/** What is wrong with a model and a request together, each as `input: what was given: problem`. */
function told(artifact: Artifact, request: Partial<DeployRequest> = {}): string[] {
  return checkRules({ request: { ...plainRequest, ...request }, artifact }).map(
    ({ input, given, problem }) => `${input}: ${given}: ${problem}`,
  );
}

/** The warnings of a deploy that is not refused. */
function warnings(artifact: Artifact, request: Partial<DeployRequest> = {}): readonly string[] {
  return decide({
    request: { ...plainRequest, ...request },
    artifact,
    version: 'v1',
    existing: { model: undefined, version: undefined, servingVersion: undefined },
    chosen: { directory: 'fraud/v1/', reuse: new Map(), bucketExists: true },
  }).warnings;
}

describe('real models that do not fit', () => {
  test('a scikit-learn that no runtime has is told with the one to train with, and the NumPy', async () => {
    const artifact = await find(EXAMPLES, 'bad/newer-scikit-learn');
    expect(told(artifact)).toEqual([
      'source: bad/newer-scikit-learn: runtime 2.11 has scikit-learn 1.0.2, and the model was made with scikit-learn 1.5.2: only the same minor version reads it; no runtime has scikit-learn 1.5: train and save it again with `pip install "scikit-learn~=1.0.0"`, or serve it from a container of your own (`image`)',
      'source: bad/newer-scikit-learn: refers to `numpy._core.multiarray._reconstruct` and `numpy._core.multiarray.scalar`, which NumPy 2 has, and runtime 2.11 has NumPy 1; train and save it with `pip install "numpy<1.22"`, on Python 3.7',
    ]);
    expect(checkRules({ request: plainRequest, artifact }).map(({ code }) => code)).toEqual([
      'artifact',
      'artifact',
    ]);
  });

  test('a protocol that its Python does not read is told with how to save it, all faults at once', async () => {
    const artifact = await find(EXAMPLES, 'bad/newer-pickle-protocol');
    const faults = told(artifact);
    expect(faults).toHaveLength(3);
    expect(faults[1]).toBe(
      'source: bad/newer-pickle-protocol: is a pickle of protocol 5, which Python 3.8 and newer read, and runtime 2.11 has Python 3.7; save it with `pickle.dump(model, file, protocol=4)`',
    );
  });

  test('both are served by the container of their version on Vertex AI', async () => {
    for (const name of ['newer-scikit-learn', 'newer-pickle-protocol']) {
      const artifact = await find(EXAMPLES, `bad/${name}`, { platform: 'vertex-ai' });
      expect(told(artifact, { platform: 'vertex-ai' })).toEqual([]);
    }
  });

  test('a module of one’s own is named with what to give', async () => {
    const artifact = await find(EXAMPLES, 'bad/unknown-module');
    expect(told(artifact)).toEqual([
      'source: bad/unknown-module: refers to `my_clean.Clean`, and runtime 2.11 lacks the module `my_clean`; give its source distribution in `package_files` (with `region: global`, the only endpoint that runs such code)',
    ]);
    expect(told(artifact, { region: 'global' })[0]).toContain(
      'refers to `my_clean.Clean`, and runtime 2.11 lacks the module `my_clean`; give its source distribution in `package_files`',
    );
  });

  test('a module of one’s own needs a container of one’s own on Vertex AI', async () => {
    const artifact = await find(EXAMPLES, 'bad/unknown-module', { platform: 'vertex-ai' });
    expect(told(artifact, { platform: 'vertex-ai' })).toEqual([
      'source: bad/unknown-module: refers to `my_clean.Clean`, and the prebuilt container lacks the module `my_clean`; build a container that has it, and give it as `image`',
    ]);
  });

  test('the form of a booster is checked against the XGBoost that loads it', async () => {
    const artifact = await find(EXAMPLES, 'bad/xgboost-ubjson');
    expect(artifact).toMatchObject({ marker: 'model.bst', booster: { format: 'UBJSON' } });
    expect(told(artifact)).toEqual([]);
    expect(told(artifact, { runtimeVersion: '2.8' })).toEqual([
      "runtime_version: 2.8: runtime 2.8 has XGBoost 1.5.2, which does not read the UBJSON form: it came with XGBoost 1.6; give `runtime_version: '2.11'`, which has XGBoost 1.6.2",
    ]);
    const json = await find(EXAMPLES, 'xgboost-json');
    expect(told(json, { runtimeVersion: '2.1' })[1]).toContain('does not read the JSON form');
  });

  test('the good ones have nothing to be said of', async () => {
    for (const name of ['scikit-learn', 'scikit-learn-compressed', 'scikit-learn-pickle']) {
      const artifact = await find(EXAMPLES, name);
      expect(artifact.pickle?.globals.length).toBeGreaterThan(2);
      expect([told(artifact), warnings(artifact), artifact.warnings]).toEqual([[], [], []]);
    }
    for (const name of ['xgboost', 'xgboost-json', 'tensorflow/export']) {
      const artifact = await find(EXAMPLES, name);
      expect([told(artifact), warnings(artifact), artifact.warnings]).toEqual([[], [], []]);
    }
  });
});

test('a real pickle to which a command was added is refused, and served only when that is asked for', async () => {
  const root = await folder({});
  await cp(path.join(EXAMPLES, 'scikit-learn-pickle'), path.join(root, 'm'), { recursive: true });
  const file = path.join(root, 'm', 'model.pkl');
  const content = await readFile(file);
  // Behind the protocol: os.system('true'), and its result dropped.
  const command = Buffer.from("cposix\nsystem\n(S'true'\ntR0", 'latin1');
  await writeFile(file, Buffer.concat([content.subarray(0, 2), command, content.subarray(2)]));
  const artifact = await find(root, 'm');
  expect(told(artifact)).toEqual([
    'source: m: refers to `posix.system`, with which it can run any code or command as soon as it is loaded, and which no model needs; find out who made the file and how, and only if you trust it give `allow_unsafe_pickle: true`',
  ]);
  expect(warnings(artifact, { allowUnsafePickle: true })).toEqual([
    'The model refers to `posix.system`, with which it can run any code when it is loaded; it is deployed because `allow_unsafe_pickle` is true.',
  ]);
});

describe('texts', () => {
  test('a runtime that was chosen by hand is told with the one that fits', () => {
    expect(told(sklearnPickle('0.24.2'), { runtimeVersion: '2.11' })).toEqual([
      "runtime_version: 2.11: runtime 2.11 has scikit-learn 1.0.2, and the model was made with scikit-learn 0.24.2: only the same minor version reads it; give `runtime_version: '2.6'`, which has scikit-learn 0.24.2",
    ]);
    expect(told(sklearnPickle('1.5.2'), { platform: 'vertex-ai', runtimeVersion: '2.11' })).toEqual(
      [
        'runtime_version: 2.11: the prebuilt container has scikit-learn 1.0, and the model was made with scikit-learn 1.5.2: only the same minor version reads it; leave out `runtime_version`, and the container with scikit-learn 1.5 is chosen',
      ],
    );
  });

  test('a joblib file is saved anew by joblib', () => {
    const artifact = sklearnPickle('1.0.2', [], { protocol: 5, joblib: true });
    expect(told(artifact)[0]).toContain('`joblib.dump(model, "model.joblib", protocol=4)`');
  });

  test('what the training script defined is told as such', () => {
    const artifact = sklearnPickle('1.0.2', ['__main__ clean', 'my_clean Clean']);
    expect(told(artifact, { region: 'global' })).toEqual([
      'source: model: refers to `__main__.clean` and `my_clean.Clean`, and runtime 2.11 lacks the modules `__main__` and `my_clean`; give their source distributions in `package_files`, and what was defined in the training script itself (`__main__`) has to move to a module of that package before the model is trained and saved again',
    ]);
  });

  test('of many references five are told', () => {
    const many = Array.from({ length: 9 }, (_, index) => `mine.m${index} C`);
    expect(told(sklearnPickle('1.0.2', many))[0]).toContain(
      '`mine.m4.C` and 4 more, and runtime 2.11 lacks the module `mine`; give its',
    );
  });

  test('a newer XGBoost is told with what it promises', () => {
    expect(told(booster('2.1.3', 'UBJSON'))).toEqual([
      'source: model: runtime 2.11 has XGBoost 1.6.2, and the model was saved by XGBoost 2.1.3: XGBoost reads what older versions saved, not what a newer major version did; no runtime has XGBoost 2.1: train and save it again with `pip install "xgboost~=1.6.0"`, or serve it from a container of your own (`image`)',
    ]);
    expect(told(xgboostPickle('1.6.2'), { runtimeVersion: '2.5' })).toEqual([
      "runtime_version: 2.5: runtime 2.5 has XGBoost 1.4.0, and the model was pickled by XGBoost 1.6.2: a pickle is only read by the version that wrote it and newer ones; give `runtime_version: '2.11'`, which has XGBoost 1.6.2",
    ]);
  });
});

describe('warnings', () => {
  test('TensorFlow that is newer than the runtime, with the runtime that fits', () => {
    expect(warnings(savedModel, { runtimeVersion: '2.5' })).toEqual([
      "The model was exported by TensorFlow 2.11.0, and runtime 2.5 has TensorFlow 2.5.1, which may lack operations that the model uses; give `runtime_version: '2.11'`, which has TensorFlow 2.11.0.",
    ]);
    expect(
      warnings({ ...savedModel, frameworkVersion: '2.4.1' }, { runtimeVersion: '2.5' }),
    ).toEqual([]);
  });

  test('TensorFlow that is newer than the container that was asked for, with what to do', () => {
    const request: DeployRequest = {
      ...plainRequest,
      platform: 'vertex-ai',
      runtimeVersion: '2.14',
    };
    const warn = (frameworkVersion: string): readonly string[] => {
      const artifact = { ...savedModel, frameworkVersion };
      const { imageChoice } = readVertexAiWanted(request, artifact, undefined);
      return imageChoice !== undefined && 'uri' in imageChoice ? imageChoice.warnings : [];
    };
    expect(warn('2.15.1')).toEqual([
      'The model was made with TensorFlow 2.15.1, and the container holds TensorFlow 2.14, which may not be able to load it. Leave out `runtime_version`, and a container is chosen that fits the model.',
    ]);
    // No container has it: leaving out the input would not help.
    expect(warn('2.18.0')[0]).toMatch(/may not be able to load it\.$/);
    expect(warn('2.11.0')).toEqual([]);
  });

  test('a booster of a newer minor version', () => {
    expect(warnings(booster('1.6', 'binary'), { runtimeVersion: '2.5' })).toEqual([
      "The model was saved by XGBoost 1.6, and runtime 2.5 has XGBoost 1.4.0: XGBoost promises to read what older versions saved, not newer ones; give `runtime_version: '2.11'`, which has XGBoost 1.6.2.",
    ]);
    expect(warnings(booster('1.4', 'binary'), { runtimeVersion: '2.11' })).toEqual([]);
  });

  test('a pickle of an older XGBoost', () => {
    expect(warnings(xgboostPickle('1.4.0'), { runtimeVersion: '2.11' })[0]).toContain(
      'which may not read it: save it with `booster.save_model("model.bst")` instead; give `runtime_version: \'2.6\'`, which has XGBoost 1.4.2',
    );
  });

  test('a runtime that was chosen here is told once', () => {
    expect(warnings(booster('1.7.6', 'JSON'))).toHaveLength(1);
    expect(warnings({ ...savedModel, frameworkVersion: '2.15.0' })).toHaveLength(1);
  });

  test('code of one’s own that is let through is said', () => {
    const artifact = sklearnPickle('1.0.2', ['my_clean Clean']);
    expect(warnings(artifact, { allowUnsafePickle: true })).toEqual([
      'The model refers to `my_clean.Clean`, which runtime 2.11 does not have by itself; it is deployed because `allow_unsafe_pickle` is true, and may not load.',
    ]);
  });

  test('XGBoost inside a pipeline may be missing in the container of scikit-learn', () => {
    const artifact = sklearnPickle('1.5.2', ['xgboost.sklearn XGBRegressor']);
    const request: DeployRequest = { ...plainRequest, platform: 'vertex-ai' };
    const server = vertexAiServer(readVertexAiWanted(request, artifact, undefined));
    expect(pickleWarnings(artifact, server, request)).toEqual([
      'The model refers to `xgboost`, which the prebuilt container may not have; if it does not load, serve it from a container of your own (`image`).',
    ]);
    expect(warnings(sklearnPickle('1.0.2', ['xgboost.sklearn XGBRegressor']))).toEqual([]);
  });
});
