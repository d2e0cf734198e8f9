import { list } from './problem.ts';

/** What an operation needs that a server may not have; a sentence that follows its name. */
const NEEDS: readonly (readonly [names: RegExp, needs: string])[] = [
  [
    /^(?:PyFunc|PyFuncStateless|EagerPyFunc)$/,
    'It calls Python code of the process that exported the model, which no server has: requests that reach it fail. Replace `tf.py_function` and `tf.numpy_function` by TensorFlow operations, and export again.',
  ],
  [/^WriteFile$/, 'It writes a file on the machine that serves.'],
];

const CUSTOM =
  'No prebuilt server has that package, so the model will not load there: leave the operation out of what is exported, or serve the model from a container of your own (input image) that has the package.';

/**
 * Operations of well-known packages outside of TensorFlow. TensorFlow's own list has some 1,400 names and
 * grows with each version, and `stripped_op_list` does not say where an operation comes from, so others
 * are told only by a namespace, as in `Addons>GatherTree`, which TensorFlow's own do not have.
 */
const PACKAGES: readonly (readonly [names: RegExp, packageName: string])[] = [
  [/^Addons>/, 'tensorflow-addons'],
  [/^IO>/, 'tensorflow-io'],
  [/^TFRA>/, 'tensorflow-recommenders-addons'],
  [/^Scann>/, 'scann'],
  [/^SimpleML/, 'tensorflow-decision-forests'],
  [
    /^(?:TFText>.*|(?:Fast)?Wordpiece.*|FastBertNormalize.*|Sentencepiece.*|CaseFoldUTF8|NormalizeUTF8\w*|UnicodeScriptTokenizeWithOffsets|WhitespaceTokenizeWithOffsets\w*|RegexSplitWithOffsets|SplitMergeTokenizeWithOffsets|SentenceFragments\w*|RougeL|NgramsStringJoin|ConstrainedSequence|MaxSpanningTree|Phrase(?:Det)?[Tt]okenize\w*)$/,
    'tensorflow-text',
  ],
  [/^Horovod/, 'horovod'],
  [/^TRTEngineOp$/, 'TensorRT'],
];

/**
 * Sentences about the operations of a graph that a server may not run: those for warning annotations, and
 * those for the log. A graph that reads a file may do what it should, when it has assets.
 */
export function judgeOps(
  ops: readonly string[],
  hasAssets: boolean,
): { readonly warnings: readonly string[]; readonly remarks: readonly string[] } {
  const reads = ops.includes('ReadFile')
    ? [
        `The graph uses the operation \`ReadFile\`. It reads a file by its path: what is not among the assets of the export is not there when it serves.`,
      ]
    : [];
  return {
    warnings: [...(hasAssets ? [] : reads), ...opWarnings(ops)],
    remarks: hasAssets ? reads : [],
  };
}

function opWarnings(ops: readonly string[]): string[] {
  const warnings = NEEDS.flatMap(([names, needs]) => {
    const found = ops.filter((op) => names.test(op));
    return found.length === 0
      ? []
      : [`The graph uses the ${operations(found)} ${list(found)}. ${needs}`];
  });
  const foreign = new Map<string, string[]>();
  for (const op of ops) {
    const known = PACKAGES.find(([names]) => names.test(op))?.[1];
    const from = known ?? /^(.*)>/.exec(op)?.[1];
    if (from !== undefined) foreign.set(from, [...(foreign.get(from) ?? []), op]);
  }
  for (const [from, found] of foreign) {
    warnings.push(
      `The graph uses the ${operations(found)} ${list(found)} of ${from}, which ${found.length > 1 ? 'are' : 'is'} no part of TensorFlow. ${CUSTOM}`,
    );
  }
  return warnings;
}

function operations(found: readonly string[]): string {
  return found.length > 1 ? 'operations' : 'operation';
}
