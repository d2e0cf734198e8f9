import type { Artifact } from '../artifact/artifact.ts';
import type { Existing } from '../platform/platform.ts';
import type { DeployRequest } from '../request/deploy-request.ts';
import type { ChosenDirectory } from '../storage/cloud-storage.ts';

/** Everything that is known before anything is changed. */
export interface Known {
  readonly request: DeployRequest;
  readonly artifact: Artifact;
  /** Short name, given or derived. */
  readonly version: string;
  readonly existing: Existing;
  /** Where the artifact goes; `undefined` when it is deployed where it lies in Cloud Storage. */
  readonly chosen: ChosenDirectory | undefined;
  /** The day that the availability of containers is judged by; absent: none has ended yet. */
  readonly today?: Date | undefined;
}
