import { Failure } from '../../failure.ts';
import type { JsonObject } from '../../world.ts';
import type { Rest } from '../rest.ts';
import { listAll, read, text } from '../read.ts';
import { lastPart } from './names.ts';

/** A kind of resource that has an id and a display name. */
export interface Collection {
  readonly name: 'models' | 'endpoints';
  /** Input that names it. */
  readonly input: 'model' | 'endpoint';
  /** What an id looks like (vertex-ai-v1.md, §2); other names can only be display names. */
  readonly id: RegExp;
}

export const MODELS: Collection = {
  name: 'models',
  input: 'model',
  id: /^(?:[a-z_][a-z0-9_-]{0,62}|\d{1,19})$/,
};
export const ENDPOINTS: Collection = {
  name: 'endpoints',
  input: 'endpoint',
  id: /^(?:[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?|[1-9]\d{0,18})$/,
};

/**
 * Finds a resource by its id, else by its exact display name: the service's own filter may match more,
 * and two resources may share a name.
 *
 * @throws Failure `conflict` when several have that display name.
 */
export async function findResource(
  rest: Rest,
  parent: string,
  collection: Collection,
  wanted: string,
): Promise<JsonObject | undefined> {
  if (collection.id.test(wanted)) {
    const found = await read(
      rest,
      `/v1/${parent}/${collection.name}/${encodeURIComponent(wanted)}`,
    );
    if (found !== undefined) return found;
  }
  const filter = `display_name="${wanted.replaceAll(/["\\]/g, '\\$&')}"`;
  const path = `/v1/${parent}/${collection.name}?filter=${encodeURIComponent(filter)}`;
  const named = (await listAll(rest, path, collection.name)).filter(
    (resource) => resource['displayName'] === wanted,
  );
  if (named.length > 1) {
    const ids = named.map((resource) => lastPart(text(resource['name']) ?? '?')).sort();
    throw new Failure({
      code: 'conflict',
      what: `${collection.input}: ${wanted} is the display name of ${named.length} ${collection.name}.`,
      why: `Their ids are ${ids.join(', ')}, and nothing tells which one is meant.`,
      next: `Give the id of one of them in \`${collection.input}\`.`,
    });
  }
  return named[0];
}
