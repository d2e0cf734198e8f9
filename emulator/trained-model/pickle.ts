import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';

/** What a pickle says of itself without being executed. */
export interface Pickle {
  readonly protocol: number;
  /** Class of the object itself. */
  readonly root: PythonClass;
  /** Classes that loading it imports; each with all readings of its name. */
  readonly imports: readonly (readonly PythonClass[])[];
  /** scikit-learn that wrote it (`1.0.2`), where an estimator says so. */
  readonly scikitLearn: string | undefined;
}

/** A class, or a function, by which a pickle rebuilds an object. */
export interface PythonClass {
  readonly module: string;
  readonly name: string;
}

/** A class at its place in the pickle. */
interface Found extends PythonClass {
  readonly at: number;
  /** Where the module's name ends. */
  readonly end: number;
}

const proto = 0x80;
const stop = 0x2e;
/** Opcodes that a pickle without a PROTO opcode may begin with (Python's pickletools). */
const firstOpcodes = '(]})cILNSVFKJMGPt';
/** How much is searched for classes; beyond it lie arrays. */
const searched = 16 * 1024 ** 2;

/**
 * Reads a pickle, or a joblib file, which is one, whole or compressed (zlib, gzip). Otherwise says why
 * not: in Python's words when it could not be loaded (empty, no pickle, cut short), `unread` when it is
 * compressed in a way that Node cannot undo (bz2, xz, lzma, lz4).
 */
export async function readPickle(
  file: Buffer,
): Promise<Pickle | { readonly problem: string } | 'unread'> {
  const bytes = await decompress(file);
  if (bytes === 'unread') return bytes;
  if (bytes === undefined)
    return { problem: 'Error -5 while decompressing data: incomplete stream' };
  const [first] = bytes;
  if (first === undefined) return { problem: 'Ran out of input' };
  if (first !== proto && !firstOpcodes.includes(String.fromCharCode(first))) {
    return { problem: `invalid load key, '${shownByte(first)}'` };
  }
  if (bytes.at(-1) !== stop) return { problem: 'pickle data was truncated' };
  const text = bytes.subarray(0, searched).toString('latin1');
  const found = readClasses(text);
  const [root] = found;
  return {
    protocol: first === proto ? (bytes[1] ?? 0) : 0,
    // The object's own class stands at the very beginning; a list or dict begins otherwise.
    root: root !== undefined && root.at < 64 ? root : { module: 'builtins', name: 'object' },
    imports: [...Map.groupBy(found, ({ end }) => end).values()],
    scikitLearn: readScikitLearn(text),
  };
}

async function decompress(file: Buffer): Promise<Buffer | 'unread' | undefined> {
  const magic = file.subarray(0, 6).toString('latin1');
  try {
    if (magic.startsWith('\x1f\x8b')) return await promisify(gunzip)(file);
    if (/^\x78[\x01\x5e\x9c\xda]/.test(magic)) return await promisify(inflate)(file);
  } catch {
    return undefined;
  }
  const others = ['BZh', '\xfd7zXZ', '\x5d\x00', '\x04"M\x18'];
  return others.some((other) => magic.startsWith(other)) ? 'unread' : file;
}

/**
 * Every class that the pickle names: GLOBAL (`c`) and two lines before protocol 4; since then two short
 * strings, memoized, and STACK_GLOBAL. Found by their looks, because joblib lays the raw bytes of arrays
 * between the opcodes: where a text that ends before GLOBAL could begin the module's name just as well,
 * both readings are given, the longer one first, with the same `end`.
 */
function readClasses(text: string): Found[] {
  const lines = /(?<=^|[^\w.]|[qh][^]|[subeatR0N])(?=c([A-Za-z_][\w.]{2,})\n([A-Za-z_][\w.]+)\n)/g;
  const strings = /\x8c[^](?=([A-Za-z_][\w.]*)\x94\x8c[^]([A-Za-z_][\w.]*)\x94\x93)/g;
  return [...text.matchAll(lines), ...text.matchAll(strings)]
    .map(({ index, 0: opcodes, 1: module = '', 2: name = '' }) => {
      const moduleAt = index + (opcodes === '' ? 1 : opcodes.length);
      return { at: index, end: moduleAt + module.length, module, name };
    })
    .filter(({ module }) => module !== 'copy_reg' && module !== 'copyreg')
    .toSorted((a, b) => a.at - b.at);
}

/** The string that an estimator's state holds under `_sklearn_version`: its length comes before it. */
function readScikitLearn(text: string): string | undefined {
  const match = /_sklearn_version[^]{0,5}?(?:X([^])\0\0\0|\x8c([^]))(?=\d+\.)/.exec(text);
  if (match === null) return undefined;
  const start = match.index + match[0].length;
  return text.slice(start, start + (match[1] ?? match[2] ?? '').charCodeAt(0));
}

function shownByte(byte: number): string {
  const printable = byte >= 0x20 && byte < 0x7f;
  return printable ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
}
