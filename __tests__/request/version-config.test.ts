import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readVersionConfig } from '../../src/request/version-config.ts';

const workspace = mkdtempSync(join(tmpdir(), 'version-config-'));
const read = (given: string): unknown => readVersionConfig(given, workspace);

afterAll(() => {
  rmSync(workspace, { recursive: true });
});

describe('what is accepted', () => {
  test('YAML of several lines', () => {
    expect(read('explanationConfig:\n  sampledShapleyAttribution: {numPaths: 10}\n')).toEqual({
      explanationConfig: { sampledShapleyAttribution: { numPaths: 10 } },
    });
  });

  test('a document with comments and its opening line', () => {
    expect(read('# ours\n---\na: # why\n  - 1\n')).toEqual({ a: [1] });
  });

  test('YAML of one line', () => {
    expect(read('description: hello')).toEqual({ description: 'hello' });
  });

  test('JSON', () => {
    expect(read('{"a": [1, 2.5, true, null, "x"], "b": {}}')).toEqual({
      a: [1, 2.5, true, null, 'x'],
      b: {},
    });
  });

  test('an empty mapping', () => {
    expect(read('{}')).toEqual({});
  });

  test('words of YAML 1.1 stay text, and a merge key is an ordinary key', () => {
    expect(read('a: yes\nb: 12:30\n<<: {c: 1}')).toEqual({ a: 'yes', b: '12:30', '<<': { c: 1 } });
  });

  test('an alias repeats what it points at', () => {
    expect(read('a: &x {n: 1}\nb: *x')).toEqual({ a: { n: 1 }, b: { n: 1 } });
  });

  test('a path that starts at the workspace, or an absolute one', () => {
    mkdirSync(join(workspace, 'config'));
    writeFileSync(join(workspace, 'config', 'version.yaml'), '\uFEFFimageUri: x\n');
    expect(read('config/version.yaml')).toEqual({ imageUri: 'x' });
    expect(read(join(workspace, 'config', 'version.yaml'))).toEqual({ imageUri: 'x' });
  });

  test('text that looks like a command stays text', () => {
    expect(read('a: "::error::x ${{ secrets.T }}\\n##[error]"')).toEqual({
      a: '::error::x ${{ secrets.T }}\n##[error]',
    });
  });
});

describe('what is refused', () => {
  test.each([
    ['[1, 2]', 'must be a mapping of fields'],
    ['a: 1\na: 2', 'must name each field once; "a" is there twice.'],
    ['{"a": {"b": 1, "b": 2}}', 'must name each field once; "b" is there twice.'],
    ['__proto__: {admin: true}', 'must not have a field "__proto__".'],
    ['{"a": {"__proto__": 1}}', 'must not have a field "__proto__".'],
    ['constructor: {prototype: {}}', 'must not have a field "constructor".'],
    ['? [a]\n: 1', 'must have text as the key'],
    ['1: a', 'must have text as the key'],
    ['a: .inf', 'no infinity'],
    ['a: .nan', 'no infinity'],
    ['a: 12345678901234567890', 'above 2^53'],
    ['a: !js/function x', 'must be YAML 1.2 or JSON; in line 1: Unresolved tag'],
    ['a:\n  b: [1', 'must be YAML 1.2 or JSON; in line 2: '],
    ['a: 1\n---\nb: 2', 'must be one YAML or JSON document'],
    ['a: *missing', 'must not repeat *missing, which is nowhere.'],
    ['a: &a [*a]', 'must be nested at most 64 levels deep.'],
    ['config/missing.yaml', '"config/missing.yaml" is neither (ENOENT'],
    ['.', 'must name a file'],
    ['a\u0000b', 'is neither (ERR_INVALID_ARG_VALUE'],
    ['x'.repeat(60_000), 'is neither (E'],
  ])('%# %.40j', (given, problem) => {
    expect(() => read(given)).toThrow(problem);
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });

  test('a file above the limit is refused unread', () => {
    writeFileSync(join(workspace, 'big.yaml'), Buffer.alloc(70_000, 'a'));
    expect(() => read('big.yaml')).toThrow('must be at most 65536 bytes; it is 70000.');
  });
});

describe('text made to exhaust us is refused by a cap that it hits first', () => {
  const bombLines = Array.from({ length: 12 }, (_, index) => {
    const letter = String.fromCharCode(98 + index);
    const before = String.fromCharCode(97 + index);
    return `${letter}: &${letter} [${Array(9).fill(`*${before}`).join(', ')}]`;
  });
  const cases: readonly (readonly [string, string, string])[] = [
    ['fifty megabytes', `a: ${'x'.repeat(50_000_000)}`, 'must be at most 65536 bytes'],
    [
      'an alias bomb',
      ['a: &a [x, x, x]', ...bombLines].join('\n'),
      'must use at most 100 aliases.',
    ],
    ['brackets', `a: ${'['.repeat(10_000)}${']'.repeat(10_000)}`, 'must be nested at most 64'],
    ['open brackets', `a: ${'['.repeat(60_000)}`, 'must be nested at most 64'],
    ['nested mappings', '{a: '.repeat(15_000), 'must be nested at most 64'],
    ['dashes', `a:\n${'- '.repeat(10_000)}x`, 'must be nested at most 64'],
    ['commas', `a: [${','.repeat(60_000)}]`, 'must hold at most 10000 keys'],
    ['lines of documents', '---\n'.repeat(15_000), 'must be one YAML or JSON document'],
    ['values', `a: [${'1,'.repeat(20_000)}]`, 'must hold at most 10000 keys'],
    ['aliases', `a: &a 1\nb: [${'*a,'.repeat(2_000)}]`, 'must use at most 100 aliases.'],
  ];

  test.each(cases)('%s', (_, given, problem) => {
    expect(() => read(given)).toThrow(problem);
  });

  test('65 levels are too deep, 60 are not', () => {
    const nested = (levels: number): string => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);
    expect(read(nested(60))).toHaveProperty(Array(60).fill('a').join('.'), 1);
    expect(() => read(nested(65))).toThrow('must be nested at most 64');
  });

  test('many different keys are none of it', () => {
    const keys = Array.from({ length: 2_000 }, (_, index) => `k${index}: 1`).join('\n');
    expect(Object.keys(read(keys) as object)).toHaveLength(2_000);
  });
});
