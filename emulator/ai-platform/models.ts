import type { JsonObject } from '../../src/world.ts';
import { checkEtag } from '../google-api/check-etag.ts';
import { newEtag } from '../google-api/generated-values.ts';
import { plainRefusal } from '../google-api/refusal.ts';
import { applyMask, queryMasks, without } from '../google-api/update-mask.ts';
import { readMask, readMessage, refusal } from './api.ts';
import { findModel } from './endpoint.ts';
import type { Call, Method } from './endpoint.ts';
import type { MessageOf } from './messages.ts';
import { checkLabels, readName } from './names.ts';
import { page } from './paging.ts';
import { endpointRegions } from './regions.ts';
import { modelName, renderModel } from './resources.ts';
import type { ModelRecord } from './resources.ts';
import { makeDefault } from './versions.ts';

const mostModels = 100;

/** projects.models.create: answers the Model at once. */
export const createModel: Method = async (call) => {
  const { endpoint, endpoints } = call;
  const body = readMessage(await call.json(), 'Model', 'model');
  const id = readName(body.name, 'model.name');
  const regions = readRegions(body.regions, endpoint.region);
  checkLabels(body.labels, 'model.labels');
  if (endpoint.models.has(id)) {
    throw refusal('ALREADY_EXISTS', 'model.name', 'A model with the same name already exists.');
  }
  if (endpoints.reduce((sum, { models }) => sum + models.size, 0) >= mostModels) {
    throw plainRefusal(
      'RESOURCE_EXHAUSTED',
      `Exceeded the max allowed number of models per project: ${mostModels}. To read more about Cloud ML Engine quota, see https://cloud.google.com/ml-engine/quotas.`,
    );
  }
  const model: ModelRecord = {
    id,
    fields: { ...without(body, ['name', 'etag', 'defaultVersion']), regions },
    etag: newEtag(),
    defaultVersion: undefined,
    deleting: false,
    versions: new Map(),
    policy: {},
  };
  endpoint.models.set(id, model);
  return renderModel(endpoint.project, model);
};

/** projects.models.get */
export const getModel: Method = (call) => renderModel(call.endpoint.project, findModel(call));

/** projects.models.list */
export const listModels: Method = ({ endpoint, query }) => {
  const models = [...endpoint.models.values()];
  return page(
    'models',
    models.map((model) => renderModel(endpoint.project, model)),
    query,
  );
};

/** projects.models.patch: `description`, `labels`, `defaultVersion.name`; answers an Operation. */
export const patchModel: Method = async (call) => {
  const { endpoint } = call;
  const model = findModel(call);
  const paths = readMask(queryMasks(call.query), 'Model', [
    'description',
    'labels',
    'defaultVersion.name',
  ]);
  const body = readMessage(await call.json(), 'Model', 'model');
  checkEtag(body.etag, model.etag, refusal);
  checkModelIdle(model);
  if (paths.includes('labels')) {
    if (endpoint.region === 'global') {
      throw refusal(
        'FAILED_PRECONDITION',
        'update_mask',
        'The labels of a model on legacy (MLS1) machine types cannot be updated.',
      );
    }
    checkLabels(body.labels, 'model.labels');
  }
  const newDefault = paths.includes('defaultVersion.name')
    ? readDefaultVersion(call, model, body)
    : undefined;
  const fields = applyMask(
    model.fields,
    body,
    paths.filter((path) => path !== 'defaultVersion.name'),
  );
  return endpoint.operations.start({
    stem: `update_${model.id}`,
    type: 'UPDATE_MODEL',
    modelName: modelName(endpoint.project, model.id),
    finish() {
      model.fields = fields;
      model.etag = newEtag();
      if (newDefault !== undefined) model.defaultVersion = newDefault;
      return { response: typed('Model', renderModel(endpoint.project, model)) };
    },
  });
};

/** projects.models.delete: only without versions; answers an Operation. */
export const deleteModel: Method = (call) => {
  const { endpoint } = call;
  const model = findModel(call);
  checkModelIdle(model);
  if (model.versions.size > 0) {
    throw refusal(
      'FAILED_PRECONDITION',
      'name',
      'A model with versions cannot be deleted. Please delete the versions first.',
    );
  }
  model.deleting = true;
  return endpoint.operations.start({
    stem: `delete_${model.id}`,
    type: 'DELETE_MODEL',
    modelName: modelName(endpoint.project, model.id),
    finish() {
      endpoint.models.delete(model.id);
      return { response: { '@type': 'type.googleapis.com/google.protobuf.Empty' } };
    },
  });
};

/** Throws FAILED_PRECONDITION while the model is being deleted. */
export function checkModelIdle(model: ModelRecord): void {
  if (!model.deleting) return;
  throw refusal('FAILED_PRECONDITION', 'name', `The model "${model.id}" is being deleted.`);
}

/** A resource as the `response` of an operation. */
export function typed(message: 'Model' | 'Version', resource: JsonObject): JsonObject {
  return { '@type': `type.googleapis.com/google.cloud.ml.v1.${message}`, ...resource };
}

function readRegions(regions: readonly string[] = [], endpointRegion: string): readonly string[] {
  const [region] = regions;
  if (region === undefined) return [endpointRegion === 'global' ? 'us-central1' : endpointRegion];
  if (regions.length > 1) {
    throw refusal(
      'INVALID_ARGUMENT',
      'model.regions',
      `Only one region per model is supported; ${regions.length} were given.`,
    );
  }
  if (!endpointRegions.includes(region)) {
    throw refusal('INVALID_ARGUMENT', 'model.regions', `The region "${region}" is not supported.`);
  }
  if (endpointRegion !== 'global' && region !== endpointRegion) {
    throw refusal(
      'INVALID_ARGUMENT',
      'model.regions',
      `The region "${region}" is not that of the endpoint, "${endpointRegion}".`,
    );
  }
  return [region];
}

function readDefaultVersion(call: Call, model: ModelRecord, body: MessageOf<'Model'>): string {
  const named = body.defaultVersion?.name ?? '';
  const prefix = `${modelName(call.endpoint.project, model.id)}/versions/`;
  return makeDefault(model, named.replace(prefix, ''), 'model.default_version.name');
}
