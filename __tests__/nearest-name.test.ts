import { isOneSlip, nearestName } from '../src/nearest-name.ts';

const inputs = ['model', 'model_region', 'machine_type', 'max_nodes', 'min_nodes'];

test.each([
  ['machin_type', 'machine_type'],
  ['machine_typ', 'machine_type'],
  ['MACHINE_TYPE', 'machine_type'],
  ['modell', 'model'],
  ['max_node', 'max_nodes'],
  ['min_nods', 'min_nodes'],
  ['model', 'model'],
])('%s was meant to be %s', (given, expected) => {
  expect(nearestName(given, inputs)).toBe(expected);
});

test.each(['', 'bucket', 'x', 'framework', 'node'.repeat(1000)])('%s is near to none', (given) => {
  expect(nearestName(given, inputs)).toBeUndefined();
});

test('of several the nearest is taken, and of equals the first', () => {
  expect(nearestName('mix_nodes', inputs)).toBe('max_nodes');
  expect(nearestName('aaaaab', ['aaaacc', 'aaaaaa'])).toBe('aaaaaa');
});

test('without candidates there is none', () => {
  expect(nearestName('model', [])).toBeUndefined();
});

test.each(['modl', 'modell', 'mudel', 'omdel', 'modle', 'MODL'])(
  '%s is one slip from model',
  (given) => {
    expect(isOneSlip(given, 'model')).toBe(true);
  },
);

test.each(['model', 'mod', 'medol', 'ledom', '', 'model_region'])(
  '%j is none, or more than one',
  (given) => {
    expect(isOneSlip(given, 'model')).toBe(false);
  },
);
