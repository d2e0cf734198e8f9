import type { Message } from '../config-fields.ts';
import { explanationSpec } from './explanation-fields.ts';

const machineSpec: Message = {
  fields: {
    machineType: 'string',
    acceleratorType: {
      oneOf: [
        'NVIDIA_TESLA_K80',
        'NVIDIA_TESLA_P100',
        'NVIDIA_TESLA_V100',
        'NVIDIA_TESLA_P4',
        'NVIDIA_TESLA_T4',
        'NVIDIA_TESLA_A100',
        'NVIDIA_A100_80GB',
        'NVIDIA_L4',
        'NVIDIA_H100_80GB',
        'NVIDIA_H100_MEGA_80GB',
        'NVIDIA_H200_141GB',
        'NVIDIA_B200',
        'TPU_V2',
        'TPU_V3',
        'TPU_V4_POD',
        'TPU_V5_LITEPOD',
      ],
    },
    acceleratorCount: 'int32',
    tpuTopology: 'string',
    reservationAffinity: {
      fields: {
        reservationAffinityType: {
          oneOf: ['NO_RESERVATION', 'ANY_RESERVATION', 'SPECIFIC_RESERVATION'],
        },
        key: 'string',
        values: { listOf: 'string' },
      },
    },
  },
};

/** `DeployedModel` of Vertex AI and what is nested in it (aiplatform v1). */
export const deployedModel: Message = {
  fields: {
    id: 'string',
    model: 'string',
    modelVersionId: 'string',
    displayName: 'string',
    dedicatedResources: {
      fields: {
        machineSpec,
        minReplicaCount: 'int32',
        maxReplicaCount: 'int32',
        requiredReplicaCount: 'int32',
        autoscalingMetricSpecs: {
          listOf: { fields: { metricName: 'string', target: 'int32' } },
        },
        spot: 'boolean',
      },
    },
    automaticResources: { fields: { minReplicaCount: 'int32', maxReplicaCount: 'int32' } },
    sharedResources: 'string',
    serviceAccount: 'string',
    disableContainerLogging: 'boolean',
    enableAccessLogging: 'boolean',
    explanationSpec,
    disableExplanations: 'boolean',
    checkpointId: 'string',
    fasterDeploymentConfig: { fields: { fastTryoutEnabled: 'boolean' } },
    speculativeDecodingSpec: 'any',
    systemLabels: 'labels',
    privateEndpoints: 'any',
    createTime: 'string',
    status: 'any',
  },
};
