import { custom, image, place, refused, spec, startService } from './service-under-test.ts';
import type { ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;

beforeAll(async () => {
  service = await startService();
  await service.upload();
  await service.put('two/model.pkl', 'x');
  await service.put('two/model.joblib', 'x');
});
afterAll(async () => {
  await service.emulator.close();
});

const container = custom.containerSpec;
const oneVariable = { name: 'A', value: 'b' };

test.each<[string, object]>([
  ['an id that starts with an underscore', { modelId: '_a-b_9' }],
  ['an id of 63 characters', { modelId: `a${'b'.repeat(62)}` }],
  ['a custom container without artifacts', { model: custom }],
  ['a display name of 128 letters', { model: { ...spec, displayName: 'é'.repeat(128) } }],
  ['the other registry', { model: { ...custom, containerSpec: { imageUri: 'gcr.io/acme/x' } } }],
  [
    'any region of the prebuilt containers',
    {
      model: {
        ...spec,
        containerSpec: {
          imageUri: 'asia-docker.pkg.dev/vertex-ai/prediction/sklearn-cpu.0-24:latest',
        },
      },
    },
  ],
  [
    'snake_case',
    {
      model_id: 'snake',
      model: { display_name: 'x', container_spec: { image_uri: container.imageUri } },
    },
  ],
  [
    'a probe',
    {
      model: {
        ...custom,
        containerSpec: {
          ...container,
          healthProbe: { exec: { command: ['x'] }, periodSeconds: 5 },
          deploymentTimeout: '7200s',
          sharedMemorySizeMb: '64',
        },
      },
    },
  ],
  [
    'an explanation',
    {
      model: {
        ...spec,
        explanationSpec: {
          parameters: { sampledShapleyAttribution: { pathCount: 3 } },
          metadata: { inputs: { x: {} }, outputs: { y: {} } },
        },
      },
    },
  ],
  ['a service account', { serviceAccount: 'a@b.iam.gserviceaccount.com' }],
])('upload takes %s', async (_, request) => {
  const answer = await service.call('POST', '/models:upload', { model: spec, ...request });
  expect(answer).toMatchObject({ status: 200 });
});

const of = (model: object): object => ({ model: { ...spec, ...model } });
const ofContainer = (parts: object): object => ({
  model: { ...custom, containerSpec: { ...container, ...parts } },
});

test.each<[string, object, RegExp]>([
  ['no model', { model: undefined }, /1\.Field: model; Message: Required field is not set\./],
  ['no display name', of({ displayName: '' }), /model\.display_name; Message: Required/],
  ['a long display name', of({ displayName: 'é'.repeat(129) }), /at most 128 characters; 129/],
  ['no container', of({ containerSpec: undefined }), /model\.container_spec; Message: Required/],
  ['no image', of({ containerSpec: {} }), /image_uri; Message: Required/],
  ['an image of Docker Hub', of({ containerSpec: { imageUri: 'nginx:1' } }), /must be in Artifact/],
  [
    'a version that there is not',
    of({ containerSpec: image('sklearn-cpu.9-9') }),
    /not among the prebuilt/,
  ],
  [
    'a GPU image of scikit-learn',
    of({ containerSpec: image('sklearn-gpu.1-6') }),
    /not among the prebuilt/,
  ],
  [
    'another tag',
    of({ containerSpec: { imageUri: 'us-docker.pkg.dev/vertex-ai/prediction/sklearn-cpu.1-6:1' } }),
    /not among/,
  ],
  [
    'another host',
    of({
      containerSpec: {
        imageUri: 'us-central1-docker.pkg.dev/vertex-ai/prediction/sklearn-cpu.1-6:latest',
      },
    }),
    /not among/,
  ],
  ['no artifacts', of({ artifactUri: undefined }), /artifact_uri; Message: Required/],
  ['a path of the disk', of({ artifactUri: '/tmp/model' }), /is not a Cloud Storage directory/],
  ['an upper-case id', { modelId: 'Fraud' }, /"Fraud" is not a model id/],
  ['an id that starts with a digit', { modelId: '1a' }, /is not a model id/],
  ['an id of 64 characters', { modelId: 'a'.repeat(64) }, /is not a model id/],
  ['an id with a parent', { modelId: 'x', parentModel: `${place}/models/fraud` }, /Only one of/],
  ['a parent that is no name', { parentModel: 'fraud' }, /is not the name of a model/],
  ['a parent with a version', { parentModel: `${place}/models/fraud@1` }, /without a version/],
  ['a numeric alias', of({ versionAliases: ['1'] }), /"1" is not a version alias/],
  ['an alias of one letter', of({ versionAliases: ['a'] }), /version_aliases\[0\].*2 to 128/],
  ['an alias with a capital', of({ versionAliases: ['Golden'] }), /is not a version alias/],
  ['an alias with a dot', of({ versionAliases: ['v1.2'] }), /is not a version alias/],
  ['a capital in a label', of({ labels: { Team: 'x' } }), /The label "Team": "x" is not valid/],
  ["a label of the system's", of({ labels: { 'aiplatform.googleapis.com/x': 'x' } }), /reserved/],
  [
    '65 labels',
    of({ labels: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`l${i}`, ''])) }),
    /at most 64 labels; 65/,
  ],
  ['a bad service account', { serviceAccount: 'me' }, /not the email address/],
  [
    "a variable of the system's",
    ofContainer({ env: [{ name: 'AIP_MODE', value: 'x' }] }),
    /env\[0\]\.name.*AIP_/,
  ],
  ['101 variables', ofContainer({ env: Array(101).fill(oneVariable) }), /at most 100 variables/],
  ['port 0', ofContainer({ ports: [{}] }), /ports\[0\]\.container_port/],
  [
    'a gRPC port too high',
    ofContainer({ grpcPorts: [{ containerPort: 65536 }] }),
    /grpc_ports\[0\]/,
  ],
  ['a relative route', ofContainer({ predictRoute: 'predict' }), /must begin with "\/"/],
  ['another prefix', ofContainer({ invokeRoutePrefix: '/v1' }), /The only supported prefix/],
  [
    'a prefix and a route',
    ofContainer({ invokeRoutePrefix: '/*', predictRoute: '/p' }),
    /Only one of predict_route/,
  ],
  [
    'a timeout of more than two hours',
    ofContainer({ deploymentTimeout: '7201s' }),
    /at most 7200s/,
  ],
  [
    'a probe of two kinds',
    ofContainer({ startupProbe: { exec: {}, tcpSocket: {} } }),
    /startup_probe.*Only one of/,
  ],
  [
    'a probe that never tries',
    ofContainer({ livenessProbe: { failureThreshold: -1 } }),
    /failureThreshold must be at least 1/,
  ],
  [
    'an explanation without parameters',
    of({ explanationSpec: {} }),
    /explanation_spec\.parameters; Message: Required/,
  ],
  [
    'two methods of explanation',
    of({
      explanationSpec: {
        parameters: {
          xraiAttribution: { stepCount: 1 },
          sampledShapleyAttribution: { pathCount: 1 },
        },
      },
    }),
    /Exactly one of/,
  ],
  [
    'no paths',
    of({ explanationSpec: { parameters: { sampledShapleyAttribution: {} } } }),
    /number of paths or steps must be at least 1/,
  ],
  [
    'an unknown field',
    of({ runtimeVersion: '2.11' }),
    /Unknown name "runtimeVersion" at 'model': Cannot find field\./,
  ],
  [
    'a field of the wrong type',
    ofContainer({ sharedMemorySizeMb: 'much' }),
    /model\.container_spec\.shared_memory_size_mb' \(TYPE_INT64\)/,
  ],
  [
    'a label that is no text',
    of({ labels: { a: 1 } }),
    /model\.labels\[a\]\.value' \(TYPE_STRING\), 1/,
  ],
])('upload refuses %s', async (_, request, message) => {
  const answer = await service.call('POST', '/models:upload', { model: spec, ...request });
  expect(answer).toEqual(refused(400, 'INVALID_ARGUMENT', message));
});

