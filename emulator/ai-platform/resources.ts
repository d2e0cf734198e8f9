import type { Json, JsonObject } from '../../src/world.ts';
import type { KeptModel } from '../trained-model/kept-model.ts';
import type { Framework } from '../trained-model/model-directory.ts';
import type { MessageOf } from './messages.ts';

/** States that a version passes through (Version.State). */
export type VersionState = 'CREATING' | 'READY' | 'FAILED' | 'UPDATING' | 'DELETING';

/** Fields of a Version that its owner chooses; all others are the service's. */
export type VersionFields = Omit<
  MessageOf<'Version'>,
  | 'name'
  | 'etag'
  | 'isDefault'
  | 'state'
  | 'errorMessage'
  | 'createTime'
  | 'lastUseTime'
  | 'lastMigrationTime'
  | 'lastMigrationModelId'
>;

/** Fields of a Model that its owner chooses. */
export type ModelFields = Omit<MessageOf<'Model'>, 'name' | 'etag' | 'defaultVersion'>;

/** A version as the emulator keeps it. */
export interface VersionRecord {
  readonly id: string;
  fields: VersionFields;
  state: VersionState;
  errorMessage: string | undefined;
  readonly createTime: string;
  lastUseTime: string | undefined;
  etag: string;
  /** The service's own copy of what was deployed; absent for containers without artifacts. */
  kept: KeptModel | undefined;
  /** What serves it; absent for custom code, containers, and before it is loaded. */
  framework: Framework | undefined;
}

/** A model as the emulator keeps it. */
export interface ModelRecord {
  readonly id: string;
  fields: ModelFields;
  etag: string;
  defaultVersion: string | undefined;
  deleting: boolean;
  readonly versions: Map<string, VersionRecord>;
  /** Bindings set with setIamPolicy. */
  policy: MessageOf<'Policy'>;
}

/** `projects/P/models/M`. */
export function modelName(project: string, model: string): string {
  return `projects/${project}/models/${model}`;
}

/** The Version resource as the service answers it. */
export function renderVersion(
  project: string,
  model: ModelRecord,
  version: VersionRecord,
): JsonObject {
  return {
    name: `${modelName(project, model.id)}/versions/${version.id}`,
    ...version.fields,
    ...(model.defaultVersion === version.id && { isDefault: true }),
    state: version.state,
    ...given('errorMessage', version.errorMessage),
    createTime: version.createTime,
    ...given('lastUseTime', version.lastUseTime),
    etag: version.etag,
  };
}

/** The Model resource as the service answers it. */
export function renderModel(project: string, model: ModelRecord): JsonObject {
  const version =
    model.defaultVersion === undefined ? undefined : model.versions.get(model.defaultVersion);
  return {
    name: modelName(project, model.id),
    ...model.fields,
    ...(version !== undefined && { defaultVersion: renderVersion(project, model, version) }),
    etag: model.etag,
  };
}

function given(name: string, value: Json | undefined): JsonObject {
  return value === undefined ? {} : { [name]: value };
}
