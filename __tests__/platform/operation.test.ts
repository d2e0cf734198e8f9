import { openRest } from '../../src/platform/rest.ts';
import { awaitOperation, pollDelay } from '../../src/platform/operation.ts';
import type { JsonObject } from '../../src/world.ts';
import { scriptedServer } from '../scripted-server.ts';
import type { Answer } from '../scripted-server.ts';
import { fakeClock, testWorld } from '../test-world.ts';

const NAME = 'projects/p/operations/create_m_v-1';
const RUNNING: Answer = { status: 200, json: { name: NAME } };
const DONE: Answer = { status: 200, json: { name: NAME, done: true, response: { name: 'v' } } };

async function wait(
  answers: readonly Answer[],
  timeoutSeconds = 3600,
  state?: () => Promise<string | undefined>,
): Promise<{
  end: JsonObject | 'not-found' | undefined;
  error: unknown;
  polls: number;
  seconds: number;
  said: string[];
}> {
  await using server = await scriptedServer({ [`GET /v1/${NAME}`]: answers });
  const clock = fakeClock();
  const world = testWorld({ clock });
  const said: string[] = [];
  const rest = openRest('AI Platform', server.origin, world);
  let end: JsonObject | 'not-found' | undefined;
  let error: unknown;
  try {
    end = await awaitOperation(
      rest,
      `/v1/${NAME}`,
      NAME,
      {
        service: 'AI Platform',
        subject: 'version v of model m',
        deadline: timeoutSeconds * 1000,
        resume: 'Look again.',
        say: (line) => said.push(line),
        ...(state !== undefined && { state }),
      },
      world,
    );
  } catch (reason) {
    error = reason;
  }
  return { end, error, polls: server.requests.length, seconds: clock.elapsed() / 1000, said };
}

test('an operation that is done at the first look costs no sleep', async () => {
  expect(await wait([DONE])).toMatchObject({ end: { done: true }, polls: 1, seconds: 0 });
});

test('its end is noticed on average within 2 s or 5 % of its length, in fewer than 60 looks in 20 minutes', () => {
  let waited = 0;
  let looks = 1;
  while (waited < 1_200_000) {
    const delay = pollDelay(waited, () => 0.5);
    expect(delay / 2).toBeLessThanOrEqual(Math.max(2000, 0.05 * (waited + delay)));
    waited += delay;
    looks += 1;
  }
  expect(looks).toBeLessThanOrEqual(60);
});

test.each([
  ['a 503', { status: 503, text: '' }],
  ['a 500', { status: 500, text: '' }],
  ['a 502 in HTML', { status: 502, text: '<html>Bad Gateway</html>' }],
  ['a 429', { status: 429, json: {} }],
  ['a lost connection', { cut: 'before-headers' }],
  ['a cut answer', { cut: 'in-body' }],
  ['an answer that is no JSON', { status: 200, text: '{"name' }],
] as const)('%s does not end the wait', async (_, fault) => {
  const { end } = await wait([RUNNING, fault, fault, DONE]);
  expect(end).toMatchObject({ done: true });
});

test('a service that is silent for minutes is said once, and once when it is back', async () => {
  const silence = Array.from({ length: 48 }, () => ({ status: 503, text: 'down' }));
  const { end, said } = await wait([RUNNING, ...silence, DONE]);
  expect(end).toMatchObject({ done: true });
  expect(said.filter((line) => line.includes('does not answer'))).toHaveLength(1);
  expect(said.filter((line) => line.includes('answers again'))).toHaveLength(1);
});

test('a 404 is forgiven for a minute, then the resource has to tell', async () => {
  const missing: Answer = {
    status: 404,
    json: { error: { code: 404, status: 'NOT_FOUND', message: 'No.' } },
  };
  expect((await wait([missing, missing, DONE])).end).toMatchObject({ done: true });
  const lost = await wait([missing]);
  expect(lost.end).toBe('not-found');
  expect(lost.seconds).toBeGreaterThanOrEqual(60);
});

test('a right that is withdrawn ends the wait', async () => {
  const { error } = await wait([
    RUNNING,
    { status: 403, json: { error: { status: 'PERMISSION_DENIED', message: 'No.' } } },
  ]);
  expect(error).toMatchObject({ httpStatus: 403 });
});

test('the error of the operation is the failure, in its own words', async () => {
  const { error } = await wait([
    RUNNING,
    {
      status: 200,
      json: { name: NAME, done: true, error: { code: 9, message: 'Bad model detected.' } },
    },
  ]);
  expect(error).toMatchObject({
    status: 'FAILED_PRECONDITION',
    serverMessage: 'Bad model detected.',
  });
});

test('the deadline is kept, and the failure says how to go on', async () => {
  const { error, seconds } = await wait([RUNNING], 90);
  expect(error).toMatchObject({ code: 'timeout', next: 'Look again.' });
  expect(seconds).toBe(90);
});

test('a long wait says each minute that it goes on, and no more', async () => {
  const { said, seconds } = await wait([RUNNING], 1200);
  expect(seconds).toBe(1200);
  expect(said.length).toBeGreaterThanOrEqual(17);
  expect(said.length).toBeLessThanOrEqual(20);
  expect(said[0]).toMatch(/^Still waiting for version v of model m: 1 min \d+ s so far\.$/);
});

test('the line of each minute says the state, where it can be told', async () => {
  const states = ['CREATING', undefined];
  const { said } = await wait([RUNNING], 200, () => {
    if (states.length === 0) return Promise.reject(new Error('No answer.'));
    return Promise.resolve(states.shift());
  });
  expect(said).toEqual([
    expect.stringMatching(
      /^Still waiting for version v of model m: CREATING, 1 min \d+ s so far\.$/,
    ),
    expect.stringMatching(/^Still waiting for version v of model m: 2 min \d+ s so far\.$/),
    expect.stringMatching(/^Still waiting for version v of model m: 3 min \d+ s so far\.$/),
  ]);
});
