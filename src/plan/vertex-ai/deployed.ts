import type { Json, JsonObject } from '../../world.ts';
import { isObject, textAt, valueAt } from '../json.ts';

/** The deployed models of an endpoint as read. */
export function deployedList(endpoint: JsonObject | undefined): readonly JsonObject[] {
  const list = valueAt(endpoint, ['deployedModels']);
  return Array.isArray(list) ? (list as readonly Json[]).filter(isObject) : [];
}

/** The deployed model of a version of the registry; `undefined` where it is not deployed. */
export function deployedOf(
  endpoint: JsonObject | undefined,
  version: JsonObject,
): JsonObject | undefined {
  const model = resourceId(version);
  const number = valueAt(version, ['versionId']);
  return deployedList(endpoint).find(
    (deployed) =>
      resourceId(deployed, 'model') === model && valueAt(deployed, ['modelVersionId']) === number,
  );
}

/** Percent of the endpoint's traffic that a deployed model gets. */
export function shareOf(
  endpoint: JsonObject | undefined,
  deployed: JsonObject | undefined,
): number {
  const id = valueAt(deployed, ['id']);
  const share = typeof id === 'string' ? valueAt(endpoint, ['trafficSplit', id]) : undefined;
  return typeof share === 'number' ? share : 0;
}

/** Last part of a resource's name, without the `@version` that a model's may carry. */
export function resourceId(
  resource: JsonObject | undefined,
  field: 'name' | 'model' = 'name',
): string | undefined {
  return /[^/@]+(?=@[^/]*$|$)/.exec(textAt(resource, field) ?? '')?.[0];
}
