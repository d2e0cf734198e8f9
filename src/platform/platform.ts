import type { JsonObject } from '../world.ts';
import type { Plan } from '../plan/plan.ts';

/** What the platform holds before we change anything. */
export interface Existing {
  /** The model resource, if there is one. */
  readonly model: JsonObject | undefined;
  /** The version of the name that we want to use, if there is one. */
  readonly version: JsonObject | undefined;
  /** Short name of the version that serves now, if any. */
  readonly servingVersion: string | undefined;
}

/** A version as the service last told it. */
export interface VersionState {
  /** `READY`, `CREATING`, `FAILED`, … as the service spells it. */
  readonly state: string;
  readonly isDefault: boolean;
  readonly errorMessage: string | undefined;
  readonly machineType: string | undefined;
}

/** A house of models. The rest of the program does not ask which one it is. */
export interface Platform {
  /** Reads the model and the version of this name; changes nothing. */
  lookUp(model: string, version: string): Promise<Existing>;
  /** Creates the model unless it is there; a race that somebody else won is a success. */
  ensureModel(plan: Plan): Promise<'created' | 'existed'>;
  /**
   * Starts the creation of the version. Answers the name of the operation that does it, or `undefined`
   * when the answer was lost but the version is there and ours: then its own state tells the rest.
   */
  createVersion(plan: Plan): Promise<string | undefined>;
  /** Waits for the operation, then reads the version back until it is READY. Throws when it is not. */
  awaitVersion(operation: string | undefined, plan: Plan): Promise<VersionState>;
  /** Sets the fields that a creation ignores (`plan.version.patch`), if there are any. */
  patchVersion(plan: Plan): Promise<void>;
  /** Makes the version the one that serves and reads it back. */
  promote(plan: Plan): Promise<VersionState>;
  /** The version as it is now, or `undefined` where there is none. For reports after a failure. */
  readVersion(plan: Plan): Promise<VersionState | undefined>;
  /** URL that online predictions are posted to. */
  predictUrl(plan: Plan): string;
}
