import type { Cell, Figures } from './figures.ts';
import { rawLimit } from './figures.ts';
import type { ProfileId } from './profiles.ts';
import type { WorkloadId } from './workloads.ts';

/** What a target is about: seconds or CPU against a peer's, or megabytes. */
export type Figure = 'wall / raw' | 'wall / gcloud' | 'wall / library' | 'CPU / raw' | 'peak MB';

/** One figure to reach (issue B). */
export interface Target {
  readonly workload: WorkloadId;
  readonly profile: ProfileId;
  readonly figure: Figure;
  readonly atMost: number;
}

/** A target beside what was measured; both absent where a peer did not run. */
export interface Judged extends Target {
  readonly measured: number | undefined;
  readonly met: boolean | undefined;
}

function targetsOf(
  workload: WorkloadId,
  profile: ProfileId,
  most: Readonly<Partial<Record<Figure, number>>>,
): Target[] {
  return Object.entries(most).map(([figure, atMost]) => ({
    ...{ workload, profile, atMost },
    figure: figure as Figure,
  }));
}

/** The table of issue B. `library` is `bucket.upload` in parallel. */
export const targets: readonly Target[] = [
  ...targetsOf('W1', 'P0', {
    'wall / raw': 1.5,
    'wall / gcloud': 0.3,
    'wall / library': 0.3,
    'CPU / raw': 1.8,
    'peak MB': 160,
  }),
  ...targetsOf('W1', 'P1', { 'wall / raw': 1.3, 'wall / gcloud': 0.3, 'wall / library': 0.32 }),
  ...targetsOf('W1', 'P2', { 'wall / raw': 1.3, 'wall / gcloud': 0.3, 'wall / library': 0.15 }),
  ...targetsOf('W2', 'P0', {
    'wall / raw': 1.8,
    'wall / gcloud': 0.06,
    'wall / library': 0.2,
    'CPU / raw': 2,
    'peak MB': 160,
  }),
  ...targetsOf('W2', 'P1', { 'wall / raw': 1.5, 'wall / gcloud': 0.12, 'wall / library': 0.25 }),
  ...targetsOf('W3', 'P0', {
    'wall / raw': 1.3,
    'wall / gcloud': 0.65,
    'wall / library': 0.25,
    'CPU / raw': 1.5,
    'peak MB': 160,
  }),
  ...targetsOf('W4', 'P0', {
    'wall / raw': 2.5,
    'wall / gcloud': 0.25,
    'wall / library': 0.9,
    'peak MB': 100,
  }),
];

/** Holds every target against what was measured. */
export function judge(cells: readonly Cell[]): readonly Judged[] {
  return targets.map((target) => {
    const cell = cells.find(
      ({ workload, profile }) => workload === target.workload && profile === target.profile,
    );
    const measured = cell === undefined ? undefined : figureOf(cell, target.figure);
    return {
      ...target,
      measured,
      met: measured === undefined ? undefined : measured <= target.atMost,
    };
  });
}

function figureOf(cell: Cell, figure: Figure): number | undefined {
  const ours = cell.figures.get('ours');
  const ratio = (peer: Figures | undefined, key: 'wallSeconds' | 'cpuSeconds') =>
    ours === undefined || peer === undefined ? undefined : ours[key] / peer[key];
  switch (figure) {
    case 'wall / raw':
      return ratio(rawLimit(cell), 'wallSeconds');
    case 'wall / gcloud':
      return ratio(cell.figures.get('gcloud'), 'wallSeconds');
    case 'wall / library':
      return ratio(cell.figures.get('library'), 'wallSeconds');
    case 'CPU / raw':
      return ratio(rawLimit(cell), 'cpuSeconds');
    case 'peak MB':
      return ours?.peakMegabytes;
  }
}
