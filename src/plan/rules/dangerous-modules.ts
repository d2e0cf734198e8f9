/** Every other module of Python (`sys.stdlib_module_names` of 3.7 to 3.13, and Python 2's). */
export const restOfPython = new Set(
  (
    '__future__ aifc antigravity argparse ast asynchat asyncio asyncore atexit audioop base64 bdb ' +
    'binascii bz2 cProfile cgi cgitb chunk cmd code codeop colorsys compileall concurrent ' +
    'configparser contextlib contextvars crypt csv ctypes curses dbm difflib dis distutils doctest ' +
    'email encodings ensurepip errno faulthandler fcntl filecmp fileinput fnmatch formatter ftplib ' +
    'gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib hmac http idlelib imaplib ' +
    'imghdr imp importlib inspect json keyword lib2to3 linecache locale lzma macpath macurl2path ' +
    'mailbox mailcap marshal mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis ' +
    'nntplib nt nturl2path opcode optparse os os2emxpath ossaudiodev parser pdb pickle pickletools ' +
    'pipes pkgutil platform plistlib poplib posix pprint profile pstats pty pwd py_compile pyclbr ' +
    'pydoc pydoc_data pyexpat queue quopri readline reprlib resource rlcompleter runpy sched secrets ' +
    'select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver spwd ' +
    'sqlite3 sre_compile sre_constants sre_parse ssl stat stringprep subprocess sunau symbol ' +
    'symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios test this threading ' +
    'timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo ' +
    'unittest urllib uu venv warnings wave webbrowser winreg winsound wsgiref xdrlib xml xmlrpc ' +
    'zipapp zipfile zipimport zlib _aix_support _bootsubprocess _frozen_importlib ' +
    '_frozen_importlib_external _interpreters _osx_support _posixshmem _posixsubprocess _pyio ' +
    '_sitebuiltins _testcapi _winapi _xxsubinterpreters ' +
    'BaseHTTPServer ConfigParser Cookie HTMLParser Queue SimpleHTTPServer SocketServer StringIO ' +
    'Tkinter anydbm cPickle cStringIO commands compiler cookielib dircache dumbdbm fpformat future_builtins ' +
    'htmllib httplib ihooks imputil md5 mhlib mimetools multifile mutex new os2 popen2 posixfile ' +
    'rexec robotparser sgmllib sha statvfs sunaudio thread toaiff urllib2 urlparse user whichdb xmlrpclib'
  ).split(' '),
);

/** Packages that are made to run code, install it, or carry it in a pickle. */
export const programs = new Set([
  ...['cloudpickle', 'dill', 'pip', 'setuptools', 'pkg_resources', '_distutils_hack', 'IPython'],
  ...['requests', 'httpx', 'aiohttp', 'urllib3', 'paramiko', 'fabric', 'pexpect', 'sh', 'plumbum'],
  ...['yaml', 'jsonpickle', 'cffi', 'psutil', 'win32api', 'pywin32', 'docker', 'celery', 'ray'],
]);

/** Modules that others import, so that they can be reached as an attribute of any module. */
export const reachable = new Set([
  ...['os', 'sys', 'subprocess', 'builtins', 'importlib', 'posix', 'nt', 'shutil'],
  ...['socket', 'pickle', 'cPickle', '_pickle', 'ctypes', 'runpy', 'pty', 'marshal', 'tempfile'],
  ...['inspect', 'multiprocessing', 'threading', 'webbrowser', 'urllib', 'requests', 'gc', 'imp'],
  ...['sysconfig', 'distutils', 'pkgutil', 'pydoc', 'timeit', 'operator', 'types', 'functools'],
]);

/** Functions that run code or load more of it, whatever module hands them on. */
export const runsCodeNames =
  /^(?:eval|exec|execfile|compile|__import__|import_module|system|popen\d?|Popen|exec_command|run_?string|rundocs|load|loads|open|getattr|setattr|delattr|attrgetter|methodcaller|call|check_call|check_output|spawn\w*|fork|CodeType|FunctionType|LambdaType|read_(?:pickle|csv|excel|json|sql\w*|hdf|html|xml|table|clipboard|parquet|feather|stata|sas|orc|fwf|gbq|spss))$/;
