import type { Framework } from '../request/deploy-request.ts';
import type { JsonObject } from '../world.ts';
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

/** Everything that a deploy will do, with the exact bodies that it will send. Made by `decide.ts`. */
export interface Plan {
  readonly upload: UploadPlan;
  /** `gs://…/`, always a directory. */
  readonly deploymentUri: string;
  readonly model: {
    /** `projects/P/models/M`. */
    readonly name: string;
    readonly action: 'create' | 'reuse';
    /** Body of `projects.models.create`. */
    readonly body: JsonObject;
  };
  readonly version: {
    /** Short name. */
    readonly id: string;
    /** `projects/P/models/M/versions/V`. */
    readonly name: string;
    /** Body of `projects.models.versions.create`. */
    readonly body: JsonObject;
    /** Body of a patch that follows once the version is READY, for fields that create ignores; else absent. */
    readonly patch?: { readonly updateMask: string; readonly body: JsonObject };
  };
  /** `automatic`: the first version of a model becomes its default by the service's own rule. */
  readonly promotion: 'set-default' | 'automatic' | 'none';
  /** Short name of the version that serves now. */
  readonly previousVersion: string | undefined;
  readonly framework: Framework | undefined;
  readonly runtimeVersion: string | undefined;
  readonly machineType: string;
  /** Sentences for warning annotations. */
  readonly warnings: readonly string[];
}
