import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readInstances } from '../../src/request/instances.ts';

let workspace = '';
beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'instances-'));
  await writeFile(join(workspace, 'proof.json'), '[[1, 2]]');
  await writeFile(join(workspace, 'large.json'), `["${'x'.repeat(1_500_000)}"]`);
});
afterAll(() => rm(workspace, { recursive: true, force: true }));

const read = (given: string): unknown => readInstances(given, 'instances', workspace);

test.each([
  [
    'a JSON array',
    '[[1, 2], [3, 4]]',
    [
      [1, 2],
      [3, 4],
    ],
  ],
  ['JSON after a byte order mark', '\uFEFF[[1, 2]]', [[1, 2]]],
  ['the body of a request', '{"instances": [1, "a"]}', [1, 'a']],
  ['one object', '{"x": 1}', [{ x: 1 }]],
  ['a list of one object with such a field', '[{"instance": [1]}]', [{ instance: [1] }]],
  ['JSON lines', '{"x": 1}\n\n{"x": 2}\n', [{ x: 1 }, { x: 2 }]],
  ['lines of text', 'good film\r\nbad film', ['good film', 'bad film']],
  ['text in which a line is a number', 'good film\n5', ['good film', '5']],
  ['a file in the workspace', 'proof.json', [[1, 2]]],
  ['one line of text', 'good film', ['good film']],
])('%s', (_, given, instances) => {
  expect(read(given)).toEqual(instances);
});

test.each([
  ['JSON that does not end', '[1, 2', 'line 1 is JSON that does not end'],
  ['a broken line among good ones', '{"x": 1}\n{"x": }', 'line 2 is JSON'],
  ['an empty array', '[]', 'must hold at least one of the instances'],
  ['instances that are no array', '{"instances": 1}', 'must have a JSON array in "instances"'],
  [
    'the body of a request with a slip',
    '{"instance": [[1, 2]]}',
    'did you mean {"instances": […]}?',
  ],
  ['a file that is not there', 'data/none.jsonl', 'cannot be read (ENOENT)'],
  ['a file that is too large', 'large.json', 'must be at most 1500000 bytes'],
  ['text that is too large', `["${'x'.repeat(1_500_000)}"]`, 'must be at most 1500000 bytes'],
])('%s is refused', (_, given, problem) => {
  expect(() => read(given)).toThrow(problem);
});

test('predictions are read under their own key', () => {
  expect(readInstances('{"predictions": [1]}', 'predictions', workspace)).toEqual([1]);
  expect(readInstances('{"instances": [1]}', 'predictions', workspace)).toEqual([
    { instances: [1] },
  ]);
});
