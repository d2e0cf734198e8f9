import type { Json, JsonObject } from '../../src/world.ts';
import { plainRefusal } from '../google-api/refusal.ts';
import { predictWithPython } from '../trained-model/python-model.ts';
import type { PythonAnswer } from '../trained-model/python-model.ts';
import { precondition, readMessage, wrongField } from './api.ts';
import { findDeployed } from './deployed-models.ts';
import { dedicatedDns, modelName } from './render.ts';
import { findEndpoint } from './state.ts';
import type { Call, DeployedRecord, EndpointRecord, Method } from './state.ts';
import { nextTurn } from './traffic.ts';

const mostBytesShared = 1_500_000;
const mostBytesDedicated = 10_000_000;

/**
 * endpoints.predict: the model whose turn it is by the traffic split answers. What it refuses itself
 * comes as INVALID_ARGUMENT with the text of its container.
 */
export const predict: Method = async (call) => {
  const endpoint = findReachable(call);
  const body = await readBody(call, endpoint);
  const { instances } = readMessage(body, 'PredictRequest', '');
  if (instances === undefined) throw wrongField('instances', 'Required field is not set.');
  const deployed = choose(call, endpoint);
  const answer = await ask(call, deployed, instances);
  if ('error' in answer) {
    throw plainRefusal('INVALID_ARGUMENT', JSON.stringify({ error: answer.error }));
  }
  const { displayName } = deployed.version.fields;
  return {
    predictions: answer.predictions as Json,
    deployedModelId: deployed.id,
    model: modelName(deployed.location, deployed.model),
    ...(displayName !== undefined && { modelDisplayName: displayName }),
    modelVersionId: deployed.version.id,
  };
};

/** endpoints.rawPredict: the container's own answer, whatever it says, with headers that name who spoke. */
export const rawPredict: Method = async (call) => {
  const endpoint = findReachable(call);
  const body = await readBody(call, endpoint);
  const deployed = choose(call, endpoint);
  const { instances } = (body ?? {}) as JsonObject;
  const answer: PythonAnswer = Array.isArray(instances)
    ? await ask(call, deployed, instances)
    : { error: 'The request must be an object with a list of "instances".' };
  call.exchange.send('error' in answer ? 400 : 200, answer, {
    'x-vertex-ai-endpoint-id': endpoint.id,
    'x-vertex-ai-deployed-model-id': deployed.id,
  });
  return undefined;
};

/**
 * endpoints.explain: of one deployed model, or by the traffic split. Refused unless it was deployed for
 * it; then the emulator says that it cannot.
 */
export const explain: Method = async (call) => {
  const endpoint = findReachable(call);
  const body = await readBody(call, endpoint);
  const { instances, deployedModelId } = readMessage(body, 'ExplainRequest', '');
  if (instances === undefined) throw wrongField('instances', 'Required field is not set.');
  const deployed =
    deployedModelId === undefined
      ? choose(call, endpoint)
      : findDeployed(endpoint, deployedModelId, 'deployed_model_id');
  const { explanationSpec, disableExplanations } = deployed.fields;
  const isExplainable = explanationSpec ?? deployed.version.fields.explanationSpec;
  if (isExplainable === undefined || disableExplanations === true) {
    throw precondition(`Deployed model ${deployed.id} does not support explanation.`);
  }
  throw plainRefusal(
    'UNIMPLEMENTED',
    'The emulator does not compute explanations. It never makes up an answer.',
  );
};

/**
 * The endpoint, if the called host answers for it: a dedicated one has a host of its own, and shared
 * hosts refuse. A loopback address stands for all hosts.
 */
function findReachable(call: Call): EndpointRecord {
  const endpoint = findEndpoint(call);
  const isShared = new URL(call.exchange.origin).hostname.endsWith('aiplatform.googleapis.com');
  if (isShared && endpoint.fields.dedicatedEndpointEnabled === true) {
    throw precondition(
      `Dedicated Endpoint cannot be accessed through the shared Vertex AI domain aiplatform.googleapis.com. Please access the endpoint using its dedicated dns name '${dedicatedDns(call.location, endpoint)}'`,
    );
  }
  return endpoint;
}

async function readBody({ exchange }: Call, endpoint: EndpointRecord): Promise<unknown> {
  const body = await exchange.json();
  const most =
    endpoint.fields.dedicatedEndpointEnabled === true ? mostBytesDedicated : mostBytesShared;
  const { 'content-length': length } = exchange.headers;
  const bytes = Number(length ?? Buffer.byteLength(JSON.stringify(body ?? '')));
  if (bytes <= most) return body;
  throw plainRefusal('INVALID_ARGUMENT', `Request payload size exceeds the limit: ${most} bytes.`);
}

function choose({ names }: Call, endpoint: EndpointRecord): DeployedRecord {
  const next = nextTurn(endpoint.trafficSplit, endpoint.turn);
  const deployed = endpoint.deployed.get(next?.id ?? '');
  if (next === undefined || deployed === undefined) {
    const { project = '', location = '' } = names;
    throw precondition(
      `Endpoint projects/${project}/locations/${location}/endpoints/${endpoint.id} doesn't have traffic_split.`,
    );
  }
  endpoint.turn = next.turn;
  return deployed;
}

function ask(
  { python }: Call,
  { version, framework, id }: DeployedRecord,
  instances: readonly unknown[],
): Promise<PythonAnswer> {
  const { kept, image } = version;
  if (kept === undefined || framework === undefined) {
    const why =
      image === undefined
        ? 'it does not run containers'
        : image.framework === 'pytorch'
          ? 'it does not run TorchServe'
          : 'it was told to keep no contents';
    throw plainRefusal(
      'UNIMPLEMENTED',
      `The emulator predicts with the real model only, and ${why}. It holds the DeployedModel ${id} as the service would, but cannot answer for it.`,
    );
  }
  const directory = kept.path;
  return predictWithPython({
    python,
    directory,
    framework,
    signatureName: undefined,
    bareOutputs: true,
    instances,
  });
}
