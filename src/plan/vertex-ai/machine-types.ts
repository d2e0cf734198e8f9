import { acceleratorsByCores } from '../machine-types.ts';

/** A machine type of Vertex AI. */
export interface VertexAiMachineType {
  readonly name: string;
  /** Counts of each accelerator that it takes, or has. */
  readonly accelerators: Readonly<Record<string, readonly number[]>>;
  /** Whether its accelerators are part of it. */
  readonly builtIn: boolean;
}

/** What a deployed model runs on when it does not say (aiplatform v1, MachineSpec.machineType). */
export const DEFAULT_MACHINE_TYPE = 'n1-standard-2';

const upTo96 = [2, 4, 8, 16, 32, 48, 64, 80, 96];
const upTo128 = [...upTo96, 128];
const upTo224 = [...upTo128, 224];
const c2dCores = [2, 4, 8, 16, 32, 56, 112];

/** Cores by series, of machine types without accelerators. */
const series: Readonly<Record<string, readonly number[]>> = {
  'e2-standard': [2, 4, 8, 16, 32],
  'e2-highmem': [2, 4, 8, 16],
  'e2-highcpu': [2, 4, 8, 16, 32],
  'n2-standard': upTo128,
  'n2-highmem': upTo128,
  'n2-highcpu': upTo96,
  'n2d-standard': upTo224,
  'n2d-highmem': upTo96,
  'n2d-highcpu': upTo224,
  'c2-standard': [4, 8, 16, 30, 60],
  'c2d-standard': c2dCores,
  'c2d-highcpu': c2dCores,
  'c2d-highmem': c2dCores,
  'c3-highcpu': [4, 8, 22, 44, 88, 176],
};

/** Machine types with accelerators in them; those of the last group have no accelerator type in v1. */
const builtIn: readonly (readonly [string, type: string, count: number])[] = [
  ...[1, 2, 4, 8].map((n) => [`a2-highgpu-${n}g`, 'NVIDIA_TESLA_A100', n] as const),
  ['a2-megagpu-16g', 'NVIDIA_TESLA_A100', 16],
  ...[1, 2, 4, 8].map((n) => [`a2-ultragpu-${n}g`, 'NVIDIA_A100_80GB', n] as const),
  ...[1, 2, 4, 8].map((n) => [`a3-highgpu-${n}g`, 'NVIDIA_H100_80GB', n] as const),
  ['a3-edgegpu-8g', 'NVIDIA_H100_80GB', 8],
  ['a3-ultragpu-8g', 'NVIDIA_H200_141GB', 8],
  ['a4-highgpu-8g', 'NVIDIA_B200', 8],
  ...[4, 8, 12, 16, 32].map((cores) => [`g2-standard-${cores}`, 'NVIDIA_L4', 1] as const),
  ['g2-standard-24', 'NVIDIA_L4', 2],
  ['g2-standard-48', 'NVIDIA_L4', 4],
  ['g2-standard-96', 'NVIDIA_L4', 8],
];
const builtInWithoutType = [
  'a4x-highgpu-4g',
  ...[48, 96, 192, 384].map((cores) => `g4-standard-${cores}`),
];

/**
 * Every machine type.
 * Source: Vertex AI, "Configure compute resources for inference", machine types and GPUs (n1-highcpu-2 is
 * in its table of GPUs only).
 */
export const vertexAiMachineTypes: readonly VertexAiMachineType[] = [
  ...['n1-standard', 'n1-highmem', 'n1-highcpu'].flatMap((family) =>
    [...acceleratorsByCores].map(([cores, accelerators]) => ({
      name: `${family}-${cores}`,
      accelerators,
      builtIn: false,
    })),
  ),
  ...Object.entries(series).flatMap(([family, sizes]) =>
    sizes.map((cores) => ({ name: `${family}-${cores}`, accelerators: {}, builtIn: false })),
  ),
  ...builtIn.map(([name, type, count]) => ({
    name,
    accelerators: { [type]: [count] },
    builtIn: true,
  })),
  ...builtInWithoutType.map((name) => ({ name, accelerators: {}, builtIn: true })),
];

/** The machine type of this name, as the region has it: N1 of me-west1 takes T4 only. */
export function findVertexAiMachineType(
  name: string,
  region: string,
): VertexAiMachineType | undefined {
  const found = vertexAiMachineTypes.find((candidate) => candidate.name === name);
  const t4 = found?.accelerators['NVIDIA_TESLA_T4'];
  if (found === undefined || t4 === undefined || region !== 'me-west1') return found;
  return { ...found, accelerators: { NVIDIA_TESLA_T4: t4 } };
}
