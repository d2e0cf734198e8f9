import { checkRules, rules } from '../../src/plan/rules.ts';
import type { Rule, Subject } from '../../src/plan/rules.ts';
import { readWanted } from '../../src/plan/wanted.ts';
import type { DeployRequest } from '../../src/request/deploy-request.ts';
import { artifactOf, plainRequest, ruleCases, savedModel, scikitLearn } from './rule-cases.ts';
import { modelRuleCases } from './model-rule-cases.ts';
import { proofRuleCases } from './proof-rule-cases.ts';
import type { RuleCase } from './rule-cases.ts';

const cases: readonly RuleCase[] = [...ruleCases, ...modelRuleCases, ...proofRuleCases];

function subjectOf({ request, artifact, version }: RuleCase): Required<Omit<Subject, 'today'>> {
  return {
    request: { ...plainRequest, ...request },
    artifact: artifact ?? scikitLearn,
    version: version ?? 'v1',
  };
}

function faultsOf(rule: Rule, { request, artifact, version }: Subject) {
  const wanted = readWanted(request, artifact);
  return (
    ('check' in rule
      ? rule.check(wanted, { request, artifact, version })
      : artifact && rule.checkArtifact(artifact, wanted, request)) ?? []
  );
}

function ruleOf(id: string): Rule {
  const rule = rules.find((candidate) => candidate.id === id);
  if (rule === undefined) throw new Error(`no rule ${id}`);
  return rule;
}

function problems(request: Partial<DeployRequest>, artifact = scikitLearn): string[] {
  return checkRules({ request: { ...plainRequest, ...request }, artifact, version: 'v1' }).map(
    (fault) => `${fault.input}: ${fault.given}: ${fault.problem}`,
  );
}

describe('rules', () => {
  const titled = cases.map((example) => ({
    example,
    name: `${example.rule} ${example.refused ? 'refuses' : 'accepts'} ${example.title}`,
  }));

  test.each(titled)('$name', ({ example }) => {
    const faults = faultsOf(ruleOf(example.rule), subjectOf(example));
    expect(faults.length > 0).toBe(example.refused);
  });

  test.each(titled.filter(({ example }) => !example.refused))(
    '$name, and so does every other rule',
    ({ example }) => {
      expect(checkRules(subjectOf(example))).toEqual([]);
    },
  );

  test('every rule has an accepted and a refused case, and no case names an unknown rule', () => {
    const ids = (refused: boolean) =>
      new Set(cases.filter((example) => example.refused === refused).map(({ rule }) => rule));
    const all = new Set(rules.map(({ id }) => id));
    expect(ids(true)).toEqual(all);
    expect(ids(false)).toEqual(all);
  });

  test('ids are unique and every rule names its source', () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    expect(rules.filter(({ source }) => source.trim() === '')).toEqual([]);
  });

  test('every fault names an input and is one sentence on one line', () => {
    for (const example of cases.filter(({ refused }) => refused)) {
      for (const fault of faultsOf(ruleOf(example.rule), subjectOf(example))) {
        expect(fault.input).toMatch(/^[a-z_]+$/);
        expect(fault.problem).toMatch(/^[^\n]{10,}[^\n.]$/);
      }
    }
  });

  test('rules about the artifact wait until it is known', () => {
    const request = { ...plainRequest, versionConfig: { explanationConfig: {} } };
    const early = checkRules({ request });
    const late = checkRules({ request, artifact: artifactOf({}) });
    expect(early.map(({ problem }) => problem).join()).toContain('exactly one attribution method');
    expect(early.map(({ problem }) => problem).join()).not.toContain('explanation_metadata.json');
    expect(late.length).toBeGreaterThan(early.length);
  });

  test('all faults come at once', () => {
    const faults = checkRules({
      request: {
        ...plainRequest,
        runtimeVersion: '9.9',
        machineType: 'mls1-c1-m2',
        nodes: 1,
        maxNodes: 3,
        versionConfig: { bogus: 1, state: 'READY' },
      },
      artifact: scikitLearn,
    });
    expect(faults.map(({ input }) => input)).toEqual([
      'runtime_version',
      'machine_type',
      'nodes',
      'version_config',
      'version_config',
    ]);
  });
});

