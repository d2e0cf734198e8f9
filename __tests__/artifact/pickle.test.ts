import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { storedFeed, unfoldedFeed } from '../../src/artifact/byte-cursor.ts';
import { Malformed } from '../../src/artifact/byte-source.ts';
import { type PickleInfo, readPickle } from '../../src/artifact/pickle.ts';
import { bytesOf } from './folders.ts';

const EXAMPLES = path.join(import.meta.dirname, '../../examples/models');

/** Pickles by name in base64, made by make_pickles.py. */
const PICKLES = JSON.parse(
  await readFile(path.join(import.meta.dirname, 'pickles.json'), 'utf8'),
) as Readonly<Record<string, string>>;

function pickled(name: string): Buffer {
  return Buffer.from(PICKLES[name] ?? '', 'base64');
}

function read(content: Uint8Array): Promise<PickleInfo> {
  return readPickle(storedFeed(bytesOf(content)));
}

/** What a pickle imports, as Python would write it. */
function imports(info: PickleInfo): string[] {
  return info.globals.map(({ module, name }) => `${module}.${name}`);
}

const LINEAR = { module: 'sklearn.linear_model._base', name: 'LinearRegression' };

test.each([0, 1, 2, 3, 4, 5])('a pickle of protocol %i is read to its end', async (protocol) => {
  const info = await read(pickled(`pickle-${protocol}`));
  expect(info).toMatchObject({
    // Protocols 0 and 1 have no opcode that declares them.
    protocol: protocol > 1 ? protocol : 0,
    root: LINEAR,
    sklearnVersion: '1.9.1',
    xgboostVersion: undefined,
    features: 2,
    joblib: false,
  });
  expect(info.unread).toBeUndefined();
  expect(imports(info)).toContain('numpy.dtype');
});

test.each([0, 1, 2, 3, 4, 5])(
  'what joblib writes with protocol %i is read past its arrays',
  async (protocol) => {
    const info = await read(pickled(`joblib-${protocol}`));
    expect(info).toMatchObject({ root: LINEAR, sklearnVersion: '1.9.1', joblib: true });
    expect(info.unread).toBeUndefined();
  },
);

test.each(['joblib-zlib', 'joblib-gzip'])('%s is unfolded on the way', async (name) => {
  const feed = unfoldedFeed(bytesOf(pickled(name)));
  const info = await readPickle(feed);
  feed.close();
  expect(info).toMatchObject({ root: LINEAR, sklearnVersion: '1.9.1', joblib: true });
});

test('how many features it was trained on is told of the object itself, not of its parts', async () => {
  const forest = await readFile(path.join(EXAMPLES, 'scikit-learn-pickle/model.pkl'));
  const pipeline = await readFile(path.join(EXAMPLES, 'scikit-learn/model.joblib'));
  expect((await read(forest)).features).toBe(4);
  expect((await read(pipeline)).features).toBeUndefined();
});

test('an array of objects is a pickle inside the pickle', async () => {
  const info = await read(pickled('joblib-objects'));
  expect(info).toMatchObject({
    root: { module: 'sklearn.preprocessing._label', name: 'LabelEncoder' },
    sklearnVersion: '1.9.1',
    joblib: true,
  });
  expect(info.unread).toBeUndefined();
});

test('an array of records is stepped over', async () => {
  const info = await read(pickled('joblib-tree'));
  expect(imports(info)).toEqual([
    'joblib.numpy_pickle.NumpyArrayWrapper',
    'numpy.dtype',
    'numpy.ndarray',
    'sklearn.tree._classes.DecisionTreeRegressor',
    'sklearn.tree._tree.Tree',
  ]);
  expect(info.sklearnVersion).toBe('1.9.1');
});

test('a booster inside tells the version of XGBoost', async () => {
  expect(await read(pickled('pickle-xgboost'))).toMatchObject({
    root: { module: 'xgboost.sklearn', name: 'XGBRegressor' },
    sklearnVersion: undefined,
    xgboostVersion: '3.2.0',
  });
  expect(await read(pickled('joblib-pipeline-xgboost'))).toMatchObject({
    root: { module: 'sklearn.pipeline', name: 'Pipeline' },
    sklearnVersion: '1.9.1',
    xgboostVersion: '3.2.0',
  });
});

test.each([
  ['scikit-learn/model.joblib', 'sklearn.pipeline', 'Pipeline', true],
  ['scikit-learn-pickle/model.pkl', 'sklearn.ensemble._forest', 'RandomForestClassifier', false],
])('the example %s tells its scikit-learn', async (file, module, name, joblib) => {
  const info = await read(await readFile(path.join(EXAMPLES, file)));
  expect(info).toMatchObject({
    protocol: 3,
    root: { module, name },
    sklearnVersion: '1.0.2',
    joblib,
  });
  expect(info.unread).toBeUndefined();
});

