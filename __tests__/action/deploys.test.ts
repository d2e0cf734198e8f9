import { gzipSync } from 'node:zlib';
import { actionUnderTest, BUCKET, expectGoodManners, PROJECT } from './action-under-test.ts';
import type { ActionUnderTest } from './action-under-test.ts';

let action: ActionUnderTest;

beforeAll(async () => {
  action = await actionUnderTest();
  await action.copyModel('tensorflow/export', 'export');
  await action.copyModel('scikit-learn', 'scikit-learn');
  await action.copyModel('scikit-learn-pickle', 'scikit-learn-pickle');
  await action.copyModel('scikit-learn-compressed', 'scikit-learn-compressed');
  await action.copyModel('xgboost', 'xgboost');
  await action.copyModel('xgboost-json', 'xgboost-json');
});

afterAll(async () => {
  await action[Symbol.asyncDispose]();
});

describe('a SavedModel under an export directory', () => {
  test('becomes a READY version, and everything about it is told', async () => {
    const result = await action.run({ model: 'iris', source: 'export' });
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({
      status: 'deployed',
      model: `projects/${PROJECT}/models/iris`,
      version: 'v1700000000',
      version_name: `projects/${PROJECT}/models/iris/versions/v1700000000`,
      deployment_uri: `gs://${BUCKET}/iris/v1700000000/`,
      framework: 'tensorflow',
      runtime_version: '2.11',
      machine_type: 'n1-standard-2',
      state: 'READY',
      promoted: 'true',
      previous_version: '',
      uploaded_files: '5',
      uploaded_bytes: '35199',
      reused_files: '0',
      error_code: '',
    });
    expect(result.outputs['artifact_digest']).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(result.outputs['operation']).toMatch(
      /^projects\/acme-models\/operations\/create_iris_v1700000000-\d+$/,
    );
    expect(await action.read('models/iris/versions/v1700000000')).toMatchObject({
      state: 'READY',
      isDefault: true,
      framework: 'TENSORFLOW',
      runtimeVersion: '2.11',
      pythonVersion: '3.7',
    });
    expect(result.log).toContain('Passed over `temp-1700000100`');
    expect(result.summary).toContain('serving_default');
    expect(result.summary).toContain('gcloud ai-platform versions delete v1700000000');
  });

  test('is uploaded with the file that makes it a model last, each file once and only if nothing is there', () => {
    const inserts = action.sent('POST', /^\/upload\/storage\/v1\/b\/[^/]+\/o\?/);
    expect(inserts).toHaveLength(5);
    for (const insert of inserts) expect(insert.url).toContain('ifGenerationMatch=0');
    const create = action.emulator.requests.findIndex(
      (request) => /\/versions(\?|$)/.test(request.url) && request.method === 'POST',
    );
    expect(action.emulator.requests.indexOf(inserts[4] as never)).toBeLessThan(create);
  });

  test('is deployed by requests that say who calls', () => {
    const fromThisTest = 'node';
    const callers = action.emulator.requests.map(({ headers }) => headers['user-agent']);
    for (const caller of callers.filter((name) => name !== fromThisTest)) {
      expect(caller).toMatch(/^deploy-ai-platform\/\d+\.\d+\.\d+$/);
    }
  });

  test('becomes a second version of the same model on a tag push, and then serves', async () => {
    const result = await action.run(
      { model: 'iris', source: 'export' },
      {
        env: { GITHUB_REF: 'refs/tags/v1.2.3', GITHUB_REF_NAME: 'v1.2.3', GITHUB_REF_TYPE: 'tag' },
      },
    );
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({
      version: 'v1_2_3',
      promoted: 'true',
      previous_version: 'v1700000000',
    });
    expect(await action.read('models/iris')).toMatchObject({
      defaultVersion: { name: `projects/${PROJECT}/models/iris/versions/v1_2_3` },
    });
    expect(result.summary).toContain('gcloud ai-platform versions set-default v1700000000');
  });

  test('stays without traffic when promote is false', async () => {
    const result = await action.run({
      model: 'iris',
      source: 'export',
      version: 'candidate',
      promote: 'false',
    });
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({
      status: 'deployed',
      promoted: 'false',
      previous_version: 'v1_2_3',
    });
    expect(await action.read('models/iris/versions/candidate')).not.toHaveProperty('isDefault');
  });
});

