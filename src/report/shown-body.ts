import { isJsonObject } from '../json.ts';
import type { Json, JsonObject } from '../world.ts';

/** A request body as it may be shown: the values of a container's variables may be secrets. */
export function shownBody(body: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]): [string, Json] => {
      if (isJsonObject(value)) return [name, shownBody(value)];
      return name === 'env' && Array.isArray(value) ? [name, masked(value)] : [name, value];
    }),
  );
}

/** A value of a field as it may be shown, by the field's path, such as `container.env`. */
export function shownField(path: string, value: string | undefined): string {
  if (value === undefined) return '(not set)';
  return /(?:^|\.)env$/.test(path) ? '***' : value;
}

function masked(variables: readonly Json[]): readonly Json[] {
  return variables.map((variable) =>
    isJsonObject(variable) ? { ...variable, value: '***' } : variable,
  );
}
