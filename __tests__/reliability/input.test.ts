import { labels } from '../../src/request/labels.ts';
import { destination } from '../../src/request/cloud-storage-uri.ts';
import { inputNames, inputs } from '../../src/request/inputs.ts';
import { readRequest } from '../../src/request/read-request.ts';
import type { ReadRequest } from '../../src/request/read-request.ts';
import { readVersionConfig } from '../../src/request/version-config.ts';
import { aiPlatformBaseUrl } from '../../src/platform/ai-platform/house.ts';
import { vertexAiBaseUrl } from '../../src/platform/vertex-ai/house.ts';
import { actionUnderTest, expectGoodManners } from '../action/action-under-test.ts';
import type { ActionUnderTest } from '../action/action-under-test.ts';

let action: ActionUnderTest;

beforeAll(async () => {
  action = await actionUnderTest();
  await action.copyModel('xgboost', 'xgboost');
});

afterAll(async () => {
  await action[Symbol.asyncDispose]();
});

type Inputs = Readonly<Record<string, string>>;

/** A run that has to end before its first request; its annotation. */
async function refusedUnsent(given: Inputs): Promise<string> {
  action.emulator.forgetRequests();
  const result = await action.run({ model: 'm', source: 'xgboost', ...given });
  expectGoodManners(result);
  expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'invalid-input' });
  expect(action.emulator.requests).toEqual([]);
  return result.errors[0]?.message ?? '';
}

const read = (given: Inputs): Promise<ReadRequest> =>
  readRequest(
    Object.fromEntries(
      Object.entries({ model: 'm', source: 's', project_id: 'acme-models', ...given }).map(
        ([name, value]) => [`INPUT_${name.toUpperCase()}`, value],
      ),
    ),
    () => Promise.resolve(undefined),
    import.meta.dirname,
  );

const faultsOf = async (given: Inputs): Promise<readonly string[]> =>
  (await read(given)).faults.map(({ input }) => input);

test('IN-01 a required input that is blank is named, before any request', async () => {
  const text = await refusedUnsent({ model: ' ', source: '\t' });
  expect(text).toContain('model');
  expect(text).toContain('source');
});

test('IN-02 three wrong inputs are told in one message, before any request', async () => {
  const text = await refusedUnsent({ promote: 'yes', timeout: '0', region: 'mars1' });
  for (const name of ['promote: `yes`', 'timeout: `0`', 'region: `mars1`'])
    expect(text).toContain(name);
});

describe('IN-03 a flag', () => {
  test.each(['true', 'True', 'TRUE', 'false', 'False', 'FALSE', ' true '])(
    'IN-03 %j is one',
    async (given) => {
      const { request, faults } = await read({ dry_run: given });
      expect(faults).toEqual([]);
      expect(request.dryRun).toBe(given.trim().toLowerCase() === 'true');
    },
  );

  test.each(['yes', '1', 'on', 'tRue', 'True\u00a0x', '"true"', '${{ true }}'])(
    'IN-03 %j is none, and the words are listed',
    async (given) => {
      const { faults } = await read({ dry_run: given });
      expect(faults).toEqual([
        { input: 'dry_run', given, problem: expect.stringContaining('true, True, TRUE') as string },
      ]);
    },
  );
});

describe('IN-04 a number', () => {
  test.each(['1e3', '0x10', '-1', 'NaN', '9999999', '1.5', '٣', '01', '1_0', 'Infinity', '1 2'])(
    'IN-04 %j is refused with its range',
    async (given) => {
      const { faults } = await read({ nodes: given });
      expect(faults).toMatchObject([{ input: 'nodes', given }]);
      expect(faults[0]?.problem).toContain('from 1 to 1000');
    },
  );
});

