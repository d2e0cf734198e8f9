import { n1Accelerators } from '../google-api/n1-accelerators.ts';

/** What a machine type can be given or has built in. */
export interface Machine {
  /** Counts by accelerator type; empty when it takes none. */
  readonly accelerators: Readonly<Record<string, readonly number[]>>;
}

/** vCPUs by series (framework-matrix.json, `machine_types.vertex`; n1-highcpu-2 is in its GPU table). */
const series: Readonly<Record<string, readonly number[]>> = {
  'e2-standard': [2, 4, 8, 16, 32],
  'e2-highmem': [2, 4, 8, 16],
  'e2-highcpu': [2, 4, 8, 16, 32],
  'n1-standard': [2, 4, 8, 16, 32],
  'n1-highmem': [2, 4, 8, 16, 32],
  'n1-highcpu': [2, 4, 8, 16, 32],
  'n2-standard': [2, 4, 8, 16, 32, 48, 64, 80, 96, 128],
  'n2-highmem': [2, 4, 8, 16, 32, 48, 64, 80, 96, 128],
  'n2-highcpu': [2, 4, 8, 16, 32, 48, 64, 80, 96],
  'n2d-standard': [2, 4, 8, 16, 32, 48, 64, 80, 96, 128, 224],
  'n2d-highmem': [2, 4, 8, 16, 32, 48, 64, 80, 96],
  'n2d-highcpu': [2, 4, 8, 16, 32, 48, 64, 80, 96, 128, 224],
  'c2-standard': [4, 8, 16, 30, 60],
  'c2d-standard': [2, 4, 8, 16, 32, 56, 112],
  'c2d-highcpu': [2, 4, 8, 16, 32, 56, 112],
  'c2d-highmem': [2, 4, 8, 16, 32, 56, 112],
  'c3-highcpu': [4, 8, 22, 44, 88, 176],
};

const a100 = 'NVIDIA_TESLA_A100';
const largeA100 = 'NVIDIA_A100_80GB';
const h100 = 'NVIDIA_H100_80GB';
const l4 = 'NVIDIA_L4';

/** Machine types with accelerators built in. Those of the last two series have no accelerator type. */
const builtIn: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
  'a2-highgpu-1g': { [a100]: [1] },
  'a2-highgpu-2g': { [a100]: [2] },
  'a2-highgpu-4g': { [a100]: [4] },
  'a2-highgpu-8g': { [a100]: [8] },
  'a2-megagpu-16g': { [a100]: [16] },
  'a2-ultragpu-1g': { [largeA100]: [1] },
  'a2-ultragpu-2g': { [largeA100]: [2] },
  'a2-ultragpu-4g': { [largeA100]: [4] },
  'a2-ultragpu-8g': { [largeA100]: [8] },
  'a3-highgpu-1g': { [h100]: [1] },
  'a3-highgpu-2g': { [h100]: [2] },
  'a3-highgpu-4g': { [h100]: [4] },
  'a3-highgpu-8g': { [h100]: [8] },
  'a3-edgegpu-8g': { [h100]: [8] },
  'a3-ultragpu-8g': { NVIDIA_H200_141GB: [8] },
  'a4-highgpu-8g': { NVIDIA_B200: [8] },
  'g2-standard-4': { [l4]: [1] },
  'g2-standard-8': { [l4]: [1] },
  'g2-standard-12': { [l4]: [1] },
  'g2-standard-16': { [l4]: [1] },
  'g2-standard-24': { [l4]: [2] },
  'g2-standard-32': { [l4]: [1] },
  'g2-standard-48': { [l4]: [4] },
  'g2-standard-96': { [l4]: [8] },
  'a4x-highgpu-4g': {},
  'g4-standard-48': {},
  'g4-standard-96': {},
  'g4-standard-192': {},
  'g4-standard-384': {},
};

/** What a deployed model runs on when it does not say. */
export const defaultMachineType = 'n1-standard-2';

/** The machine type of this name, or `undefined` where there is none. In me-west1 N1 takes T4 only. */
export function findMachine(name: string, region: string): Machine | undefined {
  const accelerators = builtIn[name];
  if (accelerators !== undefined) return { accelerators };
  const [, family = '', size = ''] = /^(.+)-(\d+)$/.exec(name) ?? [];
  if (!(series[family]?.includes(Number(size)) ?? false)) return undefined;
  if (!family.startsWith('n1-')) return { accelerators: {} };
  const { NVIDIA_TESLA_T4, ...others } = n1Accelerators(Number(size));
  return { accelerators: { NVIDIA_TESLA_T4, ...(region !== 'me-west1' && others) } };
}
