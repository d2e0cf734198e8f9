import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Malformed, OutOfReach } from '../../src/artifact/byte-source.ts';
import { readSavedModel } from '../../src/artifact/saved-model.ts';
import { bytesOf } from './folders.ts';
import {
  SMALL_SAVED_MODEL,
  field,
  graph,
  metaGraph,
  node,
  savedModel,
  signature,
} from './saved-model-writer.ts';

const EXAMPLES = path.join(import.meta.dirname, '../../examples/models/tensorflow/export');

/** As TensorFlow itself lists them: `stripped_op_list_for_graph`. */
const REAL_OPS = [
  ...['AddV2', 'ArgMax', 'AssignVariableOp', 'Bincount', 'Cast', 'ConcatV2'],
  ...['Const', 'Cumsum', 'GatherV2', 'Greater', 'Identity', 'MatMul'],
  ...['Max', 'Maximum', 'MergeV2Checkpoints', 'Minimum', 'Mul', 'NoOp'],
  ...['Pack', 'Placeholder', 'Prod', 'ReadFile', 'ReadVariableOp', 'RealDiv'],
  ...['Reshape', 'RestoreV2', 'SaveV2', 'Select', 'Shape', 'ShardedFilename'],
  ...[
    'Softmax',
    'StatefulPartitionedCall',
    'StaticRegexFullMatch',
    'StridedSlice',
    'StringJoin',
    'StringSplitV2',
  ],
  ...['Sub', 'VarHandleOp', 'VarIsInitializedOp'],
];

test('a real SavedModel tells its TensorFlow, tags and signatures', async () => {
  const content = await readFile(path.join(EXAMPLES, '1700000000', 'saved_model.pb'));
  expect(await readSavedModel(bytesOf(content))).toEqual({
    complete: true,
    info: {
      tensorflowVersion: '2.11.0',
      tagSets: [['serve']],
      ops: REAL_OPS,
      signatures: [
        {
          name: 'score',
          methodName: 'tensorflow/serving/predict',
          inputs: [
            { key: 'petal', name: 'score_petal:0', dtype: 'float32', shape: [-1, 2] },
            { key: 'sepal', name: 'score_sepal:0', dtype: 'float32', shape: [-1, 2] },
          ],
          outputs: [
            {
              key: 'probabilities',
              name: 'StatefulPartitionedCall:0',
              dtype: 'float32',
              shape: [-1, 3],
            },
          ],
        },
        {
          name: 'serving_default',
          methodName: 'tensorflow/serving/predict',
          inputs: [
            {
              key: 'measurements',
              name: 'serving_default_measurements:0',
              dtype: 'float32',
              shape: [-1, 4],
            },
          ],
          outputs: [
            {
              key: 'probabilities',
              name: 'StatefulPartitionedCall_1:0',
              dtype: 'float32',
              shape: [-1, 3],
            },
            {
              key: 'species',
              name: 'StatefulPartitionedCall_1:1',
              dtype: 'string',
              shape: [-1],
            },
          ],
        },
      ],
    },
  });
});

test('dtypes and shapes are told as TensorFlow prints them', async () => {
  const content = savedModel(
    metaGraph(['serve'], undefined, [
      signature(
        'f',
        {
          any: { name: 'any:0', type: 20 },
          flag: { name: 'flag:0', type: 10, shape: [] },
          half: { name: 'half:0', type: 19, shape: [2, -1, 3] },
          old: { name: 'old:0', type: 101, shape: [0] },
          strange: { name: 'strange:0', type: 77, shape: [1] },
        },
        { wide: { name: 'wide:0', type: 2, shape: [3_000_000_000] } },
      ),
    ]),
  );
  const { info } = await readSavedModel(bytesOf(content));
  expect(info.tensorflowVersion).toBeUndefined();
  expect(info.signatures[0]?.inputs).toEqual([
    { key: 'any', name: 'any:0', dtype: 'resource' },
    { key: 'flag', name: 'flag:0', dtype: 'bool', shape: [] },
    { key: 'half', name: 'half:0', dtype: 'float16', shape: [2, -1, 3] },
    { key: 'old', name: 'old:0', dtype: 'float32_ref', shape: [0] },
    { key: 'strange', name: 'strange:0', dtype: 'type 77', shape: [1] },
  ]);
  expect(info.signatures[0]?.outputs).toEqual([
    { key: 'wide', name: 'wide:0', dtype: 'float64', shape: [3_000_000_000] },
  ]);
});

