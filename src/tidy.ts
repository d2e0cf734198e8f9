import { ledgerOf } from './made.ts';
import { openPlatform } from './platform/open-platform.ts';
import type { Platform } from './platform/platform.ts';
import type { DeployRecord, Made } from './record.ts';
import { explain } from './report/explain.ts';
import { leftovers } from './report/leftovers.ts';
import { readRequest } from './request/read-request.ts';
import { readState } from './saved-state.ts';
import type { SavedState } from './saved-state.ts';
import { storageWhenNeeded } from './storage/storage-when-needed.ts';
import type { CloudStorage } from './storage/cloud-storage.ts';
import type { World } from './world.ts';

/** GitHub gives all post steps of a job five minutes together. */
const PATIENCE_MILLISECONDS = 80_000;

/**
 * The `post:` step: takes back what a cancelled or killed main step could not, and names what is left. Silent
 * after any other end. Promotes nothing, and never fails the job.
 */
export async function tidy(
  outside: World,
  patienceMilliseconds: number = PATIENCE_MILLISECONDS,
): Promise<void> {
  const { environment, log } = outside;
  const signal = AbortSignal.any([outside.signal, AbortSignal.timeout(patienceMilliseconds)]);
  const world = { ...outside, signal };
  const state = readState(environment);
  if (state === undefined || !wasBrokenOff(state)) return;
  const record: DeployRecord = {
    status: 'cancelled',
    promoted: false,
    made: [...state.made],
    stages: new Map(),
  };
  try {
    const { request } = await readRequest(environment, () => world.credentials.projectId());
    record.request = request;
    const platform = openPlatform(
      request,
      world,
      ledgerOf(record, () => undefined),
    );
    await log.group('Tidy up after a deploy that was broken off', () =>
      takeBack(state, platform, storageWhenNeeded(world), record, world),
    );
  } catch (error) {
    const { what, why } = explain(error, record);
    log.warning(`Tidying up ended early. ${what} ${why}`);
  }
  if (record.made.length > 0) log.warning(leftovers(record), 'Left over');
}

/** Nothing was said of an end, or only that it was cut short. */
function wasBrokenOff({ status }: SavedState): boolean {
  return status === '' || status === 'cancelled';
}

async function takeBack(
  state: SavedState,
  platform: Platform,
  storage: CloudStorage,
  record: DeployRecord,
  { log }: World,
): Promise<void> {
  const { operation, plan, made } = state;
  for (const parts of made.filter(({ kind }) => kind === 'parts')) {
    await sweep(parts, storage, record);
  }
  if (operation !== undefined) {
    log.info(`Asking to cancel ${operation}`);
    await platform.cancel(operation);
  }
  await platform.recall(state.platform);
  await platform.closeProof();
  if (plan === undefined) return;
  await platform.restore(plan);
  await platform.withdraw(plan);
}

async function sweep({ name }: Made, storage: CloudStorage, { made }: DeployRecord): Promise<void> {
  const [, bucket = '', prefix = ''] = /^gs:\/\/([^/]+)\/(.+)$/s.exec(name) ?? [];
  if (prefix === '' || !(await storage.sweepParts(bucket, prefix))) return;
  const at = made.findIndex((entry) => entry.name === name);
  if (at >= 0) made.splice(at, 1);
}
