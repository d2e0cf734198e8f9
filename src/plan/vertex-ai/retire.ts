import type { Json, JsonObject } from '../../world.ts';
import { isObject, textAt, valueAt } from '../json.ts';
import type { Known } from '../known.ts';
import type { Plan } from '../plan.ts';
import { oldVertexVersion, versionsToRetire } from '../retire.ts';
import { shareOf } from './deployed.ts';

/**
 * What will be retired if all goes well, by the versions as they are then: a promoted version takes the alias
 * `default`, and once it has all traffic, what this action deployed and has lost its traffic is undeployed.
 */
export function retiredThen(
  { request, version, existing, today = new Date(0) }: Known,
  promotion: Plan['promotion'],
  traffic: number,
): readonly string[] {
  if (request.keepVersions === undefined || existing.versions === undefined) return [];
  const endpoint = existing.vertexAi?.endpoint;
  const then = existing.versions
    .filter((old) => !listOf(old, 'versionAliases').includes(version))
    .map((old) =>
      promotion === 'none'
        ? old
        : {
            ...old,
            versionAliases: listOf(old, 'versionAliases').filter((alias) => alias !== 'default'),
            deployedModels: listOf(old, 'deployedModels').filter(
              (deployed) => traffic !== 100 || !losesTraffic(endpoint, deployed),
            ),
          },
    );
  return versionsToRetire(then.map(oldVertexVersion), request.keepVersions, today);
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