test('the operations of a graph and of its functions are told, each once, functions left out', async () => {
  const content = savedModel(
    metaGraph(['train'], '2.11.0', [], 0, graph([node('ReadFile')])),
    metaGraph(
      ['serve'],
      '2.11.0',
      [signature('serving_default', {}, {})],
      0,
      graph([node('Placeholder'), node('__inference_call_7'), node('Placeholder')], {
        __inference_call_7: [node('MatMul'), node('Addons>GeluOp')],
        unused: [node('EagerPyFunc', 300_000)],
      }),
    ),
  );
  const { info } = await readSavedModel(bytesOf(content));
  expect(info.ops).toEqual(['Addons>GeluOp', 'EagerPyFunc', 'MatMul', 'Placeholder']);
});

test('a graph that is no protocol buffer is refused', async () => {
  const content = savedModel(metaGraph(['serve'], '2.11.0', [], 0, Buffer.alloc(64, 0xff)));
  await expect(readSavedModel(bytesOf(content))).rejects.toThrow(Malformed);
});

test('a graph with more fields than are read leaves its operations unknown, and the rest known', async () => {
  // A field that graphs do not have yet, of two bytes.
  const content = savedModel(
    metaGraph(
      ['serve'],
      '2.11.0',
      [signature('serving_default', {}, {})],
      0,
      Buffer.alloc(2 * 400_001, Buffer.from([0x78, 1])),
    ),
  );
  const { info, complete } = await readSavedModel(bytesOf(content));
  expect(complete).toBe(true);
  expect(info.ops).toBeUndefined();
  expect(info.signatures.map(({ name }) => name)).toEqual(['serving_default']);
});

test('of several graphs, the one tagged serve alone gives version and signatures', async () => {
  const content = savedModel(
    metaGraph(['train'], '1.15.0', [signature('train', {}, {})]),
    metaGraph(['serve', 'gpu'], '2.1.0', [signature('on_gpu', {}, {})]),
    metaGraph(['serve'], '2.2.0', [
      signature('serving_default', {}, {}),
      signature('__saved_model_init_op', {}, {}),
    ]),
  );
  const { info } = await readSavedModel(bytesOf(content));
  expect(info.tagSets).toEqual([['train'], ['gpu', 'serve'], ['serve']]);
  expect(info.tensorflowVersion).toBe('2.2.0');
  expect(info.signatures.map(({ name }) => name)).toEqual(['serving_default']);
});

test('fields that TensorFlow may add one day are stepped over', async () => {
  const fixed = Buffer.from([(40 << 3) | 1, 2, 0, 0, 0, 0, 0, 0, 0, 0]);
  // Field 40 of type fixed64 has a tag of two bytes.
  fixed[0] = 0xc1;
  const content = Buffer.concat([SMALL_SAVED_MODEL, fixed, field(60, 'later'), field(61, 7)]);
  const { info } = await readSavedModel(bytesOf(content));
  expect(info.tensorflowVersion).toBe('2.11.0');
});

