import { compareMinor, minorOf } from '../minor-version.ts';
import { frameworkTitles, runtimes } from '../runtimes.ts';
import type { Wanted } from '../wanted.ts';
import type { ModelServer } from './model-server.ts';

/** The runtime that is to load the model; `undefined` for containers and custom routines. */
export function aiPlatformServer(wanted: Wanted): ModelServer | undefined {
  const { servedFramework, runtime, runtimeVersion, pythonVersion, endpoint } = wanted;
  if (servedFramework === undefined || runtime === undefined) return undefined;
  return {
    kind: 'runtime',
    title: `runtime ${runtime.version}`,
    framework: servedFramework,
    versions: runtime,
    python: pythonVersion?.value ?? runtime.python[0] ?? '3.7',
    numpyMajor: 1,
    asked: runtimeVersion,
    fit(framework, version) {
      const needed = minorOf(version);
      if (needed === undefined) return undefined;
      const fitting = runtimes.find((each) => compareMinor(minorOf(each[framework]), needed) === 0);
      return fitting === undefined
        ? undefined
        : `give \`runtime_version: '${fitting.version}'\`, which has ${frameworkTitles[framework]} ${fitting[framework]}`;
    },
    bringCode: (several) =>
      `give ${several ? 'their source distributions' : 'its source distribution'} in \`package_files\`${endpoint === 'regional' ? ' (with `region: global`, the only endpoint that runs such code)' : ''}`,
    doubtful: [],
  };
}
