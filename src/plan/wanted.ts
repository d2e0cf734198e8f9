import type { Artifact } from '../artifact/artifact.ts';
import type {
  Accelerator,
  DeployRequest,
  Framework,
  MetricTarget,
} from '../request/deploy-request.ts';
import type { Json } from '../world.ts';
import { isObject, valueAt } from './json.ts';
import { defaultMachineType, findMachineType } from './machine-types.ts';
import type { Endpoint, MachineType } from './machine-types.ts';
import { findRuntime, frameworkTitles, runtimeFor } from './runtimes.ts';
import type { Runtime, RuntimeChoice } from './runtimes.ts';

/** Percent, where a metric is named without one (AI Platform sample on auto-scaling). */
const DEFAULT_TARGET = 60;

/** A value, and the input that asked for it, in the user's words. */
export interface Asked<T> {
  readonly value: T;
  /** The input of its own, or `version_config`. */
  readonly input: string;
  readonly given: string;
}

/**
 * What is asked of the version: inputs where they are given, else the same field of
 * `version_config`; and what follows from it. Total: whatever is wrong with it is found by the rules.
 */
export interface Wanted {
  readonly endpoint: Endpoint;
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

  /** What the service is told to load the model with; absent for containers and custom routines. */
  readonly servedFramework: Framework | undefined;
  /** Absent for containers, and while neither the user nor an artifact tells. */
  readonly runtimeChoice: RuntimeChoice | undefined;
  /** The row of the chosen runtime, if there is one of this name. */
  readonly runtime: Runtime | undefined;
  /** As asked, else the service's default. */
  readonly machineTypeName: string;
  readonly machine: MachineType | undefined;
}

/** Reads what is wanted out of a request, and of the artifact once it is known. */
export function readWanted(request: DeployRequest, artifact: Artifact | undefined): Wanted {
  const config = request.versionConfig;
  /** An input, or where it is absent, the field of `version_config` that it stands for. */
  const ask = <T>(
    input: string,
    value: T | undefined,
    given: string,
    path: readonly string[],
    read: (json: Json) => T | undefined,
  ): Asked<T> | undefined => {
    if (value !== undefined) return { value, input, given };
    const json = valueAt(config, path);
    const found = json === undefined ? undefined : read(json);
    if (json === undefined || found === undefined) return undefined;
    return {
      value: found,
      input: 'version_config',
      given: `${path.join('.')}: ${JSON.stringify(json)}`,
    };
  };
  const askText = (input: string, value: string | undefined, ...path: string[]) =>
    ask(input, value, value ?? '', path, asText);
  const askNumber = (input: string, value: number | undefined, ...path: string[]) =>
    ask(input, value, String(value), path, asWholeNumber);

  const endpoint = request.region === 'global' ? 'global' : 'regional';
  const asked = {
    runtimeVersion: askText('runtime_version', request.runtimeVersion, 'runtimeVersion'),
    pythonVersion: askText('python_version', request.pythonVersion, 'pythonVersion'),
    framework: ask(
      'framework',
      request.framework,
      request.framework ?? '',
      ['framework'],
      asFramework,
    ),
    machineType: askText('machine_type', request.machineType, 'machineType'),
    accelerator: ask(
      'accelerator',
      request.accelerator,
      request.accelerator === undefined
        ? ''
        : `${request.accelerator.type}:${request.accelerator.count}`,
      ['acceleratorConfig'],
      asAccelerator,
    ),
    nodes: askNumber('nodes', request.nodes, 'manualScaling', 'nodes'),
    minNodes: askNumber('min_nodes', request.minNodes, 'autoScaling', 'minNodes'),
    maxNodes: askNumber('max_nodes', request.maxNodes, 'autoScaling', 'maxNodes'),
    metricTargets: ask(
      'metric_targets',
      nonEmpty(request.metricTargets),
      request.metricTargets.map(({ name, target }) => `${name}=${target}`).join(','),
      ['autoScaling', 'metrics'],
      asMetricTargets,
    ),
    packages: ask(
      'package_files',
      nonEmpty(request.packageFiles),
      request.packageFiles.join(', '),
      ['packageUris'],
      asTexts,
    ),
    predictionClass: askText('prediction_class', request.predictionClass, 'predictionClass'),
    image: askText('image', request.image, 'container', 'image'),
    serviceAccount: askText('service_account', request.serviceAccount, 'serviceAccount'),
  };

  const custom = asked.image !== undefined || asked.predictionClass !== undefined;
  const servedFramework = custom ? undefined : (asked.framework?.value ?? artifact?.framework);
  const runtimeChoice =
    asked.runtimeVersion !== undefined
      ? { version: asked.runtimeVersion.value }
      : asked.image === undefined && artifact !== undefined
        ? chooseRuntime(servedFramework, artifact)
        : undefined;
  const machineTypeName = asked.machineType?.value ?? defaultMachineType(endpoint);
  return {
    endpoint,
    ...asked,
    servedFramework,
    runtimeChoice,
    runtime: runtimeChoice === undefined ? undefined : findRuntime(runtimeChoice.version),
    machineTypeName,
    machine: findMachineType(machineTypeName),
  };
}

function chooseRuntime(served: Framework | undefined, artifact: Artifact): RuntimeChoice {
  // A custom routine has no framework of its own, but the model that it loads tells what it needs.
  const framework = served ?? artifact.framework;
  const isItsOwn = framework === artifact.framework;
  return runtimeFor(framework, isItsOwn ? artifact.frameworkVersion : undefined);
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
