import { defaultMachineType, findMachineType, machineTypes } from '../../src/plan/machine-types.ts';

test('MLS1 is on the global endpoint with 500 MiB and no accelerators', () => {
  expect(findMachineType('mls1-c1-m2')).toEqual({
    name: 'mls1-c1-m2',
    endpoint: 'global',
    maximumBytes: 524_288_000,
    accelerators: {},
  });
});

test('N1 is on regional endpoints with 10 GiB, and its size tells the counts of accelerators', () => {
  expect(findMachineType('n1-highmem-16')).toEqual({
    name: 'n1-highmem-16',
    endpoint: 'regional',
    maximumBytes: 10_737_418_240,
    accelerators: {
      NVIDIA_TESLA_P4: [1, 2, 4],
      NVIDIA_TESLA_P100: [1, 2, 4],
      NVIDIA_TESLA_T4: [1, 2, 4],
      NVIDIA_TESLA_V100: [2, 4, 8],
    },
  });
  expect(findMachineType('n1-standard-32')?.accelerators).toEqual({
    NVIDIA_TESLA_P4: [2, 4],
    NVIDIA_TESLA_P100: [2, 4],
    NVIDIA_TESLA_T4: [2, 4],
    NVIDIA_TESLA_V100: [4, 8],
  });
  expect(findMachineType('n1-highcpu-2')?.accelerators['NVIDIA_TESLA_V100']).toEqual([1, 2, 4, 8]);
});

test('there are four names of MLS1 and fifteen of N1', () => {
  const count = (prefix: string) =>
    machineTypes.filter(({ name }) => name.startsWith(prefix)).length;
  expect([count('mls1-'), count('n1-'), machineTypes.length]).toEqual([4, 15, 19]);
});

test('the defaults of both endpoints are machine types of theirs', () => {
  expect(defaultMachineType('global')).toBe('mls1-c1-m2');
  expect(defaultMachineType('regional')).toBe('n1-standard-2');
  expect(findMachineType('n2-standard-2')).toBeUndefined();
});