describe('fault texts', () => {
  test('a model that is too large is told with its size, the limit, the five largest files and a cure', () => {
    const gibibyte = 1024 ** 3;
    const artifact = artifactOf(
      {
        'saved_model.pb': 2048,
        'variables/variables.data-00000-of-00002': gibibyte,
        'variables/variables.data-00001-of-00002': gibibyte / 2,
        'assets/a': 3000,
        'assets/b': 2500,
        'assets/c': 10,
      },
      { kind: 'saved-model', framework: 'TENSORFLOW', frameworkVersion: '2.11.0' },
    );
    expect(problems({ region: 'global' }, artifact)).toEqual([
      'source: model: holds 1536 MiB (1610620294 bytes) in 6 files, and the limit on mls1-c1-m2 is 500 MiB (524288000 bytes); the largest: ' +
        'variables/variables.data-00000-of-00002 1024 MiB, variables/variables.data-00001-of-00002 512 MiB, assets/a 3000 bytes, assets/b 2500 bytes, saved_model.pb 2048 bytes; ' +
        'deploy to a regional endpoint (`region`) with an n1-* machine type, where 10 GiB are allowed, or make the model smaller',
    ]);
  });

  test('too many files are told with their number', () => {
    const files = Object.fromEntries(Array.from({ length: 1002 }, (_, index) => [`f${index}`, 1]));
    const [fault] = checkRules({
      request: plainRequest,
      artifact: artifactOf({ 'model.joblib': 1, ...files }, { framework: 'SCIKIT_LEARN' }),
    });
    expect(fault).toMatchObject({ code: 'too-large', input: 'source' });
    expect(fault?.problem).toContain('1003 files, and a version may have 1000');
  });

  test('an unknown runtime is answered with those that exist and the nearest', () => {
    expect(problems({ runtimeVersion: '2.12' })[0]).toMatch(
      /^runtime_version: 2\.12: no runtime .* give one of the nearest, in quotes: '2\.11', '2\.10', '2\.9'$/,
    );
    expect(problems({ runtimeVersion: '1.9' })[0]).toContain(
      "the nearest, in quotes: '1.13', '1.14', '1.15'",
    );
  });

  test('a mistyped machine type is answered with the one that was meant', () => {
    expect(problems({ machineType: 'n1-standrd-4' })).toEqual([
      'machine_type: n1-standrd-4: no machine type of AI Platform; did you mean n1-standard-4?',
    ]);
  });

  test('a machine type that is nothing like ours is answered with those of the endpoint', () => {
    const [problem] = problems({ region: 'global', machineType: 'a2-megagpu-16g' });
    expect(problem).toContain('here there are mls1-c1-m2, mls1-c4-m2');
    expect(problem).not.toContain('n1-');
  });

  test('what came from version_config is named so, with its path', () => {
    expect(problems({ versionConfig: { autoScaling: { minNodes: 0 } } })).toEqual([
      'version_config: autoScaling.minNodes: 0: must be 1 or more on n1-standard-2; only mls1-* scales to zero',
    ]);
  });

  test('an input wins over the same field of version_config', () => {
    expect(problems({ minNodes: 1, versionConfig: { autoScaling: { minNodes: 0 } } })).toEqual([]);
    expect(
      problems({ machineType: 'n1-standard-2', versionConfig: { machineType: 'bogus' } }),
    ).toEqual([]);
  });

  test('everything that a container excludes is told, each by its input', () => {
    const found = problems({
      image: 'us-central1-docker.pkg.dev/acme/models/fraud',
      machineType: 'n1-standard-4',
      runtimeVersion: '2.11',
      framework: 'SCIKIT_LEARN',
      versionConfig: { pythonVersion: '3.7' },
    });
    expect(found.map((problem) => problem.split(': a custom')[0])).toEqual([
      'runtime_version: 2.11',
      'framework: SCIKIT_LEARN',
      'version_config: pythonVersion: "3.7"',
    ]);
  });

  test('a custom routine on N1 with too much to load hears both reasons', () => {
    const faults = checkRules({
      request: { ...plainRequest, predictionClass: 'a.B', packageFiles: ['gs://b/a.tar.gz'] },
      artifact: artifactOf({ 'weights.bin': 600 * 1024 ** 2 }, { kind: 'directory' }),
    });
    expect(faults.map(({ input }) => input)).toEqual(['source', 'prediction_class']);
  });
});

test('whatever the request holds, the rules answer and never throw', () => {
  let seed = 42;
  const random = (): number => {
    seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return seed / 2 ** 32;
  };
  const pick = <T>(choices: readonly T[]): T | undefined =>
    choices[Math.floor(random() * (choices.length + 1))];
  const odd = [null, true, -1, 1.5, 'x', '', [], {}, [null], { a: { b: [] } }, '__proto__'];
  const names = ['autoScaling', 'container', 'explanationConfig', 'acceleratorConfig', 'routes'];
  for (let round = 0; round < 500; round += 1) {
    const config = Object.fromEntries(names.map((name) => [name, pick(odd) ?? null]));
    const request: DeployRequest = {
      ...plainRequest,
      region: pick(['global', 'europe-west1']) ?? 'us-central1',
      runtimeVersion: pick(['2.11', '1.13', 'x', '99999999999.1', '']),
      pythonVersion: pick(['3.7', '2.7', '']),
      machineType: pick(['n1-standard-2', 'mls1-c1-m2', 'constructor', '__proto__']),
      accelerator: pick([
        { type: 'toString', count: 1 },
        { type: 'NVIDIA_TESLA_T4', count: NaN },
      ]),
      nodes: pick([-1, 0, 1]),
      minNodes: pick([0, 5]),
      maxNodes: pick([1, 5]),
      predictionClass: pick(['a.B']),
      packageFiles: [pick(['a.tar.gz', 'gs://b/a.tar.gz', '\\']) ?? ''].filter(Boolean),
      image: pick(['us-central1-docker.pkg.dev/x', '']),
      versionConfig: config,
    };
    const artifact = pick([scikitLearn, savedModel, artifactOf({})]);
    const faults = checkRules({ request, artifact, version: pick(['v1', '']) });
    expect(Array.isArray(faults)).toBe(true);
    expect(faults.every(({ problem }) => problem.length > 0)).toBe(true);
  }
});
