import { explain } from '../../src/report/explain.ts';
import { accessCases } from '../report/explain-cases/access.ts';
import { closedCases } from '../report/explain-cases/closed.ts';
import { identityCases } from '../report/explain-cases/identity.ts';
import { loadCases } from '../report/explain-cases/load.ts';
import { machineCases } from '../report/explain-cases/machine.ts';
import { storageCases } from '../report/explain-cases/storage.ts';
import { versionCases } from '../report/explain-cases/version.ts';
import { plan, request } from '../report/records.ts';
import { noGcloud, openGcloud } from './gcloud.ts';
import type { Gcloud, GcloudRun } from './gcloud.ts';
import { commandsInSentences, fillIn } from './printed-commands.ts';
import { deployedProject } from './project/deployed-project.ts';
import type { DeployedProject } from './project/deployed-project.ts';
import { getPolicy } from './project/policies.ts';
import { membersWith, newProject } from './project/state.ts';
import type { Binding } from './project/state.ts';

// Every command that is printed for a failure that we know, pasted into a shell whose gcloud is set to another
// project: it has to name its own.

const reason = noGcloud === '' ? '' : ` (skipped: ${noGcloud})`;
const { number: NUMBER } = newProject('acme');

/** What a person puts in place of the words in capitals; and the buckets of the messages, which do not exist. */
const values = {
  ACCOUNT_ID: '01AB23-45CD67-89EF01',
  B: 'acme-aiplatform',
  DEPLOYER: 'deployer@acme.iam.gserviceaccount.com',
  OTHER_VERSION: 'v2',
  P: 'fraud',
  POOL: 'github',
  PROJECT_NUMBER: NUMBER,
  SERVICE_ACCOUNT: 'deployer@acme.iam.gserviceaccount.com',
  VERSION: 'v3',
  XYZ: 'acme-aiplatform',
};

const cases = [
  ...closedCases,
  ...versionCases,
  ...loadCases,
  ...storageCases,
  ...identityCases,
  ...accessCases,
  ...machineCases,
];
const printed = cases.flatMap(({ error }) =>
  commandsInSentences(explain(error, { request, plan }).next),
);
const commands = [...new Set(printed.map((command) => fillIn(command, values)))];

/** What is expected of a command, by the words that it begins with. */
interface Meaning {
  readonly words: RegExp;
  /** Makes the failure. */
  readonly before?: (project: DeployedProject, command: string) => Promise<unknown>;
  readonly afterwards: (
    project: DeployedProject,
    command: string,
    run: GcloudRun,
  ) => Promise<void> | void;
}

