import type { Tensor } from '../../src/artifact/artifact.ts';
import {
  requestBody,
  requestCommand,
  requestInPython,
  shapeOf,
} from '../../src/report/request-example.ts';

function bodyFor(inputs: readonly Partial<Tensor>[], name = 'serving_default'): unknown {
  const tensors = inputs.map((input) => ({ key: 'x', name: 'x:0', dtype: 'float32', ...input }));
  const signature = { name, methodName: 'predict', inputs: tensors, outputs: [] };
  return JSON.parse(requestBody(signature)) as unknown;
}

test('the first dimension is the list of instances', () => {
  const inputs = [{ key: 'x', name: 'x:0', dtype: 'float32', shape: [-1, 2, 3] }];
  const signature = { name: 'serving_default', methodName: 'predict', inputs, outputs: [] };
  expect(requestBody(signature)).toBe('{"instances": [{"x": [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]}]}');
});

test.each([
  ['float32', [-1], 0],
  ['int64', [-1, 2], [0, 0]],
  ['uint8', [-1, 1], [0]],
  ['bool', [-1], false],
  ['string', [-1, 1], ['text']],
  ['float64', [], 0],
  ['float32', undefined, 0],
  ['float32', [-1, -1], [0]],
  ['float32', [8, 0], []],
] as const)('%s of shape %j is %j', (dtype, shape, value) => {
  const input = shape === undefined ? { dtype } : { dtype, shape };
  expect(bodyFor([input])).toEqual({ instances: [{ x: value }] });
});

test('bytes are base64 by the name of their input', () => {
  expect(bodyFor([{ key: 'image_bytes', dtype: 'string', shape: [-1] }])).toEqual({
    instances: [{ image_bytes: { b64: 'AAAA' } }],
  });
});

test('large tensors are described instead of written out', () => {
  expect(bodyFor([{ shape: [-1, 224, 224, 3] }])).toEqual({
    instances: [{ x: 'float32 values of shape 224 × 224 × 3' }],
  });
});

test('another signature is named, and every input is there', () => {
  const inputs = [{ key: 'a' }, { key: 'b "c"', dtype: 'int32' }];
  expect(bodyFor(inputs, 'classify')).toEqual({
    instances: [{ a: 0, 'b "c"': 0 }],
    signature_name: 'classify',
  });
});

test('the command quotes its parts for a shell', () => {
  expect(requestCommand('https://h.test/v1/m:predict', `{"it's": 1}`)).toBe(
    [
      'curl -X POST https://h.test/v1/m:predict \\',
      '  -H "Authorization: Bearer $(gcloud auth print-access-token)" \\',
      '  -H "Content-Type: application/json" \\',
      `  -d '{"it'\\''s": 1}'`,
    ].join('\n'),
  );
});

test('the same in Python holds its parts as literals', () => {
  const program = requestInPython('https://h.test/v1/m:predict', `{"it's": "\\n"}`);
  expect(program).toContain('    "https://h.test/v1/m:predict",');
  expect(program).toContain(String.raw`    data="{\"it's\": \"\\n\"}".encode(),`);
});

test('shapes are written for people', () => {
  const shapes = [[-1, 224, 3], [], undefined].map((shape) =>
    shapeOf({ key: 'x', name: 'x', dtype: 'int8', ...(shape === undefined ? {} : { shape }) }),
  );
  expect(shapes).toEqual(['? × 224 × 3', 'scalar', '?']);
});