describe('IN-05 names', () => {
  const hostile = [
    ...[
      '../x',
      'a/b',
      '%2e%2e',
      'a%2Fb',
      '.',
      '..',
      '🦊',
      '\u202eabc',
      'a\u0000b',
      '-a',
      '_a',
      '9a',
    ],
    ...['a'.repeat(129), 'a b', 'a\nb', 'a?x=1', 'a#b', 'a:predict', 'á', 'a@1', '__proto__/x'],
  ];
  const alphabet = Array.from('aZ09_-./%?#@:~ \u00e9\u202e\ud83e\udd8a\n\\');

  test.each(hostile)('IN-05 %j is no name on AI Platform, and is not rewritten', async (given) => {
    for (const name of ['model', 'version']) {
      const { faults } = await read({ [name]: given });
      expect(faults.map(({ input }) => input)).toContain(name);
      expect(faults.find(({ input }) => input === name)?.given).toBe(given);
    }
  });

  test('IN-05 of 20,000 made-up names, those that pass are paths of one part that need no encoding', () => {
    let seed = 20261123;
    const random = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % below;
    };
    let passed = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const text = Array.from(
        { length: 1 + random(6) },
        () => alphabet[random(alphabet.length)] ?? '',
      ).join('');
      for (const parse of [inputs.model.parse, inputs.version.parse]) {
        let name: unknown;
        try {
          name = parse(text, 'ai-platform');
        } catch {
          continue;
        }
        passed += 1;
        expect(name).toBe(text);
        expect(encodeURIComponent(text)).toBe(text);
      }
    }
    expect(passed).toBeGreaterThan(100);
  });

  test('IN-05 no request has an unexpected path', async () => {
    const text = await refusedUnsent({ model: '../../secrets', version: '..%2f..' });
    expect(text).toContain('model: `../../secrets`');
    expect(text).toContain('version: `..%2f..`');
  });
});

describe('IN-06 what becomes part of a host or a path', () => {
  test.each([
    ['project_id', 'p?alt='],
    ['project_id', 'p/../q'],
    ['project_id', 'p%2fq'],
    ['region', 'us-central1.evil.test/'],
    ['region', 'us-central1@evil.test'],
    ['region', 'us-central1#'],
    ['bucket', 'b/../../o'],
    ['bucket', 'bucket?x'],
  ])('IN-06 %s %s is refused on either platform', async (name, given) => {
    for (const platform of ['ai-platform', 'vertex-ai']) {
      expect(await faultsOf({ platform, [name]: given })).toContain(name);
    }
  });

  test('IN-06 every region that is taken leads to a host of Google', async () => {
    for (const given of ['us-central1', 'europe-west4', 'mars-west1', 'a-b1', 'x.evil-test1']) {
      if ((await faultsOf({ platform: 'vertex-ai', region: given })).includes('region')) continue;
      expect(new URL(vertexAiBaseUrl({}, given)).hostname).toBe(
        `${given}-aiplatform.googleapis.com`,
      );
    }
    expect(new URL(aiPlatformBaseUrl({}, 'us-central1')).hostname).toMatch(/-ml\.googleapis\.com$/);
  });
});

describe('IN-07 a bucket', () => {
  test.each([
    ['gs://acme-models/prefix', { bucket: 'acme-models', prefix: 'prefix' }],
    ['acme-models/prefix', { bucket: 'acme-models', prefix: 'prefix' }],
    ['gs://acme-models/', { bucket: 'acme-models', prefix: '' }],
  ])('IN-07 %s is taken', (given, expected) => {
    expect(destination(given)).toEqual(expected);
  });

  test.each([
    'gs://b//x',
    'acme-models//',
    'gs://acme-models/a/../b',
    'acme-models/./a',
    'gs://',
    '/',
  ])('IN-07 %s is refused', async (given) => {
    expect(() => destination(given)).toThrow();
    expect(await faultsOf({ bucket: given })).toContain('bucket');
  });
});

