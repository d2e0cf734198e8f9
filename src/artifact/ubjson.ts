import { ByteCursor, type ByteFeed } from './byte-cursor.ts';
import { Malformed, OutOfReach } from './byte-source.ts';

/** Bounds on what is read: real models stay far below, and beyond them nothing is claimed. */
const MOST_VALUES = 20_000_000;
const DEEPEST = 32;
const LONGEST_KEY = 1024;

/** Bytes of the values that always have the same size (ubjson.org, Type Reference). */
const SIZES: Readonly<Record<string, number>> = {
  ...{ Z: 0, N: 0, T: 0, F: 0 },
  ...{ i: 1, U: 1, C: 1, I: 2, l: 4, d: 4, L: 8, D: 8 },
};

/**
 * The numbers of the array that stands under a key of the outermost object, such as XGBoost's `version`;
 * `undefined` when there is no such array. The whole object is stepped through, so that a file which is
 * cut short is noticed: `Malformed`, as are bytes that are no UBJSON. Throws `OutOfReach` beyond the
 * bounds of what is read.
 */
export async function readNumbers(
  feed: ByteFeed,
  key: string,
): Promise<readonly number[] | undefined> {
  const cursor = new ByteCursor(feed);
  let seen = 0;
  let found: readonly number[] | undefined;

  const byte = async (): Promise<number> => {
    await cursor.need(1);
    return cursor.byte();
  };
  const marker = async (): Promise<string> => String.fromCharCode(await byte());

  async function integer(type: string): Promise<number | undefined> {
    const size = SIZES[type] ?? 0;
    if (!'iUIlL'.includes(type)) return undefined;
    await cursor.need(size);
    const bytes = cursor.take(size);
    if (type === 'U') return bytes.readUInt8();
    return size === 8 ? Number(bytes.readBigInt64BE()) : bytes.readIntBE(0, size);
  }

  async function length(type: string): Promise<number> {
    const count = await integer(type);
    if (count === undefined || count < 0) {
      throw new Malformed('It is no UBJSON: a length in it is no number.');
    }
    return count;
  }

  /** Steps over one value; the numbers of a list are returned when they are `wanted`. */
  async function value(
    type: string,
    depth: number,
    wanted: boolean,
  ): Promise<readonly number[] | undefined> {
    seen += 1;
    if (seen > MOST_VALUES || depth > DEEPEST) {
      throw new OutOfReach('It is larger or deeper than what is read here.');
    }
    const size = SIZES[type];
    if (size !== undefined) {
      await cursor.skip(size);
    } else if (type === 'S' || type === 'H') {
      await cursor.skip(await length(await marker()));
    } else if (type === '[') {
      return list(depth, wanted);
    } else if (type === '{') {
      await object(depth);
    } else {
      throw new Malformed(`It is no UBJSON: it knows no type ${JSON.stringify(type)}.`);
    }
    return undefined;
  }

  async function list(depth: number, wanted: boolean): Promise<readonly number[]> {
    const numbers: number[] = [];
    let next = await marker();
    let type: string | undefined;
    if (next === '$') {
      type = await marker();
      next = await marker();
    }
    const count = next === '#' ? await length(await marker()) : undefined;
    const size = type === undefined ? undefined : SIZES[type];
    if (count !== undefined && size !== undefined && !wanted) {
      await cursor.skip(count * size);
      return numbers;
    }
    for (let index = 0; count === undefined ? next !== ']' : index < count; index += 1) {
      const kind = type ?? (count === undefined ? next : await marker());
      const number = wanted ? await integer(kind) : undefined;
      if (number === undefined) await value(kind, depth + 1, false);
      else numbers.push(number);
      if (count === undefined) next = await marker();
    }
    return numbers;
  }

  async function object(depth: number): Promise<void> {
    for (let next = await marker(); next !== '}'; next = await marker()) {
      const size = await length(next);
      if (size > LONGEST_KEY) throw new Malformed('It is no UBJSON: a name in it is too long.');
      await cursor.need(size);
      const name = cursor.take(size).toString('utf8');
      const wanted = depth === 0 && name === key;
      const numbers = await value(await marker(), depth + 1, wanted);
      if (wanted) found = numbers;
    }
  }

  if ((await marker()) !== '{') throw new Malformed('It is no UBJSON: it begins with no object.');
  await object(0);
  return found;
}
