import { isJsonObject } from '../json.ts';
import type { Json, JsonObject } from '../world.ts';

/** A request body as it may be shown: the values of a container's variables may be secrets. */
export function shownBody(body: JsonObject): JsonObject {
  const container = body['container'];
  if (!isJsonObject(container) || !Array.isArray(container['env'])) return body;
  const env = (container['env'] as readonly Json[]).map((variable) =>
    isJsonObject(variable) ? { ...variable, value: '***' } : variable,
  );
  return { ...body, container: { ...container, env } };
}
