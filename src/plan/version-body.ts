import type { DeployRequest } from '../request/deploy-request.ts';
import type { JsonObject } from '../world.ts';
import { layOver, withoutEmpty } from './json.ts';
import { isInCloudStorage, packageName } from './package-name.ts';
import type { Plan } from './plan.ts';
import type { Wanted } from './wanted.ts';

/** The one field that `versions.create` takes and ignores (ml v1, Version.requestLoggingConfig). */
const PATCHED_FIELD = 'requestLoggingConfig';

/**
 * Body of `projects.models.versions.create`: the fields of `version_config`, the inputs over them.
 * `machineType` only when it was asked for; nothing empty. Total, like `Wanted`.
 *
 * @param deploymentUri `gs://…/`, with its trailing slash.
 */
export function versionBody(
  request: DeployRequest,
  wanted: Wanted,
  version: string,
  deploymentUri: string,
): JsonObject {
  const { accelerator } = request;
  const fromInputs = withoutEmpty({
    name: version,
    description: request.description,
    deploymentUri,
    runtimeVersion: wanted.runtimeChoice?.version,
    pythonVersion: wanted.pythonVersion?.value ?? pythonOf(wanted),
    framework: wanted.framework?.value ?? wanted.servedFramework,
    machineType: request.machineType,
    acceleratorConfig:
      accelerator === undefined
        ? undefined
        : { count: String(accelerator.count), type: accelerator.type },
    autoScaling: withoutEmpty({
      minNodes: request.minNodes,
      maxNodes: request.maxNodes,
      metrics: request.metricTargets.map(({ name, target }) => ({ name, target })),
    }),
    manualScaling: withoutEmpty({ nodes: request.nodes }),
    packageUris: request.packageFiles.map((file) =>
      isInCloudStorage(file) ? file : deploymentUri + packageName(file),
    ),
    predictionClass: request.predictionClass,
    container: withoutEmpty({ image: request.image }),
    serviceAccount: request.serviceAccount,
    labels: request.labels,
  });
  const config = Object.entries(request.versionConfig).filter(([name]) => name !== PATCHED_FIELD);
  return layOver(Object.fromEntries(config), fromInputs);
}

/** The patch that follows once the version is READY, if `version_config` asks for request logging. */
export function versionPatch(request: DeployRequest): Plan['version']['patch'] {
  const config = request.versionConfig[PATCHED_FIELD];
  return config === undefined
    ? undefined
    : { updateMask: PATCHED_FIELD, body: { [PATCHED_FIELD]: config } };
}

function pythonOf({ image, runtime }: Wanted): string | undefined {
  return image === undefined ? runtime?.python[0] : undefined;
}
