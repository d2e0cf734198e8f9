import { findRuntime, nearestRuntimes, runtimes } from '../runtimes.ts';
import { refused } from './rule.ts';
import type { Rule } from './rule.ts';

/** Rules between runtime and Python; every runtime holds every framework. */
export const runtimeRules: readonly Rule[] = Object.freeze<Rule[]>([
  {
    id: 'runtime-known',
    source: 'AI Platform Prediction, "Runtime version list"; ml v1, Version.runtimeVersion',
    check: ({ runtimeVersion }) => {
      if (runtimeVersion === undefined || findRuntime(runtimeVersion.value) !== undefined) return;
      const nearest = nearestRuntimes(runtimeVersion.value).map((version) => `'${version}'`);
      return refused(
        runtimeVersion,
        `no runtime that versions can be created with; these are ${runtimes.map(({ version }) => version).join(', ')}; give one of the nearest, in quotes: ${nearest.join(', ')}`,
      );
    },
  },
  {
    id: 'runtime-python',
    source: 'ml v1, Version.pythonVersion: 3.7 from runtime 1.15 on, 3.5 before, 2.7 up to 1.15',
    check: ({ pythonVersion, runtime }) => {
      if (pythonVersion === undefined || runtime === undefined) return undefined;
      if (runtime.python.includes(pythonVersion.value)) return undefined;
      const others = runtimes
        .filter((candidate) => candidate.python.includes(pythonVersion.value))
        .map(({ version }) => version);
      const where = others.length === 0 ? 'no runtime has it' : `it is in ${others.join(', ')}`;
      return refused(
        pythonVersion,
        `runtime ${runtime.version} has Python ${runtime.python.join(' or ')}; ${where}`,
      );
    },
  },
]);
