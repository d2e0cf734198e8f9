import type { DeployRequest } from '../../request/deploy-request.ts';
import { aiPlatformRegions } from '../../request/region.ts';
import type { JsonObject, World } from '../../world.ts';
import type { Looks } from '../look-around.ts';
import { listAll, read, text } from '../read.ts';
import { openRest } from '../rest.ts';
import type { Rest } from '../rest.ts';
import { aiPlatformBaseUrl } from './house.ts';

/** A model lives on one endpoint and is seen only through it (Regional endpoints page). */
const endpoints = ['global', ...aiPlatformRegions];

/** Where else the model may be, and what takes up the project's models and versions on this endpoint. */
export function looksOf(request: DeployRequest): Looks {
  const { projectId, region, model } = request;
  const modelsPath = `/v1/projects/${encodeURIComponent(projectId)}/models`;
  const restTo = (place: string, world: World): Rest =>
    openRest('AI Platform', aiPlatformBaseUrl(world.environment, place), world);
  return {
    service: 'AI Platform',
    places: endpoints.filter((place) => place !== region),
    isThere: async (place, world) => {
      const rest = restTo(place, world);
      // An override that names no region leads everywhere to the same place.
      if (rest.baseUrl === aiPlatformBaseUrl(world.environment, region)) return false;
      return (await read(rest, `${modelsPath}/${encodeURIComponent(model)}`)) !== undefined;
    },
    holders: (world) => holders(restTo(region, world), modelsPath),
  };
}

/** Versions that are no default, the oldest first, then those that are, then models without any. */
async function holders(rest: Rest, modelsPath: string): Promise<readonly string[]> {
  const models = await listAll(rest, modelsPath, 'models');
  const versions = await Promise.all(
    models.map(({ name }) => listAll(rest, `/v1/${text(name) ?? ''}/versions`, 'versions')),
  );
  const empty = models.filter((_, index) => versions[index]?.length === 0);
  const key = (version: JsonObject): string =>
    `${version['isDefault'] === true ? 1 : 0} ${text(version['createTime']) ?? ''}`;
  return [
    ...empty.map(({ name }) => `model ${lastPart(name)}, which has no version`),
    ...versions
      .flat()
      .toSorted((one, other) => key(one).localeCompare(key(other)))
      .map(describe),
  ];
}

function describe(version: JsonObject): string {
  const [, model = '?'] = /\/models\/([^/]+)/.exec(text(version['name']) ?? '') ?? [];
  const made = text(version['createTime'])?.slice(0, 10) ?? 'at an unknown time';
  const use = version['isDefault'] === true ? 'the default' : 'not the default';
  return `version ${lastPart(version['name'])} of model ${model}: ${text(version['state']) ?? 'UNKNOWN'}, ${use}, made ${made}`;
}

function lastPart(name: unknown): string {
  return text(name)?.split('/').at(-1) ?? '?';
}
