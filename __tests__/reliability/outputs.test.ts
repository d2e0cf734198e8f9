import { writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { actionUnderTest, expectGoodManners } from '../action/action-under-test.ts';
import type { ActionUnderTest } from '../action/action-under-test.ts';
import { commandsIn } from '../report/runner-commands.ts';
import type { StepResult } from '../runner.ts';

// Outputs, summary and annotations, through the bundle: there after any end, and no longer than the runner takes.

let action: ActionUnderTest;

beforeAll(async () => {
  action = await actionUnderTest();
  await action.copyModel('xgboost', 'xgboost');
});

afterAll(async () => {
  await action[Symbol.asyncDispose]();
});

/** Runs a deploy whose new version answers with these predictions. */
async function predicting(model: string, predictions: readonly unknown[]): Promise<StepResult> {
  const fault = action.emulator.misbehave({
    method: 'POST',
    url: /:predict/,
    times: 9,
    action: {
      kind: 'replace-answer',
      status: 200,
      text: JSON.stringify({ predictions }),
      contentType: 'application/json',
    },
  });
  const test_instances = JSON.stringify(predictions.map(() => [1]));
  const result = await action.run({ model, source: 'xgboost', version: 'v1', test_instances });
  fault.stop();
  expect(fault.played).toBeGreaterThan(0);
  expectGoodManners(result);
  expect(result.errors.map(({ message }) => message)).toEqual([]);
  return result;
}

const bytesOf = (texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);

test('OUT-06 outputs stay far below a mebibyte together, and what is cut is still JSON', async () => {
  const result = await predicting('large', ['first', 'x'.repeat(30_000), '字'.repeat(2 ** 20)]);
  expect(JSON.parse(result.outputs['predictions'] ?? '')).toEqual(['first', 'x'.repeat(30_000)]);
  expect(bytesOf(Object.values(result.outputs))).toBeLessThan(200_000);
  expect(Buffer.byteLength(result.summary)).toBeLessThan(60_000);
});

test('OUT-09 lists are JSON, whatever their entries hold', async () => {
  const predictions = [
    'a,b',
    '"',
    "it's",
    '\\',
    'line\nnext\u2028',
    '::set-output name=x::y',
    '<<',
  ];
  const { outputs } = await predicting('quoted', predictions);
  expect(JSON.parse(outputs['predictions'] ?? '')).toEqual(predictions);
  const one = JSON.parse(outputs['result_json'] ?? '') as Record<string, unknown>;
  expect(JSON.parse(String(one['predictions']))).toEqual(predictions);
});

test.each([
  ['refused', {}, { machine_type: 'no-such' }, 'invalid-input'],
  [
    'ended by the server',
    { status: 403, body: { error: { code: 403, message: 'No.' } } },
    {},
    'permission',
  ],
] as const)(
  'OUT-07 all outputs are there after a deploy that was %s',
  async (kind, answer, inputs, code) => {
    const fault = action.emulator.misbehave({
      method: 'POST',
      url: /\/versions(\?|$)/,
      action: { kind: 'status', status: 500, ...answer },
    });
    const result = await action.run({
      model: `ends_${code}`.replace('-', '_'),
      source: 'xgboost',
      ...inputs,
    });
    fault.stop();
    expect(fault.played).toBe(kind !== 'refused' ? 1 : 0);
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({ status: 'failed', error_code: code, promoted: 'false' });
    // What is left is told by the summary and the annotation.
    expect(result.errors[0]?.message).toMatch(
      kind !== 'refused' ? /now: objects .*model/ : /nothing new/,
    );
  },
);

test('OUT-07 all outputs are there after a cancelled run', async () => {
  const fault = action.emulator.misbehave({
    url: /\/models/,
    action: { kind: 'delay', milliseconds: 60_000 },
  });
  const result = await action.run(
    { model: 'ends_cancelled', source: 'xgboost' },
    { signalAt: { line: /^Model: /, signal: 'SIGTERM' } },
  );
  expect(fault.played).toBe(1);
  fault.stop();
  expectGoodManners(result);
  expect(result.outputs).toMatchObject({ status: 'cancelled', error_code: 'cancelled' });
  expect(result.summary).toContain('nothing was created or changed');
});

describe('without the files of the runner', () => {
  const nowhere = join('no', 'such', 'file');
  test.each([
    ['are not given', { GITHUB_OUTPUT: '', GITHUB_STATE: '', GITHUB_STEP_SUMMARY: '' }],
    ['are gone', { GITHUB_OUTPUT: nowhere, GITHUB_STATE: nowhere, GITHUB_STEP_SUMMARY: nowhere }],
    ['cannot be written', { GITHUB_OUTPUT: '.', GITHUB_STATE: '.', GITHUB_STEP_SUMMARY: '.' }],
  ])('OUT-08 a deploy is done although the runner’s files %s, and says so', async (how, env) => {
    const model = `files_${how.replaceAll(' ', '_')}`;
    const result = await action.run({ model, source: 'xgboost', version: 'v1' }, { env });
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toBe('');
    expect(result.outputs).toEqual({});
    expect(result.errors).toEqual([]);
    expect(result.warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^Could not write the outputs of this step: /),
      expect.stringMatching(/^Could not write the summary of this step: /),
    ]);
    const said = new Set(commandsIn(result.lines.join('\n')));
    expect([...said].toSorted()).toEqual(
      ['debug', 'endgroup', 'group', 'notice', 'warning'].filter((name) => said.has(name)),
    );
    const version = await action.read(`models/${model}/versions/v1`);
    expect(version).toMatchObject({ state: 'READY', isDefault: true });
  });
});

