import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { failureOf, find, folder, removeFolders } from './folders.ts';
import {
  SMALL_SAVED_MODEL,
  graph,
  metaGraph,
  node,
  savedModel,
  signature,
  variablesIndex,
} from './saved-model-writer.ts';

const EXAMPLES = path.join(import.meta.dirname, '../../examples/models');
const JOBLIB = await readFile(path.join(EXAMPLES, 'scikit-learn/model.joblib'));
const PICKLE = await readFile(path.join(EXAMPLES, 'scikit-learn-pickle/model.pkl'));
const BOOSTER = await readFile(path.join(EXAMPLES, 'xgboost/model.bst'));
const BOOSTER_JSON = await readFile(path.join(EXAMPLES, 'xgboost-json/iris.bst'));
const PACKAGE = gzipSync('a source distribution');

const INODE: unknown = expect.stringMatching(/^\d+:\d+$/);

afterAll(removeFolders);

describe('real models', () => {
  test('the newest export of the example is chosen, with everything that it says', async () => {
    const artifact = await find(EXAMPLES, 'tensorflow/export');
    expect(artifact).toMatchObject({
      kind: 'saved-model',
      chosen: 'tensorflow/export/1700000000',
      place: 'local',
      framework: 'TENSORFLOW',
      frameworkVersion: '2.11.0',
      exportTimestamp: '1700000000',
      marker: 'saved_model.pb',
      warnings: [],
    });
    expect(artifact.deployableUri).toBeUndefined();
    expect(artifact.files.map(({ name, bytes }) => [name, bytes])).toEqual([
      ['assets/species.txt', 27],
      ['fingerprint.pb', 54],
      ['saved_model.pb', 34334],
      ['variables/variables.data-00000-of-00001', 529],
      ['variables/variables.index', 255],
    ]);
    expect(artifact.totalBytes).toBe(27 + 54 + 34334 + 529 + 255);
    expect(artifact.savedModel?.signatures.map(({ name }) => name)).toEqual([
      'score',
      'serving_default',
    ]);
    expect(artifact.remarks).toEqual([
      'Passed over `temp-1700000100`: it is an export that was never finished.',
      'Chose `1700000000` (2023-11-14T22:13:20Z), the newest complete export; older: `1690000000`.',
      'The graph uses the operation `ReadFile`. It reads a file by its path: what is not among the assets of the export is not there when it serves.',
    ]);
  });

  test.each([
    ['scikit-learn', 'model.joblib', 'SCIKIT_LEARN', '1.0.2'],
    ['scikit-learn/model.joblib', 'model.joblib', 'SCIKIT_LEARN', '1.0.2'],
    ['scikit-learn-compressed', 'model.joblib', 'SCIKIT_LEARN', '1.0.2'],
    ['scikit-learn-pickle', 'model.pkl', 'SCIKIT_LEARN', '1.0.2'],
    ['xgboost', 'model.bst', 'XGBOOST', '1.6'],
    ['xgboost-json/iris.bst', 'model.bst', 'XGBOOST', '1.6.2'],
    ['bad/xgboost-ubjson', 'model.bst', 'XGBOOST', '1.6.2'],
  ])('%s is deployed as %s, %s %s', async (source, marker, framework, frameworkVersion) => {
    const artifact = await find(EXAMPLES, source);
    expect(artifact).toMatchObject({
      kind: 'model-file',
      chosen: source,
      framework,
      frameworkVersion,
      marker,
    });
    expect(artifact.files.map(({ name }) => name)).toEqual([marker]);
  });
});