describe('IN-08 a version_config that is a weapon', () => {
  const bomb = Array.from(
    { length: 30 },
    (_, level) => `a${level}: &a${level} [${level === 0 ? '1' : `*a${level - 1},*a${level - 1}`}]`,
  ).join('\n');
  test.each([
    ['of 50 MB', `a: ${'x'.repeat(50_000_000)}`, /must be at most \d+ bytes/],
    ['that is an alias bomb', bomb, /must use at most 100 aliases|must hold at most/],
    ['10,000 levels deep', `${'['.repeat(10_000)}1${']'.repeat(10_000)}`, /nested|mapping/],
    ['10,000 mappings deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, /nested at most/],
    ['with __proto__', '{"__proto__": {"polluted": true}}', /must not have a field/],
    ['with a key twice', 'a: 1\na: 2', /is there twice/],
  ])('IN-08 %s is refused by its cap, and changes no prototype', (_, text, expected) => {
    const before = process.memoryUsage().rss;
    expect(() => readVersionConfig(text, import.meta.dirname)).toThrow(expected);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

test('IN-09 an unknown field is refused with the nearest one, before any request', async () => {
  const text = await refusedUnsent({ version_config: 'autoScalng: {minNodes: 1}' });
  expect(text).toMatch(/`autoScalng[^]*Next: Did you mean `autoScaling`\?/);
});

test('IN-10 an input that looks like commands, expressions or Markdown stays data in every sink', async () => {
  const hostile =
    'x\n::set-output name=status::deployed\n##[add-mask]x ${{ secrets.T }} | <b>|@octo/team %0A::error::y';
  const result = await action.run({
    model: 'data',
    source: 'xgboost',
    version: 'v1',
    description: hostile,
  });
  expectGoodManners(result);
  expect(result.outputs['status']).toBe('deployed');
  expect(result.commands.map(({ name }) => name)).not.toContain('set-output');
  expect(result.masks).toEqual([]);
  expect(result.lines.some((line) => line.includes('##['))).toBe(false);
  expect(result.summary).not.toContain('<b>|@octo/team');
  expect(await action.read('models/data/versions/v1')).toMatchObject({ description: hostile });
});

describe('IN-11 labels', () => {
  test.each([
    ['65 of them', Array.from({ length: 65 }, (_, index) => `k${index}=v`).join(',')],
    ['a value of 64 characters', `k=${'v'.repeat(64)}`],
    ['an upper-case value', 'team=Risk'],
    ['an upper-case key', 'Team=risk'],
    ['a key of 64 characters', `${'k'.repeat(64)}=v`],
    ['an empty key', '=v'],
  ])('IN-11 %s are refused', async (_, given) => {
    expect(await faultsOf({ labels: given })).toEqual(['labels']);
  });

  test('IN-11 that are refused are so before any request', async () => {
    expect(await refusedUnsent({ labels: 'Team=risk' })).toContain('labels');
  });

  test('IN-11 of the longest legal form are taken', () => {
    const pair = `${'k'.repeat(63)}=${'v'.repeat(63)}`;
    expect(Object.keys(labels(pair))).toHaveLength(1);
  });
});

test('IN-12 a timeout above the six hours of a job is cut with a warning, none is refused', async () => {
  const long = await read({ timeout: '400m' });
  expect(long.faults).toEqual([]);
  expect(long.request.timeoutSeconds).toBe(6 * 3600);
  expect(long.warnings).toEqual([expect.stringContaining('six hours')]);
  for (const given of ['0', '0m', '-1m', '1e2m', '90']) {
    expect(await faultsOf({ timeout: given })).toEqual(['timeout']);
  }
});

test('IN-14 no input has a dash (the contract’s names are snake_case), and one that is given so is named', async () => {
  expect(inputNames.filter((name) => !/^[a-z_]+$/.test(name))).toEqual([]);
  const result = await action.run({
    model: 'dashed',
    source: 'xgboost',
    version: 'v1',
    'machine-type': 'n1-standard-4',
  });
  expectGoodManners(result);
  expect(result.warnings.map(({ message }) => message)).toEqual([
    expect.stringContaining('did you mean machine_type?'),
  ]);
  expect(await action.read('models/dashed/versions/v1')).toMatchObject({
    machineType: 'n1-standard-2',
  });
});
