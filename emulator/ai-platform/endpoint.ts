import type { JsonObject } from '../../src/world.ts';
import type { StorageState } from '../storage/storage-state.ts';
import { refusal } from './api.ts';
import type { Operations } from './operations.ts';
import type { ModelRecord, VersionRecord } from './resources.ts';

/** What one project has on one endpoint: regional endpoints and the global one share nothing. */
export interface Endpoint {
  readonly project: string;
  readonly projectNumber: string;
  /** `us-central1`, or `global`. */
  readonly region: string;
  readonly models: Map<string, ModelRecord>;
  readonly operations: Operations;
}

/** One call of a method, with all that it may look at. */
export interface Call {
  readonly endpoint: Endpoint;
  /** All endpoints of the project, for quotas that they share. */
  readonly endpoints: readonly Endpoint[];
  readonly storage: StorageState;
  /** Python that predicts. */
  readonly python: string;
  /** The emulator's time, in milliseconds since 1970. */
  readonly now: () => number;
  /** Makes the name of a directory for a stored model. */
  readonly newDirectory: () => Promise<string>;
  /** Short names out of the path. */
  readonly model: string;
  readonly version: string;
  readonly operation: string;
  readonly location: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, unknown>>;
  /** The parsed body. */
  readonly json: () => Promise<unknown>;
}

/** A method: the response body; throws GoogleError. */
export type Method = (call: Call) => JsonObject | Promise<JsonObject>;

/** The model that the path names. Throws NOT_FOUND. */
export function findModel({ endpoint, model }: Call): ModelRecord {
  const record = endpoint.models.get(model);
  if (record === undefined)
    throw refusal('NOT_FOUND', 'name', 'The specified model was not found.');
  return record;
}

/** The version that the path names, and its model. Throws NOT_FOUND. */
export function findVersion(call: Call): { model: ModelRecord; version: VersionRecord } {
  const model = findModel(call);
  const version = model.versions.get(call.version);
  if (version === undefined) {
    throw refusal('NOT_FOUND', 'name', 'The specified version was not found.');
  }
  return { model, version };
}

/** Throws FAILED_PRECONDITION while something is being done to the version. */
export function checkIdle({ id, state }: VersionRecord): void {
  if (state === 'READY' || state === 'FAILED') return;
  throw refusal(
    'FAILED_PRECONDITION',
    'name',
    `The version "${id}" is in the state ${state}. Please wait until the operation on it has ended.`,
  );
}
