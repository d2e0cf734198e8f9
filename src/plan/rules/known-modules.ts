/**
 * Packages that every runtime of AI Platform and the prebuilt containers of Vertex AI have (AI Platform,
 * "Runtime version list"; what scikit-learn, XGBoost and pandas install with them), and what in them a
 * model does not refer to: names of modules, and of attributes, that lead out of the package.
 */
export const knownPackages: Readonly<Record<string, readonly string[]>> = {
  sklearn: [
    ...['sklearn.datasets', 'sklearn.externals', 'sklearn.setup', 'sklearn.conftest'],
    ...['sklearn.utils._testing', 'sklearn.utils.testing', 'sklearn.__check_build'],
  ],
  // The name under which scikit-learn 1.4 and newer pickle what is in sklearn._loss._loss.
  _loss: [],
  xgboost: [
    ...['xgboost.dask', 'xgboost.spark', 'xgboost.tracker', 'xgboost.rabit', 'xgboost.libpath'],
    ...['xgboost.testing', 'xgboost.federated', 'xgboost.collective'],
  ],
  numpy: [
    ...['numpy.testing', 'numpy.distutils', 'numpy.f2py', 'numpy.ctypeslib', 'numpy.compat'],
    ...['numpy.lib.npyio', 'numpy.lib._npyio_impl', 'numpy.lib.format', 'numpy.lib._datasource'],
    ...['numpy.fromfile', 'numpy.memmap', 'numpy.core.memmap', 'numpy.DataSource'],
    ...['numpy.loadtxt', 'numpy.genfromtxt', 'numpy.save', 'numpy.savez', 'numpy.savetxt'],
    ...['numpy.fromregex', 'numpy.savez_compressed', 'numpy.setup', 'numpy.conftest'],
  ],
  scipy: [
    ...['scipy.io', 'scipy.weave', 'scipy.datasets', 'scipy.misc', 'scipy.setup', 'scipy.conftest'],
    ...[
      'scipy._build_utils',
      'scipy._lib._testutils',
      'scipy._lib._ccallback',
      'scipy.LowLevelCallable',
    ],
  ],
  pandas: [
    ...['pandas.io', 'pandas.core.computation', 'pandas.compat.pickle_compat', 'pandas.testing'],
    ...['pandas.util.testing', 'pandas.util._test_decorators', 'pandas.util._tester'],
    ...['pandas.eval', 'pandas.ExcelFile', 'pandas.ExcelWriter', 'pandas.HDFStore'],
    ...['pandas._testing', 'pandas.conftest'],
  ],
  joblib: [
    ...['joblib.externals', 'joblib.parallel', 'joblib.Parallel', 'joblib.pool', 'joblib.executor'],
    ...[
      'joblib.disk',
      'joblib._parallel_backends',
      'joblib._dask',
      'joblib.testing',
      'joblib.test',
    ],
    ...['joblib.backports', 'joblib.compressor', 'joblib._memmapping_reducer', 'joblib._utils'],
  ],
  pytz: [],
  dateutil: [],
  six: ['six.moves', 'six.exec_'],
};

/** What is allowed although it lies in what is not. */
export const allowedWithin: readonly RegExp[] = [
  // Until 0.22 scikit-learn brought joblib along.
  /^sklearn\.externals\.joblib\.numpy_pickle(?:_compat)?\.\w*Wrapper$/,
];

/**
 * Python's own modules that models refer to: all of a module that only computes and keeps values, else
 * the names that do. Everything else of Python is dangerous: a list of what can do harm is never complete.
 */
