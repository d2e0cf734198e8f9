import { Failure } from '../failure.ts';
import type { Plan } from '../plan/plan.ts';
import type { DeployRecord } from '../record.ts';
import type { World } from '../world.ts';
import type { Deploy } from './deploy.ts';

/**
 * After a failure: lets what served before serve again, takes back what nobody needs, and leaves in the
 * record what the service says now. A version that is READY stays if it has proven itself, or does not
 * serve and could not be asked. What still runs on the service, after a timeout or a cancel, is left
 * alone. Throws the failure again.
 */
export async function undo(error: unknown, plan: Plan, deploy: Deploy): Promise<never> {
  const { platform, record, world } = deploy;
  if (!world.signal.aborted) {
    await platform.closeProof();
    const restored = await tryTo(
      'put back what served before',
      () => platform.restore(plan),
      world,
    );
    record.version = await platform.readVersion(plan).catch(() => record.version);
    record.serving = await platform.readServing().catch(() => undefined);
    if (restored === true) forgetServing(record);
    if (!staysAfter(error, record)) {
      await tryTo('take back what was made', () => platform.withdraw(plan), world);
      await lookAfterWithdrawal(deploy, plan);
      // What was read since may be behind as well.
      if (restored === true) forgetServing(record);
    }
    const wasThere = record.stages.has('prove') || record.stages.has('promote');
    record.rolledBack = wasThere && (restored === true || record.withdrawn === true);
  }
  throw error;
}

function staysAfter(error: unknown, { version, proof, request }: DeployRecord): boolean {
  if (error instanceof Failure && error.code === 'timeout') return true;
  if (version?.state !== 'READY' || proof?.verdict === 'bad') return false;
  const isProven = request?.proof === undefined || proof?.verdict === 'good';
  return isProven || !version.serves;
}

/** What was put back serves, whatever a read that is behind may say. */
function forgetServing(record: DeployRecord): void {
  const { version, existing } = record;
  if (existing?.servingVersion !== undefined) record.serving = existing.servingVersion;
  if (version === undefined) return;
  record.version = {
    ...version,
    serves: false,
    ...(existing?.traffic !== undefined && { traffic: existing.traffic }),
  };
}

/** What is not in the ledger any more was taken back, and serves nobody; of what is left, the service says how it is. */
async function lookAfterWithdrawal({ platform, record }: Deploy, plan: Plan): Promise<void> {
  record.serving = await platform.readServing().catch(() => record.serving);
  const isLeft = record.made.some(({ kind }) => ['version', 'model', 'deployment'].includes(kind));
  if (isLeft) record.version = await platform.readVersion(plan).catch(() => record.version);
  const { version } = record;
  if (version === undefined || isLeft) return;
  // A read may lag behind.
  if (record.serving === plan.version.id || record.serving === version.names?.version) {
    record.serving = undefined;
  }
  const { traffic } = record.existing ?? {};
  record.version = {
    ...version,
    // One that failed keeps its word; what was READY is so no more.
    state: version.state === 'READY' ? 'DELETED' : version.state,
    serves: false,
    ...(version.traffic !== undefined && traffic !== undefined && { traffic }),
  };
  record.withdrawn = true;
}

/** The failure itself is the headline: what goes wrong from here is said, and changes nothing of it. */
async function tryTo<Result>(
  purpose: string,
  work: () => Promise<Result>,
  world: World,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (fault) {
    world.log.warning(
      `Could not ${purpose}: ${fault instanceof Error ? fault.message : String(fault)}`,
    );
    return undefined;
  }
}
