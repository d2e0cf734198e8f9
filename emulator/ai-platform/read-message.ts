import type { Json, JsonObject } from '../../src/world.ts';
import { fieldsOf, snakeCase } from './fields.ts';
import type { FieldType, MessageName, MessageOf } from './fields.ts';
import { malformed } from './refusal.ts';
import type { FieldViolation } from './refusal.ts';
import { scalars, wrong } from './scalars.ts';
import type { Scalar } from './scalars.ts';

const messageTypes = 'type.googleapis.com/google.cloud.ml.v1';

/**
 * Reads a request body as the JSON form of a message: camelCase and snake_case names, int64 as string
 * or number, enums by name or number; all faults at once. The result has camelCase names and is free
 * of default values, as proto3 writes it. `root` is the request's field that the body fills, such as
 * `version`; empty when the body is the whole request.
 */
export function readMessage<M extends MessageName>(
  body: unknown,
  message: M,
  root: string,
): MessageOf<M> {
  const violations: FieldViolation[] = [];
  const result = readObject(body ?? {}, message, root, violations);
  if (violations.length > 0) throw malformed(violations);
  return result as MessageOf<M>;
}

function readObject(
  value: unknown,
  message: MessageName,
  path: string,
  violations: FieldViolation[],
): JsonObject {
  if (!isObject(value)) {
    violations.push(
      path.includes('.')
        ? wrongType(value, `${messageTypes}.${message}`, path)
        : unknownName('', path, 'Root element must be a message.'),
    );
    return {};
  }
  const fields = Object.entries(fieldsOf(message));
  const result: Record<string, Json> = {};
  for (const [name, item] of Object.entries(value)) {
    const field = fields.find(([camel]) => camel === name || snakeCase(camel) === name);
    if (field === undefined) {
      violations.push(unknownName(name, path, 'Cannot find field.'));
      continue;
    }
    const [camel, type] = field;
    const itemPath = path === '' ? snakeCase(camel) : `${path}.${snakeCase(camel)}`;
    const isList = typeof type === 'object' && 'listOf' in type;
    if (Array.isArray(item) && !isList) {
      violations.push(unknownName(name, path, 'Proto field is not repeating, cannot start list.'));
      continue;
    }
    if (item === null) continue;
    const read = readValue(item, type, itemPath, violations);
    if (read !== undefined) result[camel] = read;
  }
  return result;
}

/** The value, or `undefined` when it is the field's default or was refused. */
function readValue(
  value: unknown,
  type: FieldType,
  path: string,
  violations: FieldViolation[],
): Json | undefined {
  if (typeof type === 'string') {
    if (type === 'labels') return readLabels(value, path, violations);
    const scalar: Scalar = scalars[type];
    const read = scalar.read(value);
    if (read !== wrong) return read;
    violations.push(wrongType(value, scalar.typeName, path));
    return undefined;
  }
  if ('message' in type) return readObject(value, type.message, path, violations);
  if ('listOf' in type) return readList(value, type.listOf, path, violations);
  const given = typeof value === 'number' ? type.values[value] : value;
  if (typeof given === 'string' && type.values.includes(given)) {
    return given === type.values[0] ? undefined : given;
  }
  violations.push(wrongType(value, `${messageTypes}.${type.enumeration}`, path));
  return undefined;
}

function readList(
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
      // An empty string stays where it is; the messages of this API hold lists of nothing else.
      readValue(item, type, `${path}[${index}]`, violations) ?? '',
  );
  return items.length === 0 ? undefined : items;
}

function readLabels(value: unknown, path: string, violations: FieldViolation[]): Json | undefined {
  if (!isObject(value)) {
    violations.push(wrongType(value, 'TYPE_MAP', path));
    return undefined;
  }
  const labels: Record<string, string> = {};
  for (const [key, label] of Object.entries(value)) {
    if (typeof label === 'string') labels[key] = label;
    else violations.push(wrongType(label, 'TYPE_STRING', `${path}[${key}].value`));
  }
  return Object.keys(labels).length === 0 ? undefined : labels;
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
