import type { Json, JsonObject } from '../world.ts';

/** Whether a JSON value is an object (neither `null` nor a list). */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path of field names; `undefined` where any of them is missing. */
export function valueAt(json: Json | undefined, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (value, name) => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined),
    json,
  );
}

/** The fields of `over` on top of those of `under`; objects are joined at every depth, lists replaced. */
export function layOver(under: JsonObject, over: JsonObject): JsonObject {
  const joined = Object.entries(over).map(([name, value]): [string, Json] => {
    const below = Object.hasOwn(under, name) ? under[name] : undefined;
    return [name, isObject(value) && isObject(below) ? layOver(below, value) : value];
  });
  return Object.fromEntries([...Object.entries(under), ...joined]);
}

/** The fields that have a value; empty text, lists and objects are none. */
export function withoutEmpty(fields: Readonly<Record<string, Json | undefined>>): JsonObject {
  const isEmpty = (value: Json): boolean =>
    value === '' ||
    (Array.isArray(value) && value.length === 0) ||
    (isObject(value) && Object.keys(value).length === 0);
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined || isEmpty(value) ? [] : [[name, value]],
    ),
  );
}

/** The text of a field; `undefined` where it is missing, empty or no text. */
export function textAt(resource: Json | undefined, field: string): string | undefined {
  const value = valueAt(resource, [field]);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
