/** Accelerators that Compute Engine puts on N1 machines for predictions. */
export type N1Accelerator =
  'NVIDIA_TESLA_P100' | 'NVIDIA_TESLA_P4' | 'NVIDIA_TESLA_T4' | 'NVIDIA_TESLA_V100';

/**
 * How many accelerators of each type an N1 machine of so many vCPUs takes (framework-matrix.json,
 * `n1_gpu_counts`).
 */
export function n1Accelerators(vcpus: number): Readonly<Record<N1Accelerator, readonly number[]>> {
  const counts = vcpus === 32 ? [2, 4] : [1, 2, 4];
  return {
    NVIDIA_TESLA_P100: counts,
    NVIDIA_TESLA_P4: counts,
    NVIDIA_TESLA_T4: counts,
    NVIDIA_TESLA_V100: [1, 2, 4, 8].filter((count) => count * 8 >= vcpus),
  };
}
