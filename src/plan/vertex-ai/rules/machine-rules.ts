import { nearestName } from '../../../nearest-name.ts';
import type { Json } from '../../../world.ts';
import { valueAt } from '../../json.ts';
import { machineTypes } from '../../machine-types.ts';
import { inConfig } from '../../rules/explanation-rules.ts';
import { refused } from '../../rules/rule.ts';
import type { Rule } from '../../rules/rule.ts';
import { frameworkTitles } from '../../runtimes.ts';
import { vertexAiMachineTypes } from '../machine-types.ts';
import { replicaCounts } from '../translate.ts';
import type { VertexAiWanted } from '../wanted.ts';

const resources = ['deployedModel', 'dedicatedResources'] as const;

/** Metrics that replicas can be scaled by (vertex-ai-v1.md, §7). */
const metricNames = [
  'aiplatform.googleapis.com/prediction/online/cpu/utilization',
  'aiplatform.googleapis.com/prediction/online/accelerator/duty_cycle',
  'aiplatform.googleapis.com/prediction/online/request_count',
  'prometheus.googleapis.com/vertex_dcgm_fi_dev_gpu_util',
  'prometheus.googleapis.com/vertex_vllm_gpu_cache_usage_perc',
  'prometheus.googleapis.com/vertex_vllm_num_requests_waiting',
  'pubsub.googleapis.com/subscription/num_undelivered_messages',
];

/** Rules about machine types, accelerators and replicas in the fields of Vertex AI. */
export const machineRules: readonly Rule<VertexAiWanted>[] = Object.freeze<Rule<VertexAiWanted>[]>([
  {
    id: 'machine-known',
    source: 'Vertex AI, "Configure compute resources for inference", machine types',
    check: ({ machineType, machine }) => {
      if (machineType === undefined || machine !== undefined) return undefined;
      const names = [...vertexAiMachineTypes, ...machineTypes].map(({ name }) => name);
      const meant = nearestName(machineType.value, names);
      return refused(
        machineType,
        `no machine type of Vertex AI; ${
          meant === undefined
            ? 'its series are e2, n1, n2, n2d, c2, c2d and c3, and with GPUs a2, a3, a4, g2 and g4, such as n1-standard-4'
            : `did you mean ${meant}?`
        }`,
      );
    },
  },
  {
    id: 'accelerator-machine',
    source: 'Vertex AI, "Configure compute resources for inference", GPUs by machine type',
    check: ({ accelerator, machine, machineTypeName }, { request }) => {
      if (accelerator === undefined || machine === undefined) return undefined;
      const { type, count } = accelerator.value;
      if (Object.hasOwn(machine.accelerators, type)) {
        const counts = machine.accelerators[type] ?? [];
        return counts.includes(count)
          ? undefined
          : refused(accelerator, `${machineTypeName} takes ${counts.join(', ')} of ${type}`);
      }
      const types = Object.keys(machine.accelerators);
      const takes = `${machineTypeName} takes ${types.join(', ') || 'no accelerators'}${request.region === 'me-west1' && types.length > 0 ? ' in me-west1' : ''}`;
      const meant = nearestName(type, types);
      const others = vertexAiMachineTypes
        .filter((other) => Object.hasOwn(other.accelerators, type))
        .map(({ name }) => name);
      const cure =
        others.length === 0
          ? `no machine type of Vertex AI takes ${type}`
          : `${type} goes with ${others.slice(0, 4).join(', ')}${others.length > 4 ? ', …' : ''}; give one as \`machine_type\``;
      return refused(
        accelerator,
        `${takes}; ${meant === undefined ? cure : `did you mean ${meant}?`}`,
      );
    },
  },
  {
    id: 'accelerator-framework',
    source: 'Vertex AI, "Prebuilt containers for inference": GPUs for TensorFlow only',
    check: ({ accelerator, servedFramework, imageFramework }) => {
      const loader = servedFramework ?? imageFramework;
      return accelerator === undefined || loader === undefined || loader === 'TENSORFLOW'
        ? undefined
        : refused(
            accelerator,
            `accelerators serve TensorFlow models and containers of your own, and this model is ${frameworkTitles[loader]}; leave it out, or give a machine type without them`,
          );
    },
  },
  {
    id: 'replicas-required',
    source: 'aiplatform v1, DedicatedResources.requiredReplicaCount: 1 to minReplicaCount',
    check: (wanted, { request }) => {
      const path = [...resources, 'requiredReplicaCount'];
      const required = valueAt(request.versionConfig, path);
      const least = replicaCounts(wanted).minReplicaCount;
      return typeof required !== 'number' || (required >= 1 && required <= least)
        ? undefined
        : [
            inConfig(
              `${path.join('.')}: ${required}`,
              `must be from 1 to the least number of replicas, which is ${least}`,
            ),
          ];
    },
  },
  {
    id: 'metric-specs',
    source: 'aiplatform v1, AutoscalingMetricSpec: known metrics, each once, target 1 to 100',
    check: ({ metricTargets }, { request }) => {
      const path = [...resources, 'autoscalingMetricSpecs'];
      const specs = valueAt(request.versionConfig, path);
      if (!Array.isArray(specs) || metricTargets !== undefined) return undefined;
      const names = specs.map((spec: Json) => valueAt(spec, ['metricName']));
      return specs.flatMap((spec: Json, index) => {
        const place = `${path.join('.')}[${index}]`;
        const name = names[index];
        const target = valueAt(spec, ['target']) ?? 60;
        const meant = typeof name === 'string' ? nearestName(name, metricNames) : undefined;
        return [
          ...(typeof name === 'string' && metricNames.includes(name)
            ? []
            : [
                inConfig(
                  `${place}.metricName: ${JSON.stringify(name ?? '')}`,
                  meant === undefined
                    ? `must be one of ${metricNames.join(', ')}`
                    : `no metric that replicas are scaled by; did you mean ${meant}?`,
                ),
              ]),
          ...(names.indexOf(name) === index
            ? []
            : [inConfig(`${place}.metricName: ${JSON.stringify(name)}`, 'each metric goes once')]),
          ...(typeof target === 'number' && (target < 1 || target > 100)
            ? [inConfig(`${place}.target: ${target}`, 'a target is from 1 to 100')]
            : []),
        ];
      });
    },
  },
]);
