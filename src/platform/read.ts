import { ServiceError } from '../failure.ts';
import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../world.ts';
import type { Rest } from './rest.ts';

const PAGES_AT_MOST = 100;

/**
 * Reads a resource; `undefined` when the service says that it is not there.
 *
 * @param isNew Whether this run has just made it, so that it is not there only after a minute of saying so.
 */
export async function read(
  rest: Rest,
  path: string,
  isNew = false,
): Promise<JsonObject | undefined> {
  try {
    return await rest.send({ method: 'GET', path, repeatable: true, isNew });
  } catch (error) {
    if (error instanceof ServiceError && error.httpStatus === 404) return undefined;
    throw error;
  }
}

/** Every page of a list; a service that repeats a page token is left after it. */
export async function listAll(
  rest: Rest,
  path: string,
  field: string,
): Promise<readonly JsonObject[]> {
  const all: JsonObject[] = [];
  const seen = new Set<string>();
  let token: string | undefined;
  for (let page = 0; page < PAGES_AT_MOST; page += 1) {
    const query = `${path.includes('?') ? '&' : '?'}pageSize=100`;
    const next = token === undefined ? '' : `&pageToken=${encodeURIComponent(token)}`;
    const answer = await rest.send({
      method: 'GET',
      path: `${path}${query}${next}`,
      repeatable: true,
    });
    const items = answer[field];
    if (Array.isArray(items)) all.push(...items.filter(isJsonObject));
    token = text(answer['nextPageToken']);
    if (token === undefined || seen.has(token)) break;
    seen.add(token);
  }
  return all;
}

/** A string field that has a value. An int64 (ids, version numbers) is text in Google's JSON, a number in others'. */
export function text(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
