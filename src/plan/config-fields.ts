import type { Fault } from '../failure.ts';
import { nearestName } from '../nearest-name.ts';
import type { Json, JsonObject } from '../world.ts';
import { isObject } from './json.ts';

/** Fields of a message by name. */
export interface Fields {
  readonly [name: string]: FieldType;
}

/** What a field may hold. An `int64` may also be a string of digits (proto3 JSON). */
export type FieldType =
  | 'string'
  | 'boolean'
  | 'int32'
  | 'int64'
  | 'number'
  | 'labels'
  | 'any'
  | { readonly oneOf: readonly string[] }
  | { readonly listOf: FieldType }
  | { readonly mapOf: FieldType }
  | Message;

/** A message: an object with these fields and no others. */
export interface Message {
  readonly fields: Fields;
}

/** What a `version_config` may hold on a platform. */
export interface FieldTable {
  /** The resource, as a sentence names it. */
  readonly resource: string;
  readonly fields: Fields;
  /** Fields that only the service writes, by path; not offered to anybody. */
  readonly outputOnly: readonly string[];
}

/**
 * Every field of a `version_config` that the table does not have, at any depth, with the name that was
 * probably meant, and every value of another type than its field's.
 */
export function checkConfig(config: JsonObject, table: FieldTable): readonly Fault[] {
  return checkFields(config, table.fields, '', table);
}

function checkFields(
  given: JsonObject,
  fields: Fields,
  path: string,
  table: FieldTable,
): readonly Fault[] {
  return Object.entries(given).flatMap(([name, value]) => {
    const place = path === '' ? name : `${path}.${name}`;
    const type = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return type === undefined
      ? [unknownField(place, name, fields, path, table)]
      : checkValue(value, type, place, table);
  });
}

function checkValue(
  value: Json,
  type: FieldType,
  place: string,
  table: FieldTable,
): readonly Fault[] {
  if (typeof type === 'object') {
    if ('listOf' in type) {
      return Array.isArray(value)
        ? value.flatMap((item: Json, index) =>
            checkValue(item, type.listOf, `${place}[${index}]`, table),
          )
        : [wrongValue(place, value, 'must be a list')];
    }
    if ('mapOf' in type) {
      return isObject(value)
        ? Object.entries(value).flatMap(([key, item]) =>
            checkValue(item, type.mapOf, `${place}.${key}`, table),
          )
        : [wrongValue(place, value, 'must be an object')];
    }
    if ('fields' in type) {
      return isObject(value)
        ? checkFields(value, type.fields, place, table)
        : [wrongValue(place, value, `must be an object${namesOf(type.fields)}`)];
    }
    if (typeof value === 'string' && type.oneOf.includes(value)) return [];
    const meant = typeof value === 'string' ? meantName(value, type.oneOf) : undefined;
    return [
      wrongValue(
        place,
        value,
        `must be one of ${type.oneOf.join(', ')}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
      ),
    ];
  }
  if (type === 'labels') {
    return isObject(value)
      ? Object.entries(value).flatMap(([key, label]) =>
          checkValue(label, 'string', `${place}.${key}`, table),
        )
      : [wrongValue(place, value, 'must be an object of strings')];
  }
  if (type === 'any') return [];
  return holds(value, type) ? [] : [wrongValue(place, value, `must be ${expectations[type]}`)];
}

const expectations = {
  string: 'a string (in YAML, quote a number such as "2.11")',
  boolean: 'true or false',
  int32: 'a whole number of 32 bits',
  int64: 'a whole number, or a string of digits',
  number: 'a number',
} as const;

function holds(value: Json, type: keyof typeof expectations): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'int32':
      return typeof value === 'number' && Number.isInteger(value) && (value | 0) === value;
    case 'int64':
      return (
        (typeof value === 'number' && Number.isSafeInteger(value)) ||
        (typeof value === 'string' && /^-?\d{1,19}$/.test(value))
      );
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
  }
}

function wrongValue(place: string, value: Json, expected: string): Fault {
  return {
    input: 'version_config',
    given: `${place}: ${JSON.stringify(value)}`,
    problem: expected,
  };
}

function unknownField(
  place: string,
  name: string,
  fields: Fields,
  path: string,
  table: FieldTable,
): Fault {
  const names = Object.keys(fields);
  const meant = meantName(name, names);
  const where = path === '' ? table.resource : `\`${path}\``;
  const cure =
    meant === undefined
      ? `its fields are ${names.filter((field) => !table.outputOnly.includes(path === '' ? field : `${path}.${field}`)).join(', ') || 'none'}`
      : `did you mean \`${path === '' ? meant : `${path}.${meant}`}\`?`;
  return { input: 'version_config', given: place, problem: `no field of ${where}; ${cure}` };
}

/** The candidate that is spelled the same but for case, `_` and `-`; else the nearest one. */
function meantName(given: string, candidates: readonly string[]): string | undefined {
  const bare = (name: string): string => name.toLowerCase().replaceAll(/[_-]/g, '');
  return (
    candidates.find((candidate) => bare(candidate) === bare(given)) ??
    nearestName(given, candidates)
  );
}

function namesOf(fields: Fields): string {
  const names = Object.keys(fields);
  return names.length === 0 ? '' : ` with ${names.join(', ')}`;
}
