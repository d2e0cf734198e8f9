/** Index of the first byte after the tables: where the memory of the module is free for data. */
export const TABLES_BYTES = 65_536;

const PAGE_BYTES = 65_536;
/** Castagnoli's polynomial, bits reversed. */
const POLYNOMIAL = 0x82f63b78;
/** Bytes that one turn of the loop takes; one table of 256 entries for each. */
const SLICES = 16;

/** The part of the global `WebAssembly` that is used; its types come with the DOM's, which we do not have. */
declare const WebAssembly: {
  readonly Memory: new (pages: { initial: number; maximum: number }) => {
    readonly buffer: ArrayBuffer;
  };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: Record<string, unknown> };
};

/** Operation codes of WebAssembly (core specification, section 5.4). */
const op = {
  block: 0x02,
  loop: 0x03,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  localGet: 0x20,
  localSet: 0x21,
  i32Load: 0x28,
  i32Load8u: 0x2d,
  i32Const: 0x41,
  i32Eqz: 0x45,
  i32LessUnsigned: 0x49,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32And: 0x71,
  i32Xor: 0x73,
  i32ShiftLeft: 0x74,
  i32ShiftRight: 0x76,
} as const;

const NO_RESULT = 0x40;
const I32 = 0x7f;
const crc = 0;
const at = 1;
const left = 2;
/** Four locals that hold the sixteen bytes of a turn. */
const firstWord = 3;

/** Unsigned LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** Signed LEB128 of a number from 0 up. */
function signed(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >>> 7)];
}

const constant = (value: number): number[] => [op.i32Const, ...signed(value)];
const get = (local: number): number[] => [op.localGet, local];
const set = (local: number): number[] => [op.localSet, local];
/** Loads 32 bits; the address is on the stack. */
const load = (offset: number): number[] => [op.i32Load, 2, ...unsigned(offset)];

/** Table entry of one byte of a word: `table[word >>> (8 * byte) & 255]`. */
function lookUp(word: number, byte: number, table: number): number[] {
  const shift =
    byte === 0 ? [...constant(2), op.i32ShiftLeft] : [...constant(8 * byte - 2), op.i32ShiftRight];
  return [...get(word), ...shift, ...constant(0x3fc), op.i32And, ...load(table * 1024)];
}

/** Sixteen bytes a turn: each byte goes through the table of its distance from the end of the turn. */
function sixteenBytes(): number[] {
  const words = [0, 1, 2, 3].flatMap((index) => [
    ...get(at),
    op.i32Load,
    0,
    ...unsigned(4 * index),
    ...(index === 0 ? [...get(crc), op.i32Xor] : []),
    ...set(firstWord + index),
  ]);
  // The first word waits for the turn before; its look-ups come last, so that the others need not.
  const lookUps = Array.from({ length: SLICES }, (_, index) => {
    const byte = SLICES - 1 - index;
    return [
      ...lookUp(firstWord + (byte >> 2), byte & 3, SLICES - 1 - byte),
      ...(index === 0 ? [] : [op.i32Xor]),
    ];
  }).flat();
  return [...words, ...lookUps, ...set(crc), ...advance(SLICES)];
}

function oneByte(): number[] {
  return [
    ...get(at),
    op.i32Load8u,
    0,
    0,
    ...get(crc),
    op.i32Xor,
    ...set(firstWord),
    ...lookUp(firstWord, 0, 0),
    ...get(crc),
    ...constant(8),
    op.i32ShiftRight,
    op.i32Xor,
    ...set(crc),
    ...advance(1),
  ];
}

function advance(bytes: number): number[] {
  return [
    ...[...get(at), ...constant(bytes), op.i32Add, ...set(at)],
    ...[...get(left), ...constant(bytes), op.i32Sub, ...set(left)],
  ];
}

/** Repeats `body` while at least `bytes` bytes are left. */
function whileLeft(bytes: number, body: readonly number[]): number[] {
  return [
    op.block,
    NO_RESULT,
    op.loop,
    NO_RESULT,
    ...[...get(left), ...constant(bytes), op.i32LessUnsigned, op.brIf, 1],
    ...body,
    ...[op.br, 0, op.end, op.end],
  ];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

const text = (value: string): number[] => [value.length, ...Buffer.from(value)];

/**
 * The module as bytes: imports `m.m` (a memory whose first page holds the tables), exports
 * `u(crc, address, length): crc` over the raw register, not inverted.
 */
function moduleBytes(): Uint8Array {
  const body = [
    ...[1, 4, I32],
    ...whileLeft(SLICES, sixteenBytes()),
    ...whileLeft(1, oneByte()),
    ...get(crc),
    op.end,
  ];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, I32, I32, I32, 1, I32]),
    ...section(2, [1, ...text('m'), ...text('m'), 2, 0, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text('u'), 0, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]);
}

/** `tables[k][b]`: register after byte `b` and `k` zero bytes. */
function writeTables(memory: ArrayBuffer): void {
  const tables = new Uint32Array(memory, 0, SLICES * 256);
  for (let byte = 0; byte < 256; byte++) {
    let register = byte;
    for (let bit = 0; bit < 8; bit++) {
      register = (register >>> 1) ^ (register & 1 ? POLYNOMIAL : 0);
    }
    tables[byte] = register;
  }
  for (let index = 256; index < tables.length; index++) {
    const previous = tables[index - 256] ?? 0;
    tables[index] = (previous >>> 8) ^ (tables[previous & 0xff] ?? 0);
  }
}

/** The hash over data that lies in the module's own memory. */
export interface Crc32cModule {
  /** Its whole memory, tables first; never grows, so that views of it stay valid. */
  readonly memory: Buffer;
  /** Continues a raw register over `length` bytes at `address`. */
  update(register: number, address: number, length: number): number;
}

/**
 * Makes a module with `dataBytes` of memory for data from `TABLES_BYTES` on. WebAssembly, because
 * Node has no crc32c: sixteen bytes a turn, tables as in Intel's "slicing" method. Assembled here
 * (300 bytes), so that the bundle needs no further file and a reader no tool.
 */
export function makeCrc32cModule(dataBytes: number): Crc32cModule {
  const pages = 1 + Math.ceil(dataBytes / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  writeTables(memory.buffer);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes()), {
    m: { m: memory },
  });
  const update = instance.exports['u'] as Crc32cModule['update'];
  return { memory: Buffer.from(memory.buffer), update };
}
