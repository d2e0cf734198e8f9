import { Failure } from '../../src/failure.ts';
import { explain, rules } from '../../src/report/explain.ts';
import { accessCases } from './explain-cases/access.ts';
import { closedCases } from './explain-cases/closed.ts';
import { nodeError, operationFailed, refused, storageRefused } from './explain-cases/case.ts';
import { identityCases } from './explain-cases/identity.ts';
import { loadCases } from './explain-cases/load.ts';
import { machineCases } from './explain-cases/machine.ts';
import { storageCases } from './explain-cases/storage.ts';
import { versionCases } from './explain-cases/version.ts';
import { plan, request } from './records.ts';

const cases = [
  ...closedCases,
  ...versionCases,
  ...loadCases,
  ...storageCases,
  ...identityCases,
  ...accessCases,
  ...machineCases,
];

describe('the words for what goes wrong', () => {
  test.each(cases.map((each, index) => [`${each.rule} (${index + 1})`, each] as const))(
    '%s',
    (_, { error, rule, code, what, next }) => {
      expect(explain(error, { request, plan })).toMatchObject({ rule, code, what, next });
    },
  );

  test('every rule has a case, and its own name', () => {
    const covered = new Set(cases.map(({ rule }) => rule));
    expect(rules.map(({ id }) => id).filter((id) => !covered.has(id))).toEqual([]);
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  });
});

describe('why', () => {
  test('is in the words of the service, with its answer', () => {
    const error = refused('GET /v1/projects/acme/models/fraud', 403, 'PERMISSION_DENIED', 'No.');
    expect(explain(error, {}).why).toBe('AI Platform answered 403 PERMISSION_DENIED: No.');
  });

  test('is in the words of the operation, without an HTTP status', () => {
    expect(explain(operationFailed('No.', 'INTERNAL'), {}).why).toBe(
      'AI Platform answered INTERNAL: No.',
    );
  });

  test('names the closing and its day, and what was answered', () => {
    const error = refused('GET /v1/projects/acme/models', 404, 'NOT_FOUND', 'Not found.');
    expect(explain(error, {}).why).toBe(
      'Google shut AI Platform Prediction down on 31 January 2025. It now answers 404: Not found.',
    );
  });

  test('never holds a stack', () => {
    const error = new Error('x');
    error.stack = 'Error: x\n    at secret.ts:1:1';
    expect(JSON.stringify(explain(error, {}))).not.toContain('secret.ts');
  });
});

describe('what a rule must not mistake', () => {
  test('one model that is not there is no closed service', () => {
    const error = refused('GET /v1/projects/acme/models/fraud', 404, 'NOT_FOUND', 'Not found.');
    expect(explain(error, {}).code).toBe('not-found');
  });

  test('a missing bucket is no missing model', () => {
    const error = storageRefused(
      'GET /storage/v1/b/other-bucket/o',
      404,
      'notFound',
      'The specified bucket does not exist.',
    );
    expect(explain(error, { request, plan }).what).toBe(
      'The bucket gs://other-bucket does not exist.',
    );
  });

  test('a rate limit that comes as 403 is a quota, not a permission', () => {
    const error = refused('GET /v1/projects/acme/models/fraud', 403, 'PERMISSION_DENIED', 'Slow.', [
      { reason: 'RATE_LIMIT_EXCEEDED' },
    ]);
    expect(explain(error, {}).code).toBe('quota');
  });

  test('codes are found in the chain of causes', () => {
    const error = new Error('a', {
      cause: new Error('b', { cause: nodeError('ENOSPC', 'full') }),
    });
    expect(explain(error, {}).rule).toBe('disk-full');
  });

  test('a chain of causes that bites its own tail ends', () => {
    const error = new Error('round');
    error.cause = error;
    expect(explain(error, {}).code).toBe('internal');
  });
});

describe('names that are not known', () => {
  test('are words in capitals, to be replaced', () => {
    const error = operationFailed('Create Version failed. Bad model detected with error:  "x"');
    expect(explain(error, {})).toMatchObject({
      what: 'Version "VERSION" of model "MODEL" could not load its model with the chosen runtime.',
      next: 'Train it again with the versions of the runtime, or set `runtime_version` to the runtime that holds the version the model was trained with.',
    });
  });

  test('are read from the request that failed where they can be', () => {
    const error = refused('GET /v1/projects/p%2D1/models/m/versions/v9', 404, 'NOT_FOUND', 'No.');
    expect(explain(error, {}).what).toBe(
      'Version "v9" of model "m" is not there, in region "REGION" of project "p-1".',
    );
  });

  test('are quoted when they stand in a command', () => {
    const error = refused(
      'POST /v1/projects/p/models/m/versions',
      409,
      'ALREADY_EXISTS',
      'Is there.',
    );
    const hostile = { ...plan, version: { ...plan.version, id: 'v3; rm -rf ~' } };
    expect(explain(error, { request, plan: hostile }).next).toContain(
      "gcloud ai-platform versions delete 'v3; rm -rf ~' --model=m",
    );
  });
});

describe('what a look around found', () => {
  const missing = refused('GET /v1/projects/acme/models/fraud', 404, 'NOT_FOUND', 'Not found.');

  test('says which region to set when the model is in another one', () => {
    expect(explain(missing, { request, findings: { modelIsIn: ['europe-west4'] } }).next).toBe(
      'Model "fraud" is in europe-west4: set `region: europe-west4`.',
    );
    const failure = new Failure({ code: 'not-found', what: 'A.', why: 'B.', next: 'C.' });
    expect(explain(failure, { request, findings: { modelIsIn: ['global', 'us-east1'] } })).toEqual({
      ...{ code: 'not-found', what: 'A.', why: 'B.', reasons: [] },
      next: 'Model "fraud" is in global, us-east1: set `region` to the one that is meant.',
    });
  });

  test('of nothing changes nothing', () => {
    const { next, reasons } = explain(missing, { request, findings: { modelIsIn: [] } });
    expect(next).toContain('A model is seen only through the endpoint that it was made on.');
    expect(reasons).toBeUndefined();
  });

  test('lists what holds a quota', () => {
    const full = refused(
      'POST /v1/projects/acme/models/fraud/versions',
      429,
      'RESOURCE_EXHAUSTED',
      'Exceeded the max allowed number of versions per project: 200.',
    );
    expect(
      explain(full, { request, findings: { holders: ['version v1', '3 more'] } }),
    ).toMatchObject({
      rule: 'project-quota',
      reasons: ['Held by version v1', 'Held by 3 more'],
    });
  });
});

test('our own failures are told as they are', () => {
  const parts = {
    code: 'verification' as const,
    what: 'A.',
    why: 'B.',
    reasons: ['1', '2'],
    next: 'C.',
  };
  expect(explain(new Failure(parts), {})).toEqual(parts);
});

test.each([
  [new Error('Cannot read properties of undefined'), 'Cannot read properties of undefined'],
  ['a text', 'a text'],
  [undefined, 'undefined'],
])('what nobody expected is internal (%#)', (thrown, why) => {
  expect(explain(thrown, {})).toEqual({
    code: 'internal',
    what: 'The deploy failed.',
    why,
    next: 'This is not expected. Run the job again with debug logging, and report it with its log if it happens again.',
  });
});
