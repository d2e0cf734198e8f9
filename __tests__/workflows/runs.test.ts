import { join } from 'node:path';
import { actionUnderTest, BUCKET } from '../action/action-under-test.ts';
import type { ActionUnderTest } from '../action/action-under-test.ts';
import { gitHubServer } from '../github/github-server.ts';
import type { GitHubServer } from '../github/github-server.ts';
import { runWorkflow } from './act.ts';
import type { Trigger, WorkflowRun } from './act.ts';
import { exampleNames, openRepository } from './repository.ts';
import type { Repository } from './repository.ts';
import { findTools } from './tools.ts';

// Each example is executed by nektos/act, a runner that is not ours, against the local Google Cloud and a local
// GitHub, which has pull request 7.

const tools = findTools();
const TRAINING = '__tests__/workflows/training';
const EXPORT = 'examples/models/tensorflow/export';
const PARENT = 'projects/acme-models/locations/us-central1';

const repositoryOf = { full_name: 'acme/fraud', default_branch: 'main' };

interface Scenario {
  readonly trigger: (sha: string) => Trigger;
  /** What the repository holds besides the action and the workflows. */
  readonly directories: Readonly<Record<string, string>>;
  /** Deploys what served before. */
  readonly before?: (action: ActionUnderTest) => Promise<void>;
  readonly expectAfterwards: (
    action: ActionUnderTest,
    run: WorkflowRun,
    repository: Repository,
    github: GitHubServer,
  ) => Promise<void>;
}

function pushed(ref: string): (sha: string) => Trigger {
  return (sha) => ({
    name: 'push',
    payload: { ref, after: sha, deleted: false, repository: repositoryOf },
  });
}

const dispatched = (): Trigger => ({
  name: 'workflow_dispatch',
  payload: { ref: 'refs/heads/main', repository: repositoryOf },
});

/** Percent of the endpoint's traffic by the number of the version. */
async function traffic(action: ActionUnderTest): Promise<Record<string, number>> {
  const list = await read(action, `${PARENT}/endpoints`);
  const [endpoint] = (list['endpoints'] ?? []) as readonly {
    trafficSplit?: Record<string, number>;
    deployedModels?: readonly { id: string; modelVersionId: string }[];
  }[];
  const { trafficSplit = {}, deployedModels = [] } = endpoint ?? {};
  return Object.fromEntries(
    deployedModels.map(({ id, modelVersionId }) => [modelVersionId, trafficSplit[id] ?? 0]),
  );
}

async function read(action: ActionUnderTest, path: string): Promise<Record<string, unknown>> {
  const answer = await fetch(`${action.emulator.origin}/us-central1/v1/${path}`);
  return (await answer.json()) as Record<string, unknown>;
}

/** Bodies of the requests to a method of the service, in order. */
function bodies(action: ActionUnderTest, method: RegExp): readonly unknown[] {
  return action.sent('POST', method).map(({ json }) => json);
}