describe('a model file', () => {
  test.each([
    ['scikit-learn', 'scikit-learn', 'model.joblib', 'SCIKIT_LEARN'],
    ['scikit-learn-pickle', 'scikit-learn-pickle', 'model.pkl', 'SCIKIT_LEARN'],
    [
      'scikit-learn-compressed',
      'scikit-learn-compressed/model.joblib',
      'model.joblib',
      'SCIKIT_LEARN',
    ],
    ['xgboost', 'xgboost/model.bst', 'model.bst', 'XGBOOST'],
    ['xgboost-json under a name of its own', 'xgboost-json/iris.bst', 'model.bst', 'XGBOOST'],
    ['found by a glob', 'scikit-*/model.pkl', 'model.pkl', 'SCIKIT_LEARN'],
  ])(
    'of %s is deployed under the name that the service wants',
    async (title, source, name, framework) => {
      const model = `file_${title.replaceAll(/\W+/g, '_')}`;
      const result = await action.run({ model, source });
      expectGoodManners(result);
      expect(result.outputs).toMatchObject({
        status: 'deployed',
        version: 'run_4242_1',
        uploaded_files: '1',
      });
      expect(await action.objects(`${model}/`)).toEqual([`${model}/run_4242_1/${name}`]);
      expect(await action.read(`models/${model}/versions/run_4242_1`)).toMatchObject({
        state: 'READY',
        framework,
      });
    },
  );
});

describe('a source in Cloud Storage', () => {
  test('is deployed where it is, without an upload', async () => {
    const before = action.sent('POST', /^\/upload/).length;
    const result = await action.run({
      model: 'stored',
      source: `gs://${BUCKET}/iris/v1700000000/`,
    });
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({
      status: 'deployed',
      deployment_uri: `gs://${BUCKET}/iris/v1700000000/`,
      uploaded_files: '0',
    });
    expect(action.sent('POST', /^\/upload/)).toHaveLength(before);
  });

  test('is copied on the server when a file needs another name', async () => {
    await fetch(
      `${action.emulator.origin}/storage/v1/b/${BUCKET}/o/file_xgboost%2Frun_4242_1%2Fmodel.bst/rewriteTo/b/${BUCKET}/o/trained%2Fchurn.bst`,
      { method: 'POST' },
    );
    const result = await action.run({
      model: 'copied',
      source: `gs://${BUCKET}/trained/churn.bst`,
    });
    expectGoodManners(result);
    expect(result.outputs['status']).toBe('deployed');
    expect(await action.objects('copied/')).toEqual(['copied/run_4242_1/model.bst']);
  });

  test('has the same digest as the same files on the runner', async () => {
    const local = await action.run({
      model: 'digest_local',
      source: 'export/1700000000',
      version: 'v1',
    });
    const stored = await action.run({
      model: 'digest_stored',
      source: `gs://${BUCKET}/digest_local/v1`,
      version: 'v1',
    });
    expect(stored.outputs['artifact_digest']).toBe(local.outputs['artifact_digest']);
  });
});

