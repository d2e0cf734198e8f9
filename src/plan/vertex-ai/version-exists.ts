import type { DeployRequest } from '../../request/deploy-request.ts';
import type { JsonObject } from '../../world.ts';
import { leafDiff, leavesOf } from '../field-diff.ts';
import type { FieldDifference, Leaves } from '../field-diff.ts';
import { isObject, valueAt } from '../json.ts';
import { comparison, essential, isOfThisRun } from '../version-exists.ts';
import type { Occupied } from '../version-exists.ts';

/** Fields of a container that the service tells when it is asked; the others are for input only. */
const TOLD_OF_CONTAINER = 'containerSpec.imageUri';

/**
 * What is done about a version that has the wanted alias already: used again when it is what would be
 * uploaded and deployed, and that is wanted or an earlier attempt of this run made it; replaced when that is
 * wanted; else the conflict, with its number and every field in which they differ. Moving the alias
 * without being asked would leave no name for the old one.
 *
 * @param deployed Its deployed model on the endpoint, if it has one there.
 */
export function aliasExists(
  request: DeployRequest,
  alias: string,
  existing: JsonObject,
  deployed: JsonObject | undefined,
  wanted: { readonly uploadBody: JsonObject; readonly deployedModel: JsonObject },
): Occupied {
  if (request.ifVersionExists === 'replace') return { action: 'replace' };
  const differences = essential([
    ...modelDifferences(existing, wanted.uploadBody),
    ...(deployed === undefined ? [] : deployedDifferences(deployed, wanted.deployedModel)),
  ]);
  const isWanted = request.ifVersionExists === 'reuse' || isOfThisRun(request, existing);
  if (isWanted && differences.length === 0) return { action: 'reuse' };
  const number = valueAt(existing, ['versionId']);
  return {
    fault: {
      code: 'conflict',
      input: 'version',
      given: alias,
      problem: `is already the alias of version ${typeof number === 'string' ? number : '(unknown)'} of model ${request.model}, and \`if_version_exists\` is ${request.ifVersionExists}; ${comparison(differences)}`,
      next: 'Give another name in the input `version`, or set `if_version_exists` to reuse (takes it when nothing differs) or replace (gives the alias to a new version).',
    },
  };
}

/** Where a version in the registry is not what would be uploaded, as far as the service tells it. */
export function modelDifferences(
  existing: JsonObject,
  uploadBody: JsonObject,
): readonly FieldDifference[] {
  const wanted = leavesOfModel(valueAt(uploadBody, ['model']));
  const before = new Map([...leavesOfModel(existing)].filter(([path]) => wanted.has(path)));
  return leafDiff(before, wanted);
}

/** Where a deployed model is not what would be deployed, in the fields that are asked for. */
export function deployedDifferences(
  existing: JsonObject,
  deployedModel: JsonObject,
): readonly FieldDifference[] {
  const asked = [...leavesOf(deployedModel)].filter(([path]) => path !== 'displayName');
  const wanted = new Map(asked.map(([path, value]) => [`deployedModel.${path}`, value]));
  const before = [...leavesOf(existing)].map(
    ([path, value]) => [`deployedModel.${path}`, value] as const,
  );
  return leafDiff(new Map(before.filter(([path]) => wanted.has(path))), wanted);
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
