import { MANAGED_BY } from '../../request/labels.ts';
import { isJsonObject } from '../../json.ts';
import type { JsonObject } from '../../world.ts';
import { cancelOperation } from '../cancel-operation.ts';
import { operationName } from '../operation.ts';
import { listAll, text } from '../read.ts';
import { readDeployment } from './endpoint.ts';
import type { House, Split } from './house.ts';
import { findResource, MODELS } from './lookup.ts';
import { inProject } from './names.ts';

const LOOKS_FOR_UNANSWERED = 5;
const BETWEEN_LOOKS_MILLISECONDS = 2000;
const OPERATION = /^projects\/[\w.:-]+(?:\/[\w-]+\/[\w.-]+)*\/operations\/[\w.-]+$/;
const NAME = /^projects\/[\w.:-]+\/locations\/[\w-]+\/(?:models|endpoints)\/[\w-]+$/;

/** What this run did, for another process. */
export function remembered({ named, changed, pending, asking, uploading }: House): JsonObject {
  return {
    ...(uploading !== undefined && { uploading }),
    named: { ...named },
    changed: { ...changed },
    pending: [...pending],
    isAsking: asking.size > 0,
  };
}

/**
 * Takes that up. What was being made when the other process ended is known by the labels of the run: its
 * version, its endpoints, and what is deployed there.
 */
export async function recallNamed(house: House, state: JsonObject): Promise<void> {
  const { named, changed } = house;
  const was = isJsonObject(state['named']) ? state['named'] : {};
  const { split, defaultFrom } = isJsonObject(state['changed']) ? state['changed'] : {};
  const name = (value: unknown): string | undefined =>
    typeof value === 'string' && NAME.test(value) ? value : undefined;
  const number = (value: unknown): string | undefined =>
    typeof value === 'string' && /^\d{1,19}$/.test(value) ? value : undefined;

  Object.assign(named, {
    ...optional('model', name(was['model'])),
    ...optional('version', number(was['version'])),
    ...optional('endpoint', name(was['endpoint'])),
    ...optional('deployedModelId', number(was['deployedModelId'])),
    ...optional('proofEndpoint', name(was['proofEndpoint'])),
    modelIsNew: was['modelIsNew'] === true,
    versionIsNew: was['versionIsNew'] === true,
    deploymentIsNew: was['deploymentIsNew'] === true,
    endpointIsNew: was['endpointIsNew'] === true,
  });
  if (isJsonObject(split) && isSplit(split['before']) && isSplit(split['written'])) {
    const { before, written, etag } = split;
    const known = typeof etag === 'string' && /^[\x21-\x7e]{1,200}$/.test(etag) ? { etag } : {};
    changed.split = { before, written, ...known };
  }
  const holder = number(defaultFrom);
  if (holder !== undefined) changed.defaultFrom = holder;

  const { uploading } = state;
  if (typeof uploading === 'string' && /^projects\/[\w./:-]+(?:@[\w-]+)?$/.test(uploading)) {
    house.uploading = uploading;
  }
  const pending = Array.isArray(state['pending']) ? (state['pending'] as readonly unknown[]) : [];
  for (const operation of pending) {
    if (typeof operation === 'string' && OPERATION.test(operation)) {
      await cancelOperation(house.rest, operation, house.world);
    }
  }
  // A request that was not answered may be acted upon only now.
  for (let looks = state['isAsking'] === true ? LOOKS_FOR_UNANSWERED : 1; looks > 0; looks -= 1) {
    await findUnfinished(house);
    if (looks > 1) await house.world.clock.sleep(BETWEEN_LOOKS_MILLISECONDS, house.world.signal);
  }
}

/**
 * Finds what this run was making when it lost sight of it: its version and its endpoints by their labels, and
 * what is deployed there.
 */
export async function findUnfinished(house: House): Promise<void> {
  const { rest, parent, named, request, ledger, commands } = house;
  const model = await findResource(rest, parent, MODELS, request.model);
  const modelName = text(model?.['name'])?.replace(/@.*$/, '');
  if (named.version === undefined && modelName !== undefined) {
    const versions = await listAll(rest, `/v1/${modelName}:listVersions`, 'models');
    const ours = versions.find((version) => isOfThisAttempt(house, version));
    const number = text(ours?.['versionId']);
    if (number !== undefined) {
      named.model = inProject(modelName, request.projectId);
      named.version = number;
      named.versionIsNew = true;
      named.modelIsNew = versions.length === 1;
      if (house.uploading !== undefined) ledger.forget(house.uploading);
      delete house.uploading;
      ledger.note(commands.madeVersion(named.model, number, named.modelIsNew, 'in the registry'));
    }
  }
  for (const endpoint of await listAll(rest, `/v1/${parent}/endpoints`, 'endpoints')) {
    if (!isOfThisAttempt(house, endpoint)) continue;
    const found = inProject(text(endpoint['name']) ?? '', request.projectId);
    if (text(endpoint['displayName'])?.includes('-proof-') === true) named.proofEndpoint ??= found;
    else if (named.endpoint === undefined) {
      named.endpoint = found;
      named.endpointIsNew = true;
    }
  }
  await afterDeployments(house);
  await readDeployment(house);
}

/** What is being deployed is not among the deployed models of an endpoint before it ends. */
async function afterDeployments({ rest, named, world }: House): Promise<void> {
  const endpoints = [
    ...(named.deploymentIsNew || named.endpointIsNew ? [named.endpoint] : []),
    named.proofEndpoint,
  ];
  for (const endpoint of endpoints) {
    if (endpoint === undefined) continue;
    const operations = await listAll(rest, `/v1/${endpoint}/operations`, 'operations');
    for (const operation of operations.filter(({ done }) => done !== true)) {
      const name = operationName(operation);
      if (name !== undefined) await cancelOperation(rest, name, world);
    }
  }
}

/** Labels that only this attempt of this run gives. */
function isOfThisAttempt({ request }: House, { labels }: JsonObject): boolean {
  const keys = ['managed-by', 'run-id', 'run-attempt'];
  return (
    isJsonObject(labels) &&
    labels['managed-by'] === MANAGED_BY &&
    request.labels['run-id'] !== undefined &&
    keys.every((key) => labels[key] === request.labels[key])
  );
}

function isSplit(value: unknown): value is Split {
  return (
    isJsonObject(value) &&
    Object.entries(value).every(
      ([id, share]) =>
        /^\d{1,19}$/.test(id) && typeof share === 'number' && share >= 0 && share <= 100,
    )
  );
}

function optional(key: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [key]: value };
}
