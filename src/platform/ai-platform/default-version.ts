import { Failure } from '../../failure.ts';
import { madeVersion } from '../../made.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Undoable } from '../../saved-state.ts';
import type { VersionState } from '../platform.ts';
import { read } from '../read.ts';
import { createVersion } from './create.ts';
import { deleteVersion } from './delete.ts';
import { defaultVersion, readState, versionName, versionPath } from './house.ts';
import type { House } from './house.ts';
import { settled } from '../settle.ts';
import { notReady, untilReady } from './wait.ts';

const DEFAULT_LAG_MILLISECONDS = 15_000;

/** Makes a version the default one: `versions.setDefault`, read back. */
export async function setDefault(house: House, id: string): Promise<VersionState> {
  const { rest, ledger, request, ours } = house;
  await rest.send({
    method: 'POST',
    path: `${versionPath(house, id)}:setDefault`,
    body: {},
    repeatable: true,
    isNew: id === ours.version && ours.versionIsNew,
  });
  const state = await settled(
    () => readState(house, id),
    (seen) => seen?.serves === true,
    house.world,
    DEFAULT_LAG_MILLISECONDS,
  );
  if (state?.serves === true && state.state !== 'READY') throw notReady(house, id, state);
  if (state?.serves !== true) {
    throw new Failure({
      code: 'conflict',
      what: `Version ${versionName(house, id)} did not become the default version.`,
      why: 'The service accepted the change, but reading the version back shows another default.',
      next: 'Look whether another job promotes versions of the same model at the same time, and run one of them again.',
    });
  }
  if (id === ours.version && ours.versionIsNew) {
    ledger.note(madeVersion(request, versionName(house, id), state));
  }
  return state;
}

/**
 * Puts the stand-in, which has been proven, in the place of the version that is replaced: it serves while
 * the old one is deleted and made anew under its name, and goes when that one serves.
 */
export async function swapIn(house: House, standIn: string, plan: Plan): Promise<VersionState> {
  const { id } = plan.version;
  const { log } = house.world;
  const served = await setDefault(house, standIn);
  log.info(`${standIn} serves; deleting the old ${id}.`);
  await deleteVersion(house, id);
  const { operation } = await createVersion(house, id, plan);
  await untilReady(house, id, operation, plan);
  const state = await setDefault(house, id);
  const idle = { ...served, serves: false };
  house.ledger.note(madeVersion(house.request, versionName(house, standIn), idle));
  log.info(`The new ${id} serves; deleting ${standIn}.`);
  await deleteVersion(house, standIn);
  return state;
}

/** Lets the previous default serve again, if the present one is this run's version. */
export async function restoreDefault(house: House, plan: Undoable): Promise<boolean> {
  const { rest, modelPath, ours, world } = house;
  const { previousVersion } = plan;
  if (previousVersion === undefined || ours.version === undefined) return false;
  const present = defaultVersion(await read(rest, modelPath));
  if (present === undefined || present === previousVersion) return false;
  if (present !== ours.version && present !== plan.version.standIn) {
    world.log.warning(
      `Version ${present} is the default by somebody else's choice, which stands; before this run it was ${previousVersion}.`,
    );
    return false;
  }
  // A version that is being replaced may be gone already: then what serves is its proven stand-in.
  if ((await readState(house, previousVersion))?.state !== 'READY') return false;
  await setDefault(house, previousVersion);
  world.log.info(`Version ${previousVersion} serves again.`);
  return true;
}
