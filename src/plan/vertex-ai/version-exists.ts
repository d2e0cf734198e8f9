import type { DeployRequest } from '../../request/deploy-request.ts';
import type { JsonObject } from '../../world.ts';
import { describeDifferences, leafDiff, leavesOf } from '../field-diff.ts';
import type { Leaves } from '../field-diff.ts';
import { isObject, valueAt } from '../json.ts';
import type { RuleFault } from '../refuse.ts';

/** Fields of a container that the service tells when it is asked; the others are for input only. */
const TOLD_OF_CONTAINER = 'containerSpec.imageUri';

/**
 * The conflict with a version that has the wanted alias already: its number, and every field in which it
 * is not what would be uploaded. Moving the alias instead would leave no name for the old one.
 */
export function aliasExists(
  request: DeployRequest,
  alias: string,
  existing: JsonObject,
  uploadBody: JsonObject,
): RuleFault {
  const wanted = leavesOfModel(valueAt(uploadBody, ['model']));
  const before = new Map([...leavesOfModel(existing)].filter(([path]) => wanted.has(path)));
  const differences = leafDiff(before, wanted);
  const comparison =
    differences.length === 0
      ? 'it has the same fields as this deploy'
      : `it is not what this deploy would upload: ${describeDifferences(differences)}`;
  const number = valueAt(existing, ['versionId']);
  return {
    code: 'conflict',
    input: 'version',
    given: alias,
    problem: `is already the alias of version ${typeof number === 'string' ? number : '(unknown)'} of model ${request.model}, and \`if_version_exists\` is ${request.ifVersionExists}; ${comparison}`,
    next: 'Give another name in the input `version`.',
  };
}

function leavesOfModel(model: JsonObject[string] | undefined): Leaves {
  const leaves = isObject(model) ? leavesOf(model) : new Map<string, string>();
  const told = [...leaves].filter(
    ([path]) =>
      path !== 'versionAliases' &&
      (!path.startsWith('containerSpec.') || path === TOLD_OF_CONTAINER),
  );
  return new Map(
    told.map(([path, value]) => [path, path === 'artifactUri' ? value.replace(/\/+$/, '') : value]),
  );
}
