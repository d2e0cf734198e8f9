import type { JsonObject } from '../../src/world.ts';

/** How an operation ended (google.longrunning.Operation). */
export type Outcome =
  | { readonly response: JsonObject }
  | { readonly error: { readonly code: number; readonly message: string } };

/** Work that takes its time. */
export interface Work {
  readonly milliseconds: number;
  /** Does the work, once, when its time is over. */
  finish(): Outcome;
  /** Ends the work early; absent when it cannot be cancelled. */
  cancel?(): void;
}

/** An operation as it stands; times in milliseconds since 1970. */
export interface RunningOperation<W extends Work> {
  readonly id: string;
  readonly work: W;
  readonly startedAt: number;
  /** When it ended, or is going to. */
  readonly endedAt: number;
  readonly outcome: Outcome | undefined;
  readonly cancellationRequested: boolean;
}

/** Operations by their ids. */
export interface RunningOperations<W extends Work> {
  start(id: string, work: W): RunningOperation<W>;
  /** Ends whatever has had its time. */
  settle(): void;
  get(id: string): RunningOperation<W> | undefined;
  list(): readonly RunningOperation<W>[];
  /** Asks for cancellation; whether there is such an operation. */
  cancel(id: string): boolean;
}

/**
 * Keeps operations. Nothing runs in between: what is due is done when somebody looks. `cancelled` is
 * the message of an operation that was cancelled, `now` the time in milliseconds since 1970.
 */
export function keepRunningOperations<W extends Work>(
  cancelled: string,
  now: () => number,
): RunningOperations<W> {
  type Kept = { -readonly [Name in keyof RunningOperation<W>]: RunningOperation<W>[Name] };
  const operations = new Map<string, Kept>();

  return {
    start(id, work) {
      const startedAt = now();
      const running: Kept = {
        id,
        work,
        startedAt,
        endedAt: startedAt + work.milliseconds,
        outcome: undefined,
        cancellationRequested: false,
      };
      operations.set(id, running);
      return running;
    },
    settle() {
      const time = now();
      for (const running of operations.values()) {
        if (running.outcome === undefined && running.endedAt <= time) {
          running.outcome = running.work.finish();
        }
      }
    },
    get: (id) => operations.get(id),
    list: () => [...operations.values()],
    cancel(id) {
      const running = operations.get(id);
      if (running === undefined) return false;
      if (running.outcome !== undefined) return true;
      running.cancellationRequested = true;
      if (running.work.cancel !== undefined) {
        running.work.cancel();
        running.endedAt = now();
        running.outcome = { error: { code: 1, message: cancelled } };
      }
      return true;
    },
  };
}
