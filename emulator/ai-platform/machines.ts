import { n1Accelerators } from '../google-api/n1-accelerators.ts';

/** A machine type that versions can run on. */
export interface Machine {
  readonly family: 'mls1' | 'n1';
  /** Largest model directory, in bytes; documented as 500 MB and 10 GB, MB meaning MiB. */
  readonly modelBytes: number;
}

/** Machine types by name (ai-platform-v1.md, section 9); the last two are deprecated names. */
const legacyMachines = ['mls1-c1-m2', 'mls1-c4-m2', 'mls1-highmem-1', 'mls1-highcpu-4'];
const computeEngineMachine = /^n1-(standard|highmem|highcpu)-(2|4|8|16|32)$/;

/** The machine of this name, or `undefined` where there is none. */
export function findMachine(name = ''): Machine | undefined {
  if (legacyMachines.includes(name)) return { family: 'mls1', modelBytes: 500 * 1024 ** 2 };
  if (computeEngineMachine.test(name)) return { family: 'n1', modelBytes: 10 * 1024 ** 3 };
  return undefined;
}

/** What a version runs on when it does not say. */
export function defaultMachineType(region: string): string {
  return region === 'global' ? 'mls1-c1-m2' : 'n1-standard-2';
}

/** How many accelerators of a type a machine takes; empty when it takes none of that type. */
export function acceleratorCounts(machineType: string, accelerator: string): readonly number[] {
  const size = computeEngineMachine.exec(machineType)?.[2];
  if (size === undefined) return [];
  const counts: Readonly<Record<string, readonly number[]>> = n1Accelerators(Number(size));
  return counts[accelerator] ?? [];
}
