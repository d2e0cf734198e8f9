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

const region = '--region=us-central1';
const location = 'projects/acme/locations/us-central1';
const image = (name: string): string => `us-docker.pkg.dev/vertex-ai/prediction/${name}:latest`;

(noGcloud === '' ? describe : describe.skip)(`gcloud ai, for Vertex AI${reason}`, () => {
  let emulator: Emulator;
  let transcript: Awaited<ReturnType<typeof play>>;

  beforeAll(async () => {
    emulator = await startEmulator({ buckets: ['acme-aiplatform'], python: 'python3' });
    transcript = await play(emulator);
  }, 240_000);
  afterAll(async () => {
    await emulator.close();
  });

  test.each([
    'store',
    'upload',
    'createEndpoint',
    'uploadSecond',
    'listModels',
    'describeModel',
    'listVersions',
    'deploy',
    'deploySecond',
    'listEndpoints',
    'describeEndpoint',
    'shiftTraffic',
    'undeploy',
    'undeployLast',
    'deleteEndpoint',
    'deleteVersion',
    'deleteModel',
  ] as const)('%s succeeds', (name) => {
    expect(transcript[name]).toMatchObject({ status: 0 });
  });

  test('models upload sends the fields of the trace, and a parent for a second version', () => {
    const artifacts = {
      artifactUri: 'gs://acme-aiplatform/scikit-learn',
      containerSpec: { imageUri: image('sklearn-cpu.1-0') },
      displayName: 'Iris',
    };
    const bodies = sent('POST', '/models:upload');
    expect(bodies).toContainEqual({
      model: {
        ...artifacts,
        labels: { a: 'b' },
        versionAliases: ['prod'],
        versionDescription: 'first',
      },
      modelId: 'iris',
    });
    expect(bodies).toContainEqual({ model: artifacts, parentModel: `${location}/models/iris` });
  });

  test('endpoints deploy-model sends the fields of the trace', () => {
    expect(sent('POST', '/endpoints/ep:deployModel')[0]).toEqual({
      deployedModel: {
        dedicatedResources: {
          machineSpec: { machineType: 'n1-standard-4' },
          maxReplicaCount: 2,
          minReplicaCount: 1,
          spot: false,
        },
        disableContainerLogging: false,
        displayName: 'first',
        enableAccessLogging: false,
        id: '1',
        model: `${location}/models/iris`,
      },
      trafficSplit: { 0: 100 },
    });
  });

  test('operations are polled where the traces say: uploads under v1, endpoints under v1beta1', () => {
    const polled = emulator.requests
      .map(({ url }) => /^\/(v1|v1beta1)\/.*\/(models|endpoints)\/[^/]+\/operations\//.exec(url))
      .flatMap((match) => (match === null ? [] : [`${match[1] ?? ''} ${match[2] ?? ''}`]));
    expect(new Set(polled)).toEqual(new Set(['v1 models', 'v1beta1 endpoints']));
  });

  test('the registry shows the default version, and both where they are listed', () => {
    expect(read('listModels')).toMatchObject([{ displayName: 'Iris' }]);
    expect(read('describeModel')).toMatchObject({
      displayName: 'Iris',
      versionId: '1',
      versionAliases: ['default', 'prod'],
      labels: { a: 'b' },
    });
    const versions = read('listVersions') as { versionId: string }[];
    expect(versions.map(({ versionId }) => versionId).toSorted()).toEqual(['1', '2']);
  });

  test('the second version was deployed without traffic, and got all of it later', () => {
    expect(read('describeEndpoint')).toMatchObject({
      displayName: 'Endpoint',
      deployedModels: [
        { id: '1', modelVersionId: '1', displayName: 'first' },
        { id: '2', modelVersionId: '2' },
      ],
      trafficSplit: { 1: 100, 2: 0 },
    });
    expect(sent('PATCH', '/endpoints/ep')).toContainEqual({
      displayName: 'Served',
      trafficSplit: { 2: 100 },
    });
  });

  test(`predict ${hasSklearn ? 'runs the model' : 'says that Python has no scikit-learn'}`, async () => {
    const { status, stdout, stderr } = transcript.predict;
    if (hasSklearn) {
      const predictions = await readFile(join(proof, 'predictions.json'), 'utf8');
      expect(JSON.parse(stdout)).toMatchObject(JSON.parse(predictions) as object);
    } else {
      expect(status).toBe(1);
      expect(stderr).toMatch(/is not installed in its Python \(python3\)\. Install it there/);
    }
  });

  test.each([
    ['uploadNowhere', /FAILED_PRECONDITION: .*gs:\/\/acme-aiplatform\/nowhere does not exist/],
    ['describeNothing', /NOT_FOUND: The Model does not exist\./],
    ['deployBad', /Model server exited unexpectedly\. Model server logs can be found at/],
    ['deleteDeployed', /FAILED_PRECONDITION: .*"iris@1" is deployed or being deployed/],
    ['undeployServing', /FAILED_PRECONDITION: .*DeployedModel 1 has 100 percent of the traffic/],
    ['badTraffic', /INVALID_ARGUMENT: .*The traffic split sums to 90 percent/],
  ] as const)('%s fails with the words of the service', (name, message) => {
    expect(transcript[name]).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(message) as unknown,
    });
  });

  test('nothing is left at the end but the model that could not be deployed', async () => {
    const at = async (path: string): Promise<unknown> =>
      (await fetch(`${emulator.origin}/v1/${location}${path}`)).json();
    expect(await at('/models')).toMatchObject({ models: [{ displayName: 'Iris' }] });
    expect(await at('/models/iris')).toMatchObject({ error: { code: 404 } });
    expect(await at('/endpoints')).toEqual({});
  });

  /** Bodies that were sent there, below the location. */
  function sent(method: string, path: string): readonly unknown[] {
    return emulator.requests
      .filter((request) => request.method === method)
      .filter(({ url }) => url.split('?')[0] === `/v1/${location}${path}`)
      .map(({ json }) => json);
  }

  function read(name: keyof typeof transcript): unknown {
    return JSON.parse(transcript[name].stdout);
  }
});

