import { isOfThisRun } from '../../plan/version-exists.ts';
import type { JsonObject } from '../../world.ts';
import { read } from '../read.ts';
import { readState, versionPath } from './house.ts';
import type { House } from './house.ts';

const LOOKS_FOR_UNANSWERED = 5;
const BETWEEN_LOOKS_MILLISECONDS = 2000;
const PATIENCE_MILLISECONDS = 30_000;

/** What this run did, for another process. */
export function remembered({ ours }: House): JsonObject {
  const { version, versionIsNew, modelIsNew, isAsking } = ours;
  return { ...(version !== undefined && { version }), versionIsNew, modelIsNew, isAsking };
}

/** Takes that up. A version whose creation was never answered is this run's if its labels say so. */
export async function recallOurs(house: House, state: JsonObject): Promise<void> {
  const { ours, rest, request, world } = house;
  const { version, versionIsNew, modelIsNew, isAsking } = state;
  if (typeof version !== 'string' || !/^[A-Za-z]\w{0,127}$/.test(version)) return;
  ours.modelIsNew = modelIsNew === true;
  // A request that was not answered may be acted upon only now.
  for (let looks = isAsking === true ? LOOKS_FOR_UNANSWERED : 1; looks > 0; looks -= 1) {
    const found = await read(rest, versionPath(house, version));
    if (found !== undefined) {
      ours.version = version;
      ours.versionIsNew = versionIsNew === true || isOfThisRun(request, found);
      await untilIdle(house, version);
      return;
    }
    if (looks > 1) await world.clock.sleep(BETWEEN_LOOKS_MILLISECONDS, world.signal);
  }
}

/** The service deletes no version that it still works on. */
async function untilIdle(house: House, version: string): Promise<void> {
  const { world } = house;
  const started = world.clock.elapsed();
  while (world.clock.elapsed() - started < PATIENCE_MILLISECONDS) {
    const state = await readState(house, version);
    if (state === undefined || state.state === 'READY' || state.state === 'FAILED') return;
    await world.clock.sleep(BETWEEN_LOOKS_MILLISECONDS, world.signal);
  }
}
