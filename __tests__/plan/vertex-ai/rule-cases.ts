import type { Artifact } from '../../../src/artifact/artifact.ts';
import type { DeployRequest } from '../../../src/request/deploy-request.ts';
import { artifactOf, plainRequest } from '../rule-cases.ts';
import type { RuleCase } from '../rule-cases.ts';

/** A scikit-learn model for Vertex AI with nothing out of the ordinary. */
export const vertexAiRequest: DeployRequest = { ...plainRequest, platform: 'vertex-ai' };

/** The model of `vertexAiRequest`. */
export const scikitLearn = artifactOf(
  { 'model.joblib': 1000 },
  { framework: 'SCIKIT_LEARN', frameworkVersion: '1.6.1' },
);

/** A SavedModel of TensorFlow 2.15 with one signature, of one input and one output. */
export const savedModel = artifactOf(
  { 'saved_model.pb': 3000, 'variables/variables.data-00000-of-00001': 9000 },
  {
    kind: 'saved-model',
    framework: 'TENSORFLOW',
    frameworkVersion: '2.15.0',
    savedModel: {
      tensorflowVersion: '2.15.0',
      tagSets: [['serve']],
      signatures: [
        {
          name: 'serving_default',
          methodName: 'tensorflow/serving/predict',
          inputs: [{ key: 'x', name: 'serving_default_x:0', dtype: 'float32', shape: [-1, 4] }],
          outputs: [
            { key: 'y', name: 'StatefulPartitionedCall:0', dtype: 'float32', shape: [-1, 3] },
          ],
        },
      ],
    },
  },
);

/** An XGBoost model, saved by itself. */
export const booster = artifactOf(
  { 'model.bst': 1000 },
  { framework: 'XGBOOST', frameworkVersion: '1.7.6' },
);

const anything = artifactOf({ 'weights.bin': 1000 }, { kind: 'directory' });
const twoOutputs: Artifact = {
  ...savedModel,
  savedModel: {
    tensorflowVersion: '2.15.0',
    tagSets: [['serve']],
    signatures: (savedModel.savedModel?.signatures ?? []).map((signature) => ({
      ...signature,
      outputs: [...signature.outputs, ...signature.outputs],
    })),
  },
};

const gpu = { machineType: 'n1-standard-4', accelerator: { type: 'NVIDIA_TESLA_T4', count: 1 } };
const own = { image: 'us-central1-docker.pkg.dev/acme/models/fraud:1.0' };
const sampled = { sampledShapleyAttribution: { numPaths: 10 } };
const logged = { bigqueryTableName: 'acme.serving.log', samplingPercentage: 0.1 };
const madeWith = (frameworkVersion: string): Artifact => ({ ...scikitLearn, frameworkVersion });
const container = (fields: object): Partial<DeployRequest> => ({
  ...own,
  versionConfig: { containerSpec: { ...fields } },
});
const resources = (fields: object): Partial<DeployRequest> => ({
  versionConfig: { deployedModel: { dedicatedResources: { ...fields } } },
});
const cpu = 'aiplatform.googleapis.com/prediction/online/cpu/utilization';

const NEVER_SENT = 'it is translated, or never sent as it was given';
const UNTOLD = 'the service tells nothing about it when it is created';

