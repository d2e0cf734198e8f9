import type { DeployRequest } from '../../request/deploy-request.ts';
import { vertexAiRegions } from '../../request/region.ts';
import { isJsonObject } from '../../json.ts';
import type { JsonObject, World } from '../../world.ts';
import type { Looks } from '../look-around.ts';
import { listAll, text } from '../read.ts';
import { openRest } from '../rest.ts';
import type { Rest } from '../rest.ts';
import { vertexAiBaseUrl } from './house.ts';
import { findResource, MODELS } from './lookup.ts';
import { deployedModels, lastPart, trafficSplit } from './names.ts';

/** Where else the model may be, and what runs on the machines of this region. */
export function looksOf(request: DeployRequest): Looks {
  const { projectId, region, model } = request;
  const parent = (place: string): string => `projects/${projectId}/locations/${place}`;
  const restTo = (place: string, world: World): Rest =>
    openRest('Vertex AI', vertexAiBaseUrl(world.environment, place), world);
  return {
    service: 'Vertex AI',
    places: vertexAiRegions.filter((place) => place !== region),
    isThere: async (place, world) =>
      (await findResource(restTo(place, world), parent(place), MODELS, model)) !== undefined,
    holders: (world) => holders(restTo(region, world), parent(region)),
  };
}

/** What is deployed in the region, with the least traffic first. */
async function holders(rest: Rest, parent: string): Promise<readonly string[]> {
  const endpoints = await listAll(rest, `/v1/${parent}/endpoints`, 'endpoints');
  return endpoints
    .flatMap((endpoint) =>
      deployedModels(endpoint).map((deployed) => ({
        percent: trafficSplit(endpoint)[text(deployed['id']) ?? ''] ?? 0,
        line: describe(endpoint, deployed),
      })),
    )
    .toSorted((one, other) => one.percent - other.percent)
    .map(({ percent, line }) => `${line}, ${percent} % of its traffic`);
}

function describe(endpoint: JsonObject, deployed: JsonObject): string {
  const version = text(deployed['modelVersionId']) ?? '?';
  const model = lastPart(text(deployed['model']) ?? '?');
  const name = text(endpoint['displayName']) ?? lastPart(text(endpoint['name']) ?? '?');
  return `version ${version} of model ${model} on endpoint ${name}: ${machines(deployed)}`;
}

function machines({ dedicatedResources }: JsonObject): string {
  if (!isJsonObject(dedicatedResources)) return 'machines that the service chooses';
  const { machineSpec, minReplicaCount, maxReplicaCount } = dedicatedResources;
  const machine = isJsonObject(machineSpec) ? text(machineSpec['machineType']) : undefined;
  const least = typeof minReplicaCount === 'number' ? minReplicaCount : 1;
  const most = typeof maxReplicaCount === 'number' ? maxReplicaCount : least;
  return `${least}${most > least ? ` to ${most}` : ''} × ${machine ?? 'a machine'}`;
}
