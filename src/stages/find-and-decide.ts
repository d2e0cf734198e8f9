import type { Fault } from '../failure.ts';
import { decide } from '../plan/decide.ts';
import { destinationDirectory } from '../plan/destination-directory.ts';
import type { Plan } from '../plan/plan.ts';
import { refuse } from '../plan/refuse.ts';
import { decideResume } from '../plan/resume.ts';
import { checkRules } from '../plan/rules.ts';
import type { Artifact } from '../artifact/artifact.ts';
import { deriveVersion } from '../request/derive-version.ts';
import type { Deploy } from './deploy.ts';
import { findOrRefuse } from './find-or-refuse.ts';
import { proveHere } from './prove.ts';

/**
 * Finds the model, looks up what exists, and decides what to do; asks the model on this runner if that is
 * wanted. Changes nothing.
 *
 * @param faults of the inputs, told together with whatever else is wrong.
 */
export async function findAndDecide(deploy: Deploy, faults: readonly Fault[]): Promise<Plan> {
  const { request, record, platform, teller, during } = deploy;
  if (request.operation !== undefined) {
    record.plan = await during('plan', () => lookUpAndResume(deploy, faults));
    return record.plan;
  }
  const artifact = await during('inspect', () => findOrRefuse(deploy, faults));
  record.artifact = artifact;
  teller.found(artifact);
  const plan = await during('plan', () => lookUpAndDecide(deploy, artifact));
  record.plan = plan;
  record.predictUrl = platform.predictUrl(plan);
  teller.planned(plan);
  const { proof } = request;
  if (proof?.local === true) {
    await during('local-predict', () => proveHere(deploy, artifact, plan, proof));
  }
  return plan;
}

/** Reads what exists, on the platform and in the bucket, and decides what to do. */
async function lookUpAndDecide(
  { request, record, platform, storage, world }: Deploy,
  artifact: Artifact,
): Promise<Plan> {
  const version = deriveVersion(request, artifact.exportTimestamp);
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
async function lookUpAndResume(
  { request, record, platform, world }: Deploy,
  faults: readonly Fault[],
): Promise<Plan> {
  const all = [...faults, ...checkRules({ request, today: world.clock.now() })];
  if (all.length > 0) refuse(all);
  const version = request.version ?? '';
  const existing = await platform.lookUp(version);
  record.existing = existing;
  return decideResume({ request, version, existing });
}
