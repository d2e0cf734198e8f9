import type { Framework } from '../../../request/deploy-request.ts';
import { minorOf } from '../../minor-version.ts';
import { refused } from '../../rules/rule.ts';
import type { Rule } from '../../rules/rule.ts';
import { frameworkTitles } from '../../runtimes.ts';
import type { VertexAiWanted } from '../wanted.ts';

/** What must lie directly in the directory for a prebuilt container: exactly one of these. */
const modelFiles: Readonly<Record<Framework, readonly string[]>> = {
  TENSORFLOW: ['saved_model.pb'],
  SCIKIT_LEARN: ['model.joblib'],
  XGBOOST: ['model.bst', 'model.joblib'],
};

/** Rules about the alias, what lies in the directory, and the container that loads it. */
export const artifactRules: readonly Rule<VertexAiWanted>[] = Object.freeze<Rule<VertexAiWanted>[]>(
  [
    {
      id: 'version-alias',
      source: 'Vertex AI, "Model version aliases"; aiplatform v1, Model.versionAliases',
      check: (_wanted, { version }) =>
        version === undefined ||
        (/^[a-z][a-z0-9-]{0,126}[a-z0-9]$/.test(version) && version !== 'default')
          ? undefined
          : [
              {
                input: 'version',
                given: version,
                problem:
                  'a version alias has 2 to 128 lowercase letters, digits and hyphens, first a letter, last no hyphen, and is not `default`, which a version gets when it is promoted',
              },
            ],
    },
    {
      id: 'runtime-version',
      source: 'This action: contract, runtime_version',
      check: ({ runtimeVersion }) =>
        runtimeVersion === undefined || minorOf(runtimeVersion.value) !== undefined
          ? undefined
          : refused(
              runtimeVersion,
              "must be major.minor, of a runtime of AI Platform or of the framework itself, such as '2.11'",
            ),
    },
    {
      id: 'container-fit',
      source: 'Vertex AI, "Prebuilt containers for inference and explanation"',
      check: ({ imageChoice, runtimeVersion }) =>
        imageChoice !== undefined && 'problem' in imageChoice && runtimeVersion !== undefined
          ? refused(runtimeVersion, imageChoice.problem)
          : undefined,
    },
    {
      id: 'container-fit-artifact',
      source: 'Vertex AI, "Prebuilt containers for inference and explanation"',
      checkArtifact: (artifact, { imageChoice, runtimeVersion }) =>
        imageChoice !== undefined && 'problem' in imageChoice && runtimeVersion === undefined
          ? [{ input: 'source', given: artifact.chosen, problem: imageChoice.problem }]
          : undefined,
    },
    {
      id: 'custom-code',
      source: 'Vertex AI, "Custom prediction routines": built into a container image',
      check: ({ predictionClass, packages }) =>
        [predictionClass, packages]
          .filter((asked) => asked !== undefined)
          .map((asked) => ({
            input: asked.input,
            given: asked.given,
            problem:
              'Vertex AI loads no code of yours into its own containers; build a container with it (the Vertex AI SDK does so for custom prediction routines) and give that as `image`',
          })),
    },
    {
      id: 'framework-known',
      source: 'Vertex AI, "Export model artifacts for inference": a model file, or a container',
      checkArtifact: (artifact, { servedFramework, predictionClass, image }) =>
        (servedFramework ?? predictionClass ?? image) !== undefined
          ? undefined
          : [
              {
                input: 'source',
                given: artifact.chosen,
                problem:
                  'holds nothing that a prebuilt container can load: no SavedModel, model.joblib or model.bst; for anything else give `image`',
              },
            ],
    },
    {
      id: 'framework-files',
      source: 'Vertex AI, "Export model artifacts for inference", names of model files',
      checkArtifact: (artifact, { servedFramework, imageFramework, framework, image }) => {
        const needed = servedFramework ?? imageFramework;
        if (needed === undefined) return undefined;
        const expected = modelFiles[needed];
        const found = artifact.files.filter((file) => expected.includes(file.name));
        if (found.length === 1) return undefined;
        const holds =
          found.length === 0 ? 'none of them' : found.map(({ name }) => name).join(' and ');
        const asked = framework ?? image;
        return [
          {
            input: asked?.input ?? 'source',
            given: asked?.given ?? artifact.chosen,
            problem: `the container of ${frameworkTitles[needed]} needs exactly one of ${expected.join(', ')} directly in the directory; ${artifact.chosen} has ${holds}`,
          },
        ];
      },
    },
  ],
);
