import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { actionUnderTest, expectGoodManners } from './action/action-under-test.ts';
import type { ActionUnderTest } from './action/action-under-test.ts';

const WORKFLOWS = join(import.meta.dirname, '..', 'examples', 'workflows');

interface Workflow {
  readonly permissions: object;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly 'timeout-minutes': number;
        readonly steps: readonly {
          readonly uses?: string;
          readonly with?: Readonly<Record<string, string | number | boolean>>;
        }[];
      }
    >
  >;
}

const names = (await readdir(WORKFLOWS)).filter((name) => name.endsWith('.yml'));
const read = async (name: string): Promise<Workflow> =>
  parse(await readFile(join(WORKFLOWS, name), 'utf8')) as Workflow;

/** The inputs of our step, with the expressions that GitHub would resolve. */
function inputsOf(workflow: Workflow): Readonly<Record<string, string>> {
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
  const ours = steps.find((step) => step.uses?.startsWith('OWNER/deploy-ai-platform@') === true);
  return Object.fromEntries(
    Object.entries(ours?.with ?? {}).map(([name, value]) => [
      name,
      String(value).replaceAll(/\$\{\{[^}]*number \}\}/g, '42'),
    ]),
  );
}

let action: ActionUnderTest;

beforeAll(async () => {
  action = await actionUnderTest();
  await action.copyModel('tensorflow/export', 'export');
});

afterAll(async () => {
  await action[Symbol.asyncDispose]();
});

test.each(names)(
  '%s pins what it uses, and asks for no more rights than it needs',
  async (name) => {
    const text = await readFile(join(WORKFLOWS, name), 'utf8');
    const workflow = await read(name);
    expect(workflow.permissions).toEqual({});
    for (const job of Object.values(workflow.jobs))
      expect(job['timeout-minutes']).toBeGreaterThan(0);
    for (const [, used = ''] of text.matchAll(/uses: (.*)/g)) {
      expect(used).toMatch(
        /@[0-9a-f]{40} # v\d+\.\d+\.\d+$|^OWNER\/deploy-ai-platform@FULL_COMMIT_SHA$/,
      );
    }
  },
);

test.each(names)('the deploy of %s works as it stands there', async (name) => {
  const result = await action.run(inputsOf(await read(name)), { env: { GITHUB_RUN_ID: name } });
  expectGoodManners(result);
  expect(result.outputs).toMatchObject({ status: 'deployed', state: 'READY' });
});

test('the workflow with a GPU gets the container and the host that it needs', async () => {
  const result = await action.run({ ...inputsOf(await read('gpu.yml')), model: 'gpu' });
  const [upload] = action.sent('POST', /models:upload/).slice(-1);
  expect(JSON.stringify(upload?.json)).toContain(
    'europe-docker.pkg.dev/vertex-ai/prediction/tf2-gpu.2-',
  );
  expect(new URL(result.outputs['predict_url'] ?? '').hostname).toMatch(
    /\.prediction\.vertexai\.goog$/,
  );
});
