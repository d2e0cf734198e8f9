import type { DeployRecord } from '../record.ts';

/** Seconds that all stages took together; the model is made while the upload runs. */
export function totalSeconds({ stages }: Pick<DeployRecord, 'stages'>): number {
  const beside = Math.min(stages.get('upload') ?? 0, stages.get('model') ?? 0);
  return [...stages.values()].reduce((sum, seconds) => sum + seconds, 0) - beside;
}
