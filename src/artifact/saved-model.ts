import type { SavedModelInfo, Signature, Tensor } from './artifact.ts';
import { type ByteSource, Malformed, OutOfReach } from './byte-source.ts';
import { readOps } from './graph-ops.ts';
import { type Field, type ProtobufReader, protobufReader } from './protobuf.ts';

/** A SavedModel as far as it could be read. */
export interface ReadSavedModel {
  readonly info: SavedModelInfo;
  /** `false` when the file lies in Cloud Storage and is too large to fetch its signatures. */
  readonly complete: boolean;
}

interface MetaGraph {
  readonly tags: string[];
  readonly signatures: Signature[];
  tensorflowVersion: string | undefined;
  ops: readonly string[] | undefined;
}

/**
 * What `saved_model.pb` says about itself, without TensorFlow (tensorflow/core/protobuf:
 * saved_model.proto, meta_graph.proto). Constants are stepped over, so memory is bounded whatever
 * the size. Throws `Malformed` for a file that is cut short or no SavedModel.
 */
export async function readSavedModel(bytes: ByteSource): Promise<ReadSavedModel> {
  const reader = protobufReader(bytes);
  const graphReader = protobufReader(bytes, 'graph');
  const graphs: MetaGraph[] = [];
  let complete = true;
  try {
    for await (const field of reader.fields(0, bytes.size)) {
      if (field.number === 2 && field.delimited) {
        const graph: MetaGraph = {
          tags: [],
          signatures: [],
          tensorflowVersion: undefined,
          ops: undefined,
        };
        graphs.push(graph);
        await readMetaGraph(reader, graphReader, field, graph);
      }
    }
  } catch (error) {
    if (!(error instanceof OutOfReach) || graphs.length === 0) throw error;
    complete = false;
  }
  if (graphs.length === 0) throw new Malformed('It holds no graph, so it is no SavedModel.');
  const served =
    graphs.find(({ tags }) => tags.length === 1 && tags[0] === 'serve') ??
    graphs.find(({ tags }) => tags.includes('serve'));
  const told = served ?? graphs[0];
  return {
    info: {
      tensorflowVersion: told?.tensorflowVersion,
      tagSets: graphs.map(({ tags }) => tags.toSorted()),
      signatures: (served?.signatures ?? [])
        .filter(({ name }) => name !== '__saved_model_init_op')
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
      ...(told?.ops && { ops: told.ops }),
    },
    complete,
  };
}

/** MetaGraphDef: 1 meta_info_def, 2 graph_def, 5 signature_def; 7 object_graph_def is stepped over. */
async function readMetaGraph(
  reader: ProtobufReader,
  graphReader: ProtobufReader,
  within: Field,
  graph: MetaGraph,
): Promise<void> {
  for await (const field of reader.fields(within.start, within.end)) {
    if (!field.delimited) continue;
    if (field.number === 1) {
      // MetaInfoDef: 4 tags, 5 tensorflow_version.
      for await (const info of reader.fields(field.start, field.end)) {
        if (info.number === 4) graph.tags.push(await reader.text(info));
        if (info.number === 5) graph.tensorflowVersion = (await reader.text(info)) || undefined;
      }
    }
    if (field.number === 2) graph.ops = await readOpsWithin(graphReader, field);
    if (field.number === 5) {
      const { key, value } = await readMapEntry(reader, field);
      if (value) graph.signatures.push(await readSignature(reader, key, value));
    }
  }
}

/** The operations of a graph; `undefined` where it is larger than what is read. */
async function readOpsWithin(
  reader: ProtobufReader,
  field: Field,
): Promise<readonly string[] | undefined> {
  try {
    return await readOps(reader, field);
  } catch (error) {
    if (!(error instanceof OutOfReach)) throw error;
    return undefined;
  }
}

/** A `map<string, Message>` travels as repeated messages of 1 key and 2 value. */
async function readMapEntry(
  reader: ProtobufReader,
  within: Field,
): Promise<{ key: string; value: Field | undefined }> {
  let key = '';
  let value: Field | undefined;
  for await (const field of reader.fields(within.start, within.end)) {
    if (field.number === 1) key = await reader.text(field);
    if (field.number === 2 && field.delimited) value = field;
  }
  return { key, value };
}

/** SignatureDef: 1 inputs, 2 outputs, 3 method_name. */
async function readSignature(
  reader: ProtobufReader,
  name: string,
  within: Field,
): Promise<Signature> {
  const inputs: Tensor[] = [];
  const outputs: Tensor[] = [];
  let methodName = '';
  for await (const field of reader.fields(within.start, within.end)) {
    if (field.number === 1 || field.number === 2) {
      const { key, value } = await readMapEntry(reader, field);
      const tensors = field.number === 1 ? inputs : outputs;
      if (value) tensors.push(await readTensor(reader, key, value));
    }
    if (field.number === 3) methodName = await reader.text(field);
  }
  const byKey = (a: Tensor, b: Tensor): number => (a.key < b.key ? -1 : 1);
  return { name, methodName, inputs: inputs.sort(byKey), outputs: outputs.sort(byKey) };
}

/** TensorInfo: 1 name, 2 dtype, 3 tensor_shape, 4 coo_sparse (whose 1 names its values). */
async function readTensor(reader: ProtobufReader, key: string, within: Field): Promise<Tensor> {
  let name = '';
  let dtype = 0;
  let shape: readonly number[] | undefined;
  for await (const field of reader.fields(within.start, within.end)) {
    if (field.number === 1) name = await reader.text(field);
    if (field.number === 2) dtype = Number(field.value);
    if (field.number === 3) shape = await readShape(reader, field);
    if (field.number === 4 && field.delimited) {
      for await (const part of reader.fields(field.start, field.end)) {
        if (part.number === 1) name = await reader.text(part);
      }
    }
  }
  return { key, name, dtype: nameOfType(dtype), ...(shape && { shape }) };
}

/** TensorShapeProto: 2 dim (1 size), 3 unknown_rank. */
async function readShape(
  reader: ProtobufReader,
  within: Field,
): Promise<readonly number[] | undefined> {
  const shape: number[] = [];
  for await (const field of reader.fields(within.start, within.end)) {
    if (field.number === 3 && field.value !== 0n) return undefined;
    if (field.number !== 2) continue;
    let size = 0;
    for await (const part of reader.fields(field.start, field.end)) {
      if (part.number === 1) size = Number(BigInt.asIntN(64, part.value));
    }
    shape.push(size);
  }
  return shape;
}

/** The enum DataType (tensorflow/core/framework/types.proto) by the names that TensorFlow prints. */
const TYPES = [
  ...['invalid', 'float32', 'float64', 'int32', 'uint8', 'int16', 'int8', 'string', 'complex64'],
  ...['int64', 'bool', 'qint8', 'quint8', 'qint32', 'bfloat16', 'qint16', 'quint16', 'uint16'],
  ...['complex128', 'float16', 'resource', 'variant', 'uint32', 'uint64', 'float8_e5m2'],
  ...['float8_e4m3fn', 'float8_e4m3fnuz', 'float8_e4m3b11fnuz', 'float8_e5m2fnuz', 'int4'],
  ...['uint4', 'int2', 'uint2'],
];

function nameOfType(type: number): string {
  // From 101 on, each type has a twin for TensorFlow 1's reference variables.
  const name = TYPES[type > 100 ? type - 100 : type];
  if (name === undefined) return `type ${type}`;
  return type > 100 ? `${name}_ref` : name;
}
