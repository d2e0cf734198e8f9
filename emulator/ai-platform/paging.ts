import type { Json, JsonObject } from '../../src/world.ts';
import { byName, page as pageOf } from '../google-api/paging.ts';
import { refusal } from './api.ts';

/**
 * One page of a list that the query filters, sorted by name, in a response such as
 * `{models: […], nextPageToken}`.
 */
export function page(
  field: string,
  resources: readonly JsonObject[],
  query: URLSearchParams,
): JsonObject {
  const filter = readFilter(query.get('filter') ?? '');
  const shown = resources.filter((resource) => filter(resource)).toSorted(byName);
  return pageOf(field, shown, query, refusal);
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