test('what a pickle would import is named, however it says it', async () => {
  // Module and name pushed, memoized, dropped, fetched again, and then imported by STACK_GLOBAL.
  const hidden = '\x80\x04\x8c\x02os\x940\x8c\x06system\x940h\x00h\x01\x93\x8c\x04true\x85R.';
  expect(imports(await read(Buffer.from(hidden, 'latin1')))).toEqual(['os.system']);
  const plain = "cos\nsystem\n(S'true'\ntR.";
  expect(imports(await read(Buffer.from(plain)))).toEqual(['os.system']);
  const instance = "(S'true'\nios\nsystem\n.";
  expect(imports(await read(Buffer.from(instance)))).toEqual(['os.system']);
});

test.each([
  ['bytes in hexadecimal', "S'\\x6fs'\nS'sys\\x74em'\n"],
  ['bytes in octal', "S'\\157s'\nS'\\163ystem'\n"],
  ['text', 'V\\u006fs\nV\\U00000073ystem\n'],
])('a name that hides behind escapes is named all the same: %s', async (_, names) => {
  const pickle = Buffer.from(`\x80\x04${names}\x93)R.`, 'latin1');
  expect(imports(await read(pickle))).toEqual(['os.system']);
});

test('what is no escape stays as it is', async () => {
  const pickle = Buffer.from("\x80\x04V\\x6f\nS'\\u0041\\q\\n'\n\x93.", 'latin1');
  expect(imports(await read(pickle))).toEqual(['\\x6f.\\u0041\\q\n']);
});

test('what cannot be followed is said to be unread, with what was seen before', async () => {
  // The name of the import is the result of a call.
  const computed = 'cbuiltins\nstr\n)R\x8c\x01x\x93.';
  const info = await read(Buffer.from(computed, 'latin1'));
  expect(imports(info)).toEqual(['builtins.str']);
  expect(info.unread).toBe('It names what it imports in a way that cannot be followed.');
  const extension = await read(Buffer.from('\x80\x02\x82\x01.', 'latin1'));
  expect(extension.unread).toMatch(/extension registry/);
  const numbered = await read(Buffer.from('\x80\x04\x8c\x01aq\x07\x94.', 'latin1'));
  expect(numbered.unread).toBe('It numbers its values in two ways.');
});

test.each(['pickle-2', 'pickle-5', 'joblib-4', 'joblib-objects'])(
  'every way to cut %s short is noticed',
  async (name) => {
    const whole = pickled(name);
    for (let length = 0; length < whole.length; length += 1) {
      await expect(read(whole.subarray(0, length))).rejects.toThrow(Malformed);
    }
  },
);

test('a compressed file that is cut short is noticed', async () => {
  const whole = pickled('joblib-zlib');
  for (const length of [2, 10, 100, whole.length - 5]) {
    const feed = unfoldedFeed(bytesOf(whole.subarray(0, length)));
    await expect(readPickle(feed)).rejects.toThrow(/cut short/);
    feed.close();
  }
});

test.each([
  ['an unknown opcode', '\x80\x04\xff.'],
  ['an unknown protocol', '\x80\x09N.'],
  ['a group that was never opened', '\x80\x04t.'],
  ['an empty stack', '\x80\x04R.'],
  ['a text longer than the file', '\x80\x04X\xff\xff\xff\xffabc.'],
  ['a text of negative length', '\x80\x02T\xff\xff\xff\xffabc.'],
  ['a line without end', `c${'a'.repeat(70_000)}`],
])('%s is no pickle', async (_, content) => {
  await expect(read(Buffer.from(content, 'latin1'))).rejects.toThrow(Malformed);
});

test('random damage never ends in anything but an answer', async () => {
  let seed = 7;
  const random = (): number => (seed = (seed * 48_271) % 0x7fffffff);
  let answers = 0;
  for (let round = 0; round < 300; round += 1) {
    const damaged = pickled(['pickle-4', 'joblib-4', 'joblib-tree'][round % 3] ?? '');
    for (let hit = 0; hit < 3; hit += 1) damaged[random() % damaged.length] = random() % 256;
    const outcome: unknown = await read(damaged).catch((error: unknown) => error);
    if (outcome instanceof Error) expect(outcome).toBeInstanceOf(Malformed);
    else answers += 1;
  }
  expect(answers).toBeGreaterThan(0);
});

test('a bomb of nested groups is given up, not followed', async () => {
  const info = await read(Buffer.alloc(2_000_000, '('));
  expect(info.unread).toBe('It is nested too deeply.');
});