describe('what is asked of the version', () => {
  test('reaches the service field by field', async () => {
    const result = await action.run({
      model: 'tuned',
      source: 'export',
      version: 'v1',
      region: 'europe-west4',
      machine_type: 'n1-standard-4',
      accelerator: 'nvidia-tesla-t4:2',
      min_nodes: '1',
      max_nodes: '3',
      metric_targets: 'cpu-usage=60,gpu-duty-cycle=70',
      logging: 'all',
      description: 'card fraud, third try',
      labels: 'team=risk\nstage=test',
      runtime_version: '2.11',
      python_version: '3.7',
    });
    expectGoodManners(result);
    expect(result.outputs['status']).toBe('deployed');
    const [model] = action.sent('POST', /^\/v1\/projects\/acme-models\/models(\?|$)/).slice(-1);
    expect(model?.region).toBe('europe-west4');
    expect(model?.json).toEqual({
      name: 'tuned',
      regions: ['europe-west4'],
      onlinePredictionLogging: true,
      onlinePredictionConsoleLogging: true,
    });
    const [version] = action.sent('POST', /models\/tuned\/versions(\?|$)/);
    expect(version?.json).toEqual({
      name: 'v1',
      deploymentUri: `gs://${BUCKET}/tuned/v1/`,
      framework: 'TENSORFLOW',
      runtimeVersion: '2.11',
      pythonVersion: '3.7',
      machineType: 'n1-standard-4',
      acceleratorConfig: { type: 'NVIDIA_TESLA_T4', count: '2' },
      autoScaling: {
        minNodes: 1,
        maxNodes: 3,
        metrics: [
          { name: 'CPU_USAGE', target: 60 },
          { name: 'GPU_DUTY_CYCLE', target: 70 },
        ],
      },
      description: 'card fraud, third try',
      labels: {
        'managed-by': 'deploy-ai-platform',
        'commit-sha': '3f2a1c0d9e8b7a6f5e4d3c2b1a09f8e7d6c5b4a3',
        repository: 'acme_fraud',
        'run-id': '4242',
        'run-attempt': '1',
        workflow: 'deploy',
        team: 'risk',
        stage: 'test',
      },
    });
  });

  test('can be a custom prediction routine on the global endpoint', async () => {
    await action.write({
      'routine/model.pkl': Buffer.from([0x80, 2, 0x4e, 0x2e]),
      'routine/vocabulary.txt': 'fraud\n',
      'dist/predictor-0.1.tar.gz': gzipSync('not much of a package'),
    });
    const result = await action.run({
      model: 'routine',
      source: 'routine',
      region: 'global',
      model_region: 'europe-west1',
      machine_type: 'mls1-c4-m2',
      prediction_class: 'predictor.Predictor',
      package_files: 'dist/predictor-0.1.tar.gz',
      runtime_version: '2.11',
    });
    expectGoodManners(result);
    expect(result.outputs['status']).toBe('deployed');
    const [model] = action.sent('POST', /^\/v1\/projects\/acme-models\/models(\?|$)/).slice(-1);
    expect(model?.region).toBe('global');
    expect(model?.json).toMatchObject({ regions: ['europe-west1'] });
    const [version] = action.sent('POST', /models\/routine\/versions(\?|$)/);
    expect(version?.json).toMatchObject({
      predictionClass: 'predictor.Predictor',
      packageUris: [`gs://${BUCKET}/routine/run_4242_1/packages/predictor-0.1.tar.gz`],
      machineType: 'mls1-c4-m2',
    });
    expect(version?.json).not.toHaveProperty('framework');
  });

  test('can be a container, with fields that have no input of their own', async () => {
    const result = await action.run({
      model: 'boxed',
      source: 'xgboost',
      machine_type: 'n1-standard-2',
      image: 'us-central1-docker.pkg.dev/acme-models/serving/fraud:7',
      version_config:
        'container:\n  ports: [{containerPort: 9000}]\n  env: [{name: MODE, value: fast}]\nroutes: {predict: /predict, health: /health}\n',
    });
    expectGoodManners(result);
    expect(result.outputs['status']).toBe('deployed');
    const [version] = action.sent('POST', /models\/boxed\/versions(\?|$)/);
    expect(version?.json).toMatchObject({
      container: {
        image: 'us-central1-docker.pkg.dev/acme-models/serving/fraud:7',
        ports: [{ containerPort: 9000 }],
        env: [{ name: 'MODE', value: 'fast' }],
      },
      routes: { predict: '/predict', health: '/health' },
    });
    expect(version?.json).not.toHaveProperty('runtimeVersion');
  });

  test('is patched afterwards where the creation ignores it', async () => {
    const result = await action.run({
      model: 'logged',
      source: 'xgboost',
      version_config:
        '{"requestLoggingConfig": {"bigqueryTableName": "acme-models.logs.fraud", "samplingPercentage": 0.5}}',
    });
    expectGoodManners(result);
    expect(await action.read('models/logged/versions/run_4242_1')).toMatchObject({
      requestLoggingConfig: {
        bigqueryTableName: 'acme-models.logs.fraud',
        samplingPercentage: 0.5,
      },
    });
  });
});

