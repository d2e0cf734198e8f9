import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from '../../emulator/emulator.ts';
import type { Emulator } from '../../emulator/exchange.ts';
import { noGcloud, openGcloud } from './gcloud.ts';
import type { GcloudRun } from './gcloud.ts';

const examples = join(import.meta.dirname, '..', '..', 'examples', 'models');
const proof = join(examples, 'proof', 'scikit-learn');
const hasSklearn =
  spawnSync('python3', ['-c', 'import sklearn, joblib, numpy'], { stdio: 'ignore' }).status === 0;
const reason = noGcloud === '' ? '' : ` (skipped: ${noGcloud})`;

(noGcloud === '' ? describe : describe.skip)(`gcloud on the global endpoint${reason}`, () => {
  let emulator: Emulator;
  let transcript: Awaited<ReturnType<typeof play>>;

  beforeAll(async () => {
    emulator = await startEmulator({ buckets: ['acme-aiplatform'], python: 'python3' });
    transcript = await play(emulator);
  }, 120_000);
  afterAll(async () => {
    await emulator.close();
  });

  test.each([
    'upload',
    'createModel',
    'createLocal',
    'createStored',
    'describeVersion',
    'describeModel',
    'listVersions',
    'listModels',
    'listOperations',
    'setDefault',
    'update',
    'deleteFirst',
    'deleteFailed',
    'deleteLast',
    'deleteModel',
  ] as const)('%s succeeds', (name) => {
    expect(transcript[name]).toMatchObject({ status: 0 });
  });

  test('models create sends the fields of the trace', () => {
    expect(sent('POST', '/v1/projects/acme/models')).toEqual([
      {
        description: 'card flowers',
        labels: { team: 'botany' },
        name: 'iris',
        onlinePredictionConsoleLogging: false,
        onlinePredictionLogging: true,
        regions: ['us-central1'],
      },
    ]);
  });

  test('versions create sends the fields of the trace, from a local origin and from gs://', () => {
    const bodies = sent('POST', '/v1/projects/acme/models/iris/versions') as { name: string }[];
    expect(bodies.find(({ name }) => name === 'v1')).toEqual({
      deploymentUri: expect.stringMatching(/^gs:\/\/acme-aiplatform\/[0-9a-f]{64}\/$/) as unknown,
      framework: 'TENSORFLOW',
      name: 'v1',
      pythonVersion: '3.7',
      runtimeVersion: '2.11',
    });
    expect(bodies.find(({ name }) => name === 'v2')).toEqual({
      deploymentUri: 'gs://acme-aiplatform/scikit-learn/',
      description: 'second',
      framework: 'SCIKIT_LEARN',
      labels: { k: 'v' },
      name: 'v2',
      pythonVersion: '3.7',
      runtimeVersion: '2.11',
    });
  });

  test('a version is described as READY and default, with what it was made of', () => {
    expect(read('describeVersion')).toMatchObject({
      name: 'projects/acme/models/iris/versions/v1',
      framework: 'TENSORFLOW',
      isDefault: true,
      machineType: 'mls1-c1-m2',
      state: 'READY',
    });
    expect(read('describeModel')).toMatchObject({
      name: 'projects/acme/models/iris',
      defaultVersion: { name: 'projects/acme/models/iris/versions/v1' },
      regions: ['us-central1'],
    });
  });

  test('lists hold every version, the failed one too', () => {
    const versions = read('listVersions') as { name: string; state: string }[];
    expect(versions.map(({ name, state }) => [name.split('/').at(-1), state])).toEqual([
      ['v1', 'READY'],
      ['v2', 'READY'],
      ['v4', 'FAILED'],
    ]);
    expect(read('listModels')).toHaveLength(1);
    expect(read('listOperations')).toHaveLength(3);
  });

  test('set-default answers the version that serves now', () => {
    expect(read('setDefault')).toMatchObject({
      name: 'projects/acme/models/iris/versions/v2',
      isDefault: true,
    });
  });

  test(`predict ${hasSklearn ? 'runs the model' : 'says that Python has no scikit-learn'}`, async () => {
    const { status, stdout, stderr } = transcript.predict;
    if (hasSklearn) {
      const predictions = await readFile(join(proof, 'predictions.json'), 'utf8');
      expect(JSON.parse(stdout)).toEqual(JSON.parse(predictions));
    } else {
      expect(status).toBe(1);
      expect(stderr).toMatch(/HTTP request failed\. Response: .*UNIMPLEMENTED/s);
      expect(stderr).toMatch(/is not installed in its Python \(python3\)\. Install it there/);
    }
  });

  test.each([
    ['createAgain', /ALREADY_EXISTS: Field: version\.name Error: A version with the same name/],
    [
      'createNowhere',
      /FAILED_PRECONDITION: Field: version\.deployment_uri Error: .*does not exist/,
    ],
    ['createNewer', /Create Version failed\. Bad model detected with error: .*pickle protocol: 5/],
    ['describeNothing', /NOT_FOUND: Field: name Error: The specified version was not found\./],
    ['deleteDefault', /The default version of a model can not be deleted unless/],
  ] as const)('%s fails with the words of the service', (name, message) => {
    expect(transcript[name]).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(message) as unknown,
    });
  });

  test('nothing is left at the end', async () => {
    const answer = await fetch(`${emulator.origin}/v1/projects/acme/models`);
    expect(await answer.json()).toEqual({});
  });

  /** Bodies that AI Platform was sent there. */
  function sent(method: string, path: string): unknown {
    return emulator.requests
      .filter((request) => request.method === method && request.url.split('?')[0] === path)
      .map(({ json }) => json);
  }

  function read(name: keyof typeof transcript): unknown {
    return JSON.parse(transcript[name].stdout);
  }
});

