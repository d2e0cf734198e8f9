import type { DeployRequest } from '../../request/deploy-request.ts';
import type { JsonObject } from '../../world.ts';
import { isObject, layOver, valueAt, withoutEmpty } from '../json.ts';
import { autoscalingMetricSpecs, isAccessLogged, replicaCounts } from './translate.ts';
import type { VertexAiWanted } from './wanted.ts';

const LONGEST_DISPLAY_NAME = 128;

/**
 * `deployedModel` of `endpoints.deployModel`: the mapping `deployedModel` of `version_config`, the inputs
 * over it. Without `model`, whose version the service numbers. The machine type is always said.
 */
export function deployedModelBody(
  request: DeployRequest,
  wanted: VertexAiWanted,
  version: string,
): JsonObject {
  const config = valueAt(request.versionConfig, ['deployedModel']);
  const accelerator = wanted.accelerator?.value;
  const fromInputs = withoutEmpty({
    dedicatedResources: withoutEmpty({
      machineSpec: withoutEmpty({
        machineType: wanted.machineTypeName,
        acceleratorType: accelerator?.type,
        acceleratorCount: accelerator?.count,
      }),
      ...replicaCounts(wanted),
      autoscalingMetricSpecs: autoscalingMetricSpecs(wanted),
    }),
    serviceAccount: wanted.serviceAccount?.value,
    enableAccessLogging: isAccessLogged(request.logging),
  });
  const named = {
    displayName: displayName(request.model, version),
    // Without them, a container that does not start leaves no word of why.
    disableContainerLogging: false,
  };
  return layOver({ ...named, ...(isObject(config) && config) }, fromInputs);
}

/** `fraud@v1-2-3`, which tells the deployed models of an endpoint apart. */
function displayName(model: string, version: string): string {
  const room = LONGEST_DISPLAY_NAME - version.length - 1;
  return room < 1 ? version : `${Array.from(model).slice(0, room).join('')}@${version}`;
}
