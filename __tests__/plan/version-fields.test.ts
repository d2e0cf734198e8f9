import { checkVersionConfig } from '../../src/plan/version-fields.ts';
import type { JsonObject } from '../../src/world.ts';

function told(config: JsonObject): string[] {
  return checkVersionConfig(config).map(({ given, problem }) => `${given} | ${problem}`);
}

test('every public field of the Version resource is accepted', () => {
  expect(
    told({
      name: 'v1',
      description: 'd',
      deploymentUri: 'gs://b/d/',
      runtimeVersion: '2.11',
      pythonVersion: '3.7',
      framework: 'XGBOOST',
      machineType: 'n1-standard-2',
      acceleratorConfig: { count: '1', type: 'NVIDIA_TESLA_T4' },
      autoScaling: { minNodes: 1, maxNodes: 2, metrics: [{ name: 'CPU_USAGE', target: 60 }] },
      manualScaling: { nodes: 1 },
      labels: { team: 'risk' },
      packageUris: ['gs://b/p.tar.gz'],
      predictionClass: 'a.B',
      container: {
        image: 'i',
        command: ['c'],
        args: ['a'],
        env: [{ name: 'N', value: 'v' }],
        ports: [{ containerPort: 8080 }],
      },
      routes: { predict: '/p', health: '/h' },
      serviceAccount: 'p@acme.iam.gserviceaccount.com',
      explanationConfig: {
        integratedGradientsAttribution: { numIntegralSteps: 50 },
        sampledShapleyAttribution: { numPaths: 10 },
        xraiAttribution: { numIntegralSteps: 50 },
      },
      requestLoggingConfig: { bigqueryTableName: 'p.d.t', samplingPercentage: 0.5 },
      isDefault: false,
      state: 'READY',
      errorMessage: '',
      createTime: '2024-05-01T10:00:00Z',
      lastUseTime: '2024-05-01T10:00:00Z',
      lastMigrationTime: '2024-05-01T10:00:00Z',
      lastMigrationModelId: '1',
      etag: 'AAAA',
    }),
  ).toEqual([]);
});

test.each<[string, JsonObject, string]>([
  [
    'a misspelt field',
    { autoScalling: {} },
    'autoScalling | no field of the Version resource of AI Platform; did you mean `autoScaling`?',
  ],
  [
    'a field in snake_case',
    { explanation_config: {} },
    'explanation_config | no field of the Version resource of AI Platform; did you mean `explanationConfig`?',
  ],
  [
    'a field of the wrong case',
    { machinetype: 'x' },
    'machinetype | no field of the Version resource of AI Platform; did you mean `machineType`?',
  ],
  [
    'a nested field in snake_case',
    { autoScaling: { min_nodes: 1 } },
    'autoScaling.min_nodes | no field of `autoScaling`; did you mean `autoScaling.minNodes`?',
  ],
  [
    'a field deep in a list',
    { container: { env: [{ name: 'A', value: '1' }, { key: 'B' }] } },
    'container.env[1].key | no field of `container.env[1]`; its fields are name, value',
  ],
  [
    'a name that every object inherits',
    { manualScaling: { toString: 1 } },
    'manualScaling.toString | no field of `manualScaling`; its fields are nodes',
  ],
  [
    'a number where text belongs',
    { runtimeVersion: 2.1 },
    'runtimeVersion: 2.1 | must be a string (in YAML, quote a number such as "2.11")',
  ],
  [
    'half a node',
    { manualScaling: { nodes: 1.5 } },
    'manualScaling.nodes: 1.5 | must be a whole number of 32 bits',
  ],
  [
    'more nodes than 32 bits hold',
    { manualScaling: { nodes: 2 ** 31 } },
    'manualScaling.nodes: 2147483648 | must be a whole number of 32 bits',
  ],
  [
    'a count that is no number',
    { acceleratorConfig: { count: 'one' } },
    'acceleratorConfig.count: "one" | must be a whole number, or a string of digits',
  ],
  [
    'a share that is text',
    { requestLoggingConfig: { samplingPercentage: '0.5' } },
    'requestLoggingConfig.samplingPercentage: "0.5" | must be a number',
  ],
  [
    'an unknown word',
    { framework: 'scikit-learn' },
    'framework: "scikit-learn" | must be one of TENSORFLOW, SCIKIT_LEARN, XGBOOST; did you mean SCIKIT_LEARN?',
  ],
  [
    'an object where a list belongs',
    { packageUris: { a: 1 } },
    'packageUris: {"a":1} | must be a list',
  ],
  [
    'a list where an object belongs',
    { manualScaling: [1] },
    'manualScaling: [1] | must be an object with nodes',
  ],
  ['nothing', { routes: null }, 'routes: null | must be an object with predict, health'],
  [
    'a label that is no text',
    { labels: { a: 1 } },
    'labels.a: 1 | must be a string (in YAML, quote a number such as "2.11")',
  ],
  ['labels that are no object', { labels: 'a=b' }, 'labels: "a=b" | must be an object of strings'],
  ['a flag that is text', { isDefault: 'yes' }, 'isDefault: "yes" | must be true or false'],
])('%s is told with its path and what was meant', (_name, config, expected) => {
  expect(told(config)).toEqual([expected]);
});

test('a field that is like no other is answered with the fields that can be given', () => {
  const [problem] = told({ replicas: 3 });
  expect(problem).toContain('its fields are name, description, deploymentUri');
  expect(problem).not.toContain('errorMessage');
});

test.each([
  [{ imageUri: 'x' }, 'imageUri'],
  [{ modelClass: 'a.B' }, 'modelClass'],
  [{ explanationConfig: { treeShapAttribution: {} } }, 'explanationConfig.treeShapAttribution'],
])('fields that only gcloud knows are not taken: %j', (config: JsonObject, path) => {
  expect(checkVersionConfig(config).map(({ given }) => given)).toEqual([path]);
});

test('all faults are told at once, each by its input', () => {
  const faults = checkVersionConfig({ a: 1, container: { ports: [{ port: 1 }, 'x'] } });
  expect(faults.map(({ input, given }) => [input, given])).toEqual([
    ['version_config', 'a'],
    ['version_config', 'container.ports[0].port'],
    ['version_config', 'container.ports[1]: "x"'],
  ]);
});
