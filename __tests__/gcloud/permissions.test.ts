import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmulator } from '../../emulator/emulator.ts';
import type { Emulator } from '../../emulator/exchange.ts';
import { noGcloud, openGcloud } from './gcloud.ts';
import type { Gcloud, GcloudRun } from './gcloud.ts';
import { commandsInBlocks, commandsInSentences, fillIn } from './printed-commands.ts';
import { enableAll, projectServices } from './project/services.ts';
import { membersWith, newProject } from './project/state.ts';
import type { Provider } from './project/state.ts';

// The commands that set a project up, as they are printed, by the real gcloud, against a project that is strict.

const ROOT = join(import.meta.dirname, '..', '..');
const reason = noGcloud === '' ? '' : ` (skipped: ${noGcloud})`;
const pages = await Promise.all(
  ['README.md', join('docs', 'permissions.md')].map((name) => readFile(join(ROOT, name), 'utf8')),
);

const PROJECT = 'acme-models';
const { number: NUMBER } = newProject(PROJECT);
const values = {
  PROJECT_ID: PROJECT,
  PROJECT_NUMBER: NUMBER,
  YOUR_ORGANIZATION: 'acme',
  YOUR_REPOSITORY: 'fraud',
};
const deployer = `deployer@${PROJECT}.iam.gserviceaccount.com`;
const member = `serviceAccount:${deployer}`;

const commands = [...new Set(pages.flatMap(commandsInBlocks))].map((command) =>
  fillIn(command, values),
);

