import { MANAGED_BY } from '../../request/labels.ts';
import type { Json, JsonObject } from '../../world.ts';
import { isObject, textAt, valueAt } from '../json.ts';
import type { Known } from '../known.ts';
import type { Plan } from '../plan.ts';
import { oldVertexVersion, versionsToRetire } from '../retire.ts';
import { shareOf } from './deployed.ts';

/**
 * What will be deleted if all goes well, by the versions as they are then: a promoted version takes the alias
 * `default`, and once it has all traffic, what this action deployed and has lost its traffic is undeployed. The
 * version that is replaced comes first, then old ones by age.
 */
export function retiredThen(
  { request, version, existing, today = new Date(0) }: Known,
  promotion: Plan['promotion'],
  traffic: number,
  isReplaced: boolean,
): readonly string[] {
  const then = (old: JsonObject): JsonObject =>
    promotion === 'none'
      ? old
      : {
          ...old,
          versionAliases: listOf(old, 'versionAliases').filter((alias) => alias !== 'default'),
          deployedModels: listOf(old, 'deployedModels').filter(
            (deployed) => traffic !== 100 || !losesTraffic(existing.vertexAi?.endpoint, deployed),
          ),
        };
  const replaced = isReplaced && existing.version !== undefined ? [then(existing.version)] : [];
  const old = (existing.versions ?? []).filter(
    (other) => !listOf(other, 'versionAliases').includes(version),
  );
  return [
    ...replaced
      .map((resource) => withoutAlias(resource, version))
      .map(oldVertexVersion)
      .filter(({ isNeeded, labels }) => !isNeeded && labels['managed-by'] === MANAGED_BY)
      .map(({ id }) => id),
    ...(request.keepVersions === undefined
      ? []
      : versionsToRetire(old.map(then).map(oldVertexVersion), request.keepVersions, today)),
  ];
}

function withoutAlias(version: JsonObject, alias: string): JsonObject {
  const aliases = listOf(version, 'versionAliases').filter((other) => other !== alias);
  return { ...version, versionAliases: aliases };
}

/** Whether this reference of a version names a deployment on the endpoint that has traffic now. */
function losesTraffic(endpoint: JsonObject | undefined, reference: Json): boolean {
  if (!isObject(reference) || endpoint === undefined) return false;
  const isHere = placeOf(textAt(reference, 'endpoint')) === placeOf(textAt(endpoint, 'name'));
  return isHere && shareOf(endpoint, { id: reference['deployedModelId'] ?? '' }) > 0;
}

/** A resource's name from its location on: projects go by their id or by their number. */
function placeOf(name: string | undefined): string | undefined {
  return name?.replace(/^projects\/[^/]+\//, '');
}

function listOf(resource: JsonObject, field: string): readonly Json[] {
  const list = valueAt(resource, [field]);
  return Array.isArray(list) ? (list as readonly Json[]) : [];
}
