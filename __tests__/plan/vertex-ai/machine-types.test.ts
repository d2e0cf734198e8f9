import { findMachine } from '../../../emulator/vertex-ai/machines.ts';
import {
  findVertexAiMachineType,
  vertexAiMachineTypes,
} from '../../../src/plan/vertex-ai/machine-types.ts';

test('every machine type is one that the service knows, with the same accelerators', () => {
  for (const { name, accelerators } of vertexAiMachineTypes) {
    expect([name, findMachine(name, 'us-central1')?.accelerators]).toEqual([name, accelerators]);
  }
  expect(vertexAiMachineTypes).toHaveLength(150);
  expect(new Set(vertexAiMachineTypes.map(({ name }) => name)).size).toBe(150);
});

test('in me-west1 the N1 series takes only a T4', () => {
  expect(findVertexAiMachineType('n1-standard-4', 'me-west1')?.accelerators).toEqual({
    NVIDIA_TESLA_T4: [1, 2, 4],
  });
  expect(findVertexAiMachineType('g2-standard-4', 'me-west1')?.accelerators).toEqual({
    NVIDIA_L4: [1],
  });
});

test.each(['n1-standard-3', 'mls1-c1-m2', 'constructor', ''])('%s is none', (name) => {
  expect(findVertexAiMachineType(name, 'us-central1')).toBeUndefined();
});
