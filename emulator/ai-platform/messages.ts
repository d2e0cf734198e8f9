import type { MessageIn, Messages } from '../google-api/messages.ts';

const strings = { listOf: 'string' } as const;

/**
 * Request messages of AI Platform v1 with their public fields (API types of ml v1). The client that
 * comes with gcloud knows some more (`imageUri`, `modelClass`, attribution methods other than these
 * three): they are private, and the service does not take them from anybody else.
 */
export const messages = {
  Model: {
    name: 'string',
    description: 'string',
    regions: strings,
    onlinePredictionLogging: 'bool',
    onlinePredictionConsoleLogging: 'bool',
    labels: { mapOf: 'string' },
    defaultVersion: { message: 'Version' },
    etag: 'bytes',
  },
  Version: {
    name: 'string',
    description: 'string',
    deploymentUri: 'string',
    runtimeVersion: 'string',
    pythonVersion: 'string',
    framework: {
      enumeration: 'Framework',
      values: ['FRAMEWORK_UNSPECIFIED', 'TENSORFLOW', 'SCIKIT_LEARN', 'XGBOOST'],
    },
    machineType: 'string',
    acceleratorConfig: { message: 'AcceleratorConfig' },
    autoScaling: { message: 'AutoScaling' },
    manualScaling: { message: 'ManualScaling' },
    packageUris: strings,
    predictionClass: 'string',
    container: { message: 'ContainerSpec' },
    routes: { message: 'RouteMap' },
    serviceAccount: 'string',
    explanationConfig: { message: 'ExplanationConfig' },
    requestLoggingConfig: { message: 'RequestLoggingConfig' },
    labels: { mapOf: 'string' },
    etag: 'bytes',
    isDefault: 'bool',
    state: {
      enumeration: 'Version.State',
      values: ['UNKNOWN', 'READY', 'CREATING', 'FAILED', 'DELETING', 'UPDATING'],
    },
    errorMessage: 'string',
    createTime: 'timestamp',
    lastUseTime: 'timestamp',
    lastMigrationTime: 'timestamp',
    lastMigrationModelId: 'string',
  },
  AcceleratorConfig: {
    count: 'int64',
    type: {
      enumeration: 'AcceleratorType',
      values: [
        'ACCELERATOR_TYPE_UNSPECIFIED',
        'NVIDIA_TESLA_K80',
        'NVIDIA_TESLA_P100',
        'NVIDIA_TESLA_V100',
        'NVIDIA_TESLA_P4',
        'NVIDIA_TESLA_T4',
        'NVIDIA_TESLA_A100',
        'TPU_V2',
        'TPU_V3',
        'TPU_V2_POD',
        'TPU_V3_POD',
        'TPU_V4_POD',
      ],
    },
  },
  AutoScaling: {
    minNodes: 'int32',
    maxNodes: 'int32',
    metrics: { listOf: { message: 'MetricSpec' } },
  },
  MetricSpec: {
    name: {
      enumeration: 'MetricSpec.MetricName',
      values: ['METRIC_NAME_UNSPECIFIED', 'CPU_USAGE', 'GPU_DUTY_CYCLE'],
    },
    target: 'int32',
  },
  ManualScaling: { nodes: 'int32' },
  ContainerSpec: {
    image: 'string',
    command: strings,
    args: strings,
    env: { listOf: { message: 'EnvVar' } },
    ports: { listOf: { message: 'ContainerPort' } },
  },
  EnvVar: { name: 'string', value: 'string' },
  ContainerPort: { containerPort: 'int32' },
  RouteMap: { predict: 'string', health: 'string' },
  ExplanationConfig: {
    integratedGradientsAttribution: { message: 'IntegratedGradientsAttribution' },
    sampledShapleyAttribution: { message: 'SampledShapleyAttribution' },
    xraiAttribution: { message: 'XraiAttribution' },
  },
  IntegratedGradientsAttribution: { numIntegralSteps: 'int32' },
  SampledShapleyAttribution: { numPaths: 'int32' },
  XraiAttribution: { numIntegralSteps: 'int32' },
  RequestLoggingConfig: { bigqueryTableName: 'string', samplingPercentage: 'float' },
  Empty: {},
  SetIamPolicyRequest: { policy: { message: 'Policy' }, updateMask: 'string' },
  Policy: {
    version: 'int32',
    bindings: { listOf: { message: 'Binding' } },
    etag: 'bytes',
  },
  Binding: { role: 'string', members: strings },
  TestIamPermissionsRequest: { permissions: strings },
} as const satisfies Messages;

/** A request message of AI Platform that was read. */
export type MessageOf<M extends keyof typeof messages> = MessageIn<typeof messages, M>;
