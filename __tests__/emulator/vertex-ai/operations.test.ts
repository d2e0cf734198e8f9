import { custom, place, refused, spec, startService, text } from './service-under-test.ts';
import type { Answer, ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;

beforeEach(async () => {
  service = await startService({ operationMilliseconds: 400 });
});
afterEach(async () => {
  await service.emulator.close();
});

async function wait({ body }: Answer, version = 'v1'): Promise<Answer> {
  return service.call('POST', `/${version}/${body.name ?? ''}:wait?timeout=9s`);
}

async function startDeployment(): Promise<Answer> {
  await wait(await service.call('POST', '/models:upload', { modelId: 'm', model: custom }));
  await wait(await service.call('POST', '/endpoints?endpointId=ep', { displayName: 'x' }));
  return service.call('POST', '/endpoints/ep:deployModel', {
    deployedModel: {
      model: `${place}/models/m`,
      dedicatedResources: { machineSpec: {}, minReplicaCount: 1 },
    },
    trafficSplit: { 0: 100 },
  });
}

function lasted({ body }: Answer): number {
  const { createTime = '', updateTime = '' } = body.metadata?.genericMetadata ?? {};
  return Date.parse(updateTime) - Date.parse(createTime);
}

test('uploads are quick, deployments take their time and tell their stage', async () => {
  const upload = await service.call('POST', '/models:upload', { model: spec });
  expect(lasted(await wait(upload))).toBe(40);
  const operation = await startDeployment();
  expect(operation.body).toMatchObject({ metadata: { deploymentStage: 'STARTING_DEPLOYMENT' } });
  expect((await service.call('GET', '/endpoints/ep')).body).not.toHaveProperty('deployedModels');
  const part = await service.call('POST', `/v1/${operation.body.name ?? ''}:wait?timeout=0.2s`);
  expect(part.body.done).toBeUndefined();
  expect(part.body.metadata?.deploymentStage).toMatch(
    /PREPARING_MODEL|CREATING_SERVING_CLUSTER|ADDING_NODES_TO_CLUSTER|GETTING_CONTAINER_IMAGE/,
  );
  const done = await wait(operation);
  expect(lasted(done)).toBe(400);
  expect(done.body).toMatchObject({ done: true, metadata: { deploymentStage: 'FINISHING_UP' } });
  expect((await service.call('GET', '/endpoints/ep')).body.deployedModels).toHaveLength(1);
});

test('are found below their resource and below the location, in v1 and v1beta1', async () => {
  const { body } = await service.call('POST', '/models:upload', { modelId: 'm', model: spec });
  const id = body.name?.split('/').at(-1) ?? '';
  for (const path of [
    `/v1/${place}/models/m/operations/${id}`,
    `/v1beta1/${place}/models/m/operations/${id}`,
    `/v1/projects/acme/locations/us-central1/operations/${id}`,
    `/v1beta1/projects/acme/locations/us-central1/operations/${id}`,
  ]) {
    expect((await service.call('GET', path)).body.name).toBe(body.name);
  }
  for (const path of [`/models/other/operations/${id}`, `/endpoints/m/operations/${id}`]) {
    expect(await service.call('GET', path)).toEqual(refused(404, 'NOT_FOUND', /Operation/));
  }
});

test('of the location that Vertex AI does not know are AI Platform to answer for', async () => {
  const { status, body } = await service.call('GET', '/operations/create_m_v1-1');
  expect([status, body.error?.message]).toEqual([
    404,
    'Field: name Error: The specified operation was not found.',
  ]);
});

test('a cancelled deployment ends with code 1 and leaves nothing', async () => {
  const operation = await startDeployment();
  const name = operation.body.name ?? '';
  expect(await service.call('POST', `/v1/${name}:cancel`, {})).toEqual({ status: 200, body: {} });
  const { body } = await service.call('GET', `/v1beta1/${name}`);
  expect(body).toMatchObject({ done: true, error: { code: 1, message: 'CANCELLED' } });
  await wait(operation);
  expect((await service.call('GET', '/endpoints/ep')).body).not.toHaveProperty('deployedModels');
  const deleted = await wait(await service.call('DELETE', '/endpoints/ep'));
  expect(deleted.body.done).toBe(true);
});

test('a cancelled upload frees the id', async () => {
  const request = { modelId: 'm', model: spec };
  const operation = await service.call('POST', '/models:upload', request);
  await service.call('POST', `/v1/${operation.body.name ?? ''}:cancel`, {});
  expect((await service.call('GET', '/models/m')).status).toBe(404);
  expect((await service.call('POST', '/models:upload', request)).status).toBe(200);
});

test('a deletion that was forgotten is done all the same', async () => {
  await wait(await service.call('POST', '/models:upload', { modelId: 'm', model: spec }));
  const operation = await service.call('DELETE', '/models/m');
  const name = operation.body.name ?? '';
  expect((await service.call('DELETE', `/v1/${name}`)).body).toEqual({});
  expect((await service.call('GET', `/v1/${name}`)).status).toBe(404);
  const other = await service.call('POST', '/models:upload', { modelId: 'n', model: spec });
  await wait(other);
  expect((await service.call('GET', '/models/m')).status).toBe(404);
});

test('are listed by resource, or for the whole location', async () => {
  await startDeployment();
  const types = async (path: string): Promise<unknown> => {
    const { body } = await service.call('GET', path);
    return body.operations?.map(({ metadata }) => metadata?.['@type'].split('.').at(-1)).toSorted();
  };
  const ofEndpoint = ['CreateEndpointOperationMetadata', 'DeployModelOperationMetadata'];
  expect(await types('/endpoints/ep/operations')).toEqual(ofEndpoint);
  expect(await types('/models/m/operations')).toEqual(['UploadModelOperationMetadata']);
  expect(await types('/operations')).toEqual([...ofEndpoint, 'UploadModelOperationMetadata']);
  expect((await service.call('GET', '/operations?pageSize=1')).body.nextPageToken).toEqual(
    text(/./),
  );
});

test('two deployments go on at once, and the one without a split leaves that of the other', async () => {
  const first = await startDeployment();
  const second = await service.call('POST', '/endpoints/ep:deployModel', {
    deployedModel: {
      id: '5',
      model: `${place}/models/m`,
      dedicatedResources: { machineSpec: {}, minReplicaCount: 1 },
    },
  });
  await wait(first);
  await wait(second);
  const { body } = await service.call('GET', '/endpoints/ep');
  const [a = '', b = ''] = body.deployedModels?.map(({ id }) => id) ?? [];
  expect(body.trafficSplit).toEqual({ [a]: 100 });
  expect(b).toBe('5');
});
