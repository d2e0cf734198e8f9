import type { DeployRequest } from '../request/deploy-request.ts';
import type { JsonObject } from '../world.ts';
import { describeDifferences, fieldDiff } from './field-diff.ts';
import { valueAt } from './json.ts';
import type { RuleFault } from './refuse.ts';

/**
 * The conflict with a version that has the wanted name already: its state, and every field in which
 * it is not what would be created. A failed one has to be deleted before its name is free again.
 */
export function versionExists(
  request: DeployRequest,
  version: string,
  existing: JsonObject,
  wanted: JsonObject,
): RuleFault {
  const text = (name: string): string => {
    const value = valueAt(existing, [name]);
    return typeof value === 'string' ? value : '';
  };
  const state = text('state') || 'UNKNOWN';
  const fault = { code: 'conflict', input: 'version', given: version } as const;
  if (state === 'FAILED') {
    const reason = text('errorMessage');
    return {
      ...fault,
      problem: `exists already and is FAILED${reason === '' ? '' : ` (${reason})`}; a failed version keeps its name until it is deleted`,
      next: `Delete it: \`gcloud ai-platform versions delete ${version} --model=${request.model} --region=${request.region} --project=${request.projectId}\`.`,
    };
  }
  const differences = fieldDiff(
    existing,
    wanted,
    request.region === 'global' ? 'global' : 'regional',
  );
  const comparison =
    differences.length === 0
      ? 'it has the same fields as this deploy'
      : `it is not what this deploy would create: ${describeDifferences(differences)}`;
  return {
    ...fault,
    problem: `exists already (${state}), and \`if_version_exists\` is ${request.ifVersionExists}; ${comparison}`,
    next: 'Give another name in the input `version`.',
  };
}
