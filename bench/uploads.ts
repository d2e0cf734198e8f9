import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { contestants } from './contestants.ts';
import type { Clients, Contestant, ContestantId } from './contestants.ts';
import { figuresOf } from './figures.ts';
import type { Cell, Run } from './figures.ts';
import { measure } from './measure.ts';
import { openOtherServer } from './other-server.ts';
import type { Profile } from './profiles.ts';
import { startService } from './service.ts';
import type { Service } from './service.ts';
import { turned } from './statistics.ts';
import { writeWorkload } from './workloads.ts';
import type { Workload } from './workloads.ts';

/** What is compared. */
export interface Comparison {
  readonly workloads: readonly Workload[];
  readonly profiles: readonly Profile[];
  readonly rounds: number;
  readonly clients: Clients;
  /** An existing directory for the files that are uploaded; empty again afterwards. */
  readonly scratch: string;
  readonly say: (line: string) => void;
  /** Who does not take part. */
  readonly without: readonly ContestantId[];
  /** Origin of another server that runs already; without it the emulator is started. */
  readonly server: string | undefined;
}

/** Uploads every workload through every network by everybody, in turns. */
export async function compareUploads(comparison: Comparison): Promise<readonly Cell[]> {
  const cells: Cell[] = [];
  for (const workload of comparison.workloads) {
    const directory = join(comparison.scratch, workload.id);
    await mkdir(directory);
    try {
      const checksums = await writeWorkload(workload, directory);
      for (const profile of comparison.profiles) {
        comparison.say(`${workload.id} ${profile.id}`);
        cells.push(await compareOne(comparison, workload, profile, directory, checksums));
      }
    } finally {
      await rm(directory, { recursive: true });
    }
  }
  return cells;
}

async function compareOne(
  { rounds, clients, say, without, server }: Comparison,
  workload: Workload,
  profile: Profile,
  directory: string,
  checksums: ReadonlyMap<string, string>,
): Promise<Cell> {
  const taking = contestants.filter(
    ({ id, takesPart }) =>
      takesPart(workload, profile) &&
      !without.includes(id) &&
      (id !== 'gcloud' || clients.gcloud !== undefined),
  );
  const runs = new Map<ContestantId, Run[]>(taking.map(({ id }) => [id, []]));
  await using service =
    server === undefined
      ? await startService({ network: profile.network })
      : await openOtherServer(server);
  let made = 0;
  // The round before the first warms everything up.
  for (let round = 0; round <= rounds; round += 1) {
    if (round === 1) await service.stopLearning();
    for (const contestant of turned(taking, round)) {
      made += 1;
      const prefix = `run-${String(made).padStart(5, '0')}/`;
      await service.report();
      const task = { origin: service.origin, prefix, directory };
      const measurement = await measure(contestant.command(task, clients));
      const report = await service.report();
      await expectArrived(service, contestant, workload, prefix, checksums);
      if (round > 0) runs.get(contestant.id)?.push({ measurement, server: report });
      await service.clear(prefix.slice(0, -1));
      say(`  ${round}/${rounds} ${contestant.id} ${measurement.wallSeconds.toFixed(2)} s`);
    }
  }
  const figures = new Map([...runs].map(([id, some]) => [id, figuresOf(some)]));
  return { workload: workload.id, profile: profile.id, figures };
}

/** @throws when the objects are not exactly the files, by name and CRC-32C; nothing else may be left. */
async function expectArrived(
  service: Service,
  { id, isTrue, objectName }: Contestant,
  workload: Workload,
  prefix: string,
  checksums: ReadonlyMap<string, string>,
): Promise<void> {
  if (!isTrue) return;
  const found = await service.checksums(prefix.slice(0, -1));
  for (const [file, checksum] of checksums) {
    const name = prefix + objectName(file, workload);
    if (found.get(name) === checksum) continue;
    throw new Error(`${id}: ${name} has crc32c ${found.get(name) ?? 'none'}, not ${checksum}.`);
  }
  if (found.size > checksums.size) {
    const left = found.size - checksums.size;
    throw new Error(`${id} left ${left} objects beside the files of ${workload.id}.`);
  }
}
