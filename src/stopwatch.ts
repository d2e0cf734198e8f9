import type { DeployRecord, Stage } from './record.ts';
import type { Teller } from './report/tell.ts';
import type { World } from './world.ts';

/** Runs the work of a stage, unless the job is cancelled. */
export type Stopwatch = <Result>(stage: Stage, work: () => Promise<Result>) => Promise<Result>;

/** Measures each stage, and publishes what has become known at its end, however it ended. */
export function stopwatch(
  record: DeployRecord,
  teller: Teller,
  { clock, signal }: World,
): Stopwatch {
  return async (stage, work) => {
    signal.throwIfAborted();
    const started = clock.elapsed();
    try {
      return await work();
    } catch (error) {
      record.stoppedIn ??= stage;
      throw error;
    } finally {
      record.stages.set(stage, Math.round(clock.elapsed() - started) / 1000);
      teller.publish(record);
    }
  };
}
