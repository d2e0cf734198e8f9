import type { JsonObject } from '../../src/world.ts';
import type { Exchange } from '../exchange.ts';
import { projectNumber } from '../google-api/generated-values.ts';
import { plainRefusal } from '../google-api/refusal.ts';
import type { StorageState } from '../storage/storage-state.ts';
import type { KeptModel } from '../trained-model/kept-model.ts';
import type { Framework } from '../trained-model/model-directory.ts';
import { precondition, wrongField } from './api.ts';
import type { MessageOf } from './messages.ts';
import type { Operations } from './operations.ts';
import type { PrebuiltImage } from './prebuilt-images.ts';
import type { Turn } from './traffic.ts';

/** What one project has in one region. */
export interface Location {
  readonly projectNumber: string;
  /** `us-central1` */
  readonly id: string;
  readonly models: Map<string, ModelRecord>;
  readonly endpoints: Map<string, EndpointRecord>;
  readonly operations: Operations;
}

/** Fields of a Model that its owner chooses; all belong to the version. */
export type VersionFields = Pick<
  MessageOf<'Model'>,
  | 'displayName'
  | 'description'
  | 'labels'
  | 'artifactUri'
  | 'containerSpec'
  | 'versionDescription'
  | 'predictSchemata'
  | 'metadataSchemaUri'
  | 'metadata'
  | 'explanationSpec'
  | 'encryptionSpec'
  | 'pipelineJob'
>;

/** A version of a model as the emulator keeps it. */
export interface VersionRecord {
  /** `1`, `2`, … */
  readonly id: string;
  fields: VersionFields;
  readonly createTime: string;
  updateTime: string;
  etag: string;
  /** The service's own copy of the artifacts; absent where there are none. */
  readonly kept: KeptModel | undefined;
  /** Absent for custom containers. */
  readonly image: PrebuiltImage | undefined;
}

/** A model as the emulator keeps it. */
export interface ModelRecord {
  readonly id: string;
  readonly createTime: string;
  updateTime: string;
  readonly versions: Map<string, VersionRecord>;
  /** Version id by alias; `default` is always among them. */
  readonly aliases: Map<string, string>;
  /** The highest version number given out: numbers are not used again. */
  lastVersion: number;
  /** Uploads under way; a model without versions has not been seen by anybody yet. */
  uploads: number;
  deleting: boolean;
}

/** Fields of an Endpoint that its owner chooses, apart from the traffic split. */
export type EndpointFields = Pick<
  MessageOf<'Endpoint'>,
  | 'displayName'
  | 'description'
  | 'labels'
  | 'network'
  | 'enablePrivateServiceConnect'
  | 'privateServiceConnectConfig'
  | 'dedicatedEndpointEnabled'
  | 'encryptionSpec'
  | 'predictRequestResponseLoggingConfig'
  | 'clientConnectionConfig'
>;

/** Fields of a DeployedModel that its owner chooses. */
export type DeployedFields = Pick<
  MessageOf<'DeployedModel'>,
  | 'displayName'
  | 'dedicatedResources'
  | 'serviceAccount'
  | 'disableContainerLogging'
  | 'enableAccessLogging'
  | 'explanationSpec'
  | 'disableExplanations'
>;

/** A model on an endpoint. */
export interface DeployedRecord {
  readonly id: string;
  /** Where the model is kept, which may be another region. */
  readonly location: Location;
  readonly model: ModelRecord;
  readonly version: VersionRecord;
  fields: DeployedFields;
  readonly createTime: string;
  /** What runs it; absent where the emulator cannot. */
  readonly framework: Framework | undefined;
}

/** An endpoint as the emulator keeps it. */
export interface EndpointRecord {
  readonly id: string;
  fields: EndpointFields;
  readonly createTime: string;
  updateTime: string;
  etag: string;
  trafficSplit: Readonly<Record<string, number>>;
  readonly deployed: Map<string, DeployedRecord>;
  /** Deployments under way. */
  readonly deploying: Set<DeployedRecord>;
  /** Ids of deployed models that are being undeployed. */
  readonly undeploying: Set<string>;
  /** Its id is taken, and nobody sees it yet. */
  creating: boolean;
  deleting: boolean;
  /** Whose turn the next prediction is. */
  turn: Turn;
}

