import { Failure, ServiceError } from '../../failure.ts';
import type { VertexAiPlan } from '../../plan/plan.ts';
import type { JsonObject } from '../../world.ts';
import type { Creation, VersionState } from '../platform.ts';
import { isJsonObject } from '../../json.ts';
import type { House } from './house.ts';
import { operationName } from '../operation.ts';
import { listAll, read, text } from '../read.ts';
import { ENDPOINTS, findResource } from './lookup.ts';
import {
  deployedModels,
  inProject,
  isSameResource,
  trafficByVersion,
  trafficSplit,
  subjectOf,
} from './names.ts';
import { isOutcomeUnknown } from '../rest.ts';
import { settled } from '../settle.ts';
import { finish, startOnce } from './operations.ts';

/** Remembers an endpoint that was read. */
export function keepEndpoint({ named, request }: House, endpoint: JsonObject): void {
  const name = text(endpoint['name']);
  if (name !== undefined) named.endpoint = inProject(name, request.projectId);
  const host = text(endpoint['dedicatedEndpointDns'])?.replace(/^https:\/\//, '');
  if (host !== undefined) named.dedicatedHost = host;
}

/** Remembers by which id the service says that it has deployed the version. */
export function keepDeployed({ named }: House, deployed: unknown): void {
  const id = isJsonObject(deployed) ? text(deployed['id']) : undefined;
  if (id !== undefined) named.deployedModelId = id;
}

/** Creates the endpoint unless it is there: `endpoints.create`. */
export async function prepareEndpoint(house: House, { endpoint }: VertexAiPlan): Promise<void> {
  const { rest, parent, named, ledger, commands, world } = house;
  if (endpoint.name !== undefined) {
    named.endpoint = inProject(endpoint.name, house.request.projectId);
    return;
  }
  const query = endpoint.id === undefined ? '' : `?endpointId=${encodeURIComponent(endpoint.id)}`;
  const find = (): Promise<JsonObject | undefined> =>
    findResource(rest, parent, ENDPOINTS, endpoint.id ?? endpoint.displayName);
  const operation = await startOnce(
    house,
    `/v1/${parent}/endpoints${query}`,
    endpoint.body,
    async () => (await find()) !== undefined,
  );
  const begun = subjectOf(operation, house.request.projectId);
  if (begun !== undefined) {
    // Its operation names it before it is there: whatever becomes of the wait, it is listed.
    named.endpoint = begun;
    named.endpointIsNew = true;
    ledger.note(commands.madeEndpoint(begun));
  }
  const made = text((await finish(house, operation, `endpoint ${endpoint.displayName}`))?.['name']);
  const found =
    made === undefined
      ? await settled(find, (there) => there !== undefined, world)
      : await read(rest, `/v1/${made}`, true);
  if (found === undefined) throw unreadable(endpoint.displayName);
  keepEndpoint(house, found);
  named.endpointIsNew = true;
  ledger.note(commands.madeEndpoint(named.endpoint ?? ''));
}

/** An endpoint that this run has made, and that nothing tells the name of. */
function unreadable(displayName: string): Failure {
  return new Failure({
    code: 'internal',
    what: `The endpoint ${displayName} was created, but cannot be read.`,
    why: 'Neither its operation nor a look at the endpoints tells its name.',
    next: 'Look for it in the list of endpoints, and run the job again.',
  });
}

/** Starts the deployment of the uploaded version: `endpoints.deployModel`. */
export async function startDeployment(
  house: House,
  { deployedModel, deployTrafficSplit, existing }: VertexAiPlan,
): Promise<Creation> {
  const { named, ledger, commands, world } = house;
  const { model = '', version = '', endpoint = '' } = named;
  if (existing !== undefined) {
    const there = await afterOthers(house);
    if (there?.state === 'READY') return { operation: undefined, version: there };
  }
  // Chosen here, so that it can be named, and undeployed, before the operation has ended (v1: 1 to 10 digits).
  const id = text(deployedModel['id']) ?? freeId(house.deployedBefore, world.random);
  const intent = commands.madeDeployment(
    endpoint,
    id,
    'being deployed when last seen; it can be undeployed once that has ended',
  );
  named.deploymentIsNew = true;
  named.deployedModelId = id;
  ledger.note(intent);
  const body = {
    deployedModel: { ...deployedModel, id, model: `${model}@${version}` },
    ...(deployTrafficSplit === undefined ? {} : { trafficSplit: deployTrafficSplit }),
  };
  const isThere = async (): Promise<boolean> => (await readDeployment(house))?.state === 'READY';
  const isNew = named.versionIsNew || named.endpointIsNew;
  const path = `/v1/${endpoint}:deployModel`;
  const operation = await startOnce(house, path, body, isThere, isNew).catch((error: unknown) => {
    if (error instanceof ServiceError && !isOutcomeUnknown(error)) {
      ledger.forget(intent.name);
      named.deploymentIsNew = false;
      delete named.deployedModelId;
    }
    throw error;
  });
  return {
    operation,
    version: {
      state: 'DEPLOYING',
      serves: false,
      errorMessage: undefined,
      machineType: undefined,
      names: { model, version, endpoint, deployedModelId: id },
    },
  };
}

/** Ten digits that nothing on the endpoint has. */
function freeId(taken: ReadonlySet<string>, random: () => number): string {
  let number = 1e9 + Math.floor(random() * 8e9);
  while (taken.has(String(number))) number += 1;
  return String(number);
}

/**
 * The version that is used again on its endpoint, once nothing works on that any more: the deployment which
 * an earlier attempt began may still run.
 */
async function afterOthers(house: House): Promise<VersionState | undefined> {
  const { rest, named } = house;
  const operations = await listAll(rest, `/v1/${named.endpoint ?? ''}/operations`, 'operations');
  for (const operation of operations.filter(({ done }) => done !== true)) {
    // Its failure is not ours: the look at the endpoint tells what came of it.
    await finish(house, operationName(operation), 'what works on the endpoint').catch(
      (error: unknown) => {
        if (!(error instanceof ServiceError)) throw error;
      },
    );
  }
  return await readDeployment(house);
}

/** The version on its endpoint as it is now; `undefined` while it has no number yet. */
export async function readDeployment(house: House): Promise<VersionState | undefined> {
  const { rest, named, ledger, commands } = house;
  const { model, version, endpoint: name } = named;
  if (model === undefined || version === undefined || name === undefined) return undefined;
  const endpoint = (await read(rest, `/v1/${name}`)) ?? {};
  keepEndpoint(house, endpoint);
  const ofVersion = deployedModels(endpoint).filter(
    (candidate) =>
      isSameResource(text(candidate['model']) ?? '', model) &&
      text(candidate['modelVersionId']) === version,
  );
  const deployed =
    ofVersion.find((candidate) => text(candidate['id']) === named.deployedModelId) ??
    ofVersion.find(
      (candidate) =>
        !named.deploymentIsNew || !house.deployedBefore.has(text(candidate['id']) ?? ''),
    );
  const id = text(deployed?.['id']);
  const percent = trafficSplit(endpoint)[id ?? ''] ?? 0;
  if (id !== undefined) {
    named.deployedModelId = id;
    if (named.deploymentIsNew) {
      ledger.note(commands.madeDeployment(name, id, `deployed, ${percent} % of the traffic`));
    }
  }
  return {
    state: deployed === undefined ? 'UPLOADED' : 'READY',
    serves: percent > 0,
    errorMessage: undefined,
    machineType: machineTypeOf(deployed),
    names: { model, version, endpoint: name, deployedModelId: id },
    traffic: trafficByVersion(endpoint),
  };
}

/** Number of the version of this model that gets the most traffic. */
export function mostTraffic(
  endpoint: JsonObject | undefined,
  model: string | undefined,
): string | undefined {
  if (endpoint === undefined || model === undefined) return undefined;
  const split = trafficSplit(endpoint);
  const [first] = deployedModels(endpoint)
    .filter((deployed) => isSameResource(text(deployed['model']) ?? '', model))
    .map((deployed) => ({
      version: text(deployed['modelVersionId']),
      percent: split[text(deployed['id']) ?? ''] ?? 0,
    }))
    .filter(({ percent }) => percent > 0)
    .sort((left, right) => right.percent - left.percent);
  return first?.version;
}

function machineTypeOf(deployed: JsonObject | undefined): string | undefined {
  const resources = deployed?.['dedicatedResources'];
  const spec = isJsonObject(resources) ? resources['machineSpec'] : undefined;
  return isJsonObject(spec) ? text(spec['machineType']) : undefined;
}
