import type { Artifact } from '../../../src/artifact/artifact.ts';
import { translationsOf } from '../../../src/plan/vertex-ai/translations.ts';
import { readVertexAiWanted } from '../../../src/plan/vertex-ai/wanted.ts';
import type { DeployRequest } from '../../../src/request/deploy-request.ts';
import { savedModel, scikitLearn, vertexAiRequest } from './rule-cases.ts';

const today = new Date('2026-02-01T00:00:00Z');

function rows(asked: Partial<DeployRequest>, artifact: Artifact = scikitLearn): string[] {
  const request = { ...vertexAiRequest, ...asked };
  const wanted = readVertexAiWanted(request, artifact, today);
  return translationsOf(request, artifact, wanted).map(
    ({ from, to, why }) => `${from} → ${to}: ${why}`,
  );
}

test('what is the same on both platforms is not in the table', () => {
  expect(rows({ machineType: 'n1-standard-4', labels: { a: 'b' }, description: 'x' })).toEqual([]);
  const own = { deployedModel: { dedicatedResources: { minReplicaCount: 1, maxReplicaCount: 2 } } };
  expect(rows({ versionConfig: own })).toEqual([]);
});

test('a whole workflow of AI Platform is told row by row', () => {
  expect(
    rows(
      {
        runtimeVersion: '2.11',
        pythonVersion: '3.7',
        machineType: 'mls1-c4-m2',
        minNodes: 0,
        maxNodes: 4,
        metricTargets: [{ name: 'CPU_USAGE', target: 70 }],
        logging: 'access',
        versionConfig: {
          explanationConfig: { sampledShapleyAttribution: { numPaths: 10 } },
          requestLoggingConfig: { bigqueryTableName: 'a.b.c', samplingPercentage: 1 },
        },
      },
      savedModel,
    ),
  ).toEqual([
    'runtime_version: 2.11 → containerSpec.imageUri: us-docker.pkg.dev/vertex-ai/prediction/tf2-cpu.2-14:latest: Vertex AI has prebuilt containers instead of runtimes: that runtime has TensorFlow 2.11.0, and this container holds 2.14.',
    'python_version: 3.7 → (left out): A container brings its own Python.',
    'machine_type: mls1-c4-m2 → machineSpec.machineType: n1-standard-2: MLS1 machine types exist on AI Platform only; this is the default of Vertex AI, and the smallest N1.',
    'min_nodes: 0 → dedicatedResources.minReplicaCount: 1: Vertex AI does not scale to zero: one replica at least runs, and is paid for.',
    'max_nodes: 4 → dedicatedResources.maxReplicaCount: 4: Nodes are called replicas.',
    'metric_targets: CPU_USAGE=70 → dedicatedResources.autoscalingMetricSpecs: aiplatform.googleapis.com/prediction/online/cpu/utilization=70: The metrics have other names.',
    'logging: access → enableAccessLogging: true, disableContainerLogging: false: Logging is set for each deployed model; the logs of the container stay on, to tell why one does not start.',
    'version_config: explanationConfig → explanationSpec: {"parameters":{"sampledShapleyAttribution":{"pathCount":10}},"metadata":{"inputs":{"x":{"inputTensorName":"serving_default_x:0"}},"outputs":{"y":{"outputTensorName":"StatefulPartitionedCall:0"}}}}: The counts have other names, and the metadata is made from the signature; baselines of explanation_metadata.json are not read.',
    'version_config: requestLoggingConfig → endpoint.predictRequestResponseLoggingConfig: Requests are logged by the endpoint, for all its models, from its creation on.',
  ]);
});

test('a version of the framework itself is told as that', () => {
  expect(rows({ runtimeVersion: '1.6' })[0]).toContain(
    'read as the version of scikit-learn, and this container holds 1.6.',
  );
});

test('a fixed number of nodes is both bounds, and a least number alone is never exceeded', () => {
  expect(rows({ nodes: 2 })).toEqual([
    'nodes: 2 → dedicatedResources.minReplicaCount: 2, dedicatedResources.maxReplicaCount: 2: A fixed number of nodes is a least number of replicas that equals the most.',
  ]);
  expect(rows({ minNodes: 2 })[0]).toContain('Without `max_nodes` there are never more.');
});

test('fields of version_config are told by their path', () => {
  expect(
    rows({
      image: 'us-central1-docker.pkg.dev/acme/models/fraud',
      versionConfig: {
        machineType: 'mls1-c1-m2',
        manualScaling: { nodes: 1 },
        container: { args: [] },
        routes: { predict: '/p' },
      },
    }).map((row) => row.split(' → ')[0]),
  ).toEqual([
    'version_config: machineType: "mls1-c1-m2"',
    'version_config: manualScaling.nodes: 1',
    'version_config: container',
    'version_config: routes',
  ]);
});

test.each([
  { kind: 'local', path: 'C:\\work\\model.pkl' },
  { kind: 'local', path: '/work/clf.pickle' },
  { kind: 'object', bucket: 'b', name: 'models/model.pkl' },
] as const)('a plain pickle gets the name that containers look for: %j', (source) => {
  const files = [{ name: 'model.joblib', bytes: 1, source }];
  const [row] = rows({}, { ...scikitLearn, files });
  expect(row).toMatch(/^source: (?:model\.pkl|clf\.pickle) → model\.joblib: Prebuilt containers/);
});
