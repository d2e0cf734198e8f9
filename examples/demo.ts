import { join } from 'node:path';
import { startEmulator } from '../emulator/emulator.ts';
import { runStep } from '../__tests__/runner.ts';
import type { StepResult } from '../__tests__/runner.ts';

const WORKSPACE = join(import.meta.dirname, '..');
const OPERATION_MILLISECONDS = 1500;

interface Deploy {
  readonly title: string;
  readonly with: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

const TAG = {
  GITHUB_REF: 'refs/tags/v1.1.0',
  GITHUB_REF_NAME: 'v1.1.0',
  GITHUB_REF_TYPE: 'tag',
  GITHUB_RUN_ID: '4243',
};

const deploys: readonly Deploy[] = [
  {
    title: 'Vertex AI: a training job exported a SavedModel; its newest export is deployed',
    with: {
      platform: 'vertex-ai',
      model: 'iris',
      source: 'examples/models/tensorflow/export',
    },
  },
  {
    title:
      'Vertex AI: the tag v1.1.0 is pushed; a second version gets 10 % of the traffic, as a canary',
    with: {
      platform: 'vertex-ai',
      model: 'iris',
      source: 'examples/models/tensorflow/export',
      traffic: '10',
    },
    env: TAG,
  },
  {
    title: 'AI Platform: the same SavedModel, one word less',
    with: { model: 'iris', source: 'examples/models/tensorflow/export' },
  },
  {
    title: 'AI Platform: the same tag; a second version of the same model, which then serves',
    with: { model: 'iris', source: 'examples/models/tensorflow/export' },
    env: TAG,
  },
  {
    title: 'AI Platform: a scikit-learn pipeline, one file',
    with: { model: 'iris_pipeline', source: 'examples/models/scikit-learn/model.joblib' },
  },
  {
    title: 'AI Platform: an XGBoost booster, a machine of its own and autoscaling',
    with: {
      model: 'iris_boosted',
      source: 'examples/models/xgboost',
      machine_type: 'n1-standard-4',
      min_nodes: '1',
      max_nodes: '3',
      metric_targets: 'cpu-usage=60',
    },
  },
  {
    title: 'What a mistake looks like: two at once, and nothing was created',
    with: { model: 'iris-3', source: 'examples/models/xgboost', machine_type: 'mls1-c1-m2' },
  },
];

const emulator = await startEmulator({
  operationMilliseconds: OPERATION_MILLISECONDS,
  buckets: ['acme-models-aiplatform'],
});
console.log(`A local Google Cloud runs at ${emulator.origin}; nothing leaves this machine.`);
try {
  for (const [index, deploy] of deploys.entries()) {
    heading(`${index + 1}. ${deploy.title}`);
    console.log(workflowStep(deploy.with));
    const result = await runStep({
      with: { project_id: 'acme-models', ...deploy.with },
      env: { ...emulator.environment(), ...deploy.env },
      workspace: WORKSPACE,
    });
    show(result);
    const expected = index === deploys.length - 1 ? 1 : 0;
    if (result.exitCode !== expected) process.exitCode = 1;
  }
} finally {
  await emulator.close();
}
if (process.exitCode === 1) console.error('\nA deploy did not end as it should.');

function heading(text: string): void {
  console.log(`\n${'='.repeat(100)}\n${text}\n${'='.repeat(100)}`);
}

function workflowStep(inputs: Readonly<Record<string, string>>): string {
  const lines = Object.entries(inputs).map(([name, value]) => `    ${name}: ${value}`);
  return ['- uses: deploy-ai-platform', '  with:', ...lines].join('\n');
}

function show(result: StepResult): void {
  heading(
    `   the log (exit status ${result.exitCode ?? 'none'}, ${(result.milliseconds / 1000).toFixed(1)} s)`,
  );
  console.log(result.log);
  if (result.stderr !== '') console.log(result.stderr);
  heading('   the outputs');
  for (const [name, value] of Object.entries(result.outputs)) console.log(`${name}=${value}`);
  heading('   the job summary, as Markdown');
  console.log(result.summary);
}
