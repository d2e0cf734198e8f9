import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmulator } from '../../../emulator/emulator.ts';
import type { Emulator } from '../../../emulator/exchange.ts';
import { enableAll, projectServices } from './services.ts';
import { newProject } from './state.ts';
import type { ProjectState } from './state.ts';

const MODEL = join(import.meta.dirname, '..', '..', '..', 'examples', 'models', 'scikit-learn');

/** A project with a model that serves, and what surrounds it. */
export interface DeployedProject extends AsyncDisposable {
  readonly state: ProjectState;
  readonly emulator: Emulator;
  /** What is at a path of the regional endpoint or of Cloud Storage; `undefined` for 404. */
  readonly read: (path: string) => Promise<Record<string, unknown> | undefined>;
}

/**
 * The project `acme`: model `fraud` in `us-central1` with the versions v1 (serving), v2 and v3, whose files are in
 * `gs://acme-aiplatform/fraud/v3/` and, once more, in `gs://acme/fraud/`; a pool with a provider; two accounts.
 */
export async function deployedProject(): Promise<DeployedProject> {
  const state = newProject('acme');
  enableAll(state);
  for (const id of ['deployer', 'runtime'])
    state.accounts.add(`${id}@acme.iam.gserviceaccount.com`);
  const pool = `projects/${state.number}/locations/global/workloadIdentityPools/github`;
  const provider = {
    name: `${pool}/providers/github`,
    issuerUri: 'https://token.actions.githubusercontent.com',
    attributeMapping: { 'google.subject': 'assertion.sub' },
    attributeCondition: "assertion.repository_owner == 'acme'",
  };
  state.pools.set('github', new Map([['github', provider]]));
  const emulator = await startEmulator({
    buckets: ['acme', 'acme-aiplatform'],
    services: projectServices(state),
  });

  const post = async (path: string, body: string | Buffer): Promise<void> => {
    const answer = await fetch(`${emulator.origin}${path}`, { method: 'POST', body });
    if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
  };
  const read: DeployedProject['read'] = async (path) => {
    const answer = await fetch(`${emulator.origin}${path}`);
    if (answer.status === 404) return undefined;
    return (await answer.json()) as Record<string, unknown>;
  };
  const model = await readFile(join(MODEL, 'model.joblib'));
  for (const place of ['acme-aiplatform/o?name=fraud/v3/', 'acme/o?name=fraud/']) {
    await post(`/upload/storage/v1/b/${place}model.joblib&uploadType=media`, model);
  }
  const models = '/us-central1/v1/projects/acme/models';
  await post(models, JSON.stringify({ name: 'fraud', regions: ['us-central1'] }));
  for (const name of ['v1', 'v2', 'v3']) {
    const version = {
      name,
      deploymentUri: 'gs://acme-aiplatform/fraud/v3/',
      framework: 'SCIKIT_LEARN',
      runtimeVersion: '2.11',
      pythonVersion: '3.7',
    };
    await post(`${models}/fraud/versions`, JSON.stringify(version));
  }
  await read('/us-central1/v1/projects/acme/operations');
  emulator.forgetRequests();
  return { state, emulator, read, [Symbol.asyncDispose]: () => emulator.close() };
}
