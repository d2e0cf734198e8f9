import { excluded, required } from './api.ts';
import { acceleratorCounts, defaultMachineType, findMachine } from './machines.ts';
import type { VersionFields } from './resources.ts';

/** Fields of the Version with the default machine type filled in. */
export function withMachine(fields: VersionFields, region: string): VersionFields {
  return fields.machineType === undefined && fields.container === undefined
    ? { ...fields, machineType: defaultMachineType(region) }
    : fields;
}

/** Throws unless the endpoint has the machine type and it runs what the version brings. */
export function checkMachine(fields: VersionFields, region: string): void {
  const { machineType } = fields;
  if (machineType === undefined) {
    throw required('machine_type', 'A machine type is required with a container.');
  }
  const machine = findMachine(machineType);
  if (machine === undefined) {
    throw required('machine_type', `The machine type "${machineType}" is not supported.`);
  }
  if (machine.family === 'mls1' && region !== 'global') {
    throw required(
      'machine_type',
      `The machine type "${machineType}" is not supported on a regional endpoint. Use a Compute Engine (N1) machine type, or the global endpoint.`,
    );
  }
  if (machine.family === 'n1' && region === 'global') {
    throw required(
      'machine_type',
      `The machine type "${machineType}" is not supported on the global endpoint. Use a regional endpoint, or a legacy (MLS1) machine type.`,
    );
  }
  const hasCustomCode = fields.predictionClass !== undefined || fields.packageUris !== undefined;
  if (hasCustomCode && machine.family !== 'mls1' && fields.container === undefined) {
    throw excluded(
      'machine_type',
      `Custom code is not supported with the machine type "${machineType}". Use a legacy (MLS1) machine type on the global endpoint.`,
    );
  }
}

/** Throws unless the version is scaled in one way, by numbers that are possible. */
export function checkScaling(fields: VersionFields): void {
  const { autoScaling, manualScaling, machineType } = fields;
  if (autoScaling !== undefined && manualScaling !== undefined) {
    throw excluded(
      'manual_scaling',
      'Only one of "auto_scaling" and "manual_scaling" may be specified.',
    );
  }
  if (manualScaling !== undefined && (manualScaling.nodes ?? 0) < 1) {
    throw required('manual_scaling.nodes', 'The number of nodes must be at least 1.');
  }
  if (autoScaling === undefined) return;
  const { minNodes, maxNodes, metrics = [] } = autoScaling;
  const isN1 = findMachine(machineType)?.family === 'n1';
  const least = minNodes ?? (isN1 ? 1 : 0);
  if (least < 0) {
    throw required('auto_scaling.min_nodes', 'The number of nodes must not be negative.');
  }
  if (maxNodes !== undefined && maxNodes < Math.max(least, 1)) {
    throw required(
      'auto_scaling.max_nodes',
      `The maximum of ${maxNodes} nodes is below the minimum of ${Math.max(least, 1)}.`,
    );
  }
  metrics.forEach(({ name, target }, index) => {
    const field = `auto_scaling.metrics[${index}]`;
    if (name === undefined) throw required(`${field}.name`, 'A metric name is required.');
    if (target !== undefined && (target < 1 || target > 100)) {
      throw required(`${field}.target`, 'The target must be a percentage from 1 to 100.');
    }
    if (name === 'GPU_DUTY_CYCLE' && fields.acceleratorConfig === undefined) {
      throw excluded(`${field}.name`, 'GPU_DUTY_CYCLE needs an accelerator.');
    }
  });
}

/** Throws unless the machine type takes such accelerators and the framework uses them. */
export function checkAccelerator(fields: VersionFields): void {
  if (fields.acceleratorConfig === undefined) return;
  const { type, count = '0' } = fields.acceleratorConfig;
  const { machineType = '', framework } = fields;
  if (type === undefined) {
    throw required('accelerator_config.type', 'An accelerator type is required.');
  }
  if (findMachine(machineType)?.family !== 'n1') {
    throw excluded(
      'accelerator_config',
      `Accelerators are not supported with the machine type "${machineType}". Use a Compute Engine (N1) machine type on a regional endpoint.`,
    );
  }
  if (framework === 'SCIKIT_LEARN' || framework === 'XGBOOST') {
    throw excluded('accelerator_config', `Accelerators are not supported with ${framework}.`);
  }
  const counts = acceleratorCounts(machineType, type);
  if (!counts.includes(Number(count))) {
    throw required(
      'accelerator_config',
      counts.length === 0
        ? `The accelerator ${type} is not supported with the machine type "${machineType}".`
        : `${count} accelerators of type ${type} are not supported with the machine type "${machineType}". Supported counts: ${counts.join(', ')}.`,
    );
  }
}
