import type { Json } from '../../src/world.ts';

/** Answer of a reader to a value that is not of its type. */
export const wrong: unique symbol = Symbol('not of this type');

/** How proto3 JSON reads a field without parts; `undefined` is the type's default value. */
export interface Scalar {
  /** As error messages name it. */
  readonly typeName: string;
  /** What a list or a map holds where the default value was given. */
  readonly defaultValue: Json;
  read(value: unknown): Json | undefined | typeof wrong;
}

const timestampForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** The types without parts (proto3 JSON mapping): integers may be strings, bytes are base64. */
export const scalars = {
  string: {
    typeName: 'TYPE_STRING',
    defaultValue: '',
    read: (value) => (typeof value === 'string' ? orDefault(value, '') : wrong),
  },
  bool: {
    typeName: 'TYPE_BOOL',
    defaultValue: false,
    read: (value) => (typeof value === 'boolean' ? orDefault(value, false) : wrong),
  },
  int32: {
    typeName: 'TYPE_INT32',
    defaultValue: 0,
    read(value) {
      const integer = readInteger(value, 32n);
      return integer === undefined ? wrong : orDefault(Number(integer), 0);
    },
  },
  int64: {
    typeName: 'TYPE_INT64',
    defaultValue: '0',
    read(value) {
      const integer = readInteger(value, 64n);
      return integer === undefined ? wrong : orDefault(integer.toString(), '0');
    },
  },
  float: {
    typeName: 'TYPE_FLOAT',
    defaultValue: 0,
    read(value) {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      return typeof number !== 'number' || Number.isNaN(number) ? wrong : orDefault(number, 0);
    },
  },
  bytes: {
    typeName: 'TYPE_BYTES',
    defaultValue: '',
    read: (value) =>
      typeof value === 'string' && /^[\w+/-]*={0,2}$/.test(value) ? orDefault(value, '') : wrong,
  },
  timestamp: {
    typeName: 'type.googleapis.com/google.protobuf.Timestamp',
    defaultValue: '',
    read: (value) => (typeof value === 'string' && timestampForm.test(value) ? value : wrong),
  },
  duration: {
    typeName: 'type.googleapis.com/google.protobuf.Duration',
    defaultValue: '0s',
    read: (value) =>
      typeof value === 'string' && /^-?\d{1,12}(\.\d{1,9})?s$/.test(value) ? value : wrong,
  },
  any: {
    typeName: 'type.googleapis.com/google.protobuf.Value',
    defaultValue: null,
    read: (value) => value as Json,
  },
} as const satisfies Readonly<Record<string, Scalar>>;

function orDefault<T>(value: T, defaultValue: T): T | undefined {
  return value === defaultValue ? undefined : value;
}

function readInteger(value: unknown, bits: bigint): bigint | undefined {
  const isInteger =
    typeof value === 'number'
      ? Number.isInteger(value)
      : typeof value === 'string' && /^-?\d+$/.test(value);
  if (!isInteger) return undefined;
  const integer = BigInt(value as number | string);
  return integer === BigInt.asIntN(Number(bits), integer) ? integer : undefined;
}
