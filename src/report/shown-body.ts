import type { Json, JsonObject } from '../world.ts';

/** A request body as it may be shown: the values of a container's variables may be secrets. */
export function shownBody(body: JsonObject): JsonObject {
  const container = body['container'];
  if (!isObject(container) || !Array.isArray(container['env'])) return body;
  const env = (container['env'] as readonly Json[]).map((variable) =>
    isObject(variable) ? { ...variable, value: '***' } : variable,
  );
  return { ...body, container: { ...container, env } };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
