import { join } from 'node:path';
import { figuresOf } from './figures.ts';
import type { Figures } from './figures.ts';
import { measure } from './measure.ts';
import type { Command, Measurement } from './measure.ts';
import { turned } from './statistics.ts';

const ACTION = join(import.meta.dirname, '..', 'dist', 'index.js');

/** Who starts and ends at once. */
export type StarterId = 'node' | 'action' | 'gcloud';

/**
 * Starts the bundle with no inputs, which ends in a refusal, beside Node with nothing to do and, where
 * it is installed, `gcloud --version`.
 */
export async function compareStartUps(
  rounds: number,
  hasGcloud: boolean,
  scratch: string,
): Promise<ReadonlyMap<StarterId, Figures>> {
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:INPUT|GITHUB)_/.test(name)),
  );
  const starters: readonly (readonly [StarterId, Command])[] = [
    ['node', { kind: 'node', line: ['-e', '0'] }],
    ['action', { kind: 'node', line: [ACTION], status: 1, environment, directory: scratch }],
    ...(hasGcloud
      ? ([['gcloud', { kind: 'program', line: ['gcloud', '--version'] }]] as const)
      : []),
  ];
  const runs = new Map<StarterId, Measurement[]>(starters.map(([id]) => [id, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [id, command] of turned(starters, round)) {
      const measurement = await measure(command);
      if (round > 0) runs.get(id)?.push(measurement);
    }
  }
  const noServer = { requests: 0, cpuSeconds: 0, firstRequestAt: undefined };
  return new Map(
    [...runs].map(([id, measurements]) => [
      id,
      figuresOf(measurements.map((measurement) => ({ measurement, server: noServer }))),
    ]),
  );
}
