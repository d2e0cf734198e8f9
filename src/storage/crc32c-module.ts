import {
  BYTE_TABLE_ENTRIES,
  FOLD_TABLES,
  FOLDED_BYTES,
  moduleByBlocks,
  moduleByBytes,
} from './crc32c-code.ts';

/** Index of the first byte after the tables: where the memory of the module is free for data. */
export const TABLES_BYTES = 65_536;

const PAGE_BYTES = 65_536;
/** Castagnoli's polynomial, bits reversed. */
const POLYNOMIAL = 0x82f63b78;

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
  readonly validate: (bytes: Uint8Array) => boolean;
};

/** `table[b]`: register after byte `b`. */
function writeByteTable(memory: ArrayBuffer): Uint32Array {
  const table = new Uint32Array(memory, 0, BYTE_TABLE_ENTRIES);
  for (let byte = 0; byte < table.length; byte++) {
    let register = byte;
    for (let bit = 0; bit < 8; bit++) {
      register = (register >>> 1) ^ (register & 1 ? POLYNOMIAL : 0);
    }
    table[byte] = register;
  }
  return table;
}

/** `tables[h][p][v]`: byte `p` of the register a block later whose half byte `h` is `v`, all others 0. */
function writeFoldTables(memory: ArrayBuffer, byteTable: Uint32Array): void {
  const tables = new Uint8Array(memory, FOLD_TABLES, 8 * 4 * 16);
  for (let half = 0; half < 8; half++) {
    for (let value = 0; value < 16; value++) {
      let register = value << (4 * half);
      for (let byte = 0; byte < FOLDED_BYTES; byte++) {
        register = (register >>> 8) ^ (byteTable[register & 0xff] ?? 0);
      }
      for (let place = 0; place < 4; place++) {
        tables[(4 * half + place) * 16 + value] = register >>> (8 * place);
      }
    }
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
 * Node has no crc32c; by vectors, since Node's thread is what limits an upload. Assembled here (two kilobytes),
 * so that the bundle needs no further file and a reader no tool.
 */
export function makeCrc32cModule(dataBytes: number): Crc32cModule {
  const pages = 1 + Math.ceil(dataBytes / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  writeFoldTables(memory.buffer, writeByteTable(memory.buffer));
  const byBlocks = moduleByBlocks();
  // Processors of before 2008, and virtual machines that pass for one, lack the vectors.
  const code = WebAssembly.validate(byBlocks) ? byBlocks : moduleByBytes();
  const instance = new WebAssembly.Instance(new WebAssembly.Module(code), { m: { m: memory } });
  const update = instance.exports['u'] as Crc32cModule['update'];
  return { memory: Buffer.from(memory.buffer), update };
}
