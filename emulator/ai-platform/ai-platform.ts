import type { Service } from '../exchange.ts';
import { projectNumber } from '../google-api/generated-values.ts';
import { checkParameters, findRoute } from '../google-api/routes.ts';
import { GoogleError } from '../google-error.ts';
import type { PlatformContext, PlatformService } from '../platform-context.ts';
import { openModelHome } from '../trained-model/model-home.ts';
import type { Endpoint } from './endpoint.ts';
import { routes } from './method-table.ts';
import { keepOperations } from './operations.ts';
import { endpointRegions } from './regions.ts';

/**
 * AI Platform Prediction v1 as it was documented until it was closed: the global endpoint and one for
 * each region, none of which sees the models of another. Keeps resources in memory.
 */
export function aiPlatform(context: PlatformContext): PlatformService {
  const projects = new Map<string, Map<string, Endpoint>>();
  const home = openModelHome('ai-platform-');

  function findEndpoints(project: string, region: string): readonly [Endpoint, ...Endpoint[]] {
    const regions = projects.get(project) ?? new Map<string, Endpoint>();
    projects.set(project, regions);
    const number = projectNumber(project);
    const endpoint: Endpoint = regions.get(region) ?? {
      project,
      projectNumber: number,
      region,
      models: new Map(),
      operations: keepOperations(project, number, context.operationMilliseconds, context.now),
    };
    regions.set(region, endpoint);
    return [endpoint, ...[...regions.values()].filter((other) => other !== endpoint)];
  }

  const service: Service = async (exchange) => {
    const found = findRoute(routes, exchange);
    if (found === undefined) return 'not-mine';
    const { route, names } = found;
    checkRegion(exchange.region);
    checkParameters(exchange.query, route.parameters);
    const endpoints = findEndpoints(names['project'] ?? '', exchange.region);
    for (const { operations } of endpoints) operations.settle();
    const answer = await route.method({
      endpoint: endpoints[0],
      endpoints,
      storage: context.storage,
      python: context.python,
      now: context.now,
      newDirectory: () => home.newDirectory(),
      model: names['model'] ?? '',
      version: names['version'] ?? '',
      operation: names['operation'] ?? '',
      location: names['location'] ?? '',
      query: exchange.query,
      headers: exchange.headers,
      json: () => exchange.json(),
    });
    exchange.send(200, answer);
    return 'answered';
  };

  return Object.assign(service, { close: () => home.close() });
}

function checkRegion(region: string): void {
  if (region === 'global' || endpointRegions.includes(region)) return;
  throw new GoogleError({
    httpStatus: 404,
    message: `AI Platform has no endpoint in ${region}: the host ${region}-ml.googleapis.com does not exist.`,
  });
}
