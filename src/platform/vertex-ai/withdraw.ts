import { ServiceError } from '../../failure.ts';
import { MANAGED_BY } from '../../request/labels.ts';
import type { JsonObject, World } from '../../world.ts';
import { awaitOperation, operationName } from '../operation.ts';
import type { Ledger } from '../platform.ts';
import { isJsonObject } from '../../json.ts';
import type { Rest } from '../rest.ts';
import type { VertexAiCommands } from './commands.ts';
import type { Named } from './house.ts';
import { read } from './lookup.ts';
import { deployedModels, text, trafficSplit } from './names.ts';

const PATIENCE_MILLISECONDS = 10 * 60_000;

/**
 * Undeploys what the new version has replaced: deployed by this action (by the label of its version), with
 * traffic before and without any now. A fault in clearing away fails nothing; it is a warning.
 */
export async function undeployReplaced(
  rest: Rest,
  world: World,
  before: JsonObject,
  after: JsonObject,
  ours: string,
): Promise<void> {
  const had = trafficSplit(before);
  const has = trafficSplit(after);
  if (has[ours] !== 100) return;
  for (const deployed of deployedModels(after)) {
    const id = text(deployed['id']) ?? '';
    const isReplaced = id !== ours && (had[id] ?? 0) > 0 && (has[id] ?? 0) === 0;
    if (!isReplaced || !(await isDeployedByThisAction(rest, deployed))) continue;
    await attempt(world, `undeploy the replaced model ${id}`, async () => {
      await run(rest, world, 'POST', `/v1/${text(after['name']) ?? ''}:undeployModel`, {
        deployedModelId: id,
      });
      world.log.info(
        `Undeployed version ${text(deployed['modelVersionId']) ?? '?'}, which it replaces.`,
      );
    });
  }
}

/** Deletes what this run made and nobody needs after a failure: deployment, version or model, endpoint. */
export async function withdrawAll(
  rest: Rest,
  world: World,
  ledger: Ledger,
  named: Named,
  commands: VertexAiCommands,
): Promise<void> {
  const { model, version, endpoint, deployedModelId, modelIsNew, endpointIsNew } = named;
  if (endpoint !== undefined && deployedModelId !== undefined) {
    const split = trafficSplit((await read(rest, `/v1/${endpoint}`)) ?? {});
    // What serves is not taken away here: somebody may have given it traffic meanwhile.
    if ((split[deployedModelId] ?? 0) > 0) return;
    await attempt(world, `undeploy model ${deployedModelId}`, async () => {
      await run(rest, world, 'POST', `/v1/${endpoint}:undeployModel`, { deployedModelId });
      ledger.forget(commands.madeDeployment(endpoint, deployedModelId, '').name);
    });
  }
  if (model !== undefined && version !== undefined) {
    await attempt(world, `delete version ${version} of ${model}`, async () => {
      const path = modelIsNew ? `/v1/${model}` : `/v1/${model}@${version}:deleteVersion`;
      await run(rest, world, 'DELETE', path);
      ledger.forget(commands.madeVersion(model, version, modelIsNew, '').name);
    });
  }
  if (endpoint !== undefined && endpointIsNew) {
    await attempt(world, `delete endpoint ${endpoint}`, async () => {
      await run(rest, world, 'DELETE', `/v1/${endpoint}`);
      ledger.forget(endpoint);
    });
  }
}

async function isDeployedByThisAction(rest: Rest, deployed: JsonObject): Promise<boolean> {
  const model = text(deployed['model'])?.replace(/@.*$/, '') ?? '';
  const version = text(deployed['modelVersionId']) ?? '';
  const labels = (await read(rest, `/v1/${model}@${version}`))?.['labels'];
  return isJsonObject(labels) && labels['managed-by'] === MANAGED_BY;
}

async function run(
  rest: Rest,
  world: World,
  method: 'POST' | 'DELETE',
  path: string,
  body?: JsonObject,
): Promise<void> {
  let answer: JsonObject;
  try {
    answer = await rest.send({
      method,
      path,
      repeatable: true,
      ...(body === undefined ? {} : { body }),
    });
  } catch (error) {
    // Gone already, perhaps by our own lost first try.
    if (error instanceof ServiceError && error.httpStatus === 404) return;
    throw error;
  }
  const name = operationName(answer);
  if (name === undefined || answer['done'] === true) return;
  const deadline = world.clock.elapsed() + PATIENCE_MILLISECONDS;
  const wait = {
    service: 'Vertex AI',
    subject: 'the clean-up',
    deadline,
    resume: '',
    say: world.log.info,
  } as const;
  await awaitOperation(rest, `/v1/${name}`, name, wait, world);
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
