import type { Json, JsonObject } from '../world.ts';

/** The two services a model can be deployed to. */
export type PlatformName = 'ai-platform' | 'vertex-ai';

/** Frameworks as the API spells them (ml v1, `Version.framework`). */
export type Framework = 'TENSORFLOW' | 'SCIKIT_LEARN' | 'XGBOOST';

/** Where uploads go. */
export interface Destination {
  /** Bucket name, without `gs://`. */
  readonly bucket: string;
  /** Object prefix without leading or trailing slash; empty for the bucket's root. */
  readonly prefix: string;
}

/** An accelerator as the API spells it. */
export interface Accelerator {
  /** `NVIDIA_TESLA_T4` and the like. */
  readonly type: string;
  readonly count: number;
}

/** A target of autoscaling, in percent. */
export interface MetricTarget {
  readonly name: 'CPU_USAGE' | 'GPU_DUTY_CYCLE';
  readonly target: number;
}

/** What the runner says about the job that deploys. Absent values are `undefined`. */
export interface RunContext {
  /** Directory that relative paths start from (`GITHUB_WORKSPACE`). */
  readonly workspace: string;
  readonly serverUrl: string;
  readonly repository: string | undefined;
  readonly sha: string | undefined;
  readonly runId: string | undefined;
  readonly runAttempt: string | undefined;
  readonly workflow: string | undefined;
  /** Name of the pushed tag; absent on branches and pull requests. */
  readonly tag: string | undefined;
  /** First line of the message of the commit that is deployed, where the event holds it. */
  readonly commitSubject: string | undefined;
  /** Page of this run; absent outside GitHub. */
  readonly runUrl: string | undefined;
  /** Files that hold credentials, by environment variable; never uploaded. */
  readonly credentialFiles: readonly string[];
}

/** Questions with known answers. */
export interface ProofRequest {
  readonly instances: readonly Json[];
  /** One per instance; absent: any answer of the right form will do. */
  readonly expected: readonly Json[] | undefined;
  /** Largest difference of a number from the expected one, absolute or relative. */
  readonly tolerance: number;
  /** Signature of a SavedModel; absent: the service's default. */
  readonly signatureName: string | undefined;
  /** Whether the model answers on the runner too, before anything is uploaded. */
  readonly local: boolean;
}

/** What the user asked for, checked field by field. Made by `read-request.ts`, read by everyone. */
export interface DeployRequest {
  readonly model: string;
  /** As given: a path (relative to the workspace), a glob, or a `gs://` URI; empty when a wait is resumed. */
  readonly source: string;
  /** Given by hand; else it is derived (`derive-version.ts`). */
  readonly version: string | undefined;
  /** Given by hand; else it is read from the artifact. */
  readonly framework: Framework | undefined;
  /** Local paths or `gs://` URIs of source distributions. */
  readonly packageFiles: readonly string[];
  readonly predictionClass: string | undefined;

  readonly platform: PlatformName;
  readonly projectId: string;
  /** A region, or `global` (AI Platform only). */
  readonly region: string;
  /** With region `global`: where the nodes run; else the region itself. */
  readonly modelRegion: string;
  readonly destination: Destination;
  readonly createBucket: boolean;
  /** Vertex AI: id or display name of the endpoint; the model's name by default. */
  readonly endpoint: string;

  readonly runtimeVersion: string | undefined;
  readonly pythonVersion: string | undefined;
  readonly machineType: string | undefined;
  readonly accelerator: Accelerator | undefined;
  readonly nodes: number | undefined;
  readonly minNodes: number | undefined;
  readonly maxNodes: number | undefined;
  readonly metricTargets: readonly MetricTarget[];
  readonly image: string | undefined;
  readonly serviceAccount: string | undefined;
  readonly logging: 'none' | 'access' | 'console' | 'all';
  readonly description: string;
  /** Provenance labels with the user's merged over them. */
  readonly labels: Readonly<Record<string, string>>;
  /** Other fields of the platform's own resource, API spelling. */
  readonly versionConfig: JsonObject;

  /** What is done when the model has a version of this name already. */
  readonly ifVersionExists: 'fail' | 'reuse' | 'replace';
  /** How many versions of the model are kept; absent: all. */
  readonly keepVersions: number | undefined;
  readonly promote: boolean;
  /** Vertex AI: percent of the endpoint's traffic for the new version when it is promoted, 1 to 100. */
  readonly traffic: number;
  readonly wait: boolean;
  readonly timeoutSeconds: number;
  /** Operation of an earlier run whose wait is resumed; then nothing is uploaded or created. */
  readonly operation: string | undefined;
  /** Reads, checks and decides, and changes nothing. */
  readonly dryRun: boolean;
  /** What the new version has to answer before it serves; absent without `test_instances`. */
  readonly proof: ProofRequest | undefined;
  /** Deploys a pickle also when it refers to code that can do anything. */
  readonly allowUnsafePickle: boolean;

  readonly comment: 'auto' | 'never';
  /** Token of the job, for the comment; a secret. */
  readonly githubToken: string | undefined;
  readonly summary: boolean;

  readonly run: RunContext;
}
