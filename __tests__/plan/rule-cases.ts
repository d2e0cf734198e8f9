import type { Artifact } from '../../src/artifact/artifact.ts';
import type { DeployRequest } from '../../src/request/deploy-request.ts';

/** A scikit-learn model on a regional endpoint with nothing out of the ordinary. */
export const plainRequest: DeployRequest = {
  model: 'fraud',
  source: 'model/model.joblib',
  version: undefined,
  framework: undefined,
  packageFiles: [],
  predictionClass: undefined,
  platform: 'ai-platform',
  projectId: 'acme',
  region: 'us-central1',
  modelRegion: 'us-central1',
  destination: { bucket: 'acme-aiplatform', prefix: '' },
  createBucket: false,
  endpoint: 'fraud',
  runtimeVersion: undefined,
  pythonVersion: undefined,
  machineType: undefined,
  accelerator: undefined,
  nodes: undefined,
  minNodes: undefined,
  maxNodes: undefined,
  metricTargets: [],
  image: undefined,
  serviceAccount: undefined,
  logging: 'none',
  description: '',
  labels: {},
  versionConfig: {},
  ifVersionExists: 'fail',
  keepVersions: undefined,
  promote: true,
  traffic: 100,
  wait: true,
  timeoutSeconds: 3600,
  operation: undefined,
  dryRun: false,
  proof: undefined,
  allowUnsafePickle: false,
  comment: 'auto',
  githubToken: undefined,
  summary: true,
  run: {
    workspace: '/work',
    serverUrl: 'https://github.com',
    repository: undefined,
    sha: undefined,
    runId: undefined,
    runAttempt: undefined,
    workflow: undefined,
    tag: undefined,
    commitSubject: undefined,
    runUrl: undefined,
    credentialFiles: [],
  },
};

/** An artifact of these files, by name and size in bytes; the marker is the first. */
export function artifactOf(
  files: Readonly<Record<string, number>>,
  overrides: Partial<Artifact> = {},
): Artifact {
  const listed = Object.entries(files).map(([name, bytes]) => ({
    name,
    bytes,
    source: { kind: 'local', path: `/work/model/${name}` } as const,
  }));
  return {
    kind: 'model-file',
    chosen: 'model',
    place: 'local',
    framework: undefined,
    frameworkVersion: undefined,
    exportTimestamp: undefined,
    files: listed.toSorted((left, right) => (left.name < right.name ? -1 : 1)),
    marker: Object.keys(files)[0],
    totalBytes: listed.reduce((sum, { bytes }) => sum + bytes, 0),
    remarks: [],
    warnings: [],
    ...overrides,
  };
}

/** The model of `plainRequest`. */
export const scikitLearn = artifactOf(
  { 'model.joblib': 1000 },
  { framework: 'SCIKIT_LEARN', frameworkVersion: '1.0.2' },
);

/** A SavedModel of TensorFlow 2.11. */
export const savedModel = artifactOf(
  { 'saved_model.pb': 3000, 'variables/variables.data-00000-of-00001': 9000 },
  { kind: 'saved-model', framework: 'TENSORFLOW', frameworkVersion: '2.11.0' },
);

const explained = artifactOf(
  { 'saved_model.pb': 3000, 'explanation_metadata.json': 200 },
  { kind: 'saved-model', framework: 'TENSORFLOW', frameworkVersion: '2.11.0' },
);

const ofOldScikitLearn: Artifact = { ...scikitLearn, frameworkVersion: '0.20.4' };

const anything = artifactOf({ 'weights.bin': 1000 }, { kind: 'directory' });

/** One case of one rule: the same is told to our rules and can be told to a service. */
export interface RuleCase {
  /** Id of the rule in `rules`. */
  readonly rule: string;
  /** What is tried, in words. */
  readonly title: string;
  /** Over `plainRequest`. */
  readonly request?: Partial<DeployRequest>;
  /** `scikitLearn` when absent. */
  readonly artifact?: Artifact;
  readonly version?: string;
  readonly refused: boolean;
  /**
   * Why a service would not refuse the same: it never sees it, or accepts it. Absent when it would.
   */
  readonly onlyHere?: string;
}