describe('model files', () => {
  test.each([
    ['iris.bst', BOOSTER, 'model.bst'],
    ['booster.json', BOOSTER_JSON, 'model.bst'],
    ['clf.pickle', PICKLE, 'model.pkl'],
    ['clf.v1.2.PKL', PICKLE, 'model.pkl'],
    ['clf', PICKLE, 'model.pkl'],
    ['clf.joblib', JOBLIB, 'model.joblib'],
    ['model.pkl', JOBLIB, 'model.joblib'],
  ])('%s is deployed under the name %#', async (name, content, served) => {
    const root = await folder({ [`out/${name}`]: content, 'out/other.bin': 'x' });
    const artifact = await find(root, `out/${name}`);
    expect(artifact.chosen).toBe(`out/${name}`);
    expect(artifact.marker).toBe(served);
    expect(artifact.files).toEqual([
      {
        name: served,
        bytes: content.length,
        source: { kind: 'local', path: path.join(root, 'out', name), inode: INODE },
      },
    ]);
    expect(artifact.remarks).toEqual([
      `\`${name}\` is deployed as \`${served}\`, the name under which the service looks for it.`,
    ]);
  });

  test('a directory with one is deployed whole', async () => {
    const root = await folder({ 'out/iris.bst': BOOSTER, 'out/data/names.txt': 'x' });
    const artifact = await find(root, 'out');
    expect(artifact.files.map(({ name }) => name)).toEqual(['data/names.txt', 'model.bst']);
    expect(artifact.chosen).toBe('out');
  });

  test('two candidates are an error that names both', async () => {
    const root = await folder({ 'out/a.joblib': JOBLIB, 'out/b.pkl': PICKLE });
    const failure = await failureOf(find(root, 'out'));
    expect(failure.code).toBe('artifact');
    expect(failure.why).toBe('It holds more than one model: `a.joblib` and `b.pkl`.');
  });

  test('a SavedModel and a model file are an error that names both', async () => {
    const root = await folder({
      'out/saved_model.pb': SMALL_SAVED_MODEL,
      'out/model.bst': BOOSTER,
    });
    const failure = await failureOf(find(root, 'out'));
    expect(failure.why).toBe('It holds more than one model: `saved_model.pb` and `model.bst`.');
  });

  test('a model file beside exports is an error that names both', async () => {
    const root = await folder({
      'out/1700000000/saved_model.pb': SMALL_SAVED_MODEL,
      'out/model.bst': BOOSTER,
    });
    const failure = await failureOf(find(root, 'out'));
    expect(failure.why).toBe('It holds the model file `model.bst` and the exports `1700000000`.');
  });

  test('what no service loads is refused with what to do instead', async () => {
    const failure = await failureOf(find(EXAMPLES, 'bad/keras-v3'));
    expect(failure.why).toBe(
      'It has no model that can be served: `model.keras` is a Keras archive.',
    );
    expect(failure.next).toMatch(/model\.export/);
    const direct = await failureOf(find(EXAMPLES, 'bad/tflite/model.tflite'));
    expect(direct.why).toBe('`model.tflite` is a TensorFlow Lite model.');
  });

  test('an empty model file is refused', async () => {
    const root = await folder({ 'out/model.pkl': '', 'model.bst': '' });
    expect((await failureOf(find(root, 'out'))).why).toBe('It has an empty `model.pkl`.');
    expect((await failureOf(find(root, 'model.bst'))).why).toBe('`model.bst` is empty.');
  });

  test('Git LFS pointers are told, and told once', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n';
    const root = await folder({
      'out/model.joblib': pointer,
      'export/saved_model.pb': pointer,
      'export/variables/variables.index': pointer,
    });
    const file = await failureOf(find(root, 'out'));
    expect(file.why).toBe('`model.joblib` is a Git LFS pointer, not the file that it stands for.');
    expect(file.next).toMatch(/`lfs: true`/);
    const tree = await failureOf(find(root, 'export'));
    expect(tree.what).toBe('`export` cannot be deployed: 2 faults were found in it.');
  });
});

describe('the input framework', () => {
  const cases = { 'sk/model.joblib': JOBLIB, 'xgb/model.bst': BOOSTER, 'odd/model.joblib': 'BZh9' };

  test('it may repeat what the bytes say', async () => {
    const root = await folder(cases);
    expect(await find(root, 'sk', { framework: 'SCIKIT_LEARN' })).toMatchObject({
      framework: 'SCIKIT_LEARN',
      remarks: [],
    });
  });

  test.each([
    ['sk', 'XGBOOST', /`model.joblib` is a model of scikit-learn, .* says XGBoost/],
    ['xgb', 'SCIKIT_LEARN', /`model.bst` is a model of XGBoost, .* says scikit-learn/],
    ['xgb', 'TENSORFLOW', /single file, but the input framework says TensorFlow/],
    ['tf', 'XGBOOST', /SavedModel, but the input framework says XGBoost/],
  ] as const)('%s against %s is an error', async (source, framework, why) => {
    const root = await folder({ ...cases, 'tf/saved_model.pb': SMALL_SAVED_MODEL });
    const failure = await failureOf(find(root, source, { framework }));
    expect(failure.code).toBe('artifact');
    expect(failure.why).toMatch(why);
  });

  test('it is believed, and said to be, where the bytes do not tell', async () => {
    const root = await folder(cases);
    const failure = await failureOf(find(root, 'odd'));
    expect(failure.why).toMatch(/compressed with bzip2, which is not unfolded here/);
    expect(await find(root, 'odd', { framework: 'SCIKIT_LEARN' })).toMatchObject({
      framework: 'SCIKIT_LEARN',
      frameworkVersion: undefined,
      remarks: [],
      warnings: [
        'That `model.joblib` is a model of scikit-learn is what the input framework says; its bytes do not tell. It is compressed with bzip2, which is not unfolded here. It was not checked.',
      ],
    });
  });

  test('a pickle of neither framework needs it', async () => {
    const content = Buffer.from('\x80\x04\x8c\x08lightgbm\x8c\x07Booster\x93).', 'latin1');
    const stray = Buffer.from('\x80\x04\x8c\x08lightgbm\x8c\x07Booster\x93)\x81.', 'latin1');
    const root = await folder({ 'a.pkl': content, 'b.pkl': stray });
    expect((await failureOf(find(root, 'a.pkl'))).why).toMatch(/it holds no object/);
    expect((await failureOf(find(root, 'b.pkl'))).why).toBe(
      '`b.pkl` refers to neither scikit-learn nor XGBoost; it holds an object of `lightgbm.Booster`.',
    );
    expect((await find(root, 'b.pkl', { framework: 'XGBOOST' })).framework).toBe('XGBOOST');
  });
});

