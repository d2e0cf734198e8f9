import type { ErrorCode, Fault } from './failure.ts';
import { ledgerOf } from './made.ts';
import type { Plan } from './plan/plan.ts';
import { openPlatform } from './platform/open-platform.ts';
import type { DeployRecord, Status } from './record.ts';
import { explain } from './report/explain.ts';
import { openTeller } from './report/tell.ts';
import type { Teller } from './report/tell.ts';
import type { DeployRequest } from './request/deploy-request.ts';
import { readRequest } from './request/read-request.ts';
import { openMemory } from './saved-state.ts';
import type { Memory } from './saved-state.ts';
import { createAndWait } from './stages/create-and-wait.ts';
import type { Deploy } from './stages/deploy.ts';
import { findAndDecide } from './stages/find-and-decide.ts';
import { proveAndPromote } from './stages/prove.ts';
import { undo } from './stages/undo.ts';
import { uploadAndPrepare } from './stages/upload.ts';
import { stopwatch } from './stopwatch.ts';
import { storageWhenNeeded } from './storage/storage-when-needed.ts';
import type { World } from './world.ts';

/** Deploys, and tells what happened, whatever happened. Answers the exit status of the step. */
export async function main(world: World): Promise<0 | 1> {
  const record: DeployRecord = { status: undefined, promoted: false, made: [], stages: new Map() };
  const teller = openTeller(world);
  const memory = openMemory(world.runner, record);
  try {
    const { request, faults, warnings } = await readRequest(world.environment, () =>
      world.credentials.projectId(),
    );
    record.request = request;
    if (request.githubToken !== undefined) world.runner.setSecret(request.githubToken);
    for (const warning of warnings) world.log.warning(warning);
    const deploy = begin(request, record, teller, memory, world);
    await carryOut(deploy, faults).catch(async (error: unknown) => {
      record.findings = await deploy.platform.lookAround(error);
      throw error;
    });
  } catch (error) {
    record.failure = explain(error, record);
    record.promoted = record.version?.serves === true;
    record.status = statusAfter(record.failure.code, record);
    if (error instanceof Error) world.log.debug(error.stack ?? error.message);
  }
  memory.end(world.signal.aborted);
  await teller.end(record);
  return record.failure === undefined ? 0 : 1;
}

/** The story: read, decide, do. */
async function carryOut(deploy: Deploy, faults: readonly Fault[]): Promise<void> {
  const { request, record, platform, memory, teller, world, during } = deploy;
  const { log } = world;
  const plan = await log.group('Find the model and decide', () => findAndDecide(deploy, faults));
  if (request.dryRun) {
    record.status = 'planned';
    return;
  }
  const undone = (error: unknown): Promise<never> => undo(error, plan, deploy);

  const { artifact } = record;
  if (artifact !== undefined) {
    await log.group('Upload', () => uploadAndPrepare(deploy, artifact, plan)).catch(undone);
  }
  const creating = request.operation === undefined ? 'Create the version' : 'Wait for the version';
  await log.group(creating, () => createAndWait(deploy, plan)).catch(undone);
  if (!request.wait) {
    record.status = 'in-progress';
    return;
  }
  record.restoreCommand = platform.restoreCommand(plan);
  if (request.proof !== undefined || plan.promotion === 'set-default') {
    await log.group('Prove it and let it serve', () => proveAndPromote(deploy, plan)).catch(undone);
  }

  record.promoted = record.version?.serves === true;
  record.status = isUnchanged(plan, record) ? 'unchanged' : 'deployed';
  // From here on nothing is taken back any more, whatever happens.
  memory.keep();
  teller.publish(record);
  await during('retire', () => platform.retire(plan)).catch((error: unknown) => {
    log.warning(`Old versions were not deleted: ${explain(error, record).why}`);
  });
}

/** Opens what the stages need; nothing is asked for yet. */
function begin(
  request: DeployRequest,
  record: DeployRecord,
  teller: Teller,
  memory: Memory,
  world: World,
): Deploy {
  const ledger = ledgerOf(record, () => {
    memory.keep();
  });
  const platform = openPlatform(request, world, ledger);
  memory.follow(platform);
  const hopeless = new AbortController();
  const signal = AbortSignal.any([world.signal, hopeless.signal]);
  return {
    ...{ request, record, platform, ledger, memory, teller, world },
    storage: storageWhenNeeded({ ...world, signal }),
    during: stopwatch(record, teller, world),
    giveUpUpload: (reason) => {
      hopeless.abort(reason);
    },
  };
}

function isUnchanged(plan: Plan, { made }: DeployRecord): boolean {
  return plan.version.action === 'reuse' && plan.promotion === 'none' && made.length === 0;
}

function statusAfter(code: ErrorCode, { rolledBack }: DeployRecord): Status {
  if (code === 'cancelled') return 'cancelled';
  if (code === 'timeout') return 'timed-out';
  return rolledBack === true ? 'rolled-back' : 'failed';
}
