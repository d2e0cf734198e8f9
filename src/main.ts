import type { Artifact } from './artifact/artifact.ts';
import { findArtifact } from './artifact/find-artifact.ts';
import { Failure } from './failure.ts';
import type { ErrorCode, Fault } from './failure.ts';
import { ledgerOf, madeBucket, madeObjects, madeParts } from './made.ts';
import { decide } from './plan/decide.ts';
import { destinationDirectory } from './plan/destination-directory.ts';
import type { Plan } from './plan/plan.ts';
import { refuse } from './plan/refuse.ts';
import { checkRules } from './plan/rules.ts';
import { openPlatform } from './platform/open-platform.ts';
import type { Ledger, Platform } from './platform/platform.ts';
import type { DeployRecord, Status } from './record.ts';
import { explain } from './report/explain.ts';
import { openTeller } from './report/tell.ts';
import type { Teller } from './report/tell.ts';
import type { DeployRequest } from './request/deploy-request.ts';
import { deriveVersion } from './request/derive-version.ts';
import { readRequest } from './request/read-request.ts';
import type { CloudStorage } from './storage/cloud-storage.ts';
import { stopwatch } from './stopwatch.ts';
import { storageWhenNeeded } from './storage/storage-when-needed.ts';
import { treeDigest } from './storage/tree-digest.ts';
import type { World } from './world.ts';

/** Deploys, and tells what happened, whatever happened. Answers the exit status of the step. */
export async function main(world: World): Promise<0 | 1> {
  const record: DeployRecord = { status: undefined, promoted: false, made: [], stages: new Map() };
  const teller = openTeller(world);
  try {
    await deploy(record, teller, world);
  } catch (error) {
    record.failure = explain(error, record);
    record.status = statusAfter(record.failure.code);
    if (error instanceof Error) world.log.debug(error.stack ?? error.message);
  }
  await teller.end(record);
  return record.failure === undefined ? 0 : 1;
}

/** The story: read, decide, do. Whatever becomes known is written to the record at once. */
async function deploy(record: DeployRecord, teller: Teller, world: World): Promise<void> {
  const { log } = world;
  const during = stopwatch(record, teller, world);

  const asked = await readRequest(world.environment, () => world.credentials.projectId());
  const { request } = asked;
  record.request = request;
  for (const warning of asked.warnings) log.warning(warning);
  const hopeless = new AbortController();
  const signal = AbortSignal.any([world.signal, hopeless.signal]);
  const storage = storageWhenNeeded({ ...world, signal });
  const ledger = ledgerOf(record);
  const platform = openPlatform(request, world, ledger);

  const { artifact, plan } = await log.group('Find the model and decide', async () => {
    const found = await during('inspect', () => findOrRefuse(request, asked.faults, storage));
    record.artifact = found;
    teller.found(found);
    const version = deriveVersion(request, found.exportTimestamp);
    const decided = await during('plan', () =>
      lookUpAndDecide(request, found, version, platform, storage, world, record),
    );
    record.plan = decided;
    record.predictUrl = platform.predictUrl(decided);
    teller.planned(decided);
    return { artifact: found, plan: decided };
  });

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
    .catch((error: unknown) => withdrawn(error, plan, platform, record, world));

  await log
    .group('Create the version', async () => {
      const { operation, version } = await during('version', () => platform.createVersion(plan));
      record.operation = operation;
      record.version = version;
      if (operation !== undefined) record.watchCommand = platform.watchCommand(operation);
      teller.creating(record);
      if (!request.wait) return;
      record.version = await during('wait', () => platform.awaitVersion(operation, plan));
      record.predictUrl = platform.predictUrl(plan);
    })
    .catch((error: unknown) => withdrawn(error, plan, platform, record, world));
  if (!request.wait) {
    record.status = 'in-progress';
    return;
  }

  record.restoreCommand = platform.restoreCommand(plan);
  if (plan.promotion === 'set-default') {
    record.version = await log
      .group('Let it serve', () => during('promote', () => platform.promote(plan)))
      .catch(async (error: unknown) => {
        if (!world.signal.aborted) await lookAgain(plan, platform, record);
        throw error;
      });
  }
  record.promoted = record.version?.serves === true;
  record.status = 'deployed';
}