/** Two versions of a model on one endpoint, as a person would type it. */
async function play(emulator: Emulator): Promise<Record<Command, GcloudRun>> {
  const gcloud = await openGcloud(emulator, 'global');
  const directory = await mkdtemp(join(tmpdir(), 'gcloud-suite-'));
  const request = join(directory, 'request.json');
  await writeFile(request, await readFile(join(proof, 'instances.json')));

  const models = (...words: string[]): string[] => [
    ...['ai', 'models', ...words, region, '--format=json'],
  ];
  const endpoints = (...words: string[]): string[] => [
    ...['ai', 'endpoints', ...words, region, '--format=json'],
  ];
  const upload = (artifacts: string, container: string, ...words: string[]): string[] =>
    models(
      ...['upload', '--display-name=Iris', `--artifact-uri=gs://acme-aiplatform/${artifacts}`],
      ...[`--container-image-uri=${image(container)}`, ...words],
    );
  const deploy = (model: string, id: string, ...words: string[]): string[] =>
    endpoints(
      ...['deploy-model', 'ep', `--model=${model}`, `--deployed-model-id=${id}`],
      ...['--machine-type=n1-standard-4', '--min-replica-count=1', ...words],
    );
  const undeploy = (id: string): string[] =>
    endpoints('undeploy-model', 'ep', `--deployed-model-id=${id}`);
  const first = ['--model-id=iris', '--version-aliases=prod', '--version-description=first'];

  try {
    return {
      ...(await gcloud.runAll({
        store: ['storage', 'cp', '-r', join(examples, 'scikit-learn'), 'gs://acme-aiplatform/'],
        createEndpoint: endpoints('create', '--display-name=Endpoint', '--endpoint-id=ep'),
      })),
      ...(await gcloud.runAll({
        upload: upload('scikit-learn', 'sklearn-cpu.1-0', ...first, '--labels=a=b'),
        uploadNowhere: upload('nowhere', 'sklearn-cpu.1-0', '--model-id=nowhere'),
      })),
      ...(await gcloud.runAll({
        uploadSecond: upload(
          'scikit-learn',
          'sklearn-cpu.1-0',
          `--parent-model=${location}/models/iris`,
        ),
        listModels: models('list'),
        describeModel: models('describe', 'iris@default'),
        describeNothing: models('describe', 'none'),
      })),
      ...(await gcloud.runAll({
        listVersions: models('list-version', 'iris'),
        deploy: deploy(
          'iris',
          '1',
          ...['--display-name=first', '--max-replica-count=2', '--traffic-split=0=100'],
        ),
        uploadBad: upload('scikit-learn', 'sklearn-cpu.1-6', '--model-id=bad'),
      })),
      ...(await gcloud.runAll({
        deploySecond: deploy('iris@2', '2', '--display-name=second', '--traffic-split=0=0,1=100'),
      })),
      ...(await gcloud.runAll({
        deployBad: deploy('bad', '3', '--display-name=bad', '--traffic-split=0=100'),
        listEndpoints: endpoints('list'),
        describeEndpoint: endpoints('describe', 'ep'),
        predict: endpoints('predict', 'ep', `--json-request=${request}`),
        deleteDeployed: models('delete', 'iris'),
        undeployServing: undeploy('1'),
        badTraffic: endpoints('update', 'ep', '--traffic-split=1=80,2=10'),
      })),
      ...(await gcloud.runAll({
        shiftTraffic: endpoints('update', 'ep', '--display-name=Served', '--traffic-split=2=100'),
      })),
      ...(await gcloud.runAll({ undeploy: undeploy('1') })),
      ...(await gcloud.runAll({
        undeployLast: undeploy('2'),
        deleteVersion: models('delete-version', 'iris@1'),
      })),
      ...(await gcloud.runAll({
        deleteEndpoint: endpoints('delete', 'ep'),
        deleteModel: models('delete', 'iris'),
      })),
    };
  } finally {
    await gcloud.close();
    await rm(directory, { recursive: true, force: true });
  }
}

type Command =
  | 'store'
  | 'createEndpoint'
  | 'upload'
  | 'uploadNowhere'
  | 'uploadSecond'
  | 'listModels'
  | 'describeModel'
  | 'describeNothing'
  | 'listVersions'
  | 'deploy'
  | 'uploadBad'
  | 'deploySecond'
  | 'deployBad'
  | 'listEndpoints'
  | 'describeEndpoint'
  | 'predict'
  | 'deleteDeployed'
  | 'undeployServing'
  | 'badTraffic'
  | 'shiftTraffic'
  | 'undeploy'
  | 'undeployLast'
  | 'deleteVersion'
  | 'deleteEndpoint'
  | 'deleteModel';
