import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judge, tell } from '../../src/plan/rules/pickle-modules.ts';
import type { ModuleAttribute } from '../../src/plan/rules/pickle-modules.ts';

/** What pickles of real models refer to, made by make_references.py. */
const REFERENCES = JSON.parse(
  readFileSync(join(import.meta.dirname, 'references.json'), 'utf8'),
) as readonly string[];

function parse(reference: string): ModuleAttribute {
  const [module = '', name = ''] = reference.split(' ');
  return { module, name };
}

test('nothing that real models refer to is refused', () => {
  expect(REFERENCES.length).toBeGreaterThan(300);
  expect(REFERENCES.filter((reference) => judge(parse(reference)) !== 'known')).toEqual([]);
});

test.each([
  'sklearn.externals.joblib.numpy_pickle NumpyArrayWrapper',
  'joblib.numpy_pickle NumpyArrayWrapper',
  'sklearn.tree.tree DecisionTreeClassifier',
  'copy_reg _reconstructor',
  'collections OrderedDict.fromkeys',
  '_codecs encode',
  'xgboost.compat XGBoostLabelEncoder',
  'joblib.memory Memory',
  'operator itemgetter',
])('%s is known', (reference) => {
  expect(judge(parse(reference))).toBe('known');
});

test.each([
  'my_clean Clean',
  'my_clean.steps Clean.nested',
  'my_clean load',
  '__main__ clean',
  'lightgbm.sklearn LGBMClassifier',
  'category_encoders.one_hot OneHotEncoder',
  '_private Thing',
])('%s is unknown', (reference) => {
  expect(judge(parse(reference))).toBe('unknown');
});

test.each([
  ...['os system', 'posix system', 'nt system', 'subprocess Popen', 'sys modules', 'pty spawn'],
  ...['builtins eval', 'builtins exec', 'builtins __import__', 'builtins getattr', 'builtins open'],
  ...['__builtin__ eval', '__builtin__ file', 'commands getoutput', 'cPickle loads'],
  ...['socket socket', 'shutil rmtree', 'runpy run_path', 'webbrowser open', 'ctypes CDLL'],
  ...['importlib import_module', 'code InteractiveInterpreter', 'pickle loads', '_pickle loads'],
  ...['operator attrgetter', 'operator methodcaller', '_operator attrgetter'],
  ...['types CodeType', 'types FunctionType', 'marshal loads', 'inspect getattr_static'],
  ...['pkgutil resolve_name', 'timeit timeit', 'uuid _get_command_stdout', 'logging.config listen'],
  ...['asyncio.unix_events _UnixSubprocessTransport._start', 'copyreg add_extension'],
  ...['pip main', 'cloudpickle.cloudpickle _make_function', 'dill loads', 'sh bash', 'yaml load'],
  ...['_posixsubprocess fork_exec', '_io open', 'io open', '_thread start_new_thread'],
])('%s is dangerous', (reference) => {
  expect(judge(parse(reference))).toBe('dangerous');
});

test.each([
  'numpy.testing._private.utils runstring',
  'numpy.distutils.exec_command exec_command',
  'numpy load',
  'numpy.f2py compile',
  'joblib load',
  'joblib.numpy_pickle load',
  'joblib.externals.cloudpickle loads',
  'joblib.externals.loky.cloudpickle_wrapper CloudpickledObjectWrapper',
  'pandas read_pickle',
  'pandas.io.pickle read_pickle',
  'pandas eval',
  'scipy.io loadmat',
  'sklearn.externals.joblib.numpy_pickle load',
  'sklearn.datasets fetch_openml',
  // Whatever a module imports is an attribute of it.
  'sklearn.utils.fixes os',
  'sklearn.base sys.modules',
  'joblib.numpy_pickle pickle.loads',
  'numpy.lib.utils sys',
  'collections _sys.modules',
  'statistics random._os.system',
  'fractions operator.attrgetter',
  'enum types.FunctionType',
  'my_clean os.system',
  // Python's own ways from any object to everything.
  'collections OrderedDict.__init__.__globals__',
  'sklearn.svm._classes SVC.__subclasses__',
  'my_clean __builtins__',
])('%s is dangerous although the package is known, or the user’s', (reference) => {
  expect(judge(parse(reference))).toBe('dangerous');
});

test('names of objects that everything has are no way around the lists', () => {
  for (const module of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
    expect(judge({ module, name: 'x' })).toBe('unknown');
  }
});

test('a reference is told without what would break the line, or forge one', () => {
  expect(tell({ module: 'my_clean', name: 'Clean.<locals>.f' })).toBe(
    '`my_clean.Clean.<locals>.f`',
  );
  expect(tell({ module: 'a\n::error::x', name: '`b`' })).toBe('`a???error??x.?b?`');
  expect(tell({ module: 'é'.repeat(500), name: 'x' })).toHaveLength(123);
});
