import { annotationOf } from '../../src/report/annotation.ts';
import { begun, failed, request } from './records.ts';
import { commandsIn } from './runner-commands.ts';

test('a failure is told in four parts', () => {
  expect(annotationOf(failed())).toEqual({
    title: 'Deploy failed: fraud v3',
    text: [
      'What: The model was written with pickle protocol 5.',
      'Why: AI Platform answered FAILED_PRECONDITION: unsupported pickle protocol: 5 @octo',
      'Exists now: version v3 (FAILED); objects gs://acme-aiplatform/fraud/v3/ (2 files, 1.2 MB). Version v2 serves as before. The job summary has the commands that undo it.',
      'Next: Write it with `pickle.dump(model, file, protocol=4)`.',
    ].join('\n'),
  });
});

test('a failure before anything was made says so', () => {
  const record = {
    ...begun(),
    status: 'failed' as const,
    request,
    failure: { code: 'artifact' as const, what: 'No model.', why: 'Empty.', next: 'Train.' },
  };
  expect(annotationOf(record)).toEqual({
    title: 'Deploy failed: fraud',
    text: 'What: No model.\nWhy: Empty.\nExists now: nothing new; nothing was changed.\nNext: Train.',
  });
});

test.each([
  ['timed-out', 'Deploy timed out: fraud v3'],
  ['cancelled', 'Deploy cancelled: fraud v3'],
  ['rolled-back', 'Deploy rolled back: fraud v3'],
  [undefined, 'Deploy failed: fraud v3'],
] as const)('the title tells the status %s', (status, title) => {
  expect(annotationOf({ ...failed(), status }).title).toBe(title);
});

test('a run that failed before it had a name still has a title', () => {
  expect(annotationOf(begun()).title).toBe('Deploy failed');
});

test('the first version of a model serves although the run failed later', () => {
  const record = failed();
  const version = {
    state: 'READY',
    serves: true,
    errorMessage: undefined,
    machineType: undefined,
  };
  const { text } = annotationOf({ ...record, version });
  expect(text).toContain(' v3 serves. The job summary');
});

test('long parts stay under 1,000 characters, and what to do next is kept whole', () => {
  const next = `Grant it: \`${'g'.repeat(360)}\`.`;
  const { title, text } = annotationOf({
    ...failed(),
    request: { ...request, model: 'm'.repeat(128) },
    failure: { code: 'internal', what: 'w'.repeat(5000), why: 'y'.repeat(5000), next },
  });
  expect(title).toHaveLength(120);
  expect(text.length).toBeLessThanOrEqual(1000);
  expect(text).toContain(`Next: ${next}`);
  expect(text).toMatch(/^Why: y{50,}…$/m);
});

test('text from outside makes neither commands nor lines', () => {
  const { text } = annotationOf({
    ...failed(),
    failure: {
      code: 'internal',
      what: '::add-mask::a\n::error::b',
      why: 'x\r\n##[set-output name=y;]z',
      next: '\u2028::debug::c',
    },
  });
  expect(text.split('\n')).toHaveLength(4);
  expect(commandsIn(text)).toEqual([]);
});

test('several reasons are told whole, each on its line', () => {
  const reasons = Array.from(
    { length: 31 },
    (_, index) => `input_${index}: wrong\n::error::forged`,
  );
  const failure = {
    code: 'invalid-input' as const,
    what: 'Refused.',
    why: 'All wrong:',
    reasons,
    next: 'Correct.',
  };
  const lines = annotationOf({ ...begun(), failure }).text.split('\n');
  expect(lines).toHaveLength(3 + 1 + 30 + 1);
  expect(lines[2]).toMatch(/^1\. input_0: wrong .*forged$/);
  expect(lines[32]).toBe('… and 1 more, in the job summary.');
});
