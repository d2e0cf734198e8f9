/** Inputs by the field that they become, in the words of both platforms; where the two have one name, it is the input's. */
const INPUTS: Readonly<Record<string, string>> = {
  name: 'version',
  version_id: 'version',
  model_id: 'model',
  deployment_uri: 'source',
  artifact_uri: 'source',
  package_uris: 'package_files',
  accelerator_config: 'accelerator',
  accelerator_type: 'accelerator',
  accelerator_count: 'accelerator',
  image_uri: 'image',
  min_replica_count: 'min_nodes',
  max_replica_count: 'max_nodes',
  traffic_split: 'traffic',
  version_aliases: 'version',
};

/** Fields that are inputs under their own name. */
const SAME = new Set([
  ...['framework', 'prediction_class', 'runtime_version', 'python_version', 'machine_type'],
  ...['image', 'service_account', 'description', 'labels', 'nodes', 'min_nodes', 'max_nodes'],
  ...['metric_targets', 'endpoint', 'model'],
]);

/** The field violations of google.rpc.BadRequest: `machine_type (version.machine_type): must be …`. */
export function violationsIn(details: readonly Record<string, unknown>[]): readonly string[] {
  return details
    .flatMap(({ fieldViolations }) =>
      Array.isArray(fieldViolations) ? (fieldViolations as readonly unknown[]) : [],
    )
    .flatMap((violation) => {
      if (typeof violation !== 'object' || violation === null) return [];
      const { field, description } = violation as Readonly<Record<string, unknown>>;
      if (typeof description !== 'string') return [];
      return [typeof field === 'string' ? `${named(field)}: ${description}` : description];
    });
}

/** A field with the input that it comes from in front, if that has another name. */
function named(field: string): string {
  const steps = field
    .replaceAll(/\[.*?\]/g, '')
    .split('.')
    .map((step) => step.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase());
  const input = steps
    .toReversed()
    .map((step) => INPUTS[step] ?? (SAME.has(step) ? step : undefined))
    .find((name) => name !== undefined);
  return input === undefined || input === field ? field : `${input} (${field})`;
}
