import type { Existing } from '../platform/platform.ts';
import type { DeployRequest } from '../request/deploy-request.ts';
import type { JsonObject } from '../world.ts';
import { fieldDiff } from './field-diff.ts';
import type { FieldDifference } from './field-diff.ts';
import { isObject } from './json.ts';
import type { Known } from './known.ts';
import { modelBody } from './model-body.ts';
import type { Plan } from './plan.ts';
import { failureOf } from './refuse.ts';
import type { RuleFault } from './refuse.ts';
import { aiPlatformServer } from './rules/ai-platform-server.ts';
import { pickleWarnings, versionWarnings } from './rules/model-warnings.ts';
import { checkRules } from './rules.ts';
import { bucketMissing, planUpload } from './upload-plan.ts';
import { versionBody, versionPatch } from './version-body.ts';
import { oldVersion, versionsToRetire } from './retire.ts';
import { essential, versionExists } from './version-exists.ts';
import type { Occupied } from './version-exists.ts';
import { readWanted } from './wanted.ts';
import type { Wanted } from './wanted.ts';

const LONGEST_NAME = 128;

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

  const whole = { ...body, ...patch?.body };
  const occupied: Occupied =
    existing.version === undefined
      ? { action: 'create' }
      : versionExists(request, version, existing.version, whole);

  const faults: RuleFault[] = [...checkRules({ request, artifact, version })];
  if ('fault' in occupied) faults.push(occupied.fault);
  faults.push(...bucketMissing(request, chosen));
  if ('fault' in occupied || faults.length > 0) throw failureOf(faults);

  const { action } = occupied;
  const modelName = `projects/${request.projectId}/models/${request.model}`;
  const promotion = promotionOf(known, action);
  const changes = changesOf(known, whole);
  return {
    upload,
    deploymentUri,
    model: {
      name: modelName,
      action: existing.model === undefined ? 'create' : 'reuse',
      body: modelBody(request),
    },
    version: {
      action,
      id: version,
      name: `${modelName}/versions/${version}`,
      body,
      ...(patch !== undefined && { patch }),
      ...(action === 'replace' &&
        existing.servingVersion === version && { standIn: standIn(version) }),
    },
    promotion,
    previousVersion: existing.servingVersion,
    retire: retireOf(known, promotion),
    changes: action === 'reuse' ? essential(changes) : changes,
    framework: wanted.servedFramework,
    runtimeVersion: wanted.runtimeChoice?.version,
    machineType: wanted.machineTypeName,
    warnings: warningsOf(known, wanted),
  };
}

/** A version name that stands for another one while that is free. */
function standIn(version: string): string {
  const ending = '_stand_in';
  return `${version.slice(0, LONGEST_NAME - ending.length)}${ending}`;
}

/** What will be retired if all goes well: the version that serves now is an old one then. */
function retireOf(
  { request, version, existing, today = new Date(0) }: Known,
  promotion: Plan['promotion'],
): readonly string[] {
  if (request.keepVersions === undefined || existing.versions === undefined) return [];
  const others = existing.versions.map(oldVersion).filter(({ id }) => id !== version);
  const then = others.map((old) =>
    promotion === 'set-default' ? { ...old, isNeeded: false } : old,
  );
  return versionsToRetire(then, request.keepVersions, today);
}

/** The fields in which the new version is not what serves now, which the model tells whole. */
function changesOf({ request, existing }: Known, wanted: JsonObject): readonly FieldDifference[] {
  const serving = existing.model?.['defaultVersion'];
  return isObject(serving)
    ? fieldDiff(serving, wanted, request.region === 'global' ? 'global' : 'regional').filter(
        ({ path }) => !path.startsWith('labels.'),
      )
    : [];
}

/** The service makes the first version of a model its default (ml v1, Version.isDefault). */
function promotionOf({ request, version, existing }: Known, action: string): Plan['promotion'] {
  if (existing.servingVersion === undefined) return 'automatic';
  if (action === 'reuse' && existing.servingVersion === version) return 'none';
  return request.promote ? 'set-default' : 'none';
}

function warningsOf(
  { request, artifact, version, existing, chosen }: Known,
  wanted: Wanted,
): string[] {
  const server = aiPlatformServer(wanted);
  const warnings: (string | undefined)[] = [
    wanted.runtimeChoice?.warning,
    ...versionWarnings(artifact, server),
    ...pickleWarnings(artifact, server, request),
    chosen?.remark,
  ];
  if (existing.holdings !== undefined) warnings.push(...nearQuota(existing.holdings, existing));
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

/** Quotas of a project (AI Platform, "Quotas"): models, and versions together over all models. */
export const MOST_MODELS = 100;
export const MOST_VERSIONS = 200;

function nearQuota(
  { models, versions }: NonNullable<Existing['holdings']>,
  { model }: Existing,
): readonly string[] {
  return [
    ...(model === undefined && models >= MOST_MODELS
      ? [`The project has ${models} models, and its quota is ${MOST_MODELS}, unless it was raised.`]
      : []),
    ...(versions >= MOST_VERSIONS
      ? [
          `The project has ${versions} versions, and its quota is ${MOST_VERSIONS}, unless it was raised.`,
        ]
      : []),
  ];
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