/** One call of a method, with all that it may look at. */
export interface Call {
  readonly location: Location;
  /** The project's locations that hold anything. */
  readonly locations: readonly Location[];
  readonly storage: StorageState;
  /** How long deployments, and changes to them, take. */
  readonly deploymentMilliseconds: number;
  /** How long all other operations take. */
  readonly quickMilliseconds: number;
  /** Python that predicts. */
  readonly python: string;
  /** The emulator's time, in milliseconds since 1970. */
  readonly now: () => number;
  /** Makes the name of a directory for a stored model. */
  readonly newDirectory: () => Promise<string>;
  /** Names in the path: `project`, `location`, `model`, `endpoint`, `operation`. */
  readonly names: Readonly<Record<string, string>>;
  readonly exchange: Exchange;
}

/** A method: the response body, or nothing when it has answered itself; throws GoogleError. */
export type Method = (
  call: Call,
) => JsonObject | undefined | Promise<JsonObject> | Promise<JsonObject | undefined>;

/** `projects/NUMBER/locations/L`: answers name projects by number, whatever the caller did. */
export function locationName(location: Pick<Location, 'projectNumber' | 'id'>): string {
  return `projects/${location.projectNumber}/locations/${location.id}`;
}

/** The model and version of a reference such as `fraud`, `fraud@2` or `fraud@golden`. Throws 404. */
export function findVersion(
  location: Location,
  reference: string,
): { model: ModelRecord; version: VersionRecord } {
  const [id = '', given = 'default'] = reference.split('@');
  const model = location.models.get(id);
  if (model === undefined || model.versions.size === 0) {
    throw plainRefusal('NOT_FOUND', 'The Model does not exist.');
  }
  const version = model.versions.get(model.aliases.get(given) ?? given);
  if (version === undefined) {
    throw plainRefusal('NOT_FOUND', `The Model version "${reference}" does not exist.`);
  }
  return { model, version };
}

/** The endpoint that the path names. Throws 404. */
export function findEndpoint({ location, names }: Call): EndpointRecord {
  const id = names['endpoint'] ?? '';
  const endpoint = location.endpoints.get(id);
  if (endpoint === undefined || endpoint.creating) {
    throw plainRefusal(
      'NOT_FOUND',
      `Endpoint \`${locationName(location)}/endpoints/${id}\` not found.`,
    );
  }
  return endpoint;
}

/**
 * A model's resource name taken apart: its location, and its id with what follows `@`. Throws
 * INVALID_ARGUMENT for any other text, and 404 for another project.
 */
export function readModelName(
  { location, locations }: Call,
  name: string | undefined,
  field: string,
): { location: Location; reference: string } {
  if (name === undefined) throw wrongField(field, 'Required field is not set.');
  const match = /^projects\/([^/]+)\/locations\/([^/]+)\/models\/([^/@]+(?:@[^/@]+)?)$/.exec(name);
  if (match === null) {
    throw wrongField(
      field,
      `"${name}" is not the name of a model. It must have the form projects/PROJECT/locations/LOCATION/models/MODEL.`,
    );
  }
  const [, project = '', id, reference = ''] = match;
  const found = locations.find((other) => other.id === id);
  if (found === undefined || projectNumber(project) !== location.projectNumber) {
    throw plainRefusal('NOT_FOUND', 'The Model does not exist.');
  }
  return { location: found, reference };
}

/** Where a version is deployed, or is being deployed. */
export function deploymentsOf(
  { locations }: Call,
  version: VersionRecord,
): readonly { location: Location; endpoint: EndpointRecord; deployed: DeployedRecord }[] {
  return locations.flatMap((location) =>
    [...location.endpoints.values()].flatMap((endpoint) =>
      [...endpoint.deployed.values(), ...endpoint.deploying]
        .filter((deployed) => deployed.version === version)
        .map((deployed) => ({ location, endpoint, deployed })),
    ),
  );
}

/** Throws FAILED_PRECONDITION while the model is being deleted. */
export function checkModelThere(model: ModelRecord): void {
  if (!model.deleting) return;
  throw precondition(`The Model "${model.id}" is being deleted.`);
}

/** Throws FAILED_PRECONDITION while the endpoint is being deleted. */
export function checkEndpointThere(endpoint: EndpointRecord): void {
  if (!endpoint.deleting) return;
  throw precondition(`The Endpoint "${endpoint.id}" is being deleted.`);
}
