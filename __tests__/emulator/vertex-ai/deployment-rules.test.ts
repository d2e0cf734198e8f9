import { custom, image, place, refused, startService } from './service-under-test.ts';
import type { Answer, ServiceUnderTest } from './service-under-test.ts';
import { savedModel } from '../ai-platform/saved-model.ts';

let service: ServiceUnderTest;

beforeAll(async () => {
  service = await startService();
  await service.put('tf/saved_model.pb', savedModel({ tags: ['serve'], signatures: 1 }));
  await service.upload();
  await service.upload({ modelId: 'custom' }, { ...custom });
  const tensorflow = { artifactUri: 'gs://models/tf', containerSpec: image('tf2-gpu.2-15') };
  await service.upload({ modelId: 'tf' }, tensorflow);
  await service.run('POST', '/endpoints?endpointId=ep', { displayName: 'Endpoint' });
  await service.deploy('fraud', undefined, { id: '77' });
});
afterAll(async () => {
  await service.emulator.close();
});

const resources = { machineSpec: {}, minReplicaCount: 1 };

function deploy(deployedModel: object, path = '/endpoints/ep'): Promise<Answer> {
  return service.call('POST', `${path}:deployModel`, { deployedModel });
}

/** Deploys the TensorFlow model on this machine. */
function on(machineSpec: object, model = 'tf'): Promise<Answer> {
  const dedicatedResources = { ...resources, machineSpec };
  return deploy({ model: `${place}/models/${model}`, dedicatedResources });
}

test.each<object>([
  { machineType: 'e2-highmem-16' },
  { machineType: 'c3-highcpu-176' },
  { machineType: 'n1-highcpu-32', acceleratorType: 'NVIDIA_TESLA_T4', acceleratorCount: 2 },
  { machineType: 'n1-standard-16', acceleratorType: 'NVIDIA_TESLA_V100', acceleratorCount: 2 },
  { machineType: 'a2-highgpu-4g', acceleratorType: 'NVIDIA_TESLA_A100', acceleratorCount: 4 },
  { machineType: 'g2-standard-24', acceleratorType: 'NVIDIA_L4', acceleratorCount: 2 },
  { acceleratorType: 5, acceleratorCount: '1' },
])('the machine %j is taken', async (machineSpec) => {
  expect(await on(machineSpec)).toMatchObject({ status: 200 });
});

test.each<[object, RegExp]>([
  [{ machineType: 'mls1-c1-m2' }, /Machine type mls1-c1-m2 is not supported\./],
  [{ machineType: 'n1-standard-64' }, /Machine type n1-standard-64 is not supported\./],
  [
    { machineType: 'e2-standard-2', acceleratorType: 'NVIDIA_TESLA_T4', acceleratorCount: 1 },
    /NVIDIA_TESLA_T4 is not supported with the machine type e2-standard-2/,
  ],
  [
    { machineType: 'n1-standard-32', acceleratorType: 'NVIDIA_TESLA_T4', acceleratorCount: 1 },
    /Supported counts: 2, 4\./,
  ],
  [
    { machineType: 'g2-standard-24', acceleratorType: 'NVIDIA_L4', acceleratorCount: 1 },
    /Supported counts: 2\./,
  ],
  [
    { acceleratorType: 'NVIDIA_L4', acceleratorCount: 1 },
    /NVIDIA_L4 is not supported with the machine type n1-standard-2/,
  ],
  [{ acceleratorType: 'NVIDIA_TESLA_T4' }, /0 accelerators of type NVIDIA_TESLA_T4/],
  [{ acceleratorCount: 1 }, /accelerator_type; Message: Required/],
  [
    { acceleratorType: 'nvidia-tesla-t4' },
    /machine_spec\.accelerator_type' \(type\.googleapis\.com\/google\.cloud\.aiplatform\.v1\.AcceleratorType\)/,
  ],
])('the machine %j is refused', async (machineSpec, message) => {
  expect(await on(machineSpec)).toEqual(refused(400, 'INVALID_ARGUMENT', message));
});

