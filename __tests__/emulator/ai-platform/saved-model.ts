/** A `saved_model.pb` of one graph with these tags and so many signatures, all without content. */
export function savedModel(graph: { tags: readonly string[]; signatures: number }): Buffer {
  const info = Buffer.concat(graph.tags.map((tag) => field(4, Buffer.from(tag))));
  const signatures = Array.from({ length: graph.signatures }, () => field(5, Buffer.alloc(0)));
  return Buffer.concat([
    Buffer.from([8, 1]),
    field(2, Buffer.concat([field(1, info), ...signatures])),
  ]);
}

/** A length-delimited protobuf field of less than 128 bytes. */
function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), bytes]);
}
