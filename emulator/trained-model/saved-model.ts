/** What the loader asks of one graph of a SavedModel. */
export interface MetaGraph {
  readonly tags: readonly string[];
  /** How many signatures it has. */
  readonly signatures: number;
}

/** A field of a protobuf message: its number, and its bytes when it is length-delimited. */
interface WireField {
  readonly number: number;
  readonly bytes: Buffer | undefined;
}

/**
 * The graphs of a `saved_model.pb` (tensorflow/core/protobuf/saved_model.proto, meta_graph.proto), or
 * `undefined` when the bytes are no such message.
 */
export function readMetaGraphs(savedModel: Buffer): readonly MetaGraph[] | undefined {
  const graphs: MetaGraph[] = [];
  for (const { number, bytes } of readFields(savedModel) ?? [invalid]) {
    if (number === invalid.number) return undefined;
    if (number !== 2 || bytes === undefined) continue;
    const graph = readFields(bytes);
    if (graph === undefined) return undefined;
    const info = graph.find((field) => field.number === 1)?.bytes;
    const tags = (info === undefined ? [] : readFields(info))
      ?.filter((field) => field.number === 4)
      .map((field) => field.bytes?.toString('utf8') ?? '');
    if (tags === undefined) return undefined;
    graphs.push({ tags, signatures: graph.filter((field) => field.number === 5).length });
  }
  return graphs;
}

const invalid: WireField = { number: -1, bytes: undefined };

/** The fields of a message in order; `undefined` when the bytes break off or use no known wire type. */
function readFields(message: Buffer): readonly WireField[] | undefined {
  const fields: WireField[] = [];
  let at = 0;

  function varint(): number | undefined {
    let value = 0;
    for (let index = 0; index < 10; index += 1) {
      const byte = message[at];
      if (byte === undefined) return undefined;
      at += 1;
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) return value;
    }
    return undefined;
  }

  while (at < message.length) {
    const key = varint();
    if (key === undefined || key < 8) return undefined;
    const number = Math.floor(key / 8);
    let length: number | undefined;
    switch (key % 8) {
      case 0:
        if (varint() === undefined) return undefined;
        length = 0;
        break;
      case 1:
        length = 8;
        break;
      case 2:
        length = varint();
        break;
      case 5:
        length = 4;
        break;
      default:
        return undefined;
    }
    if (length === undefined || at + length > message.length) return undefined;
    fields.push({ number, bytes: key % 8 === 2 ? message.subarray(at, at + length) : undefined });
    at += length;
  }
  return fields;
}
