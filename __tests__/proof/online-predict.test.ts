import { ServiceError } from '../../src/failure.ts';
import type { ServiceErrorParts } from '../../src/failure.ts';
import type { ProofRoute } from '../../src/platform/platform.ts';
import { proveOnline } from '../../src/proof/online-predict.ts';
import type { JsonObject } from '../../src/world.ts';
import { fakeClock, testWorld } from '../test-world.ts';

const proof = {
  instances: [[1]],
  expected: [1],
  tolerance: 0,
  signatureName: 'score',
  local: false,
};

const refusal = (parts: Partial<ServiceErrorParts>): ServiceError =>
  new ServiceError({
    service: 'AI Platform',
    request: 'POST /v1/projects/p/models/m/versions/v:predict',
    host: 'ml.googleapis.com',
    serverMessage: 'no',
    ...parts,
  });

/** A route that gives these answers, one after another, the last one for ever. */
function routeOf(
  answers: readonly (JsonObject | ServiceError | undefined)[],
  tries = 1,
): ProofRoute & { readonly asked: unknown[] } {
  const asked: unknown[] = [];
  return {
    asked,
    tries,
    predict: (instances, signatureName) => {
      const answer = answers[Math.min(asked.length, answers.length - 1)];
      asked.push([instances, signatureName]);
      return answer instanceof ServiceError ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
}

async function prove(route: ProofRoute) {
  const clock = fakeClock();
  const proven = await proveOnline(route, proof, undefined, testWorld({ clock }));
  return { ...proven, slept: clock.sleeps.length };
}

test('a good answer is kept, with how far it is off', async () => {
  const route = routeOf([{ predictions: [1] }]);
  const { result, predictions } = await prove(route);
  expect(result).toMatchObject({ verdict: 'good', instances: 1, maximumDifference: 0 });
  expect(predictions).toEqual([1]);
  expect(route.asked).toEqual([[[[1]], 'score']]);
});

test('a version that is not known yet is asked again for a minute', async () => {
  const notYet = refusal({ httpStatus: 404, serverMessage: 'not found' });
  const soon = await prove(routeOf([notYet, notYet, { predictions: [1] }]));
  expect(soon.result.verdict).toBe('good');
  expect(soon.slept).toBe(2);
  const never = await prove(routeOf([notYet]));
  expect(never.result).toMatchObject({ verdict: 'inconclusive', problems: ['not found'] });
  expect(never.slept).toBe(20);
});

test.each<[string, JsonObject | ServiceError, 'bad' | 'inconclusive']>([
  ['an error in the answer', { error: 'Prediction failed: …' }, 'bad'],
  ['an error that is no text', { error: { code: 1 } }, 'bad'],
  [
    'a refusal with the number of the library',
    refusal({ httpStatus: 500, serverMessage: 'Prediction failed: X (Error code: 2)' }),
    'bad',
  ],
  [
    'the error of a container',
    refusal({ httpStatus: 500, serverMessage: '{"error": "shape"}' }),
    'bad',
  ],
  ['400', refusal({ httpStatus: 400 }), 'bad'],
  [
    'NaN',
    refusal({
      transport: 'GARBLED',
      serverMessage: 'The answer with status 200 holds NaN or Infinity, which JSON does not have.',
    }),
    'bad',
  ],
  ['403', refusal({ httpStatus: 403 }), 'inconclusive'],
  ['503 after every try', refusal({ httpStatus: 503 }), 'inconclusive'],
  ['no answer', refusal({ transport: 'ECONNRESET' }), 'inconclusive'],
])('%s is %s', async (_, answer, verdict) => {
  const { result, predictions } = await prove(routeOf([answer]));
  expect(result.verdict).toBe(verdict);
  expect(result.problems).toHaveLength(1);
  expect(predictions).toBeUndefined();
});

test('where traffic is split, it is asked until the new version answers', async () => {
  const route = routeOf([undefined, undefined, { predictions: [1] }], 10);
  expect((await prove(route)).result.verdict).toBe('good');
  expect(route.asked).toHaveLength(3);
});

test('a version that is never met is no verdict on it', async () => {
  const route = routeOf([undefined], 10);
  const { result } = await prove(route);
  expect(result.verdict).toBe('inconclusive');
  expect(result.problems[0]).toContain('None of 10 answers came from the new version');
  expect(route.asked).toHaveLength(10);
});
