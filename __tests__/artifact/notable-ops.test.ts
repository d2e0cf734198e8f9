import { judgeOps } from '../../src/artifact/notable-ops.ts';

test('what TensorFlow has itself is not worth a word', () => {
  const ops = ['Const', 'MatMul', 'StatefulPartitionedCall', 'StringNGrams', 'UnicodeDecode'];
  expect(judgeOps(ops, false)).toEqual({ warnings: [], remarks: [] });
});

test('reading a file is a warning, or a remark where there are assets to read', () => {
  const told =
    'The graph uses the operation `ReadFile`. It reads a file by its path: what is not among the assets of the export is not there when it serves.';
  expect(judgeOps(['ReadFile'], false)).toEqual({ warnings: [told], remarks: [] });
  expect(judgeOps(['ReadFile'], true)).toEqual({ warnings: [], remarks: [told] });
});

test.each([
  [['WriteFile'], /^The graph uses the operation `WriteFile`\. It writes a file/],
  [['PyFunc'], /`PyFunc`\. It calls Python code .* no server has/],
  [['EagerPyFunc', 'PyFunc', 'PyFuncStateless'], /operations `EagerPyFunc`, `PyFunc` and `PyFuncS/],
])('%j is warned of', (ops, expected) => {
  expect(judgeOps(ops, true).warnings).toEqual([expect.stringMatching(expected)]);
});

test.each([
  ['Addons>GeluOp', 'tensorflow-addons'],
  ['SentencepieceTokenizeOp', 'tensorflow-text'],
  ['WordpieceTokenizeWithOffsets', 'tensorflow-text'],
  ['SimpleMLInferenceOpWithHandle', 'tensorflow-decision-forests'],
  ['IO>DecodeAvro', 'tensorflow-io'],
  ['Acme>Scale', 'Acme'],
])('%s is said to be of %s, which no server has', (op, from) => {
  const [warning, ...others] = judgeOps(['MatMul', op], true).warnings;
  expect(others).toEqual([]);
  expect(warning).toContain(
    `The graph uses the operation \`${op}\` of ${from}, which is no part of TensorFlow.`,
  );
  expect(warning).toContain('input image');
});

test('several of one package are told together', () => {
  const { warnings } = judgeOps(['Addons>A', 'Addons>B', 'Scann>S'], true);
  expect(warnings).toHaveLength(2);
  expect(warnings[0]).toContain(
    'operations `Addons>A` and `Addons>B` of tensorflow-addons, which are',
  );
});
