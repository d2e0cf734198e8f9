import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startEmulator } from '../../emulator/emulator.ts';
import type { Emulator, EmulatorOptions, RecordedRequest } from '../../emulator/exchange.ts';
import { outputNames } from '../../src/report/outputs.ts';
import { runPost, runStep } from '../runner.ts';
import type { Step, StepResult } from '../runner.ts';

const MODELS = join(import.meta.dirname, '..', '..', 'examples', 'models');

/** Project and bucket that the tests deploy to. */
export const PROJECT = 'acme-models';
export const BUCKET = 'acme-models-aiplatform';

/** The committed bundle, a local Google Cloud that it is pointed at, and a workspace with real models. */
export interface ActionUnderTest extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly workspace: string;
  run(inputs: Readonly<Record<string, string>>, step?: Partial<Step>): Promise<StepResult>;
  /** The `post:` step of a step with these inputs, after a main step that saved this state. */
  post(
    inputs: Readonly<Record<string, string>>,
    state: StepResult['state'],
    step?: Partial<Step>,
  ): Promise<StepResult>;
  /** Writes files into the workspace, by relative path. */
  write(files: Readonly<Record<string, string | Buffer>>): Promise<void>;
  /** Copies one of `examples/models` into the workspace. */
  copyModel(from: string, to: string): Promise<void>;
  /** Requests that matched, in order of arrival. */
  sent(method: string, url: RegExp): readonly RecordedRequest[];
  /** What the platform answers to a read, or `undefined` for 404. */
  read(path: string): Promise<Record<string, unknown> | undefined>;
  /** Names of the objects under a prefix. */
  objects(prefix: string): Promise<readonly string[]>;
}

export async function actionUnderTest(options: EmulatorOptions = {}): Promise<ActionUnderTest> {
  const emulator = await startEmulator({ buckets: [BUCKET], ...options });
  const workspace = await mkdtemp(join(tmpdir(), 'workspace-'));
  const get = async (url: string): Promise<Record<string, unknown> | undefined> => {
    const answer = await fetch(url);
    if (answer.status === 404) return undefined;
    return (await answer.json()) as Record<string, unknown>;
  };
  const stepOf = (inputs: Readonly<Record<string, string>>, step: Partial<Step>): Step => ({
    workspace,
    ...step,
    with: { project_id: PROJECT, ...inputs },
    env: { ...emulator.environment(), ...step.env },
  });
  return {
    emulator,
    workspace,
    run: (inputs, step = {}) => runStep(stepOf(inputs, step)),
    post: (inputs, state, step = {}) => runPost(stepOf(inputs, step), state),
    write: async (files) => {
      for (const [name, content] of Object.entries(files)) {
        const path = join(workspace, name);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, content);
      }
    },
    copyModel: async (from, to) => {
      await mkdir(dirname(join(workspace, to)), { recursive: true });
      await cp(join(MODELS, from), join(workspace, to), { recursive: true });
    },
    sent: (method, url) =>
      emulator.requests.filter((request) => request.method === method && url.test(request.url)),
    read: (path) => get(`${emulator.origin}/us-central1/v1/projects/${PROJECT}/${path}`),
    objects: async (prefix) => {
      const list = await get(
        `${emulator.origin}/storage/v1/b/${BUCKET}/o?prefix=${encodeURIComponent(prefix)}`,
      );
      const items = (list?.['items'] ?? []) as readonly { readonly name: string }[];
      return items.map((item) => item.name);
    },
    [Symbol.asyncDispose]: async () => {
      await emulator.close();
      await rm(workspace, { recursive: true, force: true });
    },
  };
}

/** What holds after every run, whatever its end: call it at the end of each case. */
export function expectGoodManners(result: StepResult): void {
  expect(result.stderr).toBe('');
  expect(Object.keys(result.outputs).sort()).toEqual([...outputNames].sort());
  expect(result.openGroups).toBe(0);
  expect(result.groups.length).toBeLessThanOrEqual(4);
  expect(result.errors).toHaveLength(result.exitCode === 0 ? 0 : 1);
  expect(result.outputs['error_code'] === '').toBe(result.exitCode === 0);
  const one = JSON.parse(result.outputs['result_json'] ?? '') as Record<string, unknown>;
  expect(one['status']).toBe(result.outputs['status']);
}
