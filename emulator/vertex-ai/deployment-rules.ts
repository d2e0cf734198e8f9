import { wrongField } from './api.ts';
import { checkExplanationSpec } from './explanation-rules.ts';
import { defaultMachineType, findMachine } from './machines.ts';
import type { MessageOf } from './messages.ts';
import { checkServiceAccount } from './names.ts';
import type { PrebuiltImage } from './prebuilt-images.ts';
import type { DeployedFields } from './state.ts';

/** What a model can be scaled by (vertex-ai-v1.md, section 7). */
const metricNames = [
  'aiplatform.googleapis.com/prediction/online/cpu/utilization',
  'aiplatform.googleapis.com/prediction/online/accelerator/duty_cycle',
  'aiplatform.googleapis.com/prediction/online/request_count',
  'prometheus.googleapis.com/vertex_dcgm_fi_dev_gpu_util',
  'prometheus.googleapis.com/vertex_vllm_gpu_cache_usage_perc',
  'prometheus.googleapis.com/vertex_vllm_num_requests_waiting',
  'pubsub.googleapis.com/subscription/num_undelivered_messages',
];

const resources = 'deployed_model.dedicated_resources';

/** Where a model is to be deployed, as far as the rules ask. */
export interface Place {
  /** Region of the endpoint. */
  readonly region: string;
  /** Full name of the model, for messages. */
  readonly modelName: string;
  /** Absent: a custom container. */
  readonly image: PrebuiltImage | undefined;
}

/**
 * The fields of a new deployed model with the service's defaults filled in. Throws INVALID_ARGUMENT for
 * what can never be deployed: custom models need dedicated resources.
 */
export function readDeployedFields(
  given: MessageOf<'DeployedModel'>,
  displayName: string | undefined,
  place: Place,
): DeployedFields {
  const { automaticResources, sharedResources, dedicatedResources } = given;
  if (automaticResources !== undefined) {
    throw wrongField(
      'deployed_model.automatic_resources',
      `'automatic_resources' is not supported for Model ${place.modelName}.`,
    );
  }
  if (sharedResources !== undefined) {
    throw wrongField(
      'deployed_model.shared_resources',
      `The DeploymentResourcePool "${sharedResources}" does not exist. The emulator has no pools.`,
    );
  }
  if (dedicatedResources === undefined) {
    throw wrongField(resources, 'Required field is not set.');
  }
  checkServiceAccount(given.serviceAccount, 'deployed_model.service_account');
  checkExplanationSpec(given.explanationSpec, 'deployed_model.explanation_spec');
  checkMachine(dedicatedResources.machineSpec, place);
  checkReplicas(dedicatedResources);
  const name = given.displayName ?? displayName;
  const { serviceAccount, explanationSpec } = given;
  return {
    ...(name !== undefined && { displayName: name }),
    dedicatedResources: withDefaults(dedicatedResources),
    ...(serviceAccount !== undefined && { serviceAccount }),
    ...(given.disableContainerLogging && { disableContainerLogging: true }),
    ...(given.enableAccessLogging && { enableAccessLogging: true }),
    ...(explanationSpec !== undefined && { explanationSpec }),
    ...(given.disableExplanations && { disableExplanations: true }),
  };
}

/** Throws INVALID_ARGUMENT unless the replica counts and metrics go together. */
export function checkReplicas(given: MessageOf<'DedicatedResources'>): void {
  const { minReplicaCount = 0, autoscalingMetricSpecs = [] } = given;
  const { maxReplicaCount = minReplicaCount, requiredReplicaCount } = given;
  if (minReplicaCount < 1) {
    throw wrongField(`${resources}.min_replica_count`, 'It must be at least 1.');
  }
  if (maxReplicaCount < minReplicaCount) {
    throw wrongField(
      `${resources}.max_replica_count`,
      `The maximum of ${maxReplicaCount} replicas is below the minimum of ${minReplicaCount}.`,
    );
  }
  if (
    requiredReplicaCount !== undefined &&
    (requiredReplicaCount < 1 || requiredReplicaCount > minReplicaCount)
  ) {
    throw wrongField(
      `${resources}.required_replica_count`,
      `It must be from 1 to the minimum of ${minReplicaCount} replicas.`,
    );
  }
  const seen = new Set<string>();
  autoscalingMetricSpecs.forEach(({ metricName = '', target = 60 }, index) => {
    const field = `${resources}.autoscaling_metric_specs[${index}]`;
    if (!metricNames.includes(metricName)) {
      throw wrongField(`${field}.metric_name`, `The metric "${metricName}" is not supported.`);
    }
    if (seen.has(metricName)) {
      throw wrongField(`${field}.metric_name`, `The metric "${metricName}" is given twice.`);
    }
    seen.add(metricName);
    if (target < 1 || target > 100) {
      throw wrongField(`${field}.target`, 'The target must be from 1 to 100.');
    }
  });
}

/** Resources with the defaults that the service fills in. */
export function withDefaults(
  given: MessageOf<'DedicatedResources'>,
): MessageOf<'DedicatedResources'> {
  const { machineSpec, minReplicaCount } = given;
  return {
    ...(minReplicaCount !== undefined && { maxReplicaCount: minReplicaCount }),
    ...given,
    machineSpec: { machineType: defaultMachineType, ...machineSpec },
  };
}

function checkMachine(spec: MessageOf<'MachineSpec'> | undefined, place: Place): void {
  const field = `${resources}.machine_spec`;
  if (spec === undefined) throw wrongField(field, 'Required field is not set.');
  const { machineType = defaultMachineType, acceleratorType, acceleratorCount } = spec;
  const machine = findMachine(machineType, place.region);
  if (machine === undefined) {
    throw wrongField(`${field}.machine_type`, `Machine type ${machineType} is not supported.`);
  }
  if (acceleratorType === undefined && acceleratorCount === undefined) return;
  if (acceleratorType === undefined) {
    throw wrongField(`${field}.accelerator_type`, 'Required field is not set.');
  }
  const { image } = place;
  if (image?.framework === 'scikit-learn' || image?.framework === 'xgboost') {
    throw wrongField(
      `${field}.accelerator_type`,
      `Accelerators are not supported with the container ${image.name}.`,
    );
  }
  const counts = machine.accelerators[acceleratorType] ?? [];
  if (counts.length === 0) {
    throw wrongField(
      `${field}.accelerator_type`,
      `The accelerator ${acceleratorType} is not supported with the machine type ${machineType} in ${place.region}.`,
    );
  }
  if (!counts.includes(acceleratorCount ?? 0)) {
    throw wrongField(
      `${field}.accelerator_count`,
      `${acceleratorCount ?? 0} accelerators of type ${acceleratorType} are not supported with the machine type ${machineType}. Supported counts: ${counts.join(', ')}.`,
    );
  }
}
