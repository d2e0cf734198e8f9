import type { Artifact } from './artifact/artifact.ts';
import type { ErrorCode } from './failure.ts';
import type { Existing, VersionState } from './platform/platform.ts';
import type { Plan } from './plan/plan.ts';
import type { DeployRequest } from './request/deploy-request.ts';
import type { UploadResult } from './storage/cloud-storage.ts';
import type { Json } from './world.ts';

/** The `status` output (contract, Outputs). */
export type Status =
  | 'deployed'
  | 'unchanged'
  | 'planned'
  | 'in-progress'
  | 'rolled-back'
  | 'timed-out'
  | 'cancelled'
  | 'failed';

/** A failure turned into words for people (`report/explain.ts`). All plain text, made safe on writing. */
export interface Explanation {
  readonly code: ErrorCode;
  readonly what: string;
  readonly why: string;
  /** When there are several reasons at once, each as a line of its own. */
  readonly reasons?: readonly string[];
  readonly next: string;
}

/** Something that this run made in the cloud, and the one command that undoes it. */
export interface Made {
  readonly kind: 'bucket' | 'objects' | 'parts' | 'model' | 'endpoint' | 'version' | 'deployment';
  /** Full resource name or `gs://` URI. */
  readonly name: string;
  /** Whether predictions reach it, as far as its platform has told. */
  readonly serves?: true;
  /** What is to be said of it, such as `READY, default` or `3 files, 1.2 MB`. */
  readonly state: string;
  readonly undo: string;
}

/** The stages of a deploy, in order; their durations are measured and told. */
export type Stage =
  | 'inspect'
  | 'plan'
  | 'local-predict'
  | 'upload'
  | 'model'
  | 'version'
  | 'wait'
  | 'prove'
  | 'promote'
  | 'retire';

/** What asking the new version came to. */
export interface ProofResult {
  /** Only a `good` one is promoted; `inconclusive` is one that could not be asked. */
  readonly verdict: 'good' | 'bad' | 'inconclusive';
  readonly instances: number;
  /** Seconds until the last answer, warming up included. */
  readonly seconds: number;
  /** Largest difference of a number from the expected one; absent without expectations. */
  readonly maximumDifference?: number;
  /** What was wrong, a line each; empty when good. */
  readonly problems: readonly string[];
}

/** What a look around after a failure found, to say what to do about it. */
export interface Findings {
  /** Regions, or `global`, where the model is, when it is not where it was looked for. */
  readonly modelIsIn?: readonly string[];
  /** What holds a quota that is used up, a line each; what is easiest to do without comes first. */
  readonly holders?: readonly string[];
}

/**
 * What is known of this deploy so far: the one thing that changes while it runs. `main.ts` fills it,
 * `report/` reads it, so that after any end the report says what exists.
 */
export interface DeployRecord {
  status: Status | undefined;
  request?: DeployRequest;
  artifact?: Artifact;
  existing?: Existing;
  plan?: Plan;
  upload?: UploadResult;
  digest?: string;
  operation?: string | undefined;
  version?: VersionState | undefined;
  /** What serves after a failure, by the service's own short name or number; absent when it was not looked at. */
  serving?: string | undefined;
  promoted: boolean;
  /** The answer to `test_instances`, one entry for each. */
  predictions?: readonly Json[];
  proof?: ProofResult;
  /** What served before was put back, or the version of this run taken away, after it was READY. */
  rolledBack?: boolean;
  /** The version that this run made is deleted again. */
  withdrawn?: boolean;
  commentUrl?: string;
  predictUrl?: string | undefined;
  /** Command that waits for the operation. */
  watchCommand?: string | undefined;
  /** Command that lets what served before serve again. */
  restoreCommand?: string | undefined;
  findings?: Findings;
  failure?: Explanation;
  readonly made: Made[];
  /** The stage in which it failed or was cancelled. */
  stoppedIn?: Stage;
  /** Seconds by stage, in the order in which they ran. */
  readonly stages: Map<Stage, number>;
}
