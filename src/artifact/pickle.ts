import { ByteCursor, type ByteFeed } from './byte-cursor.ts';
import { OutOfReach } from './byte-source.ts';
import { FEATURES, PickleFindings } from './pickle-machine.ts';
import { runOpcodes } from './pickle-opcodes.ts';
import { type Value, kindOf } from './pickle-values.ts';

/** What a pickle tells about itself without being loaded. */
export interface PickleInfo {
  /** Highest protocol declared; 0 when none is. */
  readonly protocol: number;
  /** Everything of a module that loading would import, each once, sorted. */
  readonly globals: readonly { readonly module: string; readonly name: string }[];
  /** Class of the pickled object itself, where it is an instance. */
  readonly root: { readonly module: string; readonly name: string } | undefined;
  /** Version of scikit-learn that wrote its estimators: the outermost's. */
  readonly sklearnVersion: string | undefined;
  /** Version of XGBoost that wrote a booster inside. */
  readonly xgboostVersion: string | undefined;
  /** How many features the pickled object itself was trained on, where it says so. */
  readonly features?: number;
  /** Whether arrays stand in it the way that joblib writes them, which `pickle.load` cannot read. */
  readonly joblib: boolean;
  /** Why reading stopped before the end, as a sentence; absent when everything was read. */
  readonly unread?: string;
}

/**
 * Reads a pickle's opcodes (Python, Lib/pickletools.py) on a stack that holds only what tells its
 * make, including the arrays that joblib puts between them. Nothing is imported, called or built.
 * Throws `Malformed` for bytes that are no pickle, or one that is cut short.
 */
export async function readPickle(feed: ByteFeed): Promise<PickleInfo> {
  const found = new PickleFindings();
  let root: Value;
  let unread: string | undefined;
  try {
    root = await runOpcodes(new ByteCursor(feed), found);
  } catch (error) {
    if (!(error instanceof OutOfReach)) throw error;
    unread = error.message;
  }
  const made = kindOf(root, 'made');
  const type = made?.type;
  const features = kindOf(made?.state, 'dictionary')?.entries.get(FEATURES);
  return {
    protocol: found.protocol,
    globals: [...found.globals]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { module, name }]) => ({ module, name })),
    root: type && { module: type.module, name: type.name },
    sklearnVersion: found.sklearnVersion,
    xgboostVersion: found.xgboostVersion,
    joblib: found.joblib,
    ...(typeof features === 'number' && { features }),
    ...(unread !== undefined && { unread }),
  };
}
