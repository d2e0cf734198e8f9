import type { Artifact } from '../artifact/artifact.ts';
import { decide } from '../plan/decide.ts';
import { destinationDirectory } from '../plan/destination-directory.ts';
import type { Plan } from '../plan/plan.ts';
import { refuse } from '../plan/refuse.ts';
import { decideResume } from '../plan/resume.ts';
import { checkRules } from '../plan/rules.ts';
import type { Fault } from '../failure.ts';
import type { Platform } from '../platform/platform.ts';
import type { DeployRecord } from '../record.ts';
import type { DeployRequest } from '../request/deploy-request.ts';
import type { CloudStorage } from '../storage/cloud-storage.ts';
import type { World } from '../world.ts';

/** Reads what exists, on the platform and in the bucket, and decides what to do. Changes nothing. */
export async function lookUpAndDecide(
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

/** The same for a version that an earlier run began: there is no artifact, and nothing to upload. */
export async function lookUpAndResume(
  request: DeployRequest,
  faults: readonly Fault[],
  platform: Platform,
  record: DeployRecord,
): Promise<Plan> {
  const all = [...faults, ...checkRules({ request })];
  if (all.length > 0) refuse(all);
  const version = request.version ?? '';
  const existing = await platform.lookUp(version);
  record.existing = existing;
  return decideResume({ request, version, existing });
}
