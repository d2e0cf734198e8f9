import { ServiceError } from '../../failure.ts';
import { oldVersion, versionsToRetire } from '../../plan/retire.ts';
import { listAll, read } from '../read.ts';
import { removed } from '../settle.ts';
import { defaultVersion, readState, versionName, versionPath } from './house.ts';
import type { House } from './house.ts';
import { finish } from './wait.ts';

/** Deletes a version, and waits until it is gone; one that is gone already is a success. */
export async function deleteVersion(house: House, id: string): Promise<void> {
  await remove(house, versionPath(house, id), id);
  house.ledger.forget(versionName(house, id));
}

/**
 * Deletes what this run made and nobody needs after a failure: the version, if the service lets go of it,
 * and the model, if it is this run's and empty then. What stays is in the ledger.
 */
export async function withdrawAll(house: House): Promise<void> {
  const { ours, rest, modelPath, ledger, request } = house;
  if (ours.version !== undefined && ours.versionIsNew) {
    const state = await readState(house, ours.version);
    if (state?.serves === true && (await versionCount(house)) > 1) return;
    const isIdle = state === undefined || state.state === 'READY' || state.state === 'FAILED';
    if (!isIdle) return;
    await deleteVersion(house, ours.version);
    house.world.log.info(`Deleted version ${ours.version}.`);
  }
  if (!ours.modelIsNew) return;
  const model = await read(rest, modelPath);
  if (model !== undefined && defaultVersion(model) !== undefined) return;
  await remove(house, modelPath, '');
  ledger.forget(`projects/${request.projectId}/models/${request.model}`);
  house.world.log.info(`Deleted model ${request.model}, which this run had made.`);
}

/** Deletes the oldest versions beyond those to keep, as they are now. */
export async function retireVersions(house: House): Promise<void> {
  const { request, world, rest, versionsPath, ours } = house;
  if (request.keepVersions === undefined) return;
  const versions = (await listAll(rest, versionsPath, 'versions')).map(oldVersion);
  const others = versions.filter(({ id }) => id !== ours.version);
  for (const id of versionsToRetire(others, request.keepVersions, world.clock.now())) {
    try {
      await deleteVersion(house, id);
      world.log.info(`Deleted old version ${id}.`);
    } catch (error) {
      world.signal.throwIfAborted();
      const words = error instanceof ServiceError ? error.serverMessage : String(error);
      world.log.warning(`Could not delete the old version ${id}: ${words}`);
    }
  }
}

async function versionCount({ rest, versionsPath }: House): Promise<number> {
  return (await listAll(rest, versionsPath, 'versions')).length;
}

async function remove(house: House, path: string, id: string): Promise<void> {
  const { rest, world } = house;
  await removed(
    {
      ask: () => rest.send({ method: 'DELETE', path, repeatable: true }),
      wait: (operation) => finish(house, operation, id),
      isGone: async () => (await read(rest, path)) === undefined,
    },
    world,
  );
}
