import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noGcloud } from './gcloud.ts';

// gcloud runs models with the `python` of the PATH, whose frameworks have to be those of the models.

const ROOT = join(import.meta.dirname, '..', '..');
const MODELS = join(ROOT, 'examples', 'models');
const has = (code: string): boolean =>
  spawnSync('python', ['-c', code], { encoding: 'utf8' }).status === 0;
const models = [
  {
    name: 'tensorflow',
    directory: 'tensorflow/export/1700000000',
    framework: 'tensorflow',
    signature: [],
    there: has('import tensorflow; assert tensorflow.__version__.startswith("2.")'),
  },
  {
    name: 'tensorflow-score',
    directory: 'tensorflow/export/1700000000',
    framework: 'tensorflow',
    signature: ['--signature-name=score'],
    there: has('import tensorflow; assert tensorflow.__version__.startswith("2.")'),
  },
  {
    name: 'scikit-learn',
    directory: 'scikit-learn',
    framework: 'scikit-learn',
    signature: [],
    there: has('import sklearn; assert sklearn.__version__.startswith("1.0.")'),
  },
];

describe('gcloud ai-platform local predict', () => {
  for (const { name, directory, framework, signature, there } of models) {
    const reason = noGcloud === '' ? `no ${framework} that reads it in python` : noGcloud;
    const runs = noGcloud === '' && there;
    (runs ? test : test.skip)(
      `answers as python/local_predict.py does: ${name}${runs ? '' : ` (skipped: ${reason})`}`,
      () => {
        const request = readFileSync(join(MODELS, 'proof', name, 'instances.json'), 'utf8');
        const { instances } = JSON.parse(request) as { instances: readonly unknown[] };
        const scratch = mkdtempSync(join(tmpdir(), 'local-'));
        try {
          const lines = join(scratch, 'instances.json');
          writeFileSync(lines, instances.map((instance) => JSON.stringify(instance)).join('\n'));
          const gcloud = spawnSync(
            'gcloud',
            [
              ...['ai-platform', 'local', 'predict', `--model-dir=${join(MODELS, directory)}`],
              ...[`--json-instances=${lines}`, `--framework=${framework}`, '--format=json'],
              ...signature,
            ],
            { encoding: 'utf8', env: { ...process.env, CLOUDSDK_CORE_DISABLE_PROMPTS: '1' } },
          );
          const ours = spawnSync(
            'python',
            [
              join(ROOT, 'python', 'local_predict.py'),
              ...['--model-directory', join(MODELS, directory), '--framework', framework],
              ...signature,
            ],
            { encoding: 'utf8', input: request },
          );
          const theirs = JSON.parse(gcloud.stdout) as unknown;
          const answer = JSON.parse(ours.stdout) as { predictions: unknown };
          // gcloud prints the list alone where predictions are no objects.
          const wanted = Array.isArray(theirs) ? theirs : (theirs as typeof answer).predictions;
          expect(answer.predictions).toEqual(wanted);
        } finally {
          rmSync(scratch, { recursive: true, force: true });
        }
      },
      120_000,
    );
  }
});
