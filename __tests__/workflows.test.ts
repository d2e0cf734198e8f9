import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { releaseNotes } from '../scripts/release-notes.ts';
import { actionUnderTest, expectGoodManners } from './action/action-under-test.ts';
import type { ActionUnderTest } from './action/action-under-test.ts';

// The deploys of the example workflows by our own runner, on any machine. Whole and by another runner they are
// executed by the tests in workflows/, which need tools from the registries.

const ROOT = join(import.meta.dirname, '..');
const EXAMPLES = join('examples', 'workflows');
const OURS = 'ACTION_OWNER/deploy-ai-platform@';

interface Job {
  readonly 'timeout-minutes': number;
  readonly permissions: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: { readonly include: readonly Record<string, string>[] } };
  readonly steps: readonly {
    readonly id?: string;
    readonly uses?: string;
    readonly with?: Readonly<Record<string, string | number | boolean>>;
  }[];
}

interface Workflow {
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

const namesIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(join(ROOT, folder)))
    .filter((name) => name.endsWith('.yml'))
    .map((name) => join(folder, name));
const examples = await namesIn(EXAMPLES);
const ours = await namesIn(join('.github', 'workflows'));
const textOf = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8');
const read = async (path: string): Promise<Workflow> => parse(await textOf(path)) as Workflow;

/** One step that deploys, with what its expressions are resolved to. */
interface Deploy {
  readonly id: string;
  readonly inputs: Readonly<Record<string, string | number | boolean>>;
  readonly known: Readonly<Record<string, string>>;
}

function deploysOf({ jobs }: Workflow): readonly Deploy[] {
  return Object.entries(jobs).flatMap(([name, { steps, strategy, env = {} }]) =>
    (strategy?.matrix.include ?? [{}]).flatMap((matrix) =>
      steps
        .filter(({ uses }) => uses?.startsWith(OURS) === true)
        .map((step) => ({
          id: name,
          inputs: step.with ?? {},
          known: { ...prefixed('matrix', matrix), ...prefixed('env', env) },
        })),
    ),
  );
}

function prefixed(
  context: string,
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${context}.${name}`, value]),
  );
}

/** The text without its expressions; one that nobody knows is an error. */
function resolved(text: string, known: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => {
    const value = known[expression];
    if (value === undefined) throw new Error(`Nothing is known of ${expression}.`);
    return resolved(value, known);
  });
}

/** The proof needs the framework of the model on this machine; `workflows/runs.test.ts` has one. */
const withoutProof = ([name]: readonly [string, unknown]): boolean =>
  !['test_instances', 'expected_predictions', 'local_predict'].includes(name);

/** The action in a workspace that has the models of the examples. */
async function actionWithModels(): Promise<ActionUnderTest> {
  const action = await actionUnderTest();
  await action.copyModel('tensorflow/export', 'export');
  await action.copyModel('tensorflow/export', 'models/fraud/export');
  await action.copyModel('scikit-learn', 'models/churn');
  await action.copyModel('xgboost', 'models/price');
  return action;
}

describe.each([...examples, ...ours])('%s', (path) => {
  test('pins what it uses, by a commit and the release that it is', async () => {
    for (const [, used = ''] of (await textOf(path)).matchAll(/uses: (.*)/g)) {
      expect(used).toMatch(
        /@[0-9a-f]{40} # v\d+\.\d+\.\d+$|^ACTION_OWNER\/deploy-ai-platform@FULL_COMMIT_SHA$|^\.\/$/,
      );
    }
  });

  test('gives no right to all jobs, and says of each right what it is for', async () => {
    const { permissions, jobs } = await read(path);
    expect(permissions).toEqual({});
    for (const job of Object.values(jobs)) {
      expect(job['timeout-minutes']).toBeGreaterThan(0);
      expect(Object.keys(job.permissions)).not.toEqual([]);
    }
    for (const [line] of (await textOf(path)).matchAll(/^.*: (?:read|write)\b.*$/gm)) {
      expect(line).toMatch(/ # \w/);
    }
  });
});

test.each(examples)('the deploys of %s work as they stand there', async (path) => {
  await using action = await actionWithModels();
  const outputs: Record<string, string> = {};
  for (const { id, inputs, known } of deploysOf(await read(path))) {
    const all = {
      ...known,
      ...outputs,
      'github.run_number': '42',
      'github.sha': '3f2a1c0d9e8b7a6f5e4d3c2b1a09f8e7d6c5b4a3',
      'vars.GOOGLE_CLOUD_PROJECT': 'acme-models',
    };
    const given = Object.entries(inputs)
      .filter(withoutProof)
      .map(([name, value]) => [name, resolved(String(value), all)] as const);
    const result = await action.run(Object.fromEntries(given));
    expectGoodManners(result);
    expect(result.errors.map(({ message }) => message)).toEqual([]);
    expect(result.outputs).toMatchObject(
      inputs['dry_run'] === true ? { status: 'planned' } : { status: 'deployed', state: 'READY' },
    );
    Object.assign(outputs, prefixed(`needs.${id}.outputs`, result.outputs));
  }
});

test('the workflow with a GPU gets the container and the host that it needs', async () => {
  await using action = await actionWithModels();
  const [deploy] = deploysOf(await read(join(EXAMPLES, 'gpu.yml')));
  const inputs = Object.entries(deploy?.inputs ?? {}).map(
    ([name, value]) => [name, String(value)] as const,
  );
  const result = await action.run(Object.fromEntries(inputs));
  const [upload] = action.sent('POST', /models:upload/);
  expect(JSON.stringify(upload?.json)).toContain(
    'europe-docker.pkg.dev/vertex-ai/prediction/tf2-gpu.2-',
  );
  expect(new URL(result.outputs['predict_url'] ?? '').hostname).toMatch(
    /\.prediction\.vertexai\.goog$/,
  );
});

describe('docs/permissions.md', () => {
  test('tells of every scope of the examples, and the README of every variable', async () => {
    const texts = await Promise.all(examples.map(textOf));
    const found = (pattern: RegExp): readonly string[] =>
      texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name = '']) => `\`${name}\``));
    const scopes = found(/^ {6}([a-z-]+: (?:read|write)) #/gm);
    const variables = found(/vars\.([A-Z_]+)/g);
    expect([scopes.length, variables.length]).not.toContain(0);
    const permissions = await textOf(join('docs', 'permissions.md'));
    for (const scope of scopes) expect(permissions).toContain(scope);
    const readme = await textOf('README.md');
    for (const variable of variables) expect(readme).toContain(variable);
  });

  test('tells of every role that the failure doctor grants', async () => {
    const page = await textOf(join('docs', 'permissions.md'));
    const rules = await textOf(join('src', 'report', 'explain', 'access-rules.ts'));
    const roles = [...rules.matchAll(/'(roles\/[\w.]+)'/g)].map(([, role = '']) => role);
    const special = ['roles/ml.operationOwner', 'roles/ml.admin'];
    for (const role of roles.filter((each) => !special.includes(each))) {
      expect(page).toContain(`\`${role}\``);
    }
  });
});

describe('the notes of a release', () => {
  const changelog =
    '# Changelog\n\n## Unreleased\n\n- x\n\n## [1.2.0] - 2026-12-01\n\n### Added\n\n- y\n\n## 1.1.0\n\n';

  test('are the section of its version', () => {
    expect(releaseNotes(changelog, '1.2.0')).toBe('### Added\n\n- y');
  });

  test.each(['1.1.0', '1.0.0', '2'])(
    'are not there for %s, of which nothing is written',
    (version) => {
      expect(releaseNotes(changelog, version)).toBeUndefined();
    },
  );
});