test.each<[string, string, RegExp]>([
  ['a bucket that is not there', 'gs://nowhere/svc', /The bucket gs:\/\/nowhere does not exist/],
  ['an empty directory', 'gs://models/none', /gs:\/\/models\/none does not exist or is empty/],
  ['a file', 'gs://models/svc/model.pkl', /is a file\. It must be a directory/],
  [
    'two model files',
    'gs://models/two',
    /^Model directory gs:\/\/models\/two is expected to contain exactly one of: \[model\.pkl, model\.joblib\]\.$/,
  ],
])('upload refuses %s', async (_, artifactUri, message) => {
  const answer = await service.call('POST', '/models:upload', of({ artifactUri }));
  expect(answer).toEqual(refused(400, 'FAILED_PRECONDITION', message));
});

test('a parent that is not there, and an id that is taken', async () => {
  const parent = { model: spec, parentModel: `${place}/models/none` };
  expect(await service.call('POST', '/models:upload', parent)).toEqual(
    refused(404, 'NOT_FOUND', /^The Model does not exist\.$/),
  );
  expect(await service.call('POST', '/models:upload', { model: spec, modelId: 'fraud' })).toEqual(
    refused(409, 'ALREADY_EXISTS', /The Model "fraud" already exists/),
  );
});

test('unknown query parameters and methods are refused', async () => {
  const { status } = await service.call('GET', '/models?page_siz=1');
  expect(status).toBe(400);
  expect((await service.call('POST', '/models/fraud:export', {})).body.error?.message).toBe(
    'Method not found.',
  );
});
