import { ServiceError } from '../../src/failure.ts';
import { removed } from '../../src/platform/settle.ts';
import { fakeClock, testWorld } from '../test-world.ts';

function refused(httpStatus: number | undefined, status?: string): ServiceError {
  return new ServiceError({
    ...(status === undefined ? {} : { status }),
    service: 'AI Platform',
    request: 'DELETE /v1/projects/acme/models/fraud',
    host: 'ml.googleapis.com',
    serverMessage: 'No.',
    ...(httpStatus === undefined ? {} : { httpStatus }),
  });
}

const busy = [refused(409, 'ABORTED'), refused(400, 'FAILED_PRECONDITION')];

/** Removes something that is gone after so many milliseconds; how it ended, and after how long. */
async function removal(
  goneAfter: number,
  { asked, waited }: { asked?: Error | undefined; waited?: Error } = {},
): Promise<{ error?: unknown; milliseconds: number }> {
  const clock = fakeClock();
  const world = testWorld({ clock });
  const steps = {
    ask: () => (asked === undefined ? Promise.resolve({}) : Promise.reject(asked)),
    wait: () => (waited === undefined ? Promise.resolve() : Promise.reject(waited)),
    isGone: () => Promise.resolve(clock.elapsed() >= goneAfter),
  };
  try {
    await removed(steps, world);
    return { milliseconds: clock.elapsed() };
  } catch (error) {
    return { error, milliseconds: clock.elapsed() };
  }
}

describe('what is removed', () => {
  test.each(busy)('is asked for again while it is busy: $httpStatus $status', async (refusal) => {
    const clock = fakeClock();
    let asked = 0;
    const ask = (): Promise<object> => {
      asked += 1;
      return asked < 4 ? Promise.reject(refusal) : Promise.resolve({});
    };
    const isGone = (): Promise<boolean> => Promise.resolve(asked === 4);
    await removed(
      { ask: async () => ({ ...(await ask()) }), wait: () => Promise.resolve(), isGone },
      testWorld({ clock }),
    );
    expect(asked).toBe(4);
    expect(clock.elapsed()).toBeLessThan(10_000);
  });

  test('is asked for no more once it is gone, though it is said to be busy', async () => {
    const { error, milliseconds } = await removal(2000, { asked: busy[1] });
    expect(error).toBeUndefined();
    expect(milliseconds).toBeLessThan(5000);
  });

  test.each([
    ['reads lag behind its operation', 3000, {}],
    ['it is gone already, as the answer says', 0, { asked: refused(404) }],
    ['the answer is lost, and it is gone', 0, { asked: refused(503) }],
    ['its operation has failed, and it is gone', 0, { waited: refused(undefined) }],
    ['its operation may not be looked at', 40_000, { waited: refused(403) }],
  ])('is gone when %s', async (_, goneAfter, failures) => {
    const { error, milliseconds } = await removal(goneAfter, failures);
    expect(error).toBeUndefined();
    expect(milliseconds).toBeGreaterThanOrEqual(goneAfter);
    expect(milliseconds).toBeLessThanOrEqual(goneAfter * 2);
  });

  test.each([
    ['it is busy for ever', { asked: busy[0] }, { httpStatus: 409 }, 75_000],
    ['it was refused', { asked: refused(403) }, { httpStatus: 403 }, 0],
    ['its operation has failed', { waited: refused(undefined) }, { serverMessage: 'No.' }, 0],
    ['its operation may not be looked at', { waited: refused(403) }, { httpStatus: 403 }, 75_000],
    [
      'all is said to be done',
      {},
      { message: expect.stringContaining('still there') as unknown },
      10_000,
    ],
    [
      'it is said to be gone',
      { asked: refused(404) },
      { message: expect.stringContaining('still there') as unknown },
      10_000,
    ],
  ] as const)('is still there when %s: a failure', async (_, failures, error, most) => {
    const ended = await removal(Infinity, failures);
    expect(ended.error).toMatchObject(error);
    expect(ended.milliseconds).toBeLessThanOrEqual(most);
  });
});
