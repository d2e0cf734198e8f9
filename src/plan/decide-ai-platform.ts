import type { Existing } from '../platform/platform.ts';
import type { DeployRequest } from '../request/deploy-request.ts';
import type { JsonObject } from '../world.ts';
import type { Known } from './known.ts';
import { modelBody } from './model-body.ts';
import type { Plan } from './plan.ts';
import { failureOf } from './refuse.ts';
import type { RuleFault } from './refuse.ts';
import { checkRules } from './rules.ts';
import { bucketMissing, planUpload } from './upload-plan.ts';
import { versionBody, versionPatch } from './version-body.ts';
import { versionExists } from './version-exists.ts';
import { readWanted } from './wanted.ts';
import type { Wanted } from './wanted.ts';

/**
 * Decides what a deploy to AI Platform does, with the exact bodies that it sends. Pure.
 *
 * @throws Failure that lists every fault: a broken rule (`invalid-input`, `too-large`), a version of
 *   this name (`conflict`), a missing bucket that is not to be created (`not-found`).
 */
export function decideAiPlatform(known: Known): Plan {
  const { request, artifact, version, existing, chosen } = known;
  const wanted = readWanted(request, artifact);
  const upload = planUpload(request, artifact, chosen);
  const deploymentUri = `gs://${upload.bucket}/${upload.directory}`;
  const body = versionBody(request, wanted, version, deploymentUri);
  const patch = versionPatch(request);

  const faults: RuleFault[] = [...checkRules({ request, artifact, version })];
  if (existing.version !== undefined) {
    faults.push(versionExists(request, version, existing.version, { ...body, ...patch?.body }));
  }
  faults.push(...bucketMissing(request, chosen));
  if (faults.length > 0) throw failureOf(faults);

  const modelName = `projects/${request.projectId}/models/${request.model}`;
  return {
    upload,
    deploymentUri,
    model: {
      name: modelName,
      action: existing.model === undefined ? 'create' : 'reuse',
      body: modelBody(request),
    },
    version: {
      id: version,
      name: `${modelName}/versions/${version}`,
      body,
      ...(patch !== undefined && { patch }),
    },
    promotion: promotionOf(request, existing),
    previousVersion: existing.servingVersion,
    framework: wanted.servedFramework,
    runtimeVersion: wanted.runtimeChoice?.version,
    machineType: wanted.machineTypeName,
    warnings: warningsOf(known, wanted),
  };
}

/** The service makes the first version of a model its default (ml v1, Version.isDefault). */
function promotionOf(request: DeployRequest, existing: Existing): Plan['promotion'] {
  if (existing.servingVersion === undefined) return 'automatic';
  return request.promote ? 'set-default' : 'none';
}

function warningsOf({ request, version, existing, chosen }: Known, wanted: Wanted): string[] {
  const warnings: (string | undefined)[] = [wanted.runtimeChoice?.warning, chosen?.remark];
  if (!request.promote && existing.servingVersion === undefined) {
    warnings.push(
      `\`promote\` is false, but ${version} is the first version of model ${request.model}, and the service makes the first one the default.`,
    );
  }
  if (!request.wait && versionPatch(request) !== undefined) {
    warnings.push(
      'requestLoggingConfig can be set only once the version is READY, and `wait` is false: requests will not be logged.',
    );
  }
  if (existing.model !== undefined) warnings.push(...fixedModelFields(request, existing.model));
  return warnings.filter((warning) => warning !== undefined);
}

/** What was asked of the model and cannot be had, since these fields are set on creation only. */
function fixedModelFields(request: DeployRequest, model: JsonObject): readonly string[] {
  const wanted = modelBody(request);
  const warnings: string[] = [];
  const regions = model['regions'];
  if (Array.isArray(regions) && regions.length > 0 && !regions.includes(request.modelRegion)) {
    warnings.push(
      `Model ${request.model} exists with the region ${regions.join(', ')}, which cannot be changed; ${request.modelRegion} has no effect.`,
    );
  }
  const missing = ['onlinePredictionLogging', 'onlinePredictionConsoleLogging'].filter(
    (flag) => wanted[flag] === true && model[flag] !== true,
  );
  if (missing.length > 0) {
    warnings.push(
      `Model ${request.model} exists without ${missing.join(' and ')}, which cannot be changed; \`logging: ${request.logging}\` has no effect.`,
    );
  }
  return warnings;
}