test('a graph of half a gigabyte is stepped over, not read', async () => {
  const bulk = 512 * 1024 * 1024;
  const signatures = signature('serving_default', {}, {});
  const info = field(1, Buffer.concat([field(4, 'serve'), field(5, '2.9.1')]));
  // One node fills the graph, and one constant the node.
  const inNode = Buffer.concat([field(1, 'weights'), field(2, 'Const')]);
  const graph = Buffer.concat([
    varintLength(2, bulk),
    varintLength(1, bulk - 6),
    inNode,
    varintLength(5, bulk - 6 - inNode.length - 6),
  ]);
  const unread = bulk - (graph.length - 6);
  const size = info.length + graph.length + unread + signatures.length;
  const start = Buffer.concat([field(1, 1), varintLength(2, size), info, graph]);
  const pieces = [
    { at: 0, content: start },
    { at: start.length + unread, content: signatures },
  ];
  const total = start.length + unread + signatures.length;
  let fetched = 0;
  const { info: read, complete } = await readSavedModel({
    size: total,
    read(offset, length) {
      const window = Buffer.alloc(Math.min(length, total - offset));
      fetched += window.length;
      for (const { at, content } of pieces) {
        const from = Math.min(content.length, Math.max(0, offset - at));
        if (at < offset + length) content.copy(window, Math.max(0, at - offset), from);
      }
      return Promise.resolve(window);
    },
  });
  expect(complete).toBe(true);
  expect(read.tensorflowVersion).toBe('2.9.1');
  expect(read.ops).toEqual(['Const']);
  expect(read.signatures.map(({ name }) => name)).toEqual(['serving_default']);
  expect(fetched).toBeLessThan(1024 * 1024);
});

test('what lies beyond reach leaves the rest known', async () => {
  const whole = bytesOf(
    savedModel(metaGraph(['serve'], '2.9.1', [signature('f', {}, {})], 300_000)),
  );
  const { info, complete } = await readSavedModel({
    size: whole.size,
    read(offset, length) {
      if (offset > 200_000) return Promise.reject(new OutOfReach('Too far.'));
      return whole.read(offset, length);
    },
  });
  expect(complete).toBe(false);
  expect(info).toEqual({
    tensorflowVersion: '2.9.1',
    tagSets: [['serve']],
    signatures: [],
    ops: ['Const'],
  });
});

test('every way to cut a SavedModel short is refused', async () => {
  for (let length = 3; length < SMALL_SAVED_MODEL.length; length += 1) {
    await expect(readSavedModel(bytesOf(SMALL_SAVED_MODEL.subarray(0, length)))).rejects.toThrow(
      Malformed,
    );
  }
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['text', Buffer.from('this is no model at all\n')],
  ['an HTML page', Buffer.from('<!DOCTYPE html><html></html>')],
  ['zeros', Buffer.alloc(10_000)],
  ['ones', Buffer.alloc(10_000, 0xff)],
  ['only a version', field(1, 1)],
  ['millions of fields', Buffer.alloc(1_000_000, Buffer.from([0x08, 0x01]))],
])('%s is no SavedModel', async (_, content) => {
  await expect(readSavedModel(bytesOf(content))).rejects.toThrow(Malformed);
});

test('random damage is refused or read, and never anything else', async () => {
  const content = await readFile(path.join(EXAMPLES, '1700000000', 'saved_model.pb'));
  let seed = 1;
  const random = (): number => (seed = (seed * 48_271) % 0x7fffffff);
  let refused = 0;
  for (let round = 0; round < 200; round += 1) {
    const damaged = Buffer.from(content);
    for (let hit = 0; hit < 20; hit += 1) damaged[random() % damaged.length] = random() % 256;
    const outcome: unknown = await readSavedModel(bytesOf(damaged)).catch(
      (error: unknown) => error,
    );
    if (outcome instanceof Error) {
      expect(outcome).toBeInstanceOf(Malformed);
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(0);
});

/** The beginning of a field of so many bytes, without them. */
function varintLength(number: number, length: number): Buffer {
  const bytes = [(number << 3) | 2];
  let left = length;
  for (; left > 0x7f; left = Math.floor(left / 128)) bytes.push((left & 0x7f) | 0x80);
  return Buffer.from([...bytes, left]);
}
