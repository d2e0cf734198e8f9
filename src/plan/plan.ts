import type { Framework } from '../request/deploy-request.ts';
import type { JsonObject } from '../world.ts';
import type { FieldDifference } from './field-diff.ts';
import type { StoredObject } from '../storage/cloud-storage.ts';

/** What is done about the bytes. */
export interface UploadPlan {
  /** `none`: the source is already in Cloud Storage and deployable as it is. */
  readonly action: 'upload' | 'none';
  readonly bucket: string;
  /** Object prefix with its trailing slash. */
  readonly directory: string;
  readonly createBucket: boolean;
  readonly reuse: ReadonlyMap<string, StoredObject>;
}

/** A setting of AI Platform and what became of it on Vertex AI (`docs/migrating.md`). */
export interface Translation {
  /** As the user wrote it, such as `machine_type: mls1-c1-m2`. */
  readonly from: string;
  /** What is sent instead, such as `machineSpec.machineType: n1-standard-2`. */
  readonly to: string;
  readonly why: string;
}

/** The part of a plan that only Vertex AI has. */
export interface VertexAiPlan {
  /** `projects/P/locations/L`. */
  readonly parent: string;
  /** Body of `models.upload`, whole; with `parentModel` when the model exists, so that it becomes a version. */
  readonly uploadBody: JsonObject;
  readonly endpoint: {
    readonly displayName: string;
    /** Full name of the endpoint that exists; absent when it is created. */
    readonly name: string | undefined;
    /** Id asked for on creation; absent when the service makes one. */
    readonly id: string | undefined;
    /** Body of `endpoints.create`. */
    readonly body: JsonObject;
  };
  /** `DeployedModel` of `endpoints.deployModel`, but for `model`, whose version the service numbers. */
  readonly deployedModel: JsonObject;
  /** `trafficSplit` of `deployModel`: `{"0": 100}` on an endpoint without models; absent leaves the split as it is. */
  readonly deployTrafficSplit: JsonObject | undefined;
  /** Percent of the endpoint's traffic for the new version once it is promoted. */
  readonly traffic: number;
  /** The version in the registry that is used again instead of an upload. */
  readonly existing: { readonly model: string; readonly version: string } | undefined;
  /** Number of the version that has the alias now and is replaced. */
  readonly replaced: string | undefined;
  /**
   * An endpoint that exists for the proof only: where something else serves already, the split hides a new
   * version, and `endpoints.predict` cannot be told whom to ask. Absent where the endpoint itself can tell.
   */
  readonly proofEndpoint:
    | {
        /** Id that it is created with. */
        readonly id: string;
        /** Body of `endpoints.create`. */
        readonly body: JsonObject;
        /** `DeployedModel` with a single replica, but for `model`; absent: like what is deployed. */
        readonly deployedModel: JsonObject | undefined;
      }
    | undefined;
  /** What was translated from AI Platform's terms. */
  readonly translations: readonly Translation[];
}

/** Everything that a deploy will do, with the exact bodies that it will send. Made by `decide.ts`. */
export interface Plan {
  readonly upload: UploadPlan;
  /** `gs://…/`, always a directory. */
  readonly deploymentUri: string;
  readonly model: {
    /** `projects/P/models/M`; on Vertex AI `projects/P/locations/L/models/M`. */
    readonly name: string;
    readonly action: 'create' | 'reuse';
    /** Body of `projects.models.create`; on Vertex AI, where `models.upload` makes the model too, empty. */
    readonly body: JsonObject;
  };
  readonly version: {
    /**
     * `reuse`: there is one of this name, and it is what this deploy would make. `replace`: the one of this
     * name goes. `resume`: the wait for one that an earlier run began.
     */
    readonly action: 'create' | 'reuse' | 'replace' | 'resume';
    /**
     * AI Platform, when the version to replace is the default: short name of the version that serves while
     * the name is free. Deleted afterwards.
     */
    readonly standIn?: string;
    /** Short name; on Vertex AI, where the service numbers versions, the version alias. */
    readonly id: string;
    /** `projects/P/models/M/versions/V`; on Vertex AI `projects/P/locations/L/models/M@ALIAS`. */
    readonly name: string;
    /** Body of `projects.models.versions.create`, or of `models.upload`. */
    readonly body: JsonObject;
    /** Body of a patch that follows once the version is READY, for fields that create ignores; else absent. */
    readonly patch?: { readonly updateMask: string; readonly body: JsonObject };
  };
  /** `automatic`: the first version of a model becomes its default by the service's own rule. */
  readonly promotion: 'set-default' | 'automatic' | 'none';
  /** Short name of the version that serves now. */
  readonly previousVersion: string | undefined;
  /** Short names of old versions that are deleted after success, oldest first. */
  readonly retire: readonly string[];
  /** The fields in which the new version differs from the one that serves now. */
  readonly changes: readonly FieldDifference[];
  readonly framework: Framework | undefined;
  readonly runtimeVersion: string | undefined;
  readonly machineType: string;
  /** Sentences for warning annotations. */
  readonly warnings: readonly string[];
  /** Present exactly when the platform is Vertex AI. */
  readonly vertexAi?: VertexAiPlan;
}
