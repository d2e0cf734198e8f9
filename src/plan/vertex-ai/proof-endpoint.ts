import { createHash } from 'node:crypto';
import type { DeployRequest } from '../../request/deploy-request.ts';
import type { JsonObject } from '../../world.ts';
import { valueAt } from '../json.ts';
import type { VertexAiPlan } from '../plan.ts';

const LONGEST_DISPLAY_NAME = 128;
const LONGEST_ID = 63;

/**
 * The endpoint that exists for the proof only: shared, without the settings of the real one, and with one
 * replica of what is deployed there. Its id is chosen here, so that it is known before it is there, and made
 * once only; its display name tells people the run.
 *
 * @param version The one that is proven.
 * @param deployedModel What is deployed to the real one; absent where only the service knows that.
 */
export function proofEndpoint(
  request: DeployRequest,
  version: string,
  deployedModel: JsonObject | undefined,
): VertexAiPlan['proofEndpoint'] {
  const { runId = 'local', runAttempt = '1' } = request.run;
  const ending = `-proof-${runId}-${runAttempt}`;
  const name = Array.from(request.endpoint).slice(0, LONGEST_DISPLAY_NAME - ending.length);
  return {
    id: proofEndpointId(request, version, ending),
    body: { displayName: `${name.join('')}${ending}`, labels: request.labels },
    deployedModel: deployedModel === undefined ? undefined : singleReplica(deployedModel),
  };
}

/** Readable, within Google's rules for ids, and another one for each endpoint, model and version of a run. */
function proofEndpointId(
  { endpoint, model }: DeployRequest,
  version: string,
  ending: string,
): string {
  const words = endpoint.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const digest = createHash('sha256').update(`${endpoint}/${model}/${version}`).digest('hex');
  const end = `${ending.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-${digest.slice(0, 6)}`;
  return `e-${words.replaceAll(/^-+|-+$/g, '')}`.slice(0, LONGEST_ID - end.length) + end;
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
