import type { Plan } from '../plan/plan.ts';
import type { Made } from '../record.ts';
import type { JsonObject } from '../world.ts';

/** What the platform holds before we change anything. */
export interface Existing {
  /** The model resource, if there is one. */
  readonly model: JsonObject | undefined;
  /** The version of the name that we want to use, if there is one. */
  readonly version: JsonObject | undefined;
  /** Short name of the version that serves now, if any; on Vertex AI the number with the most traffic. */
  readonly servingVersion: string | undefined;
  /** Percent of the endpoint's traffic by version number, where traffic is split. */
  readonly traffic?: Readonly<Record<string, number>>;
  /** Present exactly when the platform is Vertex AI. */
  readonly vertexAi?: ExistingOnVertexAi;
}

/** What only Vertex AI has. */
export interface ExistingOnVertexAi {
  /** The endpoint resource as read, `trafficSplit`, `deployedModels` and `etag` included. */
  readonly endpoint: JsonObject | undefined;
}

/** A version as the service last told it. */
export interface VersionState {
  /** `READY`, `CREATING`, `FAILED`, … ; on Vertex AI `READY` is deployed, `UPLOADED` is in the registry only. */
  readonly state: string;
  /** Whether predictions reach it: the default version, or one with traffic. */
  readonly serves: boolean;
  readonly errorMessage: string | undefined;
  readonly machineType: string | undefined;
  /** Names that the service gave; absent where the plan knows them. */
  readonly names?: VersionNames;
  /** Percent of the endpoint's traffic by version number, where traffic is split. */
  readonly traffic?: Readonly<Record<string, number>>;
}

/** Names of a version on Vertex AI, known only when the service has given them. */
export interface VersionNames {
  /** `projects/P/locations/L/models/M`. */
  readonly model: string;
  /** Version number. */
  readonly version: string;
  /** `projects/P/locations/L/endpoints/E`. */
  readonly endpoint: string;
  readonly deployedModelId: string | undefined;
}

/** A creation that the service has accepted. */
export interface Creation {
  /**
   * Name of the operation that does it; `undefined` when the answer was lost but the version is there and
   * ours: then its own state tells the rest.
   */
  readonly operation: string | undefined;
  /** What is known of the version while it is made. */
  readonly version: VersionState;
}

/** The list of what this run made, kept by `main.ts`. */
export interface Ledger {
  /** Something was made, or its state has changed. */
  note(made: Made): void;
  /** Something that was noted is gone again. */
  forget(name: string): void;
}

/** A house of models. The rest of the program does not ask which one it is. */
export interface Platform {
  /** Reads the model, the version of this name, and what serves; changes nothing. */
  lookUp(version: string): Promise<Existing>;
  /** Creates what a version needs around it unless it is there; a race that somebody else won is a success. */
  prepare(plan: Plan): Promise<void>;
  /** Starts the creation of the version. */
  createVersion(plan: Plan): Promise<Creation>;
  /** Waits for the operation, then reads the version back until it is READY. Throws when it is not. */
  awaitVersion(operation: string | undefined, plan: Plan): Promise<VersionState>;
  /** Makes the version the one that serves, reads it back, and clears away what it replaced. */
  promote(plan: Plan): Promise<VersionState>;
  /** Deletes what a failed creation left, as far as this run made it and the service allows it. */
  withdraw(plan: Plan): Promise<void>;
  /** The version as it is now, or `undefined` where there is none. For reports after a failure. */
  readVersion(plan: Plan): Promise<VersionState | undefined>;
  /** URL that online predictions are posted to; `undefined` until it is known. */
  predictUrl(plan: Plan): string | undefined;
  /** Command that waits for an operation. */
  watchCommand(operation: string): string;
  /** Command that lets what served before serve again; `undefined` when nothing did. */
  restoreCommand(plan: Plan): string | undefined;
}
