import type {
  Accelerator,
  DeployRequest,
  Framework,
  MetricTarget,
} from '../request/deploy-request.ts';
import type { Json } from '../world.ts';
import { isObject, valueAt } from './json.ts';
import { frameworkTitles } from './runtimes.ts';

/** Percent, where a metric is named without one (AI Platform sample on auto-scaling). */
const DEFAULT_TARGET = 60;

/** A value, and the input that asked for it, in the user's words. */
export interface Asked<T> {
  readonly value: T;
  /** The input of its own, or `version_config`. */
  readonly input: string;
  readonly given: string;
}

/** What is asked of a version, in the terms of AI Platform: inputs, else the same of `version_config`. */
export interface AskedFields {
  readonly runtimeVersion: Asked<string> | undefined;
  readonly pythonVersion: Asked<string> | undefined;
  readonly framework: Asked<Framework> | undefined;
  readonly machineType: Asked<string> | undefined;
  /** Count 0 or an empty type where `version_config` leaves it out. */
  readonly accelerator: Asked<Accelerator> | undefined;
  readonly nodes: Asked<number> | undefined;
  readonly minNodes: Asked<number> | undefined;
  readonly maxNodes: Asked<number> | undefined;
  readonly metricTargets: Asked<readonly MetricTarget[]> | undefined;
  /** Local paths and `gs://` URIs. */
  readonly packages: Asked<readonly string[]> | undefined;
  readonly predictionClass: Asked<string> | undefined;
  readonly image: Asked<string> | undefined;
  readonly serviceAccount: Asked<string> | undefined;
}

/** Another place in `version_config` for the same thing: the platform's own. It wins over AI Platform's. */
export type OwnPlaces = Readonly<Partial<Record<keyof AskedFields, readonly string[]>>>;

/** Reads what is asked out of a request. Total: whatever is wrong with it is found by the rules. */
export function readAsked(request: DeployRequest, own: OwnPlaces = {}): AskedFields {
  const config = request.versionConfig;
  /** An input, or where it is absent, the field of `version_config` that it stands for. */
  const ask = <T>(
    input: string,
    value: T | undefined,
    given: string,
    paths: readonly (readonly string[] | undefined)[],
    read: (json: Json) => T | undefined,
  ): Asked<T> | undefined => {
    if (value !== undefined) return { value, input, given };
    for (const path of paths) {
      const json = path === undefined ? undefined : valueAt(config, path);
      const found = json === undefined ? undefined : read(json);
      if (path === undefined || json === undefined || found === undefined) continue;
      const told = `${path.join('.')}: ${JSON.stringify(json)}`;
      return { value: found, input: 'version_config', given: told };
    }
    return undefined;
  };
  type Name = keyof AskedFields;
  const askText = (name: Name, input: string, value: string | undefined, ...path: string[]) =>
    ask(input, value, value ?? '', [own[name], path], asText);
  const askNumber = (name: Name, input: string, value: number | undefined, ...path: string[]) =>
    ask(input, value, String(value), [own[name], path], asWholeNumber);

  return {
    runtimeVersion: askText(
      'runtimeVersion',
      'runtime_version',
      request.runtimeVersion,
      'runtimeVersion',
    ),
    pythonVersion: askText(
      'pythonVersion',
      'python_version',
      request.pythonVersion,
      'pythonVersion',
    ),
    framework: ask(
      'framework',
      request.framework,
      request.framework ?? '',
      [['framework']],
      asFramework,
    ),
    machineType: askText('machineType', 'machine_type', request.machineType, 'machineType'),
    accelerator: ask(
      'accelerator',
      request.accelerator,
      request.accelerator === undefined
        ? ''
        : `${request.accelerator.type}:${request.accelerator.count}`,
      [['acceleratorConfig']],
      asAccelerator,
    ),
    nodes: askNumber('nodes', 'nodes', request.nodes, 'manualScaling', 'nodes'),
    minNodes: askNumber('minNodes', 'min_nodes', request.minNodes, 'autoScaling', 'minNodes'),
    maxNodes: askNumber('maxNodes', 'max_nodes', request.maxNodes, 'autoScaling', 'maxNodes'),
    metricTargets: ask(
      'metric_targets',
      nonEmpty(request.metricTargets),
      request.metricTargets.map(({ name, target }) => `${name}=${target}`).join(','),
      [['autoScaling', 'metrics']],
      asMetricTargets,
    ),
    packages: ask(
      'package_files',
      nonEmpty(request.packageFiles),
      request.packageFiles.join(', '),
      [['packageUris']],
      asTexts,
    ),
    predictionClass: askText(
      'predictionClass',
      'prediction_class',
      request.predictionClass,
      'predictionClass',
    ),
    image: askText('image', 'image', request.image, 'container', 'image'),
    serviceAccount: askText(
      'serviceAccount',
      'service_account',
      request.serviceAccount,
      'serviceAccount',
    ),
  };
}

function nonEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

function asText(json: Json): string | undefined {
  return typeof json === 'string' && json !== '' ? json : undefined;
}

function asTexts(json: Json): readonly string[] | undefined {
  return Array.isArray(json)
    ? nonEmpty(json.filter((item: Json): item is string => typeof item === 'string'))
    : undefined;
}

function asWholeNumber(json: Json): number | undefined {
  const value = typeof json === 'string' && /^\d{1,15}$/.test(json) ? Number(json) : json;
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

function asFramework(json: Json): Framework | undefined {
  return typeof json === 'string' && Object.hasOwn(frameworkTitles, json)
    ? (json as Framework)
    : undefined;
}

function asAccelerator(json: Json): Accelerator | undefined {
  if (!isObject(json)) return undefined;
  return { type: asText(json['type'] ?? '') ?? '', count: asWholeNumber(json['count'] ?? 0) ?? 0 };
}

function asMetricTargets(json: Json): readonly MetricTarget[] | undefined {
  if (!Array.isArray(json)) return undefined;
  const targets = json.flatMap((item: Json): MetricTarget[] => {
    const name = valueAt(item, ['name']);
    const target = valueAt(item, ['target']);
    return name === 'CPU_USAGE' || name === 'GPU_DUTY_CYCLE'
      ? [{ name, target: typeof target === 'number' ? target : DEFAULT_TARGET }]
      : [];
  });
  return nonEmpty(targets);
}
