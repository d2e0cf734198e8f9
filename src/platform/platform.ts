import type { Plan } from '../plan/plan.ts';
import type { Findings, Made } from '../record.ts';
import type { Undoable } from '../saved-state.ts';
import type { Json, JsonObject } from '../world.ts';

/** What the platform holds before we change anything. */
export interface Existing {
  /** The model resource, if there is one. */
  readonly model: JsonObject | undefined;
  /** The version of the name that we want to use, if there is one. */
  readonly version: JsonObject | undefined;
  /** Short name of the version that serves now, if any; on Vertex AI the number with the most traffic. */
  readonly servingVersion: string | undefined;
  /** Every version of the model, read when old ones are to be retired. */
  readonly versions?: readonly JsonObject[];
  /** What the project holds of what its quotas limit, read for a dry run on AI Platform. */
  readonly holdings?: { readonly models: number; readonly versions: number };
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

/** A way to the new version. */
export interface ProofRoute {
  /**
   * The answer to one prediction request. `undefined` when another version answered, which only happens
   * where traffic is split: then it is to be asked again.
   *
   * @throws ServiceError
   */
  predict(
    instances: readonly Json[],
    signatureName: string | undefined,
  ): Promise<JsonObject | undefined>;
  /** How often it is worth asking until the new version answers. */
  readonly tries: number;
}

/** The list of what this run made, kept by `main.ts`. */
export interface Ledger {
  /** Something was made, or its state has changed. */
  note(made: Made): void;
  /** Something that was noted is gone again. */
  forget(name: string): void;
  /** What `Platform.remember` answers has changed, before a request that makes it true. */
  remember(): void;
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
  /** Opens the way to ask the new version, and nothing else, for predictions. */
  openProof(plan: Plan): Promise<ProofRoute>;
  /** Takes away what was made for the proof only; nothing where there is nothing. Never throws. */
  closeProof(): Promise<void>;
  /** Makes the version the one that serves, reads it back, and clears away what it replaced. */
  promote(plan: Plan): Promise<VersionState>;
  /**
   * Lets what served before serve again, if it was this run that changed it and nobody has since. Answers
   * whether there was anything to put back.
   */
  restore(plan: Undoable): Promise<boolean>;
  /** Deletes what a failed creation left, as far as this run made it and the service allows it. */
  withdraw(plan: Undoable): Promise<void>;
  /** Deletes the old versions of the plan, each looked at once more; what cannot be deleted is a warning. */
  retire(plan: Plan): Promise<void>;
  /** Short name or number of the version that serves now; `undefined` when none does. For reports after a failure. */
  readServing(): Promise<string | undefined>;
  /** The version as it is now, or `undefined` where there is none. For reports after a failure. */
  readVersion(plan: Plan): Promise<VersionState | undefined>;
  /**
   * Reads, after a failure, what helps to say what to do: where the model is if not here, what holds a quota.
   * Nothing for other failures, or a cancelled job; ends within seconds, and never throws.
   */
  lookAround(error: unknown): Promise<Findings>;
  /** What this run did, for `recall` in another process. */
  remember(): JsonObject;
  /**
   * Takes up what another process remembered, and finds what it was making when it ended. What is not in the
   * form that `remember` gives counts as nothing.
   */
  recall(remembered: JsonObject): Promise<void>;
  /** Asks the service to stop an operation, and waits a little until it has ended; best effort. */
  cancel(operation: string): Promise<void>;
  /** URL that online predictions are posted to; `undefined` until it is known. */
  predictUrl(plan: Plan): string | undefined;
  /** Command that waits for an operation. */
  watchCommand(operation: string): string;
  /** Command that lets what served before serve again; `undefined` when nothing did. */
  restoreCommand(plan: Plan): string | undefined;
}
