import { newId, timestamp } from '../google-api/generated-values.ts';
import type { Outcome } from '../google-api/running-operations.ts';
import { readMessage, wrongField } from './api.ts';
import { liveIds } from './deployed-models.ts';
import { readDeployedFields } from './deployment-rules.ts';
import { touchEndpoint } from './endpoints.ts';
import { startServer } from './model-server.ts';
import type { Started } from './model-server.ts';
import { response } from './operations.ts';
import { modelName, renderDeployed } from './render.ts';
import {
  checkEndpointThere,
  checkModelThere,
  findEndpoint,
  findVersion,
  readModelName,
} from './state.ts';
import type { Call, DeployedRecord, EndpointRecord, Location, Method } from './state.ts';
import { checkSplit } from './traffic.ts';
import type { TrafficSplit } from './traffic.ts';

/** Key of a traffic split that stands for the model being deployed. */
const newModel = '0';

/**
 * endpoints.deployModel. Only now the model is loaded: one that cannot be fails the operation, and then
 * nothing is deployed and the traffic is as it was. Without a split the new model gets no traffic, also
 * on an endpoint without models.
 */
export const deployModel: Method = async (call) => {
  const { location } = call;
  const endpoint = findEndpoint(call);
  const request = readMessage(await call.exchange.json(), 'DeployModelRequest', '');
  const { deployedModel: given, trafficSplit } = request;
  if (given === undefined) throw wrongField('deployed_model', 'Required field is not set.');
  checkEndpointThere(endpoint);
  const named = readModelName(call, given.model, 'deployed_model.model');
  const { model, version } = findVersion(named.location, named.reference);
  checkModelThere(model);
  const id = given.id ?? newId();
  checkDeployedId(given.id, endpoint);
  const fields = readDeployedFields(given, version.fields.displayName, {
    region: location.id,
    modelName: modelName(named.location, model),
    image: version.image,
  });
  if (trafficSplit !== undefined) {
    checkSplit(trafficSplit, [newModel, ...liveIds(endpoint)]);
  }
  const createTime = timestamp(call.now());
  const planned = { id, location: named.location, model, version, fields, createTime };
  const pending: DeployedRecord = { ...planned, framework: undefined };
  endpoint.deploying.add(pending);

  const started = await startServer(version);
  return location.operations.start({
    parent: `endpoints/${endpoint.id}`,
    type: 'DeployModel',
    milliseconds: call.deploymentMilliseconds,
    hasStages: true,
    partialFailure: reasonOf(started),
    finish() {
      endpoint.deploying.delete(pending);
      if (!('framework' in started)) return failure(started, location, endpoint);
      const deployed = { ...planned, framework: started.framework };
      return deploy(call, endpoint, deployed, trafficSplit);
    },
    cancel: () => void endpoint.deploying.delete(pending),
  });
};

function checkDeployedId(id: string | undefined, endpoint: EndpointRecord): void {
  if (id === undefined) return;
  if (!/^\d{1,10}$/.test(id) || id === newModel) {
    throw wrongField('deployed_model.id', `"${id}" is not an id. It has 1 to 10 digits.`);
  }
  const taken = [...endpoint.deployed.keys(), ...[...endpoint.deploying].map((other) => other.id)];
  if (taken.includes(id)) {
    throw wrongField('deployed_model.id', `The endpoint has a DeployedModel ${id} already.`);
  }
}

function deploy(
  call: Call,
  endpoint: EndpointRecord,
  deployed: DeployedRecord,
  split: TrafficSplit | undefined,
): Outcome {
  if (split !== undefined) {
    const ids = liveIds(endpoint);
    const gone = Object.keys(split).filter((id) => id !== newModel && !ids.includes(id));
    if (gone.length > 0) {
      const message = `The traffic split cannot be applied: the DeployedModel ID(s) [${gone.join(', ')}] have been undeployed meanwhile.`;
      return { error: { code: 10, message } };
    }
    const entries = Object.entries(split);
    endpoint.trafficSplit = Object.fromEntries(
      entries.map(([id, percent]) => [id === newModel ? deployed.id : id, percent]),
    );
  }
  endpoint.deployed.set(deployed.id, deployed);
  touchEndpoint(call, endpoint);
  return response('DeployModelResponse', { deployedModel: renderDeployed(deployed) });
}

function reasonOf(started: Started): string | undefined {
  if ('exited' in started) return started.exited;
  return 'neverReady' in started ? started.neverReady : undefined;
}

/** What the service says of a server that does not come up (vertex-ai-v1.md, section 11). */
function failure(started: Started, location: Location, endpoint: EndpointRecord): Outcome {
  const logs = new URL('https://console.cloud.google.com/logs/viewer');
  logs.search = new URLSearchParams({
    project: location.projectNumber,
    resource: `aiplatform.googleapis.com/Endpoint/endpoint_id/${endpoint.id}`,
  }).toString();
  const what = 'exited' in started ? 'exited unexpectedly' : 'never became ready';
  const message = `Model server ${what}. Model server logs can be found at ${logs.href}.`;
  return { error: { code: 9, message } };
}
