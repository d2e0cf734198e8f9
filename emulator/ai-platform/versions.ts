import type { JsonObject } from '../../src/world.ts';
import { checkEtag } from '../google-api/check-etag.ts';
import { newEtag } from '../google-api/generated-values.ts';
import { plainRefusal } from '../google-api/refusal.ts';
import { applyMask, queryMasks } from '../google-api/update-mask.ts';
import { dropModel } from '../trained-model/kept-model.ts';
import { readMask, readMessage, refusal } from './api.ts';
import { checkIdle, findModel, findVersion } from './endpoint.ts';
import type { Call, Method } from './endpoint.ts';
import { findMachine } from './machines.ts';
import { page } from './paging.ts';
import { modelName, renderVersion } from './resources.ts';
import type { ModelRecord, VersionFields } from './resources.ts';
import { checkVersion } from './version-rules.ts';

const mostAtATime = 10;

/** projects.models.versions.get */
export const getVersion: Method = (call) => {
  const { model, version } = findVersion(call);
  return renderVersion(call.endpoint.project, model, version);
};

/** projects.models.versions.list */
export const listVersions: Method = (call) => {
  const model = findModel(call);
  const versions = [...model.versions.values()];
  return page(
    'versions',
    versions.map((version) => renderVersion(call.endpoint.project, model, version)),
    call.query,
  );
};

/** projects.models.versions.patch: answers an Operation; the version is UPDATING meanwhile. */
export const patchVersion: Method = async (call) => {
  const { endpoint } = call;
  const { model, version } = findVersion(call);
  const paths = readMask(queryMasks(call.query), 'Version', [
    'description',
    'labels',
    'requestLoggingConfig',
    'autoScaling',
    'manualScaling',
    'predictionClass',
    'packageUris',
  ]);
  const body = readMessage(await call.json(), 'Version', 'version');
  checkEtag(body.etag, version.etag, refusal);
  checkIdle(version);
  const isN1 = findMachine(version.fields.machineType)?.family === 'n1';
  const onlyN1 = paths.find((path) => path === 'labels' || path.startsWith('manualScaling'));
  if (!isN1 && onlyN1 !== undefined) {
    throw refusal(
      'FAILED_PRECONDITION',
      'update_mask',
      `The field "${onlyN1}" of a version on a legacy (MLS1) machine type cannot be updated.`,
    );
  }
  const fields = applyMask(version.fields, body, paths);
  checkVersion(fields, endpoint.region);
  checkRequestLogging(fields.requestLoggingConfig);
  const before = version.state;
  version.state = 'UPDATING';
  return endpoint.operations.start({
    stem: `update_${model.id}_${version.id}`,
    type: 'UPDATE_VERSION',
    modelName: modelName(endpoint.project, model.id),
    version: renderVersion(endpoint.project, model, version),
    finish() {
      version.fields = fields;
      version.state = before;
      version.etag = newEtag();
      return { response: typedVersion(call, model, version.id) };
    },
  });
};

/** projects.models.versions.delete: never the default, unless it is the only one. */
export const deleteVersion: Method = (call) => {
  const { endpoint } = call;
  const { model, version } = findVersion(call);
  checkIdle(version);
  if (model.defaultVersion === version.id && model.versions.size > 1) {
    throw refusal(
      'FAILED_PRECONDITION',
      'name',
      'The default version of a model can not be deleted unless it is the only version.',
    );
  }
  checkCapacity(call);
  version.state = 'DELETING';
  return endpoint.operations.start({
    stem: `delete_${model.id}_${version.id}`,
    type: 'DELETE_VERSION',
    modelName: modelName(endpoint.project, model.id),
    version: renderVersion(endpoint.project, model, version),
    finish() {
      model.versions.delete(version.id);
      if (model.defaultVersion === version.id) model.defaultVersion = undefined;
      if (version.kept !== undefined) void dropModel(version.kept);
      return { response: { '@type': 'type.googleapis.com/google.protobuf.Empty' } };
    },
  });
};

/** projects.models.versions.setDefault: answers the Version at once. */
export const setDefaultVersion: Method = async (call) => {
  const { model, version } = findVersion(call);
  readMessage(await call.json(), 'Empty', '');
  model.defaultVersion = makeDefault(model, version.id, 'name');
  model.etag = newEtag();
  return renderVersion(call.endpoint.project, model, version);
};

/** The id of a version that may become the default: one that is there and READY. */
export function makeDefault(model: ModelRecord, id: string, field: string): string {
  const version = model.versions.get(id);
  if (version === undefined) {
    throw refusal('NOT_FOUND', field, 'The specified version was not found.');
  }
  if (version.state !== 'READY') {
    throw refusal(
      'FAILED_PRECONDITION',
      field,
      `The version "${id}" is in the state ${version.state}. Only a READY version can be the default.`,
    );
  }
  return id;
}

/** Throws RESOURCE_EXHAUSTED when too many versions are being created or deleted. */
export function checkCapacity({ endpoints }: Call): void {
  const busy = endpoints.reduce((sum, { operations }) => sum + operations.busy(), 0);
  if (busy < mostAtATime) return;
  throw plainRefusal(
    'RESOURCE_EXHAUSTED',
    `Exceeded the max allowed number of versions being created or deleted at the same time: ${mostAtATime}. To read more about Cloud ML Engine quota, see https://cloud.google.com/ml-engine/quotas.`,
  );
}

/** The version as the `response` of an operation. */
export function typedVersion(call: Call, model: ModelRecord, id: string): JsonObject {
  const version = model.versions.get(id);
  return {
    '@type': 'type.googleapis.com/google.cloud.ml.v1.Version',
    ...(version !== undefined && renderVersion(call.endpoint.project, model, version)),
  };
}

function checkRequestLogging(config: VersionFields['requestLoggingConfig']): void {
  if (config === undefined) return;
  const { bigqueryTableName = '', samplingPercentage = 0 } = config;
  const field = 'version.request_logging_config';
  if (!/^[^.]+\.[^.]+\.[^.]+$/.test(bigqueryTableName)) {
    throw refusal(
      'INVALID_ARGUMENT',
      `${field}.bigquery_table_name`,
      `"${bigqueryTableName}" is not a BigQuery table. It must have the form project_id.dataset.table.`,
    );
  }
  if (samplingPercentage < 0 || samplingPercentage > 1) {
    throw refusal(
      'INVALID_ARGUMENT',
      `${field}.sampling_percentage`,
      'The sampling percentage must be from 0 to 1.',
    );
  }
}
