import { type ByteSource, Malformed, OutOfReach, windowed } from './byte-source.ts';

/** One field of a protocol buffer, found but not read. */
export interface Field {
  readonly number: number;
  /** Value of a varint field; 0 for others. */
  readonly value: bigint;
  /** Whether it holds bytes: a string or a message. */
  readonly delimited: boolean;
  /** Where its content begins and ends in the file. */
  readonly start: number;
  readonly end: number;
}

/** A reader of protocol buffers that steps over what nobody asks for, however large it is. */
export interface ProtobufReader {
  /** The fields between two offsets. Throws `Malformed` where the bytes are no protocol buffer. */
  fields(start: number, end: number): AsyncGenerator<Field, void>;
  /** A string field's text. */
  text(field: Field): Promise<string>;
}

/** Real files have hundreds of fields outside of their graphs; more than this is an attack. */
const MOST_FIELDS = 100_000;
/** A node takes three fields; of graphs with more than some 130,000 nodes nothing is claimed. */
const MOST_FIELDS_OF_GRAPHS = 400_000;
const LONGEST_TEXT = 64 * 1024;

/**
 * Reads the wire format (protobuf.dev, Encoding) of one file. Too many fields are `Malformed`, and with
 * `content` a graph, which may have more, `OutOfReach`.
 */
export function protobufReader(
  bytes: ByteSource,
  content: 'messages' | 'graph' = 'messages',
): ProtobufReader {
  const source = windowed(bytes);
  let seen = 0;

  async function varint(offset: number, end: number): Promise<{ value: bigint; next: number }> {
    const length = Math.min(10, end - offset);
    const window = source.held(offset, length) ?? (await source.read(offset, length));
    const first = window[0];
    if (first !== undefined && first < 0x80) return { value: BigInt(first), next: offset + 1 };
    let value = 0n;
    for (const [index, byte] of window.entries()) {
      value |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) return { value: BigInt.asUintN(64, value), next: offset + index + 1 };
    }
    throw new Malformed(
      window.length < 10 ? `It ends in the middle of a field at byte ${offset}.` : broken(offset),
    );
  }

  return {
    async *fields(start, end) {
      let offset = start;
      while (offset < end) {
        seen += 1;
        if (content === 'messages' && seen > MOST_FIELDS) {
          throw new Malformed(`It holds more than ${MOST_FIELDS} fields.`);
        }
        if (seen > MOST_FIELDS_OF_GRAPHS) {
          throw new OutOfReach(`Its graph has more than ${MOST_FIELDS_OF_GRAPHS} fields.`);
        }
        const tag = await varint(offset, end);
        const number = Number(tag.value >> 3n);
        if (number === 0 || number > 536_870_911) throw new Malformed(broken(offset));
        let from = tag.next;
        let to: number;
        let value = 0n;
        const wire = Number(tag.value & 7n);
        if (wire === 0) {
          const read = await varint(from, end);
          value = read.value;
          to = read.next;
        } else if (wire === 2) {
          const length = await varint(from, end);
          from = length.next;
          to = from + Number(length.value);
        } else if (wire === 1 || wire === 5) {
          to = from + (wire === 1 ? 8 : 4);
        } else {
          throw new Malformed(broken(offset));
        }
        if (to > end) {
          throw new Malformed(
            `It is cut short: a field at byte ${offset} ends at byte ${to}, what holds it at ${end}.`,
          );
        }
        yield { number, value, delimited: wire === 2, start: from, end: to };
        offset = to;
      }
    },
    async text(field) {
      if (!field.delimited || field.end - field.start > LONGEST_TEXT) {
        throw new Malformed(broken(field.start));
      }
      return (await source.read(field.start, field.end - field.start)).toString('utf8');
    },
  };
}

function broken(offset: number): string {
  return `What stands at byte ${offset} is no field of a protocol buffer.`;
}
