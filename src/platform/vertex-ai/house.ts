import { overriddenBaseUrl } from '../../hosts.ts';
import type { DeployRequest } from '../../request/deploy-request.ts';
import type { World } from '../../world.ts';
import type { Ledger } from '../platform.ts';
import { openRest } from '../rest.ts';
import type { Rest } from '../rest.ts';
import { vertexAiCommands } from './commands.ts';
import type { VertexAiCommands } from './commands.ts';

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
  modelIsNew: boolean;
  endpointIsNew: boolean;
}

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
    rest: openRest('Vertex AI', baseUrl, world),
    parent: `projects/${request.projectId}/locations/${request.region}`,
    commands: vertexAiCommands(request),
    named: { modelIsNew: false, endpointIsNew: false },
  };
}
