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
    what: 'The deploy is refused because of `nodes`.',
    why: 'nodes: `0`: must be 1 or more.',
    next: 'Correct `nodes` and run again.',
    reasons: [],
  });
});

test('the cure of one fault is what to do next, and is not said twice', () => {
  const failureWith = (problem: string): Failure => failureOf([{ ...wrong, problem }]);
  expect(failureWith('no such type; did you mean n1?')).toMatchObject({
    why: 'nodes: `0`: no such type.',
    next: 'Did you mean n1? Correct `nodes` and run again.',
  });
  expect(failureWith('bad; use 1. (Or 2.)').next).toBe('Use 1. (Or 2.)');
  expect(failureWith('too few; there are 2; leave it out, or give both; use it')).toMatchObject({
    why: 'nodes: `0`: too few; there are 2.',
    next: 'Leave it out, or give both; use it.',
  });
});

test.each([
  'has "x; use y" in it',
  'has `x; use y` in it',
  'is wrong (small; use more)',
  'is wrong; useful it is not',
  `is wrong; use ${'x'.repeat(400)}`,
])('what is no cure, or has no room, stays where it is: %s', (problem) => {
  expect(failureOf([{ ...wrong, problem }])).toMatchObject({
    why: `nodes: \`0\`: ${problem}.`,
    next: 'Correct `nodes` and run again.',
  });
});

test('a cure that the fault brings comes instead', () => {
  expect(failureOf([{ ...wrong, problem: 'bad; use 1', next: 'Do this.' }])).toMatchObject({
    why: 'nodes: `0`: bad; use 1.',
    next: 'Do this.',
  });
});

test('several faults are listed', () => {
  const failure = failureOf([wrong, { input: 'model', given: '', problem: 'is missing' }]);
  expect(failure.what).toBe('The deploy is refused for 2 reasons.');
  expect(failure.why).toBe('These are the faults:');
  expect(failure.reasons).toEqual(['nodes: `0`: must be 1 or more', 'model: is missing']);
  expect(failure.next).toBe('Correct each of them and run again.');
});

test('a value with the mark that it would stand between stands in quotes', () => {
  expect(failureOf([{ ...wrong, given: 'a`b' }]).why).toBe('nodes: "a`b": must be 1 or more.');
});

test('what was given stays on its line and is cut where it is long', () => {
  const failure = failureOf([{ ...wrong, given: `a\n::error::b\u0007${'x'.repeat(500)}` }, wrong]);
  const lines = failure.reasons;
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^nodes: `a ::error::b x+…`: must be 1 or more$/);
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
  expect(failure.next).toBe('Do this. Correct each of them and run again. Do that.');
});

test('refuse throws it', () => {
  expect(() => refuse([wrong])).toThrow(Failure);
  expect(() => refuse([wrong])).toThrow('nodes: `0`: must be 1 or more.');
});
