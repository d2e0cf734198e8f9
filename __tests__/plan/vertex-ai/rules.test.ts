import { checkRules } from '../../../src/plan/rules.ts';
import type { Rule, Subject } from '../../../src/plan/rules.ts';
import { vertexAiRules } from '../../../src/plan/vertex-ai/rules.ts';
import { readVertexAiWanted } from '../../../src/plan/vertex-ai/wanted.ts';
import type { VertexAiWanted } from '../../../src/plan/vertex-ai/wanted.ts';
import type { DeployRequest } from '../../../src/request/deploy-request.ts';
import { artifactOf } from '../rule-cases.ts';
import { vertexAiModelRuleCases } from '../model-rule-cases.ts';
import { proofRuleCases, vertexAiProofRuleCases } from '../proof-rule-cases.ts';
import type { RuleCase } from '../rule-cases.ts';
import {
  booster,
  savedModel,
  scikitLearn,
  vertexAiRequest,
  vertexAiRuleCases,
} from './rule-cases.ts';

const cases: readonly RuleCase[] = [
  ...vertexAiRuleCases,
  ...vertexAiModelRuleCases,
  ...proofRuleCases,
  ...vertexAiProofRuleCases,
];

function subjectOf({ request, artifact, version }: RuleCase): Subject {
  return {
    request: { ...vertexAiRequest, ...request },
    artifact: artifact ?? scikitLearn,
    version: version ?? 'v1',
  };
}

function faultsOf(rule: Rule<VertexAiWanted>, subject: Subject) {
  const { request, artifact } = subject;
  const wanted = readVertexAiWanted(request, artifact, undefined);
  return (
    ('check' in rule
      ? rule.check(wanted, subject)
      : artifact && rule.checkArtifact(artifact, wanted, request)) ?? []
  );
}

function ruleOf(id: string): Rule<VertexAiWanted> {
  const rule = vertexAiRules.find((candidate) => candidate.id === id);
  if (rule === undefined) throw new Error(`no rule ${id}`);
  return rule;
}

function problems(request: Partial<DeployRequest>, artifact = scikitLearn): string[] {
  return checkRules({ request: { ...vertexAiRequest, ...request }, artifact, version: 'v1' }).map(
    (fault) => `${fault.input}: ${fault.given}: ${fault.problem}`,
  );
}

describe('rules of Vertex AI', () => {
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
    const all = new Set(vertexAiRules.map(({ id }) => id));
    expect(ids(true)).toEqual(all);
    expect(ids(false)).toEqual(all);
  });

  test('ids are unique and every rule names its source', () => {
    expect(new Set(vertexAiRules.map(({ id }) => id)).size).toBe(vertexAiRules.length);
    expect(vertexAiRules.filter(({ source }) => source.trim() === '')).toEqual([]);
  });

  test('every fault names an input and is one sentence on one line', () => {
    for (const example of cases.filter(({ refused }) => refused)) {
      for (const fault of faultsOf(ruleOf(example.rule), subjectOf(example))) {
        expect(fault.input).toMatch(/^[a-z_]+$/);
        expect(fault.problem).toMatch(/^[^\n]{10,}[^\n.]$/);
      }
    }
  });
});

