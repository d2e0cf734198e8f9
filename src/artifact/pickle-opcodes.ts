import type { ByteCursor } from './byte-cursor.ts';
import { Malformed, OutOfReach } from './byte-source.ts';
import { arrayBytes, isArrayWrapper } from './joblib-array.ts';
import { type PickleFindings, PickleMachine, hasFeatures } from './pickle-machine.ts';
import { MARK, type Value, call, kindOf, tuple } from './pickle-values.ts';
import { unescaped } from './pickle-text.ts';
import { versionAtEnd } from './xgboost-model.ts';

/** Bounds on what is read: real models stay far below, and beyond them nothing is claimed. */
const MOST_OPCODES = 30_000_000;
const LONGEST_TEXT = 1024;
const LONGEST_LINE = 64 * 1024;
const DEEPEST_PICKLE = 8;

/**
 * Runs the opcodes of one pickle (Python, Lib/pickletools.py) up to its STOP, and returns the value on
 * top then, which loading would return. `depth` counts pickles inside of pickles.
 */
export async function runOpcodes(
  cursor: ByteCursor,
  found: PickleFindings,
  depth = 0,
): Promise<Value> {
  const machine = new PickleMachine(found);

  const text = async (length: number): Promise<void> => {
    if (length > LONGEST_TEXT) return blob(length);
    await cursor.need(length);
    machine.push(cursor.take(length).toString('utf8'));
  };
  /** Bytes that may be a booster: XGBoost ends what it serializes with its version. */
  const blob = async (length: number): Promise<void> => {
    const tail = Math.min(length, 256);
    await cursor.skip(length - tail);
    await cursor.need(tail);
    const end = cursor.take(tail);
    if (length > LONGEST_TEXT) found.xgboostVersion = versionAtEnd(end) ?? found.xgboostVersion;
    machine.push(undefined);
  };
  const line = (): Promise<string> => cursor.line(LONGEST_LINE);

  for (;;) {
    // The longest opcode with arguments of fixed size has nine bytes.
    if (!cursor.has(9)) await cursor.fetch(9);
    found.opcodes += 1;
    if (found.opcodes > MOST_OPCODES) {
      throw new OutOfReach(`It holds more than ${MOST_OPCODES / 1e6} million steps.`);
    }
    const opcode = cursor.byte();
    switch (opcode) {
      case 0x2e: // STOP
        return machine.top;
      case 0x28: // MARK
        machine.push(MARK);
        break;
      case 0x30: // POP
        machine.pop();
        break;
      case 0x31: // POP_MARK
        machine.popToMark();
        break;
      case 0x32: // DUP
        machine.push(machine.top);
        break;

      case 0x80: // PROTO
        found.protocol = Math.max(found.protocol, cursor.byte());
        if (found.protocol > 5) throw new Malformed('It is of no protocol that Python knows.');
        break;
      case 0x95: // FRAME: a hint for buffering; joblib's arrays stand outside of frames
        cursor.take(8);
        break;

      case 0x63: // GLOBAL
        machine.import(await line(), await line());
        break;
      case 0x93: {
        // STACK_GLOBAL
        const name = machine.pop();
        machine.import(machine.pop(), name);
        break;
      }
      case 0x69: {
        // INST
        machine.popToMark();
        machine.import(await line(), await line());
        const type = machine.pop();
        machine.push(call(type, undefined));
        break;
      }
      case 0x6f: // OBJ
        machine.push(call(machine.popToMark()[0], undefined));
        break;
      case 0x52: // REDUCE
      case 0x81: {
        // NEWOBJ
        const given = machine.pop();
        machine.push(call(machine.pop(), given));
        break;
      }
      case 0x92: {
        // NEWOBJ_EX
        machine.pop();
        const given = machine.pop();
        machine.push(call(machine.pop(), given));
        break;
      }
      case 0x62: {
        // BUILD
        const state = machine.pop();
        const built = kindOf(machine.top, 'made');
        if (!built) break;
        if (isArrayWrapper(built)) {
          built.state = state;
          found.joblib = true;
          await skipArray(cursor, built, found, depth);
          machine.pop();
          machine.push(undefined);
        } else if (built.arguments.length > 0 || hasFeatures(state)) {
          built.state = state;
        }
        break;
      }
      case 0x82: // EXT1
      case 0x83: // EXT2
      case 0x84: // EXT4
        throw new OutOfReach('It imports through the extension registry of a Python process.');

      case 0x58: // BINUNICODE
        await text(cursor.take(4).readUInt32LE());
        break;
      case 0x8c: // SHORT_BINUNICODE
      case 0x55: // SHORT_BINSTRING
        await text(cursor.byte());
        break;
      case 0x8d: // BINUNICODE8
        await text(length8(cursor));
        break;
      case 0x54: // BINSTRING
        await text(length4(cursor));
        break;
      case 0x56: // UNICODE
        machine.push(short(unescaped(await line(), 'unicode')));
        break;
      case 0x53: // STRING
        machine.push(short(unescaped((await line()).replace(/^(['"])(.*)\1$/, '$2'), 'bytes')));
        break;

      case 0x42: // BINBYTES
        await blob(cursor.take(4).readUInt32LE());
        break;
      case 0x43: // SHORT_BINBYTES
        await blob(cursor.byte());
        break;
      case 0x8e: // BINBYTES8
      case 0x96: // BYTEARRAY8
        await blob(length8(cursor));
        break;

      case 0x4b: // BININT1
        machine.push(cursor.byte());
        break;
      case 0x4d: // BININT2
        machine.push(cursor.take(2).readUInt16LE());
        break;
      case 0x4a: // BININT
        machine.push(cursor.take(4).readInt32LE());
        break;
      case 0x8a: // LONG1
        machine.push(await long(cursor, cursor.byte()));
        break;
      case 0x8b: // LONG4
        machine.push(await long(cursor, length4(cursor)));
        break;
      case 0x49: // INT
      case 0x4c: {
        // LONG
        const number = Number((await line()).replace(/L$/, ''));
        machine.push(Number.isSafeInteger(number) ? number : undefined);
        break;
      }
      case 0x46: // FLOAT
        await line();
        machine.push(undefined);
        break;
      case 0x47: // BINFLOAT
        cursor.take(8);
        machine.push(undefined);
        break;

      case 0x4e: // NONE
      case 0x88: // NEWTRUE
      case 0x89: // NEWFALSE
      case 0x5d: // EMPTY_LIST
      case 0x8f: // EMPTY_SET
      case 0x97: // NEXT_BUFFER
        machine.push(undefined);
        break;
      case 0x98: // READONLY_BUFFER
        break;
      case 0x50: // PERSID
        await line();
        machine.push(undefined);
        break;
      case 0x51: // BINPERSID
        machine.pop();
        machine.push(undefined);
        break;

      case 0x61: // APPEND
        machine.pop();
        break;
      case 0x65: // APPENDS
      case 0x90: // ADDITEMS
        machine.popToMark();
        break;
      case 0x6c: // LIST
      case 0x91: // FROZENSET
        machine.popToMark();
        machine.push(undefined);
        break;

      case 0x7d: // EMPTY_DICT
        machine.push({ kind: 'dictionary', entries: new Map() });
        break;
      case 0x64: {
        // DICT
        const items = machine.popToMark();
        const dictionary: Value = { kind: 'dictionary', entries: new Map() };
        machine.push(dictionary);
        machine.setItems(items);
        break;
      }
      case 0x73: {
        // SETITEM
        const value = machine.pop();
        const key = machine.pop();
        machine.setItems([key, value]);
        break;
      }
      case 0x75: {
        // SETITEMS
        const items = machine.popToMark();
        machine.setItems(items);
        break;
      }

      case 0x29: // EMPTY_TUPLE
        machine.push(tuple([]));
        break;
      case 0x74: // TUPLE
        machine.push(tuple(machine.popToMark()));
        break;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: {
        // TUPLE3
        const items: Value[] = [];
        for (let left = opcode - 0x84; left > 0; left -= 1) items.unshift(machine.pop());
        machine.push(tuple(items));
        break;
      }

      case 0x94: // MEMOIZE
        machine.memoize();
        break;
      case 0x71: // BINPUT
        machine.put(cursor.byte());
        break;
      case 0x72: // LONG_BINPUT
        machine.put(cursor.take(4).readUInt32LE());
        break;
      case 0x70: // PUT
        machine.put(Number(await line()));
        break;
      case 0x68: // BINGET
        machine.get(cursor.byte());
        break;
      case 0x6a: // LONG_BINGET
        machine.get(cursor.take(4).readUInt32LE());
        break;
      case 0x67: // GET
        machine.get(Number(await line()));
        break;

      default:
        throw new Malformed(`It is no pickle: Python knows no opcode ${opcode}.`);
    }
  }
}

/** Steps over what joblib wrote for one array, right behind the wrapper's BUILD. */
async function skipArray(
  cursor: ByteCursor,
  wrapper: Value,
  found: PickleFindings,
  depth: number,
): Promise<void> {
  const layout = arrayBytes(wrapper);
  if (!layout) throw new OutOfReach('An array in it is laid out in a way that we do not know.');
  if (layout.kind === 'pickle') {
    if (depth >= DEEPEST_PICKLE) throw new OutOfReach('It is nested too deeply.');
    await runOpcodes(cursor, found, depth + 1);
    return;
  }
  if (layout.padded) {
    await cursor.need(1);
    await cursor.skip(cursor.byte());
  }
  await cursor.skip(layout.bytes);
}

function length4(cursor: ByteCursor): number {
  const length = cursor.take(4).readInt32LE();
  if (length < 0) throw new Malformed('It is no pickle: it holds a text of negative length.');
  return length;
}

function length8(cursor: ByteCursor): number {
  return Number(cursor.take(8).readBigUInt64LE());
}

/** A little-endian two's-complement number; `undefined` when it is too large to be a length. */
async function long(cursor: ByteCursor, length: number): Promise<number | undefined> {
  if (length > 6) {
    await cursor.skip(length);
    return undefined;
  }
  await cursor.need(length);
  return length === 0 ? 0 : cursor.take(length).readIntLE(0, length);
}

function short(text: string): string | undefined {
  return text.length <= LONGEST_TEXT ? text : undefined;
}
