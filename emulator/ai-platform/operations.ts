import type { Json, JsonObject } from '../../src/world.ts';
import { timestamp } from '../google-api/generated-values.ts';
import { keepRunningOperations } from '../google-api/running-operations.ts';
import type { RunningOperation, Work } from '../google-api/running-operations.ts';

/** Work of AI Platform that takes its time. */
export interface VersionWork extends Work {
  /** First part of the operation's id, such as `create_fraud_v3`. */
  readonly stem: string;
  readonly type:
    'CREATE_VERSION' | 'DELETE_VERSION' | 'UPDATE_VERSION' | 'DELETE_MODEL' | 'UPDATE_MODEL';
  /** Full name. */
  readonly modelName: string;
  /** The Version as it was when the operation began. */
  readonly version?: JsonObject;
}

/** The operations of one project on one endpoint. */
export interface Operations {
  /** Begins; the Operation as the service answers it. */
  start(work: Omit<VersionWork, 'milliseconds'>): JsonObject;
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

const metadataType = 'type.googleapis.com/google.cloud.ml.v1.OperationMetadata';

/** Keeps operations of a project that last `milliseconds` each. */
export function keepOperations(
  project: string,
  number: string,
  milliseconds: number,
  now: () => number,
): Operations {
  const operations = keepRunningOperations<VersionWork>('The operation was cancelled.', now);

  function render(operation: RunningOperation<VersionWork>): JsonObject {
    const { id, work, startedAt, endedAt, outcome, cancellationRequested } = operation;
    const metadata: Record<string, Json> = {
      '@type': metadataType,
      createTime: timestamp(startedAt),
      startTime: timestamp(startedAt),
      ...(outcome !== undefined && { endTime: timestamp(endedAt) }),
      ...(cancellationRequested && { isCancellationRequested: true }),
      operationType: work.type,
      modelName: work.modelName,
      ...(work.version !== undefined && { version: work.version }),
      projectNumber: number,
    };
    return {
      name: `projects/${project}/operations/${id}`,
      metadata,
      ...(outcome !== undefined && { done: true, ...outcome }),
    };
  }

  return {
    start(work) {
      let time = now();
      while (operations.get(`${work.stem}-${time}`) !== undefined) time += 1;
      return render(operations.start(`${work.stem}-${time}`, { ...work, milliseconds }));
    },
    settle() {
      operations.settle();
    },
    get(id) {
      const operation = operations.get(id);
      return operation === undefined ? undefined : render(operation);
    },
    list: () => operations.list().map(render),
    cancel: (id) => operations.cancel(id),
    busy: () =>
      operations
        .list()
        .filter(
          ({ outcome, work }) =>
            outcome === undefined &&
            (work.type === 'CREATE_VERSION' || work.type === 'DELETE_VERSION'),
        ).length,
  };
}
