import { newEtag, newId, timestamp } from '../google-api/generated-values.ts';
import { plainRefusal } from '../google-api/refusal.ts';
import { keepModel } from '../trained-model/kept-model.ts';
import { findDirectory, modelFilesIn, notExactlyOne } from '../trained-model/model-directory.ts';
import type { ModelDirectory } from '../trained-model/model-directory.ts';
import { precondition, readMessage, refusal, wrongField } from './api.ts';
import { checkContainer } from './container-rules.ts';
import { checkExplanationSpec } from './explanation-rules.ts';
import type { MessageOf } from './messages.ts';
import {
  checkDisplayName,
  checkLabels,
  checkModelId,
  checkServiceAccount,
  checkVersionAlias,
} from './names.ts';
import { response } from './operations.ts';
import { modelFileNames, readImage } from './prebuilt-images.ts';
import type { PrebuiltImage } from './prebuilt-images.ts';
import { modelName } from './render.ts';
import { checkModelThere, readModelName } from './state.ts';
import type { Call, Method, ModelRecord, VersionFields, VersionRecord } from './state.ts';
import { defaultAlias, giveAliases } from './version-aliases.ts';

/**
 * models.upload: a new model, or with `parentModel` the next version of one. Artifacts are looked at
 * and copied now, not loaded: a bad model shows only when it is deployed.
 */
export const uploadModel: Method = async (call) => {
  const { location } = call;
  const request = readMessage(await call.exchange.json(), 'UploadModelRequest', '');
  const { model: given, serviceAccount } = request;
  if (given === undefined) throw wrongField('model', 'Required field is not set.');
  const fields = readFields(given);
  checkServiceAccount(serviceAccount, 'service_account');
  const target = findTarget(call, request);
  const { image, directory } = findArtifacts(call, fields);
  const model = target ?? reserve(call, request.modelId ?? newId());
  model.uploads += 1;
  model.lastVersion += 1;
  const id = String(model.lastVersion);
  const kept =
    directory === undefined ? undefined : await keepModel(await call.newDirectory(), directory);

  const done = (): void => {
    model.uploads -= 1;
    if (model.versions.size === 0) location.models.delete(model.id);
  };
  return location.operations.start({
    parent: `models/${model.id}`,
    type: 'UploadModel',
    milliseconds: call.quickMilliseconds,
    finish() {
      addVersion(call, model, { id, fields, kept, image }, given.versionAliases ?? []);
      done();
      const name = modelName(location, model);
      return response('UploadModelResponse', { model: name, modelVersionId: id });
    },
    cancel: done,
  });
};

function readFields(given: MessageOf<'Model'>): VersionFields {
  const { containerSpec, versionAliases = [] } = given;
  checkDisplayName(given.displayName, 'model.display_name');
  checkLabels(given.labels, 'model.labels');
  versionAliases.forEach((alias, index) => {
    checkVersionAlias(alias, `model.version_aliases[${index}]`);
  });
  if (containerSpec === undefined) {
    throw wrongField('model.container_spec', 'Required field is not set.');
  }
  checkContainer(containerSpec);
  checkExplanationSpec(given.explanationSpec, 'model.explanation_spec');
  const names = [
    'displayName',
    'description',
    'labels',
    'artifactUri',
    'containerSpec',
    'versionDescription',
    'predictSchemata',
    'metadataSchemaUri',
    'metadata',
    'explanationSpec',
    'encryptionSpec',
    'pipelineJob',
  ] as const;
  return Object.fromEntries(
    names.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]),
  );
}

/** The model that gets a new version; `undefined`: a model is to be made. */
function findTarget(
  call: Call,
  { modelId, parentModel }: MessageOf<'UploadModelRequest'>,
): ModelRecord | undefined {
  const { location } = call;
  if (parentModel === undefined) {
    if (modelId === undefined) return undefined;
    checkModelId(modelId);
    if (!location.models.has(modelId)) return undefined;
    throw refusal('ALREADY_EXISTS', 'model_id', `The Model "${modelId}" already exists.`);
  }
  if (modelId !== undefined) {
    throw wrongField('model_id', 'Only one of model_id and parent_model may be set.');
  }
  const { location: there, reference } = readModelName(call, parentModel, 'parent_model');
  if (there !== location || reference.includes('@')) {
    throw wrongField(
      'parent_model',
      `"${parentModel}" must name a model of this location, without a version.`,
    );
  }
  const model = location.models.get(reference);
  if (model === undefined || model.versions.size === 0) {
    throw plainRefusal('NOT_FOUND', 'The Model does not exist.');
  }
  checkModelThere(model);
  return model;
}

/** What the container and the artifacts are. A prebuilt image needs exactly one model file. */
function findArtifacts(
  { storage }: Call,
  { artifactUri, containerSpec }: VersionFields,
): { image: PrebuiltImage | undefined; directory: ModelDirectory | undefined } {
  const imageUri = containerSpec?.imageUri ?? '';
  const image = readImage(imageUri);
  if (image === 'unknown') {
    throw wrongField(
      'model.container_spec.image_uri',
      `The image "${imageUri}" is not among the prebuilt containers. See https://cloud.google.com/vertex-ai/docs/predictions/pre-built-containers.`,
    );
  }
  if (artifactUri === undefined) {
    if (image === 'custom') return { image: undefined, directory: undefined };
    throw wrongField(
      'model.artifact_uri',
      'Required field is not set: a prebuilt container serves the model of this directory.',
    );
  }
  const found = findDirectory(storage, artifactUri, (status, description) =>
    refusal(status, 'model.artifact_uri', description),
  );
  if (image === 'custom') return { image: undefined, directory: { ...found, modelFiles: [] } };
  const expected = modelFileNames[image.framework];
  const modelFiles = modelFilesIn(found, expected);
  if (modelFiles.length !== 1) throw precondition(notExactlyOne(found, expected));
  return { image, directory: { ...found, modelFiles } };
}

/** A model without a version yet: its id is taken, and nobody sees it. */
function reserve({ location, now: time }: Call, id: string): ModelRecord {
  const now = timestamp(time());
  const model: ModelRecord = {
    id,
    createTime: now,
    updateTime: now,
    versions: new Map(),
    aliases: new Map(),
    lastVersion: 0,
    uploads: 0,
    deleting: false,
  };
  location.models.set(id, model);
  return model;
}

function addVersion(
  call: Call,
  model: ModelRecord,
  parts: Pick<VersionRecord, 'id' | 'fields' | 'kept' | 'image'>,
  aliases: readonly string[],
): void {
  const now = timestamp(call.now());
  const isFirst = model.versions.size === 0;
  model.versions.set(parts.id, { ...parts, createTime: now, updateTime: now, etag: newEtag() });
  giveAliases(model, parts.id, isFirst ? [defaultAlias, ...aliases] : aliases);
  model.updateTime = now;
}
