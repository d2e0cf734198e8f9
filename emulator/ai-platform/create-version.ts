import type { JsonObject } from '../../src/world.ts';
import { newEtag, timestamp } from '../google-api/generated-values.ts';
import { plainRefusal } from '../google-api/refusal.ts';
import { without } from '../google-api/update-mask.ts';
import { keepModel } from '../trained-model/kept-model.ts';
import { loadModel } from '../trained-model/load-check.ts';
import type { ModelDirectory } from '../trained-model/model-directory.ts';
import { readMessage, refusal } from './api.ts';
import { findModel } from './endpoint.ts';
import type { Call, Method } from './endpoint.ts';
import { withMachine } from './machine-rules.ts';
import { findMachine } from './machines.ts';
import { findModelDirectory, findPackages } from './model-directory.ts';
import { checkModelIdle } from './models.ts';
import { readName } from './names.ts';
import { modelName, renderVersion } from './resources.ts';
import type { ModelRecord, VersionFields, VersionRecord } from './resources.ts';
import { runtimeOf } from './runtimes.ts';
import { checkVersion } from './version-rules.ts';
import { checkCapacity, typedVersion } from './versions.ts';

const mostVersions = 200;
const mostCustomBytes = 500 * 1024 ** 2;

/** What the service sets itself, and what it ignores on create. */
const ignored = [
  'name',
  'etag',
  'isDefault',
  'state',
  'errorMessage',
  'createTime',
  'lastUseTime',
  'lastMigrationTime',
  'lastMigrationModelId',
  'requestLoggingConfig',
] as const;

/**
 * projects.models.versions.create. What can be seen without loading the model is refused at once; the
 * rest comes in the operation, and leaves the version in FAILED. The files are copied now: what happens
 * to the bucket later has no effect.
 */
export const createVersion: Method = async (call) => {
  const { endpoint } = call;
  const model = findModel(call);
  const body = readMessage(await call.json(), 'Version', 'version');
  const id = readName(body.name, 'version.name');
  const fields = withMachine(without(body, ignored), endpoint.region);
  checkVersion(fields, endpoint.region);
  checkModelIdle(model);
  if (model.versions.has(id)) {
    throw refusal('ALREADY_EXISTS', 'version.name', 'A version with the same name already exists.');
  }
  checkQuota(call);
  const directory = checkFiles(call, fields);

  const version: VersionRecord = {
    id,
    fields,
    state: 'CREATING',
    errorMessage: undefined,
    createTime: timestamp(call.now()),
    lastUseTime: undefined,
    etag: newEtag(),
    kept: undefined,
    framework: undefined,
  };
  model.versions.set(id, version);
  const problem = await load(call, version, directory);
  return endpoint.operations.start({
    stem: `create_${model.id}_${id}`,
    type: 'CREATE_VERSION',
    modelName: modelName(endpoint.project, model.id),
    version: renderVersion(endpoint.project, model, version),
    finish: () => {
      if (problem === undefined) return succeed(call, model, version);
      const message = `Create Version failed. Bad model detected with error:  "${problem}"`;
      version.state = 'FAILED';
      version.errorMessage = message;
      return { error: { code: 9, message } };
    },
    cancel: () => {
      version.state = 'FAILED';
      version.errorMessage = 'The creation of the version was cancelled.';
    },
  });
};

function checkQuota(call: Call): void {
  const versions = call.endpoints
    .flatMap(({ models }) => [...models.values()])
    .reduce((sum, model) => sum + model.versions.size, 0);
  if (versions >= mostVersions) {
    throw plainRefusal(
      'RESOURCE_EXHAUSTED',
      `Exceeded the max allowed number of versions per project: ${mostVersions}. To read more about Cloud ML Engine quota, see https://cloud.google.com/ml-engine/quotas.`,
    );
  }
  checkCapacity(call);
}

function checkFiles({ storage }: Call, fields: VersionFields): ModelDirectory | undefined {
  const { deploymentUri, framework, predictionClass, packageUris = [], container } = fields;
  findPackages(storage, packageUris);
  if (deploymentUri === undefined) return undefined;
  // Packages inside the directory are among its files already.
  const inside = `${deploymentUri.replace(/\/$/, '')}/`;
  const outside = packageUris.filter((uri) => !uri.startsWith(inside));
  const machineBytes = findMachine(fields.machineType)?.modelBytes ?? 0;
  return findModelDirectory(storage, {
    deploymentUri,
    framework,
    custom: predictionClass !== undefined || container !== undefined,
    mostBytes:
      packageUris.length === 0
        ? machineBytes
        : Math.min(machineBytes, mostCustomBytes) - findPackages(storage, outside),
    alsoNeeded: fields.explanationConfig === undefined ? [] : ['explanation_metadata.json'],
  });
}

/** Copies and looks at the model; why it cannot be loaded, or nothing. */
async function load(
  call: Call,
  version: VersionRecord,
  directory: ModelDirectory | undefined,
): Promise<string | undefined> {
  if (directory === undefined) return undefined;
  const { predictionClass, container } = version.fields;
  version.kept = await keepModel(await call.newDirectory(), directory);
  const isCustom = predictionClass !== undefined || container !== undefined;
  if (isCustom || version.kept === undefined) return undefined;
  const loaded = await loadModel(version.kept, runtimeOf(version.fields));
  if ('problem' in loaded) return loaded.problem;
  version.framework = loaded.framework;
  return undefined;
}

function succeed(call: Call, model: ModelRecord, version: VersionRecord): { response: JsonObject } {
  version.state = 'READY';
  model.defaultVersion ??= version.id;
  model.etag = newEtag();
  return { response: typedVersion(call, model, version.id) };
}
