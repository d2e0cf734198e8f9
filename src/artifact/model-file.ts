import type { Framework, PlatformName } from '../request/deploy-request.ts';
import { type ByteFeed, storedFeed, unfoldedFeed } from './byte-cursor.ts';
import { type ByteSource, Malformed, OutOfReach } from './byte-source.ts';
import { recogniseForeign } from './foreign-format.ts';
import { isLfsPointer, lfsPointer } from './lfs-pointer.ts';
import { type PickleInfo, readPickle } from './pickle.ts';
import { type Problem, quote } from './problem.ts';
import { readNumbers } from './ubjson.ts';
import { type XgboostModel, recogniseXgboost } from './xgboost-model.ts';

/** Names under which the services look for a model file (AI Platform, Deploying models). */
export type ServedName = 'model.joblib' | 'model.pkl' | 'model.bst';

/** What the bytes of a single file prove it to be. */
export type ModelFile =
  | {
      readonly kind: 'pickle';
      readonly framework: Framework | undefined;
      readonly frameworkVersion: string | undefined;
      readonly pickle: PickleInfo;
      /** Whether only joblib can load it. */
      readonly joblib: boolean;
    }
  | {
      readonly kind: 'booster';
      readonly framework: 'XGBOOST';
      readonly frameworkVersion: string | undefined;
      readonly booster: XgboostModel;
    }
  /** Nothing is known against it, and nothing for it. `why` is a sentence. */
  | {
      readonly kind: 'unknown';
      readonly why: string;
      readonly next: string;
      readonly joblib: boolean;
    }
  /** Certain not to load. */
  | { readonly kind: 'refused'; readonly problem: Problem };

/** The parameters alone of a model of XGBoost's binary form, the only one without a mark, are longer. */
const SMALLEST_MODEL = 64;
const NAME_FRAMEWORK = 'Say which framework made it: input framework.';

/** Looks at the bytes of a model file called `name`; nothing of it is executed. */
export async function readModelFile(name: string, bytes: ByteSource): Promise<ModelFile> {
  if (bytes.size === 0) return refused(name, 'is empty.', 'Check the step that writes it.');
  const head = await bytes.read(0, 64 * 1024);
  if (isLfsPointer(head)) return { kind: 'refused', problem: lfsPointer(name) };
  const tail = await readTail(bytes);
  const booster = recogniseXgboost(head, tail);
  if (booster) return readBooster(name, bytes, booster, tail);
  const foreign = recogniseForeign(head, tail);
  if (foreign?.compressed) {
    return {
      kind: 'unknown',
      why: `It is ${foreign.name}, which is not unfolded here.`,
      next: foreign.next,
      joblib: true,
    };
  }
  if (foreign) return refused(name, `is ${foreign.name}.`, foreign.next);
  if (isUnzippable(head)) return readUnfolded(name, bytes);
  if (looksPickled(head)) return readPickled(name, storedFeed(bytes), false);
  const no = noModel(head, bytes.size);
  return no === undefined ? unknown() : refused(name, no, 'Check the step that writes it.');
}

/** A booster that is whole, with its version, which stands at the end of the newer forms. */
async function readBooster(
  name: string,
  bytes: ByteSource,
  recognised: XgboostModel,
  tail: Buffer,
): Promise<ModelFile> {
  let booster = recognised;
  try {
    if (booster.format === 'JSON' && tail.length > 0 && !/\}[\s\0]*$/.test(endOf(tail))) {
      throw new Malformed('It is cut short: its JSON does not end.');
    }
    if (booster.format === 'UBJSON') {
      const version = await readNumbers(storedFeed(bytes), 'version');
      booster = { ...booster, version: version?.join('.') ?? booster.version };
    }
  } catch (error) {
    if (error instanceof Malformed) return brokenFile(name, error);
    if (!(error instanceof OutOfReach)) throw error;
  }
  return { kind: 'booster', framework: 'XGBOOST', frameworkVersion: booster.version, booster };
}

async function readUnfolded(name: string, bytes: ByteSource): Promise<ModelFile> {
  const feed = unfoldedFeed(bytes);
  try {
    const first = (await feed.next()) ?? Buffer.alloc(0);
    const foreign = recogniseForeign(first, first);
    if (foreign) return refused(name, `is ${foreign.name}, compressed.`, foreign.next);
    if (!looksPickled(first)) return unknown();
    // The first chunk was looked at, not taken.
    let peeked: Buffer | undefined = first;
    return await readPickled(
      name,
      {
        next() {
          const chunk = peeked;
          peeked = undefined;
          return chunk ? Promise.resolve(chunk) : feed.next();
        },
        skip: (count) => feed.skip(count),
      },
      true,
    );
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return brokenFile(name, error);
  } finally {
    feed.close();
  }
}

