import { fieldsOf, snakeCase } from './messages.ts';
import type { Api, Messages } from './messages.ts';

/**
 * Makes the reader of a service's update masks. It takes masks as they came, several or none, and gives
 * their paths in camelCase; they may come in snake_case. Throws INVALID_ARGUMENT for an absent mask and
 * for a path outside `allowed`; a path below an allowed one is allowed.
 */
export function maskReader<T extends Messages>(
  api: Api<T>,
): (
  masks: readonly string[],
  message: keyof T & string,
  allowed: readonly string[],
) => readonly string[] {
  return (masks, message, allowed) => {
    const paths = masks
      .flatMap((mask) => mask.split(','))
      .map((path) => path.trim())
      .filter((path) => path !== '');
    if (paths.length === 0) {
      throw api.refuse('INVALID_ARGUMENT', 'update_mask', 'An update mask is required.');
    }
    return paths.map((path) => {
      const camel = camelPath(api.messages, path, message);
      if (camel === undefined) {
        throw api.refuse('INVALID_ARGUMENT', 'update_mask', `The field "${path}" does not exist.`);
      }
      if (!allowed.some((prefix) => camel === prefix || camel.startsWith(`${prefix}.`))) {
        throw api.refuse(
          'INVALID_ARGUMENT',
          'update_mask',
          `The field "${path}" cannot be updated.`,
        );
      }
      return camel;
    });
  };
}

/** The update masks of a query, under either spelling of the parameter. */
export function queryMasks(query: URLSearchParams): readonly string[] {
  return ['updateMask', 'update_mask'].flatMap((name) => query.getAll(name));
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

function camelPath(messages: Messages, path: string, message: string): string | undefined {
  const [first, ...rest] = path.split('.');
  const field = Object.entries(fieldsOf(messages, message)).find(
    ([name]) => name === first || snakeCase(name) === first,
  );
  if (field === undefined) return undefined;
  const [name, type] = field;
  if (rest.length === 0) return name;
  if (typeof type !== 'object' || !('message' in type)) return undefined;
  const below = camelPath(messages, rest.join('.'), type.message);
  return below === undefined ? undefined : `${name}.${below}`;
}
