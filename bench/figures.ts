import type { ContestantId } from './contestants.ts';
import type { Measurement } from './measure.ts';
import type { ProfileId } from './profiles.ts';
import type { ServerReport } from './server.ts';
import { median, spread } from './statistics.ts';
import type { WorkloadId } from './workloads.ts';

/** One run of one process against a server, which may or may not tell what it did. */
export interface Run {
  readonly measurement: Measurement;
  readonly server: ServerReport | undefined;
}

/** Medians over the rounds. */
export interface Figures {
  readonly wallSeconds: number;
  /** Half the distance of the extremes of `wallSeconds`, as a share of it. */
  readonly spread: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number | undefined;
  readonly requests: number | undefined;
  readonly serverCpuSeconds: number | undefined;
  /** From the start of the process to its first request at the server. */
  readonly firstRequestSeconds: number | undefined;
}

/** What was measured of one workload through one network. */
export interface Cell {
  readonly workload: WorkloadId;
  readonly profile: ProfileId;
  readonly figures: ReadonlyMap<ContestantId, Figures>;
}

/** Medians of all runs. @throws RangeError without a run. */
export function figuresOf(runs: readonly Run[]): Figures {
  const walls = runs.map(({ measurement }) => measurement.wallSeconds);
  const peaks = runs.map(({ measurement }) => measurement.peakMegabytes);
  const firsts = runs.map(({ measurement, server }) =>
    server?.firstRequestAt === undefined
      ? undefined
      : (server.firstRequestAt - measurement.startedAt) / 1000,
  );
  return {
    wallSeconds: median(walls),
    spread: spread(walls),
    cpuSeconds: median(runs.map(({ measurement }) => measurement.cpuSeconds)),
    peakMegabytes: medianOfKnown(peaks),
    requests: medianOfKnown(runs.map(({ server }) => server?.requests)),
    serverCpuSeconds: medianOfKnown(runs.map(({ server }) => server?.cpuSeconds)),
    firstRequestSeconds: medianOfKnown(firsts),
  };
}

/** The raw limit of a cell: the faster setting of the leanest uploader. */
export function rawLimit({ figures }: Cell): Figures | undefined {
  const both = defined([figures.get('raw-16'), figures.get('raw-32')]);
  return both.toSorted((left, right) => left.wallSeconds - right.wallSeconds)[0];
}

function medianOfKnown(values: readonly (number | undefined)[]): number | undefined {
  const known = defined(values);
  return known.length === 0 ? undefined : median(known);
}

function defined<T>(values: readonly (T | undefined)[]): T[] {
  return values.filter((value) => value !== undefined);
}
