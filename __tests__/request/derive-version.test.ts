import { Failure } from '../../src/failure.ts';
import { deriveVersion } from '../../src/request/derive-version.ts';
import { resourceName } from '../../src/request/resource-name.ts';
import type { PlatformName } from '../../src/request/deploy-request.ts';
import { versionAlias } from '../../src/request/version-alias.ts';
import { readRunContext } from '../../src/request/run-context.ts';

function derive(
  environment: Record<string, string>,
  exportTimestamp?: string,
  version?: string,
  platform: PlatformName = 'ai-platform',
): string {
  const run = readRunContext(environment, '/work');
  return deriveVersion({ version, platform, run }, exportTimestamp);
}

const run = { GITHUB_RUN_ID: '4711', GITHUB_RUN_ATTEMPT: '2' };
const tagged = (tag: string): Record<string, string> => ({
  ...run,
  GITHUB_REF_TYPE: 'tag',
  GITHUB_REF_NAME: tag,
});

test('a name given by hand is never altered', () => {
  expect(derive(tagged('v9'), '1700000000', 'Mine_1')).toBe('Mine_1');
});

test.each([
  ['v1.2.3', 'v1_2_3'],
  ['1.2.3', 'v1_2_3'],
  ['release/2024-05', 'release_2024_05'],
  ['-x', 'v_x'],
  ['é', 'v_'],
  ['😀1', 'v_1'],
  [`v${'9'.repeat(200)}`, `v${'9'.repeat(127)}`],
  ['9'.repeat(200), `v${'9'.repeat(127)}`],
  ['a"; rm -rf /', 'a___rm__rf__'],
])('the tag %s gives %s, before the timestamp of the export', (tag, expected) => {
  const name = derive(tagged(tag), '1700000000');
  expect(name).toBe(expected);
  expect(resourceName('v')(name)).toBe(name);
});

test.each([
  ['1700000000', 'v1700000000'],
  ['20231101-T120000', 'v20231101_T120000'],
])('without a tag the export %s gives %s, before the run', (timestamp, expected) => {
  expect(derive(run, timestamp)).toBe(expected);
});

test('a branch of a name like a tag is no tag', () => {
  expect(derive({ ...run, GITHUB_REF_TYPE: 'branch', GITHUB_REF_NAME: 'v1' })).toBe('run_4711_2');
});

test('without tag and timestamp the run and its attempt give the name', () => {
  expect(derive(run)).toBe('run_4711_2');
  expect(derive({ GITHUB_RUN_ID: '4711' })).toBe('run_4711_1');
});

test('where nothing names the version, the failure asks for the input', () => {
  expect(() => derive({})).toThrow(Failure);
  expect(() => derive({})).toThrow('Give the input version, such as v1.');
});

describe('on Vertex AI, where the name becomes an alias,', () => {
  const alias = (environment: Record<string, string>, timestamp?: string): string =>
    derive(environment, timestamp, undefined, 'vertex-ai');

  test.each([
    ['v1.2.3', 'v1-2-3'],
    ['1.2.3', 'v1-2-3'],
    ['Release/2024_05', 'release-2024-05'],
    ['-x', 'v-x'],
    ['v1.', 'v1'],
    ['v', 'v0'],
    ['é', 'v0'],
    ['7', 'v7'],
    ['default', 'v-default'],
    ['latest', 'latest'],
    [`v${'9'.repeat(200)}`, `v${'9'.repeat(127)}`],
    [`${'a'.repeat(127)}.b`, 'a'.repeat(127)],
  ])('the tag %s gives %s', (tag, expected) => {
    const name = alias(tagged(tag), '1700000000');
    expect(name).toBe(expected);
    expect(versionAlias(name)).toBe(name);
  });

  test('exports and runs give names without underscores', () => {
    expect(alias(run, '1700000000')).toBe('v1700000000');
    expect(alias(run, '20231101-T120000')).toBe('v20231101-t120000');
    expect(alias(run)).toBe('run-4711-2');
  });

  test('a name given by hand is never altered', () => {
    expect(derive(tagged('v9'), undefined, 'golden', 'vertex-ai')).toBe('golden');
  });
});
