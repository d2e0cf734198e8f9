import type { Pace } from './retrying.ts';

/** Requests in flight at the start: enough to hide the latency of a nearby region. */
const FIRST_LIMIT = 64;
/** Most that are ever in flight. */
export const HIGHEST_LIMIT = 256;
/** Parts in flight: enough that no connection's rate is the limit, few enough for the memory. */
const STREAM_LIMIT = 32;
/** Successes after which the limit grows by one, once the service has refused. */
const SUCCESSES_TO_GROW = 20;
/** Share of time beyond which this thread is busy, so that more in flight would only take memory. */
const BUSY = 0.9;

/** What a task sends: a whole small object, or a part of a large one. */
export type TaskKind = 'whole' | 'stream';

/** Runs tasks, so many at once as the service bears. */
export interface Crew extends Pace {
  /** Runs the task when its turn comes; rejects with the signal's reason when that aborts before. */
  run<T>(kind: TaskKind, task: () => Promise<T>): Promise<T>;
}

interface Waiting {
  readonly start: () => void;
  readonly leave: () => void;
}

/**
 * A crew that begins with 64 in flight and doubles them, up to 256, after each round in which the thread
 * had time left. Refused, it halves, and from then on adds one after 20 successes. Streams go first: they
 * take longest.
 *
 * @param most in flight, whatever the service bears
 */
export function openCrew(signal: AbortSignal, most = HIGHEST_LIMIT): Crew {
  const waiting: Record<TaskKind, Waiting[]> = { stream: [], whole: [] };
  const active: Record<TaskKind, number> = { stream: 0, whole: 0 };
  const highest = Math.min(HIGHEST_LIMIT, most);
  let limit = Math.min(FIRST_LIMIT, highest);
  let wasRefused = false;
  let successes = 0;
  let loop = performance.eventLoopUtilization();

  const next = (): Waiting | undefined => {
    if (active.stream + active.whole >= limit) return undefined;
    if (active.stream < STREAM_LIMIT) {
      const stream = waiting.stream.shift();
      if (stream !== undefined) return stream;
    }
    return waiting.whole.shift();
  };
  const startWhatFits = (): void => {
    for (let task = next(); task !== undefined; task = next()) task.start();
  };
  signal.addEventListener(
    'abort',
    () => {
      for (const task of [...waiting.stream.splice(0), ...waiting.whole.splice(0)]) task.leave();
    },
    { once: true },
  );

  return {
    run: (kind, task) =>
      new Promise((resolve, reject) => {
        const leave = (): void => {
          reject(signal.reason as Error);
        };
        const start = (): void => {
          active[kind] += 1;
          void task()
            .then(resolve, reject)
            .then(() => {
              active[kind] -= 1;
              startWhatFits();
            });
        };
        if (signal.aborted) leave();
        else {
          waiting[kind].push({ start, leave });
          startWhatFits();
        }
      }),
    succeeded: () => {
      successes += 1;
      if (successes < (wasRefused ? SUCCESSES_TO_GROW : limit)) return;
      successes = 0;
      const { utilization } = performance.eventLoopUtilization(loop);
      loop = performance.eventLoopUtilization();
      if (wasRefused) limit += 1;
      else if (utilization < BUSY) limit *= 2;
      limit = Math.min(limit, highest);
    },
    refused: () => {
      wasRefused = true;
      successes = 0;
      limit = Math.max(1, Math.floor(limit / 2));
    },
  };
}
