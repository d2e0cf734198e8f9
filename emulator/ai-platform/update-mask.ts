import { fieldsOf, snakeCase } from './fields.ts';
import type { MessageName } from './fields.ts';
import { refusal } from './refusal.ts';

/**
 * The paths of an `updateMask` in camelCase. They may come in snake_case, and several times. Throws
 * INVALID_ARGUMENT for an absent mask and for a path outside `allowed`; a path below an allowed one is
 * allowed.
 */
export function readUpdateMask(
  query: URLSearchParams,
  message: MessageName,
  allowed: readonly string[],
): readonly string[] {
  const paths = ['updateMask', 'update_mask']
    .flatMap((name) => query.getAll(name))
    .flatMap((mask) => mask.split(','))
    .map((path) => path.trim())
    .filter((path) => path !== '');
  if (paths.length === 0) {
    throw refusal('INVALID_ARGUMENT', 'update_mask', 'An update mask is required.');
  }
  return paths.map((path) => {
    const camel = camelPath(path, message);
    if (camel === undefined) {
      throw refusal('INVALID_ARGUMENT', 'update_mask', `The field "${path}" does not exist.`);
    }
    if (!allowed.some((prefix) => camel === prefix || camel.startsWith(`${prefix}.`))) {
      throw refusal('INVALID_ARGUMENT', 'update_mask', `The field "${path}" cannot be updated.`);
    }
    return camel;
  });
}

/** `to` with the masked fields taken from `from`; a field that `from` lacks is cleared. */
export function applyMask<T extends object>(to: T, from: object, paths: readonly string[]): T {
  return paths.reduce((result, path) => withPath(result, from, path.split('.')), to);
}

/** The object without these fields. */
export function without<T extends object, K extends keyof T>(
  from: T,
  names: readonly K[],
): Omit<T, K> {
  const dropped: readonly PropertyKey[] = names;
  return Object.fromEntries(
    Object.entries(from).filter(([name]) => !dropped.includes(name)),
  ) as Omit<T, K>;
}

function withPath<T extends object>(to: T, from: object, path: readonly string[]): T {
  const [name = '', ...rest] = path;
  const [old, given] = [to, from].map((at) => (at as Readonly<Record<string, unknown>>)[name]);
  const value = rest.length === 0 ? given : withPath(old ?? {}, given ?? {}, rest);
  const others = Object.entries(to).filter(([other]) => other !== name);
  return Object.fromEntries(value === undefined ? others : [...others, [name, value]]) as T;
}

function camelPath(path: string, message: MessageName): string | undefined {
  const [first, ...rest] = path.split('.');
  const field = Object.entries(fieldsOf(message)).find(
    ([name]) => name === first || snakeCase(name) === first,
  );
  if (field === undefined) return undefined;
  const [name, type] = field;
  if (rest.length === 0) return name;
  if (typeof type !== 'object' || !('message' in type)) return undefined;
  const below = camelPath(rest.join('.'), type.message);
  return below === undefined ? undefined : `${name}.${below}`;
}
