import { savedModel } from './saved-model.ts';
import { refusal, spec, startService, text } from './service-under-test.ts';
import type { Client, ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
let global: Client;
let regional: Client;

beforeEach(async () => {
  service = await startService();
  ({ global, regional } = service);
  await global.call('POST', '/models', { name: 'fraud' });
  await regional.call('POST', '/models', { name: 'fraud' });
});
afterEach(async () => {
  await service.emulator.close();
});

test('the first version becomes READY and the default, and can be read at once', async () => {
  const operation = await global.call('POST', '/models/fraud/versions', { name: 'v1', ...spec });
  expect(operation).toEqual({
    status: 200,
    body: {
      name: text(/^projects\/acme\/operations\/create_fraud_v1-\d+$/),
      metadata: {
        '@type': 'type.googleapis.com/google.cloud.ml.v1.OperationMetadata',
        createTime: text(/^\d{4}-.*Z$/),
        startTime: text(/^\d{4}-.*Z$/),
        operationType: 'CREATE_VERSION',
        modelName: 'projects/acme/models/fraud',
        projectNumber: text(/^\d{12}$/),
        version: expect.objectContaining({
          state: 'CREATING',
          framework: 'SCIKIT_LEARN',
        }) as unknown,
      },
    },
  });
  const done = await global.poll(operation);
  const version = await global.call('GET', '/models/fraud/versions/v1');
  expect(version.body).toEqual({
    name: 'projects/acme/models/fraud/versions/v1',
    ...spec,
    machineType: 'mls1-c1-m2',
    isDefault: true,
    state: 'READY',
    createTime: text(/./),
    etag: text(/./),
  });
  expect(done.body).toMatchObject({
    done: true,
    metadata: { endTime: text(/./) },
    response: { '@type': 'type.googleapis.com/google.cloud.ml.v1.Version', ...version.body },
  });
  expect((await global.call('GET', '/models/fraud')).body.defaultVersion).toEqual(version.body);
});

test('a later version is not the default until it is set', async () => {
  await global.deploy('v1');
  await global.deploy('v2');
  expect((await global.call('GET', '/models/fraud/versions/v2')).body.isDefault).toBeUndefined();
  const answer = await global.call('POST', '/models/fraud/versions/v2:setDefault', {});
  expect(answer.body).toMatchObject({
    name: 'projects/acme/models/fraud/versions/v2',
    isDefault: true,
  });
  const { versions } = (await global.call('GET', '/models/fraud/versions')).body;
  expect(versions?.map(({ isDefault }) => isDefault)).toEqual([undefined, true]);
});

test('the default is also set by a patch of the model', async () => {
  await global.deploy('v1');
  await global.deploy('v2');
  const patch = await global.call('PATCH', '/models/fraud?updateMask=default_version.name', {
    defaultVersion: { name: 'v2' },
  });
  expect((await global.poll(patch)).body.response?.defaultVersion?.name).toMatch(/v2$/);
});

test('a regional version takes N1, scaling and accelerators', async () => {
  await service.put('tf/saved_model.pb', savedModel({ tags: ['serve'], signatures: 1 }));
  await regional.deploy('v1', {
    deploymentUri: 'gs://models/tf',
    framework: 'TENSORFLOW',
    acceleratorConfig: { count: 1, type: 'NVIDIA_TESLA_T4' },
    machineType: 'n1-standard-4',
    autoScaling: { minNodes: 1, maxNodes: 3, metrics: [{ name: 'CPU_USAGE', target: 60 }] },
    requestLoggingConfig: { samplingPercentage: 0.5, bigqueryTableName: 'a.b.c' },
  });
  const version = await regional.call('GET', '/models/fraud/versions/v1');
  expect(version.body).toMatchObject({
    state: 'READY',
    acceleratorConfig: { count: '1', type: 'NVIDIA_TESLA_T4' },
    autoScaling: { minNodes: 1, maxNodes: 3, metrics: [{ name: 'CPU_USAGE', target: 60 }] },
  });
  expect(version.body.requestLoggingConfig).toBeUndefined();
  await regional.deploy('v2');
  expect((await regional.call('GET', '/models/fraud/versions/v2')).body.machineType).toBe(
    'n1-standard-2',
  );
});

test('a container needs neither runtime nor artifacts', async () => {
  const operation = await regional.call('POST', '/models/fraud/versions', {
    name: 'v1',
    machineType: 'n1-standard-2',
    container: {
      image: 'europe-west1-docker.pkg.dev/acme/r/i:1',
      env: [{ name: 'A', value: '' }],
    },
    routes: { predict: '/p', health: '/h' },
    serviceAccount: 'me@acme.iam.gserviceaccount.com',
  });
  expect((await regional.poll(operation)).body.response?.state).toBe('READY');
});

test('a version of the same name is the conflict that Google reports', async () => {
  await global.deploy('v1');
  expect(await global.call('POST', '/models/fraud/versions', { name: 'v1', ...spec })).toEqual({
    status: 409,
    body: refusal(
      409,
      'ALREADY_EXISTS',
      'version.name',
      'A version with the same name already exists.',
    ),
  });
});

test('a version of a model that is not there is refused', async () => {
  const answer = await global.call('POST', '/models/none/versions', { name: 'v1', ...spec });
  expect(answer.status).toBe(404);
  expect((await global.call('GET', '/models/fraud/versions/v9')).body.error?.message).toBe(
    'Field: name Error: The specified version was not found.',
  );
});

test('the default version is deleted last, then the model', async () => {
  await global.deploy('v1');
  await global.deploy('v2');
  const early = await global.call('DELETE', '/models/fraud/versions/v1');
  expect(early.body).toEqual(
    refusal(
      400,
      'FAILED_PRECONDITION',
      'name',
      'The default version of a model can not be deleted unless it is the only version.',
    ),
  );
  const withVersions = await global.call('DELETE', '/models/fraud');
  expect(withVersions.body.error).toMatchObject({
    status: 'FAILED_PRECONDITION',
    message: text(/A model with versions cannot be deleted\./),
  });
  for (const version of ['v2', 'v1']) {
    const deletion = await global.call('DELETE', `/models/fraud/versions/${version}`);
    expect((await global.poll(deletion)).body).toMatchObject({ done: true, response: {} });
  }
  expect((await global.call('GET', '/models/fraud')).body.defaultVersion).toBeUndefined();
  const deletion = await global.call('DELETE', '/models/fraud');
  expect((await global.poll(deletion)).body.done).toBe(true);
});

test('a patch changes what may change, and nothing else', async () => {
  await regional.deploy('v1', { manualScaling: { nodes: 1 }, labels: { a: 'b' } });
  const patch = await regional.call(
    'PATCH',
    '/models/fraud/versions/v1?updateMask=description,manual_scaling.nodes,requestLoggingConfig',
    {
      description: 'new',
      manualScaling: { nodes: 2 },
      requestLoggingConfig: { bigqueryTableName: 'a.b.c', samplingPercentage: 0.25 },
      labels: {},
    },
  );
  expect((await regional.poll(patch)).body.response).toMatchObject({
    description: 'new',
    state: 'READY',
    manualScaling: { nodes: 2 },
    requestLoggingConfig: { bigqueryTableName: 'a.b.c', samplingPercentage: 0.25 },
    labels: { a: 'b' },
  });
  const path = '/models/fraud/versions/v1?updateMask=';
  expect((await regional.call('PATCH', `${path}runtimeVersion`, {})).status).toBe(400);
  expect(
    (
      await regional.call('PATCH', `${path}autoScaling.minNodes`, {
        autoScaling: { minNodes: 2 },
      })
    ).status,
  ).toBe(400);
  expect(
    (await regional.call('PATCH', `${path}requestLoggingConfig`, { requestLoggingConfig: {} }))
      .status,
  ).toBe(400);
  await global.deploy('v1');
  expect((await global.call('PATCH', `${path}labels`, { labels: { a: 'b' } })).status).toBe(400);
});

test('two hundred versions of a project are the most', async () => {
  await global.call('POST', '/models', { name: 'other' });
  for (let index = 0; index < 200; index += 1)
    await (index % 2 === 0 ? global : regional).deploy(`v${index}`);
  const answer = await global.call('POST', '/models/other/versions', { name: 'v1', ...spec });
  expect(answer.status).toBe(429);
  expect(answer.body.error?.message).toContain('max allowed number of versions per project: 200.');
});
