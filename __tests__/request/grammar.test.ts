import { regions as emulatedRegions } from '../../emulator/vertex-ai/regions.ts';
import { accelerator } from '../../src/request/accelerator.ts';
import { destination, pathOrUri } from '../../src/request/cloud-storage-uri.ts';
import { duration } from '../../src/request/duration.ts';
import { splitPairs } from '../../src/request/key-value.ts';
import { labels, mergeLabels } from '../../src/request/labels.ts';
import { splitList } from '../../src/request/list.ts';
import { metricTargets } from '../../src/request/metric-targets.ts';
import { attempt, Problem } from '../../src/request/problem.ts';
import { projectId } from '../../src/request/project.ts';
import {
  endpointName,
  modelName,
  trafficPercent,
  versionName,
} from '../../src/request/platform-names.ts';
import {
  endpointRegion,
  region,
  vertexAiRegions,
  warnOfUnknownRegion,
} from '../../src/request/region.ts';
import { resourceName, toResourceName } from '../../src/request/resource-name.ts';
import { flag, oneOf, wholeNumber } from '../../src/request/scalar.ts';

describe('flags', () => {
  test.each(['true', 'True', 'TRUE'])('%s is true', (word) => {
    expect(flag(word)).toBe(true);
  });

  test.each(['false', 'False', 'FALSE'])('%s is false', (word) => {
    expect(flag(word)).toBe(false);
  });

  test.each(['yes', 'no', '1', '0', 'on', 'tRUE', 'true\n', ''])('%j is neither', (word) => {
    expect(() => flag(word)).toThrow('must be true or false (spelled true, True, TRUE,');
  });
});

describe('numbers', () => {
  const nodes = wholeNumber(1, 1000);

  test('decimal numbers within bounds are read, bounds included', () => {
    expect(['1', '42', '1000'].map(nodes)).toEqual([1, 42, 1000]);
  });

  test.each([
    '1e3',
    '0x10',
    '-1',
    '+1',
    'NaN',
    'Infinity',
    '9999999',
    '0',
    '01',
    '1.0',
    '1 0',
    '１',
  ])('%s is refused with the bounds', (given) => {
    expect(() => nodes(given)).toThrow('must be a whole decimal number from 1 to 1000.');
  });
});

test('a word that is none of the allowed ones is refused with the list', () => {
  expect(() => oneOf('none', 'all')('some')).toThrow('must be one of: none, all.');
  expect(() => oneOf('none', 'all')('None')).toThrow(
    'must be one of: none, all; did you mean none?',
  );
});

describe('lists', () => {
  test('items are divided by lines and commas, trimmed, and empty ones passed over', () => {
    expect(splitList(' a.tar.gz,b c\r\n\n, d ,\n')).toEqual(['a.tar.gz', 'b c', 'd']);
  });

  test('an escaped comma belongs to its item', () => {
    expect(splitList('a\\,b,c\\d')).toEqual(['a,b', 'c\\d']);
  });

  test('pairs are divided by the first equals sign and keep their order', () => {
    expect([...splitPairs('b = x=y\na=1\\,2,empty=')]).toEqual([
      ['b', 'x=y'],
      ['a', '1,2'],
      ['empty', ''],
    ]);
  });

  test.each(['novalue', '=value', 'a=1,b'])('%s is not a list of pairs', (given) => {
    expect(() => splitPairs(given)).toThrow('must be a list of key=value');
  });

  test('a key that is there twice is refused', () => {
    expect(() => splitPairs('a=1,a=2')).toThrow('must name each key once; "a" is there twice.');
  });

  test('keys that objects have by themselves are only keys', () => {
    expect([...splitPairs('__proto__=1,constructor=2')]).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
    expect(labels('constructor=2')).toEqual({ constructor: '2' });
  });
});

