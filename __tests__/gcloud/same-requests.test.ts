import { join } from 'node:path';
import { startEmulator } from '../../emulator/emulator.ts';
import type { Emulator } from '../../emulator/exchange.ts';
import { runStep } from '../runner.ts';
import type { StepResult } from '../runner.ts';
import { noGcloud, openGcloud } from './gcloud.ts';
import type { GcloudRun } from './gcloud.ts';

const MODELS = join(import.meta.dirname, '..', '..', 'examples', 'models');
const reason = noGcloud === '' ? '' : ` (skipped: ${noGcloud})`;

/** The same labels for both: ours are the provenance of the step, gcloud's have to be given. */
const LABELS = {
  'managed-by': 'deploy-ai-platform',
  'commit-sha': '3f2a1c0d9e8b7a6f5e4d3c2b1a09f8e7d6c5b4a3',
  repository: 'acme_fraud',
  'run-id': '4242',
  'run-attempt': '1',
  workflow: 'deploy',
};

/** One job, done by both. */
interface Job {
  readonly title: string;
  readonly source: string;
  readonly region: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly modelFlags: readonly string[];
  readonly versionFlags: readonly string[];
}

const jobs: readonly Job[] = [
  {
    title: 'a SavedModel on an autoscaled machine with an accelerator',
    source: 'tensorflow/export/1700000000',
    region: 'us-central1',
    inputs: {
      machine_type: 'n1-standard-4',
      accelerator: 'nvidia-tesla-t4',
      min_nodes: '1',
      max_nodes: '3',
      metric_targets: 'cpu-usage=60',
      logging: 'access',
    },
    modelFlags: ['--enable-logging'],
    versionFlags: [
      '--framework=tensorflow',
      '--machine-type=n1-standard-4',
      '--accelerator=type=nvidia-tesla-t4,count=1',
      '--min-nodes=1',
      '--max-nodes=3',
      '--metric-targets=cpu-usage=60',
    ],
  },
  {
    title: 'a scikit-learn pipeline with the defaults of the service',
    source: 'scikit-learn',
    region: 'europe-west4',
    inputs: {},
    modelFlags: [],
    versionFlags: ['--framework=scikit-learn'],
  },
];

(noGcloud === '' ? describe : describe.skip)(`the same job by gcloud and by us${reason}`, () => {
  describe.each(jobs)('$title', (job) => {
    let ours: { emulator: Emulator; step: StepResult };
    let theirs: { emulator: Emulator; runs: readonly GcloudRun[] };

    beforeAll(async () => {
      [ours, theirs] = await Promise.all([byTheAction(job), byGcloud(job)]);
    }, 120_000);
    afterAll(async () => {
      await Promise.all([ours.emulator.close(), theirs.emulator.close()]);
    });

    test('succeeds for both', () => {
      expect(ours.step.outputs).toMatchObject({ status: 'deployed', state: 'READY' });
      for (const run of theirs.runs) expect(run).toMatchObject({ status: 0 });
    });

    test.each(['/models', '/versions'])('sends the same to %s, field for field', (collection) => {
      const [our] = posted(ours.emulator, collection);
      const [their] = posted(theirs.emulator, collection);
      expect(their).toBeDefined();
      expect(our).toEqual(their);
    });

    test('leaves the same files behind', async () => {
      expect(await stored(ours.emulator)).toEqual(await stored(theirs.emulator));
    });
  });
});

async function byTheAction(job: Job): Promise<{ emulator: Emulator; step: StepResult }> {
  const emulator = await startEmulator({ buckets: ['acme-aiplatform'] });
  const step = await runStep({
    with: {
      model: 'iris',
      version: 'v1',
      source: job.source,
      project_id: 'acme',
      region: job.region,
      description: 'the same job',
      ...job.inputs,
    },
    env: emulator.environment(),
    workspace: MODELS,
  });
  return { emulator, step };
}

async function byGcloud(job: Job): Promise<{ emulator: Emulator; runs: readonly GcloudRun[] }> {
  const emulator = await startEmulator({ buckets: ['acme-aiplatform'] });
  const gcloud = await openGcloud(emulator, 'regional');
  const where = `--region=${job.region}`;
  const labels = Object.entries(LABELS).map(([name, value]) => `${name}=${value}`);
  try {
    const runs = [
      await gcloud.run([
        'storage',
        'cp',
        '-r',
        `${join(MODELS, job.source)}/*`,
        'gs://acme-aiplatform/iris/v1/',
      ]),
      await gcloud.run(['ai-platform', 'models', 'create', 'iris', where, ...job.modelFlags]),
      await gcloud.run([
        ...['ai-platform', 'versions', 'create', 'v1', '--model=iris', where],
        ...[
          '--origin=gs://acme-aiplatform/iris/v1/',
          '--runtime-version=2.11',
          '--python-version=3.7',
        ],
        ...['--description=the same job', `--labels=${labels.join(',')}`, ...job.versionFlags],
      ]),
    ];
    return { emulator, runs };
  } finally {
    await gcloud.close();
  }
}

function posted(emulator: Emulator, collection: string): readonly unknown[] {
  return emulator.requests
    .filter(({ method, url }) => method === 'POST' && url.startsWith('/v1/'))
    .filter(({ url }) => url.replace(/\?.*$/, '').endsWith(collection))
    .map(({ json, region }) => ({ region, json }));
}

async function stored(emulator: Emulator): Promise<readonly unknown[]> {
  const answer = await fetch(`${emulator.origin}/storage/v1/b/acme-aiplatform/o`);
  const { items } = (await answer.json()) as {
    items: { name: string; size: string; crc32c: string }[];
  };
  return items.map(({ name, size, crc32c }) => ({ name, size, crc32c }));
}
