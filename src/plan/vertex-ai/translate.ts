import type { DeployRequest, MetricTarget } from '../../request/deploy-request.ts';
import type { AskedFields } from '../asked.ts';
import type { Json, JsonObject } from '../../world.ts';
import { valueAt, withoutEmpty } from '../json.ts';

/** Names of metrics that replicas are scaled by (aiplatform v1, AutoscalingMetricSpec.metricName). */
const metricNames: Readonly<Record<MetricTarget['name'], string>> = {
  CPU_USAGE: 'aiplatform.googleapis.com/prediction/online/cpu/utilization',
  GPU_DUTY_CYCLE: 'aiplatform.googleapis.com/prediction/online/accelerator/duty_cycle',
};

/** How many replicas nodes become: at least one, since v1 does not scale to zero. */
export function replicaCounts({ nodes, minNodes, maxNodes }: AskedFields): {
  readonly minReplicaCount: number;
  readonly maxReplicaCount?: number;
} {
  if (nodes !== undefined) return { minReplicaCount: nodes.value, maxReplicaCount: nodes.value };
  return {
    minReplicaCount: Math.max(1, minNodes?.value ?? 1),
    ...(maxNodes !== undefined && { maxReplicaCount: maxNodes.value }),
  };
}

/** `autoscalingMetricSpecs` of the targets that were asked for. */
export function autoscalingMetricSpecs({
  metricTargets,
}: AskedFields): readonly { readonly metricName: string; readonly target: number }[] {
  return (metricTargets?.value ?? []).map(({ name, target }) => ({
    metricName: metricNames[name],
    target,
  }));
}

/** Whether the input `logging` asks for a log line per prediction. */
export function isAccessLogged(logging: DeployRequest['logging']): boolean {
  return logging === 'access' || logging === 'all';
}

/** `containerSpec` out of AI Platform's `container` and `routes`; without `imageUri`. */
export function containerSpecOf(config: JsonObject): JsonObject {
  const field = (...path: string[]): Json | undefined => valueAt(config, path);
  return withoutEmpty({
    command: field('container', 'command'),
    args: field('container', 'args'),
    env: field('container', 'env'),
    ports: field('container', 'ports'),
    predictRoute: field('routes', 'predict'),
    healthRoute: field('routes', 'health'),
  });
}

/** `predictRequestResponseLoggingConfig` of an endpoint out of AI Platform's `requestLoggingConfig`. */
export function requestResponseLogging(config: JsonObject): JsonObject | undefined {
  const table = valueAt(config, ['requestLoggingConfig', 'bigqueryTableName']);
  const samplingRate = valueAt(config, ['requestLoggingConfig', 'samplingPercentage']);
  if (typeof table !== 'string') return undefined;
  return {
    enabled: true,
    ...(samplingRate !== undefined && { samplingRate }),
    bigqueryDestination: { outputUri: `bq://${table}` },
  };
}
