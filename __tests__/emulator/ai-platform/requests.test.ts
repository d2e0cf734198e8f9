import { connect, spec, startService } from './service-under-test.ts';
import type { Client, ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
let global: Client;

beforeEach(async () => {
  service = await startService();
  ({ global } = service);
});
afterEach(async () => {
  await service.emulator.close();
});

test('an unknown field is refused in the words of the front end', async () => {
  const answer = await global.call('POST', '/models', { name: 'm', xyz: 1 });
  const description = `Invalid JSON payload received. Unknown name "xyz" at 'model': Cannot find field.`;
  expect(answer).toEqual({
    status: 400,
    body: {
      error: {
        code: 400,
        message: description,
        status: 'INVALID_ARGUMENT',
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.BadRequest',
            fieldViolations: [{ field: 'model', description }],
          },
        ],
      },
    },
  });
});

test.each([
  [{ imageUri: 'x' }, `Unknown name "imageUri" at 'version': Cannot find field.`],
  [{ autoScaling: { min: 1 } }, `Unknown name "min" at 'version.auto_scaling': Cannot find field.`],
  [{ name: 3 }, `Invalid value at 'version.name' (TYPE_STRING), 3`],
  [
    { framework: 'PYTORCH' },
    `Invalid value at 'version.framework' (type.googleapis.com/google.cloud.ml.v1.Framework), "PYTORCH"`,
  ],
  [
    { manual_scaling: { nodes: 1.5 } },
    `Invalid value at 'version.manual_scaling.nodes' (TYPE_INT32), 1.5`,
  ],
  [
    { manualScaling: { nodes: 3e9 } },
    `Invalid value at 'version.manual_scaling.nodes' (TYPE_INT32), 3000000000`,
  ],
  [
    { manualScaling: 3 },
    `Invalid value at 'version.manual_scaling' (type.googleapis.com/google.cloud.ml.v1.ManualScaling), 3`,
  ],
  [{ packageUris: 'gs://a/b' }, `Invalid value at 'version.package_uris' (TYPE_LIST), "gs://a/b"`],
  [
    { autoScaling: { metrics: [{ name: 'X' }] } },
    `Invalid value at 'version.auto_scaling.metrics[0].name'`,
  ],
  [{ labels: { a: 1 } }, `Invalid value at 'version.labels[a].value' (TYPE_STRING), 1`],
  [
    { name: ['v1'] },
    `Unknown name "name" at 'version': Proto field is not repeating, cannot start list.`,
  ],
  [{ etag: 'not base64!' }, `Invalid value at 'version.etag' (TYPE_BYTES), "not base64!"`],
])('%j is refused', async (fields, text) => {
  await global.call('POST', '/models', { name: 'fraud' });
  const body = { name: 'v1', ...spec, ...fields };
  const answer = await global.call('POST', '/models/fraud/versions', body);
  expect(answer.status).toBe(400);
  expect(answer.body.error?.status).toBe('INVALID_ARGUMENT');
  expect(answer.body.error?.message).toContain(text);
});

test('all faults of a body are told at once', async () => {
  const answer = await global.call('POST', '/models', { name: 1, colour: 'red', regions: {} });
  expect(answer.body.error?.details[0]?.fieldViolations).toHaveLength(3);
  expect(answer.body.error?.message.split('\n')).toHaveLength(3);
});

test('a body that is no object, or no JSON, is refused', async () => {
  expect((await global.call('POST', '/models', '[]')).status).toBe(400);
  expect((await global.call('POST', '/models', '{')).status).toBe(400);
});

test('an unknown query parameter is refused, the standard ones are not', async () => {
  const answer = await global.call('GET', '/models?page=2');
  expect(answer.status).toBe(400);
  expect(answer.body.error?.message).toContain('Unknown name "page": Cannot bind query parameter.');
  const standard = '?alt=json&prettyPrint=false&%24.xgafv=2&quotaUser=me&fields=models';
  expect((await global.call('GET', `/models${standard}`)).status).toBe(200);
});

test('unknown paths are 404', async () => {
  expect((await global.call('GET', '/modells')).status).toBe(404);
  expect((await global.call('PUT', '/models')).status).toBe(404);
  expect((await connect(service.emulator, 'me-west1').call('GET', '/models')).status).toBe(404);
});
