import type { DeployRequest } from '../../request/deploy-request.ts';
import type { JsonObject } from '../../world.ts';
import { valueAt } from '../json.ts';
import type { VertexAiPlan } from '../plan.ts';

const LONGEST_DISPLAY_NAME = 128;

/**
 * The endpoint that exists for the proof only: shared, without the settings of the real one, and with one
 * replica of what is deployed there. Its display name tells the run, so that it is found after a lost
 * answer, and by people.
 *
 * @param deployedModel What is deployed to the real one; absent where only the service knows that.
 */
export function proofEndpoint(
  request: DeployRequest,
  deployedModel: JsonObject | undefined,
): VertexAiPlan['proofEndpoint'] {
  const { runId = 'local', runAttempt = '1' } = request.run;
  const ending = `-proof-${runId}-${runAttempt}`;
  const name = Array.from(request.endpoint).slice(0, LONGEST_DISPLAY_NAME - ending.length);
  return {
    body: { displayName: `${name.join('')}${ending}`, labels: request.labels },
    deployedModel: deployedModel === undefined ? undefined : singleReplica(deployedModel),
  };
}

/** A `DeployedModel` to ask for, like the given one on the same machine, with one replica. */
export function singleReplica(deployedModel: JsonObject): JsonObject {
  const kept = ['displayName', 'serviceAccount', 'disableContainerLogging', 'enableAccessLogging'];
  const resources = valueAt(deployedModel, ['dedicatedResources']);
  const machineSpec = valueAt(resources, ['machineSpec']);
  return {
    ...Object.fromEntries(Object.entries(deployedModel).filter(([name]) => kept.includes(name))),
    ...(resources !== undefined && {
      dedicatedResources: {
        ...(machineSpec === undefined ? {} : { machineSpec }),
        minReplicaCount: 1,
        maxReplicaCount: 1,
      },
    }),
  };
}
