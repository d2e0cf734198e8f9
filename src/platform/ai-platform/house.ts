import { overriddenBaseUrl } from '../../hosts.ts';
import type { DeployRequest } from '../../request/deploy-request.ts';
import type { JsonObject, World } from '../../world.ts';
import { isJsonObject } from '../../json.ts';
import type { Ledger, VersionState } from '../platform.ts';
import { read, text } from '../read.ts';
import { openRest } from '../rest.ts';
import type { Rest } from '../rest.ts';

/** What this run has made so far. */
export interface Ours {
  /** Short name of the version that this run is about now: its own, or its stand-in's. */
  version: string | undefined;
  /** Whether this run made that version, an earlier attempt of it included. */
  versionIsNew: boolean;
  modelIsNew: boolean;
  /** Whether the creation of the version has been asked for and not been answered. */
  isAsking: boolean;
  /** When this run made the model, on the clock of `world.clock.elapsed()`. */
  modelCreatedAt?: number;
}

/** What the parts of the AI Platform house share in one run. */
export interface House {
  readonly request: DeployRequest;
  readonly world: World;
  readonly ledger: Ledger;
  readonly rest: Rest;
  readonly modelsPath: string;
  readonly modelPath: string;
  readonly versionsPath: string;
  readonly ours: Ours;
}

/** Base URL of AI Platform for a region or `global`; an override of gcloud's name wins. */
export function aiPlatformBaseUrl(environment: World['environment'], region: string): string {
  return (
    overriddenBaseUrl(environment, 'CLOUDSDK_API_ENDPOINT_OVERRIDES_ML', region) ??
    (region === 'global' ? 'https://ml.googleapis.com' : `https://${region}-ml.googleapis.com`)
  );
}

/** Builds the house; no request is sent. */
export function buildHouse(request: DeployRequest, world: World, ledger: Ledger): House {
  const modelsPath = `/v1/projects/${encodeURIComponent(request.projectId)}/models`;
  const modelPath = `${modelsPath}/${encodeURIComponent(request.model)}`;
  return {
    request,
    world,
    ledger,
    rest: openRest(
      'AI Platform',
      aiPlatformBaseUrl(world.environment, request.region),
      world,
      request.timeoutSeconds * 1000,
    ),
    modelsPath,
    modelPath,
    versionsPath: `${modelPath}/versions`,
    ours: { version: undefined, versionIsNew: false, modelIsNew: false, isAsking: false },
  };
}

/** Path of a version of the model. */
export function versionPath({ versionsPath }: House, id: string): string {
  return `${versionsPath}/${encodeURIComponent(id)}`;
}

/** Full resource name of a version of the model. */
export function versionName({ request }: House, id: string): string {
  return `projects/${request.projectId}/models/${request.model}/versions/${id}`;
}

/** A version as the service tells it now. */
export async function readState(
  house: House,
  id: string,
  isNew = false,
): Promise<VersionState | undefined> {
  const version = await read(house.rest, versionPath(house, id), isNew);
  return version === undefined ? undefined : versionState(version);
}

/** What a Version resource says of its state. */
export function versionState(version: JsonObject): VersionState {
  return {
    state: text(version['state']) ?? 'UNKNOWN',
    serves: version['isDefault'] === true,
    errorMessage: text(version['errorMessage']),
    machineType: text(version['machineType']),
  };
}

/** Short name of the model's default version. */
export function defaultVersion(model: JsonObject | undefined): string | undefined {
  const version = model?.['defaultVersion'];
  return isJsonObject(version) ? text(version['name'])?.split('/').at(-1) : undefined;
}