(noGcloud === '' ? describe : describe.skip)(`a project that is set up as we say${reason}`, () => {
  const state = newProject(PROJECT);
  const runs = new Map<string, GcloudRun>();
  let emulator: Emulator;
  let gcloud: Gcloud;

  beforeAll(async () => {
    emulator = await startEmulator({ services: projectServices(state) });
    gcloud = await openGcloud(emulator, 'global', 'another-project');
    for (const command of commands) runs.set(command, await gcloud.paste(command));
  }, 120_000);
  afterAll(async () => {
    await gcloud.close();
    await emulator.close();
  });

  test.each(commands)('%s', (command) => {
    expect(runs.get(command)).toMatchObject({ status: 0 });
  });

  test('has the APIs that the job and the commands call', () => {
    const wanted = [
      'aiplatform',
      'storage',
      'iam',
      'iamcredentials',
      'sts',
      'cloudresourcemanager',
    ];
    for (const name of wanted) expect(state.enabled).toContain(`${name}.googleapis.com`);
  });

  test('has the bucket that the action takes when it is told of none, with uniform access', async () => {
    const answer = await fetch(`${emulator.origin}/storage/v1/b/${PROJECT}-aiplatform`);
    expect(await answer.json()).toMatchObject({
      location: 'US-CENTRAL1',
      iamConfiguration: { uniformBucketLevelAccess: { enabled: true } },
    });
  });

  test('has one account, which may deploy and upload, and nobody else may anything', () => {
    expect([...state.accounts]).toEqual([deployer]);
    expect(membersWith(state, `projects/${PROJECT}`, 'roles/aiplatform.user')).toEqual([member]);
    expect(membersWith(state, `buckets/${PROJECT}-aiplatform`, 'roles/storage.objectUser')).toEqual(
      [member],
    );
    const granted = [...state.policies].map(([name, { bindings }]) => [name, bindings.length]);
    expect(Object.fromEntries(granted)).toEqual({
      [`projects/${PROJECT}`]: 1,
      [`buckets/${PROJECT}-aiplatform`]: 1,
      [`serviceAccounts/${deployer}`]: 1,
    });
  });

  test('lets the workflows of the repository act as that account, and no others', () => {
    const allowed = (claims: Claims): boolean => {
      const mayImpersonate = membersWith(
        state,
        `serviceAccounts/${deployer}`,
        'roles/iam.workloadIdentityUser',
      );
      return principals(theProvider(), claims).some((each) => mayImpersonate.includes(each));
    };
    const ours = { repository: 'acme/fraud', repository_owner: 'acme', sub: 'repo:acme/fraud:x' };
    expect(theProvider().issuerUri).toBe('https://token.actions.githubusercontent.com');
    expect(allowed(ours)).toBe(true);
    expect(allowed({ ...ours, repository: 'acme/other' })).toBe(false);
    expect(allowed({ ...ours, repository_owner: 'mallory' })).toBe(false);
    expect(allowed({ ...ours, repository: 'mallory/fraud', repository_owner: 'mallory' })).toBe(
      false,
    );
  });

  test('is what the three variables of the workflows say', () => {
    const [text = ''] = pages.filter((page) => page.includes('| `WORKLOAD_IDENTITY_PROVIDER`'));
    const rows = [...text.matchAll(/^\| `([A-Z_]+)` +\| `([^`]+)` +\|$/gm)].map(
      ([, name = '', value = '']) => [name, value] as const,
    );
    const filled = Object.fromEntries(
      rows
        .filter(([name]) => variables.includes(name))
        .map(([name, value]) => [name, fillIn(value, values)]),
    );
    expect(filled).toEqual({
      GOOGLE_CLOUD_PROJECT: PROJECT,
      WORKLOAD_IDENTITY_PROVIDER: theProvider().name,
      DEPLOY_SERVICE_ACCOUNT: deployer,
    });
  });

  test('answers what else the pages ask', async () => {
    const asked = pages.flatMap(commandsInSentences).filter((command) => command.includes(' --'));
    for (const command of asked) {
      const run = await gcloud.paste(fillIn(command, values));
      expect(run).toMatchObject({ status: 0 });
      if (command.includes('projectNumber')) expect(run.stdout.trim()).toBe(NUMBER);
    }
  });

  function theProvider(): Provider {
    const providers = [...state.pools.values()].flatMap((pool) => [...pool.values()]);
    expect(providers).toHaveLength(1);
    return providers[0] as Provider;
  }
});

(noGcloud === '' ? describe : describe.skip)(`the project of these tests${reason}`, () => {
  const state = newProject(PROJECT);
  let emulator: Emulator;
  let gcloud: Gcloud;

  beforeAll(async () => {
    emulator = await startEmulator({
      buckets: ['acme-models-aiplatform'],
      services: projectServices(state),
    });
    gcloud = await openGcloud(emulator, 'global', 'another-project');
  });
  afterAll(async () => {
    await gcloud.close();
    await emulator.close();
  });

  test('refuses what Google refuses', async () => {
    const grant = `gcloud projects add-iam-policy-binding ${PROJECT}`;
    const refused = async (command: string): Promise<string> => {
      const { status, stderr } = await gcloud.paste(command);
      expect(status).toBe(1);
      return stderr;
    };
    expect(
      await refused(`gcloud iam service-accounts create deployer --project=${PROJECT}`),
    ).toMatch(/iam\.googleapis\.com/);
    enableAll(state);
    expect(await refused(`${grant} --member=${member} --role=roles/aiplatform.user`)).toMatch(
      /Service account .* does not exist/,
    );
    state.accounts.add(deployer);
    expect(await refused(`${grant} --member=${member} --role=roles/no.such`)).toMatch(
      /is not supported for this resource/,
    );
    expect(await refused(`${grant} --member=${deployer} --role=roles/aiplatform.user`)).toMatch(
      /is of an unknown type/,
    );
    expect(state.policies.size).toBe(0);
  }, 60_000);
});

const variables = ['GOOGLE_CLOUD_PROJECT', 'WORKLOAD_IDENTITY_PROVIDER', 'DEPLOY_SERVICE_ACCOUNT'];

/** What GitHub's identity token says of a workflow. */
type Claims = Readonly<Record<string, string>>;

/** Who a workflow is to Google, as the Security Token Service finds it; nobody where the condition is false. */
function principals(provider: Provider, claims: Claims): readonly string[] {
  const { name, attributeMapping, attributeCondition } = provider;
  for (const term of attributeCondition.split(' && ')) {
    const [, claim = '', wanted] = /^assertion\.(\w+) == '([^']*)'$/.exec(term) ?? [];
    if (wanted === undefined) throw new Error(`This test does not understand ${term}.`);
    if (claims[claim] !== wanted) return [];
  }
  const pool = `principalSet://iam.googleapis.com/${name.replace(/\/providers\/.*$/, '')}`;
  return Object.entries(attributeMapping)
    .filter(([attribute]) => attribute.startsWith('attribute.'))
    .map(([attribute, expression]) => {
      const value = claims[expression.replace('assertion.', '')] ?? '';
      return `${pool}/${attribute}/${value}`;
    });
}
