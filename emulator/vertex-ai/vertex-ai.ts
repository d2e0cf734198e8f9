import type { Exchange, Service } from '../exchange.ts';
import { projectNumber } from '../google-api/generated-values.ts';
import { plainRefusal } from '../google-api/refusal.ts';
import { checkParameters, findRoute } from '../google-api/routes.ts';
import type { PlatformContext, PlatformService } from '../platform-context.ts';
import { openModelHome } from '../trained-model/model-home.ts';
import { routes } from './method-table.ts';
import { keepOperations } from './operations.ts';
import { regions } from './regions.ts';
import { locationName } from './state.ts';
import type { Location } from './state.ts';

const mostQuickMilliseconds = 500;

/**
 * Vertex AI v1, the part that deploys custom models for online prediction. Keeps resources in memory, by
 * project and region. The region of the called host or prefix wins over that of the path. Names in
 * answers hold the project's number, as the service's do; callers may name it by id or number. What is
 * no deployment takes a tenth of the time of one, and half a second at most.
 */
export function vertexAi(context: PlatformContext): PlatformService {
  const projects = new Map<string, Map<string, Location>>();
  const home = openModelHome('vertex-ai-');

  function findLocations(project: string): Map<string, Location> {
    const number = projectNumber(project);
    const locations = projects.get(number) ?? new Map<string, Location>();
    projects.set(number, locations);
    return locations;
  }

  function findLocation(locations: Map<string, Location>, project: string, id: string): Location {
    const known = locations.get(id);
    if (known !== undefined) return known;
    const place = { projectNumber: projectNumber(project), id };
    const location: Location = {
      ...place,
      models: new Map(),
      endpoints: new Map(),
      operations: keepOperations(locationName(place), context.now),
    };
    locations.set(id, location);
    return location;
  }

  const service: Service = async (exchange) => {
    const found = findRoute(routes, exchange);
    if (found === undefined) return 'not-mine';
    const { route, names } = found;
    const { project = '', location: pathLocation = '', operation } = names;
    const region = exchange.region === 'global' ? pathLocation : exchange.region;
    const locations = findLocations(project);
    if (operation !== undefined && isSharedPath(exchange, names)) {
      const isMine = locations.get(region)?.operations.get(operation, undefined) !== undefined;
      if (!isMine) return 'not-mine';
    }
    checkRegion(region);
    checkParameters(exchange.query, route.parameters);
    const location = findLocation(locations, project, region);
    for (const other of locations.values()) other.operations.settle();
    const answer = await route.method({
      location,
      locations: [...locations.values()],
      storage: context.storage,
      deploymentMilliseconds: context.operationMilliseconds,
      quickMilliseconds: Math.min(context.operationMilliseconds / 10, mostQuickMilliseconds),
      python: context.python,
      now: context.now,
      newDirectory: () => home.newDirectory(),
      names,
      exchange,
    });
    if (answer !== undefined) exchange.send(200, answer);
    return 'answered';
  };

  return Object.assign(service, { close: () => home.close() });
}

/**
 * Whether AI Platform has an operation path like this one too, and the host does not tell whose it is:
 * `projects/P/locations/L/operations/O` (gcloud-traces.md, section 6).
 */
function isSharedPath(
  { origin, path }: Exchange,
  { model, endpoint }: Readonly<Record<string, string>>,
): boolean {
  if (model !== undefined || endpoint !== undefined || path.startsWith('/v1beta1/')) return false;
  return !new URL(origin).hostname.endsWith('aiplatform.googleapis.com');
}

function checkRegion(region: string): void {
  if (regions.includes(region)) return;
  throw plainRefusal(
    'NOT_FOUND',
    `Vertex AI has no location ${region}: the host ${region}-aiplatform.googleapis.com does not exist.`,
  );
}
