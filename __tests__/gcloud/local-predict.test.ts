import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noGcloud } from './gcloud.ts';

// gcloud runs models with the `python` of the PATH, whose frameworks have to be those of the models.

const ROOT = join(import.meta.dirname, '..', '..');
const MODELS = join(ROOT, 'examples', 'models');
const has = (code: string): boolean =>
  spawnSync('python', ['-c', code], { encoding: 'utf8' }).status === 0;
const tensorflow = {
  framework: 'tensorflow',
  as: '',
  signature: [],
  there: has('import tensorflow; assert tensorflow.__version__.startswith("2.")'),
};
// Pickles are promised to load only where they were made.
const scikitLearn = {
  framework: 'scikit-learn',
  as: '',
  signature: [],
  there: has('import sklearn; assert sklearn.__version__.startswith("1.0.")'),
};
// XGBoost 3.1 reads the binary form no more.
const xgboost = {
  framework: 'xgboost',
  as: '',
  signature: [],
  there: has('import xgboost; assert int(xgboost.__version__.split(".")[0]) < 3'),
};
const models = [
  { ...tensorflow, name: 'tensorflow', files: 'tensorflow/export/1700000000' },
  {
    ...tensorflow,
    name: 'tensorflow-score',
    files: 'tensorflow/export/1700000000',
    signature: ['--signature-name=score'],
  },
  { ...scikitLearn, name: 'scikit-learn', files: 'scikit-learn' },
  { ...scikitLearn, name: 'scikit-learn-compressed', files: 'scikit-learn-compressed' },
  { ...scikitLearn, name: 'scikit-learn-pickle', files: 'scikit-learn-pickle' },
  { ...xgboost, name: 'xgboost', files: 'xgboost' },
  { ...xgboost, name: 'xgboost-json', files: 'xgboost-json/iris.bst', as: 'model.bst' },
];

describe('gcloud ai-platform local predict', () => {
  for (const { name, files, framework, signature, there, as } of models) {
    const reason = noGcloud === '' ? `no ${framework} that reads it in python` : noGcloud;
    const runs = noGcloud === '' && there;
    (runs ? test : test.skip)(
      `answers as python/local_predict.py does: ${name}${runs ? '' : ` (skipped: ${reason})`}`,
      () => {
        const request = readFileSync(join(MODELS, 'proof', name, 'instances.json'), 'utf8');
        const { instances } = JSON.parse(request) as { instances: readonly unknown[] };
        const scratch = mkdtempSync(join(tmpdir(), 'local-'));
        try {
          const directory = join(scratch, 'model');
          cpSync(join(MODELS, files), join(directory, as), { recursive: true });
          const lines = join(scratch, 'instances.json');
          writeFileSync(lines, instances.map((instance) => JSON.stringify(instance)).join('\n'));
          const gcloud = spawnSync(
            'gcloud',
            [
              ...['ai-platform', 'local', 'predict', `--model-dir=${directory}`],
              ...[`--json-instances=${lines}`, `--framework=${framework}`, '--format=json'],
              ...signature,
            ],
            { encoding: 'utf8', env: { ...process.env, CLOUDSDK_CORE_DISABLE_PROMPTS: '1' } },
          );
          const ours = spawnSync(
            'python',
            [
              join(ROOT, 'python', 'local_predict.py'),
              ...['--model-directory', directory, '--framework', framework],
              ...signature,
            ],
            { encoding: 'utf8', input: request },
          );
          const theirs = JSON.parse(gcloud.stdout) as unknown;
          const answer = JSON.parse(ours.stdout) as { predictions: unknown };
          // gcloud prints the list alone where predictions are no objects.
          const wanted = Array.isArray(theirs) ? theirs : (theirs as typeof answer).predictions;
          expect(answer.predictions).toHaveLength(instances.length);
          expect(answer.predictions).toEqual(wanted);
        } finally {
          rmSync(scratch, { recursive: true, force: true });
        }
      },
      120_000,
    );
  }
});