async function readPickled(name: string, feed: ByteFeed, compressed: boolean): Promise<ModelFile> {
  let pickle: PickleInfo;
  try {
    pickle = await readPickle(feed);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return refused(
      name,
      `cannot be loaded. ${error.message}`,
      'Check that the whole file was written and downloaded, and that it is a pickle or joblib file.',
    );
  }
  const refersTo = (name: string): boolean =>
    pickle.globals.some(({ module }) => module === name || module.startsWith(`${name}.`));
  if (refersTo('torch') && !refersTo('sklearn')) {
    return refused(
      name,
      'is a pickle of PyTorch objects.',
      'Serve it from a container of your own (input image) or load it in a custom prediction routine (input prediction_class).',
    );
  }
  const framework = frameworkOf(pickle, refersTo);
  return {
    kind: 'pickle',
    framework,
    frameworkVersion: {
      SCIKIT_LEARN: pickle.sklearnVersion,
      XGBOOST: pickle.xgboostVersion,
      TENSORFLOW: undefined,
    }[framework ?? 'TENSORFLOW'],
    pickle,
    joblib: pickle.joblib || compressed,
  };
}

/** The service loads the object and asks for its module; so do we, and for its parts where that says nothing. */
function frameworkOf(
  pickle: PickleInfo,
  refersTo: (name: string) => boolean,
): Framework | undefined {
  const root = pickle.root?.module.split('.')[0];
  if (root === 'sklearn') return 'SCIKIT_LEARN';
  if (root === 'xgboost') return 'XGBOOST';
  if (refersTo('sklearn')) return 'SCIKIT_LEARN';
  return refersTo('xgboost') ? 'XGBOOST' : undefined;
}

/**
 * The name under which the service finds the file and loads it with what wrote it. The containers of
 * Vertex AI look for no `model.pkl`; joblib, with which they load, reads plain pickles too.
 */
export function servedName(
  model: ModelFile,
  given: string,
  framework: Framework | undefined,
  platform: PlatformName,
): ServedName {
  const extension = /\.[^.]*$/.exec(given.toLowerCase())?.[0];
  if (model.kind === 'booster') return 'model.bst';
  // What joblib wrote, `pickle.load` cannot read; joblib reads plain pickles too.
  if (model.kind !== 'refused' && model.joblib) return 'model.joblib';
  if (extension === '.joblib') return 'model.joblib';
  if (extension === '.pkl' || extension === '.pickle' || model.kind === 'pickle')
    return platform === 'vertex-ai' ? 'model.joblib' : 'model.pkl';
  return extension === '.bst' || framework === 'XGBOOST' ? 'model.bst' : 'model.joblib';
}

/** The end of a file, where formats keep their tables; nothing when it is too far to fetch. */
async function readTail(bytes: ByteSource): Promise<Buffer> {
  const length = Math.min(bytes.size, 64 * 1024);
  try {
    return await bytes.read(bytes.size - length, length);
  } catch (error) {
    if (!(error instanceof OutOfReach)) throw error;
    return Buffer.alloc(0);
  }
}

function isUnzippable(head: Buffer): boolean {
  if (head[0] === 0x1f && head[1] === 0x8b) return true;
  // zlib (RFC 1950): method 8, and two bytes that are a multiple of 31.
  return head.length > 1 && (head[0] ?? 0) === 0x78 && head.readUInt16BE(0) % 31 === 0;
}

/** A pickle begins with its protocol, or, in protocols 0 and 1, with one of these opcodes. */
function looksPickled(head: Buffer): boolean {
  const [first = 0, second = 0] = head;
  if (first === 0x80) return second <= 5;
  return /^(?:c[\w.]+\n[\w.]+\n|\(i[\w.]+\n|[(\]})][\]})lpqdtcI])/.test(
    head.toString('latin1', 0, 256),
  );
}

/**
 * Why bytes of no known format are certainly no model; `undefined` when they may be one. None of the forms
 * that are read is text but the ones that are recognised, or fits into a few bytes.
 */
function noModel(head: Buffer, size: number): string | undefined {
  const bytes = size === 1 ? '1 byte' : `${size} bytes`;
  const text = head.toString('latin1');
  // XGBoost reads its JSON with its keys in any order.
  const isText = /^[\t\n\r\x20-\x7e]*$/.test(text) && !text.includes('"learner"');
  if (isText) return `is no model: it is text of ${bytes}.`;
  return size < SMALLEST_MODEL ? `is no model: it has only ${bytes}.` : undefined;
}

function unknown(): ModelFile {
  return {
    kind: 'unknown',
    why: 'Its bytes are of no format that we know.',
    next: NAME_FRAMEWORK,
    joblib: false,
  };
}

function brokenFile(name: string, error: Malformed): ModelFile {
  return refused(
    name,
    `cannot be loaded. ${error.message}`,
    'Check that the whole file was written and downloaded.',
  );
}

function endOf(tail: Buffer): string {
  return tail.toString('latin1', Math.max(0, tail.length - 256));
}

function refused(name: string, what: string, next: string): ModelFile {
  return { kind: 'refused', problem: { what: `${quote(name)} ${what}`, next } };
}
