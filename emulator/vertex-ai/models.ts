import { checkEtag } from '../google-api/check-etag.ts';
import { newEtag, timestamp } from '../google-api/generated-values.ts';
import { applyMask, queryMasks } from '../google-api/update-mask.ts';
import { dropModel } from '../trained-model/kept-model.ts';
import { precondition, readMask, readMessage, refusal, wrongField } from './api.ts';
import { list } from './listing.ts';
import { checkDisplayName, checkLabels } from './names.ts';
import { emptyResponse } from './operations.ts';
import { renderVersion } from './render.ts';
import { checkModelThere, deploymentsOf, findVersion } from './state.ts';
import type { Call, Method, ModelRecord, VersionRecord } from './state.ts';
import { defaultAlias, dropVersion, mergeAliases } from './version-aliases.ts';

/** models.get: of a bare name, the version with the alias `default`. */
export const getModel: Method = (call) => {
  const { model, version } = findNamed(call);
  return renderVersion(call, model, version);
};

/** models.list: the default version of each. */
export const listModels: Method = (call) => {
  const { location, exchange } = call;
  const resources = [...location.models.values()].flatMap((model) => {
    const version = model.versions.get(model.aliases.get(defaultAlias) ?? '');
    return version === undefined ? [] : [renderVersion(call, model, version)];
  });
  const orders = ['display_name', 'create_time', 'update_time'];
  return list({ field: 'models', resources, idWord: 'model', orders }, exchange.query);
};

/** models.listVersions */
export const listVersions: Method = (call) => {
  const { model } = findNamed(call);
  const resources = [...model.versions.values()].map((version) =>
    renderVersion(call, model, version),
  );
  const orders = ['create_time', 'update_time'];
  return list({ field: 'models', resources, idWord: undefined, orders }, call.exchange.query);
};

/** models.patch: answers the version at once. */
export const patchModel: Method = async (call) => {
  const { model, version } = findNamed(call);
  const paths = readMask(queryMasks(call.exchange.query), 'Model', [
    'displayName',
    'description',
    'labels',
    'versionDescription',
  ]);
  const body = readMessage(await call.exchange.json(), 'Model', 'model');
  checkEtag(body.etag, version.etag, refusal);
  checkModelThere(model);
  const fields = applyMask(version.fields, body, paths);
  checkDisplayName(fields.displayName, 'model.display_name');
  checkLabels(fields.labels, 'model.labels');
  version.fields = fields;
  touch(call, model, version);
  return renderVersion(call, model, version);
};

/** models.mergeVersionAliases: answers the version at once. */
export const mergeVersionAliases: Method = async (call) => {
  const { model, version } = findNamed(call);
  const body = readMessage(await call.exchange.json(), 'MergeVersionAliasesRequest', '');
  if (body.versionAliases === undefined) {
    throw wrongField('version_aliases', 'Required field is not set.');
  }
  checkModelThere(model);
  mergeAliases(model, version.id, body.versionAliases);
  touch(call, model, version);
  return renderVersion(call, model, version);
};

/** models.deleteVersion: not the only one, and none that is deployed. */
export const deleteVersion: Method = (call) => {
  if (!(call.names['model'] ?? '').includes('@')) {
    throw wrongField('name', 'A version must be named, as in models/MODEL@VERSION.');
  }
  const { model, version } = findNamed(call);
  checkModelThere(model);
  checkNotDeployed(call, model, [version]);
  if (model.versions.size === 1) {
    throw precondition(
      `The version "${version.id}" is the only one of the Model "${model.id}". Please delete the Model instead.`,
    );
  }
  dropVersion(model, version.id);
  return call.location.operations.start({
    parent: `models/${model.id}`,
    type: 'Delete',
    milliseconds: call.quickMilliseconds,
    finish() {
      forget(version);
      return emptyResponse;
    },
  });
};

/** models.delete: with all versions, none of which may be deployed. */
export const deleteModel: Method = (call) => {
  if ((call.names['model'] ?? '').includes('@')) {
    throw wrongField('name', 'A Model is deleted as a whole. Use deleteVersion for one version.');
  }
  const { model } = findNamed(call);
  checkModelThere(model);
  if (model.uploads > 0) {
    throw precondition(`The Model "${model.id}" is being uploaded to.`);
  }
  const versions = [...model.versions.values()];
  checkNotDeployed(call, model, versions);
  model.deleting = true;
  return call.location.operations.start({
    parent: `models/${model.id}`,
    type: 'Delete',
    milliseconds: call.quickMilliseconds,
    finish() {
      call.location.models.delete(model.id);
      versions.forEach(forget);
      return emptyResponse;
    },
  });
};

function findNamed(call: Call): { model: ModelRecord; version: VersionRecord } {
  return findVersion(call.location, call.names['model'] ?? '');
}

function touch(call: Call, model: ModelRecord, version: VersionRecord): void {
  const now = timestamp(call.now());
  version.updateTime = now;
  version.etag = newEtag();
  model.updateTime = now;
}

function forget(version: VersionRecord): void {
  if (version.kept !== undefined) void dropModel(version.kept);
}

function checkNotDeployed(
  call: Call,
  model: ModelRecord,
  versions: readonly VersionRecord[],
): void {
  for (const version of versions) {
    const [first] = deploymentsOf(call, version);
    if (first === undefined) continue;
    throw precondition(
      `The Model "${model.id}@${version.id}" is deployed or being deployed at the Endpoint "${first.endpoint.id}" as the DeployedModel ${first.deployed.id}. Please undeploy it first.`,
    );
  }
}