describe('custom code and containers', () => {
  const files = {
    'app/a.joblib': JOBLIB,
    'app/b.pkl': PICKLE,
    'app/weights/model.pt': 'PK\x03\x04',
  };

  test.each([{ image: 'gcr.io/p/i' }, { predictionClass: 'm.C' }])(
    'any directory will do with %o, and nothing is renamed',
    async (custom) => {
      const root = await folder(files);
      const artifact = await find(root, 'app', custom);
      expect(artifact).toMatchObject({ kind: 'directory', chosen: 'app', marker: undefined });
      expect(artifact.framework).toBeUndefined();
      expect(artifact.files.map(({ name }) => name)).toEqual([
        'a.joblib',
        'b.pkl',
        'weights/model.pt',
      ]);
      const file = await find(root, 'app/weights/model.pt', custom);
      expect(file).toMatchObject({ kind: 'directory', chosen: 'app/weights/model.pt' });
      const pickle = await find(root, 'app/a.joblib', custom);
      expect(pickle).toMatchObject({ kind: 'model-file', marker: 'a.joblib' });
    },
  );

  test('a model in the directory is still told, and the newest export still chosen', async () => {
    const root = await folder({
      'one/saved_model.pb': SMALL_SAVED_MODEL,
      'many/1700000000/model.pt': 'x',
      'many/1700000001/model.pt': 'x',
    });
    await mkdir(path.join(root, 'many/1700000002'));
    expect(await find(root, 'one', { image: 'i' })).toMatchObject({
      kind: 'saved-model',
      framework: 'TENSORFLOW',
    });
    expect(await find(root, 'many', { image: 'i' })).toMatchObject({
      kind: 'directory',
      chosen: 'many/1700000001',
    });
  });

  test('an empty directory will not do', async () => {
    const root = await folder({});
    await mkdir(path.join(root, 'app'));
    const failure = await failureOf(find(root, 'app', { image: 'i' }));
    expect(failure.why).toMatch(/holds no file that can be deployed/);
  });
});

describe('SavedModels that do not serve', () => {
  test('without the tag serve it is refused, with the tags that are there', async () => {
    const content = savedModel(
      metaGraph(['train'], '2.11.0', []),
      metaGraph(['serve', 'tpu'], '2.11.0', []),
    );
    const root = await folder({ 'm/saved_model.pb': content });
    const failure = await failureOf(find(root, 'm'));
    expect(failure.why).toMatch(
      /`serve`, by which it is loaded; there is `train` and `serve, tpu`/,
    );
    expect((await find(root, 'm', { image: 'i' })).kind).toBe('saved-model');
  });

  test('without a signature it is refused, with the export that has one', async () => {
    const failure = await failureOf(find(EXAMPLES, 'bad/no-signature'));
    expect(failure.code).toBe('artifact');
    expect(failure.why).toBe(
      '`saved_model.pb` has no signature, so no prediction can be asked of it and no server loads it.',
    );
    expect(failure.next).toContain('signatures=');
    expect((await find(EXAMPLES, 'bad/no-signature', { image: 'i' })).kind).toBe('saved-model');
  });

  test('without a shard of its variables it is refused, which is named', async () => {
    const failure = await failureOf(find(EXAMPLES, 'bad/missing-shard'));
    expect(failure.why).toBe(
      '`variables/variables.data-00000-of-00001` is missing: `variables/variables.index` says that the values of the variables lie in 1 file, which is not there.',
    );
    expect((await find(EXAMPLES, 'bad/missing-shard', { image: 'i' })).kind).toBe('saved-model');
  });

  test('everything that is wrong with it is told at once', async () => {
    const root = await folder({
      'm/saved_model.pb': savedModel(metaGraph(['train'], '2.11.0', [])),
      'm/variables/variables.index': variablesIndex(3),
      'm/variables/variables.data-00001-of-00003': 'x',
    });
    const failure = await failureOf(find(root, 'm', { framework: 'XGBOOST' }));
    expect(failure.why).toContain('(1) It is a TensorFlow SavedModel');
    expect(failure.why).toContain('(2) No graph in `saved_model.pb` has the one tag `serve`');
    expect(failure.why).toContain(
      '(3) `variables/variables.data-00000-of-00003` and `variables/variables.data-00002-of-00003` are missing: `variables/variables.index` says that the values of the variables lie in 3 files, 2 of which are not there.',
    );
  });

  test('operations that a server may not run are warned of, by name', async () => {
    const content = savedModel(
      metaGraph(
        ['serve'],
        '2.11.0',
        [signature('serving_default', {}, {})],
        0,
        graph([node('PyFunc')], { f: [node('EagerPyFunc'), node('Addons>GeluOp')] }),
      ),
    );
    const root = await folder({ 'm/saved_model.pb': content });
    const { warnings } = await find(root, 'm');
    expect(warnings).toEqual([
      expect.stringContaining('The graph uses the operations `EagerPyFunc` and `PyFunc`.'),
      expect.stringContaining('the operation `Addons>GeluOp` of tensorflow-addons'),
    ]);
    expect((await find(root, 'm', { image: 'i' })).warnings).toEqual([]);
  });

  test('a text SavedModel is taken for what it is', async () => {
    const text = 'saved_model_schema_version: 1\n  tensorflow_version: "1.15.2"\n';
    const root = await folder({ 'm/saved_model.pbtxt': text });
    const artifact = await find(root, 'm');
    expect(artifact).toMatchObject({
      kind: 'saved-model',
      framework: 'TENSORFLOW',
      frameworkVersion: '1.15.2',
      marker: 'saved_model.pbtxt',
    });
    expect(artifact.savedModel).toBeUndefined();
    expect(artifact.warnings).toEqual([
      '`saved_model.pbtxt` is a text file: its tags, signatures and operations were not checked.',
    ]);
  });
});

