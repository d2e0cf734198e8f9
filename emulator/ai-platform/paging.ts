import type { Json, JsonObject } from '../../src/world.ts';
import { plainRefusal, refusal } from './refusal.ts';

const defaultSize = 20;
const largestSize = 100;

/**
 * One page of a list, sorted by name, in a response such as `{models: […], nextPageToken}`; empty
 * parts are left out. `pageSize` is 20 unless given and at most 100.
 */
export function page(
  field: string,
  resources: readonly JsonObject[],
  query: URLSearchParams,
): JsonObject {
  const size = readSize(parameter(query, 'pageSize', 'page_size'));
  const after = readToken(parameter(query, 'pageToken', 'page_token'));
  const filter = readFilter(query.get('filter') ?? '');
  const rest = resources
    .filter((resource) => filter(resource))
    .toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
    .filter((resource) => after === undefined || nameOf(resource) > after);
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

function parameter(query: URLSearchParams, camel: string, snake: string): string {
  return query.get(camel) ?? query.get(snake) ?? '';
}

function readSize(given: string): number {
  if (given === '') return defaultSize;
  if (!/^-?\d{1,9}$/.test(given)) {
    throw plainRefusal('INVALID_ARGUMENT', `Invalid value at 'page_size' (TYPE_INT32), "${given}"`);
  }
  const size = Number(given);
  if (size < 0)
    throw refusal('INVALID_ARGUMENT', 'page_size', 'The page size must not be negative.');
  return size === 0 ? defaultSize : Math.min(size, largestSize);
}

function readToken(given: string): string | undefined {
  if (given === '') return undefined;
  const token = /^after (.+)$/.exec(Buffer.from(given, 'base64url').toString());
  if (token === null)
    throw refusal('INVALID_ARGUMENT', 'page_token', 'The page token is not valid.');
  return token[1];
}

/**
 * `KEY:TEXT` (contains) and `KEY=VALUE` (equals), several joined by `AND` or a space; KEY is a path
 * such as `name`, `labels.team` or `metadata.operationType`. The service's own grammar is not documented
 * beyond such examples, so that anything else is refused rather than guessed.
 */
function readFilter(given: string): (resource: JsonObject) => boolean {
  const terms = given
    .split(/\s+(?:AND\s+)?/)
    .filter((term) => term !== '')
    .map((term) => {
      const match = /^([A-Za-z][\w.-]*)([:=])"?([^"]*)"?$/.exec(term);
      if (match === null) {
        throw refusal('INVALID_ARGUMENT', 'filter', `The filter "${given}" is not valid.`);
      }
      return { path: (match[1] ?? '').split('.'), operator: match[2], text: match[3] ?? '' };
    });
  return (resource) =>
    terms.every(({ path, operator, text }) => {
      const value = path.reduce<Json | undefined>(
        (at, key) => (typeof at === 'object' ? (at as JsonObject | null)?.[key] : undefined),
        resource,
      );
      if (value === undefined) return false;
      const shown = typeof value === 'object' ? JSON.stringify(value) : String(value);
      if (operator === ':') return shown.includes(text);
      return shown === text || (path.join('.') === 'name' && shown.split('/').at(-1) === text);
    });
}

function nameOf(resource: JsonObject): string {
  return resource['name'] as string;
}