describe('durations', () => {
  test.each([
    ['90s', 90],
    ['45m', 2700],
    ['2h', 7200],
  ])('%s is %d seconds', (given, seconds) => {
    expect(duration(given)).toBe(seconds);
  });

  test.each(['0s', '0', '90', '1.5h', '-1m', '1d', '1h30m', '2 h', 'h'])(
    '%s is refused',
    (given) => {
      expect(() => duration(given)).toThrow('such as 90s, 45m or 2h');
    },
  );
});

describe('accelerators', () => {
  test.each([
    ['nvidia-tesla-t4', { type: 'NVIDIA_TESLA_T4', count: 1 }],
    ['NVIDIA_TESLA_T4:2', { type: 'NVIDIA_TESLA_T4', count: 2 }],
    ['nvidia-l4', { type: 'NVIDIA_L4', count: 1 }],
    ['nvidia_tesla-K80:4', { type: 'NVIDIA_TESLA_K80', count: 4 }],
  ])('%s is read', (given, expected) => {
    expect(accelerator(given)).toEqual(expected);
  });

  test.each([
    'quantum',
    'nvidia-tesla-t4:0',
    'nvidia-tesla-t4:',
    'nvidia-tesla-t4:1:1',
    'nvidia-tesla-t4:1e0',
  ])('%s is refused with the types', (given) => {
    expect(() => accelerator(given)).toThrow('nvidia-tesla-v100');
  });

  test.each([
    ['t4', 'nvidia-tesla-t4'],
    ['nvidia-t4:1', 'nvidia-tesla-t4'],
    ['nvidia-tesla-t44', 'nvidia-tesla-t4'],
    ['nvidia-a100', 'nvidia-tesla-a100 or nvidia-a100-80gb'],
  ])('%s is refused with what was meant', (given, meant) => {
    expect(() => accelerator(given)).toThrow(`is no type of accelerator; did you mean ${meant}?`);
  });
});

describe('metric targets', () => {
  test('both metrics are read in either spelling', () => {
    expect(metricTargets('cpu-usage=60,GPU_DUTY_CYCLE=100')).toEqual([
      { name: 'CPU_USAGE', target: 60 },
      { name: 'GPU_DUTY_CYCLE', target: 100 },
    ]);
  });

  test.each([
    ['memory=60', 'must name cpu-usage or gpu-duty-cycle; "memory" is neither.'],
    ['cpu-usage=0', 'must be a whole decimal number from 1 to 100.'],
    ['cpu-usage=101', 'must be a whole decimal number from 1 to 100.'],
    ['cpu-usage=60,CPU_USAGE=70', 'must name each metric once.'],
  ])('%s is refused', (given, problem) => {
    expect(() => metricTargets(given)).toThrow(problem);
  });
});

describe('regions of AI Platform', () => {
  test('the thirteen are regions, and global only an endpoint', () => {
    expect(region('northamerica-northeast1', 'ai-platform')).toBe('northamerica-northeast1');
    expect(endpointRegion('global', 'ai-platform')).toBe('global');
    expect(() => region('global', 'ai-platform')).toThrow('must be one of us-central1,');
  });

  test.each([
    ['us-central1.evil.test/', 'is not the name of a region'],
    ['us-central1\n', 'is not the name of a region'],
    ['US-CENTRAL1', 'is not the name of a region'],
    ['us-central1-a', 'is a zone, not a region'],
    ['europe-west9', 'is not a region that AI Platform serves from'],
  ])('%j is refused with the list', (given, complaint) => {
    const read = (): string => endpointRegion(given, 'ai-platform');
    expect(read).toThrow(complaint);
    expect(read).toThrow('must be global or one of us-central1, us-east1');
  });
});