/** A model's whole life, as a person would type it. Commands that do not wait for each other run at once. */
async function play(emulator: Emulator): Promise<Record<Command, GcloudRun>> {
  const gcloud = await openGcloud(emulator, 'global');
  const directory = await mkdtemp(join(tmpdir(), 'gcloud-suite-'));
  const instances = join(directory, 'instances.json');
  const request = JSON.parse(await readFile(join(proof, 'instances.json'), 'utf8')) as {
    instances: unknown[];
  };
  await writeFile(instances, request.instances.map((one) => JSON.stringify(one)).join('\n'));

  const models = (...words: string[]): string[] => ['ai-platform', 'models', ...words];
  const versions = (verb: string, ...words: string[]): string[] => [
    ...['ai-platform', 'versions', verb, ...words, '--model=iris', '--format=json'],
  ];
  const create = (version: string, framework: string, ...words: string[]): string[] =>
    versions(
      'create',
      version,
      `--framework=${framework}`,
      '--runtime-version=2.11',
      '--python-version=3.7',
      ...words,
    );
  const local = (path: string): string[] => [
    `--origin=${join(examples, path)}`,
    '--staging-bucket=gs://acme-aiplatform',
  ];
  const stored = '--origin=gs://acme-aiplatform/scikit-learn/';
  const describeModel = ['--description=card flowers', '--labels=team=botany', '--enable-logging'];
  const describeVersion = ['--labels=k=v', '--description=second'];

  try {
    return {
      ...(await gcloud.runAll({
        upload: ['storage', 'cp', '-r', join(examples, 'scikit-learn'), 'gs://acme-aiplatform/'],
        createModel: models('create', 'iris', '--regions=us-central1', ...describeModel),
      })),
      ...(await gcloud.runAll({
        createLocal: create('v1', 'tensorflow', ...local('tensorflow/export/1700000000')),
      })),
      ...(await gcloud.runAll({
        createStored: create('v2', 'scikit-learn', stored, ...describeVersion),
        createAgain: create('v1', 'scikit-learn', stored),
        createNowhere: create('v3', 'scikit-learn', '--origin=gs://acme-aiplatform/nowhere'),
        createNewer: create('v4', 'scikit-learn', ...local('bad/newer-pickle-protocol')),
      })),
      ...(await gcloud.runAll({
        describeVersion: versions('describe', 'v1'),
        describeModel: models('describe', 'iris', '--format=json'),
        listVersions: versions('list'),
        listModels: models('list', '--format=json'),
        listOperations: ['ai-platform', 'operations', 'list', '--format=json'],
        describeNothing: versions('describe', 'v9'),
        predict: [
          ...['ai-platform', 'predict', '--model=iris', '--version=v2', '--format=json'],
          `--json-instances=${instances}`,
        ],
      })),
      ...(await gcloud.runAll({
        setDefault: versions('set-default', 'v2'),
        update: versions('update', 'v1', '--description=new'),
        deleteFailed: versions('delete', 'v4'),
      })),
      ...(await gcloud.runAll({ deleteDefault: versions('delete', 'v2') })),
      ...(await gcloud.runAll({ deleteFirst: versions('delete', 'v1') })),
      ...(await gcloud.runAll({ deleteLast: versions('delete', 'v2') })),
      ...(await gcloud.runAll({ deleteModel: models('delete', 'iris') })),
    };
  } finally {
    await gcloud.close();
    await rm(directory, { recursive: true, force: true });
  }
}

type Command =
  | 'upload'
  | 'createModel'
  | 'createLocal'
  | 'createStored'
  | 'createAgain'
  | 'createNowhere'
  | 'createNewer'
  | 'describeVersion'
  | 'describeModel'
  | 'listVersions'
  | 'listModels'
  | 'listOperations'
  | 'describeNothing'
  | 'predict'
  | 'setDefault'
  | 'update'
  | 'deleteFailed'
  | 'deleteDefault'
  | 'deleteFirst'
  | 'deleteLast'
  | 'deleteModel';