describe('package files', () => {
  test('local ones become files of the artifact', async () => {
    const root = await folder({
      'm/model.joblib': JOBLIB,
      'dist/trainer-0.1.tar.gz': PACKAGE,
    });
    const artifact = await find(root, 'm', { packageFiles: ['dist/trainer-0.1.tar.gz'] });
    expect(artifact.files).toEqual([
      {
        name: 'model.joblib',
        bytes: JOBLIB.length,
        source: { kind: 'local', path: path.join(root, 'm', 'model.joblib'), inode: INODE },
      },
      {
        name: 'packages/trainer-0.1.tar.gz',
        bytes: PACKAGE.length,
        source: { kind: 'local', path: path.join(root, 'dist', 'trainer-0.1.tar.gz') },
      },
    ]);
    expect(artifact.totalBytes).toBe(JOBLIB.length + PACKAGE.length);
  });

  test('all that is wrong with them is told at once', async () => {
    const root = await folder({
      'm/model.joblib': JOBLIB,
      'm/packages/c-1.tar.gz': PACKAGE,
      'a-1.whl': 'x',
      'b-1.tar.gz': 'not gzip',
      'c-1.tar.gz': PACKAGE,
      'd/c-1.tar.gz': PACKAGE,
    });
    const failure = await failureOf(
      find(root, 'm', {
        packageFiles: ['a-1.whl', 'b-1.tar.gz', 'c-1.tar.gz', 'd/c-1.tar.gz', 'e-1.tar.gz'],
      }),
    );
    expect(failure.what).toBe('`m` cannot be deployed: 5 faults were found in it.');
    expect(failure.why).toBe(
      [
        '(1) `a-1.whl` in package_files is no source distribution, whose name ends with `.tar.gz`.',
        '(2) `b-1.tar.gz` in package_files is not compressed with gzip, whatever its name says.',
        '(3) Two entries of package_files are called `c-1.tar.gz`, and would be one object.',
        '(4) There is no file `e-1.tar.gz`, which package_files names.',
        '(5) Two files would be uploaded as `packages/c-1.tar.gz`.',
      ].join(' '),
    );
  });
});

test('a real export that lost its end on the way is refused', async () => {
  const root = await folder({});
  await cp(path.join(EXAMPLES, 'tensorflow/export/1700000000'), path.join(root, 'm'), {
    recursive: true,
  });
  const marker = path.join(root, 'm', 'saved_model.pb');
  await writeFile(marker, (await readFile(marker)).subarray(0, 20_000));
  const failure = await failureOf(find(root, 'm'));
  expect(failure.why).toMatch(/cannot be loaded. It is cut short/);
});

test('a signature of its own is enough to be served', async () => {
  const content = savedModel(metaGraph(['serve'], '2.4.1', [signature('predict', {}, {})]));
  const root = await folder({ 'm/saved_model.pb': content });
  expect((await find(root, 'm')).warnings).toEqual([]);
});
