import { findModelDirectory } from '../../../emulator/ai-platform/model-directory.ts';
import type { StorageState } from '../../../emulator/storage/storage-state.ts';
import { savedModel } from './saved-model.ts';
import { sklearnPickle, spec, startService, text } from './service-under-test.ts';
import type { ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;

beforeAll(async () => {
  service = await startService();
  await service.put('tf/saved_model.pb', savedModel({ tags: ['serve'], signatures: 1 }));
  await service.put('two/model.pkl', sklearnPickle);
  await service.put('two/model.joblib', sklearnPickle);
  await service.put('p.tar.gz', 'package');
  await service.global.call('POST', '/models', { name: 'fraud' });
  await service.regional.call('POST', '/models', { name: 'fraud' });
});
afterAll(async () => {
  await service.emulator.close();
});

const argument = 'INVALID_ARGUMENT';
const precondition = 'FAILED_PRECONDITION';
const without = (...names: string[]): object =>
  Object.fromEntries(names.map((name) => [name, undefined]));
const tf = { framework: 'TENSORFLOW', deploymentUri: 'gs://models/tf/' };
const custom = {
  framework: undefined,
  predictionClass: 'p.P',
  packageUris: ['gs://models/p.tar.gz'],
};
const gpu = (count: number, type = 'NVIDIA_TESLA_T4'): object => ({
  acceleratorConfig: { count, type },
});
const scaling = (autoScaling: object): object => ({ autoScaling });
const metric = (fields: object): object => scaling({ metrics: [fields] });
const container = (fields: object = {}): object => ({
  ...without('framework', 'runtimeVersion', 'pythonVersion', 'deploymentUri'),
  machineType: 'n1-standard-2',
  container: { image: 'europe-west1-docker.pkg.dev/acme/r/i', ...fields },
});
const shapley = { explanationConfig: { sampledShapleyAttribution: { numPaths: 10 } } };
const xrai = { xraiAttribution: { numIntegralSteps: 10 } };

// A table: one case, one line.
// prettier-ignore
const cases: readonly (readonly [string, 'global' | 'regional', object, string, string])[] = [
  ['no deploymentUri', 'global', without('deploymentUri'), argument, 'version.deployment_uri'],
  ['no runtimeVersion', 'global', without('runtimeVersion'), argument, 'version.runtime_version'],
  ['no pythonVersion', 'global', without('pythonVersion'), argument, 'version.python_version'],
  ['no name', 'global', without('name'), argument, 'version.name'],
  ['a name with a dot', 'global', { name: 'v1.2' }, argument, 'version.name'],
  ['a label value in capitals', 'global', { labels: { a: 'B' } }, argument, 'version.labels'],
  ['a patch level in runtimeVersion', 'global', { runtimeVersion: '2.11.0' }, argument, 'runtime_version'],
  ['a withdrawn runtime', 'global', { runtimeVersion: '1.12', pythonVersion: '3.5' }, argument, 'runtime_version'],
  ['a Python that the runtime lacks', 'global', { pythonVersion: '3.8' }, argument, 'runtime_version'],
  ['MLS1 in a region', 'regional', { machineType: 'mls1-c1-m2' }, argument, 'version.machine_type'],
  ['N1 on the global endpoint', 'global', { machineType: 'n1-standard-2' }, argument, 'version.machine_type'],
  ['a machine that is not served', 'regional', { machineType: 'e2-standard-2' }, argument, 'version.machine_type'],
  ['both kinds of scaling', 'regional', { ...scaling({}), manualScaling: { nodes: 1 } }, precondition, 'version.manual_scaling'],
  ['no nodes', 'regional', { manualScaling: {} }, argument, 'version.manual_scaling.nodes'],
  ['fewer than no nodes', 'regional', scaling({ minNodes: -1 }), argument, 'version.auto_scaling.min_nodes'],
  ['maxNodes below minNodes', 'regional', scaling({ minNodes: 3, maxNodes: 2 }), argument, 'version.auto_scaling.max_nodes'],
  ['a metric without a name', 'regional', metric({ target: 60 }), argument, 'version.auto_scaling.metrics[0].name'],
  ['a target of 101 percent', 'regional', metric({ name: 'CPU_USAGE', target: 101 }), argument, 'version.auto_scaling.metrics[0].target'],
  ['a GPU metric without a GPU', 'regional', metric({ name: 'GPU_DUTY_CYCLE' }), precondition, 'version.auto_scaling.metrics[0].name'],
  ['an accelerator on MLS1', 'global', { ...tf, ...gpu(1) }, precondition, 'version.accelerator_config'],
  ['an accelerator for scikit-learn', 'regional', gpu(1), precondition, 'version.accelerator_config'],
  ['three accelerators', 'regional', { ...tf, ...gpu(3) }, argument, 'version.accelerator_config'],
  ['one T4 for 32 processors', 'regional', { ...tf, machineType: 'n1-standard-32', ...gpu(1) }, argument, 'version.accelerator_config'],
  ['an accelerator that N1 does not take', 'regional', { ...tf, ...gpu(1, 'NVIDIA_TESLA_A100') }, argument, 'version.accelerator_config'],
  ['framework and predictionClass', 'global', { ...custom, framework: 'SCIKIT_LEARN' }, precondition, 'prediction_class'],
  ['a class without a module', 'global', { ...custom, predictionClass: 'P' }, argument, 'version.prediction_class'],
  ['a class without a package', 'global', { ...custom, packageUris: [] }, argument, 'version.package_uris'],
  ['custom code in a region', 'regional', custom, precondition, 'version.machine_type'],
  ['a wheel as package', 'global', { packageUris: ['gs://models/p.whl'] }, argument, 'version.package_uris'],
  ['a package that is not there', 'global', { packageUris: ['gs://models/q.tar.gz'] }, precondition, 'version.package_uris'],
  ['a container with a framework', 'regional', { ...container(), framework: 'XGBOOST' }, precondition, 'version.framework'],
  ['a container with a runtime', 'regional', { ...container(), runtimeVersion: '2.11' }, precondition, 'version.runtime_version'],
  ['a container without machineType', 'regional', { ...container(), machineType: '' }, argument, 'version.machine_type'],
  ['a container on the global endpoint', 'global', container(), argument, 'version.machine_type'],
  ['a container without an image', 'regional', container({ image: '' }), argument, 'version.container.image'],
  ['an image of another region', 'regional', container({ image: 'us-docker.pkg.dev/a/b/c' }), argument, 'version.container.image'],
  ['a reserved variable', 'regional', container({ env: [{ name: 'AIP_X' }] }), argument, 'version.container.env[0].name'],
  ['a port that is none', 'regional', container({ ports: [{ containerPort: 65536 }] }), argument, 'version.container.ports[0].container_port'],
  ['a route without a slash', 'regional', { ...container(), routes: { predict: 'p' } }, argument, 'version.routes.predict'],
  ['routes without a container', 'regional', { routes: { predict: '/p' } }, precondition, 'version.routes'],
  ['a service account without custom code', 'regional', { serviceAccount: 'a@b.iam.gserviceaccount.com' }, precondition, 'version.service_account'],
  ['a service account that is no address', 'regional', { ...container(), serviceAccount: 'me' }, argument, 'version.service_account'],
  ['explanations of scikit-learn', 'regional', shapley, precondition, 'version.explanation_config'],
  ['explanations on MLS1', 'global', { ...tf, ...shapley }, precondition, 'version.explanation_config'],
  ['explanations on runtime 1.13', 'regional', { ...tf, ...shapley, runtimeVersion: '1.13', pythonVersion: '3.5' }, precondition, 'version.explanation_config'],
  ['two attribution methods', 'regional', { ...tf, explanationConfig: { ...shapley.explanationConfig, ...xrai } }, argument, 'version.explanation_config'],
  ['no metadata of explanations', 'regional', { ...tf, ...shapley }, precondition, 'version.deployment_uri'],
  ['a file as deploymentUri', 'global', { deploymentUri: 'gs://models/svc/model.pkl' }, precondition, 'version.deployment_uri'],
  ['an empty directory', 'global', { deploymentUri: 'gs://models/none/' }, precondition, 'version.deployment_uri'],
  ['a bucket that is not there', 'global', { deploymentUri: 'gs://elsewhere/svc/' }, precondition, 'version.deployment_uri'],
  ['a deploymentUri elsewhere', 'global', { deploymentUri: 'https://models/svc/' }, argument, 'version.deployment_uri'],
  ['no model file of the framework', 'global', { ...tf, framework: 'XGBOOST' }, precondition, 'version.deployment_uri'],
  ['two model files', 'global', { deploymentUri: 'gs://models/two/' }, precondition, 'version.deployment_uri'],
  ['no model file at all', 'global', { framework: undefined, deploymentUri: 'gs://models/' }, precondition, 'version.deployment_uri'],
];

test.each(cases)('%s is refused (%s)', async (_, endpoint, fields, status, field) => {
  const body = { name: 'v1', ...spec, ...fields };
  const answer = await service[endpoint].call('POST', '/models/fraud/versions', body);
  expect(answer.status).toBe(400);
  expect(answer.body.error).toMatchObject({
    status,
    message: text(/^Field: \S+ Error: \S/),
    details: [{ fieldViolations: [{ field }] }],
  });
  expect((await service[endpoint].call('GET', '/models/fraud/versions')).body).toEqual({});
});

test.each([
  [
    { runtimeVersion: '1.9' },
    `Field: runtime_version Error: The specified runtime version '1.9' with the Python version '3.7' is not supported or is deprecated.  Please specify a different runtime version. See https://cloud.google.com/ml-engine/docs/runtime-version-list for a list of supported versions`,
  ],
  [
    { predictionClass: 'a.B' },
    'Field: prediction_class Error: Exactly one of "prediction_class" and "framework" may be provided. In order to use a custom prediction class, "framework" should be left unspecified.',
  ],
  [
    { deploymentUri: 'gs://models/two/' },
    'Field: version.deployment_uri Error: Model directory gs://models/two is expected to contain exactly one of: [model.pkl, model.joblib].',
  ],
])('%j is refused in the very words that the service was seen to send', async (fields, message) => {
  const body = { name: 'v1', ...spec, ...fields };
  const answer = await service.global.call('POST', '/models/fraud/versions', body);
  expect(answer.body.error?.message).toBe(message);
});

describe('limits of a model directory', () => {
  const look = (sizes: readonly number[], mostBytes: number): object => {
    const files = sizes.map((bytes, index) => ({
      name: `m/${index === 0 ? 'model.bst' : `assets/${index}`}`,
      bytes,
      path: '',
    }));
    const storage: StorageState = {
      bucketExists: () => true,
      list: (_, prefix) => files.filter(({ name }) => name.startsWith(prefix)),
    };
    return findModelDirectory(storage, {
      deploymentUri: 'gs://models/m',
      framework: 'XGBOOST',
      custom: false,
      mostBytes,
      alsoNeeded: [],
    });
  };

  test('a thousand files are allowed, one more is not', () => {
    expect(look(Array<number>(1000).fill(1), 1000)).toMatchObject({ modelFiles: ['model.bst'] });
    expect(() => look(Array<number>(1001).fill(1), 2000)).toThrow(
      'contains 1001 files, which exceeds the allowed maximum of 1000 files',
    );
  });

  test('the size of the machine type is allowed, one byte more is refused as the service did', () => {
    expect(look([262144000 - 5, 5], 262144000)).toMatchObject({ modelFiles: ['model.bst'] });
    expect(() => look([262144000, 1], 262144000)).toThrow(
      'Field: version.deployment_uri Error: The total size of files in gs://models/m is 262144001 bytes, which exceeds the allowed maximum of 262144000 bytes',
    );
  });
});