describe('regions of Vertex AI', () => {
  test('all of them are known, each once', () => {
    expect([...vertexAiRegions].sort()).toEqual([...emulatedRegions].sort());
    expect(new Set(vertexAiRegions).size).toBe(39);
    for (const name of vertexAiRegions) {
      expect(endpointRegion(name, 'vertex-ai')).toBe(name);
      expect(warnOfUnknownRegion(name)).toEqual([]);
    }
  });

  test('one that is not known is taken, with a warning', () => {
    expect(endpointRegion('us-central7', 'vertex-ai')).toBe('us-central7');
    expect(warnOfUnknownRegion('us-central7')).toEqual([
      'region: us-central7 is none of the 39 regions that Vertex AI was known to serve from when this release was made; did you mean us-central1?',
    ]);
    expect(endpointRegion('antarctica-pole1', 'vertex-ai')).toBe('antarctica-pole1');
    expect(warnOfUnknownRegion('antarctica-pole1')).toEqual([expect.stringMatching(/was made\.$/)]);
  });

  test.each([
    ['us-centrall1', 'us-central1'],
    ['us-centrl1', 'us-central1'],
    ['us-cnetral1', 'us-central1'],
    ['europe-wets4', 'europe-west4'],
    ['us-central1-a', 'us-central1'],
  ])('%s is certainly a slip, and refused with %s', (given, meant) => {
    const complaint = `; did you mean ${meant}?`;
    expect(() => endpointRegion(given, 'vertex-ai')).toThrow(complaint);
    expect(() => endpointRegion(given, 'ai-platform')).toThrow(complaint);
  });

  test.each([
    ['global', 'is an endpoint of AI Platform only'],
    ['us-central1.evil.test/', 'is not the name of a region'],
    ['us-central1\n', 'is not the name of a region'],
    ['us-central1-a', 'is a zone, not a region'],
  ])('%j is refused', (given, complaint) => {
    expect(() => endpointRegion(given, 'vertex-ai')).toThrow(complaint);
  });
});

describe('projects', () => {
  test.each(['my-project', 'example.com:my-project', '123456789012'])(
    '%s is a project',
    (given) => {
      expect(projectId(given)).toBe(given);
    },
  );

  test.each([
    'p?alt=',
    'My-project',
    'a-project-id-of-more-than-thirty',
    'ends-with-',
    '1project',
    'a/b-project',
    'my-project\n',
    '0123',
    '..:my-project',
    `a${'b'.repeat(30)}`,
  ])('%j is none', (given) => {
    expect(() => projectId(given)).toThrow('must be a project id');
  });
});

describe('destinations', () => {
  test.each([
    ['my-bucket', { bucket: 'my-bucket', prefix: '' }],
    ['gs://my-bucket', { bucket: 'my-bucket', prefix: '' }],
    ['gs://my-bucket/', { bucket: 'my-bucket', prefix: '' }],
    ['gs://my-bucket/models/prod', { bucket: 'my-bucket', prefix: 'models/prod' }],
    ['my-bucket/models', { bucket: 'my-bucket', prefix: 'models' }],
    ['models.example.com/a b', { bucket: 'models.example.com', prefix: 'a b' }],
  ])('%s is read', (given, expected) => {
    expect(destination(given)).toEqual(expected);
  });

  test.each([
    ['b/../../o', 'must name a bucket by the rules'],
    ['My-Bucket', 'must name a bucket by the rules'],
    ['-bucket', 'must name a bucket by the rules'],
    ['my..bucket', 'must name a bucket by the rules'],
    ['b'.repeat(64), 'must name a bucket by the rules'],
    ['bu?alt=media', 'must name a bucket by the rules'],
    ['https://my-bucket', 'must name a bucket by the rules'],
    ['10.0.0.1', 'no IP address'],
    ['my-google-models', 'no name that starts with goog'],
    ['goog-models', 'no name that starts with goog'],
    ['my-bucket/../other', 'must not hold . or ..'],
    ['my-bucket/./models', 'must not hold . or ..'],
    ['gs://my-bucket//models', 'must not hold an empty part'],
    ['gs://my-bucket/models//', 'must not hold an empty part'],
    ['my-bucket/a\u0000b', 'must not hold control characters'],
    ['my-bucket/a*', 'must not hold any of * ?'],
    ['my-bucket/a#b', 'must not hold any of * ?'],
    [`my-bucket/${'é'.repeat(257)}`, 'at most 512 bytes'],
    ['GS://my-bucket', 'must spell its scheme in lower case'],
  ])('%j is refused', (given, problem) => {
    expect(() => destination(given)).toThrow(problem);
  });
});

