import { ServiceError } from '../../failure.ts';
import { MANAGED_BY } from '../../request/labels.ts';
import type { JsonObject, World } from '../../world.ts';
import { awaitOperation, operationName } from '../operation.ts';
import { isJsonObject } from '../../json.ts';
import type { Rest, RestRequest } from '../rest.ts';
import type { House } from './house.ts';
import { oldVertexVersion, versionsToRetire } from '../../plan/retire.ts';
import { listAll, read, text } from '../read.ts';
import { removed } from '../settle.ts';
import { deployedModels, lastPart, trafficSplit } from './names.ts';
import { isThereInTheEnd } from './operations.ts';
import { findUnfinished } from './recall.ts';

const PATIENCE_MILLISECONDS = 10 * 60_000;

/**
 * Undeploys what the new version has replaced: deployed by this action (by the label of its version), with
 * traffic before and without any now. A fault in clearing away fails nothing; it is a warning.
 */
export async function undeployReplaced({
  rest,
  world,
  named,
  changed,
}: Pick<House, 'rest' | 'world' | 'named' | 'changed'>): Promise<void> {
  const { endpoint = '', deployedModelId: ours = '' } = named;
  const had = changed.split?.before;
  if (had === undefined) return;
  const after = (await read(rest, `/v1/${endpoint}`)) ?? {};
  const has = trafficSplit(after);
  if (has[ours] !== 100) return;
  for (const deployed of deployedModels(after)) {
    const id = text(deployed['id']) ?? '';
    const isReplaced = id !== ours && (had[id] ?? 0) > 0 && (has[id] ?? 0) === 0;
    if (!isReplaced || !(await isDeployedByThisAction(rest, deployed))) continue;
    await attempt(world, `undeploy the replaced model ${id}`, async () => {
      await undeploy({ rest, world }, text(after['name']) ?? '', id);
      world.log.info(
        `Undeployed version ${text(deployed['modelVersionId']) ?? '?'}, which it replaces.`,
      );
    });
  }
}

/**
 * Deletes what this run made and nobody needs after a failure: the proof's endpoint, the deployment, the
 * version or the whole model, the endpoint. What serves stays, unless nothing else is deployed there and
 * this run gave it the traffic with the deployment.
 */
export async function withdrawAll(house: House, gotTraffic: boolean): Promise<void> {
  const { rest, world, ledger, named, commands } = house;
  await closeProofEndpoint(house);
  if (house.uploading !== undefined) {
    // Its upload may still come to its end.
    await isThereInTheEnd(house, async () => {
      await findUnfinished(house);
      return house.uploading === undefined;
    });
  }
  const { model, version, endpoint, deployedModelId, deploymentIsNew } = named;
  if (endpoint !== undefined && deployedModelId !== undefined) {
    if (!deploymentIsNew) return;
    const now = (await read(rest, `/v1/${endpoint}`)) ?? {};
    const isAlone = deployedModels(now).length === 1 && gotTraffic;
    if ((trafficSplit(now)[deployedModelId] ?? 0) > 0 && !isAlone) return;
    await attempt(world, `undeploy model ${deployedModelId}`, async () => {
      // Also where it is not seen: that read may lag behind.
      await undeploy(house, endpoint, deployedModelId);
      world.log.info(`Undeployed version ${version ?? ''} from endpoint ${lastPart(endpoint)}.`);
      ledger.forget(commands.madeDeployment(endpoint, deployedModelId, '').name);
    });
  }
  if (model !== undefined && version !== undefined && named.versionIsNew) {
    await attempt(world, `delete version ${version} of ${model}`, async () => {
      await (named.modelIsNew
        ? remove(house, `/v1/${model}`)
        : remove(house, `/v1/${model}@${version}`, ':deleteVersion'));
      ledger.forget(commands.madeVersion(model, version, named.modelIsNew, '').name);
      const what = named.modelIsNew ? 'model' : `version ${version} of model`;
      world.log.info(`Deleted ${what} ${lastPart(model)}, which this run had made.`);
    });
  }
  if (endpoint !== undefined && named.endpointIsNew) {
    await attempt(world, `delete endpoint ${endpoint}`, async () => {
      await isThereInTheEnd(house, async () => (await read(rest, `/v1/${endpoint}`)) !== undefined);
      await remove(house, `/v1/${endpoint}`);
      ledger.forget(endpoint);
      world.log.info(`Deleted endpoint ${lastPart(endpoint)}, which this run had made.`);
    });
  }
}

