import type { FieldTable, Fields, Message } from '../config-fields.ts';
import { versionFields } from '../version-fields.ts';
import { deployedModel } from './deployed-model-fields.ts';
import { explanationSpec } from './explanation-fields.ts';

const strings = { listOf: 'string' } as const;
const ports = { listOf: { fields: { containerPort: 'int32' } } } as const;
const encryptionSpec: Message = { fields: { kmsKeyName: 'string' } };

const probe: Message = {
  fields: {
    exec: { fields: { command: strings } },
    httpGet: {
      fields: {
        path: 'string',
        port: 'int32',
        host: 'string',
        scheme: 'string',
        httpHeaders: { listOf: { fields: { name: 'string', value: 'string' } } },
      },
    },
    grpc: { fields: { port: 'int32', service: 'string' } },
    tcpSocket: { fields: { port: 'int32', host: 'string' } },
    periodSeconds: 'int32',
    timeoutSeconds: 'int32',
    failureThreshold: 'int32',
    successThreshold: 'int32',
    initialDelaySeconds: 'int32',
  },
};

const containerSpec: Message = {
  fields: {
    imageUri: 'string',
    command: strings,
    args: strings,
    env: { listOf: { fields: { name: 'string', value: 'string' } } },
    ports,
    grpcPorts: ports,
    predictRoute: 'string',
    healthRoute: 'string',
    invokeRoutePrefix: 'string',
    deploymentTimeout: 'string',
    sharedMemorySizeMb: 'int64',
    startupProbe: probe,
    healthProbe: probe,
    livenessProbe: probe,
  },
};

const endpoint: Message = {
  fields: {
    name: 'string',
    displayName: 'string',
    description: 'string',
    labels: 'labels',
    deployedModels: 'any',
    trafficSplit: { mapOf: 'int32' },
    network: 'string',
    enablePrivateServiceConnect: 'boolean',
    privateServiceConnectConfig: {
      fields: {
        enablePrivateServiceConnect: 'boolean',
        projectAllowlist: strings,
        serviceAttachment: 'string',
      },
    },
    dedicatedEndpointEnabled: 'boolean',
    dedicatedEndpointDns: 'string',
    encryptionSpec,
    predictRequestResponseLoggingConfig: {
      fields: {
        enabled: 'boolean',
        samplingRate: 'number',
        bigqueryDestination: { fields: { outputUri: 'string' } },
      },
    },
    clientConnectionConfig: { fields: { inferenceTimeout: 'string' } },
    modelDeploymentMonitoringJob: 'string',
    satisfiesPzi: 'boolean',
    satisfiesPzs: 'boolean',
    createTime: 'string',
    updateTime: 'string',
    etag: 'string',
  },
};

/** Fields of AI Platform's Version resource that Vertex AI is told in its own way (`translate.ts`). */
export const migratedFields = [
  'runtimeVersion',
  'pythonVersion',
  'framework',
  'machineType',
  'acceleratorConfig',
  'autoScaling',
  'manualScaling',
  'packageUris',
  'predictionClass',
  'container',
  'routes',
  'serviceAccount',
  'explanationConfig',
  'requestLoggingConfig',
] as const;

const fields: Fields = {
  name: 'string',
  displayName: 'string',
  description: 'string',
  labels: 'labels',
  artifactUri: 'string',
  containerSpec,
  versionId: 'string',
  versionAliases: strings,
  versionDescription: 'string',
  versionCreateTime: 'string',
  versionUpdateTime: 'string',
  predictSchemata: {
    fields: {
      instanceSchemaUri: 'string',
      parametersSchemaUri: 'string',
      predictionSchemaUri: 'string',
    },
  },
  metadataSchemaUri: 'string',
  metadata: 'any',
  explanationSpec,
  encryptionSpec,
  pipelineJob: 'string',
  baseModelSource: 'any',
  dataStats: 'any',
  checkpoints: 'any',
  defaultCheckpointId: 'string',
  metadataArtifact: 'string',
  trainingPipeline: 'string',
  supportedDeploymentResourcesTypes: strings,
  supportedExportFormats: 'any',
  supportedInputStorageFormats: strings,
  supportedOutputStorageFormats: strings,
  deployedModels: 'any',
  modelSourceInfo: 'any',
  originalModelInfo: 'any',
  satisfiesPzi: 'boolean',
  satisfiesPzs: 'boolean',
  createTime: 'string',
  updateTime: 'string',
  etag: 'string',
  deployedModel,
  endpoint,
  ...Object.fromEntries(Object.entries(versionFields).filter(([name]) => isMigrated(name))),
};

/** Fields that only the service writes, by path (aiplatform v1, "Output only"; `etag`: patches only). */
const outputOnly: readonly string[] = [
  'name',
  'versionId',
  'versionCreateTime',
  'versionUpdateTime',
  'metadataArtifact',
  'trainingPipeline',
  'supportedDeploymentResourcesTypes',
  'supportedExportFormats',
  'supportedInputStorageFormats',
  'supportedOutputStorageFormats',
  'deployedModels',
  'modelSourceInfo',
  'originalModelInfo',
  'satisfiesPzi',
  'satisfiesPzs',
  'createTime',
  'updateTime',
  'etag',
  'deployedModel.modelVersionId',
  'deployedModel.privateEndpoints',
  'deployedModel.createTime',
  'deployedModel.status',
  'endpoint.name',
  'endpoint.deployedModels',
  'endpoint.dedicatedEndpointDns',
  'endpoint.modelDeploymentMonitoringJob',
  'endpoint.satisfiesPzi',
  'endpoint.satisfiesPzs',
  'endpoint.createTime',
  'endpoint.updateTime',
  'endpoint.etag',
  'endpoint.privateServiceConnectConfig.serviceAttachment',
];

/**
 * What `version_config` may hold on Vertex AI: fields of the Model resource; below `deployedModel` and
 * `endpoint` those of these resources; and what AI Platform's Version resource has, to be translated.
 * Source: aiplatform v1 (its discovery schema). The `…_UNSPECIFIED` values are left out.
 */
export const vertexAiFields: FieldTable = {
  resource: 'the Model resource of Vertex AI, nor `deployedModel` or `endpoint`',
  fields,
  outputOnly,
};

function isMigrated(name: string): boolean {
  return migratedFields.some((field) => field === name);
}