/** At least one refused and one accepted case for every rule of Vertex AI. */
export const vertexAiRuleCases: readonly RuleCase[] = [
  { rule: 'version-alias', title: 'lower case and hyphens', version: 'v1-2-3', refused: false },
  { rule: 'version-alias', title: 'an underscore', version: 'v1_2', refused: true },
  { rule: 'version-alias', title: 'a number', version: '3', refused: true },
  { rule: 'version-alias', title: 'one letter', version: 'v', refused: true },
  {
    rule: 'version-alias',
    title: 'default',
    version: 'default',
    refused: true,
    onlyHere: 'the service would give it, and so promote',
  },
  {
    rule: 'runtime-version',
    title: 'a runtime of AI Platform',
    request: { runtimeVersion: '2.11' },
    artifact: madeWith('1.0.2'),
    refused: false,
  },
  {
    rule: 'runtime-version',
    title: 'a word, in version_config',
    request: { versionConfig: { runtimeVersion: 'newest' } },
    refused: true,
    onlyHere: NEVER_SENT,
  },
  {
    rule: 'container-fit',
    title: 'the version of scikit-learn itself',
    request: { runtimeVersion: '1.6' },
    refused: false,
  },
  {
    rule: 'container-fit',
    title: 'a scikit-learn that no container has',
    request: { runtimeVersion: '1.7' },
    refused: true,
  },
  { rule: 'container-fit-artifact', title: 'scikit-learn 1.6', refused: false },
  {
    rule: 'container-fit-artifact',
    title: 'XGBoost that is older than a container',
    artifact: booster,
    refused: false,
  },
  {
    rule: 'container-fit-artifact',
    title: 'scikit-learn 1.1',
    artifact: madeWith('1.1.3'),
    refused: true,
  },
  {
    rule: 'container-fit-artifact',
    title: 'TensorFlow 2.16',
    artifact: { ...savedModel, frameworkVersion: '2.16.1' },
    refused: true,
  },
  { rule: 'custom-code', title: 'none', refused: false },
  {
    rule: 'custom-code',
    title: 'a prediction class with its package',
    request: { predictionClass: 'a.B', packageFiles: ['gs://b/a.tar.gz'] },
    refused: true,
  },
  {
    rule: 'custom-code',
    title: 'packages alone, in version_config',
    request: { versionConfig: { packageUris: ['gs://b/a.tar.gz'] } },
    refused: true,
    onlyHere: NEVER_SENT,
  },
  { rule: 'framework-known', title: 'a SavedModel', artifact: savedModel, refused: false },
  {
    rule: 'framework-known',
    title: 'anything, with a container',
    request: own,
    artifact: anything,
    refused: false,
  },
  { rule: 'framework-known', title: 'anything, alone', artifact: anything, refused: true },
  { rule: 'framework-files', title: 'a booster', artifact: booster, refused: false },
  {
    rule: 'framework-files',
    title: 'two models',
    artifact: artifactOf(
      { 'model.bst': 10, 'model.joblib': 10 },
      { framework: 'XGBOOST', frameworkVersion: '2.1.0' },
    ),
    refused: true,
  },
  {
    rule: 'framework-files',
    title: 'a SavedModel as text',
    artifact: artifactOf(
      { 'saved_model.pbtxt': 10 },
      { kind: 'saved-model', framework: 'TENSORFLOW', frameworkVersion: '2.15.0' },
    ),
    refused: true,
  },
  {
    rule: 'framework-files',
    title: 'another name for one of Google’s containers',
    request: { image: 'us-docker.pkg.dev/vertex-ai/prediction/sklearn-cpu.1-6:latest' },
    artifact: artifactOf({ 'clf.joblib': 10 }, { kind: 'directory' }),
    refused: true,
  },

  {
    rule: 'machine-known',
    title: 'e2-standard-2',
    request: { machineType: 'e2-standard-2' },
    refused: false,
  },
  {
    rule: 'machine-known',
    title: 'an MLS1 type of AI Platform',
    request: { machineType: 'mls1-c4-m2' },
    refused: false,
  },
  {
    rule: 'machine-known',
    title: 'n1-standard-3',
    request: { machineType: 'n1-standard-3' },
    refused: true,
  },
  {
    rule: 'machine-known',
    title: 'a machine type in deployedModel',
    request: resources({ machineSpec: { machineType: 'n2-standard-3' } }),
    refused: true,
  },
  {
    rule: 'accelerator-machine',
    title: 'a T4 on N1',
    request: gpu,
    artifact: savedModel,
    refused: false,
  },
  {
    rule: 'accelerator-machine',
    title: 'the L4 of G2, not said',
    request: { machineType: 'g2-standard-24' },
    artifact: savedModel,
    refused: false,
  },
  {
    rule: 'accelerator-machine',
    title: 'two L4 on a G2 that has one',
    request: { machineType: 'g2-standard-4', accelerator: { type: 'NVIDIA_L4', count: 2 } },
    artifact: savedModel,
    refused: true,
  },
  {
    rule: 'accelerator-machine',
    title: 'an L4 on the default machine type',
    request: { accelerator: { type: 'NVIDIA_L4', count: 1 } },
    artifact: savedModel,
    refused: true,
  },
  {
    rule: 'accelerator-machine',
    title: 'a V100 in me-west1',
    request: {
      ...gpu,
      accelerator: { type: 'NVIDIA_TESLA_V100', count: 1 },
      region: 'me-west1',
      modelRegion: 'me-west1',
    },
    artifact: savedModel,
    refused: true,
  },
  {
    rule: 'accelerator-machine',
    title: 'a T4 on E2, in deployedModel',
    request: resources({
      machineSpec: {
        machineType: 'e2-standard-4',
        acceleratorType: 'NVIDIA_TESLA_T4',
        acceleratorCount: 1,
      },
    }),
    artifact: savedModel,
    refused: true,
  },
  {
    rule: 'accelerator-framework',
    title: 'a T4 for a container of one’s own',
    request: { ...gpu, ...own },
    refused: false,
  },
  { rule: 'accelerator-framework', title: 'a T4 for scikit-learn', request: gpu, refused: true },
  {
    rule: 'accelerator-framework',
    title: 'a machine type with GPUs for XGBoost',
    request: { machineType: 'g2-standard-4' },
    artifact: booster,
    refused: true,
  },
  {
    rule: 'accelerator-framework',
    title: 'a T4 for Google’s container of scikit-learn',
    request: { ...gpu, image: 'us-docker.pkg.dev/vertex-ai/prediction/sklearn-cpu.1-6:latest' },
    refused: true,
  },
  {
    rule: 'replicas-required',
    title: 'all of them',
    request: { minNodes: 2, ...resources({ requiredReplicaCount: 2 }) },
    refused: false,
  },
  {
    rule: 'replicas-required',
    title: 'more than there are',
    request: resources({ minReplicaCount: 1, requiredReplicaCount: 2 }),
    refused: true,
  },
  {
    rule: 'metric-specs',
    title: 'one that AI Platform has not',
    request: resources({
      autoscalingMetricSpecs: [
        { metricName: 'aiplatform.googleapis.com/prediction/online/request_count', target: 100 },
      ],
    }),
    refused: false,
  },
  {
    rule: 'metric-specs',
    title: 'a short name',
    request: resources({ autoscalingMetricSpecs: [{ metricName: 'cpu' }] }),
    refused: true,
  },
  {
    rule: 'metric-specs',
    title: 'one twice',
    request: resources({ autoscalingMetricSpecs: [{ metricName: cpu }, { metricName: cpu }] }),
    refused: true,
  },
  {
    rule: 'metric-specs',
    title: 'more than all of it',
    request: resources({ autoscalingMetricSpecs: [{ metricName: cpu, target: 101 }] }),
    refused: true,
  },

  { rule: 'nodes-or-autoscaling', title: 'nodes alone', request: { nodes: 2 }, refused: false },
  {
    rule: 'nodes-or-autoscaling',
    title: 'nodes, and replicas in deployedModel',
    request: { nodes: 2, ...resources({ minReplicaCount: 1 }) },
    refused: true,
    onlyHere: NEVER_SENT,
  },
  { rule: 'nodes-minimum', title: 'no node at least', request: { minNodes: 0 }, refused: false },
  {
    rule: 'nodes-minimum',
    title: 'fewer than none, in deployedModel',
    request: resources({ minReplicaCount: -1 }),
    refused: true,
    onlyHere: NEVER_SENT,
  },
  {
    rule: 'min-max-nodes',
    title: 'as many as at most',
    request: { minNodes: 2, maxNodes: 2 },
    refused: false,
  },
  {
    rule: 'min-max-nodes',
    title: 'more than at most',
    request: { minNodes: 3, maxNodes: 2 },
    refused: true,
  },
  {
    rule: 'metric-target-range',
    title: 'half of the CPU',
    request: { metricTargets: [{ name: 'CPU_USAGE', target: 50 }] },
    refused: false,
  },
  {
    rule: 'metric-target-range',
    title: 'more than the whole CPU, in version_config',
    request: { versionConfig: { autoScaling: { metrics: [{ name: 'CPU_USAGE', target: 101 }] } } },
    refused: true,
  },
  {
    rule: 'gpu-metric-accelerator',
    title: 'the GPU of the machine type',
    request: {
      machineType: 'g2-standard-4',
      maxNodes: 2,
      metricTargets: [{ name: 'GPU_DUTY_CYCLE', target: 60 }],
    },
    artifact: savedModel,
    refused: false,
  },
  {
    rule: 'gpu-metric-accelerator',
    title: 'no GPU',
    request: { metricTargets: [{ name: 'GPU_DUTY_CYCLE', target: 60 }] },
    refused: true,
    onlyHere: UNTOLD,
  },

  {
    rule: 'container-image',
    title: 'a container with its image',
    request: { ...own, versionConfig: { container: { args: ['a'] } } },
    refused: false,
  },
  {
    rule: 'container-image',
    title: 'a container without an image',
    request: { versionConfig: { container: { args: ['a'] } } },
    refused: true,
    onlyHere: UNTOLD,
  },
  { rule: 'image-excludes', title: 'an image alone', request: own, refused: false },
  {
    rule: 'image-excludes',
    title: 'an image and a runtime',
    request: { ...own, runtimeVersion: '2.11' },
    refused: true,
    onlyHere: NEVER_SENT,
  },
  {
    rule: 'routes-image',
    title: 'routes of a container',
    request: { ...own, versionConfig: { routes: { predict: '/predict', health: '/health' } } },
    refused: false,
  },
  {
    rule: 'routes-image',
    title: 'routes without one',
    request: { versionConfig: { routes: { predict: '/predict' } } },
    refused: true,
    onlyHere: UNTOLD,
  },
  ...[
    { rule: 'container-port', fields: 'container', port: 'ports' },
    { rule: 'container-spec-port', fields: 'containerSpec', port: 'ports' },
    { rule: 'container-spec-grpc-port', fields: 'containerSpec', port: 'grpcPorts' },
  ].flatMap(({ rule, fields, port }) =>
    [8080, 70_000].map((containerPort) => ({
      rule,
      title: `${port} with ${containerPort}`,
      request: { ...own, versionConfig: { [fields]: { [port]: [{ containerPort }] } } },
      refused: containerPort === 70_000,
    })),
  ),
  ...[
    { rule: 'container-variable', fields: 'container' },
    { rule: 'container-spec-variable', fields: 'containerSpec' },
  ].flatMap(({ rule, fields }) =>
    ['THREADS', 'AIP_HTTP_PORT'].map((name) => ({
      rule,
      title: `the variable ${name}`,
      request: { ...own, versionConfig: { [fields]: { env: [{ name, value: '1' }] } } },
      refused: name === 'AIP_HTTP_PORT',
    })),
  ),
  {
    rule: 'routes-path',
    title: 'a route with its slash',
    request: { ...own, versionConfig: { routes: { health: '/up' } } },
    refused: false,
  },
  {
    rule: 'routes-path',
    title: 'a route without a slash',
    request: { ...own, versionConfig: { routes: { health: 'up' } } },
    refused: true,
  },
  {
    rule: 'container-spec-route',
    title: 'a route with its slash',
    request: container({ predictRoute: '/predict' }),
    refused: false,
  },
  {
    rule: 'container-spec-route',
    title: 'a route without a slash',
    request: container({ predictRoute: 'predict' }),
    refused: true,
  },
  {
    rule: 'image-host',
    title: 'an image of another region',
    request: { image: 'europe-docker.pkg.dev/acme/models/fraud' },
    refused: false,
  },
  {
    rule: 'image-host',
    title: 'an image of Docker Hub',
    request: { image: 'docker.io/acme/fraud' },
    refused: true,
  },
  {
    rule: 'container-spec-prefix',
    title: 'every route',
    request: container({ invokeRoutePrefix: '/*' }),
    refused: false,
  },
  {
    rule: 'container-spec-prefix',
    title: 'some routes',
    request: container({ invokeRoutePrefix: '/v1/*' }),
    refused: true,
  },
  {
    rule: 'container-spec-prefix',
    title: 'every route, and one for predictions',
    request: container({ invokeRoutePrefix: '/*', predictRoute: '/predict' }),
    refused: true,
  },
  {
    rule: 'container-spec-timeout',
    title: 'two hours',
    request: container({ deploymentTimeout: '7200s' }),
    refused: false,
  },
  {
    rule: 'container-spec-timeout',
    title: 'more than two hours',
    request: container({ deploymentTimeout: '7201s' }),
    refused: true,
  },
  {
    rule: 'container-spec-timeout',
    title: 'minutes',
    request: container({ deploymentTimeout: '30m' }),
    refused: true,
  },

  {
    rule: 'config-fields',
    title: 'fields of all three resources, and of AI Platform',
    request: {
      versionConfig: {
        description: 'Finds fraud',
        deployedModel: { dedicatedResources: { spot: true } },
        endpoint: { dedicatedEndpointEnabled: true },
        manualScaling: { nodes: 1 },
      },
    },
    refused: false,
  },
  {
    rule: 'config-fields',
    title: 'a field of the Model that there is not',
    request: { versionConfig: { displayname2: 'x' } },
    refused: true,
  },
  {
    rule: 'config-fields',
    title: 'a field deep in the deployed model that there is not',
    request: resources({ machineSpec: { machinetype: 'n1-standard-2' } }),
    refused: true,
  },
  {
    rule: 'config-fields',
    title: 'a field of the endpoint of another type',
    request: { versionConfig: { endpoint: { dedicatedEndpointEnabled: 'yes' } } },
    refused: true,
  },
  {
    rule: 'config-output-only',
    title: 'what can be written',
    request: { versionConfig: { metadata: { any: ['thing'] } } },
    refused: false,
  },
  {
    rule: 'config-output-only',
    title: 'what the service writes, at any depth',
    request: { versionConfig: { endpoint: { dedicatedEndpointDns: 'x' } } },
    refused: true,
    onlyHere: 'the service ignores it',
  },
  {
    rule: 'config-owned',
    title: 'a name of the deployed model',
    request: { versionConfig: { deployedModel: { displayName: 'blue' } } },
    refused: false,
  },
  {
    rule: 'config-owned',
    title: 'what an input says',
    request: { versionConfig: { versionAliases: ['default'] } },
    refused: true,
    onlyHere: NEVER_SENT,
  },
  {
    rule: 'config-useless',
    title: 'dedicated resources',
    request: resources({ minReplicaCount: 1 }),
    refused: false,
  },
  {
    rule: 'config-useless',
    title: 'automatic resources',
    request: { versionConfig: { deployedModel: { automaticResources: { minReplicaCount: 1 } } } },
    refused: true,
  },
  {
    rule: 'config-useless',
    title: 'shared resources',
    request: { versionConfig: { deployedModel: { sharedResources: 'pool' } } },
    refused: true,
  },
  {
    rule: 'explanation-once',
    title: 'AI Platform’s spelling',
    request: { versionConfig: { explanationConfig: sampled } },
    artifact: savedModel,
    refused: false,
  },
  {
    rule: 'explanation-once',
    title: 'both spellings',
    request: {
      versionConfig: {
        explanationConfig: sampled,
        explanationSpec: { parameters: { sampledShapleyAttribution: { pathCount: 10 } } },
      },
    },
    artifact: savedModel,
    refused: true,
    onlyHere: NEVER_SENT,
  },
  {
    rule: 'explanation-metadata',
    title: 'a signature of one output',
    request: { versionConfig: { explanationConfig: sampled } },
    artifact: savedModel,
    refused: false,
  },
  {
    rule: 'explanation-metadata',
    title: 'a signature of two outputs',
    request: { versionConfig: { explanationConfig: sampled } },
    artifact: twoOutputs,
    refused: true,
    onlyHere: NEVER_SENT,
  },
  {
    rule: 'explanation-metadata',
    title: 'no signature',
    request: { versionConfig: { explanationConfig: sampled } },
    refused: true,
    onlyHere: NEVER_SENT,
  },
  {
    rule: 'explanation-spec-method',
    title: 'one method',
    request: {
      versionConfig: {
        explanationSpec: { parameters: { sampledShapleyAttribution: { pathCount: 10 } } },
      },
    },
    refused: false,
  },
  {
    rule: 'explanation-spec-method',
    title: 'no method',
    request: { versionConfig: { explanationSpec: { parameters: { topK: 1 } } } },
    refused: true,
  },
  {
    rule: 'explanation-spec-method',
    title: 'a method without its count, of the deployed model',
    request: {
      versionConfig: {
        deployedModel: {
          explanationSpec: { parameters: { integratedGradientsAttribution: {} } },
        },
      },
    },
    artifact: savedModel,
    refused: true,
  },
  {
    rule: 'explanation-method',
    title: 'one method',
    request: { versionConfig: { explanationConfig: sampled } },
    artifact: savedModel,
    refused: false,
  },
  {
    rule: 'explanation-method',
    title: 'two methods',
    request: {
      versionConfig: {
        explanationConfig: { ...sampled, xraiAttribution: { numIntegralSteps: 10 } },
      },
    },
    artifact: savedModel,
    refused: true,
  },
  {
    rule: 'explanation-steps',
    title: 'ten paths',
    request: { versionConfig: { explanationConfig: sampled } },
    artifact: savedModel,
    refused: false,
  },
  {
    rule: 'explanation-steps',
    title: 'no paths',
    request: {
      versionConfig: { explanationConfig: { sampledShapleyAttribution: { numPaths: 0 } } },
    },
    artifact: savedModel,
    refused: true,
  },
  {
    rule: 'request-logging-table',
    title: 'a table',
    request: { versionConfig: { requestLoggingConfig: logged } },
    refused: false,
  },
  {
    rule: 'request-logging-table',
    title: 'a dataset',
    request: {
      versionConfig: { requestLoggingConfig: { ...logged, bigqueryTableName: 'acme.serving' } },
    },
    refused: true,
    onlyHere: UNTOLD,
  },
  {
    rule: 'request-logging-rate',
    title: 'all requests',
    request: {
      versionConfig: {
        endpoint: {
          predictRequestResponseLoggingConfig: {
            enabled: true,
            samplingRate: 1,
            bigqueryDestination: { outputUri: 'bq://acme' },
          },
        },
      },
    },
    refused: false,
  },
  {
    rule: 'request-logging-rate',
    title: 'no requests',
    request: { versionConfig: { requestLoggingConfig: { ...logged, samplingPercentage: 0 } } },
    refused: true,
  },
  {
    rule: 'request-logging-rate',
    title: 'a share that is not said',
    request: { versionConfig: { requestLoggingConfig: { bigqueryTableName: 'a.b.c' } } },
    refused: true,
    onlyHere: UNTOLD,
  },
];
