import { precondition, readMessage } from './api.ts';
import { findDeployed, liveIds } from './deployed-models.ts';
import { touchEndpoint } from './endpoints.ts';
import { response } from './operations.ts';
import { findEndpoint } from './state.ts';
import type { Method } from './state.ts';
import { checkSplit } from './traffic.ts';

/**
 * endpoints.undeployModel: refused while the model has traffic that the call does not give to others,
 * unless it is the last one; then the split ends empty, whatever was sent. The traffic moves at once.
 */
export const undeployModel: Method = async (call) => {
  const endpoint = findEndpoint(call);
  const request = readMessage(await call.exchange.json(), 'UndeployModelRequest', '');
  const { id } = findDeployed(endpoint, request.deployedModelId, 'deployed_model_id');
  const ids = liveIds(endpoint);
  if (request.trafficSplit !== undefined) checkSplit(request.trafficSplit, ids);
  const split = request.trafficSplit ?? endpoint.trafficSplit;
  const percent = split[id] ?? 0;
  if (ids.length > 1 && percent > 0) {
    throw precondition(
      `The DeployedModel ${id} has ${percent} percent of the traffic. Please give it to other DeployedModels before the undeployment, or with it.`,
    );
  }
  endpoint.undeploying.add(id);
  endpoint.trafficSplit = Object.fromEntries(
    ids.length > 1 ? Object.entries(split).filter(([other]) => other !== id) : [],
  );
  touchEndpoint(call, endpoint);
  return call.location.operations.start({
    parent: `endpoints/${endpoint.id}`,
    type: 'UndeployModel',
    milliseconds: call.deploymentMilliseconds,
    finish() {
      endpoint.undeploying.delete(id);
      endpoint.deployed.delete(id);
      touchEndpoint(call, endpoint);
      return response('UndeployModelResponse', {});
    },
  });
};
