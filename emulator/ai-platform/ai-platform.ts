import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Exchange, Service } from '../exchange.ts';
import { GoogleError } from '../google-error.ts';
import type { StorageState } from '../storage/storage-state.ts';
import type { Endpoint } from './endpoint.ts';
import { routes } from './method-table.ts';
import type { Route } from './method-table.ts';
import { keepOperations } from './operations.ts';
import { malformed } from './refusal.ts';
import { endpointRegions } from './regions.ts';
import { projectNumber } from './resources.ts';

/** What AI Platform needs of the emulator around it. */
export interface AiPlatformContext {
  readonly storage: StorageState;
  /** How long creations, updates and deletions take; 0: they are done at the first poll. */
  readonly operationMilliseconds: number;
  /** Python that runs predictions. */
  readonly python: string;
}

/** AI Platform Prediction, to be closed when the emulator is. */
export type AiPlatform = Service & {
  /** Removes the copies of deployed models. */
  close(): Promise<void>;
};

/** Query parameters that every method takes (ai-platform-v1.md, section 1). */
const standardParameters = new Set([
  'alt',
  'fields',
  'key',
  'access_token',
  'oauth_token',
  'callback',
  'prettyPrint',
  'quotaUser',
  'uploadType',
  'upload_protocol',
  '$.xgafv',
]);

/**
 * AI Platform Prediction v1 as it was documented until it was closed: the global endpoint and one for
 * each region, none of which sees the models of another. Keeps resources in memory.
 */
export function aiPlatform(context: AiPlatformContext): AiPlatform {
  const projects = new Map<string, Map<string, Endpoint>>();
  let home: Promise<string> | undefined;
  let directories = 0;

  async function newDirectory(): Promise<string> {
    home ??= mkdtemp(join(tmpdir(), 'ai-platform-'));
    directories += 1;
    return join(await home, String(directories));
  }

  function findEndpoints(project: string, region: string): readonly [Endpoint, ...Endpoint[]] {
    const regions = projects.get(project) ?? new Map<string, Endpoint>();
    projects.set(project, regions);
    const number = projectNumber(project);
    const endpoint: Endpoint = regions.get(region) ?? {
      project,
      projectNumber: number,
      region,
      models: new Map(),
      operations: keepOperations(project, number, context.operationMilliseconds),
    };
    regions.set(region, endpoint);
    return [endpoint, ...[...regions.values()].filter((other) => other !== endpoint)];
  }

  const service: Service = async (exchange) => {
    const found = findRoute(exchange);
    if (found === undefined) return 'not-mine';
    const { route, names } = found;
    checkRegion(exchange.region);
    checkParameters(exchange.query, route);
    const endpoints = findEndpoints(names['project'] ?? '', exchange.region);
    for (const { operations } of endpoints) operations.settle();
    const answer = await route.method({
      endpoint: endpoints[0],
      endpoints,
      storage: context.storage,
      python: context.python,
      newDirectory,
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

  return Object.assign(service, {
    async close() {
      if (home !== undefined) await rm(await home, { recursive: true, force: true });
    },
  });
}

function findRoute({
  method,
  path,
}: Exchange): { route: Route; names: Readonly<Record<string, string>> } | undefined {
  for (const route of routes) {
    if (route.httpMethod !== method) continue;
    const groups = route.path.exec(path)?.groups;
    if (groups === undefined) continue;
    const names = Object.entries(groups).map(([name, value]) => [name, decode(value)] as const);
    return { route, names: Object.fromEntries(names) };
  }
  return undefined;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new GoogleError({ httpStatus: 400, message: `Invalid resource name: ${part}` });
  }
}

function checkRegion(region: string): void {
  if (region === 'global' || endpointRegions.includes(region)) return;
  throw new GoogleError({
    httpStatus: 404,
    message: `AI Platform has no endpoint in ${region}: the host ${region}-ml.googleapis.com does not exist.`,
  });
}

function checkParameters(query: URLSearchParams, { parameters }: Route): void {
  const unknown = [...new Set(query.keys())].filter(
    (name) => !standardParameters.has(name) && !parameters.includes(name),
  );
  if (unknown.length === 0) return;
  throw malformed(
    unknown.map((name) => ({
      description: `Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter. Field '${name}' could not be found in request message.`,
    })),
  );
}
