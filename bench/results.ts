import type { HasherId } from './checksums.ts';
import type { DeployerId } from './deploy.ts';
import type { Cell, Figures } from './figures.ts';
import type { Profile } from './profiles.ts';
import type { StarterId } from './startup.ts';
import type { Workload } from './workloads.ts';

/** Where and when it was measured. */
export interface Machine {
  readonly date: Date;
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  readonly library: string;
  /** Absent where gcloud is not installed. */
  readonly gcloud: string | undefined;
  /** Load averages over one minute, before and after. */
  readonly loads: readonly [number, number];
}

/** Everything that one run of the bench measured. */
export interface Results {
  readonly machine: Machine;
  /** Small files, which the targets are not about. */
  readonly quick: boolean;
  /** Another server than the emulator, by its origin. */
  readonly server: string | undefined;
  readonly rounds: number;
  readonly startUpRounds: number;
  readonly workloads: readonly Workload[];
  readonly profiles: readonly Profile[];
  readonly cells: readonly Cell[];
  /** MiB of CRC-32C a second; absent in a partial run, as what follows. */
  readonly hashers: ReadonlyMap<HasherId, number> | undefined;
  readonly startUps: ReadonlyMap<StarterId, Figures> | undefined;
  readonly deploys: ReadonlyMap<DeployerId, Figures> | undefined;
}
