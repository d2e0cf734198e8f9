import type { Artifact } from '../../artifact/artifact.ts';
import type { Accelerator, DeployRequest, Framework } from '../../request/deploy-request.ts';
import type { JsonObject } from '../../world.ts';
import { readAsked } from '../asked.ts';
import type { Asked, AskedFields, OwnPlaces } from '../asked.ts';
import { valueAt } from '../json.ts';
import { findMachineType } from '../machine-types.ts';
import { compareMinor, minorOf } from '../minor-version.ts';
import { findRuntime, frameworkTitles } from '../runtimes.ts';
import { DEFAULT_MACHINE_TYPE, findVertexAiMachineType } from './machine-types.ts';
import type { VertexAiMachineType } from './machine-types.ts';
import { chooseImage, prebuiltFramework } from './prebuilt-images.ts';
import type { ImageChoice } from './prebuilt-images.ts';

const resources = ['deployedModel', 'dedicatedResources'] as const;
const machineSpec = [...resources, 'machineSpec'] as const;

/** Where Vertex AI itself has what AI Platform's fields ask for. */
const own: OwnPlaces = {
  machineType: [...machineSpec, 'machineType'],
  minNodes: [...resources, 'minReplicaCount'],
  maxNodes: [...resources, 'maxReplicaCount'],
  image: ['containerSpec', 'imageUri'],
  serviceAccount: ['deployedModel', 'serviceAccount'],
};

/** What is asked of a model on Vertex AI, and what follows from it. Total, like `AskedFields`. */
export interface VertexAiWanted extends AskedFields {
  /** What loads the model; absent for containers of the user's own. */
  readonly servedFramework: Framework | undefined;
  /** Of `image`, when that is one of Google's prebuilt containers. */
  readonly imageFramework: Framework | undefined;
  /** Absent with `image`, and while neither the user nor an artifact tells. */
  readonly imageChoice: ImageChoice | undefined;
  /** As asked, or what an MLS1 type becomes, or the service's default. */
  readonly machineTypeName: string;
  readonly machine: VertexAiMachineType | undefined;
  /** The day that the availability of containers is judged by. */
  readonly today: Date;
  /** As asked, or built into the machine type. */
  readonly accelerator: Asked<Accelerator> | undefined;
}

/**
 * Reads what is wanted out of a request, and of the artifact once it is known. Without a day, every
 * container counts as available.
 */
export function readVertexAiWanted(
  request: DeployRequest,
  artifact: Artifact | undefined,
  today = new Date(0),
): VertexAiWanted {
  const asked = readAsked(request, own);
  const { region, versionConfig } = request;
  const machineTypeName = onVertexAi(asked.machineType?.value ?? DEFAULT_MACHINE_TYPE);
  const machine = findVertexAiMachineType(machineTypeName, region);
  const accelerator =
    request.accelerator === undefined
      ? (ownAccelerator(versionConfig) ?? asked.accelerator ?? builtIn(machine, asked.machineType))
      : asked.accelerator;
  const custom = asked.image !== undefined || asked.predictionClass !== undefined;
  const servedFramework = custom ? undefined : (asked.framework?.value ?? artifact?.framework);
  const isKnown = artifact !== undefined || asked.runtimeVersion !== undefined;
  const imageChoice =
    servedFramework === undefined || !isKnown
      ? undefined
      : choose(servedFramework, asked.runtimeVersion?.value, artifact, {
          accelerator: accelerator !== undefined,
          region,
          today,
        });
  return {
    ...asked,
    accelerator,
    servedFramework,
    imageFramework: prebuiltFramework(asked.image?.value ?? ''),
    imageChoice,
    machineTypeName,
    machine,
    today,
  };
}

/**
 * The version of a framework that `runtime_version` stands for: that of AI Platform's runtime, or, where
 * there is no such runtime, the framework's own.
 */
export function versionInRuntime(framework: Framework, runtimeVersion: string): string {
  return findRuntime(runtimeVersion)?.[framework] ?? runtimeVersion;
}

/** The machine type that a name means: MLS1 exists on AI Platform only. */
function onVertexAi(name: string): string {
  return findMachineType(name)?.endpoint === 'global' ? DEFAULT_MACHINE_TYPE : name;
}

function choose(
  framework: Framework,
  runtimeVersion: string | undefined,
  artifact: Artifact | undefined,
  where: { readonly accelerator: boolean; readonly region: string; readonly today: Date },
): ImageChoice {
  const made = artifact?.framework === framework ? artifact.frameworkVersion : undefined;
  const frameworkVersion =
    runtimeVersion === undefined ? made : versionInRuntime(framework, runtimeVersion);
  const choice = chooseImage({ framework, frameworkVersion, ...where });
  if ('problem' in choice) return choice;
  const isBetterLeftOut =
    runtimeVersion !== undefined &&
    'uri' in chooseImage({ framework, frameworkVersion: made, ...where });
  return {
    ...choice,
    warnings: [...choice.warnings, ...doubts(choice.version, framework, artifact, isBetterLeftOut)],
  };
}

/** What the bytes of a model say against the container that was chosen for it. */
function doubts(
  version: string,
  framework: Framework,
  artifact: Artifact | undefined,
  isBetterLeftOut: boolean,
): readonly string[] {
  if (artifact?.framework !== framework || artifact.frameworkVersion === undefined) return [];
  const made = minorOf(artifact.frameworkVersion);
  if (made === undefined) return [];
  const order = compareMinor(minorOf(version), made);
  const isPickle = framework === 'SCIKIT_LEARN' || artifact.marker === 'model.joblib';
  if (order === 0 || (order > 0 && (framework === 'TENSORFLOW' || !isPickle))) return [];
  const title = frameworkTitles[framework];
  const cure = isBetterLeftOut
    ? ' Leave out `runtime_version`, and a container is chosen that fits the model.'
    : '';
  return [
    `The model was made with ${title} ${artifact.frameworkVersion}, and the container holds ${title} ${version}, which may not be able to load it.${cure}`,
  ];
}

function ownAccelerator(config: JsonObject): Asked<Accelerator> | undefined {
  const spec = valueAt(config, machineSpec);
  const type = valueAt(spec, ['acceleratorType']);
  const count = valueAt(spec, ['acceleratorCount']) ?? 0;
  if (typeof type !== 'string') return undefined;
  return {
    value: { type, count: typeof count === 'number' ? count : 0 },
    input: 'version_config',
    given: `${machineSpec.join('.')}: ${JSON.stringify({ acceleratorType: type, acceleratorCount: count })}`,
  };
}

/** The service wants the accelerators of a machine type to be named although it has no others. */
function builtIn(
  machine: VertexAiMachineType | undefined,
  machineType: Asked<string> | undefined,
): Asked<Accelerator> | undefined {
  const [only] = Object.entries(machine?.accelerators ?? {});
  const count = only?.[1][0];
  if (machine?.builtIn !== true || only === undefined || count === undefined) return undefined;
  if (machineType === undefined) return undefined;
  return { ...machineType, value: { type: only[0], count } };
}
