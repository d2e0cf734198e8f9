import type { Fault } from '../failure.ts';
import type { JsonObject } from '../world.ts';
import { checkConfig } from './config-fields.ts';
import type { Fields } from './config-fields.ts';

/**
 * Every field of `projects.models.versions` and of what is nested in it.
 * Source: ml v1, `GoogleCloudMlV1Version`, the public fields (gcloud's own messages know some more,
 * such as `imageUri`, that the service takes from nobody else). The `…_UNSPECIFIED` values are left
 * out because leaving out the field says the same.
 */
export const versionFields: Fields = {
  name: 'string',
  description: 'string',
  deploymentUri: 'string',
  runtimeVersion: 'string',
  pythonVersion: 'string',
  framework: { oneOf: ['TENSORFLOW', 'SCIKIT_LEARN', 'XGBOOST'] },
  machineType: 'string',
  acceleratorConfig: {
    fields: {
      count: 'int64',
      type: {
        oneOf: [
          'NVIDIA_TESLA_K80',
          'NVIDIA_TESLA_P4',
          'NVIDIA_TESLA_P100',
          'NVIDIA_TESLA_T4',
          'NVIDIA_TESLA_V100',
          'NVIDIA_TESLA_A100',
          'TPU_V2',
          'TPU_V2_POD',
          'TPU_V3',
          'TPU_V3_POD',
          'TPU_V4_POD',
        ],
      },
    },
  },
  autoScaling: {
    fields: {
      minNodes: 'int32',
      maxNodes: 'int32',
      metrics: {
        listOf: { fields: { name: { oneOf: ['CPU_USAGE', 'GPU_DUTY_CYCLE'] }, target: 'int32' } },
      },
    },
  },
  manualScaling: { fields: { nodes: 'int32' } },
  labels: 'labels',
  packageUris: { listOf: 'string' },
  predictionClass: 'string',
  container: {
    fields: {
      image: 'string',
      command: { listOf: 'string' },
      args: { listOf: 'string' },
      env: { listOf: { fields: { name: 'string', value: 'string' } } },
      ports: { listOf: { fields: { containerPort: 'int32' } } },
    },
  },
  routes: { fields: { predict: 'string', health: 'string' } },
  serviceAccount: 'string',
  explanationConfig: {
    fields: {
      integratedGradientsAttribution: { fields: { numIntegralSteps: 'int32' } },
      sampledShapleyAttribution: { fields: { numPaths: 'int32' } },
      xraiAttribution: { fields: { numIntegralSteps: 'int32' } },
    },
  },
  requestLoggingConfig: {
    fields: { bigqueryTableName: 'string', samplingPercentage: 'number' },
  },
  isDefault: 'boolean',
  state: { oneOf: ['UNKNOWN', 'READY', 'CREATING', 'FAILED', 'DELETING', 'UPDATING'] },
  errorMessage: 'string',
  createTime: 'string',
  lastUseTime: 'string',
  lastMigrationTime: 'string',
  lastMigrationModelId: 'string',
  etag: 'string',
};

/** Fields that only the service writes (ml v1, "Output only"; `etag` makes sense in patches only). */
export const outputOnlyFields: readonly string[] = [
  'isDefault',
  'state',
  'errorMessage',
  'createTime',
  'lastUseTime',
  'lastMigrationTime',
  'lastMigrationModelId',
  'etag',
];

/** Every fault in the fields of a `version_config` for AI Platform. */
export function checkVersionConfig(config: JsonObject): readonly Fault[] {
  return checkConfig(config, {
    resource: 'the Version resource of AI Platform',
    fields: versionFields,
    outputOnly: outputOnlyFields,
  });
}
