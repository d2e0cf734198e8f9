import {
  constant,
  get,
  moduleOf,
  onVectors,
  op,
  set,
  unsigned,
  vector,
  whileLeft,
} from './web-assembly.ts';
import type { Code } from './web-assembly.ts';

/** Entries of the table by byte, of four bytes each, from address 0 on. */
export const BYTE_TABLE_ENTRIES = 256;
/** Bytes that one turn of the loop takes. */
export const FOLDED_BYTES = 64;
/** Where its 32 tables begin, one vector each: for each half of each byte of a word, four bytes of the answer. */
export const FOLD_TABLES = 4 * BYTE_TABLE_ENTRIES;
/** Where its last block is put together. */
const LAST_BLOCK = FOLD_TABLES + 32 * 16;
/** Fewer bytes than that are not worth its start and end. */
const FEWEST_FOLDED = 256;

/** The parameters: a register, where the bytes are, how many are left. */
const crc = 0;
const at = 1;
const left = 2;
/** Locals of `byBlocks`: a register of sixteen words, the next block, and the halves of the register's bytes. */
const planes = [3, 4, 5, 6] as const;
const block = [7, 8, 9, 10] as const;
const halves = [11, 12, 13, 14, 15, 16, 17, 18] as const;

type Four = readonly [number, number, number, number];

function advance(bytes: number): number[] {
  return [
    ...[...get(at), ...constant(bytes), op.i32Add, ...set(at)],
    ...[...get(left), ...constant(bytes), op.i32Sub, ...set(left)],
  ];
}

const byBytes: Code = {
  vectors: 0,
  body: [
    ...whileLeft(left, 1, [
      ...[...get(at), op.i32Load8u, 0, 0, ...get(crc), op.i32Xor],
      ...[...constant(0xff), op.i32And, ...constant(2), op.i32ShiftLeft, op.i32Load, 2, 0],
      ...[...get(crc), ...constant(8), op.i32ShiftRight, op.i32Xor, ...set(crc)],
      ...advance(1),
    ]),
    ...get(crc),
  ],
};

/** Puts the bytes of four words in the order of their places in the word; done twice, it undoes itself. */
const BY_PLACE = [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15];

function byPlace(local: number): number[] {
  return [
    ...[...get(local), ...onVectors(vector.constant, ...BY_PLACE)],
    ...[...onVectors(vector.relaxedSwizzle), ...set(local)],
  ];
}

/** Which words of two vectors, numbered 0 to 3 and 4 to 7, a new one gets. */
const picks = { low: [0, 4, 1, 5], high: [2, 6, 3, 7], firsts: [0, 1, 4, 5], lasts: [2, 3, 6, 7] };

function pick(to: number, from: number, other: number, which: keyof typeof picks): number[] {
  const bytes = picks[which].flatMap((word) => [0, 1, 2, 3].map((byte) => 4 * word + byte));
  return [...get(from), ...get(other), ...onVectors(vector.shuffle, ...bytes), ...set(to)];
}

/** Turns four rows of four words into columns; done twice, it undoes itself. */
function turn([a, b, c, d]: Four, [e, f, g, h]: Four): number[] {
  return [
    ...[...pick(e, a, b, 'low'), ...pick(f, a, b, 'high')],
    ...[...pick(g, c, d, 'low'), ...pick(h, c, d, 'high')],
    ...[...pick(a, e, g, 'firsts'), ...pick(b, e, g, 'lasts')],
    ...[...pick(c, f, h, 'firsts'), ...pick(d, f, h, 'lasts')],
  ];
}

/** Loads a block as four planes: all first bytes of its sixteen words, all second ones, and so on. */
function loadPlanes(to: Four, spare: Four, firstWord: readonly number[] = []): number[] {
  return [
    ...to.flatMap((local, index) => [
      ...[...get(at), ...onVectors(vector.load, 0, 16 * index)],
      ...(index === 0 ? firstWord : []),
      ...[...set(local), ...byPlace(local)],
    ]),
    ...turn(to, spare),
    ...advance(FOLDED_BYTES),
  ];
}

const registerIntoFirstWord = [
  ...onVectors(vector.constant, ...BY_PLACE.map(() => 0)),
  ...[...get(crc), ...onVectors(vector.i32ReplaceLane, 0), ...onVectors(vector.xor)],
];

/**
 * Moves each of sixteen words on by a block, half a byte at a time, and adds the words that are there: what a
 * register becomes over so many zero bytes is the sum of what each of its halves of bytes becomes.
 */
function fold(): number[] {
  const splits = planes.flatMap((plane, index) => {
    const [low = 0, high = 0] = halves.slice(2 * index);
    const mask = onVectors(vector.constant, ...BY_PLACE.map(() => 0x0f));
    return [
      ...[...get(plane), ...mask, ...onVectors(vector.and), ...set(low)],
      ...[...get(plane), ...constant(4), ...onVectors(vector.i8ShiftRight), ...set(high)],
    ];
  });
  const sums = planes.flatMap((plane, place) => [
    ...get(block[place] ?? 0),
    ...halves.flatMap((half, index) => [
      ...constant(0),
      ...onVectors(vector.load, 4, ...unsigned(FOLD_TABLES + 16 * (4 * index + place))),
      ...[...get(half), ...onVectors(vector.relaxedSwizzle), ...onVectors(vector.xor)],
    ]),
    ...set(plane),
  ]);
  return [...splits, ...loadPlanes(block, planes), ...sums];
}

const storePlanes = [
  ...turn(planes, block),
  ...planes.flatMap((plane, index) => [
    ...[...byPlace(plane), ...constant(0), ...get(plane)],
    ...onVectors(vector.store, 4, ...unsigned(LAST_BLOCK + 16 * index)),
  ]),
];

/** Folds all whole blocks into one of the same checksum; that one, and what is left, go byte by byte. */
const byBlocks: Code = {
  vectors: planes.length + block.length + halves.length,
  body: [
    // Once at most: less than a block is left then.
    ...whileLeft(left, FEWEST_FOLDED, [
      ...loadPlanes(planes, block, registerIntoFirstWord),
      ...whileLeft(left, FOLDED_BYTES, fold()),
      ...storePlanes,
      ...[...constant(0), ...constant(LAST_BLOCK), ...constant(FOLDED_BYTES), op.call, 0],
      ...set(crc),
    ]),
    ...[...get(crc), ...get(at), ...get(left), op.call, 0],
  ],
};

/**
 * The module as bytes: imports `m.m` (a memory whose first page holds the tables), exports
 * `u(crc, address, length): crc` over the raw register, not inverted.
 */
export const moduleByBlocks = (): Uint8Array => moduleOf([byBytes, byBlocks]);

/** The same without vectors, less than a tenth as fast. */
export const moduleByBytes = (): Uint8Array => moduleOf([byBytes]);
