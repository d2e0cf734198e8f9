import { custom, image, place, refused, startService, text } from './service-under-test.ts';
import type { Answer, Deployed, ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;

beforeEach(async () => {
  service = await startService();
  await service.upload();
  await service.run('POST', '/endpoints?endpointId=ep', { displayName: 'Endpoint' });
});
afterEach(async () => {
  await service.emulator.close();
});

function patchTraffic(trafficSplit: object): Promise<Answer> {
  return service.call('PATCH', '/endpoints/ep?updateMask=trafficSplit', { trafficSplit });
}

async function traffic(): Promise<unknown> {
  return (await service.call('GET', '/endpoints/ep')).body.trafficSplit;
}

async function deployed(): Promise<readonly Deployed[]> {
  return (await service.call('GET', '/endpoints/ep')).body.deployedModels ?? [];
}

test('deployModel answers the deployed model, of the version that is the default now', async () => {
  await service.upload({ parentModel: `${place}/models/fraud` }, { versionAliases: ['golden'] });
  const request = {
    deployedModel: {
      model: `${place}/models/fraud@golden`,
      dedicatedResources: { machineSpec: {}, minReplicaCount: 2 },
      enableAccessLogging: true,
      disableContainerLogging: false,
    },
    trafficSplit: { 0: 100 },
  };
  const { body } = await service.run('POST', '/endpoints/ep:deployModel', request);
  const deployedModel = {
    id: text(/^\d{19}$/),
    model: `${place}/models/fraud`,
    modelVersionId: '2',
    displayName: 'Fraud',
    dedicatedResources: {
      machineSpec: { machineType: 'n1-standard-2' },
      minReplicaCount: 2,
      maxReplicaCount: 2,
    },
    enableAccessLogging: true,
    createTime: text(/Z$/),
    status: { availableReplicaCount: 2 },
  };
  expect(body).toMatchObject({
    name: text(new RegExp(`^${place}/endpoints/ep/operations/\\d+$`)),
    metadata: {
      '@type': text(/v1\.DeployModelOperationMetadata$/),
      deploymentStage: 'FINISHING_UP',
    },
    response: { '@type': text(/v1\.DeployModelResponse$/), deployedModel },
  });
  const [first] = await deployed();
  expect(first).toEqual(deployedModel);
  expect(await traffic()).toEqual({ [first?.id ?? '']: 100 });
  expect((await service.call('GET', '/models/fraud@2')).body.deployedModels).toEqual([
    { endpoint: `${place}/endpoints/ep`, deployedModelId: first?.id },
  ]);
  expect((await service.call('GET', '/models/fraud@1')).body.deployedModels).toBeUndefined();
  expect(await service.deploy('fraud')).toMatch(/^\d{19}$/);
  expect((await deployed()).map(({ modelVersionId }) => modelVersionId)).toEqual(['2', '1']);
});

test('a split replaces the whole one; without one nothing changes', async () => {
  expect(await service.deploy('fraud', undefined, { id: '1' })).toBe('1');
  expect(await traffic()).toBeUndefined();
  await service.deploy('fraud', { 0: 90, 1: 10 }, { id: '2' });
  expect(await traffic()).toEqual({ 1: 10, 2: 90 });
  await service.deploy('fraud', {}, { id: '3' });
  expect(await traffic()).toEqual({ 1: 10, 2: 90 });
  await service.deploy('fraud', { 0: 0, 2: 100 }, { id: '4' });
  expect(await traffic()).toEqual({ 2: 100, 4: 0 });
});

test('splits sum to 100 over models that are there, or are empty', async () => {
  await service.deploy('fraud', { 0: 100 }, { id: '1' });
  await service.deploy('fraud', undefined, { id: '2' });
  for (const [split, message] of [
    [{ 1: 99 }, /sums to 99 percent/],
    [{ 1: 100, 2: 1 }, /sums to 101 percent/],
    [{ 1: -1, 2: 101 }, /The traffic of the DeployedModel 1 is -1 percent/],
    [{ 0: 100 }, /The following DeployedModel ID\(s\) \[0\] do not exist/],
    [{ 1: 50, 9: 50 }, /\[9\] do not exist/],
    [{ 1: 'all' }, /Invalid value at 'endpoint\.traffic_split\[1\]\.value' \(TYPE_INT32\), "all"/],
  ] as const) {
    expect(await patchTraffic(split)).toEqual(refused(400, 'INVALID_ARGUMENT', message));
  }
  for (const split of [{ 0: 50 }, { 0: 50, 1: 51 }, { 0: 50, 9: 50 }]) {
    await expect(service.deploy('fraud', split)).rejects.toThrow(/traffic_split/);
  }
  expect(await traffic()).toEqual({ 1: 100 });
  expect((await patchTraffic({ 1: 34, 2: 66 })).body.trafficSplit).toEqual({ 1: 34, 2: 66 });
  expect((await patchTraffic({})).body).not.toHaveProperty('trafficSplit');
  expect(await deployed()).toHaveLength(2);
});

test('undeployModel is refused while the model has traffic, unless the call gives it away', async () => {
  await service.deploy('fraud', { 0: 100 }, { id: '1' });
  await service.deploy('fraud', { 0: 40, 1: 60 }, { id: '2' });
  const undeploy = (body: object): Promise<Answer> =>
    service.call('POST', '/endpoints/ep:undeployModel', body);
  expect(await undeploy({ deployedModelId: '1' })).toEqual(
    refused(400, 'FAILED_PRECONDITION', /DeployedModel 1 has 60 percent of the traffic/),
  );
  expect(await undeploy({ deployedModelId: '9' })).toEqual(
    refused(404, 'NOT_FOUND', /DeployedModel 9 does not exist on the Endpoint "ep"/),
  );
  expect(await undeploy({})).toEqual(refused(400, 'INVALID_ARGUMENT', /Required field/));
  expect(await undeploy({ deployedModelId: '1', trafficSplit: { 2: 99 } })).toEqual(
    refused(400, 'INVALID_ARGUMENT', /sums to 99/),
  );
  const give = { deployedModelId: '1', trafficSplit: { 2: 100 } };
  const { body } = await service.run('POST', '/endpoints/ep:undeployModel', give);
  expect(body.response).toEqual({
    '@type': 'type.googleapis.com/google.cloud.aiplatform.v1.UndeployModelResponse',
  });
  expect(await traffic()).toEqual({ 2: 100 });
  await service.run('POST', '/endpoints/ep:undeployModel', { deployedModelId: '2' });
  expect(await traffic()).toBeUndefined();
  expect(await deployed()).toEqual([]);
});

test('a model without traffic is undeployed, and the others keep theirs', async () => {
  await service.deploy('fraud', { 0: 100 }, { id: '1' });
  await service.deploy('fraud', { 0: 0, 1: 100 }, { id: '2' });
  await service.run('POST', '/endpoints/ep:undeployModel', { deployedModelId: '2' });
  expect(await traffic()).toEqual({ 1: 100 });
});

test('what is deployed, or being deployed, cannot be deleted', async () => {
  const slow = await startService({ operationMilliseconds: 60_000 });
  try {
    const wait = async ({ body }: Answer): Promise<void> => {
      await slow.call('POST', `/v1/${body.name ?? ''}:wait?timeout=9s`);
    };
    const upload = { modelId: 'fraud', model: { ...custom } };
    await wait(await slow.call('POST', '/models:upload', upload));
    await wait(await slow.call('POST', '/endpoints?endpointId=ep', { displayName: 'x' }));
    await expect(slow.deploy('fraud')).rejects.toThrow();
    expect(await slow.call('DELETE', '/models/fraud')).toEqual(
      refused(400, 'FAILED_PRECONDITION', /"fraud@1" is deployed or being deployed at/),
    );
    expect(await slow.call('DELETE', '/endpoints/ep')).toEqual(
      refused(400, 'FAILED_PRECONDITION', /has deployed or being-deployed models/),
    );
  } finally {
    await slow.emulator.close();
  }
  await service.upload({ parentModel: `${place}/models/fraud` });
  await service.deploy('fraud', undefined, { id: '1' });
  for (const path of ['/models/fraud', '/models/fraud@1:deleteVersion', '/endpoints/ep']) {
    expect(await service.call('DELETE', path)).toEqual(
      refused(400, 'FAILED_PRECONDITION', /DeployedModel (1|ID\(s\) \[1\])\. Please undeploy/),
    );
  }
  expect((await service.run('DELETE', '/models/fraud@2:deleteVersion')).body.done).toBe(true);
  await service.run('POST', '/endpoints/ep:undeployModel', { deployedModelId: '1' });
  expect((await service.run('DELETE', '/models/fraud')).body.done).toBe(true);
  expect((await service.run('DELETE', '/endpoints/ep')).body.done).toBe(true);
});

test('mutateDeployedModel changes replicas, metrics and logging, and nothing else', async () => {
  await service.deploy('fraud', { 0: 100 }, { id: '1' });
  const mutate = (deployedModel: object, updateMask: string): Promise<Answer> =>
    service.call('POST', '/endpoints/ep:mutateDeployedModel', { deployedModel, updateMask });
  const metric = 'aiplatform.googleapis.com/prediction/online/cpu/utilization';
  const dedicatedResources = {
    minReplicaCount: 2,
    maxReplicaCount: 5,
    autoscalingMetricSpecs: [{ metricName: metric, target: 70 }],
  };
  const mask =
    'dedicated_resources.min_replica_count,dedicatedResources.maxReplicaCount,dedicated_resources.autoscaling_metric_specs,disable_container_logging';
  const change = { id: '1', dedicatedResources, disableContainerLogging: true };
  const operation = await mutate(change, mask);
  const { body } = await service.call('GET', `/v1/${operation.body.name ?? ''}`);
  const expected = {
    id: '1',
    dedicatedResources: { ...dedicatedResources, machineSpec: { machineType: 'n1-standard-2' } },
    disableContainerLogging: true,
  };
  expect(body).toMatchObject({
    metadata: { '@type': text(/v1\.MutateDeployedModelOperationMetadata$/) },
    response: { deployedModel: expected },
  });
  expect(await deployed()).toMatchObject([expected]);
  const max = 'dedicatedResources.maxReplicaCount';
  expect(await mutate({ id: '1', dedicatedResources: { maxReplicaCount: 1 } }, max)).toEqual(
    refused(400, 'INVALID_ARGUMENT', /maximum of 1 replicas is below the minimum of 2/),
  );
  expect(await mutate({ id: '1' }, 'dedicatedResources.machineSpec')).toEqual(
    refused(400, 'INVALID_ARGUMENT', /"dedicatedResources\.machineSpec" cannot be updated/),
  );
  expect((await mutate({ id: '1' }, '')).status).toBe(400);
  expect((await mutate({ id: '2' }, max)).status).toBe(404);
});

test('a model of another region can be deployed', async () => {
  await service.run('POST', '/v1/projects/acme/locations/europe-west4/models:upload', {
    modelId: 'far',
    model: custom,
  });
  const model = 'projects/acme/locations/europe-west4/models/far';
  await service.deploy('', undefined, { model });
  expect(await deployed()).toMatchObject([{ model: text(/europe-west4\/models\/far$/) }]);
});

describe('a model that cannot be served fails the operation, and changes nothing', () => {
  const logs =
    /Model server logs can be found at https:\/\/console\.cloud\.google\.com\/logs\/viewer\?/;

  test.each<[string, string, string, string | Buffer, RegExp]>([
    ['no pickle', 'sklearn-cpu.1-6', 'model.joblib', 'x', /invalid load key, 'x'/],
    [
      'a pickle of another scikit-learn',
      'sklearn-cpu.1-6',
      'model.pkl',
      pickleOf('1.0.2'),
      /written by scikit-learn 1\.0\.2, and sklearn-cpu\.1-6 has 1\.6/,
    ],
    ['no SavedModel', 'tf2-cpu.2-15', 'saved_model.pb', 'x', /bad model data/],
    ['no Booster', 'xgboost-cpu.2-1', 'model.bst', 'x', /Could not load the model/],
    [
      'a Booster too new',
      'xgboost-cpu.0-90',
      'model.bst',
      '{"learner":{}}',
      /xgboost-cpu\.0-90 does not read the json form/,
    ],
    ['no archive', 'pytorch-cpu.2-4', 'model.mar', 'x', /not a model archive/],
  ])('%s', async (_, name, file, bytes, reason) => {
    await service.deploy('fraud', { 0: 100 }, { id: '1' });
    await service.put(`bad/${file}`, bytes);
    const model = { artifactUri: 'gs://models/bad', containerSpec: image(name) };
    await service.upload({ modelId: 'bad' }, model);
    const { body } = await service.run('POST', '/endpoints/ep:deployModel', {
      deployedModel: {
        model: `${place}/models/bad`,
        dedicatedResources: { machineSpec: {}, minReplicaCount: 1 },
      },
      trafficSplit: { 0: 100 },
    });
    expect(body).toMatchObject({
      done: true,
      error: { code: 9, message: text(logs) },
      metadata: {
        deploymentStage: 'DEPLOYMENT_TERMINATED',
        genericMetadata: { partialFailures: [{ code: 9, message: text(reason) }] },
      },
    });
    expect(body.error?.message).toMatch(/^Model server exited unexpectedly\. /);
    expect(body.response).toBeUndefined();
    expect(await traffic()).toEqual({ 1: 100 });
    expect(await deployed()).toHaveLength(1);
    expect((await service.run('DELETE', '/models/bad')).body.done).toBe(true);
  });

  test.each([
    [['false'], /^Model server exited unexpectedly\. /],
    [['/bin/sleep', 'infinity'], /^Model server never became ready\. /],
  ])('a container that runs %j', async (command, message) => {
    const containerSpec = { ...custom.containerSpec, command };
    await service.upload({ modelId: 'bad' }, { ...custom, containerSpec });
    await expect(service.deploy('bad')).rejects.toThrow(message);
    expect(await deployed()).toEqual([]);
  });

  test('a pickle of the same scikit-learn is served', async () => {
    await service.put('good/model.pkl', pickleOf('1.6.1'));
    await service.upload({ modelId: 'good' }, { artifactUri: 'gs://models/good' });
    expect(await service.deploy('good')).toMatch(/^\d+$/);
  });
});

/** A pickle of an estimator that names the scikit-learn which wrote it. */
function pickleOf(version: string): Buffer {
  const name = `X\x10\x00\x00\x00_sklearn_versionq\x01X\x05\x00\x00\x00${version}q\x02`;
  return Buffer.from(`\x80\x03csklearn.svm\nSVC\nq\x00}${name}s.`, 'latin1');
}
