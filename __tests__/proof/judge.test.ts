import type { Tensor } from '../../src/artifact/artifact.ts';
import { judge } from '../../src/proof/judge.ts';
import type { ProofRequest } from '../../src/request/deploy-request.ts';
import type { Json } from '../../src/world.ts';

const asking = (parts: Partial<ProofRequest> = {}): ProofRequest => ({
  instances: [[1], [2]],
  expected: undefined,
  tolerance: 0.001,
  signatureName: undefined,
  local: false,
  ...parts,
});

const score: Tensor = { key: 'score', name: 'score:0', dtype: 'float32', shape: [-1, 2] };
const label: Tensor = { key: 'label', name: 'label:0', dtype: 'string', shape: [-1] };

describe('an answer without expectations', () => {
  test.each<[string, Json, readonly Tensor[] | undefined]>([
    ['numbers', [0.1, 0.2], undefined],
    [
      'lists of one length',
      [
        [1, 2],
        [3, 4],
      ],
      undefined,
    ],
    ['text', ['a', 'b'], undefined],
    [
      'the only output as a bare value',
      [
        [1, 2],
        [3, 4],
      ],
      [score],
    ],
    ['the only output by name', [{ score: [1, 2] }, { score: [3, 4] }], [score]],
    [
      'all outputs',
      [
        { score: [1, 2], label: 'a' },
        { score: [3, 4], label: 'b' },
      ],
      [score, label],
    ],
  ])('is good with %s', (_, predictions, outputs) => {
    expect(judge(predictions, asking(), outputs)).toEqual({ problems: [] });
  });

  test.each<[string, Json | undefined, readonly Tensor[] | undefined, string]>([
    ['no list', undefined, undefined, 'The answer has no list of predictions.'],
    ['an object', { a: 1 }, undefined, 'The answer has no list of predictions.'],
    ['too few', [1], undefined, 'The answer has 1 predictions for 2 instances.'],
    ['null', [1, null], undefined, 'predictions[1] is null, which is no number.'],
    ['NaN as text', [['NaN'], [1]], undefined, 'predictions[0][0] is NaN, which is no number.'],
    ['lists of two lengths', [[1], [1, 2]], undefined, 'predictions[1] is a list of 2, and'],
    ['other keys', [{ a: 1 }, { b: 1 }], undefined, 'predictions[1] is an object of b, and'],
    [
      'a size that is not promised',
      [[1, 2], [3]],
      [score],
      'predictions[1] is a list of 1, and the signature promises the shape [2].',
    ],
    [
      'a value for a list',
      [1, 2],
      [score],
      'predictions[0] is a number, and the signature promises the shape [2].',
    ],
    ['a list for a value', [['a'], ['b']], [label], 'promises a single value'],
    [
      'a missing output',
      [{ score: [1, 2] }, { score: [1, 2], label: 'b' }],
      [score, label],
      'predictions[0] lacks the output label.',
    ],
    [
      'a bare value of two outputs',
      [1, 2],
      [score, label],
      'the signature has the outputs score, label.',
    ],
  ])('is bad with %s', (_, predictions, outputs, problem) => {
    const { problems } = judge(predictions, asking(), outputs);
    expect(problems.join('\n')).toContain(problem);
  });

  test('tells at most five things that are wrong, and how many more there are', () => {
    const instances = Array.from({ length: 9 }, () => [1]);
    const { problems } = judge(
      Array.from({ length: 9 }, () => null),
      asking({ instances }),
      undefined,
    );
    expect(problems).toHaveLength(6);
    expect(problems[5]).toBe('… and 4 more of this kind.');
  });
});

describe('an answer that is expected', () => {
  test.each<[string, Json, readonly Json[], number]>([
    ['within the absolute tolerance', [0.1, 0.2], [0.1005, 0.1995], 0.0005],
    ['within the relative tolerance', [1000, 2], [1000.9, 2], 0.9],
    ['equal text', ['a', 'b'], ['a', 'b'], 0],
    ['NaN where NaN is expected', ['NaN', 1], ['NaN', 1], 0],
    ['objects in another order', [{ a: 1, b: 2 }, 1], [{ b: 2, a: 1 }, 1], 0],
  ])('is good: %s', (_, predictions, expected, difference) => {
    const judged = judge(predictions, asking({ expected }), undefined);
    expect(judged.problems).toEqual([]);
    expect(judged.maximumDifference).toBeCloseTo(difference, 9);
  });

  test('is good by name or bare, where the signature has one output', () => {
    const expected = [{ score: [1, 2] }, [3, 4]];
    expect(judge([[1, 2], { score: [3, 4] }], asking({ expected }), [score]).problems).toEqual([]);
  });

  test.each<[string, Json, readonly Json[], string]>([
    [
      'a number that is off',
      [0.1, 0.2],
      [0.1, 0.9],
      'predictions[1] is 0.2, and 0.9 was expected.',
    ],
    ['another word', ['a', 'b'], ['a', 'c'], 'predictions[1] is "b", and "c" was expected.'],
    ['a number as text', [1, '2'], [1, 2], 'predictions[1] is "2", and 2 was expected.'],
    [
      'another length',
      [[1], [1, 2]],
      [[1], [1]],
      'predictions[1] has 2 entries, and 1 were expected.',
    ],
    [
      'a missing key',
      [{ a: 1 }, 1],
      [{ a: 1, b: 2 }, 1],
      'predictions[0].b is missing, and 2 was expected.',
    ],
    [
      'a key too many',
      [{ a: 1, b: 2 }, 1],
      [{ a: 1 }, 1],
      'predictions[0].b is 2, and missing was expected.',
    ],
    ['a list for a number', [[1], 1], [1, 1], 'predictions[0] is [1], and 1 was expected.'],
  ])('is bad: %s', (_, predictions, expected, problem) => {
    expect(judge(predictions, asking({ expected }), undefined).problems).toEqual([problem]);
  });

  test('is exact with a tolerance of zero', () => {
    const exact = asking({ expected: [1, 1 + Number.EPSILON], tolerance: 0 });
    expect(judge([1, 1], exact, undefined).problems).toHaveLength(1);
  });
});
