import type { ArtifactFile } from './artifact.ts';
import {
  type ByteSource,
  Malformed,
  type ObjectReader,
  OutOfReach,
  withBytes,
} from './byte-source.ts';
import { isLfsPointer, lfsPointer } from './lfs-pointer.ts';
import { type Problem, list, quote } from './problem.ts';
import { protobufReader } from './protobuf.ts';

const INDEX = 'variables/variables.index';
const SHARD = /^variables\/variables\.data-\d{5}-of-\d{5}$/;
/** The last bytes of every table that TensorFlow writes (tensorflow/core/lib/io/format.h), little-endian. */
const TABLE_MAGIC = Buffer.from('57fb808b247547db', 'hex');
const FOOTER = 48;
const MOST_SHARDS = 100_000;

const EXPORT_AGAIN =
  'Check that the export ended well and that all of `variables/` was downloaded; a shallow pattern in an artifact step, or Git LFS, loses such files.';

/**
 * What is wrong with the variables of a SavedModel: every shard that its index counts has to be there.
 * A model without variables has neither index nor shards.
 */
export async function checkVariables(
  files: readonly ArtifactFile[],
  objects: ObjectReader,
): Promise<readonly Problem[]> {
  const names = new Set(files.map(({ name }) => name));
  const index = files.find(({ name }) => name === INDEX);
  const shards = [...names].filter((name) => SHARD.test(name));
  if (index === undefined) {
    return shards.length === 0
      ? []
      : [
          {
            what: `${quote(INDEX)} is missing, without which ${list(shards)} cannot be read.`,
            next: EXPORT_AGAIN,
          },
        ];
  }
  try {
    return await withBytes(index, objects, async (bytes) => {
      if (isLfsPointer(await bytes.read(0, 64))) return [lfsPointer(INDEX)];
      const count = await readShardCount(bytes);
      const expected = Array.from({ length: count }, (_, shard) => shardName(shard, count));
      const missing = expected.filter((name) => !names.has(name));
      const there =
        count === 1
          ? 'which is'
          : missing.length === 1
            ? 'one of which is'
            : `${missing.length} of which are`;
      return missing.length === 0
        ? []
        : [
            {
              what: `${list(missing)} ${missing.length > 1 ? 'are' : 'is'} missing: ${quote(INDEX)} says that the values of the variables lie in ${count === 1 ? '1 file' : `${count} files`}, ${there} not there.`,
              next: EXPORT_AGAIN,
            },
          ];
    });
  } catch (error) {
    // An index that is too large to fetch says nothing against the model.
    if (error instanceof OutOfReach) return [];
    if (!(error instanceof Malformed)) throw error;
    return [{ what: `${quote(INDEX)} cannot be read. ${error.message}`, next: EXPORT_AGAIN }];
  }
}

/**
 * How many shards an index counts: it is a table whose first entry has an empty key and the message
 * BundleHeaderProto as its value (tensorflow/core/protobuf/tensor_bundle.proto: 1 num_shards). Throws
 * `Malformed` for bytes that are no such table, or one that is cut short.
 */
export async function readShardCount(bytes: ByteSource): Promise<number> {
  const footer = await bytes.read(Math.max(0, bytes.size - FOOTER), FOOTER);
  if (footer.length < FOOTER || !footer.subarray(-TABLE_MAGIC.length).equals(TABLE_MAGIC)) {
    throw new Malformed('It does not end as an index of variables does: it is cut short, or none.');
  }
  // An entry begins with three numbers: bytes shared with the key before, own bytes, bytes of the value.
  const [shared, own, length = 0] = await bytes.read(0, 3);
  if (shared !== 0 || own !== 0 || length > 0x7f) {
    throw new Malformed('It does not begin as an index of variables does.');
  }
  let count = 0;
  for await (const field of protobufReader(bytes).fields(3, 3 + length)) {
    if (field.number === 1) count = Number(field.value);
  }
  if (count < 1 || count > MOST_SHARDS) {
    throw new Malformed(`It counts ${count} shards, which cannot be.`);
  }
  return count;
}

function shardName(shard: number, count: number): string {
  const digits = (number: number): string => String(number).padStart(5, '0');
  return `variables/variables.data-${digits(shard)}-of-${digits(count)}`;
}
