import type { Json, JsonObject } from '../../src/world.ts';
import { byName, page, pagingParameters, parameter } from '../google-api/paging.ts';
import { refusal, wrongField } from './api.ts';

/** Query parameters of the list methods. */
export const listParameters = [
  'filter',
  'orderBy',
  'order_by',
  'readMask',
  'read_mask',
  ...pagingParameters,
];

/** What a list can be asked for. */
export interface Listing {
  /** Field of the response that holds the list. */
  readonly field: string;
  readonly resources: readonly JsonObject[];
  /** Word of the filter that stands for the id: `model`, `endpoint`; absent: labels only. */
  readonly idWord: string | undefined;
  /** What the list can be ordered by, in snake_case. */
  readonly orders: readonly string[];
}

/** One page of a list, filtered, ordered and cut down as the query says (vertex-ai-v1.md, section 3). */
export function list(listing: Listing, query: URLSearchParams): JsonObject {
  const filter = readFilter(query.get('filter') ?? '', listing.idWord);
  const compare = readOrder(parameter(query, 'orderBy', 'order_by'), listing.orders);
  const sorted = listing.resources.filter(filter).toSorted((a, b) => compare(a, b) || byName(a, b));
  const answer = page(listing.field, sorted, query, refusal);
  const mask = parameter(query, 'readMask', 'read_mask');
  const shown = answer[listing.field];
  if (mask === '' || shown === undefined) return answer;
  const names = mask.split(',').map((name) => camelCase(name.trim()));
  return {
    ...answer,
    [listing.field]: (shown as readonly JsonObject[]).map((resource) =>
      Object.fromEntries(Object.entries(resource).filter(([name]) => names.includes(name))),
    ),
  };
}

/**
 * `model=ID`, `display_name="Text"`, `labels.key=value` and `labels.key:*`, joined by `AND`; `!=` for
 * the first two. Anything else is refused rather than guessed.
 */
function readFilter(given: string, idWord: string | undefined): (resource: JsonObject) => boolean {
  const terms = given.trim() === '' ? [] : given.trim().split(/\s+AND\s+/);
  const tests = terms.map((term) => {
    const match =
      /^([a-z_]+(?:\.[^\s:=!"]+)?)\s*(!=|=|:)\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))$/.exec(term);
    const [, key = '', operator = '', quoted, bare = ''] = match ?? [];
    const text = quoted?.replace(/\\(.)/g, '$1') ?? bare;
    const read = readKey(key, operator, text, idWord);
    if (read !== undefined) return read;
    throw wrongField('filter', `The filter "${given}" is not valid.`);
  });
  return (resource) => tests.every((test) => test(resource));
}

function readKey(
  key: string,
  operator: string,
  text: string,
  idWord: string | undefined,
): ((resource: JsonObject) => boolean) | undefined {
  if (key.startsWith('labels.')) {
    const label = key.slice('labels.'.length);
    const valueIn = ({ labels }: JsonObject): Json | undefined =>
      (labels as JsonObject | undefined)?.[label];
    if (operator === '=') return (resource) => valueIn(resource) === text;
    if (operator === ':' && text === '*') return (resource) => valueIn(resource) !== undefined;
    return undefined;
  }
  if (idWord === undefined || (operator !== '=' && operator !== '!=')) return undefined;
  const isWanted = operator === '=';
  if (key === 'display_name') return ({ displayName }) => (displayName === text) === isWanted;
  if (key !== idWord) return undefined;
  return ({ name }) => ((name as string).split('/').at(-1) === text) === isWanted;
}

function readOrder(
  given: string,
  orders: readonly string[],
): (a: JsonObject, b: JsonObject) => number {
  if (given === '') return () => 0;
  const keys = given.split(',').map((part) => {
    const [, name = '', descending] = /^\s*([a-z_]+)(\s+desc)?\s*$/.exec(part) ?? [];
    if (!orders.includes(name)) {
      throw wrongField(
        'order_by',
        `The list cannot be ordered by "${part.trim()}". It can be by ${orders.join(', ')}.`,
      );
    }
    return { name: camelCase(name), sign: descending === undefined ? 1 : -1 };
  });
  return (a, b) => {
    for (const { name, sign } of keys) {
      const [left, right] = [a[name] as string, b[name] as string];
      if (left !== right) return left < right ? -sign : sign;
    }
    return 0;
  };
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
