import type { DeployRequest } from '../request/deploy-request.ts';
import { MANAGED_BY } from '../request/labels.ts';
import type { JsonObject } from '../world.ts';
import { describeDifferences, fieldDiff } from './field-diff.ts';
import type { FieldDifference } from './field-diff.ts';
import { isObject, valueAt } from './json.ts';
import type { Plan } from './plan.ts';
import type { RuleFault } from './refuse.ts';

/** What is done about a version that has the wanted name already. */
export type Occupied =
  { readonly action: Plan['version']['action'] } | { readonly fault: RuleFault };

/** Fields that tell who made a version and why, and nothing of what it is. */
const PROVENANCE = /^(?:labels\.|labels$|description$|versionDescription$)/;

/** The differences that make another version of it. */
export function essential(differences: readonly FieldDifference[]): readonly FieldDifference[] {
  return differences.filter(({ path }) => !PROVENANCE.test(path));
}

/** Whether an earlier attempt of this very run made it, by its labels. */
export function isOfThisRun(request: DeployRequest, existing: JsonObject): boolean {
  const labels = valueAt(existing, ['labels']);
  const run = request.labels['run-id'];
  return (
    isObject(labels) &&
    run !== undefined &&
    labels['run-id'] === run &&
    labels['managed-by'] === MANAGED_BY
  );
}

/**
 * What is done about a version of AI Platform: taken as it is when it is what this deploy would create and
 * that is wanted, or an earlier attempt of this run made it; made anew when that is wanted, or such an
 * attempt failed; else the conflict, with every field in which they differ.
 */
export function versionExists(
  request: DeployRequest,
  version: string,
  existing: JsonObject,
  wanted: JsonObject,
): Occupied {
  const text = (name: string): string => {
    const value = valueAt(existing, [name]);
    return typeof value === 'string' ? value : '';
  };
  const state = text('state') || 'UNKNOWN';
  const isOurs = isOfThisRun(request, existing);
  const place = `--model=${request.model} --region=${request.region} --project=${request.projectId}`;
  const fault = { code: 'conflict', input: 'version', given: version } as const;
  if (request.ifVersionExists === 'replace') return replace(request, version, existing, state);
  if (state === 'FAILED') {
    if (isOurs) return { action: 'replace' };
    const reason = text('errorMessage');
    return {
      fault: {
        ...fault,
        problem: `exists already and is FAILED${reason === '' ? '' : ` (${reason})`}; a failed version keeps its name until it is deleted`,
        next: `Set \`if_version_exists: replace\`, or delete it: \`gcloud ai-platform versions delete ${version} ${place}\`.`,
      },
    };
  }
  const endpoint = request.region === 'global' ? 'global' : 'regional';
  const differences = essential(fieldDiff(existing, wanted, endpoint));
  const isWanted = request.ifVersionExists === 'reuse' || isOurs;
  if (isWanted && differences.length === 0 && state !== 'DELETING') return { action: 'reuse' };
  return {
    fault: {
      ...fault,
      problem: `exists already (${state}), and \`if_version_exists\` is ${request.ifVersionExists}; ${comparison(differences)}`,
      next: 'Give another name in the input `version`, or set `if_version_exists` to reuse (takes it when nothing differs) or replace (makes it anew).',
    },
  };
}

/** The differences as the second half of a sentence. */
export function comparison(differences: readonly FieldDifference[]): string {
  return differences.length === 0
    ? 'it has the same fields as this deploy'
    : `it is not what this deploy would create: ${describeDifferences(differences)}`;
}

function replace(
  request: DeployRequest,
  version: string,
  existing: JsonObject,
  state: string,
): Occupied {
  const fault = { input: 'if_version_exists', given: 'replace' } as const;
  if (state !== 'READY' && state !== 'FAILED') {
    return {
      fault: {
        ...fault,
        code: 'conflict',
        problem: `version ${version} is ${state}, and the service deletes only versions that are READY or FAILED`,
        next: 'Wait until the other job that works on it has ended, and run this one again.',
      },
    };
  }
  const serves = valueAt(existing, ['isDefault']) === true && state === 'READY';
  if (!serves || (request.promote && request.wait)) return { action: 'replace' };
  return {
    fault: {
      ...fault,
      problem: `version ${version} is the default, so that its replacement is what serves next; that needs \`promote: true\` and \`wait: true\``,
      next: 'Set both, or give another name in the input `version`.',
    },
  };
}
