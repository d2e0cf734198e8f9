import type { Json, JsonObject } from '../../src/world.ts';
import { newId, timestamp } from '../google-api/generated-values.ts';
import { keepRunningOperations } from '../google-api/running-operations.ts';
import type { RunningOperation, Work } from '../google-api/running-operations.ts';

const types = 'type.googleapis.com/google.cloud.aiplatform.v1';

/** Stages that a deployment passes through, while it has its time (names from memory). */
const stages = [
  'STARTING_DEPLOYMENT',
  'PREPARING_MODEL',
  'CREATING_SERVING_CLUSTER',
  'ADDING_NODES_TO_CLUSTER',
  'GETTING_CONTAINER_IMAGE',
  'STARTING_MODEL_SERVER',
  'FINISHING_UP',
] as const;

/** Work of Vertex AI that takes its time. */
export interface VertexWork extends Work {
  /** Resource that it is about, below the location: `models/fraud`. */
  readonly parent: string;
  /** `UploadModel`, for the type of the metadata. */
  readonly type: string;
  /** Whether its metadata tell the stage of a deployment. */
  readonly hasStages?: boolean;
  /** Why it is going to fail, for `partialFailures`: Cloud Logging, which has it, is not emulated. */
  readonly partialFailure?: string | undefined;
}

/** The operations of one project in one region. */
export interface Operations {
  /** Begins; the Operation as the service answers it. */
  start(work: VertexWork): JsonObject;
  /** Ends whatever has had its time. */
  settle(): void;
  /** The Operation of this id; with a parent, only if it is about that resource. */
  get(id: string, parent: string | undefined): JsonObject | undefined;
  /** Milliseconds until it has ended. */
  remaining(id: string): number;
  /** Those about this resource, or all. */
  list(parent: string | undefined): readonly JsonObject[];
  cancel(id: string): void;
  /** Forgets the result; the work goes on. */
  forget(id: string): void;
}

/** Keeps the operations of a location, whose name is given. */
export function keepOperations(location: string, now: () => number): Operations {
  const operations = keepRunningOperations<VertexWork>('CANCELLED', now);
  const forgotten = new Set<string>();
  const belongs = (parent: string | undefined): ((one: RunningOperation<VertexWork>) => boolean) =>
    parent === undefined
      ? ({ id }) => !forgotten.has(id)
      : ({ id, work }) => !forgotten.has(id) && work.parent === parent;

  function render(operation: RunningOperation<VertexWork>): JsonObject {
    const { id, work, outcome } = operation;
    return {
      name: `${location}/${work.parent}/operations/${id}`,
      metadata: renderMetadata(operation, now()),
      ...(outcome !== undefined && { done: true, ...outcome }),
    };
  }

  return {
    start: (work) => render(operations.start(newId(), work)),
    settle() {
      operations.settle();
    },
    get(id, parent) {
      const operation = operations.get(id);
      if (operation === undefined || !belongs(parent)(operation)) return undefined;
      return render(operation);
    },
    remaining(id) {
      const operation = operations.get(id);
      if (operation === undefined || operation.outcome !== undefined) return 0;
      return Math.max(0, operation.endedAt - now());
    },
    list: (parent) => operations.list().filter(belongs(parent)).map(render),
    cancel: (id) => void operations.cancel(id),
    forget: (id) => void forgotten.add(id),
  };
}

/** An operation's `response` of a type of this API. */
export function response(type: string, fields: JsonObject): { readonly response: JsonObject } {
  return { response: { '@type': `${types}.${type}`, ...fields } };
}

/** The `response` of an operation that leaves nothing. */
export const emptyResponse = {
  response: { '@type': 'type.googleapis.com/google.protobuf.Empty' },
} as const;

function renderMetadata(operation: RunningOperation<VertexWork>, now: number): JsonObject {
  const { work, startedAt, endedAt, outcome } = operation;
  const hasFailed = outcome !== undefined && 'error' in outcome;
  const elapsed = now - startedAt;
  const reached = Math.floor((elapsed / Math.max(1, work.milliseconds)) * stages.length);
  const stage = outcome === undefined ? Math.min(reached, stages.length - 1) : stages.length - 1;
  const genericMetadata: Record<string, Json> = {
    createTime: timestamp(startedAt),
    updateTime: timestamp(outcome === undefined ? Math.min(now, endedAt) : endedAt),
  };
  if (hasFailed && work.partialFailure !== undefined) {
    genericMetadata['partialFailures'] = [{ code: 9, message: work.partialFailure }];
  }
  return {
    '@type': `${types}.${work.type}OperationMetadata`,
    genericMetadata,
    ...(work.hasStages === true && {
      deploymentStage: hasFailed ? 'DEPLOYMENT_TERMINATED' : (stages[stage] ?? stages[0]),
    }),
  };
}