export const knownPython: Readonly<Record<string, 'all' | readonly string[]>> = {
  builtins: [
    ...['object', 'type', 'bool', 'int', 'float', 'complex', 'str', 'bytes', 'bytearray', 'list'],
    ...['tuple', 'dict', 'set', 'frozenset', 'slice', 'range', 'enumerate', 'zip', 'reversed'],
    ...[
      'abs',
      'len',
      'max',
      'min',
      'sum',
      'round',
      'pow',
      'divmod',
      'sorted',
      'all',
      'any',
      'hash',
    ],
    ...['repr', 'ord', 'chr', 'bin', 'hex', 'oct', 'format', 'Ellipsis', 'NotImplemented', 'print'],
    ...['None', 'True', 'False', 'unicode', 'long', 'xrange', 'basestring', 'unichr', 'buffer'],
    ...['Exception', 'ValueError', 'TypeError', 'KeyError', 'IndexError', 'RuntimeError'],
    ...['ArithmeticError', 'AttributeError', 'NotImplementedError', 'StopIteration', 'Warning'],
    ...['UserWarning', 'FutureWarning', 'DeprecationWarning', 'RuntimeWarning', 'ImportError'],
  ],
  copyreg: ['_reconstructor', '__newobj__', '__newobj_ex__'],
  collections: 'all',
  abc: 'all',
  array: 'all',
  bisect: 'all',
  calendar: ['Calendar', 'TextCalendar'],
  cmath: 'all',
  copy: ['copy', 'deepcopy'],
  dataclasses: ['MISSING', '_MISSING_TYPE', 'Field'],
  datetime: 'all',
  decimal: 'all',
  enum: 'all',
  fractions: 'all',
  functools: ['partial', 'cmp_to_key', 'reduce', '_lru_cache_wrapper'],
  heapq: 'all',
  ipaddress: 'all',
  itertools: 'all',
  math: 'all',
  numbers: 'all',
  operator: [
    ...[
      'itemgetter',
      'add',
      'sub',
      'mul',
      'truediv',
      'floordiv',
      'mod',
      'pow',
      'neg',
      'pos',
      'abs',
    ],
    ...['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'and_', 'or_', 'xor', 'not_', 'invert', 'contains'],
    ...['concat', 'index', 'truth', 'lshift', 'rshift', 'matmul', 'getitem', 'length_hint'],
  ],
  pathlib: ['Path', 'PosixPath', 'WindowsPath', 'PurePath', 'PurePosixPath', 'PureWindowsPath'],
  random: ['Random'],
  re: ['_compile', 'compile', 'Pattern', 'RegexFlag', 'match', 'sub', 'split', 'findall'],
  statistics: 'all',
  string: 'all',
  struct: ['Struct', 'pack', 'unpack', 'calcsize'],
  time: ['struct_time'],
  types: ['SimpleNamespace', 'MappingProxyType', 'MethodType', 'GenericAlias', 'NoneType'],
  typing: 'all',
  unicodedata: 'all',
  uuid: ['UUID', 'SafeUUID'],
  weakref: ['WeakValueDictionary', 'WeakKeyDictionary', 'WeakSet', 'ref'],
  zoneinfo: ['ZoneInfo'],
  codecs: ['encode', 'decode'],
  io: ['BytesIO', 'StringIO'],
  logging: ['getLogger', 'Logger', 'RootLogger', '_getLogger'],
  posixpath: ['basename', 'dirname', 'join', 'splitext'],
  ntpath: ['basename', 'dirname', 'join', 'splitext'],
  html: ['unescape', 'escape'],
  textwrap: ['dedent', 'fill', 'wrap', 'indent', 'shorten'],
  userdict: 'all',
};

/** The same modules by their other names: those of Python 2, and those in which C implements them. */
export const aliases: ReadonlyMap<string, string> = new Map([
  ['__builtin__', 'builtins'],
  ['exceptions', 'builtins'],
  ['copy_reg', 'copyreg'],
  ['_collections', 'collections'],
  ['_collections_abc', 'collections'],
  ['UserDict', 'userdict'],
  ['UserList', 'userdict'],
  ['UserString', 'userdict'],
  ['sets', 'userdict'],
  ['_datetime', 'datetime'],
  ['_pydatetime', 'datetime'],
  ['_decimal', 'decimal'],
  ['_pydecimal', 'decimal'],
  ['_functools', 'functools'],
  ['_operator', 'operator'],
  ['_random', 'random'],
  ['_struct', 'struct'],
  ['_codecs', 'codecs'],
  ['_io', 'io'],
  ['_weakref', 'weakref'],
  ['_weakrefset', 'weakref'],
]);
