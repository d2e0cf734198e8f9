import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmulator } from '../../emulator/emulator.ts';
import type { Emulator } from '../../emulator/exchange.ts';
import { main } from '../../src/main.ts';
import type { Clock } from '../../src/world.ts';
import { recordingRunner, testWorld } from '../test-world.ts';

// The whole story in this process, so that its clock can be hours ahead of the service's.

const PROJECT = 'acme-models';
const XGBOOST = join(import.meta.dirname, '..', '..', 'examples', 'models', 'xgboost');

let workspace = '';
let emulator: Emulator;

beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'retire-'));
  await cp(XGBOOST, join(workspace, 'model'), { recursive: true });
  emulator = await startEmulator({ buckets: [`${PROJECT}-aiplatform`] });
});

afterAll(async () => {
  await emulator.close();
  await rm(workspace, { recursive: true, force: true });
});

const ahead = (hours: number): Clock => ({
  now: () => new Date(Date.now() + hours * 3_600_000),
  elapsed: () => performance.now(),
  sleep: async (milliseconds, signal) => {
    await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
  },
});

async function deploy(inputs: Readonly<Record<string, string>>, hours = 0): Promise<string> {
  const runner = recordingRunner();
  const given = Object.entries({ project_id: PROJECT, source: 'model', ...inputs });
  const status = await main(
    testWorld({
      runner,
      clock: ahead(hours),
      environment: {
        ...emulator.environment(),
        GITHUB_WORKSPACE: workspace,
        GITHUB_RUN_ID: inputs['version'] ?? '',
        ...Object.fromEntries(given.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
      },
    }),
  );
  const said = runner.lines.join('\n');
  if (status !== 0) throw new Error(said);
  return said;
}

const get = async (path: string): Promise<Record<string, unknown>> =>
  (await (await fetch(`${emulator.origin}/us-central1/v1/${path}`)).json()) as Record<
    string,
    unknown
  >;

test('CON-08 on AI Platform the oldest versions go, and what serves and the newest stay', async () => {
  for (const version of ['v1', 'v2', 'v3']) await deploy({ model: 'fraud', version });
  const said = await deploy({ model: 'fraud', version: 'v4', keep_versions: '2' }, 2);
  expect(said).toContain('To be deleted afterwards: v1, v2');
  expect(said).toContain('Deleted old version v1.');
  const { versions } = await get(`projects/${PROJECT}/models/fraud/versions`);
  const names = (versions as readonly { name: string }[]).map(({ name }) => name.slice(-2)).sort();
  expect(names).toEqual(['v3', 'v4']);
});

test('CON-08 on Vertex AI what was replaced goes, and an alias of somebody else keeps its version', async () => {
  const inputs = { platform: 'vertex-ai', model: 'fraud' };
  for (const version of ['one', 'two', 'three']) await deploy({ ...inputs, version });
  const model = `projects/${PROJECT}/locations/us-central1/models/fraud`;
  await fetch(`${emulator.origin}/us-central1/v1/${model}@2:mergeVersionAliases`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ versionAliases: ['golden'] }),
  });
  await deploy({ ...inputs, version: 'four', keep_versions: '1' }, 2);
  const { models } = await get(`${model}:listVersions`);
  const numbers = (models as readonly { versionId: string }[]).map(({ versionId }) => versionId);
  expect([...numbers].sort()).toEqual(['2', '4']);
});
