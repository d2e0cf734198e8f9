import type { scalars } from './scalars.ts';

/** Type of a field of a request message, as proto3 JSON reads it. */
export type FieldType =
  | keyof typeof scalars
  | 'labels'
  | { readonly enumeration: string; readonly values: readonly string[] }
  | { readonly message: MessageName }
  | { readonly listOf: FieldType };

/** Messages that a request body may hold. */
export type MessageName = keyof typeof messages;

/** A message that was read: its fields have their types, and none holds its default value. */
export type MessageOf<M extends MessageName> = {
  readonly [F in keyof (typeof messages)[M]]?: ValueOf<(typeof messages)[M][F]>;
};

type ValueOf<T> = T extends 'string' | 'int64' | 'bytes' | 'timestamp'
  ? string
  : T extends 'bool'
    ? true
    : T extends 'int32' | 'float'
      ? number
      : T extends 'labels'
        ? Readonly<Record<string, string>>
        : T extends { readonly values: readonly [string, ...infer Named extends string[]] }
          ? Named[number]
          : T extends { readonly message: infer M extends MessageName }
            ? MessageOf<M>
            : T extends { readonly listOf: infer Item }
              ? readonly ValueOf<Item>[]
              : never;

/** Fields of a message by their JSON names. */
export type Fields = Readonly<Record<string, FieldType>>;

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
    labels: 'labels',
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
    labels: 'labels',
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
} as const satisfies Record<string, Readonly<Record<string, LooseFieldType>>>;

/** `FieldType` before the names of the messages are known. */
type LooseFieldType =
  | keyof typeof scalars
  | 'labels'
  | { readonly enumeration: string; readonly values: readonly string[] }
  | { readonly message: string }
  | { readonly listOf: unknown };

/** The fields of a message. */
export function fieldsOf(message: MessageName): Fields {
  return messages[message];
}

/** `autoScaling` as protobuf writes it: `auto_scaling`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