/** Finds the model, and refuses at once whatever is wrong with the inputs, the files, or the two together. */
async function findOrRefuse(
  request: DeployRequest,
  faults: readonly Fault[],
  storage: CloudStorage,
): Promise<Artifact> {
  const soFar = [...faults, ...checkRules({ request })];
  const isReadable =
    request.source !== '' &&
    // Looking into a bucket needs a project and credentials, which may be what is at fault.
    (soFar.length === 0 || !request.source.startsWith('gs://'));
  if (!isReadable) refuse(soFar);
  let artifact: Artifact;
  try {
    artifact = await findArtifact(request, storage);
  } catch (error) {
    if (soFar.length === 0 || !(error instanceof Failure)) throw error;
    const problem = `${error.what} ${error.why} ${error.next}`;
    refuse([...soFar, { input: 'source', given: request.source, problem }]);
  }
  const all = [...faults, ...checkRules({ request, artifact })];
  if (all.length > 0) refuse(all);
  return artifact;
}

/** Reads what exists, on the platform and in the bucket, and decides what to do. Changes nothing. */
async function lookUpAndDecide(
  request: DeployRequest,
  artifact: Artifact,
  version: string,
  platform: Platform,
  storage: CloudStorage,
  world: World,
  record: DeployRecord,
): Promise<Plan> {
  const { bucket } = request.destination;
  const [existing, chosen] = await Promise.all([
    platform.lookUp(version),
    artifact.deployableUri === undefined
      ? storage.chooseDirectory(bucket, destinationDirectory(request, version), artifact.files)
      : undefined,
  ]);
  record.existing = existing;
  return decide({ request, artifact, version, existing, chosen, today: world.clock.now() });
}

/** Waits for both, so that all is known of what they made; the first failure is the failure. */
async function together(...both: readonly [Promise<void>, Promise<void>]): Promise<void> {
  await Promise.allSettled(both);
  await Promise.all(both);
}

/** Puts the artifact where the platform reads it; nothing is sent when it lies there already. */
async function upload(
  request: DeployRequest,
  artifact: Artifact,
  plan: Plan,
  storage: CloudStorage,
  teller: Teller,
  ledger: Ledger,
  record: DeployRecord,
): Promise<void> {
  const { action, bucket, directory, createBucket, reuse } = plan.upload;
  if (action === 'none') {
    record.digest = digestOf(artifact);
    return;
  }
  if (createBucket) {
    await storage.createBucket(bucket, request.modelRegion, request.projectId);
    ledger.note(madeBucket(bucket));
  }
  ledger.note(madeObjects(plan, undefined));
  const { files, marker } = artifact;
  const onParts = (uri: string, state: 'begun' | 'removed'): void => {
    // Said before the first part is there, so that even a killed run has named what it may leave.
    if (state === 'removed') {
      ledger.forget(uri);
      return;
    }
    teller.parting(uri);
    ledger.note(madeParts(uri));
  };
  record.upload = await storage.put(
    { bucket, directory, files, marker, reuse, onParts },
    teller.uploading(),
  );
  record.digest = treeDigest(record.upload.files);
  ledger.note(madeObjects(plan, record.upload));
}

/** The digest of an artifact that is in Cloud Storage already, whose checksums the service knows. */
function digestOf({ files }: Artifact): string {
  return treeDigest(files.map(({ name, bytes, crc32c = '' }) => ({ name, bytes, crc32c })));
}

/**
 * After a failed creation: what nobody needs is taken back, and the record says what the service says now.
 * What still runs on the service, after a timeout or a cancel, is left alone. Throws the failure again.
 */
async function withdrawn(
  error: unknown,
  plan: Plan,
  platform: Platform,
  record: DeployRecord,
  { log, signal }: World,
): Promise<never> {
  if (!signal.aborted) {
    await lookAgain(plan, platform, record);
    const mayStillSucceed = error instanceof Failure && error.code === 'timeout';
    if (!mayStillSucceed) {
      // The failure itself is the headline: what goes wrong from here is said, and changes nothing.
      await platform.withdraw(plan).catch((fault: unknown) => {
        log.warning(`Could not take back what was made: ${String(fault)}`);
      });
    }
  }
  throw error;
}

/** Reads the version once more after a failure; what cannot be read stays as it was last seen. */
async function lookAgain(plan: Plan, platform: Platform, record: DeployRecord): Promise<void> {
  record.version = await platform.readVersion(plan).catch(() => record.version);
}

function statusAfter(code: ErrorCode): Status {
  if (code === 'cancelled') return 'cancelled';
  return code === 'timeout' ? 'timed-out' : 'failed';
}
