import { image, place, refused, spec, startService, text } from './service-under-test.ts';
import type { ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;

beforeEach(async () => {
  service = await startService();
});
afterEach(async () => {
  await service.emulator.close();
});

test('upload answers an operation below the model, and then the model and its version number', async () => {
  const request = { modelId: 'fraud', model: spec };
  const { status, body } = await service.call('POST', '/models:upload', request);
  const metadata = {
    '@type': 'type.googleapis.com/google.cloud.aiplatform.v1.UploadModelOperationMetadata',
    genericMetadata: { createTime: text(/Z$/), updateTime: text(/Z$/) },
  };
  expect(status).toBe(200);
  expect(body).toEqual({
    name: text(new RegExp(`^${place}/models/fraud/operations/\\d{19}$`)),
    metadata,
  });
  expect((await service.call('GET', `/v1/${body.name ?? ''}`)).body).toEqual({
    name: body.name,
    metadata,
    done: true,
    response: {
      '@type': 'type.googleapis.com/google.cloud.aiplatform.v1.UploadModelResponse',
      model: `${place}/models/fraud`,
      modelVersionId: '1',
    },
  });
});

test('an uploaded model is what was sent, and what the service adds', async () => {
  const more = {
    description: 'of the model',
    versionDescription: 'commit 3f2a1c',
    labels: { commit: '3f2a1c' },
    versionAliases: ['golden'],
  };
  await service.upload({ modelId: 'fraud' }, more);
  const { body } = await service.call('GET', '/models/fraud');
  expect(body).toEqual({
    name: `${place}/models/fraud`,
    ...spec,
    ...more,
    versionId: '1',
    versionAliases: ['default', 'golden'],
    versionCreateTime: text(/Z$/),
    versionUpdateTime: text(/Z$/),
    predictSchemata: {},
    supportedDeploymentResourcesTypes: ['DEDICATED_RESOURCES', 'SHARED_RESOURCES'],
    supportedExportFormats: [{ id: 'custom-trained', exportableContents: ['ARTIFACT'] }],
    supportedInputStorageFormats: [
      ...['jsonl', 'bigquery', 'csv', 'tf-record', 'tf-record-gzip', 'file-list'],
    ],
    supportedOutputStorageFormats: ['jsonl', 'bigquery'],
    modelSourceInfo: { sourceType: 'CUSTOM' },
    createTime: text(/Z$/),
    updateTime: text(/Z$/),
    etag: text(/./),
  });
});

test('without a modelId the service makes one, of 19 digits', async () => {
  const { body } = await service.upload({});
  expect(body.response?.model).toMatch(new RegExp(`^${place}/models/[1-9]\\d{18}$`));
});

test('parentModel adds versions, numbered by the service, and leaves the default where it is', async () => {
  await service.upload();
  const parent = { parentModel: 'projects/acme/locations/us-central1/models/fraud' };
  const second = await service.upload(parent, { displayName: 'Second' });
  expect(second.body.response?.modelVersionId).toBe('2');
  const byNumber = { parentModel: `${place}/models/fraud` };
  await service.upload(byNumber, { versionAliases: ['default', 'golden'] });
  const aliases = async (reference: string): Promise<unknown> => {
    const { body } = await service.call('GET', `/models/${reference}`);
    return [body.versionId, body.displayName, body.versionAliases];
  };
  expect(await aliases('fraud@1')).toEqual(['1', 'Fraud', undefined]);
  expect(await aliases('fraud@2')).toEqual(['2', 'Second', undefined]);
  expect(await aliases('fraud')).toEqual(['3', 'Fraud', ['default', 'golden']]);
  expect(await aliases('fraud@golden')).toEqual(['3', 'Fraud', ['default', 'golden']]);
  expect(await aliases('fraud%40default')).toEqual(['3', 'Fraud', ['default', 'golden']]);
});

test('version numbers are not used again', async () => {
  await service.upload();
  const parent = { parentModel: `${place}/models/fraud` };
  await service.upload(parent);
  await service.run('DELETE', '/models/fraud@2:deleteVersion');
  expect((await service.upload(parent)).body.response?.modelVersionId).toBe('3');
});

test('a model id is taken from the moment of the upload, and seen when that has ended', async () => {
  const slow = await startService({ operationMilliseconds: 2000 });
  try {
    const request = { modelId: 'fraud', model: spec };
    const operation = await slow.call('POST', '/models:upload', request);
    expect(operation.body.done).toBeUndefined();
    expect(await slow.call('GET', '/models/fraud')).toEqual(
      refused(404, 'NOT_FOUND', /^The Model does not exist\.$/),
    );
    expect((await slow.call('GET', '/models')).body).toEqual({});
    expect(await slow.call('POST', '/models:upload', request)).toEqual(
      refused(409, 'ALREADY_EXISTS', /^The Model "fraud" already exists\.$/),
    );
    const waited = await slow.call('POST', `/v1/${operation.body.name ?? ''}:wait?timeout=9s`, {});
    expect(waited.body.done).toBe(true);
    expect((await slow.call('GET', '/models/fraud')).status).toBe(200);
  } finally {
    await slow.emulator.close();
  }
});

test('upload copies the artifacts and does not load them', async () => {
  await service.put('broken/model.joblib', 'no pickle');
  const { body } = await service.upload({ modelId: 'a' }, { artifactUri: 'gs://models/broken/' });
  expect(body).toMatchObject({ done: true, response: { modelVersionId: '1' } });
});

test('lists hold default versions, one page at a time, filtered and ordered', async () => {
  for (const [modelId, displayName, team] of [
    ['b', 'Two words', 'x'],
    ['a', 'Zed', 'y'],
    ['c', 'Zed', 'x'],
  ]) {
    await service.upload({ modelId }, { displayName, labels: { team } });
  }
  await service.upload({ parentModel: `${place}/models/a` }, { displayName: 'Second' });
  const ids = async (query: string): Promise<unknown> => {
    const { status, body } = await service.call('GET', `/models?${query}`);
    return status === 200 ? body.models?.map(({ name }) => name?.split('/').at(-1)) : body.error;
  };
  const filtered = (filter: string): Promise<unknown> =>
    ids(new URLSearchParams({ filter }).toString());
  expect(await ids('')).toEqual(['a', 'b', 'c']);
  expect(await ids('orderBy=display_name desc')).toEqual(['a', 'c', 'b']);
  expect(await filtered('model=a')).toEqual(['a']);
  expect(await filtered('model!=a')).toEqual(['b', 'c']);
  expect(await filtered('display_name="Two words"')).toEqual(['b']);
  expect(await filtered('display_name=Zed AND labels.team=x')).toEqual(['c']);
  expect(await filtered('labels.team:*')).toEqual(['a', 'b', 'c']);
  expect(await filtered('displayName=Zed')).toMatchObject({ code: 400 });
  expect(await ids('orderBy=etag')).toMatchObject({ code: 400 });
  const first = await service.call('GET', '/models?pageSize=2&readMask=name,displayName');
  expect(first.body.models).toEqual([
    { name: `${place}/models/a`, displayName: 'Zed' },
    { name: `${place}/models/b`, displayName: 'Two words' },
  ]);
  expect(await ids(`pageToken=${first.body.nextPageToken ?? ''}`)).toEqual(['c']);
});

test('listVersions holds every version', async () => {
  await service.upload();
  await service.upload({ parentModel: `${place}/models/fraud` });
  const { body } = await service.call('GET', '/models/fraud:listVersions');
  expect(body.models?.map(({ versionId }) => versionId).toSorted()).toEqual(['1', '2']);
});

test('patch changes what the mask names, of one version; a stale etag is refused', async () => {
  await service.upload();
  const before = (await service.call('GET', '/models/fraud')).body;
  const patched = await service.call('PATCH', '/models/fraud@1?updateMask=display_name,labels', {
    displayName: 'New',
    description: 'not in the mask',
    labels: { a: 'b' },
    etag: before.etag,
  });
  expect(patched.body).toMatchObject({ displayName: 'New', labels: { a: 'b' } });
  expect(patched.body).not.toHaveProperty('description');
  const stale = { displayName: 'Other', etag: before.etag };
  expect(await service.call('PATCH', '/models/fraud?updateMask=displayName', stale)).toEqual(
    refused(409, 'ABORTED', /changed by somebody else/),
  );
  for (const query of ['', '?updateMask=artifactUri', '?updateMask=nothing']) {
    expect((await service.call('PATCH', `/models/fraud${query}`, {})).status).toBe(400);
  }
});

test('the default moves to the most recent version when its own is deleted', async () => {
  await service.upload();
  const parent = { parentModel: `${place}/models/fraud` };
  await service.upload(parent);
  await service.upload(parent);
  const { body } = await service.run('DELETE', '/models/fraud@default:deleteVersion');
  expect(body.response).toEqual({ '@type': 'type.googleapis.com/google.protobuf.Empty' });
  expect((await service.call('GET', '/models/fraud')).body.versionId).toBe('3');
});

test('the only version, a bare name, and a version in models.delete are refused', async () => {
  await service.upload();
  expect(await service.call('DELETE', '/models/fraud@1:deleteVersion')).toEqual(
    refused(400, 'FAILED_PRECONDITION', /is the only one of the Model "fraud"/),
  );
  expect(await service.call('DELETE', '/models/fraud:deleteVersion')).toEqual(
    refused(400, 'INVALID_ARGUMENT', /A version must be named/),
  );
  expect(await service.call('DELETE', '/models/fraud@1')).toEqual(
    refused(400, 'INVALID_ARGUMENT', /deleted as a whole/),
  );
  await service.run('DELETE', '/models/fraud');
  expect((await service.call('GET', '/models/fraud')).status).toBe(404);
  expect((await service.upload()).body.response?.modelVersionId).toBe('1');
});

test('regions and projects share nothing', async () => {
  await service.upload();
  const elsewhere = '/v1/projects/acme/locations/europe-west4/models/fraud';
  expect((await service.call('GET', elsewhere)).status).toBe(404);
  const other = '/v1/projects/other/locations/us-central1/models/fraud';
  expect((await service.call('GET', other)).status).toBe(404);
  expect((await service.call('GET', `/v1/${place}/models/fraud`)).status).toBe(200);
  expect(await service.call('GET', '/v1/projects/acme/locations/mars-west1/models')).toEqual(
    refused(404, 'NOT_FOUND', /mars-west1-aiplatform\.googleapis\.com does not exist/),
  );
});

test('the region of the called host wins over that of the path', async () => {
  await service.upload();
  const { origin } = service.emulator;
  const path = 'projects/acme/locations/us-central1/models';
  const response = await fetch(`${origin}/europe-west4/v1/${path}`);
  expect(await response.json()).toEqual({});
});

test.each([
  ['tf2-cpu.2-11', 'saved_model.pb', '[saved_model.pb]'],
  ['sklearn-cpu.1-0', 'model.joblib', '[model.pkl, model.joblib]'],
  ['xgboost-cpu.1-6', 'model.bst', '[model.bst, model.joblib]'],
  ['pytorch-gpu.2-4', 'model.mar', '[model.mar]'],
])('%s wants exactly one model file', async (name, file, expected) => {
  const model = { artifactUri: 'gs://models/dir/', containerSpec: image(name) };
  await service.put('dir/other.txt', 'x');
  await expect(service.upload({}, model)).rejects.toThrow(
    `Model directory gs://models/dir is expected to contain exactly one of: ${expected}.`,
  );
  await service.put(`dir/${file}`, 'x');
  expect((await service.upload({}, model)).body.done).toBe(true);
});
