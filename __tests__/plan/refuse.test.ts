import { Failure } from '../../src/failure.ts';
import { failureOf, refuse } from '../../src/plan/refuse.ts';

const wrong = { input: 'nodes', given: '0', problem: 'must be 1 or more' };
const large = {
  code: 'too-large',
  input: 'source',
  given: 'model',
  problem: 'holds too much',
} as const;

test('one fault stands as it is', () => {
  expect(failureOf([wrong])).toMatchObject({
    code: 'invalid-input',
    what: 'The deploy is refused because of `nodes`; nothing was created.',
    why: 'nodes: 0: must be 1 or more.',
    next: 'Correct what is named here and run again.',
  });
});

test('several faults are listed', () => {
  const failure = failureOf([wrong, { input: 'model', given: '', problem: 'is missing' }]);
  expect(failure.what).toBe('The deploy is refused for 2 reasons; nothing was created.');
  expect(failure.reasons).toEqual(['nodes: 0: must be 1 or more', 'model: is missing']);
  expect(failure.next).toBe('Correct what is named here and run again.');
});

test('what was given stays on its line and is cut where it is long', () => {
  const failure = failureOf([{ ...wrong, given: `a\n::error::b\u0007${'x'.repeat(500)}` }, wrong]);
  const lines = failure.reasons;
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^nodes: a ::error::b x+…: must be 1 or more$/);
  expect(lines[0]?.length).toBeLessThan(250);
});

test('the code is that of the faults when they share it, else invalid-input', () => {
  expect(failureOf([large]).code).toBe('too-large');
  expect(failureOf([large, large]).code).toBe('too-large');
  expect(failureOf([large, wrong]).code).toBe('invalid-input');
});

test('the cures that faults bring are told, each once', () => {
  const failure = failureOf([
    { ...large, next: 'Do this.' },
    { ...large, next: 'Do this.' },
    wrong,
    { ...wrong, next: 'Do that.' },
  ]);
  expect(failure.next).toBe('Do this. Correct what is named here and run again. Do that.');
});

test('refuse throws it', () => {
  expect(() => refuse([wrong])).toThrow(Failure);
  expect(() => refuse([wrong])).toThrow('nodes: 0: must be 1 or more.');
});
