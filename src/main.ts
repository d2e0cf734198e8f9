import type { ErrorCode } from './failure.ts';
import { ledgerOf } from './made.ts';
import type { Plan } from './plan/plan.ts';
import { openPlatform } from './platform/open-platform.ts';
import type { DeployRecord, Status } from './record.ts';
import { explain } from './report/explain.ts';
import { openTeller } from './report/tell.ts';
import type { Teller } from './report/tell.ts';
import { deriveVersion } from './request/derive-version.ts';
import { readRequest } from './request/read-request.ts';
import { openMemory } from './saved-state.ts';
import type { Memory } from './saved-state.ts';
import { findOrRefuse } from './stages/find-or-refuse.ts';
import { lookUpAndDecide, lookUpAndResume } from './stages/look-up-and-decide.ts';
import { prove, proveHere } from './stages/prove.ts';
import { undo } from './stages/undo.ts';
import { upload } from './stages/upload.ts';
import { stopwatch } from './stopwatch.ts';
import { storageWhenNeeded } from './storage/storage-when-needed.ts';
import type { World } from './world.ts';

/** Deploys, and tells what happened, whatever happened. Answers the exit status of the step. */
export async function main(world: World): Promise<0 | 1> {
  const record: DeployRecord = { status: undefined, promoted: false, made: [], stages: new Map() };
  const teller = openTeller(world);
  const memory = openMemory(world.runner, record);
  try {
    await deploy(record, teller, memory, world);
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

/** The story: read, decide, do. Whatever becomes known is written to the record at once. */
async function deploy(
  record: DeployRecord,
  teller: Teller,
  memory: Memory,
  world: World,
): Promise<void> {
  const { log } = world;
  const during = stopwatch(record, teller, world);

  const asked = await readRequest(world.environment, () => world.credentials.projectId());
  const { request } = asked;
  record.request = request;
  if (request.githubToken !== undefined) world.runner.setSecret(request.githubToken);
  for (const warning of asked.warnings) log.warning(warning);
  const hopeless = new AbortController();
  const signal = AbortSignal.any([world.signal, hopeless.signal]);
  const storage = storageWhenNeeded({ ...world, signal });
  const ledger = ledgerOf(record, () => {
    memory.keep();
  });
  const platform = openPlatform(request, world, ledger);
  memory.follow(platform);

  const plan = await log.group('Find the model and decide', async () => {
    if (request.operation !== undefined) {
      const resumed = await during('plan', () =>
        lookUpAndResume(request, asked.faults, platform, record),
      );
      record.plan = resumed;
      return resumed;
    }
    const artifact = await during('inspect', () => findOrRefuse(request, asked.faults, storage));
    record.artifact = artifact;
    teller.found(artifact);
    const version = deriveVersion(request, artifact.exportTimestamp);
    const decided = await during('plan', () =>
      lookUpAndDecide(request, artifact, version, platform, storage, world, record),
    );
    record.plan = decided;
    record.predictUrl = platform.predictUrl(decided);
    teller.planned(decided);
    const { proof } = request;
    if (proof?.local === true) {
      await during('local-predict', () => proveHere(artifact, decided, proof, record, world));
    }
    return decided;
  });
  if (request.dryRun) {
    record.status = 'planned';
    return;
  }
  const undone = (error: unknown): Promise<never> => undo(error, plan, platform, record, world);

  const { artifact } = record;
  if (artifact !== undefined) {
    await log
      .group('Upload', () =>
        together(
          during('upload', () => upload(request, artifact, plan, storage, teller, ledger, record)),
          during('model', () => platform.prepare(plan)).catch((error: unknown) => {
            hopeless.abort(error);
            throw error;
          }),
        ),
      )
      .catch(undone);
  }

  await log
    .group(
      request.operation === undefined ? 'Create the version' : 'Wait for the version',
      async () => {
        const { operation, version } =
          request.operation === undefined
            ? await during('version', () => platform.createVersion(plan))
            : { operation: request.operation, version: record.version };
        record.operation = operation;
        record.version = version;
        if (operation !== undefined) record.watchCommand = platform.watchCommand(operation);
        memory.keep();
        teller.creating(record);
        if (!request.wait) return;
        record.version = await during('wait', () => platform.awaitVersion(operation, plan));
        record.predictUrl = platform.predictUrl(plan);
      },
    )
    .catch(undone);
  if (!request.wait) {
    record.status = 'in-progress';
    return;
  }

  record.restoreCommand = platform.restoreCommand(plan);
  const { proof } = request;
  if (proof !== undefined || plan.promotion === 'set-default') {
    await log
      .group('Prove it and let it serve', async () => {
        if (proof !== undefined) {
          await during('prove', () => prove(plan, proof, platform, record, world));
        }
        if (plan.promotion !== 'set-default') return;
        record.version = await during('promote', () => platform.promote(plan));
      })
      .catch(undone);
  }
  record.promoted = record.version?.serves === true;
  record.status = isUnchanged(plan, record) ? 'unchanged' : 'deployed';
  // From here on nothing is taken back any more, whatever happens.
  memory.keep();
  await during('retire', () => platform.retire(plan)).catch((error: unknown) => {
    log.warning(`Old versions were not deleted: ${explain(error, record).why}`);
  });
}

/** Waits for both, so that all is known of what they made; the first failure is the failure. */
async function together(...both: readonly [Promise<void>, Promise<void>]): Promise<void> {
  await Promise.allSettled(both);
  await Promise.all(both);
}

function isUnchanged(plan: Plan, { made }: DeployRecord): boolean {
  return plan.version.action === 'reuse' && plan.promotion === 'none' && made.length === 0;
}

function statusAfter(code: ErrorCode, { rolledBack }: DeployRecord): Status {
  if (code === 'cancelled') return 'cancelled';
  if (code === 'timeout') return 'timed-out';
  return rolledBack === true ? 'rolled-back' : 'failed';
}