describe('the bucket', () => {
  test('is created when that is asked for, in the region, with uniform access', async () => {
    const result = await action.run({
      model: 'first',
      source: 'xgboost',
      region: 'europe-west4',
      bucket: 'gs://acme-new-bucket/models',
      create_bucket: 'true',
    });
    expectGoodManners(result);
    expect(result.outputs['deployment_uri']).toBe('gs://acme-new-bucket/models/first/run_4242_1/');
    const [create] = action.sent('POST', /^\/storage\/v1\/b\?/);
    expect(create?.json).toMatchObject({
      name: 'acme-new-bucket',
      location: expect.stringMatching(/^europe-west4$/i) as string,
      iamConfiguration: { uniformBucketLevelAccess: { enabled: true } },
    });
  });

  test('never mixes two contents in one directory', async () => {
    await action.write({ 'changed/model.bst': 'placeholder' });
    await action.copyModel('xgboost/model.bst', 'changed/model.bst');
    const first = await action.run({ model: 'mixed_a', source: 'xgboost-json', version: 'v1' });
    expect(first.outputs['status']).toBe('deployed');
    // The version is gone, its objects are still there, and another model comes under the same name.
    await fetch(
      `${action.emulator.origin}/us-central1/v1/projects/${PROJECT}/models/mixed_a/versions/v1`,
      { method: 'DELETE' },
    );
    await action.read('models/mixed_a/versions/v1');
    const operations = (await action.read('operations')) as { operations: { name: string }[] };
    for (const { name } of operations.operations)
      await fetch(`${action.emulator.origin}/us-central1/v1/${name}`);
    const second = await action.run({ model: 'mixed_a', source: 'changed', version: 'v1' });
    expectGoodManners(second);
    const digest =
      second.outputs['artifact_digest']?.slice('sha256:'.length, 'sha256:'.length + 8) ?? '';
    expect(second.outputs['deployment_uri']).toBe(`gs://${BUCKET}/mixed_a/v1-${digest}/`);
    expect(await action.objects('mixed_a/')).toEqual([
      `mixed_a/v1-${digest}/model.bst`,
      'mixed_a/v1/model.bst',
    ]);
  });

  test('keeps what is there already with the same content', async () => {
    const first = await action.run({
      model: 'again',
      source: 'export',
      version: 'v1',
      wait: 'false',
    });
    expect(first.outputs['status']).toBe('in-progress');
    await fetch(`${action.emulator.origin}/us-central1/v1/${first.outputs['operation'] ?? ''}`);
    await fetch(
      `${action.emulator.origin}/us-central1/v1/projects/${PROJECT}/models/again/versions/v1`,
      { method: 'DELETE' },
    );
    const operations = (await action.read('operations')) as { operations: { name: string }[] };
    for (const { name } of operations.operations)
      await fetch(`${action.emulator.origin}/us-central1/v1/${name}`);
    const second = await action.run({ model: 'again', source: 'export', version: 'v1' });
    expectGoodManners(second);
    expect(second.outputs).toMatchObject({
      status: 'deployed',
      reused_files: '5',
      uploaded_files: '0',
      uploaded_bytes: '0',
    });
  });
});

test('a step that does not wait ends when the creation is accepted, and names the operation', async () => {
  const result = await action.run({ model: 'unwaited', source: 'xgboost', wait: 'false' });
  expectGoodManners(result);
  expect(result.exitCode).toBe(0);
  expect(result.outputs).toMatchObject({ status: 'in-progress', promoted: 'false' });
  expect(result.outputs['operation']).toContain('/operations/create_unwaited_run_4242_1-');
});

test('no summary is written when none is wanted', async () => {
  const result = await action.run({ model: 'quiet', source: 'xgboost', summary: 'false' });
  expectGoodManners(result);
  expect(result.summary).toBe('');
});
