import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmulator } from '../../emulator/emulator.ts';
import { tidy } from '../../src/tidy.ts';
import {
  actionUnderTest,
  BUCKET,
  expectGoodManners,
  PROJECT,
} from '../action/action-under-test.ts';
import type { ActionUnderTest } from '../action/action-under-test.ts';
import { recordingRunner, testWorld } from '../test-world.ts';

// What GitHub's runner does to a job that is cancelled or out of time: SIGINT, SIGTERM, SIGKILL, then post.

const describeHere = process.platform === 'win32' ? describe.skip : describe;

let action: ActionUnderTest;

beforeAll(async () => {
  action = await actionUnderTest({ operationMilliseconds: 600 });
  await action.copyModel('xgboost', 'xgboost');
});

afterAll(async () => {
  await action[Symbol.asyncDispose]();
});

const changes = (): readonly string[] =>
  action.emulator.requests
    .filter(({ method }) => method !== 'GET')
    .map(({ method, url }) => `${method} ${url}`);

describeHere('a signal', () => {
  test('CAN-01 before the first request leaves nothing, and says so', async () => {
    const before = changes().length;
    const inputs = { model: 'early', source: 'xgboost', version: 'v1' };
    const result = await action.run(inputs, {
      signalAt: { line: /Find the model and decide/, signal: 'SIGINT' },
    });
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({ status: 'cancelled', error_code: 'cancelled' });
    expect(result.errors[0]?.message).toContain('nothing was changed');
    expect(changes()).toHaveLength(before);
    expect((await action.post(inputs, result.state)).lines).toEqual([]);
  });

  test('CAN-02 in the middle of an upload leaves whole files only, named, and no version', async () => {
    await using slow = await actionUnderTest({ network: { latencyMilliseconds: 150 } });
    const names = Array.from({ length: 40 }, (_, index) => `model/assets/${index}.txt`);
    await slow.copyModel('tensorflow/export/1700000000', 'model');
    await slow.write(Object.fromEntries(names.map((name) => [name, name])));
    const inputs = { model: 'halfway', source: 'model', version: 'v1' };
    const result = await slow.run(inputs, {
      signalAt: { line: /::group::Upload|^Upload$/, signal: 'SIGINT' },
    });
    expectGoodManners(result);
    expect(result.outputs['status']).toBe('cancelled');
    const objects = await slow.objects('halfway/');
    // The file that makes it a model goes last, so that half an upload is none.
    expect(objects.filter((name) => name.endsWith('saved_model.pb'))).toEqual([]);
    expect(result.summary).toContain(`gs://${BUCKET}/halfway/v1/`);
    expect(slow.sent('POST', /\/versions/)).toEqual([]);
    const post = await slow.post(inputs, result.state);
    expect(post.warnings[0]?.message).toContain(`objects gs://${BUCKET}/halfway/v1/ (upload not`);
  });

  test('CAN-03 between the creation and its answer: the post step finds the version and deletes it', async () => {
    const inputs = { model: 'between', source: 'xgboost', version: 'v1' };
    const fault = action.emulator.misbehave({
      method: 'POST',
      url: /between\/versions$/,
      action: { kind: 'delay', milliseconds: 1500 },
    });
    const result = await action.run(inputs, {
      signalAt: { line: /Create the version/, signal: 'SIGINT' },
    });
    expectGoodManners(result);
    expect(result.outputs['status']).toBe('cancelled');
    const post = await action.post(inputs, result.state);
    expect(post.exitCode).toBe(0);
    // Asked for or not: nothing of it is left, or the post step has named it.
    expect(fault.played).toBeLessThanOrEqual(1);
    const left = await action.read('models/between/versions/v1');
    expect(left === undefined || post.log.includes('between/versions/v1')).toBe(true);
    expect(await action.read('models/between')).toBeUndefined();
  });

  test('CAN-07 that comes again ends the step at once; the post step does the rest', async () => {
    const inputs = { model: 'twice', source: 'xgboost', version: 'v1' };
    const hanging = action.emulator.misbehave({
      url: /twice/,
      after: 6,
      times: 99,
      action: { kind: 'delay', milliseconds: 4000 },
    });
    const result = await action.run(inputs, {
      signalAt: { line: /Watch it at/, signal: 'SIGINT' },
      signalAfter: { milliseconds: 1500, signal: 'SIGTERM' },
    });
    hanging.stop();
    expect(result.exitCode).toBe(1);
    await action.post(inputs, result.state);
    expect(await action.read('models/twice')).toBeUndefined();
  });

  test('CAN-09 of a step that ran out of time is told as the end of the time', async () => {
    const inputs = { model: 'late', source: 'xgboost', version: 'v1' };
    const result = await action.run(inputs, {
      signalAt: { line: /Watch it at/, signal: 'SIGINT' },
    });
    expectGoodManners(result);
    expect(result.errors[0]?.message).toContain('somebody cancelled the job, or its time was up');
    expect(result.summary).toContain('Cancelled');
    await action.post(inputs, result.state);
    expect(await action.read('models/late')).toBeUndefined();
  });

  test('CAN-11 that nobody tidied up after is met by the next run, which adopts or tells what is there', async () => {
    const inputs = { model: 'forced', source: 'xgboost', version: 'v1' };
    const killed = await action.run(inputs, {
      signalAt: { line: /Watch it at/, signal: 'SIGKILL' },
    });
    expect(killed.exitCode).toBeNull();
    const another = await action.run(inputs, { env: { GITHUB_RUN_ID: '5001' } });
    expect(another.outputs['error_code']).toBe('conflict');
    expect(another.errors[0]?.message).toContain('`v1`: exists already');
    const again = await action.run(inputs, { env: { GITHUB_RUN_ATTEMPT: '2' } });
    expect(again.outputs).toMatchObject({ state: 'READY', promoted: 'true' });
  });
});

test('CAN-08 a service that hangs while it is tidied up keeps nobody waiting, and what is left is named', async () => {
  const emulator = await startEmulator({ buckets: [BUCKET] });
  try {
    const hanging = emulator.misbehave({
      url: /./,
      times: 99,
      action: { kind: 'delay', milliseconds: 60_000 },
    });
    const runner = recordingRunner();
    const name = `projects/${PROJECT}/models/stuck/versions/v1`;
    const state = {
      status: 'cancelled',
      made: [
        { kind: 'version', name, state: 'CREATING', undo: 'gcloud ai-platform versions delete v1' },
      ],
      plan: { version: { id: 'v1' } },
      platform: { version: 'v1', versionIsNew: true, modelIsNew: true },
    };
    const environment = {
      ...emulator.environment(),
      INPUT_MODEL: 'stuck',
      INPUT_SOURCE: 'model',
      INPUT_PROJECT_ID: PROJECT,
      STATE_deploy: JSON.stringify(state),
    };
    await tidy(testWorld({ environment, runner }), 300);
    expect(hanging.played).toBeGreaterThan(0);
    const said = runner.lines.join('\n');
    expect(said).toContain('Tidying up ended early.');
    expect(said).toContain(`This deploy was broken off and left: version ${name} (CREATING)`);
  } finally {
    await emulator.close();
  }
});

test('CAN-12 Ctrl-C and Ctrl-Break of Windows are handled like the signals of the others', async () => {
  const doorstep = await readFile(join(import.meta.dirname, '..', '..', 'src', 'index.ts'), 'utf8');
  expect(doorstep).toContain("['SIGINT', 'SIGTERM', 'SIGBREAK']");
});