describe('sources', () => {
  test.each(['export/', 'models/*.joblib', 'C:\\models\\a.bst', 'gs://my-bucket/export/', '../up'])(
    '%s stays as it was given',
    (given) => {
      expect(pathOrUri(given)).toBe(given);
    },
  );

  test.each([
    ['a\nb', 'must be one path or one gs:// URI'],
    ['gs://b/../../o', 'must name a bucket by the rules'],
    ['gs://my-bucket/../other/x', 'must not hold . or ..'],
    ['https://example.com/model', 'no other scheme can be read'],
    ['s3://bucket/model', 'no other scheme can be read'],
  ])('%j is refused', (given, problem) => {
    expect(() => pathOrUri(given)).toThrow(problem);
  });
});

describe('names of models and versions', () => {
  const name = resourceName('m');

  test.each(['fraud', 'Fraud_2', 'a', `a${'b'.repeat(127)}`])('%s is legal as it is', (given) => {
    expect(name(given)).toBe(given);
  });

  test.each([
    ['fraud-model', 'use fraud_model'],
    ['2fraud', 'use m2fraud'],
    ['a'.repeat(129), `use ${'a'.repeat(128)}`],
    ['../x', 'use m___x'],
    ['a/b', 'use a_b'],
    ['%2e%2e', 'use m_2e_2e'],
    ['fraud😀', 'use fraud_'],
    ['fraud\u202Etxt', 'use fraud_txt'],
    ['a\n::error::b', 'use a___error__b'],
  ])('%j is refused, and the legal form is suggested', (given, suggestion) => {
    expect(() => name(given)).toThrow(`at most 128 characters; ${suggestion}.`);
  });

  test('nothing is suggested where nothing of the name would be left', () => {
    expect(() => name('😀')).toThrow('at most 128 characters.');
  });

  test('whatever is given, what is suggested is legal', () => {
    let seed = 1;
    const random = (below: number): number => {
      seed = (seed * 48271) % 2147483647;
      return seed % below;
    };
    const alphabet = [
      'a',
      'Z',
      '0',
      '_',
      '-',
      '.',
      '/',
      '%',
      '\n',
      ' ',
      'é',
      '😀',
      '\u202E',
      '\u0000',
    ];
    for (let round = 0; round < 2000; round += 1) {
      const given = Array.from({ length: random(200) }, () => alphabet[random(14)]).join('');
      const suggested = toResourceName(given, 'v');
      expect(name(suggested)).toBe(suggested);
    }
  });
});

