import type { BoosterForm, Runtime } from '../trained-model/load-check.ts';
import type { VersionFields } from './resources.ts';

/**
 * Runtime versions that versions can be created with, and the Pythons of each (ai-platform-v1.md,
 * section 8). 1.12 and older were closed for creation in January 2020.
 */
const pythons: Readonly<Record<string, readonly string[]>> = {
  '2.11': ['3.7'],
  '2.10': ['3.7'],
  '2.9': ['3.7'],
  '2.8': ['3.7'],
  '2.7': ['3.7'],
  '2.6': ['3.7'],
  '2.5': ['3.7'],
  '2.4': ['3.7'],
  '2.3': ['3.7'],
  '2.2': ['3.7'],
  '2.1': ['3.7'],
  '1.15': ['2.7', '3.7'],
  '1.14': ['2.7', '3.5'],
  '1.13': ['2.7', '3.5'],
};

/** Whether versions can be created with this runtime and Python. */
export function isSupportedRuntime(runtimeVersion: string, pythonVersion: string): boolean {
  return pythons[runtimeVersion]?.includes(pythonVersion) ?? false;
}

/** Whether the runtime can explain predictions: 1.14, 1.15 and 2.x from 2.1 on. */
export function isExplainable(runtimeVersion: string): boolean {
  return runtimeVersion !== '1.13' && runtimeVersion in pythons;
}

/** What loads the models of a version. */
export function runtimeOf(version: VersionFields): Runtime {
  const { framework, runtimeVersion = '', pythonVersion = '' } = version;
  return {
    name: `runtime ${runtimeVersion}`,
    framework,
    python: pythonVersion,
    pickleProtocol: pickleProtocol(pythonVersion),
    boosterForms: boosterForms(runtimeVersion),
    scikitLearn: undefined,
    hasNumpy2: false,
    hasOtherPackages: version.packageUris !== undefined,
  };
}

/** Highest pickle protocol that this Python reads. */
function pickleProtocol(pythonVersion: string): number {
  return pythonVersion === '2.7' ? 2 : 4;
}

/** Forms of Booster.save_model that the runtime's XGBoost reads: JSON since 1.0, UBJSON since 1.6. */
function boosterForms(runtimeVersion: string): readonly BoosterForm[] {
  const [major = 0, minor = 0] = runtimeVersion.split('.').map(Number);
  if (major < 2 || minor < 2) return ['binary'];
  return minor < 9 ? ['binary', 'json'] : ['binary', 'json', 'ubjson'];
}
