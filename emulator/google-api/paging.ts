import type { JsonObject } from '../../src/world.ts';
import { plainRefusal } from './refusal.ts';
import type { Refuse } from './refusal.ts';

const defaultSize = 20;
const largestSize = 100;

/** Names of the query parameters that `page` reads. */
export const pagingParameters = ['pageSize', 'page_size', 'pageToken', 'page_token'] as const;

/**
 * One page of a sorted list, in a response such as `{models: […], nextPageToken}`; empty parts are left
 * out. `pageSize` is 20 unless given and at most 100.
 */
export function page(
  field: string,
  resources: readonly JsonObject[],
  query: URLSearchParams,
  refuse: Refuse,
): JsonObject {
  const size = readSize(parameter(query, 'pageSize', 'page_size'), refuse);
  const after = readToken(parameter(query, 'pageToken', 'page_token'), refuse);
  const rest = after === undefined ? resources : resources.slice(placeAfter(resources, after));
  const shown = rest.slice(0, size);
  const last = shown.at(-1);
  return {
    ...(shown.length > 0 && { [field]: shown }),
    ...(rest.length > shown.length &&
      last !== undefined && {
        nextPageToken: Buffer.from(`after ${nameOf(last)}`).toString('base64url'),
      }),
  };
}

/** Orders resources by name. */
export function byName(a: JsonObject, b: JsonObject): number {
  return nameOf(a) < nameOf(b) ? -1 : 1;
}

/** A query parameter under either spelling; empty when absent. */
export function parameter(query: URLSearchParams, camel: string, snake: string): string {
  return query.get(camel) ?? query.get(snake) ?? '';
}

/** Where the list goes on behind a resource, also when that one is gone by now. */
function placeAfter(resources: readonly JsonObject[], name: string): number {
  const index = resources.findIndex((resource) => nameOf(resource) === name);
  if (index >= 0) return index + 1;
  const next = resources.findIndex((resource) => nameOf(resource) > name);
  return next < 0 ? resources.length : next;
}

function readSize(given: string, refuse: Refuse): number {
  if (given === '') return defaultSize;
  if (!/^-?\d{1,9}$/.test(given)) {
    throw plainRefusal('INVALID_ARGUMENT', `Invalid value at 'page_size' (TYPE_INT32), "${given}"`);
  }
  const size = Number(given);
  if (size < 0) {
    throw refuse('INVALID_ARGUMENT', 'page_size', 'The page size must not be negative.');
  }
  return size === 0 ? defaultSize : Math.min(size, largestSize);
}

function readToken(given: string, refuse: Refuse): string | undefined {
  if (given === '') return undefined;
  const token = /^after (.+)$/.exec(Buffer.from(given, 'base64url').toString());
  if (token === null) {
    throw refuse('INVALID_ARGUMENT', 'page_token', 'The page token is not valid.');
  }
  return token[1];
}

function nameOf(resource: JsonObject): string {
  return resource['name'] as string;
}