const scenarios: Readonly<Record<string, Scenario>> = {
  'tag-push.yml': {
    trigger: pushed('refs/tags/v1.2.3'),
    directories: { export: EXPORT },
    expectAfterwards: async (action) => {
      expect(bodies(action, /models:upload/)).toMatchObject([
        { model: { versionAliases: expect.arrayContaining(['v1-2-3']) as string[] } },
      ]);
      expect(await traffic(action)).toEqual({ 1: 100 });
    },
  },
  'pull-request.yml': {
    trigger: (sha) => ({
      name: 'pull_request',
      payload: {
        number: 7,
        repository: repositoryOf,
        pull_request: {
          number: 7,
          head: { ref: 'better-model', sha, repo: repositoryOf },
          base: { ref: 'main', repo: repositoryOf },
        },
      },
    }),
    directories: { export: EXPORT },
    expectAfterwards: async (action, run, _repository, github) => {
      const changing = action.emulator.requests.filter(({ method }) => method !== 'GET');
      expect(changing).toEqual([]);
      expect(await action.objects('')).toEqual([]);
      expect(run.log).toContain('::set-output:: status=planned');
      expect(github.comments.map(({ body }) => body)).toEqual([
        expect.stringContaining('export/1700000000'),
      ]);
    },
  },
  'canary.yml': {
    trigger: pushed('refs/heads/main'),
    directories: { export: 'examples/models/scikit-learn', ...proofOf('scikit-learn') },
    before: async (action) => {
      await action.copyModel('scikit-learn', 'export');
      const served = await action.run({ platform: 'vertex-ai', model: 'fraud', source: 'export/' });
      expect(served.outputs).toMatchObject({ status: 'deployed' });
    },
    expectAfterwards: async (action, run) => {
      const splits = action
        .sent('PATCH', /updateMask=trafficSplit/)
        .map(({ json }) =>
          Object.values((json as { trafficSplit: Record<string, number> }).trafficSplit),
        );
      expect(splits.map((split) => split.toSorted())).toEqual([
        [10, 90],
        [0, 0, 100],
      ]);
      expect(run.log).toContain('Before it, version 1 had the most traffic.');
      expect(await traffic(action)).toEqual({ 3: 100 });
      expect(action.sent('POST', /:predict$/).length).toBeGreaterThan(0);
    },
  },
  'gpu.yml': {
    trigger: dispatched,
    directories: { export: EXPORT },
    expectAfterwards: (action) => {
      expect(bodies(action, /:deployModel/)).toMatchObject([
        {
          deployedModel: {
            dedicatedResources: {
              machineSpec: { acceleratorType: 'NVIDIA_TESLA_T4', machineType: 'n1-standard-4' },
            },
          },
        },
      ]);
      return Promise.resolve();
    },
  },
  'training.yml': {
    trigger: dispatched,
    directories: {
      'train.py': `${TRAINING}/train.py`,
      'requirements.txt': `${TRAINING}/requirements.txt`,
    },
    expectAfterwards: async (action) => {
      expect(bodies(action, /models:upload/)).toMatchObject([
        {
          model: {
            containerSpec: { imageUri: expect.stringContaining('sklearn-cpu.1-6') as string },
          },
        },
      ]);
      expect(action.sent('POST', /:predict$/).length).toBeGreaterThan(0);
      expect(await traffic(action)).toEqual({ 1: 100 });
    },
  },
  'container.yml': {
    trigger: pushed('refs/heads/main'),
    directories: { export: EXPORT, server: '__tests__/workflows/server' },
    expectAfterwards: (action, run, { sha }) => {
      const image = `us-central1-docker.pkg.dev/acme-models/models/fraud:${sha}`;
      expect(run.commands.trim().split('\n')).toEqual([
        'gcloud auth configure-docker us-central1-docker.pkg.dev --quiet',
        `docker build --tag ${image} server/`,
        `docker push ${image}`,
      ]);
      expect(bodies(action, /models:upload/)).toMatchObject([
        {
          model: {
            containerSpec: {
              imageUri: image,
              predictRoute: '/predict',
              healthRoute: '/health',
              ports: [{ containerPort: 8080 }],
            },
          },
        },
      ]);
      return Promise.resolve();
    },
  },
  'matrix.yml': {
    trigger: pushed('refs/tags/v1.2.3'),
    directories: {
      'models/fraud/export': 'examples/models/scikit-learn-compressed',
      'proof/fraud': 'examples/models/proof/scikit-learn-compressed',
      'models/churn': 'examples/models/scikit-learn',
      'proof/churn': 'examples/models/proof/scikit-learn',
      'models/price/model.bst': 'examples/models/xgboost-json/iris.bst',
      'proof/price': 'examples/models/proof/xgboost-json',
    },
    expectAfterwards: (action) => {
      const models = bodies(action, /models:upload/).map(
        (body) =>
          (body as { model: { displayName: string; versionAliases: readonly string[] } }).model,
      );
      expect(models.map(({ displayName }) => displayName).toSorted()).toEqual([
        'churn',
        'fraud',
        'price',
      ]);
      for (const { versionAliases } of models) expect(versionAliases).toContain('v1-2-3');
      expect(bodies(action, /:deployModel/)).toHaveLength(3);
      expect(action.sent('POST', /:predict$/)).toHaveLength(3);
      return Promise.resolve();
    },
  },
};

function proofOf(model: string): Readonly<Record<string, string>> {
  return { proof: `examples/models/proof/${model}` };
}

test('every example is executed', () => {
  expect(Object.keys(scenarios).sort()).toEqual([...exampleNames].sort());
});

test.each(Object.entries(scenarios))(
  '%s does in act what it says',
  async (name, { trigger, directories, before, expectAfterwards }) => {
    await using action = await actionUnderTest({
      buckets: [BUCKET],
      python: join(import.meta.dirname, 'service', 'python3'),
    });
    await using repository = await openRepository(directories);
    await using github = await gitHubServer({ pullRequests: [{ number: 7, state: 'open' }] });
    await before?.(action);
    if (before === undefined) action.emulator.forgetRequests();
    const run = await runWorkflow(tools, repository, name, trigger(repository.sha), {
      ...action.emulator.environment(),
      GITHUB_API_URL: github.apiUrl,
    });
    // The log says why, where the status alone would not.
    expect({ status: run.status, log: run.status === 0 ? '' : run.log }).toEqual({
      status: 0,
      log: '',
    });
    await expectAfterwards(action, run, repository, github);
  },
  120_000,
);