test('OUT-11 a summary of 10,000 files is short, and has their number', async () => {
  await action.copyModel('tensorflow/export/1700000000', 'many');
  const directory = join(action.workspace, 'many', 'assets');
  await mkdir(directory, { recursive: true });
  for (let index = 0; index < 10_000; index += 1) {
    writeFileSync(join(directory, `${index}.txt`), '');
  }
  const result = await action.run({
    ...{ model: 'many', source: 'many', dry_run: 'true' },
    platform: 'vertex-ai',
  });
  expectGoodManners(result);
  expect(result.outputs['status']).toBe('planned');
  expect(Buffer.byteLength(result.summary)).toBeLessThan(60_000);
  expect(result.summary).toContain('10,005 files');
  expect(result.lines.length).toBeLessThan(100);
}, 60_000);

test('OUT-21 a thousand warnings are eight annotations and lines of the log', async () => {
  const env = Object.fromEntries(
    Array.from({ length: 1000 }, (_, index) => [`INPUT_MACHINE_TYPE${index}`, 'x']),
  );
  const result = await action.run({ model: 'm', source: 'xgboost', dry_run: 'true' }, { env });
  expectGoodManners(result);
  expect(result.warnings).toHaveLength(8);
  expect(result.warnings.length + result.notices.length).toBeLessThanOrEqual(10);
  expect(result.lines.filter((line) => line.startsWith('Warning: '))).toHaveLength(992);
});

(process.platform === 'win32' ? test.skip : test)(
  'OUT-21 a thousand bad files are one annotation, with their number',
  async () => {
    await action.copyModel('tensorflow/export/1700000000', 'bad');
    await action.write(
      Object.fromEntries(
        Array.from({ length: 1000 }, (_, index) => [`bad/assets/${index}\u0007.txt`, 'x']),
      ),
    );
    const result = await action.run({ model: 'm', source: 'bad' });
    expectGoodManners(result);
    expect(result.exitCode).toBe(1);
    expect(result.errors).toHaveLength(1);
    expect(result.errors[0]?.message.split('\n').length).toBeLessThan(40);
    expect(result.errors[0]?.message).toMatch(/1,?000|9\d\d more/);
  },
);

describe('a fault of our own', () => {
  test.each([
    ['an exception', 'throw new Error(message)'],
    ['a rejection that nobody handles', 'void Promise.reject(new Error(message))'],
    ['a rejection with something that is no error', 'void Promise.reject(message)'],
  ])('OUT-22 %s in our own code is one annotation, and the outputs are set', async (how, fault) => {
    const preload = join(action.workspace, 'preload.mjs');
    await writeFile(
      preload,
      `const write = process.stdout.write.bind(process.stdout);
       const message = 'n33dle\\n::error::forged';
       process.stdout.write = (text, ...rest) => {
         if (/^::group::Upload/.test(text)) setImmediate(() => { ${fault}; });
         return write(text, ...rest);
       };`,
    );
    const result = await action.run(
      { model: `fault_${how.length}`, source: 'xgboost', version: 'v1' },
      { env: { NODE_OPTIONS: `--import=${pathToFileURL(preload).href}` } },
    );
    expectGoodManners(result);
    expect(result.exitCode).toBe(1);
    expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'internal' });
    expect(result.errors[0]?.message).toContain('n33dle');
    expect(result.log + result.summary).not.toMatch(/^\s+at /m);
    if (fault.includes('Error')) {
      const stack = result.commands.filter(({ name }) => name === 'debug');
      expect(stack.some(({ message }) => message.includes('preload.mjs'))).toBe(true);
    }
    expect(await action.read(`models/fault_${how.length}/versions/v1`)).toBeUndefined();
  });
});
