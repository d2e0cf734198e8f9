/** Where a machine type exists: MLS1 on the global endpoint only, N1 on regional ones only. */
export type Endpoint = 'global' | 'regional';

/** A machine type of AI Platform Prediction. */
export interface MachineType {
  readonly name: string;
  readonly endpoint: Endpoint;
  /** Largest total size of the files below `deploymentUri`, in bytes. */
  readonly maximumBytes: number;
  /** Counts of each accelerator that may be attached; empty when none can. */
  readonly accelerators: Readonly<Record<string, readonly number[]>>;
}

/** 500 MB; an error of the service printed the former limit of 250 MB as 262144000 bytes, so MiB. */
export const MLS1_MAXIMUM_BYTES = 500 * 1024 ** 2;
/** 10 GB, read as GiB for the same reason. */
export const N1_MAXIMUM_BYTES = 10 * 1024 ** 3;

const acceleratorsUpTo8Cores = {
  NVIDIA_TESLA_P4: [1, 2, 4],
  NVIDIA_TESLA_P100: [1, 2, 4],
  NVIDIA_TESLA_T4: [1, 2, 4],
  NVIDIA_TESLA_V100: [1, 2, 4, 8],
};

/** Accelerators and their counts by the cores of an N1 machine. */
export const acceleratorsByCores: ReadonlyMap<number, MachineType['accelerators']> = new Map([
  [2, acceleratorsUpTo8Cores],
  [4, acceleratorsUpTo8Cores],
  [8, acceleratorsUpTo8Cores],
  [16, { ...acceleratorsUpTo8Cores, NVIDIA_TESLA_V100: [2, 4, 8] }],
  [
    32,
    {
      NVIDIA_TESLA_P4: [2, 4],
      NVIDIA_TESLA_P100: [2, 4],
      NVIDIA_TESLA_T4: [2, 4],
      NVIDIA_TESLA_V100: [4, 8],
    },
  ],
]);

/**
 * Every machine type; the last two of MLS1 are the deprecated names.
 * Source: AI Platform Prediction, "Machine types for online prediction"; accelerator counts:
 * "Configure compute resources", table of N1 (the same hardware).
 */
export const machineTypes: readonly MachineType[] = [
  ...['mls1-c1-m2', 'mls1-c4-m2', 'mls1-highmem-1', 'mls1-highcpu-4'].map((name): MachineType => ({
    name,
    endpoint: 'global',
    maximumBytes: MLS1_MAXIMUM_BYTES,
    accelerators: {},
  })),
  ...['standard', 'highmem', 'highcpu'].flatMap((series) =>
    [...acceleratorsByCores].map(([cores, accelerators]): MachineType => ({
      name: `n1-${series}-${cores}`,
      endpoint: 'regional',
      maximumBytes: N1_MAXIMUM_BYTES,
      accelerators,
    })),
  ),
];

/** The machine type of this name, if there is one. */
export function findMachineType(name: string): MachineType | undefined {
  return machineTypes.find((candidate) => candidate.name === name);
}

/** What the service takes when `machineType` is not sent (ml v1, `Version.machineType`). */
export function defaultMachineType(endpoint: Endpoint): string {
  return endpoint === 'global' ? 'mls1-c1-m2' : 'n1-standard-2';
}
