import { isJsonObject } from '../json.ts';
import type { Plan } from '../plan/plan.ts';
import type { DeployRecord } from '../record.ts';
import { deployedAlready } from './deployment-rows.ts';
import type { Json, JsonObject } from '../world.ts';

/** The bodies of the requests that make what a plan makes, as they may be shown; what is used again needs none. */
export function shownBodies(
  { existing }: DeployRecord,
  { model, version, vertexAi }: Plan,
): JsonObject {
  const isSent = version.action !== 'reuse';
  return {
    ...(model.action === 'create' && vertexAi === undefined && { model: model.body }),
    ...(isSent && { version: shownBody(version.body) }),
    ...(vertexAi !== undefined && {
      ...(vertexAi.endpoint.name === undefined && { endpoint: vertexAi.endpoint.body }),
      ...(deployedAlready(existing, vertexAi) === undefined && {
        deployedModel: shownBody(vertexAi.deployedModel),
      }),
    }),
  };
}

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
