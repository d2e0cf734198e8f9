import type { Artifact, Tensor } from '../../src/artifact/artifact.ts';
import { checkRules } from '../../src/plan/rules.ts';
import type { DeployRequest } from '../../src/request/deploy-request.ts';
import type { Json } from '../../src/world.ts';
import { sklearnPickle } from './model-rule-cases.ts';
import { plainRequest, savedModel } from './rule-cases.ts';

function taking(...inputs: readonly Omit<Tensor, 'name'>[]): Artifact {
  return {
    ...savedModel,
    savedModel: {
      tensorflowVersion: '2.11.0',
      tagSets: [['serve']],
      signatures: [
        {
          name: 'serving_default',
          methodName: 'tensorflow/serving/predict',
          inputs: inputs.map((input) => ({ name: `${input.key}:0`, ...input })),
          outputs: [],
        },
      ],
    },
  };
}

/** What is told of these instances, each fault as `given: problem`. */
function told(
  artifact: Artifact,
  instances: readonly Json[],
  request: Partial<DeployRequest> = {},
): readonly string[] {
  const proof = {
    instances,
    expected: undefined,
    tolerance: 1e-6,
    signatureName: undefined,
    local: false,
  };
  return checkRules({ request: { ...plainRequest, proof, ...request }, artifact })
    .filter(({ input }) => input === 'test_instances')
    .map(({ given, problem }) => `${given}: ${problem}`);
}

const four = taking({ key: 'measurements', dtype: 'float32', shape: [-1, 4] });
const wanted =
  'give each as the signature serving_default wants it: "measurements" (float32 of shape [4])';

describe('a signature of one input', () => {
  test.each<[string, Json, string]>([
    ['too few numbers', [1, 2], 'is a list of 2'],
    ['too many dimensions', [[1, 2, 3, 4]], 'is a list of 1 × 4'],
    ['a number alone', 1, 'is a number'],
    ['text among the numbers', [1, 2, 3, 'x'], 'holds "x", which is no float32'],
    [
      'a slip in the name',
      { mesurements: [1, 2, 3, 4] },
      'has "mesurements", which is no input of the signature (did you mean "measurements"?)',
    ],
    ['another name', { x: 1 }, 'has "x", which is no input of the signature'],
    ['no name', {}, 'lacks "measurements"'],
    ['bytes', { b64: 'AA==' }, 'has "b64", which is no input of the signature'],
    [
      'a named list of another length',
      { measurements: [1] },
      'has a "measurements" that is a list of 1',
    ],
  ])('%s is refused with what it wants', (_, instance, found) => {
    expect(told(four, [[1, 2, 3, 4], instance, instance])).toEqual([
      `${JSON.stringify(instance)}: instance 2 of 3 ${found}; ${wanted}`,
    ]);
  });

  test.each<[string, Omit<Tensor, 'name' | 'key'>, readonly Json[]]>([
    ['numbers', { dtype: 'float32', shape: [-1, 2] }, [[1, 2.5], { x: [0, 0] }]],
    ['of an unknown size', { dtype: 'int64', shape: [-1, -1] }, [[1], [1, 2], []]],
    ['of an unknown rank', { dtype: 'float32' }, [1, [1, 2], [[1]]]],
    ['single values', { dtype: 'float32', shape: [-1] }, [1, 2]],
    ['without a dimension for the batch', { dtype: 'float32', shape: [] }, [1]],
    [
      'text',
      { dtype: 'string', shape: [-1] },
      ['a', { b64: 'AA==' }, { x: 'a' }, { x: { b64: '' } }],
    ],
    ['truth', { dtype: 'bool', shape: [-1] }, [true, { x: false }]],
    ['what has no form of its own in JSON', { dtype: 'complex64', shape: [-1] }, [1, 'a', true]],
  ])('%s fit', (_, tensor, instances) => {
    expect(told(taking({ key: 'x', ...tensor }), instances)).toEqual([]);
  });

  test.each<[string, Json]>([
    ['int64', 1.5],
    ['float32', '1'],
    ['float32', true],
    ['float32', null],
    ['bool', 1],
    ['string', 1],
  ])('of %s do not hold %j', (dtype, value) => {
    expect(told(taking({ key: 'x', dtype, shape: [-1] }), [value])).toEqual([
      expect.stringContaining(`holds ${JSON.stringify(value)}, which is no ${dtype}`),
    ]);
  });
});

describe('a signature of several inputs', () => {
  const two = taking(
    { key: 'age', dtype: 'int64', shape: [-1] },
    { key: 'name', dtype: 'string', shape: [-1] },
  );
  const both =
    'give each as the signature serving_default wants it, an object with "age" (int64, a single value), "name" (string, a single value)';

  test.each<[Json, string]>([
    [[1, 'x'], 'is a list of 2'],
    [{ age: 1 }, 'lacks "name"'],
    [
      { age: 1, nmae: 'x' },
      'has "nmae", which is no input of the signature (did you mean "name"?)',
    ],
    [{ age: 'x', name: 'x' }, 'has a "age" that holds "x", which is no int64'],
  ])('%j is refused with the names', (instance, found) => {
    expect(told(two, [instance])).toEqual([
      `${JSON.stringify(instance)}: instance 1 of 1 ${found}; ${both}`,
    ]);
  });

  test('an object with each of them fits', () => {
    expect(told(two, [{ name: 'x', age: 1 }])).toEqual([]);
  });
});

test('nothing is said where the model tells nothing, or code of one’s own answers', () => {
  const image = 'us-central1-docker.pkg.dev/acme/models/fraud:1.0';
  expect(told(savedModel, [[1]])).toEqual([]);
  expect(told(taking(), [[1]])).toEqual([]);
  expect(told(four, [[1]], { image })).toEqual([]);
  expect(told(sklearnPickle('1.0.2', [], { features: 4 }), [[1]], { image })).toEqual([]);
  expect(told(sklearnPickle('1.0.2'), [[1]])).toEqual([]);
});

test('scikit-learn is told with the number of features that it was trained on', () => {
  const model = sklearnPickle('1.0.2', [], { features: 4 });
  const cure = 'give each as a list of 4, as many features as the model was trained on';
  expect(
    told(model, [
      [1, 2, 3, 4],
      [1, 2],
    ]),
  ).toEqual([`[1,2]: instance 2 of 2 is a list of 2; ${cure}`]);
  expect(told(model, [{ a: 1 }])).toEqual([`{"a":1}: instance 1 of 1 is an object; ${cure}`]);
  expect(told(model, [[1, 2, 3, 4]])).toEqual([]);
});
