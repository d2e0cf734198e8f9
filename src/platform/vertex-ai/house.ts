import { overriddenBaseUrl } from '../../hosts.ts';
import type { DeployRequest } from '../../request/deploy-request.ts';
import type { World } from '../../world.ts';
import type { Ledger } from '../platform.ts';
import { openRest } from '../rest.ts';
import type { Rest } from '../rest.ts';
import { vertexAiCommands } from './commands.ts';
import type { VertexAiCommands } from './commands.ts';
import type { ProofEndpoint } from './proof-endpoint.ts';

/** What the service has named so far in this run. */
export interface Named {
  /** `projects/P/locations/L/models/M`. */
  model?: string;
  /** Version number. */
  version?: string;
  /** `projects/P/locations/L/endpoints/E`. */
  endpoint?: string;
  /** Host of its own that a dedicated endpoint has for predictions. */
  dedicatedHost?: string;
  deployedModelId?: string;
  /** Full name of the endpoint that exists for the proof only. */
  proofEndpoint?: string;
  modelIsNew: boolean;
  /** Whether this run uploaded the version, an earlier attempt of it included. */
  versionIsNew: boolean;
  /** Whether this run deployed it to the endpoint. */
  deploymentIsNew: boolean;
  endpointIsNew: boolean;
}

/** What this run changed of what serves, and what was there before. */
export interface Changed {
  /**
   * The split that this run wrote, and the one that it replaced; by id of the deployed model. With the etag that
   * the service answered, what was written certainly came to pass.
   */
  split?: { readonly before: Split; readonly written: Split; readonly etag?: string };
  /** The alias `default` was taken from this version number. */
  defaultFrom?: string;
}

/** Percent of the traffic by id of the deployed model. */
export type Split = Readonly<Record<string, number>>;

/** What the parts of the Vertex AI house share in one run. */
export interface House {
  readonly request: DeployRequest;
  readonly world: World;
  readonly ledger: Ledger;
  readonly baseUrl: string;
  readonly rest: Rest;
  /** `projects/P/locations/L`. */
  readonly parent: string;
  readonly commands: VertexAiCommands;
  readonly named: Named;
  readonly changed: Changed;
  /** Operations that are not known to have ended. */
  readonly pending: Set<string>;
  /** Requests that make something and are not answered yet. */
  readonly asking: Set<string>;
  /** Ids that were deployed to the endpoint before this run: none of them is this run's. */
  readonly deployedBefore: Set<string>;
  /** Name in the ledger of a version that is being uploaded and has no number yet. */
  uploading?: string;
  /** The proof's endpoint on its way, begun while the version is deployed to the real one. */
  proof?: Promise<ProofEndpoint>;
}

/** Base URL of Vertex AI for a region; an override of gcloud's name wins. */
export function vertexAiBaseUrl(environment: World['environment'], region: string): string {
  return (
    overriddenBaseUrl(environment, 'CLOUDSDK_API_ENDPOINT_OVERRIDES_AIPLATFORM', region) ??
    `https://${region}-aiplatform.googleapis.com`
  );
}

/** Builds the house; no request is sent. */
export function buildHouse(request: DeployRequest, world: World, ledger: Ledger): House {
  const baseUrl = vertexAiBaseUrl(world.environment, request.region);
  return {
    request,
    world,
    ledger,
    baseUrl,
    rest: openRest('Vertex AI', baseUrl, world, request.timeoutSeconds * 1000),
    parent: `projects/${request.projectId}/locations/${request.region}`,
    commands: vertexAiCommands(request),
    named: {
      modelIsNew: false,
      versionIsNew: false,
      deploymentIsNew: false,
      endpointIsNew: false,
    },
    changed: {},
    pending: new Set(),
    asking: new Set(),
    deployedBefore: new Set(),
  };
}