/** Takes away the endpoint that exists for the proof only, with what is deployed there. */
export async function closeProofEndpoint(house: House): Promise<void> {
  const { rest, world, ledger, named, commands } = house;
  // What is still being made there can only be taken away once it is there.
  await house.proof?.catch(() => undefined);
  const name = named.proofEndpoint;
  if (name === undefined) return;
  await attempt(world, `delete the endpoint of the proof, ${name}`, async () => {
    // It may be on its way still.
    let endpoint: JsonObject = {};
    const isThere = await isThereInTheEnd(house, async () => {
      const found = await read(rest, `/v1/${name}`);
      endpoint = found ?? {};
      return found !== undefined;
    });
    for (const deployed of deployedModels(endpoint)) {
      const deployedModelId = text(deployed['id']) ?? '';
      const made = commands.madeDeployment(name, deployedModelId, 'deployed for the proof');
      ledger.note(made);
      await undeploy(house, name, deployedModelId);
      ledger.forget(made.name);
    }
    await remove(house, `/v1/${name}`);
    ledger.forget(name);
    if (isThere) world.log.info(`Deleted the endpoint of the proof, ${lastPart(name)}.`);
    delete named.proofEndpoint;
  });
}

/** Deletes the version that was replaced, and the oldest versions beyond those to keep, as they are now. */
export async function retireVersions(house: House, replaced: string | undefined): Promise<void> {
  const { rest, world, request, named } = house;
  const { model = '', version = '' } = named;
  if (replaced === undefined && request.keepVersions === undefined) return;
  const versions = (await listAll(rest, `/v1/${model}:listVersions`, 'models'))
    .map(oldVertexVersion)
    .filter(({ id }) => id !== version);
  const old = versions.find(({ id }) => id === replaced);
  const isFree = old !== undefined && !old.isNeeded && old.labels['managed-by'] === MANAGED_BY;
  if (old !== undefined && !isFree) {
    world.log.info(
      `Version ${old.id}, which lost its alias to the new one, stays: it is deployed, has another alias, or was not made by this action.`,
    );
  }
  const retired =
    request.keepVersions === undefined
      ? []
      : versionsToRetire(versions, request.keepVersions, world.clock.now());
  for (const id of new Set([...(isFree ? [old.id] : []), ...retired])) {
    await attempt(world, `delete the old version ${id}`, async () => {
      await remove({ rest, world }, `/v1/${model}@${id}`, ':deleteVersion');
      world.log.info(`Deleted old version ${id}.`);
    });
  }
}

async function isDeployedByThisAction(rest: Rest, deployed: JsonObject): Promise<boolean> {
  const model = text(deployed['model'])?.replace(/@.*$/, '') ?? '';
  const version = text(deployed['modelVersionId']) ?? '';
  const labels = (await read(rest, `/v1/${model}@${version}`))?.['labels'];
  return isJsonObject(labels) && labels['managed-by'] === MANAGED_BY;
}

/** Takes a deployment off its endpoint. */
function undeploy(house: Way, endpoint: string, deployedModelId: string): Promise<void> {
  const path = `/v1/${endpoint}:undeployModel`;
  const ask = { method: 'POST', path, body: { deployedModelId }, repeatable: true } as const;
  return carryOut(house, ask, async () =>
    deployedModels((await read(house.rest, `/v1/${endpoint}`)) ?? {}).every(
      ({ id }) => text(id) !== deployedModelId,
    ),
  );
}

/** Deletes a resource. */
function remove(house: Way, path: string, verb = ''): Promise<void> {
  const ask = { method: 'DELETE', path: `${path}${verb}`, repeatable: true } as const;
  return carryOut(house, ask, async () => (await read(house.rest, path)) === undefined);
}

type Way = Pick<House, 'rest' | 'world'>;

/** Has something removed, and looks whether it is gone. */
async function carryOut(
  { rest, world }: Way,
  ask: RestRequest,
  isGone: () => Promise<boolean>,
): Promise<void> {
  const wait = async (operation: JsonObject): Promise<void> => {
    const name = operationName(operation);
    if (name === undefined || operation['done'] === true) return;
    const until = {
      service: 'Vertex AI',
      subject: 'the clean-up',
      deadline: world.clock.elapsed() + PATIENCE_MILLISECONDS,
      resume: '',
      say: world.log.info,
    } as const;
    await awaitOperation(rest, `/v1/${name}`, name, until, world);
  };
  await removed({ ask: () => rest.send(ask), wait, isGone }, world);
}

async function attempt(world: World, subject: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    world.signal.throwIfAborted();
    const words = error instanceof ServiceError ? error.serverMessage : String(error);
    world.log.warning(`Could not ${subject}: ${words}`);
  }
}
