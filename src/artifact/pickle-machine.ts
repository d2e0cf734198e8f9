import { Malformed, OutOfReach } from './byte-source.ts';
import { WRAPPER_KEYS } from './joblib-array.ts';
import { type Global, MARK, type Value, kindOf } from './pickle-values.ts';

/** Bounds on what is held: real models stay far below, and beyond them nothing is claimed. */
const MOST_VALUES = 1_000_000;
const MOST_REMEMBERED = 200_000;
const MOST_GLOBALS = 10_000;
/** Where an estimator of scikit-learn 0.24 and newer keeps how many features it was trained on. */
export const FEATURES = 'n_features_in_';

/** What is found in a pickle and in those inside it. */
export class PickleFindings {
  /** Highest protocol declared. */
  protocol = 0;
  readonly globals = new Map<string, Global>();
  /** The last one written is the outermost estimator's. */
  sklearnVersion: string | undefined;
  xgboostVersion: string | undefined;
  /** Whether joblib wrote arrays between the opcodes. */
  joblib = false;
  /** Opcodes seen so far. */
  opcodes = 0;
}

/** Stack and memo of Python's pickle machine, with most values left blank. */
export class PickleMachine {
  readonly #found: PickleFindings;
  readonly #stack: Value[] = [];
  readonly #memo = new Map<number, Value>();
  /** How many values were memoized, kept here or not: MEMOIZE uses it as its key. */
  #memoized = 0;
  /** Whether PUT counted in the same way, as Python's own picklers do. */
  #sequential = true;

  constructor(found: PickleFindings) {
    this.#found = found;
  }

  get top(): Value {
    return this.#stack.at(-1);
  }

  push(value: Value): void {
    if (this.#stack.length >= MOST_VALUES) throw new OutOfReach('It is nested too deeply.');
    this.#stack.push(value);
  }

  pop(): Value {
    if (this.#stack.length === 0) {
      throw new Malformed('It is no pickle: it takes more than it gave.');
    }
    return this.#stack.pop();
  }

  popToMark(): readonly Value[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark < 0) throw new Malformed('It is no pickle: it closes a group that it never opened.');
    return this.#stack.splice(mark).slice(1);
  }

  memoize(): void {
    if (!this.#sequential) throw new OutOfReach('It numbers its values in two ways.');
    this.put(this.#memoized);
  }

  put(key: number): void {
    if (key !== this.#memoized) this.#sequential = false;
    this.#memoized += 1;
    const value = this.top;
    const telling =
      typeof value === 'string' ||
      kindOf(value, 'global') !== undefined ||
      (kindOf(value, 'made')?.arguments.length ?? 0) > 0;
    if (telling && this.#memo.size < MOST_REMEMBERED) this.#memo.set(key, value);
    else this.#memo.delete(key);
  }

  get(key: number): void {
    this.push(this.#memo.get(key));
  }

  /** Pushes a module's attribute; loading would import it here. */
  import(module: Value, name: Value): void {
    if (typeof module !== 'string' || typeof name !== 'string') {
      throw new OutOfReach('It names what it imports in a way that cannot be followed.');
    }
    const global: Global = { kind: 'global', module, name };
    const { globals } = this.#found;
    globals.set(`${module} ${name}`, global);
    if (globals.size > MOST_GLOBALS) {
      throw new OutOfReach(`It imports more than ${MOST_GLOBALS} things.`);
    }
    this.push(global);
  }

  /** Puts keys and values, in turn, into the dictionary on top. */
  setItems(items: readonly Value[]): void {
    const dictionary = kindOf(this.top, 'dictionary');
    for (let index = 0; index + 1 < items.length; index += 2) {
      const key = items[index];
      const value = items[index + 1];
      if (key === '_sklearn_version' && typeof value === 'string') {
        this.#found.sklearnVersion = value;
      }
      if (typeof key === 'string' && (WRAPPER_KEYS.has(key) || key === FEATURES)) {
        dictionary?.entries.set(key, value);
      }
    }
  }
}

/** Whether the state of an object tells how many features it was trained on. */
export function hasFeatures(state: Value): boolean {
  return kindOf(state, 'dictionary')?.entries.has(FEATURES) ?? false;
}