const MEBIBYTE = 1024 ** 2;
const onGlobal = { region: 'global', modelRegion: 'us-central1' } as const;
const customRoutine = {
  ...onGlobal,
  predictionClass: 'predictor.Fraud',
  packageFiles: ['gs://acme-aiplatform/fraud-1.0.tar.gz'],
} as const;
const container = {
  image: 'us-central1-docker.pkg.dev/acme/models/fraud:1.0',
  machineType: 'n1-standard-4',
} as const;
const gpu = {
  machineType: 'n1-standard-4',
  accelerator: { type: 'NVIDIA_TESLA_T4', count: 1 },
} as const;
const explanations = {
  explanationConfig: { sampledShapleyAttribution: { numPaths: 10 } },
} as const;
const requestLogging = { bigqueryTableName: 'acme.serving.log', samplingPercentage: 0.1 } as const;

function files(count: number): Readonly<Record<string, number>> {
  const others = Array.from({ length: count - 1 }, (_, index) => [`assets/${index}`, 1] as const);
  return Object.fromEntries([['model.joblib', 1], ...others]);
}

function weighing(bytes: number): Artifact {
  return artifactOf(
    { 'model.joblib': bytes },
    { framework: 'SCIKIT_LEARN', frameworkVersion: '1.0.2' },
  );
}