test('accelerators are for TensorFlow and containers, and in me-west1 for T4', async () => {
  const t4 = { acceleratorType: 'NVIDIA_TESLA_T4', acceleratorCount: 1 };
  expect(await on(t4, 'fraud')).toEqual(
    refused(400, 'INVALID_ARGUMENT', /not supported with the container sklearn-cpu\.1-6/),
  );
  expect((await on(t4, 'custom')).status).toBe(200);
  const there = '/v1/projects/acme/locations/me-west1/endpoints';
  await service.run('POST', `${there}?endpointId=ep`, { displayName: 'x' });
  const deployThere = (machineSpec: object): Promise<Answer> =>
    deploy(
      { model: `${place}/models/tf`, dedicatedResources: { ...resources, machineSpec } },
      `${there}/ep`,
    );
  expect((await deployThere(t4)).status).toBe(200);
  expect(await deployThere({ ...t4, acceleratorType: 'NVIDIA_TESLA_P4' })).toEqual(
    refused(400, 'INVALID_ARGUMENT', /NVIDIA_TESLA_P4 is not supported .* in me-west1/),
  );
});

const cpu = { metricName: 'aiplatform.googleapis.com/prediction/online/cpu/utilization' };
const withResources = (parts: object): object => ({
  dedicatedResources: { ...resources, ...parts },
});

test.each<[string, object, RegExp]>([
  ['no model', { model: undefined }, /deployed_model\.model; Message: Required/],
  ['a bare model id', { model: 'fraud' }, /"fraud" is not the name of a model/],
  ['an id of 11 digits', { id: '12345678901' }, /has 1 to 10 digits/],
  ['the id 0', { id: '0' }, /"0" is not an id/],
  ['an id that is taken', { id: '77' }, /has a DeployedModel 77 already/],
  ['no resources', { dedicatedResources: undefined }, /dedicated_resources; Message: Required/],
  [
    'automatic resources',
    { dedicatedResources: undefined, automaticResources: { minReplicaCount: 1 } },
    /'automatic_resources' is not supported for Model projects\/\d+\/locations\/us-central1\/models\/fraud\./,
  ],
  [
    'a pool',
    { dedicatedResources: undefined, sharedResources: 'deploymentResourcePools/x' },
    /DeploymentResourcePool .* does not exist/,
  ],
  ['no machine', withResources({ machineSpec: undefined }), /machine_spec; Message: Required/],
  [
    'no replicas',
    withResources({ minReplicaCount: 0 }),
    /min_replica_count; Message: It must be at least 1/,
  ],
  [
    'a maximum below the minimum',
    withResources({ minReplicaCount: 3, maxReplicaCount: 2 }),
    /maximum of 2 replicas is below the minimum of 3/,
  ],
  [
    'more required than the minimum',
    withResources({ requiredReplicaCount: 2 }),
    /required_replica_count/,
  ],
  [
    'an unknown metric',
    withResources({ autoscalingMetricSpecs: [{ metricName: 'cpu-usage' }] }),
    /The metric "cpu-usage" is not supported/,
  ],
  ['a metric twice', withResources({ autoscalingMetricSpecs: [cpu, cpu] }), /is given twice/],
  [
    'a target of 101',
    withResources({ autoscalingMetricSpecs: [{ ...cpu, target: 101 }] }),
    /from 1 to 100/,
  ],
  ['a bad service account', { serviceAccount: 'x' }, /not the email address/],
  ['an explanation without parameters', { explanationSpec: {} }, /explanation_spec\.parameters/],
  [
    'a field of v1beta1',
    { enableContainerLogging: true },
    /Unknown name "enableContainerLogging" at 'deployed_model'/,
  ],
])('deployModel refuses %s', async (_, fields, message) => {
  const plain = { model: `${place}/models/fraud`, dedicatedResources: resources };
  expect(await deploy({ ...plain, ...fields })).toEqual(refused(400, 'INVALID_ARGUMENT', message));
});

test.each([
  ['models/none', /^The Model does not exist\.$/],
  ['models/fraud@9', /"fraud@9" does not exist/],
  ['models/fraud@golden', /"fraud@golden" does not exist/],
])('deployModel does not find %s', async (name, message) => {
  expect(await deploy({ model: `${place}/${name}`, dedicatedResources: resources })).toEqual(
    refused(404, 'NOT_FOUND', message),
  );
});

test('an endpoint that is not there', async () => {
  expect(await deploy({}, '/endpoints/none')).toEqual(refused(404, 'NOT_FOUND', /not found/));
});