const flag = (command: string, name: string): string => {
  const [, value = ''] = new RegExp(`--${name}=("[^"]*"|\\S+)`).exec(command) ?? [];
  return value
    .replaceAll('"', '')
    .replaceAll(/\$\(gcloud projects describe [^']*'[^']*'\)/g, NUMBER);
};

const versionsPath = '/us-central1/v1/projects/acme/models/fraud/versions';

const meanings: readonly Meaning[] = [
  {
    words: /^gcloud ai-platform models add-iam-policy-binding fraud /,
    afterwards: async ({ read }, command) => {
      const policy = await read('/us-central1/v1/projects/acme/models/fraud:getIamPolicy');
      expect(policy?.['bindings'] as readonly Binding[]).toEqual([
        { role: flag(command, 'role'), members: [flag(command, 'member')] },
      ]);
    },
  },
  {
    words: /^gcloud (?:projects|storage buckets|iam service-accounts) add-iam-policy-binding /,
    afterwards: ({ state }, command) => {
      const [, kind = '', name = ''] =
        /^gcloud (\w+)(?: [a-z-]+)? add-iam-policy-binding (\S+)/.exec(command) ?? [];
      const resource = { projects: 'projects', storage: 'buckets', iam: 'serviceAccounts' }[kind];
      const path = `${resource ?? kind}/${name.replace('gs://', '')}`;
      expect(getPolicy(state, path).bindings).toHaveLength(1);
      expect(membersWith(state, path, flag(command, 'role'))).toEqual([flag(command, 'member')]);
    },
  },
  {
    words: /^gcloud services enable /,
    before: ({ state }, command) => Promise.resolve(state.enabled.delete(apiOf(command))),
    afterwards: ({ state }, command) => {
      expect(state.enabled).toContain(apiOf(command));
    },
  },
  {
    words: /^gcloud billing projects link acme /,
    afterwards: ({ state }) => {
      expect(state.billingAccount).toBe(`billingAccounts/${values.ACCOUNT_ID}`);
    },
  },
  {
    words: /^gcloud storage buckets create gs:\/\/acme-aiplatform /,
    before: ({ emulator }) => removeBucket(emulator.origin),
    afterwards: async ({ read }) => {
      expect(await read('/storage/v1/b/acme-aiplatform')).toMatchObject({
        location: 'US-CENTRAL1',
        iamConfiguration: { uniformBucketLevelAccess: { enabled: true } },
      });
    },
  },
  {
    words: /^gcloud storage ls /,
    afterwards: (_, __, { stdout }) => {
      expect(stdout).toMatch(/^gs:\/\/acme(?:-aiplatform)?\/fraud\//m);
    },
  },
  {
    words: /^gcloud ai-platform models list /,
    afterwards: (_, command, { stdout }) => {
      // The model is in us-central1, and so not on the global endpoint.
      if (command.includes('--region=us-central1')) expect(stdout).toMatch(/^fraud\b/m);
      else expect(stdout).not.toContain('fraud');
    },
  },
  {
    words: /^gcloud ai-platform versions delete v3 /,
    afterwards: async ({ read }) => {
      expect(await read(`${versionsPath}/v3`)).toBeUndefined();
      expect(await read(`${versionsPath}/v1`)).toMatchObject({ isDefault: true });
    },
  },
  {
    words: /^gcloud ai-platform versions set-default v2 /,
    afterwards: async ({ read }) => {
      expect(await read(`${versionsPath}/v2`)).toMatchObject({ isDefault: true });
    },
  },
  {
    words: /^gcloud ai-platform versions describe v3 /,
    afterwards: (_, __, { stdout }) => {
      expect(stdout).toMatch(/^state: READY$/m);
    },
  },
  {
    words: /^gcloud iam workload-identity-pools providers list /,
    afterwards: (_, __, { stdout }) => {
      expect(stdout).toContain(`projects/${NUMBER}/locations/global/workloadIdentityPools/github`);
    },
  },
];

/** Commands that are known to be wrong, to be taken out when they are right. */
const wrong = (command: string): boolean =>
  command.startsWith('gcloud iam workload-identity-pools providers list') &&
  !command.includes('--project=');

(noGcloud === '' ? describe : describe.skip)(`what the failure doctor prints${reason}`, () => {
  let project: DeployedProject;
  let gcloud: Gcloud;

  beforeEach(async () => {
    project = await deployedProject();
    gcloud = await openGcloud(project.emulator, 'regional', 'another-project');
  });
  afterEach(async () => {
    await gcloud.close();
    await project[Symbol.asyncDispose]();
  });

  test.each(commands.filter((command) => !wrong(command)))('%s does what it is for', does);

  const mistaken = commands.filter(wrong);
  if (mistaken.length > 0) test.failing.each(mistaken)('%s does what it is for', does);

  test('is of every kind that is tested here', () => {
    const idle = meanings.filter(({ words }) => !commands.some((command) => words.test(command)));
    expect(idle).toEqual([]);
  });

  async function does(command: string): Promise<void> {
    const meaning = meanings.find(({ words }) => words.test(command));
    if (meaning === undefined) throw new Error(`Nobody has said what this is for: ${command}`);
    await meaning.before?.(project, command);
    const run = await gcloud.paste(command);
    expect(run).toMatchObject({ status: 0 });
    await meaning.afterwards(project, command, run);
  }
});

function apiOf(command: string): string {
  return /services enable (\S+)/.exec(command)?.[1] ?? '';
}

async function removeBucket(origin: string): Promise<void> {
  const bucket = `${origin}/storage/v1/b/acme-aiplatform`;
  await fetch(`${bucket}/o/fraud%2Fv3%2Fmodel.joblib`, { method: 'DELETE' });
  expect(await fetch(bucket, { method: 'DELETE' })).toMatchObject({ status: 204 });
}
