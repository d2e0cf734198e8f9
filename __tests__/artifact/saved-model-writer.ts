/** Writes protocol buffers, as much as a SavedModel for tests needs. */

function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(left & 0x7fn) | (left > 0x7fn ? 0x80 : 0));
    left >>= 7n;
  } while (left > 0n);
  return Buffer.from(bytes);
}

/** A field of any type but fixed ones: a number as varint, text and bytes with their length. */
export function field(number: number, value: number | string | Uint8Array): Buffer {
  if (typeof value === 'number') return Buffer.concat([varint(number << 3), varint(value)]);
  const content = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([varint((number << 3) | 2), varint(content.length), content]);
}

/** A tensor as a test describes it; `shape` absent for an unknown rank. */
export interface TensorSpec {
  readonly name: string;
  readonly type: number;
  readonly shape?: readonly number[];
}

function tensor({ name, type, shape }: TensorSpec): Buffer {
  const dimensions = (shape ?? []).map((size) => field(2, field(1, size)));
  const written = shape ? Buffer.concat(dimensions) : field(3, 1);
  return Buffer.concat([field(1, name), field(2, type), field(3, written)]);
}

/** One signature as an entry of its graph. */
export function signature(
  name: string,
  inputs: Readonly<Record<string, TensorSpec>>,
  outputs: Readonly<Record<string, TensorSpec>>,
): Buffer {
  const entries = (number: number, tensors: Readonly<Record<string, TensorSpec>>): Buffer[] =>
    Object.entries(tensors).map(([key, spec]) =>
      field(number, Buffer.concat([field(1, key), field(2, tensor(spec))])),
    );
  const definition = Buffer.concat([
    ...entries(1, inputs),
    ...entries(2, outputs),
    field(3, 'tensorflow/serving/predict'),
  ]);
  return field(5, Buffer.concat([field(1, name), field(2, definition)]));
}

/** A node of this operation, with a constant of so many bytes. */
export function node(op: string, bulk = 8): Buffer {
  return Buffer.concat([field(1, `node_${op}`), field(2, op), field(5, Buffer.alloc(bulk, 0xff))]);
}

/** A graph of nodes, and of functions by name with nodes of their own. */
export function graph(
  nodes: readonly Buffer[],
  functions: Readonly<Record<string, readonly Buffer[]>> = {},
): Buffer {
  const library = Object.entries(functions).map(([name, inside]) =>
    field(1, Buffer.concat([field(1, field(1, name)), ...inside.map((each) => field(3, each))])),
  );
  return Buffer.concat([
    ...nodes.map((each) => field(1, each)),
    ...(library.length > 0 ? [field(2, Buffer.concat(library))] : []),
  ]);
}

/** One graph with its tags, version, signatures, and nodes, by default one of so many bytes. */
export function metaGraph(
  tags: readonly string[],
  version: string | undefined,
  signatures: readonly Buffer[],
  bulk = 64,
  nodes: Buffer = graph([node('Const', bulk)]),
): Buffer {
  const info = [...tags.map((tag) => field(4, tag)), ...(version ? [field(5, version)] : [])];
  const written = [field(1, Buffer.concat(info)), field(2, nodes), ...signatures];
  return field(2, Buffer.concat(written));
}

/** A whole `saved_model.pb`. */
export function savedModel(...graphs: readonly Buffer[]): Buffer {
  return Buffer.concat([field(1, 1), ...graphs]);
}

/** The smallest SavedModel that can be served. */
export const SMALL_SAVED_MODEL = savedModel(
  metaGraph(['serve'], '2.11.0', [
    signature(
      'serving_default',
      { x: { name: 'serving_default_x:0', type: 1, shape: [-1, 4] } },
      { y: { name: 'StatefulPartitionedCall:0', type: 7, shape: [-1] } },
    ),
  ]),
);

/** The smallest `variables.index`: it counts so many shards and names no variable. */
export function variablesIndex(shards: number): Buffer {
  const header = field(1, shards);
  const entry = Buffer.concat([Buffer.from([0, 0, header.length]), header]);
  const footer = Buffer.alloc(48);
  Buffer.from('57fb808b247547db', 'hex').copy(footer, 40);
  return Buffer.concat([entry, footer]);
}
