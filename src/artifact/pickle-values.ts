/**
 * The few values of a pickle that tell what it is. Everything else on the stack of the machine is
 * `undefined`: there, but of no interest.
 */
export type Value = string | number | Global | Made | Tuple | Dictionary | typeof MARK | undefined;

/** Where a group of values begins. */
export const MARK = Symbol('mark');

/** A module's attribute that the pickle refers to, and that loading it would import. */
export interface Global {
  readonly kind: 'global';
  readonly module: string;
  readonly name: string;
}

/** What a call of a global would make. */
export interface Made {
  readonly kind: 'made';
  readonly type: Global | undefined;
  readonly arguments: readonly Value[];
  state: Value;
}

/** A short tuple. */
export interface Tuple {
  readonly kind: 'tuple';
  readonly items: readonly Value[];
}

/** A dictionary, of which only the entries under a few keys are kept. */
export interface Dictionary {
  readonly kind: 'dictionary';
  readonly entries: Map<string, Value>;
}

const LONGEST_TUPLE = 16;
const NO_VALUES: readonly Value[] = [];

/** A tuple, or nothing of interest when it is long. */
export function tuple(items: readonly Value[]): Value {
  return items.length <= LONGEST_TUPLE ? { kind: 'tuple', items } : undefined;
}

/** What calling `callable` with these arguments makes. */
export function call(callable: Value, given: Value): Made | undefined {
  const called = kindOf(callable, 'global');
  if (!called) return undefined;
  const values = kindOf(given, 'tuple')?.items ?? NO_VALUES;
  // Protocols 0 to 2 make instances through copyreg's functions, with the class as first argument.
  const first = kindOf(values[0], 'global');
  const throughCopyreg = /^copy_?reg$/.test(called.module) && first;
  const type = throughCopyreg ? first : called;
  // Arguments are kept where they tell the layout of an array, and nowhere else: memory is bounded.
  const wanted = isType(type, 'numpy', 'dtype');
  return { kind: 'made', type, arguments: wanted ? values : NO_VALUES, state: undefined };
}

/** The value if it is of that kind. */
export function kindOf<Kind extends 'global' | 'made' | 'tuple' | 'dictionary'>(
  value: Value,
  kind: Kind,
): Extract<Value, { kind: Kind }> | undefined {
  return typeof value === 'object' && value.kind === kind
    ? (value as Extract<Value, { kind: Kind }>)
    : undefined;
}

/** Whether a global is this one. */
export function isType(global: Global | undefined, module: string, name: string): boolean {
  return global?.module === module && global.name === name;
}
