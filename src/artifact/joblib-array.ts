import { type Value, kindOf } from './pickle-values.ts';

/** What joblib writes behind an array's wrapper, outside the pickle. */
export type ArrayBytes =
  | { readonly kind: 'raw'; readonly bytes: number; readonly padded: boolean }
  /** An array of Python objects: a whole pickle of its own. */
  | { readonly kind: 'pickle' };

/** Keys of the wrapper's state that tell how its array is written. */
export const WRAPPER_KEYS: ReadonlySet<string> = new Set([
  'shape',
  'dtype',
  'numpy_array_alignment_bytes',
]);

/** Whether a value is the stand-in that joblib 0.10 and newer write for an array. */
export function isArrayWrapper(value: Value): boolean {
  const type = kindOf(value, 'made')?.type;
  return type?.name === 'NumpyArrayWrapper' && type.module.endsWith('joblib.numpy_pickle');
}

/**
 * What follows a wrapper in the file (joblib, numpy_pickle.py, NumpyArrayWrapper): the array's
 * elements, after padding when an alignment is recorded. `undefined` when its layout is unknown.
 */
export function arrayBytes(wrapper: Value): ArrayBytes | undefined {
  const entries = kindOf(kindOf(wrapper, 'made')?.state, 'dictionary')?.entries;
  const shape = kindOf(entries?.get('shape'), 'tuple')?.items;
  const dtype = kindOf(entries?.get('dtype'), 'made');
  if (!entries || !shape || !dtype) return undefined;
  // numpy.dtype is pickled as its code, such as `f8`, and a state of version, byte order, sub-array,
  // names, fields, item size, alignment, flags. A size of -1 means that the code tells it.
  const code = dtype.arguments[0];
  const state = kindOf(dtype.state, 'tuple')?.items;
  if (typeof code !== 'string') return undefined;
  const flags = state?.[7];
  const holdsObjects = code.startsWith('O') || (typeof flags === 'number' && (flags & 1) === 1);
  if (holdsObjects) return { kind: 'pickle' };
  const recorded = state?.[5];
  const coded = Number(/^[a-zA-Z?](\d+)$/.exec(code)?.[1]) * (code.startsWith('U') ? 4 : 1);
  const size = typeof recorded === 'number' && recorded >= 0 ? recorded : coded;
  const bytes = shape.reduce<number>(
    (product, length) => product * (typeof length === 'number' && length >= 0 ? length : NaN),
    size,
  );
  if (!Number.isSafeInteger(bytes)) return undefined;
  return {
    kind: 'raw',
    bytes,
    padded: typeof entries.get('numpy_array_alignment_bytes') === 'number',
  };
}
