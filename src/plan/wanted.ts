import type { Artifact } from '../artifact/artifact.ts';
import type { DeployRequest, Framework } from '../request/deploy-request.ts';
import { readAsked } from './asked.ts';
import type { AskedFields } from './asked.ts';
import { defaultMachineType, findMachineType } from './machine-types.ts';
import type { Endpoint, MachineType } from './machine-types.ts';
import { findRuntime, runtimeFor } from './runtimes.ts';
import type { Runtime, RuntimeChoice } from './runtimes.ts';

/** What is asked of a version of AI Platform, and what follows from it. Total, like `AskedFields`. */
export interface Wanted extends AskedFields {
  readonly endpoint: Endpoint;
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
  const endpoint = request.region === 'global' ? 'global' : 'regional';
  const asked = readAsked(request);
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
