import { sklearnPickle, spec, startService, text } from './service-under-test.ts';
import type { Answer, Client, ServiceUnderTest } from './service-under-test.ts';

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

test('take their time, and the version is busy meanwhile', async () => {
  const slow = await startService({ operationMilliseconds: 400 });
  try {
    const client = slow.global;
    await client.call('POST', '/models', { name: 'fraud' });
    const operation = await client.call('POST', '/models/fraud/versions', {
      name: 'v1',
      ...spec,
    });
    expect((await client.poll(operation)).body.done).toBeUndefined();
    expect((await client.call('GET', '/models/fraud/versions/v1')).body.state).toBe('CREATING');
    for (const [method, path, body] of [
      ['DELETE', '/models/fraud/versions/v1', undefined],
      ['PATCH', '/models/fraud/versions/v1?updateMask=description', {}],
      ['POST', '/models/fraud/versions/v1:setDefault', {}],
      ['POST', '/models/fraud/versions/v1:predict', { instances: [] }],
    ] as const) {
      const busy = await client.call(method, path, body);
      expect(busy.body.error).toMatchObject({
        status: 'FAILED_PRECONDITION',
        message: text(/CREATING/),
      });
    }
    let polled = await client.poll(operation);
    while (polled.body.done !== true) polled = await client.poll(operation);
    const { createTime = '', endTime = '' } = polled.body.metadata ?? {};
    expect(Date.parse(endTime) - Date.parse(createTime)).toBe(400);
    expect(polled.body.response?.state).toBe('READY');
  } finally {
    await slow.emulator.close();
  }
});

test('a creation can be cancelled, and leaves a FAILED version behind', async () => {
  const slow = await startService({ operationMilliseconds: 60_000 });
  try {
    const client = slow.global;
    await client.call('POST', '/models', { name: 'fraud' });
    const operation = await client.call('POST', '/models/fraud/versions', {
      name: 'v1',
      ...spec,
    });
    const path = String(operation.body.name).replace('projects/acme', '');
    expect(await client.call('POST', `${path}:cancel`, {})).toEqual({ status: 200, body: {} });
    expect((await client.poll(operation)).body).toMatchObject({
      done: true,
      error: { code: 1 },
      metadata: { isCancellationRequested: true },
    });
    const version = (await client.call('GET', '/models/fraud/versions/v1')).body;
    expect(version).toMatchObject({
      state: 'FAILED',
      errorMessage: text(/cancelled/),
    });
    expect(
      (await client.call('GET', '/operations?filter=metadata.operationType=CREATE_VERSION')).body
        .operations,
    ).toHaveLength(1);
  } finally {
    await slow.emulator.close();
  }
});

test('ten versions are created or deleted at a time', async () => {
  const slow = await startService({ operationMilliseconds: 60_000 });
  try {
    const client = slow.global;
    await client.call('POST', '/models', { name: 'fraud' });
    const create = (index: number): Promise<Answer> =>
      client.call('POST', '/models/fraud/versions', { name: `v${index}`, ...spec });
    for (let index = 0; index < 10; index += 1) expect((await create(index)).status).toBe(200);
    expect((await create(10)).body.error?.status).toBe('RESOURCE_EXHAUSTED');
  } finally {
    await slow.emulator.close();
  }
});

test('belong to the endpoint that made them; unknown ones are 404', async () => {
  await global.call('POST', '/models', { name: 'fraud' });
  const operation = await global.call('POST', '/models/fraud/versions', { name: 'v1', ...spec });
  expect((await regional.poll(operation)).status).toBe(404);
  expect((await global.call('GET', '/operations/none-1')).body.error?.status).toBe('NOT_FOUND');
  expect((await global.call('POST', '/operations/none-1:cancel', {})).status).toBe(404);
});

test('a model that cannot be loaded fails in the operation, and its name stays taken', async () => {
  await global.call('POST', '/models', { name: 'fraud' });
  await service.put('svc/model.pkl', sklearnPickle.subarray(0, -1));
  const done = await global.deploy('v1');
  const message =
    'Create Version failed. Bad model detected with error:  "Failed to load model: Could not load the model: /tmp/model/0001/model.pkl. pickle data was truncated. (Error code: 0)"';
  expect(done.body).toMatchObject({ done: true, error: { code: 9, message } });
  expect(done.body.response).toBeUndefined();
  const version = (await global.call('GET', '/models/fraud/versions/v1')).body;
  expect(version).toMatchObject({ state: 'FAILED', errorMessage: message });
  expect(version.isDefault).toBeUndefined();
  const again = { name: 'v1', ...spec };
  expect((await global.call('POST', '/models/fraud/versions', again)).status).toBe(409);
  expect((await global.call('POST', '/models/fraud/versions/v1:setDefault', {})).status).toBe(400);
  await global.poll(await global.call('DELETE', '/models/fraud/versions/v1'));
  expect((await global.call('POST', '/models/fraud/versions', again)).status).toBe(200);
});
