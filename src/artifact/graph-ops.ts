import type { Field, ProtobufReader } from './protobuf.ts';

/**
 * Names of the operations that a graph uses, those in its functions included, sorted
 * (tensorflow/core/framework: graph.proto, function.proto, node_def.proto). A node's name and operation
 * come first in it, so its constants are stepped over, however large they are. Throws `Malformed` where
 * the bytes are no graph, and what the reader throws beyond its bounds.
 */
export async function readOps(reader: ProtobufReader, graph: Field): Promise<readonly string[]> {
  const ops = new Set<string>();
  const functions = new Set<string>();
  // GraphDef: 1 node, 2 library.
  for await (const field of reader.fields(graph.start, graph.end)) {
    if (!field.delimited) continue;
    if (field.number === 1) await readNode(reader, field, ops);
    if (field.number === 2) await readLibrary(reader, field, ops, functions);
  }
  // A node may call a function as if it were an operation.
  return [...ops].filter((op) => !functions.has(op)).sort();
}

/** FunctionDefLibrary: 1 function, of which 1 is the signature (1 name) and 3 the nodes. */
async function readLibrary(
  reader: ProtobufReader,
  library: Field,
  ops: Set<string>,
  functions: Set<string>,
): Promise<void> {
  for await (const definition of reader.fields(library.start, library.end)) {
    if (definition.number !== 1 || !definition.delimited) continue;
    for await (const field of reader.fields(definition.start, definition.end)) {
      if (!field.delimited) continue;
      if (field.number === 1) {
        const name = await readText(reader, field, 1);
        if (name !== undefined) functions.add(name);
      }
      if (field.number === 3) await readNode(reader, field, ops);
    }
  }
}

/** NodeDef: 2 op. */
async function readNode(reader: ProtobufReader, node: Field, ops: Set<string>): Promise<void> {
  const op = await readText(reader, node, 2);
  if (op !== undefined) ops.add(op);
}

async function readText(
  reader: ProtobufReader,
  within: Field,
  number: number,
): Promise<string | undefined> {
  for await (const field of reader.fields(within.start, within.end)) {
    if (field.number === number && field.delimited) return reader.text(field);
  }
  return undefined;
}
