import type { PlatformName } from './deploy-request.ts';
import { Problem } from './problem.ts';

const AI_PLATFORM = /^projects\/[\w.:-]+\/operations\/[\w.-]+$/;
const VERTEX_AI =
  /^projects\/[\w.:-]+\/locations\/[\w-]+\/endpoints\/[\w.-]+\/operations\/[\w.-]+$/;

/** The operation of an earlier run's output, in the grammar of the platform's names. */
export function operationToResume(given: string, platform: PlatformName): string {
  if (platform === 'vertex-ai') {
    if (VERTEX_AI.test(given)) return given;
    throw new Problem(
      'must be the output `operation` of the run that began the deployment, such as projects/my-project/locations/us-central1/endpoints/fraud/operations/123.',
    );
  }
  if (AI_PLATFORM.test(given)) return given;
  throw new Problem(
    'must be the output `operation` of the run that began the version, such as projects/my-project/operations/create_fraud_v1-1700000000000.',
  );
}
