import { refusal, startService, text } from './service-under-test.ts';
import type { Client, ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
let global: Client;
let regional: Client;

beforeEach(async () => {
  service = await startService();
  ({ global, regional } = service);
});
afterEach(async () => {
  await service.emulator.close();
});

test('a model is created with its defaults, read, listed, changed and deleted', async () => {
  const created = await global.call('POST', '/models?alt=json', {
    name: 'fraud',
    description: 'card fraud',
    online_prediction_logging: true,
    onlinePredictionConsoleLogging: false,
    labels: { team: 'risk' },
  });
  expect(created).toEqual({
    status: 200,
    body: {
      name: 'projects/acme/models/fraud',
      description: 'card fraud',
      regions: ['us-central1'],
      onlinePredictionLogging: true,
      labels: { team: 'risk' },
      etag: text(/^[\w+/]{11}=$/),
    },
  });
  expect((await global.call('GET', '/models/fraud')).body).toEqual(created.body);
  expect((await global.call('GET', '/models')).body).toEqual({ models: [created.body] });

  const patch = await global.call('PATCH', '/models/fraud?update_mask=description', {
    description: 'all fraud',
    labels: { team: 'ignored, because it is not in the mask' },
  });
  expect(patch.body.metadata).toMatchObject({ operationType: 'UPDATE_MODEL' });
  expect((await global.poll(patch)).body).toMatchObject({
    done: true,
    response: {
      '@type': 'type.googleapis.com/google.cloud.ml.v1.Model',
      description: 'all fraud',
      labels: { team: 'risk' },
    },
  });

  const deletion = await global.call('DELETE', '/models/fraud');
  expect(deletion.body.name).toMatch(/^projects\/acme\/operations\/delete_fraud-\d+$/);
  expect((await global.poll(deletion)).body.response).toEqual({
    '@type': 'type.googleapis.com/google.protobuf.Empty',
  });
  expect(await global.call('GET', '/models/fraud')).toEqual({
    status: 404,
    body: refusal(404, 'NOT_FOUND', 'name', 'The specified model was not found.'),
  });
  expect((await global.call('GET', '/models')).body).toEqual({});
});

test('endpoints do not see the models of one another', async () => {
  await global.call('POST', '/models', { name: 'fraud' });
  expect((await regional.call('GET', '/models')).body).toEqual({});
  const created = await regional.call('POST', '/models', { name: 'fraud' });
  expect(created.body.regions).toEqual(['europe-west1']);
});

test('a second model of the same name is the conflict that Google reports', async () => {
  await global.call('POST', '/models', { name: 'fraud' });
  expect(await global.call('POST', '/models', { name: 'fraud' })).toEqual({
    status: 409,
    body: refusal(
      409,
      'ALREADY_EXISTS',
      'model.name',
      'A model with the same name already exists.',
    ),
  });
});

test.each([
  ['no name', {}, 'model.name'],
  ['a dash in the name', { name: 'card-fraud' }, 'model.name'],
  ['a name of 129 characters', { name: 'm'.repeat(129) }, 'model.name'],
  ['two regions', { name: 'm', regions: ['us-central1', 'us-east1'] }, 'model.regions'],
  ['a region that does not exist', { name: 'm', regions: ['mars-west1'] }, 'model.regions'],
  ['a label key in capitals', { name: 'm', labels: { Team: 'risk' } }, 'model.labels'],
  ['a label value with a space', { name: 'm', labels: { team: 'a b' } }, 'model.labels'],
])('%s is refused', async (_, body, field) => {
  const answer = await global.call('POST', '/models', body);
  expect(answer.status).toBe(400);
  expect(answer.body.error?.status).toBe('INVALID_ARGUMENT');
  expect(answer.body.error?.details[0]?.fieldViolations[0]?.field).toBe(field);
});

test('on a regional endpoint only its own region is allowed', async () => {
  const answer = await regional.call('POST', '/models', { name: 'm', regions: ['us-central1'] });
  expect(answer.body.error?.message).toContain('is not that of the endpoint, "europe-west1"');
});

test('the hundred-and-first model of a project is one too many, wherever the others are', async () => {
  for (let index = 0; index < 100; index += 1) {
    await (index % 2 === 0 ? global : regional).call('POST', '/models', { name: `m${index}` });
  }
  const answer = await global.call('POST', '/models', { name: 'm100' });
  expect(answer.status).toBe(429);
  expect(answer.body.error).toMatchObject({
    status: 'RESOURCE_EXHAUSTED',
    message: text(/max allowed number of models per project: 100\./),
  });
  await expectPages();
});

/** With 50 models on the global endpoint. */
async function expectPages(): Promise<void> {
  const first = await global.call('GET', '/models');
  expect(first.body.models).toHaveLength(20);
  const second = await global.call(
    'GET',
    `/models?pageSize=200&pageToken=${String(first.body.nextPageToken)}`,
  );
  expect(second.body.models).toHaveLength(30);
  expect(second.body.nextPageToken).toBeUndefined();
  const names = [first, second].flatMap(({ body }) => body.models?.map(({ name }) => name));
  expect(new Set(names).size).toBe(50);
  const filtered = await global.call('GET', '/models?filter=name:m9');
  expect(filtered.body.models).toHaveLength(5);
}

test('page sizes, tokens and filters that cannot be are refused', async () => {
  for (const query of ['pageSize=-1', 'pageSize=ten', 'pageToken=nonsense', 'filter=(']) {
    expect((await global.call('GET', `/models?${query}`)).status).toBe(400);
  }
});

test('a stale etag is refused, and so is a field that cannot be updated', async () => {
  await global.call('POST', '/models', { name: 'fraud' });
  const stale = { description: 'd', etag: 'AAAAAAAAAAA=' };
  expect(
    (await global.call('PATCH', '/models/fraud?updateMask=description', stale)).body.error?.status,
  ).toBe('ABORTED');
  for (const mask of ['', 'regions', 'nonsense', 'labels']) {
    const answer = await global.call('PATCH', `/models/fraud?updateMask=${mask}`, {});
    expect(answer.status).toBe(400);
  }
});

test('policies are kept and permissions told', async () => {
  await global.call('POST', '/models', { name: 'fraud' });
  const policy = { bindings: [{ role: 'roles/ml.modelUser', members: ['user:a@example.com'] }] };
  await global.call('POST', '/models/fraud:setIamPolicy', { policy });
  expect((await global.call('GET', '/models/fraud:getIamPolicy')).body).toMatchObject(policy);
  const permissions = ['ml.models.predict', 'storage.objects.get'];
  const answer = await global.call('POST', '/models/fraud:testIamPermissions', { permissions });
  expect(answer.body).toEqual({ permissions: ['ml.models.predict'] });
});

test('the service agent and the locations are told', async () => {
  const config = (await global.call('GET', ':getConfig')).body;
  expect(config).toEqual({
    serviceAccount: `service-${String(config.serviceAccountProject)}@cloud-ml.google.com.iam.gserviceaccount.com`,
    serviceAccountProject: text(/^\d{12}$/),
  });
  expect((await global.call('GET', '/locations')).body.locations).toHaveLength(13);
  expect((await global.call('GET', '/locations/us-east1')).body.name).toBe(
    'projects/acme/locations/us-east1',
  );
  expect((await global.call('GET', '/locations/us-east9')).status).toBe(404);
});
