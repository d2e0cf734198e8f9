import type { Json } from '../../src/world.ts';
import type { Refuse } from './refusal.ts';
import type { scalars } from './scalars.ts';

/** Type of a field of a request message, as proto3 JSON reads it. Map keys are strings. */
export type FieldType =
  | keyof typeof scalars
  | { readonly enumeration: string; readonly values: readonly string[] }
  | { readonly message: string }
  | { readonly listOf: FieldType }
  | { readonly mapOf: FieldType };

/** Fields of a message by their JSON names. */
export type Fields = Readonly<Record<string, FieldType>>;

/** Messages that request bodies may hold, by name. */
export type Messages = Readonly<Record<string, Fields>>;

/** What the readers of requests need to know of a service. */
export interface Api<T extends Messages> {
  /** Its protobuf package: `google.cloud.ml.v1`. */
  readonly package: string;
  readonly messages: T;
  readonly refuse: Refuse;
}

/** A message that was read: its fields have their types, and none holds its default value. */
export type MessageIn<T extends Messages, M extends keyof T> = {
  readonly [F in keyof T[M]]?: ValueOf<T, T[M][F]>;
};

type ValueOf<T extends Messages, F> = F extends
  'string' | 'int64' | 'bytes' | 'timestamp' | 'duration'
  ? string
  : F extends 'bool'
    ? true
    : F extends 'int32' | 'float'
      ? number
      : F extends 'any'
        ? Json
        : F extends { readonly values: readonly [string, ...infer Named extends string[]] }
          ? Named[number]
          : F extends { readonly message: infer M extends keyof T }
            ? MessageIn<T, M>
            : F extends { readonly listOf: infer Item }
              ? readonly ValueOf<T, Item>[]
              : F extends { readonly mapOf: infer Item }
                ? Readonly<Record<string, ValueOf<T, Item>>>
                : never;

/** The fields of a message. */
export function fieldsOf(messages: Messages, message: string): Fields {
  return messages[message] ?? {};
}

/** `autoScaling` as protobuf writes it: `auto_scaling`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
