import { ServiceError } from '../../failure.ts';
import { madeModel, madeVersion } from '../../made.ts';
import type { Plan } from '../../plan/plan.ts';
import { isOfThisRun } from '../../plan/version-exists.ts';
import type { JsonObject } from '../../world.ts';
import { createOnce } from '../create-once.ts';
import { isJsonObject } from '../../json.ts';
import { isFault, nameless, operationError, operationName } from '../operation.ts';
import type { Creation } from '../platform.ts';
import { isOutcomeUnknown } from '../rest.ts';
import { read } from '../read.ts';
import { deleteVersion } from './delete.ts';
import { versionName, versionPath, versionState } from './house.ts';
import type { House } from './house.ts';

const MODEL_IS_KNOWN_EVERYWHERE_MILLISECONDS = 60_000;

/** Creates the model unless it is there: `projects.models.create`. */
export async function prepareModel(house: House, plan: Plan): Promise<void> {
  const { rest, modelsPath, modelPath, ours, world, ledger, request } = house;
  if (plan.model.action === 'reuse') return;
  const create = async (): Promise<'created' | 'existed'> => {
    try {
      await rest.send({
        method: 'POST',
        path: modelsPath,
        body: plan.model.body,
        repeatable: false,
      });
      return 'created';
    } catch (error) {
      // Somebody else made it since we looked: it is there, which is all that was wanted.
      if (error instanceof ServiceError && error.httpStatus === 409) return 'existed';
      throw error;
    }
  };
  const find = async (): Promise<'created' | undefined> =>
    (await read(rest, modelPath)) === undefined ? undefined : 'created';
  // Noted before it is asked for: a run that ends in between has named what it may leave.
  const intent = madeModel(request, plan);
  ledger.note({ ...intent, state: 'being created when last seen' });
  const made = await createOnce(create, find, house.world).catch((error: unknown) => {
    if (error instanceof ServiceError && !isOutcomeUnknown(error)) ledger.forget(intent.name);
    throw error;
  });
  ours.modelCreatedAt = world.clock.elapsed();
  if (made !== 'created') {
    ledger.forget(intent.name);
    return;
  }
  ours.modelIsNew = true;
  ledger.note(intent);
}

/** Starts what the plan wants of the version: nothing, a new one, or one in place of another. */
export async function startVersion(house: House, plan: Plan): Promise<Creation> {
  const { ours, request } = house;
  const { action, id, standIn } = plan.version;
  if (action === 'reuse') {
    const version = await read(house.rest, versionPath(house, id));
    ours.version = id;
    ours.versionIsNew = version !== undefined && isOfThisRun(request, version);
    return { operation: undefined, version: versionState(version ?? {}) };
  }
  if (action === 'replace' && standIn === undefined) {
    house.world.log.info(`Deleting version ${id}, which does not serve, to make it anew.`);
    await deleteVersion(house, id);
  }
  if (standIn !== undefined) {
    house.world.log.info(
      `Version ${id} serves: ${standIn} is made first, and serves while ${id} is made anew.`,
    );
  }
  return await createVersion(house, standIn ?? id, plan);
}

/** Starts the creation of a version under that name, exactly once: `projects.models.versions.create`. */
export async function createVersion(house: House, id: string, plan: Plan): Promise<Creation> {
  const { rest, versionsPath, ours, ledger, request } = house;
  const body = { ...plan.version.body, name: id };
  const find = async (): Promise<{ operation: undefined } | undefined> => {
    const version = await read(rest, versionPath(house, id));
    return version !== undefined && isSame(version, body) ? { operation: undefined } : undefined;
  };
  const create = async (): Promise<{ operation: string | undefined }> => {
    for (let looks = 1; ; looks += 1) {
      try {
        const operation = await rest.send({
          method: 'POST',
          path: versionsPath,
          body,
          repeatable: false,
        });
        const started = operationName(operation);
        if (operation['done'] !== true) {
          if (started === undefined) throw nameless('AI Platform', `POST ${versionsPath}`);
          return { operation: started };
        }
        const { error } = operation;
        if (isFault(error)) throw operationError('AI Platform', started ?? '', error);
        return { operation: undefined };
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        if (error.httpStatus === 409) {
          const found = await find();
          if (found !== undefined) return found;
        }
        if (error.httpStatus !== 404 || isKnownEverywhere(house)) throw error;
        await house.world.clock.sleep(Math.min(8000, 500 * 2 ** looks), house.world.signal);
      }
    }
  };
  const name = versionName(house, id);
  ours.version = id;
  ours.isAsking = true;
  ledger.note(madeVersion(request, name, undefined));
  const { operation } = await createOnce(create, find, house.world).catch((error: unknown) => {
    if (error instanceof ServiceError && !isOutcomeUnknown(error)) ledger.forget(name);
    throw error;
  });
  const version = versionState({ state: 'CREATING' });
  ours.versionIsNew = true;
  ours.isAsking = false;
  ledger.note(madeVersion(request, name, version));
  return { operation, version };
}

/** Whether a 404 can no longer come from a model that this run has just made. */
function isKnownEverywhere({ ours, world }: House): boolean {
  return (
    ours.modelCreatedAt === undefined ||
    world.clock.elapsed() - ours.modelCreatedAt > MODEL_IS_KNOWN_EVERYWHERE_MILLISECONDS
  );
}

function isSame(version: JsonObject, wanted: JsonObject): boolean {
  return (
    version['deploymentUri'] === wanted['deploymentUri'] &&
    sameLabels(version['labels'], wanted['labels'])
  );
}

function sameLabels(left: unknown, right: unknown): boolean {
  if (!isJsonObject(left) || !isJsonObject(right)) return left === right;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => left[key] === right[key]);
}
