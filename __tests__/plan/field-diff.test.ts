import { describeDifferences, fieldDiff } from '../../src/plan/field-diff.ts';
import type { JsonObject } from '../../src/world.ts';

const wanted = {
  name: 'v1',
  deploymentUri: 'gs://b/fraud/v1/',
  runtimeVersion: '2.11',
  pythonVersion: '3.7',
  framework: 'TENSORFLOW',
} as const satisfies JsonObject;

const existing = {
  ...wanted,
  name: 'projects/acme/models/fraud/versions/v1',
  state: 'READY',
  isDefault: true,
  createTime: '2024-05-01T10:00:00Z',
  lastUseTime: '2024-05-02T10:00:00Z',
  etag: 'AAAA',
  errorMessage: 'none',
} as const satisfies JsonObject;

test('what the service writes itself is no difference', () => {
  expect(fieldDiff(existing, wanted, 'regional')).toEqual([]);
});

test.each<[string, JsonObject, JsonObject]>([
  ['the default machine type', { machineType: 'n1-standard-2' }, {}],
  [
    '64-bit numbers as strings',
    { acceleratorConfig: { count: '1' } },
    { acceleratorConfig: { count: 1 } },
  ],
  ['the default number of nodes', { autoScaling: { minNodes: 1 } }, {}],
  ['empty values', { labels: {}, packageUris: [], description: '' }, {}],
  ['the slash of a directory', { deploymentUri: 'gs://b/fraud/v1' }, {}],
  [
    'the order of fields in a list',
    { autoScaling: { metrics: [{ target: '60', name: 'CPU_USAGE' }] } },
    { autoScaling: { metrics: [{ name: 'CPU_USAGE', target: 60 }] } },
  ],
])('%s: another spelling is no difference, either way', (_name, left, right) => {
  expect(fieldDiff({ ...existing, ...left }, { ...wanted, ...right }, 'regional')).toEqual([]);
  expect(fieldDiff({ ...existing, ...right }, { ...wanted, ...left }, 'regional')).toEqual([]);
});

test('on the global endpoint the defaults are others', () => {
  const mls1 = { machineType: 'mls1-c1-m2', autoScaling: { minNodes: 0 } };
  expect(fieldDiff({ ...existing, ...mls1 }, wanted, 'global')).toEqual([]);
  expect(fieldDiff({ ...existing, ...mls1 }, wanted, 'regional')).toEqual([
    { path: 'autoScaling.minNodes', existing: undefined, wanted: '1' },
    { path: 'machineType', existing: 'mls1-c1-m2', wanted: 'n1-standard-2' },
  ]);
});

test('every other field that differs is told by its path', () => {
  const differences = fieldDiff(
    {
      ...existing,
      machineType: 'n1-standard-4',
      labels: { a: '1', b: '2' },
      routes: { health: '/' },
    },
    {
      ...wanted,
      runtimeVersion: '2.8',
      labels: { a: '1', b: '3' },
      packageUris: ['gs://b/p.tar.gz'],
      manualScaling: { nodes: 2 },
    },
    'regional',
  );
  expect(differences).toEqual([
    { path: 'autoScaling.minNodes', existing: '1', wanted: undefined },
    { path: 'labels.b', existing: '2', wanted: '3' },
    { path: 'machineType', existing: 'n1-standard-4', wanted: 'n1-standard-2' },
    { path: 'manualScaling.nodes', existing: undefined, wanted: '2' },
    { path: 'packageUris', existing: undefined, wanted: '["gs://b/p.tar.gz"]' },
    { path: 'routes.health', existing: '/', wanted: undefined },
    { path: 'runtimeVersion', existing: '2.11', wanted: '2.8' },
  ]);
});

test('differences are told in one line, long values cut', () => {
  expect(
    describeDifferences([
      { path: 'machineType', existing: 'n1-standard-2', wanted: 'n1-standard-4' },
      { path: 'description', existing: undefined, wanted: 'x'.repeat(500) },
    ]),
  ).toBe(
    `machineType: n1-standard-2 → n1-standard-4; description: (not set) → ${'x'.repeat(120)}…`,
  );
});