/** At least one refused and one accepted case for every rule. */
export const ruleCases: readonly RuleCase[] = [
  {
    rule: 'version-name',
    title: 'letters, digits and underscores',
    version: 'v1_2_3',
    refused: false,
  },
  { rule: 'version-name', title: '128 characters', version: 'v'.repeat(128), refused: false },
  { rule: 'version-name', title: '129 characters', version: 'v'.repeat(129), refused: true },
  { rule: 'version-name', title: 'a dash', version: 'v-1', refused: true },
  { rule: 'version-name', title: 'a digit first', version: '1v', refused: true },

  {
    rule: 'file-count',
    title: '1,000 files',
    artifact: artifactOf(files(1000), { framework: 'SCIKIT_LEARN', frameworkVersion: '1.0.2' }),
    refused: false,
  },
  {
    rule: 'file-count',
    title: '1,001 files',
    artifact: artifactOf(files(1001), { framework: 'SCIKIT_LEARN', frameworkVersion: '1.0.2' }),
    refused: true,
  },

  {
    rule: 'size-mls1',
    title: '500 MiB on the default of the global endpoint',
    request: onGlobal,
    artifact: weighing(500 * MEBIBYTE),
    refused: false,
  },
  {
    rule: 'size-mls1',
    title: 'one byte more than 500 MiB on the default of the global endpoint',
    request: onGlobal,
    artifact: weighing(500 * MEBIBYTE + 1),
    refused: true,
  },
  {
    rule: 'size-mls1',
    title: 'one byte more than 500 MiB on mls1-c4-m2',
    request: { ...onGlobal, machineType: 'mls1-c4-m2' },
    artifact: weighing(500 * MEBIBYTE + 1),
    refused: true,
  },
  {
    rule: 'size-custom-code',
    title: '500 MiB with a custom routine',
    request: customRoutine,
    artifact: artifactOf({ 'weights.bin': 500 * MEBIBYTE }, { kind: 'directory' }),
    refused: false,
  },
  {
    rule: 'size-custom-code',
    title: 'one byte more with a custom routine',
    request: customRoutine,
    artifact: artifactOf({ 'weights.bin': 500 * MEBIBYTE + 1 }, { kind: 'directory' }),
    refused: true,
  },
  {
    rule: 'size-n1',
    title: '10 GiB on a regional endpoint',
    artifact: weighing(10_240 * MEBIBYTE),
    refused: false,
  },
  {
    rule: 'size-n1',
    title: 'one byte more than 10 GiB on a regional endpoint',
    artifact: weighing(10_240 * MEBIBYTE + 1),
    refused: true,
  },

  { rule: 'framework-known', title: 'a model file', refused: false },
  {
    rule: 'framework-known',
    title: 'anything, with a container',
    request: container,
    artifact: anything,
    refused: false,
  },
  {
    rule: 'framework-known',
    title: 'anything, with a custom routine',
    request: customRoutine,
    artifact: anything,
    refused: false,
  },
  { rule: 'framework-known', title: 'anything, alone', artifact: anything, refused: true },

  { rule: 'framework-files', title: 'a SavedModel', artifact: savedModel, refused: false },
  {
    rule: 'framework-files',
    title: 'a joblib as XGBoost',
    request: { framework: 'XGBOOST' },
    refused: false,
  },
  {
    rule: 'framework-files',
    title: 'a joblib as TensorFlow',
    request: { framework: 'TENSORFLOW' },
    refused: true,
  },
  {
    rule: 'framework-files',
    title: 'a joblib beside a pickle',
    artifact: artifactOf(
      { 'model.joblib': 10, 'model.pkl': 10 },
      { framework: 'SCIKIT_LEARN', frameworkVersion: '1.0.2' },
    ),
    refused: true,
  },

  {
    rule: 'runtime-known',
    title: 'the oldest runtime',
    request: { runtimeVersion: '1.13' },
    artifact: ofOldScikitLearn,
    refused: false,
  },
  {
    rule: 'runtime-known',
    title: 'a runtime that never was',
    request: { runtimeVersion: '2.12' },
    refused: true,
  },
  {
    rule: 'runtime-known',
    title: 'a patch level',
    request: { runtimeVersion: '2.11.0' },
    refused: true,
  },
  {
    rule: 'runtime-known',
    title: 'a closed runtime, in version_config',
    request: { versionConfig: { runtimeVersion: '1.12' } },
    refused: true,
  },
  {
    rule: 'runtime-python',
    title: 'Python 2.7 with runtime 1.15',
    request: { runtimeVersion: '1.15', pythonVersion: '2.7' },
    artifact: ofOldScikitLearn,
    refused: false,
  },
  {
    rule: 'runtime-python',
    title: 'Python 3.7 with runtime 1.14',
    request: { runtimeVersion: '1.14', pythonVersion: '3.7' },
    refused: true,
  },
  {
    rule: 'runtime-python',
    title: 'a Python that no runtime has, with the runtime of the artifact',
    request: { pythonVersion: '3.10' },
    refused: true,
  },

  {
    rule: 'machine-known',
    title: 'a deprecated name',
    request: { ...onGlobal, machineType: 'mls1-highmem-1' },
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
    title: 'e2-standard-2, in version_config',
    request: { versionConfig: { machineType: 'e2-standard-2' } },
    refused: true,
  },
  {
    rule: 'machine-mls1-endpoint',
    title: 'mls1-c4-m2 on the global endpoint',
    request: { ...onGlobal, machineType: 'mls1-c4-m2' },
    refused: false,
  },
  {
    rule: 'machine-mls1-endpoint',
    title: 'mls1-c1-m2 on a regional endpoint',
    request: { machineType: 'mls1-c1-m2' },
    refused: true,
  },
  {
    rule: 'machine-n1-endpoint',
    title: 'n1-highmem-2 on a regional endpoint',
    request: { machineType: 'n1-highmem-2' },
    refused: false,
  },
  {
    rule: 'machine-n1-endpoint',
    title: 'n1-standard-2 on the global endpoint',
    request: { ...onGlobal, machineType: 'n1-standard-2' },
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
    title: 'a T4 on the global endpoint',
    request: { ...onGlobal, accelerator: gpu.accelerator },
    artifact: savedModel,
    refused: true,
  },
  {
    rule: 'accelerator-count',
    title: 'eight V100 on n1-standard-32',
    request: {
      machineType: 'n1-standard-32',
      accelerator: { type: 'NVIDIA_TESLA_V100', count: 8 },
    },
    artifact: savedModel,
    refused: false,
  },
  {
    rule: 'accelerator-count',
    title: 'one T4 on n1-standard-32',
    request: { ...gpu, machineType: 'n1-standard-32' },
    artifact: savedModel,
    refused: true,
  },
  {
    rule: 'accelerator-count',
    title: 'three T4',
    request: { ...gpu, accelerator: { type: 'NVIDIA_TESLA_T4', count: 3 } },
    artifact: savedModel,
    refused: true,
  },
  {
    rule: 'accelerator-count',
    title: 'an A100',
    request: { ...gpu, accelerator: { type: 'NVIDIA_TESLA_A100', count: 1 } },
    artifact: savedModel,
    refused: true,
  },
  {
    rule: 'accelerator-count',
    title: 'a T4 without a count, in version_config',
    request: { versionConfig: { acceleratorConfig: { type: 'NVIDIA_TESLA_T4' } } },
    artifact: savedModel,
    refused: true,
  },
  {
    rule: 'accelerator-framework',
    title: 'a T4 for a container',
    request: { ...gpu, ...container },
    refused: false,
  },
  {
    rule: 'accelerator-framework',
    title: 'a T4 for scikit-learn',
    request: gpu,
    refused: true,
  },

  { rule: 'nodes-or-autoscaling', title: 'nodes alone', request: { nodes: 2 }, refused: false },
  {
    rule: 'nodes-or-autoscaling',
    title: 'nodes and min_nodes',
    request: { nodes: 2, minNodes: 1 },
    refused: true,
  },
  {
    rule: 'nodes-or-autoscaling',
    title: 'nodes and metric_targets',
    request: { nodes: 2, metricTargets: [{ name: 'CPU_USAGE', target: 60 }] },
    refused: true,
  },
  {
    rule: 'nodes-or-autoscaling',
    title: 'nodes and maxNodes in version_config',
    request: { nodes: 2, versionConfig: { autoScaling: { maxNodes: 3 } } },
    refused: true,
  },
  { rule: 'nodes-minimum', title: 'one node', request: { nodes: 1 }, refused: false },
  {
    rule: 'nodes-minimum',
    title: 'no node, in version_config',
    request: { versionConfig: { manualScaling: { nodes: 0 } } },
    refused: true,
  },
  {
    rule: 'nodes-minimum',
    title: 'at most no node, in version_config',
    request: { ...onGlobal, versionConfig: { autoScaling: { maxNodes: 0 } } },
    refused: true,
    onlyHere: 'proto3 cannot tell 0 from an absent value',
  },
  {
    rule: 'nodes-minimum',
    title: 'fewer than no nodes, in version_config',
    request: { ...onGlobal, versionConfig: { autoScaling: { minNodes: -1 } } },
    refused: true,
  },
  {
    rule: 'metric-target-range',
    title: 'the whole CPU',
    request: { metricTargets: [{ name: 'CPU_USAGE', target: 100 }] },
    refused: false,
  },
  {
    rule: 'metric-target-range',
    title: 'a metric without a target, in version_config',
    request: { versionConfig: { autoScaling: { metrics: [{ name: 'CPU_USAGE' }] } } },
    refused: false,
  },
  {
    rule: 'metric-target-range',
    title: 'more than the whole CPU, in version_config',
    request: { versionConfig: { autoScaling: { metrics: [{ name: 'CPU_USAGE', target: 101 }] } } },
    refused: true,
  },
  {
    rule: 'min-nodes-n1',
    title: 'scaling to zero on MLS1',
    request: { ...onGlobal, minNodes: 0 },
    refused: false,
  },
  {
    rule: 'min-nodes-n1',
    title: 'scaling to zero on N1',
    request: { minNodes: 0 },
    refused: true,
    onlyHere: 'proto3 cannot tell 0 from an absent value, and it would keep one node',
  },
  {
    rule: 'min-max-nodes',
    title: 'as many at least as at most',
    request: { minNodes: 3, maxNodes: 3 },
    refused: false,
  },
  {
    rule: 'min-max-nodes',
    title: 'more at least than at most',
    request: { minNodes: 4, maxNodes: 3 },
    refused: true,
  },
  {
    rule: 'gpu-metric-accelerator',
    title: 'the duty cycle of a T4',
    request: { ...gpu, metricTargets: [{ name: 'GPU_DUTY_CYCLE', target: 60 }] },
    artifact: savedModel,
    refused: false,
  },
  {
    rule: 'gpu-metric-accelerator',
    title: 'the duty cycle of nothing',
    request: { metricTargets: [{ name: 'GPU_DUTY_CYCLE', target: 60 }] },
    refused: true,
  },

  {
    rule: 'custom-code-endpoint',
    title: 'a custom routine on the global endpoint',
    request: customRoutine,
    artifact: anything,
    refused: false,
  },
  {
    rule: 'custom-code-endpoint',
    title: 'a custom routine on a regional endpoint',
    request: { ...customRoutine, region: 'us-central1' },
    artifact: anything,
    refused: true,
  },
  {
    rule: 'custom-code-endpoint',
    title: 'packages for scikit-learn on a regional endpoint',
    request: { packageFiles: customRoutine.packageFiles },
    refused: true,
  },
  {
    rule: 'prediction-class-packages',
    title: 'a class with its package in version_config',
    request: {
      ...customRoutine,
      packageFiles: [],
      versionConfig: { packageUris: [...customRoutine.packageFiles] },
    },
    artifact: anything,
    refused: false,
  },
  {
    rule: 'prediction-class-packages',
    title: 'a class without a package',
    request: { ...customRoutine, packageFiles: [] },
    artifact: anything,
    refused: true,
  },
  {
    rule: 'prediction-class-framework',
    title: 'a class for a model whose framework was detected',
    request: customRoutine,
    refused: false,
  },
  {
    rule: 'prediction-class-framework',
    title: 'a class and a framework',
    request: { ...customRoutine, framework: 'SCIKIT_LEARN' },
    refused: true,
  },
  {
    rule: 'prediction-class-name',
    title: 'a class in a nested module',
    request: { ...customRoutine, predictionClass: 'acme.predictor.Fraud_2' },
    artifact: anything,
    refused: false,
  },
  {
    rule: 'prediction-class-name',
    title: 'a class without a module, in version_config',
    request: {
      ...customRoutine,
      predictionClass: undefined,
      versionConfig: { predictionClass: 'Fraud' },
    },
    artifact: anything,
    refused: true,
  },
  {
    rule: 'package-uris',
    title: 'a source distribution',
    request: { ...onGlobal, versionConfig: { packageUris: ['gs://acme/lib/fraud-1.0.tar.gz'] } },
    refused: false,
  },
  {
    rule: 'package-uris',
    title: 'a wheel',
    request: { ...onGlobal, versionConfig: { packageUris: ['gs://acme/fraud-1.0.whl'] } },
    refused: true,
  },
  {
    rule: 'package-uris',
    title: 'a local path',
    request: { ...onGlobal, versionConfig: { packageUris: ['dist/fraud-1.0.tar.gz'] } },
    refused: true,
  },

  {
    rule: 'container-image',
    title: 'an image, and its variables in version_config',
    request: {
      ...container,
      versionConfig: { container: { env: [{ name: 'MODE', value: 'fast' }] } },
    },
    refused: false,
  },
  {
    rule: 'container-image',
    title: 'variables without an image',
    request: {
      machineType: 'n1-standard-4',
      versionConfig: { container: { env: [{ name: 'MODE', value: 'fast' }] } },
    },
    refused: true,
  },
  { rule: 'image-host', title: 'of the same region', request: container, refused: false },
  {
    rule: 'image-host',
    title: 'of another region',
    request: { ...container, image: 'europe-west1-docker.pkg.dev/acme/models/fraud' },
    refused: true,
  },
  {
    rule: 'image-host',
    title: 'a host that only begins like it',
    request: { ...container, image: 'us-central1-docker.pkg.dev.evil.test/acme/fraud' },
    refused: true,
  },
  { rule: 'image-machine', title: 'with a machine type', request: container, refused: false },
  {
    rule: 'image-machine',
    title: 'without a machine type',
    request: { image: container.image },
    refused: true,
  },
  { rule: 'image-endpoint', title: 'on a regional endpoint', request: container, refused: false },
  {
    rule: 'image-endpoint',
    title: 'on the global endpoint',
    request: { ...onGlobal, image: container.image, machineType: 'mls1-c1-m2' },
    refused: true,
  },
  {
    rule: 'image-excludes',
    title: 'a framework that was only detected',
    request: container,
    refused: false,
  },
  {
    rule: 'image-excludes',
    title: 'a runtime version',
    request: { ...container, runtimeVersion: '2.11' },
    refused: true,
  },
  {
    rule: 'image-excludes',
    title: 'a framework',
    request: { ...container, framework: 'SCIKIT_LEARN' },
    refused: true,
  },
  {
    rule: 'image-excludes',
    title: 'a Python version, in version_config',
    request: { ...container, versionConfig: { pythonVersion: '3.7' } },
    refused: true,
  },
  {
    rule: 'container-port',
    title: 'the last port',
    request: { ...container, versionConfig: { container: { ports: [{ containerPort: 65535 }] } } },
    refused: false,
  },
  {
    rule: 'container-port',
    title: 'a port beyond',
    request: { ...container, versionConfig: { container: { ports: [{ containerPort: 65536 }] } } },
    refused: true,
  },
  {
    rule: 'container-variable',
    title: 'a C identifier',
    request: { ...container, versionConfig: { container: { env: [{ name: '_A1', value: 'x' }] } } },
    refused: false,
  },
  {
    rule: 'container-port',
    title: 'no port',
    request: { ...container, versionConfig: { container: { ports: [{}] } } },
    refused: true,
  },
  {
    rule: 'container-variable',
    title: 'a variable without a name',
    request: { ...container, versionConfig: { container: { env: [{ value: 'x' }] } } },
    refused: true,
  },
  {
    rule: 'container-variable',
    title: 'a reserved name',
    request: {
      ...container,
      versionConfig: { container: { env: [{ name: 'AIP_MODE', value: 'x' }] } },
    },
    refused: true,
  },
  {
    rule: 'container-variable',
    title: 'a name with a dash',
    request: { ...container, versionConfig: { container: { env: [{ name: 'A-B', value: 'x' }] } } },
    refused: true,
  },
  {
    rule: 'service-account-code',
    title: 'of a container',
    request: { ...container, serviceAccount: 'p@acme.iam.gserviceaccount.com' },
    refused: false,
  },
  {
    rule: 'service-account-code',
    title: 'of a plain model',
    request: { serviceAccount: 'p@acme.iam.gserviceaccount.com' },
    refused: true,
  },
  {
    rule: 'routes-image',
    title: 'of a container',
    request: {
      ...container,
      versionConfig: { routes: { predict: '/predict', health: '/health' } },
    },
    refused: false,
  },
  {
    rule: 'routes-image',
    title: 'of a plain model',
    request: { versionConfig: { routes: { predict: '/predict' } } },
    refused: true,
  },

  {
    rule: 'routes-path',
    title: 'paths',
    request: { ...container, versionConfig: { routes: { predict: '/v1/predict', health: '/' } } },
    refused: false,
  },
  {
    rule: 'routes-path',
    title: 'a path that is relative',
    request: { ...container, versionConfig: { routes: { predict: 'predict' } } },
    refused: true,
  },

  {
    rule: 'version-config-fields',
    title: 'nested fields',
    request: { versionConfig: { autoScaling: { minNodes: 1, maxNodes: 2 } } },
    refused: false,
  },
  {
    rule: 'version-config-fields',
    title: 'an unknown field',
    request: { versionConfig: { machineTypes: 'n1-standard-2' } },
    refused: true,
  },
  {
    rule: 'version-config-fields',
    title: 'an unknown nested field',
    request: { versionConfig: { autoScaling: { minNode: 1 } } },
    refused: true,
  },
  {
    rule: 'version-config-fields',
    title: 'snake_case',
    request: { versionConfig: { auto_scaling: { min_nodes: 1 } } },
    refused: true,
    onlyHere: 'proto3 JSON accepts both spellings',
  },
  {
    rule: 'version-config-fields',
    title: 'a number where text belongs',
    request: { versionConfig: { machineType: 2 } },
    refused: true,
  },
  { rule: 'version-config-output-only', title: 'none', refused: false },
  {
    rule: 'version-config-output-only',
    title: 'a state',
    request: { versionConfig: { state: 'READY' } },
    refused: true,
    onlyHere: 'it ignores output-only fields',
  },
  { rule: 'version-config-owned', title: 'none', refused: false },
  {
    rule: 'version-config-owned',
    title: 'a deployment directory',
    request: { versionConfig: { deploymentUri: 'gs://elsewhere/' } },
    refused: true,
    onlyHere: 'the input wins before it is sent',
  },

  {
    rule: 'explanation-method',
    title: 'one method',
    request: { versionConfig: explanations },
    artifact: explained,
    refused: false,
  },
  {
    rule: 'explanation-method',
    title: 'no method',
    request: { versionConfig: { explanationConfig: {} } },
    artifact: explained,
    refused: true,
  },
  {
    rule: 'explanation-method',
    title: 'two methods',
    request: {
      versionConfig: {
        explanationConfig: {
          sampledShapleyAttribution: { numPaths: 10 },
          xraiAttribution: { numIntegralSteps: 50 },
        },
      },
    },
    artifact: explained,
    refused: true,
  },
  {
    rule: 'explanation-steps',
    title: 'fifty integral steps',
    request: {
      versionConfig: {
        explanationConfig: { integratedGradientsAttribution: { numIntegralSteps: 50 } },
      },
    },
    artifact: explained,
    refused: false,
  },
  {
    rule: 'explanation-steps',
    title: 'no paths',
    request: { versionConfig: { explanationConfig: { sampledShapleyAttribution: {} } } },
    artifact: explained,
    refused: true,
  },
  {
    rule: 'explanation-framework',
    title: 'of TensorFlow',
    request: { versionConfig: explanations },
    artifact: explained,
    refused: false,
  },
  {
    rule: 'explanation-framework',
    title: 'of scikit-learn',
    request: { versionConfig: explanations },
    artifact: artifactOf(
      { 'model.joblib': 1000, 'explanation_metadata.json': 200 },
      { framework: 'SCIKIT_LEARN', frameworkVersion: '1.0.2' },
    ),
    refused: true,
  },
  {
    rule: 'explanation-machine',
    title: 'on a regional endpoint',
    request: { versionConfig: explanations },
    artifact: explained,
    refused: false,
  },
  {
    rule: 'explanation-machine',
    title: 'on the global endpoint',
    request: { ...onGlobal, versionConfig: explanations },
    artifact: explained,
    refused: true,
  },
  {
    rule: 'explanation-runtime',
    title: 'on runtime 1.14',
    request: { runtimeVersion: '1.14', versionConfig: explanations },
    artifact: explained,
    refused: false,
  },
  {
    rule: 'explanation-runtime',
    title: 'on runtime 1.13',
    request: { runtimeVersion: '1.13', versionConfig: explanations },
    artifact: explained,
    refused: true,
  },
  {
    rule: 'explanation-metadata',
    title: 'with its file',
    request: { versionConfig: explanations },
    artifact: explained,
    refused: false,
  },
  {
    rule: 'explanation-metadata',
    title: 'without its file',
    request: { versionConfig: explanations },
    artifact: savedModel,
    refused: true,
  },

  {
    rule: 'request-logging-table',
    title: 'a table',
    request: { versionConfig: { requestLoggingConfig: requestLogging } },
    refused: false,
  },
  {
    rule: 'request-logging-table',
    title: 'a table without its project',
    request: {
      versionConfig: {
        requestLoggingConfig: { ...requestLogging, bigqueryTableName: 'serving.log' },
      },
    },
    refused: true,
  },
  {
    rule: 'request-logging-table',
    title: 'no table',
    request: { versionConfig: { requestLoggingConfig: { samplingPercentage: 1 } } },
    refused: true,
  },
  {
    rule: 'request-logging-sampling',
    title: 'every request',
    request: {
      versionConfig: { requestLoggingConfig: { ...requestLogging, samplingPercentage: 1 } },
    },
    refused: false,
  },
  {
    rule: 'request-logging-sampling',
    title: 'ten in a hundred as 10',
    request: {
      versionConfig: { requestLoggingConfig: { ...requestLogging, samplingPercentage: 10 } },
    },
    refused: true,
  },
];
