import { join } from 'node:path';
import { startEmulator } from '../emulator/emulator.ts';
import { runStep } from '../__tests__/runner.ts';
import { scenes } from './demo-scenes.ts';
import type { Scene } from './demo-scenes.ts';
import { heading, shown, workflowStep } from './demo-screen.ts';

const WORKSPACE = join(import.meta.dirname, '..');
const OPERATION_MILLISECONDS = 1000;
/** Takes the place of a Python with XGBoost: it evaluates the trees of the model in Node. */
const XGBOOST_IN_NODE = join(WORKSPACE, '__tests__', 'xgboost-in-node', 'python3');
/** Windows starts no script by its first line. */
const isProofPossible = process.platform !== 'win32';

const emulator = await startEmulator({
  operationMilliseconds: OPERATION_MILLISECONDS,
  buckets: ['acme-models-aiplatform'],
  ...(isProofPossible && { python: XGBOOST_IN_NODE }),
});
console.log(`A local Google Cloud runs at ${emulator.origin}; nothing leaves this machine.
The models are real, and so are their answers: those of XGBoost are computed from its trees in Node,
so that no Python is needed. On Google a deployment takes minutes; here it takes a second.`);
try {
  const played = scenes.filter(({ isProven = false }) => isProofPossible || !isProven);
  for (const [index, scene] of played.entries()) await play(scene, index + 1, played.length);
  if (played.length < scenes.length) {
    console.log(
      '\nThe scenes with a proof are left out on Windows, which cannot run its stand-in.',
    );
  }
} finally {
  await emulator.close();
}

async function play(scene: Scene, number: number, count: number): Promise<void> {
  console.log(heading(`${number} of ${count} · ${scene.title}`));
  console.log(`\n${scene.story}\n\n${workflowStep(scene.with)}`);
  const result = await runStep({
    with: { project_id: 'acme-models', ...scene.with },
    env: { ...emulator.environment(), GITHUB_RUN_ID: String(4241 + number), ...scene.env },
    workspace: WORKSPACE,
  });
  console.log(shown(result));
  const status = result.outputs['status'] ?? 'none';
  if (status === scene.status) return;
  console.error(`\nThe status is ${status}, and ${scene.status} was expected.`);
  process.exitCode = 1;
}
