import { applyMask } from '../google-api/update-mask.ts';
import { readMask, readMessage, wrongField } from './api.ts';
import { findDeployed } from './deployed-models.ts';
import { checkReplicas, withDefaults } from './deployment-rules.ts';
import { touchEndpoint } from './endpoints.ts';
import { response } from './operations.ts';
import { renderDeployed } from './render.ts';
import { findEndpoint } from './state.ts';
import type { Method } from './state.ts';

/** endpoints.mutateDeployedModel: replica counts, what they follow, and the container's logging. */
export const mutateDeployedModel: Method = async (call) => {
  const endpoint = findEndpoint(call);
  const request = readMessage(await call.exchange.json(), 'MutateDeployedModelRequest', '');
  const { deployedModel: given, updateMask } = request;
  if (given === undefined) throw wrongField('deployed_model', 'Required field is not set.');
  const paths = readMask(updateMask === undefined ? [] : [updateMask], 'DeployedModel', [
    'dedicatedResources.minReplicaCount',
    'dedicatedResources.maxReplicaCount',
    'dedicatedResources.requiredReplicaCount',
    'dedicatedResources.autoscalingMetricSpecs',
    'disableContainerLogging',
  ]);
  const deployed = findDeployed(endpoint, given.id, 'deployed_model.id');
  const changed = applyMask(deployed.fields, given, paths);
  const dedicatedResources = withDefaults(changed.dedicatedResources ?? {});
  checkReplicas(dedicatedResources);
  return call.location.operations.start({
    parent: `endpoints/${endpoint.id}`,
    type: 'MutateDeployedModel',
    milliseconds: call.deploymentMilliseconds,
    finish() {
      deployed.fields = { ...changed, dedicatedResources };
      touchEndpoint(call, endpoint);
      return response('MutateDeployedModelResponse', { deployedModel: renderDeployed(deployed) });
    },
  });
};