describe('names on Vertex AI', () => {
  test.each(['fraud', 'Fraud model / EU', '7', 'モデル', '😀'.repeat(128)])(
    'a model and an endpoint may be called %s',
    (given) => {
      expect(modelName(given, 'vertex-ai')).toBe(given);
      expect(endpointName(given, 'vertex-ai')).toBe(given);
    },
  );

  test.each(['a\nb', 'a\u0000b', 'x'.repeat(129)])('%j is refused', (given) => {
    expect(() => modelName(given, 'vertex-ai')).toThrow('at most 128 characters');
  });

  test.each(['golden', 'v1-2-3', 'v1', `a${'b'.repeat(127)}`])(
    'a version may have the alias %s',
    (given) => {
      expect(versionName(given, 'vertex-ai')).toBe(given);
    },
  );

  test.each([
    ['v1_2_3', 'last no hyphen; use v1-2-3.'],
    ['V1', 'use v1.'],
    ['3_1', 'use v3-1.'],
    ['v-', 'use v0.'],
    ['v', 'use v0.'],
    ['a'.repeat(129), `use ${'a'.repeat(128)}.`],
    ['😀', 'last no hyphen.'],
    ['default', 'is given to a version when it is promoted; use v-default.'],
  ])('%j is refused as an alias, and the legal form is suggested', (given, problem) => {
    expect(() => versionName(given, 'vertex-ai')).toThrow(problem);
  });

  test('a number is refused as an alias, and taken where a wait is resumed', () => {
    expect(() => versionName('3', 'vertex-ai')).toThrow(
      'is a number, and Vertex AI numbers versions by itself; give an alias',
    );
    expect(versionName('3', 'vertex-ai', true)).toBe('3');
    expect(versionName('golden', 'vertex-ai', true)).toBe('golden');
    expect(() => versionName('3_1', 'vertex-ai', true)).toThrow('use v3-1.');
    expect(() => versionName('0', 'vertex-ai', true)).toThrow('use v0.');
  });

  test('AI Platform keeps its own grammar, and has no endpoints', () => {
    expect(() => modelName('fraud-model', 'ai-platform')).toThrow('use fraud_model');
    expect(() => versionName('v1-2', 'ai-platform')).toThrow('use v1_2');
    expect(() => endpointName('fraud', 'ai-platform')).toThrow('only with platform: vertex-ai');
  });
});

describe('traffic', () => {
  test('is a percentage on Vertex AI, and all of it on AI Platform', () => {
    expect(['1', '10', '100'].map((given) => trafficPercent(given, 'vertex-ai'))).toEqual([
      1, 10, 100,
    ]);
    expect(trafficPercent('100', 'ai-platform')).toBe(100);
    expect(() => trafficPercent('10', 'ai-platform')).toThrow('must be 100 on AI Platform');
  });

  test.each(['101', '-1', '12.5', '10%'])('%s is refused', (given) => {
    expect(() => trafficPercent(given, 'vertex-ai')).toThrow('from 1 to 100');
  });

  test('none is what promote says', () => {
    expect(() => trafficPercent('0', 'vertex-ai')).toThrow('set promote: false');
  });
});

describe('labels', () => {
  test('keys and values may hold international letters, and values may be empty', () => {
    expect(labels('équipe=données,empty=')).toEqual({ équipe: 'données', empty: '' });
  });

  test.each([
    ['Team=risk', '"Team" is not one'],
    ['1team=risk', '"1team" is not one'],
    ['__proto__=x', '"__proto__" is not one'],
    ['team=Risk', '"Risk" of "team" is not one'],
    [`team=${'x'.repeat(64)}`, 'at most 63'],
    [`${'k'.repeat(64)}=x`, '1 to 63'],
    ['team=a b', '"a b" of "team" is not one'],
    ['team=::error::x', '"::error::x" of "team" is not one'],
  ])('%s is refused', (given, problem) => {
    expect(() => labels(given)).toThrow(problem);
  });

  test('sixty-four in all are allowed, one more is not', () => {
    const some = (count: number): Record<string, string> =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));
    expect(Object.keys(mergeLabels({ 'run-id': '1' }, some(63)))).toHaveLength(64);
    expect(() => mergeLabels({ 'run-id': '1' }, some(64))).toThrow(
      'must leave at most 64 labels in all; these are 65 with the 1 that tell',
    );
  });
});

describe('a parser that refuses', () => {
  test('leaves a fault with the value cut to what a person can read', () => {
    const faults: Parameters<typeof attempt>[0] = [];
    const value = attempt(
      faults,
      'nodes',
      'x'.repeat(100_000),
      () => {
        throw new Problem('must be short.');
      },
      7,
    );
    expect(value).toBe(7);
    expect(faults).toEqual([
      { input: 'nodes', given: `${'x'.repeat(200)}…`, problem: 'must be short.' },
    ]);
  });

  test('does not hide an error of ours', () => {
    const broken = (): never => {
      throw new TypeError('ours');
    };
    expect(() => attempt([], 'nodes', '1', broken, 7)).toThrow(TypeError);
  });
});
