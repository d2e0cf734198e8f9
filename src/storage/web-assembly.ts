/** Operation codes of WebAssembly (core specification, section 5.4). */
export const op = {
  block: 0x02,
  loop: 0x03,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  call: 0x10,
  localGet: 0x20,
  localSet: 0x21,
  i32Load: 0x28,
  i32Load8u: 0x2d,
  i32Const: 0x41,
  i32LessUnsigned: 0x49,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32And: 0x71,
  i32Xor: 0x73,
  i32ShiftLeft: 0x74,
  i32ShiftRight: 0x76,
} as const;

/** The same for vectors of sixteen bytes; each stands behind a prefix. */
export const vector = {
  load: 0x00,
  store: 0x0b,
  constant: 0x0c,
  shuffle: 0x0d,
  i32ReplaceLane: 0x1c,
  and: 0x4e,
  xor: 0x51,
  i8ShiftRight: 0x6d,
  /** A byte of the first operand for each index in the second; all indices must be below 16. */
  relaxedSwizzle: 0x100,
} as const;

const VECTOR_PREFIX = 0xfd;
const NO_RESULT = 0x40;
const FUNCTION = 0x60;

const I32 = 0x7f;
const V128 = 0x7b;

/** Unsigned LEB128. */
export function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** Signed LEB128 of a number from 0 up. */
function signed(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >>> 7)];
}

/** Puts a number from 0 up on the stack. */
export const constant = (value: number): number[] => [op.i32Const, ...signed(value)];
/** Puts a local on the stack. */
export const get = (local: number): number[] => [op.localGet, local];
/** Takes a local from the stack. */
export const set = (local: number): number[] => [op.localSet, local];

/** An instruction on vectors, with its immediate operands. */
export function onVectors(code: number, ...operands: readonly number[]): number[] {
  return [VECTOR_PREFIX, ...unsigned(code), ...operands];
}

/** Repeats `body` while at least `bytes` are left, as the local `left` counts them. */
export function whileLeft(left: number, bytes: number, body: readonly number[]): number[] {
  return [
    ...[op.block, NO_RESULT, op.loop, NO_RESULT],
    ...[...get(left), ...constant(bytes), op.i32LessUnsigned, op.brIf, 1],
    ...body,
    ...[op.br, 0, op.end, op.end],
  ];
}

/** One function of three numbers that gives one: how many vectors are its further locals, and its instructions. */
export interface Code {
  readonly vectors: number;
  readonly body: readonly number[];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

const text = (value: string): number[] => [value.length, ...Buffer.from(value)];

/** A module of such functions over an imported memory, `m.m`; it exports the last one as `u` (section 5.5). */
export function moduleOf(functions: readonly Code[]): Uint8Array {
  const bodies = functions.map(({ vectors, body }) => {
    const locals = vectors === 0 ? [0] : [1, vectors, V128];
    const code = [...locals, ...body, op.end];
    return [...unsigned(code.length), ...code];
  });
  const count = functions.length;
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, FUNCTION, 3, I32, I32, I32, 1, I32]),
    ...section(2, [1, ...text('m'), ...text('m'), 2, 0, 1]),
    ...section(3, [count, ...functions.map(() => 0)]),
    ...section(7, [1, ...text('u'), 0, count - 1]),
    ...section(10, [count, ...bodies.flat()]),
  ]);
}
