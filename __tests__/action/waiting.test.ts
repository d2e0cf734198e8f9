import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { actionUnderTest, expectGoodManners } from './action-under-test.ts';
import type { ActionUnderTest } from './action-under-test.ts';

// Patience: with a version that warms up, and with a service that takes hours, which the clock of the local Google
// Cloud lets pass.

const PYTHON = join(import.meta.dirname, '..', 'xgboost-in-node', 'python3');
const PROOF = join(import.meta.dirname, '..', '..', 'examples', 'models', 'proof', 'xgboost-json');
const HOUR = 3_600_000;
const describeHere = process.platform === 'win32' ? describe.skip : describe;

type Inputs = Readonly<Record<string, string>>;
type Result = Awaited<ReturnType<ActionUnderTest['run']>>;

const setUp = async (operationMilliseconds: number): Promise<ActionUnderTest> => {
  const action = await actionUnderTest({ python: PYTHON, operationMilliseconds });
  await action.copyModel('xgboost-json', 'boosted');
  return action;
};

let runId = 9100;

async function run(action: ActionUnderTest, inputs: Inputs): Promise<Result> {
  runId += 1;
  const result = await action.run(inputs, { env: { GITHUB_RUN_ID: String(runId) } });
  expectGoodManners(result);
  return result;
}

describeHere.each(['ai-platform', 'vertex-ai'])('a new version on %s', (platform) => {
  test('that is not known yet, and then busy, is asked again until it answers', async () => {
    await using action = await setUp(0);
    const answers = (status: number, word: string, after: number) =>
      action.emulator.misbehave({
        method: 'POST',
        url: /:predict$/,
        after,
        action: {
          kind: 'status',
          status,
          body: { error: { code: status, status: word, message: 'Not yet.' } },
        },
      });
    const faults = [answers(404, 'NOT_FOUND', 0), answers(503, 'UNAVAILABLE', 0)];
    const result = await run(action, {
      ...{ platform, model: 'warming', source: 'boosted', version: 'one' },
      test_instances: await readFile(join(PROOF, 'instances.json'), 'utf8'),
      expected_predictions: await readFile(join(PROOF, 'predictions.json'), 'utf8'),
    });
    expect(faults.map(({ played }) => played)).toEqual([1, 1]);
    expect(result.outputs).toMatchObject({ status: 'deployed', promoted: 'true' });
    expect(action.sent('POST', /:predict$/)).toHaveLength(3);
  });
});

describe.each(['ai-platform', 'vertex-ai'])(
  'a wait on %s that is over before the service is',
  (platform) => {
    test('is resumed from another job by what it left in the outputs', async () => {
      await using action = await setUp(HOUR);
      const begun = { platform, model: 'slow', source: 'boosted', version: 'one', timeout: '3s' };
      const first = await run(action, begun);
      expect(first.outputs).toMatchObject({
        status: 'timed-out',
        error_code: 'timeout',
        promoted: 'false',
      });
      expect(first.errors[0]?.message).toContain('operation');
      const { operation = '' } = first.outputs;
      expect(operation).toMatch(/^projects\/.*operations\//);

      action.emulator.shiftClock(2 * HOUR);
      const before = action.emulator.requests.length;
      const { model, version } = begun;
      const second = await run(action, { platform, model, version, operation });
      expect(second.outputs).toMatchObject({
        status: 'deployed',
        state: 'READY',
        promoted: 'true',
      });
      const creations = action.emulator.requests
        .slice(before)
        .filter(
          ({ method, url }) => method === 'POST' && /versions$|:upload|:deployModel/.test(url),
        );
      expect(creations).toEqual([]);
    });
  },
);
