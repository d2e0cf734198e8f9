import type { Json, JsonObject } from '../../src/world.ts';
import { fieldsOf, snakeCase } from './messages.ts';
import type { Api, FieldType, MessageIn, Messages } from './messages.ts';
import { malformed } from './refusal.ts';
import type { FieldViolation } from './refusal.ts';
import { scalars, wrong } from './scalars.ts';
import type { Scalar } from './scalars.ts';

/**
 * Makes the reader of a service's request bodies. It reads the JSON form of a message: camelCase and
 * snake_case names, int64 as string or number, enums by name or number; all faults at once. The result
 * has camelCase names and is free of default values, as proto3 writes it. `root` is the request's field
 * that the body fills, such as `version`; empty when the body is the whole request.
 */
export function messageReader<T extends Messages>(
  api: Api<T>,
): <M extends keyof T & string>(body: unknown, message: M, root: string) => MessageIn<T, M> {
  return <M extends keyof T & string>(body: unknown, message: M, root: string) => {
    const violations: FieldViolation[] = [];
    const result = readObject(api, body ?? {}, message, root, violations);
    if (violations.length > 0) throw malformed(violations);
    return result as MessageIn<T, M>;
  };
}

function readObject(
  api: Api<Messages>,
  value: unknown,
  message: string,
  path: string,
  violations: FieldViolation[],
): JsonObject {
  if (!isObject(value)) {
    violations.push(
      path.includes('.')
        ? wrongType(value, `type.googleapis.com/${api.package}.${message}`, path)
        : unknownName('', path, 'Root element must be a message.'),
    );
    return {};
  }
  const fields = Object.entries(fieldsOf(api.messages, message));
  const result: Record<string, Json> = {};
  for (const [name, item] of Object.entries(value)) {
    const field = fields.find(([camel]) => camel === name || snakeCase(camel) === name);
    if (field === undefined) {
      violations.push(unknownName(name, path, 'Cannot find field.'));
      continue;
    }
    const [camel, type] = field;
    const itemPath = path === '' ? snakeCase(camel) : `${path}.${snakeCase(camel)}`;
    const mayBeList = type === 'any' || (typeof type === 'object' && 'listOf' in type);
    if (Array.isArray(item) && !mayBeList) {
      violations.push(unknownName(name, path, 'Proto field is not repeating, cannot start list.'));
      continue;
    }
    if (item === null) continue;
    const read = readValue(api, item, type, itemPath, violations);
    if (read !== undefined) result[camel] = read;
  }
  return result;
}

/** The value, or `undefined` when it is the field's default or was refused. */
function readValue(
  api: Api<Messages>,
  value: unknown,
  type: FieldType,
  path: string,
  violations: FieldViolation[],
): Json | undefined {
  if (typeof type === 'string') {
    const scalar: Scalar = scalars[type];
    const read = scalar.read(value);
    if (read !== wrong) return read;
    violations.push(wrongType(value, scalar.typeName, path));
    return undefined;
  }
  if ('message' in type) return readObject(api, value, type.message, path, violations);
  if ('listOf' in type) return readList(api, value, type.listOf, path, violations);
  if ('mapOf' in type) return readMap(api, value, type.mapOf, path, violations);
  const given = typeof value === 'number' ? type.values[value] : value;
  if (typeof given === 'string' && type.values.includes(given)) {
    return given === type.values[0] ? undefined : given;
  }
  violations.push(wrongType(value, `type.googleapis.com/${api.package}.${type.enumeration}`, path));
  return undefined;
}

function readList(
  api: Api<Messages>,
  value: unknown,
  type: FieldType,
  path: string,
  violations: FieldViolation[],
): Json | undefined {
  if (!Array.isArray(value)) {
    violations.push(wrongType(value, 'TYPE_LIST', path));
    return undefined;
  }
  const items = value.map(
    (item: unknown, index) =>
      readValue(api, item, type, `${path}[${index}]`, violations) ?? defaultOf(type),
  );
  return items.length === 0 ? undefined : items;
}

function readMap(
  api: Api<Messages>,
  value: unknown,
  type: FieldType,
  path: string,
  violations: FieldViolation[],
): Json | undefined {
  if (!isObject(value)) {
    violations.push(wrongType(value, 'TYPE_MAP', path));
    return undefined;
  }
  const items = Object.entries(value).map(([key, item]) => [
    key,
    readValue(api, item, type, `${path}[${key}].value`, violations) ?? defaultOf(type),
  ]);
  return items.length === 0 ? undefined : (Object.fromEntries(items) as JsonObject);
}

function defaultOf(type: FieldType): Json {
  if (typeof type === 'string') return scalars[type].defaultValue;
  return 'values' in type ? (type.values[0] ?? '') : {};
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unknownName(name: string, path: string, problem: string): FieldViolation {
  const place = path === '' ? '' : ` at '${path}'`;
  return {
    ...(path !== '' && { field: path }),
    description: `Invalid JSON payload received. Unknown name "${name}"${place}: ${problem}`,
  };
}

function wrongType(value: unknown, typeName: string, path: string): FieldViolation {
  return {
    field: path,
    description: `Invalid value at '${path}' (${typeName}), ${JSON.stringify(value)}`,
  };
}
