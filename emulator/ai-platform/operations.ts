import type { Json, JsonObject } from '../../src/world.ts';
import { timestamp } from './resources.ts';

/** How an operation ended (google.longrunning.Operation). */
export type Outcome =
  | { readonly response: JsonObject }
  | { readonly error: { readonly code: number; readonly message: string } };

/** Work that takes its time. */
export interface Work {
  /** First part of the operation's id, such as `create_fraud_v3`. */
  readonly stem: string;
  readonly type:
    'CREATE_VERSION' | 'DELETE_VERSION' | 'UPDATE_VERSION' | 'DELETE_MODEL' | 'UPDATE_MODEL';
  /** Full name. */
  readonly modelName: string;
  /** The Version as it was when the operation began. */
  readonly version?: JsonObject;
  /** Does the work, once, when its time is over. */
  finish(): Outcome;
  /** Ends the work early; absent when it cannot be cancelled. */
  cancel?(): void;
}

/** The operations of one project on one endpoint. */
export interface Operations {
  /** Begins; the Operation as the service answers it. */
  start(work: Work): JsonObject;
  /** Ends whatever has had its time. */
  settle(): void;
  /** The Operation of this id. */
  get(id: string): JsonObject | undefined;
  list(): readonly JsonObject[];
  /** Asks for cancellation; whether there is such an operation. */
  cancel(id: string): boolean;
  /** Creations and deletions of versions that are under way. */
  busy(): number;
}

interface Running {
  readonly id: string;
  readonly work: Work;
  readonly startedAt: number;
  endedAt: number;
  outcome: Outcome | undefined;
  cancellationRequested: boolean;
}

const metadataType = 'type.googleapis.com/google.cloud.ml.v1.OperationMetadata';

/**
 * Keeps operations that last `milliseconds` each. Nothing runs in between: what is due is done when
 * somebody looks.
 */
export function keepOperations(
  project: string,
  projectNumber: string,
  milliseconds: number,
): Operations {
  const operations = new Map<string, Running>();

  function render({ id, work, startedAt, endedAt, outcome, ...rest }: Running): JsonObject {
    const metadata: Record<string, Json> = {
      '@type': metadataType,
      createTime: timestamp(startedAt),
      startTime: timestamp(startedAt),
      ...(outcome !== undefined && { endTime: timestamp(endedAt) }),
      ...(rest.cancellationRequested && { isCancellationRequested: true }),
      operationType: work.type,
      modelName: work.modelName,
      ...(work.version !== undefined && { version: work.version }),
      projectNumber,
    };
    return {
      name: `projects/${project}/operations/${id}`,
      metadata,
      ...(outcome !== undefined && { done: true, ...outcome }),
    };
  }

  return {
    start(work) {
      const startedAt = Date.now();
      let number = startedAt;
      while (operations.has(`${work.stem}-${number}`)) number += 1;
      const running: Running = {
        id: `${work.stem}-${number}`,
        work,
        startedAt,
        endedAt: startedAt + milliseconds,
        outcome: undefined,
        cancellationRequested: false,
      };
      operations.set(running.id, running);
      return render(running);
    },
    settle() {
      const now = Date.now();
      for (const running of operations.values()) {
        if (running.outcome === undefined && running.endedAt <= now) {
          running.outcome = running.work.finish();
        }
      }
    },
    get(id) {
      const running = operations.get(id);
      return running === undefined ? undefined : render(running);
    },
    list: () => [...operations.values()].map(render),
    cancel(id) {
      const running = operations.get(id);
      if (running === undefined) return false;
      if (running.outcome !== undefined) return true;
      running.cancellationRequested = true;
      if (running.work.cancel !== undefined) {
        running.work.cancel();
        running.endedAt = Date.now();
        running.outcome = { error: { code: 1, message: 'The operation was cancelled.' } };
      }
      return true;
    },
    busy: () =>
      [...operations.values()].filter(
        ({ outcome, work }) =>
          outcome === undefined &&
          (work.type === 'CREATE_VERSION' || work.type === 'DELETE_VERSION'),
      ).length,
  };
}
