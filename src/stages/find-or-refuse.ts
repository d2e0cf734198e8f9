import type { Artifact } from '../artifact/artifact.ts';
import { findArtifact } from '../artifact/find-artifact.ts';
import { Failure } from '../failure.ts';
import type { Fault } from '../failure.ts';
import { refuse } from '../plan/refuse.ts';
import { checkRules } from '../plan/rules.ts';
import type { Deploy } from './deploy.ts';

/**
 * Finds the model, and refuses at once whatever is wrong with the inputs, the files, or the two together.
 *
 * @throws Failure with every fault; ServiceError when a bucket cannot be read.
 */
export async function findOrRefuse(
  { request, storage, world }: Deploy,
  faults: readonly Fault[],
): Promise<Artifact> {
  const today = world.clock.now();
  const soFar = [...faults, ...checkRules({ request, today })];
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
  const all = [...faults, ...checkRules({ request, artifact, today })];
  if (all.length > 0) refuse(all);
  return artifact;
}
