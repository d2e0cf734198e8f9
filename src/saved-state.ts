import { isJsonObject, parseJson } from './json.ts';
import type { Platform } from './platform/platform.ts';
import type { DeployRecord, Made, Status } from './record.ts';
import type { Environment, JsonObject, Runner } from './world.ts';

/** Name under which GitHub's runner keeps it between the main step and its `post:` step. */
const NAME = 'deploy';
const MOST_CHARACTERS = 500_000;

/** What the `post:` step needs to know of a main step that was ended before it could tidy up. */
export interface SavedState {
  /** Empty while the main step works, and so for ever when it was killed. */
  readonly status: Status | '';
  readonly made: readonly Made[];
  /** Operation that was being waited for. */
  readonly operation: string | undefined;
  /** The parts of the plan that undoing asks for. */
  readonly plan: Undoable | undefined;
  /** What the platform knows of its own doings. */
  readonly platform: JsonObject;
}

/** What of a plan says how it is undone; a `Plan` is one. */
export interface Undoable {
  readonly version: { readonly id: string; readonly standIn?: string };
  readonly previousVersion: string | undefined;
  readonly vertexAi?: { readonly deployTrafficSplit: JsonObject | undefined };
}

/** Keeps what the `post:` step will ask for; the last that was kept counts. */
export interface Memory {
  /** Whose doings are kept from now on. */
  follow(platform: Pick<Platform, 'remember'>): void;
  /** Keeps what is known now, at once, so that it outlives a killed process. */
  keep(): void;
  /**
   * The same at the end, where a run that has kept nothing has nothing to be tidied up.
   *
   * @param isCutShort Whether the job was cancelled while a failed run took back what it had made.
   */
  end(isCutShort: boolean): void;
}

/** The memory of one run; nothing is kept before a platform is followed, since nothing can be left before. */
export function openMemory(runner: Runner, record: DeployRecord): Memory {
  let followed: Pick<Platform, 'remember'> | undefined;
  let isKept = false;
  const keep = (status = record.status): void => {
    if (followed === undefined) return;
    isKept = true;
    runner.saveState(NAME, stateOf({ ...record, status }, followed.remember()));
  };
  return {
    follow: (platform) => {
      followed = platform;
    },
    keep: () => {
      keep();
    },
    end: (isCutShort) => {
      if (isKept) keep(isCutShort && record.failure !== undefined ? 'cancelled' : record.status);
    },
  };
}

function stateOf({ status, made, operation, plan }: DeployRecord, platform: JsonObject): string {
  const { id, standIn } = plan?.version ?? {};
  return JSON.stringify({
    status: status ?? '',
    made,
    ...(operation !== undefined && { operation }),
    ...(plan !== undefined && {
      plan: {
        version: { id, ...(standIn !== undefined && { standIn }) },
        ...(plan.previousVersion !== undefined && { previousVersion: plan.previousVersion }),
        ...(plan.vertexAi !== undefined && {
          vertexAi: { deployTrafficSplit: plan.vertexAi.deployTrafficSplit ?? null },
        }),
      },
    }),
    platform,
  });
}

/**
 * What the main step kept, if it is in the form that we write: anything else, garbled or put there by others,
 * is nothing.
 */
export function readState(environment: Environment): SavedState | undefined {
  const text = environment[`STATE_${NAME}`] ?? '';
  const state = text.length > MOST_CHARACTERS ? undefined : parseJson(text);
  if (!isJsonObject(state)) return undefined;
  const { status, made, operation, plan, platform } = state;
  if (typeof status !== 'string' || !Array.isArray(made) || !isJsonObject(platform)) {
    return undefined;
  }
  if (!(made as readonly unknown[]).every(isMade)) return undefined;
  if (operation !== undefined && !isOperation(operation)) return undefined;
  const undoable = plan === undefined ? undefined : readUndoable(plan);
  if (plan !== undefined && undoable === undefined) return undefined;
  return {
    status: status as Status | '',
    made: made as unknown as readonly Made[],
    operation,
    plan: undoable,
    platform,
  };
}

const KINDS: ReadonlySet<unknown> = new Set<Made['kind']>([
  'bucket',
  'objects',
  'parts',
  'model',
  'endpoint',
  'version',
  'deployment',
]);

function isMade(entry: unknown): entry is Made {
  if (!isJsonObject(entry)) return false;
  const { kind, name, state, undo } = entry;
  return (
    KINDS.has(kind) &&
    typeof name === 'string' &&
    /^(?:gs:\/\/|projects\/)[^\p{Cc}]{1,1200}$/u.test(name) &&
    typeof state === 'string' &&
    typeof undo === 'string' &&
    /^gcloud [^\p{Cc}]{1,3000}$/u.test(undo)
  );
}

function isOperation(operation: unknown): operation is string {
  return (
    typeof operation === 'string' &&
    /^projects\/[\w.:-]+(?:\/[\w-]+\/[\w.-]+)*\/operations\/[\w.-]+$/.test(operation)
  );
}

function readUndoable(plan: unknown): Undoable | undefined {
  if (!isJsonObject(plan) || !isJsonObject(plan['version'])) return undefined;
  const { previousVersion, vertexAi } = plan;
  const { id, standIn } = plan['version'];
  if (!isShortName(id) || !(standIn === undefined || isShortName(standIn))) return undefined;
  if (!(previousVersion === undefined || isShortName(previousVersion))) return undefined;
  const split = isJsonObject(vertexAi) ? vertexAi['deployTrafficSplit'] : undefined;
  return {
    version: { id, ...(standIn !== undefined && { standIn }) },
    previousVersion,
    ...(vertexAi !== undefined && {
      vertexAi: { deployTrafficSplit: isJsonObject(split) ? split : undefined },
    }),
  };
}

function isShortName(name: unknown): name is string {
  return typeof name === 'string' && /^[\w-]{1,128}$/.test(name);
}