describe('fault texts', () => {
  test('a model that no container loads is told with the nearest that exist, and until when', () => {
    expect(problems({}, { ...scikitLearn, frameworkVersion: '1.1.3' })).toEqual([
      'source: model: needs scikit-learn 1.1, which no prebuilt container of Vertex AI can load: those that are available hold 1.6 (until 2027-10-14), 1.5 (until 2027-01-14), 1.4 (until 2027-01-14); train and save the model with one of these, or serve it from a container of your own (`image`)',
    ]);
  });

  test('a runtime whose framework no container has is told by its own input', () => {
    const [problem] = problems({ runtimeVersion: '2.16' }, savedModel);
    expect(problem).toMatch(/^runtime_version: 2\.16: needs TensorFlow 2\.16, .* 2\.15 \(/);
  });

  test('a mistyped machine type is answered with the one that was meant', () => {
    expect(problems({ machineType: 'n1-standrd-4' })).toEqual([
      'machine_type: n1-standrd-4: no machine type of Vertex AI; did you mean n1-standard-4?',
    ]);
    expect(problems({ machineType: 'mls1-c3-m2' })[0]).toContain('did you mean mls1-c1-m2?');
    expect(problems({ machineType: 'huge-1' })[0]).toContain('its series are e2, n1');
  });

  test('an accelerator that the machine type cannot have is answered with those that can', () => {
    expect(problems({ accelerator: { type: 'NVIDIA_L4', count: 1 } }, savedModel)).toEqual([
      'accelerator: NVIDIA_L4:1: n1-standard-2 takes NVIDIA_TESLA_P4, NVIDIA_TESLA_P100, NVIDIA_TESLA_T4, NVIDIA_TESLA_V100; NVIDIA_L4 goes with g2-standard-4, g2-standard-8, g2-standard-12, g2-standard-16, …; give one as `machine_type`',
    ]);
    const tpu = { accelerator: { type: 'TPU_V2', count: 1 }, machineType: 'e2-standard-2' };
    expect(problems(tpu, savedModel)[0]).toContain(
      'e2-standard-2 takes no accelerators; no machine type of Vertex AI takes TPU_V2',
    );
  });

  test('custom code is told how it gets to Vertex AI', () => {
    const found = problems(
      { predictionClass: 'a.B', packageFiles: ['dist/a.tar.gz'] },
      artifactOf({ 'weights.bin': 10 }, { kind: 'directory' }),
    );
    expect(found.map((problem) => problem.split(': Vertex AI loads')[0])).toEqual([
      'prediction_class: a.B',
      'package_files: dist/a.tar.gz',
    ]);
  });

  test('an explanation that cannot be translated says what is missing and what to give', () => {
    const versionConfig = { explanationConfig: { sampledShapleyAttribution: { numPaths: 10 } } };
    expect(problems({ versionConfig }, booster)).toEqual([
      'version_config: explanationConfig: Vertex AI needs explanationSpec.metadata, which is made from the signature serving_default of a SavedModel, and model has none that was read; give `explanationSpec`, as Vertex AI has it, with its metadata instead',
    ]);
  });

  test('a field of neither platform is answered with the one that was meant', () => {
    expect(problems({ versionConfig: { container_spec: {}, endpoint: { dns: 1 } } })).toEqual([
      'version_config: container_spec: no field of the Model resource of Vertex AI, nor `deployedModel` or `endpoint`; did you mean `containerSpec`?',
      expect.stringMatching(
        /^version_config: endpoint\.dns: no field of `endpoint`; its fields are displayName, description/,
      ),
    ]);
  });

  test('rules of AI Platform do not judge a deploy to Vertex AI, nor the other way round', () => {
    const request = { machineType: 'e2-standard-2', runtimeVersion: '1.6' };
    expect(problems(request)).toEqual([]);
    expect(problems({ ...request, platform: 'ai-platform' })).toHaveLength(2);
  });
});

test('whatever the request holds, the rules answer and never throw', () => {
  let seed = 7;
  const pick = <T>(choices: readonly T[]): T | undefined => {
    seed = (seed * 48_271) % 0x7fffffff;
    return choices[seed % (choices.length + 1)];
  };
  const odd = [null, true, -1, 1.5, 'x', '', [], {}, [null], { a: { b: [] } }, '__proto__'];
  const names = [
    'deployedModel',
    'endpoint',
    'containerSpec',
    'explanationSpec',
    'explanationConfig',
    'autoScaling',
    'container',
    'routes',
    'requestLoggingConfig',
  ];
  for (let round = 0; round < 500; round += 1) {
    const config = Object.fromEntries(
      names.map((name) => [
        name,
        pick([
          ...odd,
          { dedicatedResources: pick(odd) ?? 0, parameters: pick(odd) ?? 0, ports: pick(odd) ?? 0 },
        ]) ?? null,
      ]),
    );
    const request: DeployRequest = {
      ...vertexAiRequest,
      region: pick(['me-west1', 'x']) ?? 'us-central1',
      runtimeVersion: pick(['2.11', 'x', '99999999999.1', '']),
      machineType: pick(['n1-standard-2', 'mls1-c1-m2', 'constructor', 'g4-standard-48']),
      accelerator: pick([
        { type: 'toString', count: 1 },
        { type: 'NVIDIA_TESLA_T4', count: NaN },
      ]),
      nodes: pick([-1, 0, 1]),
      minNodes: pick([0, 5]),
      maxNodes: pick([1, 5]),
      predictionClass: pick(['a.B']),
      image: pick(['us-docker.pkg.dev/vertex-ai/prediction/constructor-cpu.1:latest', '']),
      versionConfig: config,
    };
    const artifact = pick([scikitLearn, savedModel, artifactOf({})]);
    const faults = checkRules({ request, artifact, version: pick(['v1', '']) });
    expect(faults.every(({ problem }) => problem.length > 0)).toBe(true);
  }
});
