import { place, projectNumber, refused, startService, text } from './service-under-test.ts';
import type { ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;

beforeEach(async () => {
  service = await startService();
});
afterEach(async () => {
  await service.emulator.close();
});

test('create answers an operation, and then the endpoint', async () => {
  const labels = { team: 'x' };
  const body = { displayName: 'Fraud', description: 'd', labels };
  const created = await service.run('POST', '/endpoints?endpointId=ep', body);
  const endpoint = {
    name: `${place}/endpoints/ep`,
    ...body,
    createTime: text(/Z$/),
    updateTime: text(/Z$/),
    etag: text(/./),
  };
  expect(created.body).toEqual({
    name: text(new RegExp(`^${place}/endpoints/ep/operations/\\d{19}$`)),
    metadata: {
      '@type': 'type.googleapis.com/google.cloud.aiplatform.v1.CreateEndpointOperationMetadata',
      genericMetadata: { createTime: text(/Z$/), updateTime: text(/Z$/) },
    },
    done: true,
    response: { '@type': 'type.googleapis.com/google.cloud.aiplatform.v1.Endpoint', ...endpoint },
  });
  expect((await service.call('GET', '/endpoints/ep')).body).toEqual(endpoint);
});

test.each(['a', '123456789', `a${'-'.repeat(61)}b`])('the id %s is taken', async (id) => {
  await service.run('POST', `/endpoints?endpointId=${id}`, { displayName: 'x' });
  expect((await service.call('GET', `/endpoints/${id}`)).status).toBe(200);
  expect(await service.call('POST', `/endpoints?endpointId=${id}`, { displayName: 'x' })).toEqual(
    refused(409, 'ALREADY_EXISTS', /already exists/),
  );
});

test.each(['A', 'a-', '-a', '0', '1234567890', 'a_b', `a${'b'.repeat(63)}`])(
  'the id %s is refused',
  async (id) => {
    expect(await service.call('POST', `/endpoints?endpointId=${id}`, { displayName: 'x' })).toEqual(
      refused(400, 'INVALID_ARGUMENT', /is not an endpoint id/),
    );
  },
);

test('without an id the service makes one, of 19 digits', async () => {
  const { body } = await service.run('POST', '/endpoints', { displayName: 'x' });
  expect(body.response?.name).toMatch(new RegExp(`^${place}/endpoints/[1-9]\\d{18}$`));
});

test.each<[string, object, RegExp]>([
  ['no display name', {}, /endpoint\.display_name; Message: Required/],
  ['a capital in a label', { displayName: 'x', labels: { A: '' } }, /label "A"/],
  [
    'traffic for nobody',
    { displayName: 'x', trafficSplit: { 1: 100 } },
    /DeployedModel ID\(s\) \[1\] do not exist/,
  ],
  [
    'two networks',
    { displayName: 'x', network: 'n', privateServiceConnectConfig: {} },
    /Only one of network/,
  ],
  [
    'no sampling rate',
    { displayName: 'x', predictRequestResponseLoggingConfig: { enabled: true } },
    /sampling_rate/,
  ],
  [
    'no table',
    { displayName: 'x', predictRequestResponseLoggingConfig: { enabled: true, samplingRate: 1 } },
    /"" is not a BigQuery destination/,
  ],
  ['an unknown field', { displayName: 'x', traffic: {} }, /Unknown name "traffic" at 'endpoint'/],
])('create refuses %s', async (_, body, message) => {
  expect(await service.call('POST', '/endpoints', body)).toEqual(
    refused(400, 'INVALID_ARGUMENT', message),
  );
});

test('a dedicated endpoint has a host of its own', async () => {
  const body = { displayName: 'x', dedicatedEndpointEnabled: true };
  await service.run('POST', '/endpoints?endpointId=ep', body);
  expect((await service.call('GET', '/endpoints/ep')).body).toMatchObject({
    dedicatedEndpointEnabled: true,
    dedicatedEndpointDns: `ep.us-central1-${projectNumber}.prediction.vertexai.goog`,
  });
});

test('lists are filtered by id, display name and labels', async () => {
  for (const [id, displayName] of [
    ['a', 'One'],
    ['b', 'Two'],
  ] as const) {
    const body = { displayName, labels: { id } };
    await service.run('POST', `/endpoints?endpointId=${id}`, body);
  }
  const names = async (filter: string): Promise<unknown> => {
    const query = new URLSearchParams({ filter }).toString();
    const { body } = await service.call('GET', `/endpoints?${query}`);
    return body.endpoints?.map(({ displayName }) => displayName);
  };
  expect(await names('')).toEqual(['One', 'Two']);
  expect(await names('display_name=One')).toEqual(['One']);
  expect(await names('display_name="Tw"')).toBeUndefined();
  expect(await names('endpoint=b')).toEqual(['Two']);
  expect(await names('labels.id=a')).toEqual(['One']);
});

test('patch takes both spellings of a mask and answers at once; a stale etag is refused', async () => {
  await service.run('POST', '/endpoints?endpointId=ep', { displayName: 'x', description: 'y' });
  const { etag } = (await service.call('GET', '/endpoints/ep')).body;
  const mask = 'updateMask=display_name,description';
  const patched = await service.call('PATCH', `/endpoints/ep?${mask}`, { displayName: 'z', etag });
  expect(patched.body).toMatchObject({ name: `${place}/endpoints/ep`, displayName: 'z' });
  expect(patched.body).not.toHaveProperty('description');
  expect(
    await service.call('PATCH', '/endpoints/ep?update_mask=displayName', {
      displayName: 'q',
      etag,
    }),
  ).toEqual(refused(409, 'ABORTED', /read it again/));
  expect(
    await service.call('PATCH', '/endpoints/ep?updateMask=dedicatedEndpointEnabled', {}),
  ).toEqual(refused(400, 'INVALID_ARGUMENT', /"dedicatedEndpointEnabled" cannot be updated/));
  expect(await service.call('PATCH', '/endpoints/ep', {})).toEqual(
    refused(400, 'INVALID_ARGUMENT', /An update mask is required/),
  );
});

test('delete leaves nothing', async () => {
  await service.run('POST', '/endpoints?endpointId=ep', { displayName: 'x' });
  const { body } = await service.run('DELETE', '/endpoints/ep');
  expect(body).toMatchObject({
    metadata: { '@type': text(/v1\.DeleteOperationMetadata$/) },
    response: { '@type': 'type.googleapis.com/google.protobuf.Empty' },
  });
  expect(await service.call('GET', '/endpoints/ep')).toEqual(
    refused(404, 'NOT_FOUND', new RegExp(`^Endpoint \`${place}/endpoints/ep\` not found\\.$`)),
  );
});
