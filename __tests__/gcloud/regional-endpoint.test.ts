import { join } from 'node:path';
import { startEmulator } from '../../emulator/emulator.ts';
import type { Emulator } from '../../emulator/exchange.ts';
import { noGcloud, openGcloud } from './gcloud.ts';
import type { GcloudRun } from './gcloud.ts';

const savedModel = join(
  ...[import.meta.dirname, '..', '..', 'examples', 'models'],
  ...['tensorflow', 'export', '1700000000'],
);
const reason = noGcloud === '' ? '' : ` (skipped: ${noGcloud})`;

type Command =
  | 'upload'
  | 'createModel'
  | 'createLegacy'
  | 'create'
  | 'describe'
  | 'elsewhere'
  | 'deleteVersion'
  | 'deleteModel';

(noGcloud === '' ? describe : describe.skip)(
  `gcloud on a regional endpoint, with the emulator as its proxy${reason}`,
  () => {
    let emulator: Emulator;
    let transcript: Record<Command, GcloudRun>;

    beforeAll(async () => {
      emulator = await startEmulator({ buckets: ['acme-aiplatform'] });
      transcript = await play(emulator);
    }, 120_000);
    afterAll(async () => {
      await emulator.close();
    });

    test.each([
      'upload',
      'createModel',
      'create',
      'describe',
      'elsewhere',
      'deleteVersion',
      'deleteModel',
    ] as const)('%s succeeds', (name) => {
      expect(transcript[name]).toMatchObject({ status: 0 });
    });

    test('every call went to its region, in the form of the trace', () => {
      const regions = emulator.requests
        .filter(({ url }) => url.startsWith('/v1/'))
        .map(({ region }) => region);
      expect(new Set(regions)).toEqual(new Set(['europe-west1', 'us-central1']));
      expect(sent('/v1/projects/acme/models')).toEqual([
        {
          name: 'iris',
          onlinePredictionConsoleLogging: false,
          onlinePredictionLogging: false,
          regions: ['europe-west1'],
        },
      ]);
      expect(sent('/v1/projects/acme/models/iris/versions')).toContainEqual({
        acceleratorConfig: { count: '1', type: 'NVIDIA_TESLA_T4' },
        autoScaling: { maxNodes: 3, metrics: [{ name: 'CPU_USAGE', target: 60 }], minNodes: 1 },
        deploymentUri: 'gs://acme-aiplatform/1700000000/',
        framework: 'TENSORFLOW',
        machineType: 'n1-standard-4',
        name: 'v1',
        pythonVersion: '3.7',
        runtimeVersion: '2.11',
      });
    });

    test('the model is in its region and nowhere else', () => {
      expect(JSON.parse(transcript.describe.stdout)).toMatchObject({
        state: 'READY',
        acceleratorConfig: { count: '1', type: 'NVIDIA_TESLA_T4' },
      });
      expect(JSON.parse(transcript.elsewhere.stdout)).toEqual([]);
    });

    test('a legacy machine type is refused there', () => {
      expect(transcript.createLegacy).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(/not supported on a regional endpoint/) as unknown,
      });
    });

    /** Bodies that were posted there. */
    function sent(path: string): unknown {
      return emulator.requests
        .filter(({ method, url }) => method === 'POST' && url.split('?')[0] === path)
        .map(({ json }) => json);
    }
  },
);

/** A model's life in one region. */
async function play(emulator: Emulator): Promise<Record<Command, GcloudRun>> {
  const gcloud = await openGcloud(emulator, 'regional');
  const region = '--region=europe-west1';
  const models = (...words: string[]): string[] => ['ai-platform', 'models', ...words];
  const versions = (...words: string[]): string[] => [
    ...['ai-platform', 'versions', ...words, '--model=iris', region, '--format=json'],
  ];
  const create = (...words: string[]): string[] =>
    versions(
      ...['create', 'v1', '--origin=gs://acme-aiplatform/1700000000/', '--framework=tensorflow'],
      ...['--runtime-version=2.11', '--python-version=3.7', ...words],
    );
  try {
    return {
      ...(await gcloud.runAll({
        upload: ['storage', 'cp', '-r', savedModel, 'gs://acme-aiplatform/'],
        createModel: models('create', 'iris', region),
      })),
      ...(await gcloud.runAll({
        createLegacy: create('--machine-type=mls1-c1-m2'),
        create: create(
          ...['--machine-type=n1-standard-4', '--accelerator=type=nvidia-tesla-t4,count=1'],
          ...['--min-nodes=1', '--max-nodes=3', '--metric-targets=cpu-usage=60'],
        ),
      })),
      ...(await gcloud.runAll({
        describe: versions('describe', 'v1'),
        elsewhere: models('list', '--region=us-central1', '--format=json'),
      })),
      ...(await gcloud.runAll({ deleteVersion: versions('delete', 'v1') })),
      ...(await gcloud.runAll({ deleteModel: models('delete', 'iris', region) })),
    };
  } finally {
    await gcloud.close();
  }
}
