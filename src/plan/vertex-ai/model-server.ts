import type { ModelServer } from '../rules/model-server.ts';
import { compareMinor, minorOf } from '../minor-version.ts';
import type { MinorVersion } from '../minor-version.ts';
import { frameworkTitles } from '../runtimes.ts';
import type { Framework } from '../../request/deploy-request.ts';
import { chooseImage } from './prebuilt-images.ts';
import type { VertexAiWanted } from './wanted.ts';

/** From which version of a framework on its containers have Python 3.10; older ones have 3.7. */
const NEWER_PYTHON: Readonly<Record<Framework, MinorVersion>> = {
  TENSORFLOW: [2, 12],
  SCIKIT_LEARN: [1, 2],
  XGBOOST: [1, 7],
};

/** The prebuilt container that is to load the model; `undefined` for one of the user's own. */
export function vertexAiServer(wanted: VertexAiWanted): ModelServer | undefined {
  const { servedFramework, imageChoice, runtimeVersion, today } = wanted;
  if (servedFramework === undefined || imageChoice === undefined || 'problem' in imageChoice) {
    return undefined;
  }
  const { version } = imageChoice;
  const isNewer = compareMinor(minorOf(version), NEWER_PYTHON[servedFramework]) >= 0;
  return {
    kind: 'prebuilt container',
    title: 'the prebuilt container',
    framework: servedFramework,
    versions: { [servedFramework]: version },
    python: isNewer ? '3.10' : '3.7',
    numpyMajor: isNewer ? undefined : 1,
    asked: runtimeVersion,
    fit(framework, frameworkVersion) {
      const choice = chooseImage({
        framework,
        frameworkVersion,
        accelerator: false,
        region: 'us-central1',
        today,
      });
      return 'problem' in choice
        ? undefined
        : `leave out \`runtime_version\`, and the container with ${frameworkTitles[framework]} ${choice.version} is chosen`;
    },
    bringCode: (several) =>
      `build a container that has ${several ? 'them' : 'it'}, and give it as \`image\``,
    doubtful: servedFramework === 'SCIKIT_LEARN' ? ['xgboost'] : [],
  };
}
