import { checkEtag } from '../google-api/check-etag.ts';
import { newEtag, newId, timestamp } from '../google-api/generated-values.ts';
import { parameter } from '../google-api/paging.ts';
import { applyMask, queryMasks, without } from '../google-api/update-mask.ts';
import { precondition, readMask, readMessage, refusal, wrongField } from './api.ts';
import { liveIds } from './deployed-models.ts';
import { list } from './listing.ts';
import type { MessageOf } from './messages.ts';
import { checkDisplayName, checkEndpointId, checkLabels } from './names.ts';
import { emptyResponse, response } from './operations.ts';
import { renderEndpoint } from './render.ts';
import { checkEndpointThere, findEndpoint } from './state.ts';
import type { Call, EndpointFields, EndpointRecord, Method } from './state.ts';
import { checkSplit } from './traffic.ts';

/** What the service sets itself, and what has rules of its own. */
const notKept = [
  'name',
  'deployedModels',
  'trafficSplit',
  'dedicatedEndpointDns',
  'modelDeploymentMonitoringJob',
  'satisfiesPzi',
  'satisfiesPzs',
  'createTime',
  'updateTime',
  'etag',
] as const;

/** endpoints.create: an operation, although nothing runs there yet. */
export const createEndpoint: Method = async (call) => {
  const { location, exchange } = call;
  const given = parameter(exchange.query, 'endpointId', 'endpoint_id');
  const body = readMessage(await exchange.json(), 'Endpoint', 'endpoint');
  if (given !== '') checkEndpointId(given);
  const fields = without(body, notKept);
  checkFields(fields);
  checkSplit(body.trafficSplit ?? {}, []);
  if (location.endpoints.has(given)) {
    throw refusal('ALREADY_EXISTS', 'endpoint_id', `The Endpoint "${given}" already exists.`);
  }
  const id = given === '' ? newId() : given;
  const now = timestamp(call.now());
  const endpoint: EndpointRecord = {
    id,
    fields,
    createTime: now,
    updateTime: now,
    etag: newEtag(),
    trafficSplit: {},
    deployed: new Map(),
    deploying: new Set(),
    undeploying: new Set(),
    creating: true,
    deleting: false,
    turn: {},
  };
  location.endpoints.set(id, endpoint);
  return location.operations.start({
    parent: `endpoints/${id}`,
    type: 'CreateEndpoint',
    milliseconds: call.quickMilliseconds,
    finish() {
      endpoint.creating = false;
      return response('Endpoint', renderEndpoint(location, endpoint));
    },
    cancel: () => void location.endpoints.delete(id),
  });
};

/** endpoints.get */
export const getEndpoint: Method = (call) => renderEndpoint(call.location, findEndpoint(call));

/** endpoints.list */
export const listEndpoints: Method = ({ location, exchange }) => {
  const resources = [...location.endpoints.values()]
    .filter(({ creating }) => !creating)
    .map((endpoint) => renderEndpoint(location, endpoint));
  const orders = ['display_name', 'create_time', 'update_time'];
  return list({ field: 'endpoints', resources, idWord: 'endpoint', orders }, exchange.query);
};

/** endpoints.patch: answers the Endpoint at once. A split replaces the whole one; empty: no traffic. */
export const patchEndpoint: Method = async (call) => {
  const endpoint = findEndpoint(call);
  const paths = readMask(queryMasks(call.exchange.query), 'Endpoint', [
    'displayName',
    'description',
    'labels',
    'trafficSplit',
    'predictRequestResponseLoggingConfig',
  ]);
  const body = readMessage(await call.exchange.json(), 'Endpoint', 'endpoint');
  checkEtag(body.etag, endpoint.etag, refusal);
  checkEndpointThere(endpoint);
  const fields = applyMask(
    endpoint.fields,
    body,
    paths.filter((path) => path !== 'trafficSplit'),
  );
  checkFields(fields);
  if (paths.includes('trafficSplit')) {
    const split = body.trafficSplit ?? {};
    checkSplit(split, liveIds(endpoint));
    endpoint.trafficSplit = split;
  }
  endpoint.fields = fields;
  touchEndpoint(call, endpoint);
  return renderEndpoint(call.location, endpoint);
};

/** endpoints.delete: only when no model is deployed. */
export const deleteEndpoint: Method = (call) => {
  const { location } = call;
  const endpoint = findEndpoint(call);
  checkEndpointThere(endpoint);
  const ids = [...endpoint.deployed.keys(), ...[...endpoint.deploying].map(({ id }) => id)];
  if (ids.length > 0) {
    throw precondition(
      `The Endpoint "${endpoint.id}" has deployed or being-deployed models: DeployedModel ID(s) [${ids.join(', ')}]. Please undeploy them first.`,
    );
  }
  endpoint.deleting = true;
  return location.operations.start({
    parent: `endpoints/${endpoint.id}`,
    type: 'Delete',
    milliseconds: call.quickMilliseconds,
    finish() {
      location.endpoints.delete(endpoint.id);
      return emptyResponse;
    },
  });
};

/** Marks an endpoint as changed. */
export function touchEndpoint(call: Call, endpoint: EndpointRecord): void {
  endpoint.updateTime = timestamp(call.now());
  endpoint.etag = newEtag();
}

function checkFields(fields: EndpointFields): void {
  checkDisplayName(fields.displayName, 'endpoint.display_name');
  checkLabels(fields.labels, 'endpoint.labels');
  const networks = [
    fields.network,
    fields.enablePrivateServiceConnect,
    fields.privateServiceConnectConfig,
  ];
  if (networks.filter((network) => network !== undefined).length > 1) {
    throw wrongField(
      'endpoint.network',
      'Only one of network, enable_private_service_connect and private_service_connect_config may be set.',
    );
  }
  checkLogging(fields.predictRequestResponseLoggingConfig);
}

function checkLogging(config: MessageOf<'PredictRequestResponseLoggingConfig'> | undefined): void {
  if (config?.enabled !== true) return;
  const field = 'endpoint.predict_request_response_logging_config';
  const { samplingRate = 0, bigqueryDestination } = config;
  if (samplingRate <= 0 || samplingRate > 1) {
    throw wrongField(`${field}.sampling_rate`, 'The rate must be more than 0 and at most 1.');
  }
  const { outputUri = '' } = bigqueryDestination ?? {};
  if (!/^bq:\/\/[^.\s]+(\.[^.\s]+){0,2}$/.test(outputUri)) {
    throw wrongField(
      `${field}.bigquery_destination.output_uri`,
      `"${outputUri}" is not a BigQuery destination. It must have the form bq://PROJECT, bq://PROJECT.DATASET or bq://PROJECT.DATASET.TABLE.`,
    );
  }
}
