import type { Artifact } from '../../artifact/artifact.ts';
import type { Framework } from '../../request/deploy-request.ts';
import { MLS1_MAXIMUM_BYTES, N1_MAXIMUM_BYTES } from '../machine-types.ts';
import { frameworkTitles } from '../runtimes.ts';
import type { Wanted } from '../wanted.ts';
import type { Rule, Verdict } from './rule.ts';

const MAXIMUM_FILES = 1000;
const LARGEST_SHOWN = 5;

/** What must lie directly in the deployment directory: exactly one of these. */
const modelFiles: Readonly<Record<Framework, readonly string[]>> = {
  TENSORFLOW: ['saved_model.pb', 'saved_model.pbtxt'],
  SCIKIT_LEARN: ['model.joblib', 'model.pkl'],
  XGBOOST: ['model.bst', 'model.joblib', 'model.pkl'],
};

/** Rules about the name of the version and what lies in its directory. */
export const artifactRules: readonly Rule[] = Object.freeze<Rule[]>([
  {
    id: 'version-name',
    source: 'AI Platform Prediction, "Deploying models", version name',
    check: (_wanted, { version }) =>
      version === undefined || /^[A-Za-z][A-Za-z0-9_]{0,127}$/.test(version)
        ? undefined
        : [
            {
              input: 'version',
              given: version,
              problem:
                'a version name starts with a letter, goes on with letters, digits and `_`, and has at most 128 of them',
            },
          ],
  },
  {
    id: 'file-count',
    source: 'ml v1, Version.deploymentUri: at most 1,000 files',
    checkArtifact: ({ chosen, files }) =>
      files.length <= MAXIMUM_FILES
        ? undefined
        : [
            {
              code: 'too-large',
              input: 'source',
              given: chosen,
              problem: `holds ${files.length} files, and a version may have ${MAXIMUM_FILES}; leave out what the model does not need, or pack assets into fewer files`,
            },
          ],
  },
  {
    id: 'size-mls1',
    source: 'AI Platform Prediction, "Machine types for online prediction", model size of MLS1',
    checkArtifact: (artifact, wanted) =>
      wanted.machine?.endpoint === 'global' && !isCustomCode(wanted)
        ? checkSize(
            artifact,
            MLS1_MAXIMUM_BYTES,
            `on ${wanted.machineTypeName}`,
            'deploy to a regional endpoint (`region`) with an n1-* machine type, where 10 GiB are allowed, or make the model smaller',
          )
        : undefined,
  },
  {
    id: 'size-custom-code',
    source: 'AI Platform Prediction, "Custom prediction routines": 500 MB with packages',
    checkArtifact: (artifact, wanted) =>
      isCustomCode(wanted)
        ? checkSize(
            artifact,
            MLS1_MAXIMUM_BYTES,
            'for custom code, packages included',
            'leave out what the code does not read, or serve the model from a custom container (`image`) on an n1-* machine type',
          )
        : undefined,
  },
  {
    id: 'size-n1',
    source: 'AI Platform Prediction, "Machine types for online prediction", model size of N1',
    checkArtifact: (artifact, wanted) =>
      wanted.machine?.endpoint === 'regional' && !isCustomCode(wanted)
        ? checkSize(
            artifact,
            N1_MAXIMUM_BYTES,
            `on ${wanted.machineTypeName}`,
            'no machine type takes more: make the model smaller, for example by exporting it without the state of the optimizer',
          )
        : undefined,
  },
  {
    id: 'framework-known',
    source:
      'AI Platform Prediction, "Deploying models": a model file, a custom routine or a container',
    checkArtifact: (artifact, { servedFramework, predictionClass, image }) =>
      (servedFramework ?? predictionClass ?? image) !== undefined
        ? undefined
        : [
            {
              input: 'source',
              given: artifact.chosen,
              problem:
                'holds nothing that the service can load: no SavedModel, model.joblib, model.pkl or model.bst; for anything else give `prediction_class` or `image`',
            },
          ],
  },
  {
    id: 'framework-files',
    source: 'AI Platform Prediction, "Deploying models", names of model files',
    checkArtifact: (artifact, { servedFramework, framework }) => {
      if (servedFramework === undefined) return undefined;
      const expected = modelFiles[servedFramework];
      const found = artifact.files.filter((file) => expected.includes(file.name));
      if (found.length === 1) return undefined;
      const holds =
        found.length === 0 ? 'none of them' : found.map(({ name }) => name).join(' and ');
      return [
        {
          input: framework?.input ?? 'source',
          given: framework?.given ?? artifact.chosen,
          problem: `${frameworkTitles[servedFramework]} needs exactly one of ${expected.join(', ')} directly in the directory; ${artifact.chosen} has ${holds}`,
        },
      ];
    },
  },
]);

function isCustomCode({ predictionClass, packages }: Wanted): boolean {
  return (predictionClass ?? packages) !== undefined;
}

function checkSize(artifact: Artifact, limit: number, where: string, cure: string): Verdict {
  if (artifact.totalBytes <= limit) return undefined;
  const largest = artifact.files
    .toSorted((left, right) => right.bytes - left.bytes)
    .slice(0, LARGEST_SHOWN)
    .map((file) => `${file.name} ${size(file.bytes)}`)
    .join(', ');
  return [
    {
      code: 'too-large',
      input: 'source',
      given: artifact.chosen,
      problem: `holds ${size(artifact.totalBytes)} (${artifact.totalBytes} bytes) in ${artifact.files.length} files, and the limit ${where} is ${size(limit)} (${limit} bytes); the largest: ${largest}; ${cure}`,
    },
  ];
}

function size(bytes: number): string {
  const mebibytes = bytes / 1024 ** 2;
  return mebibytes < 0.1 ? `${bytes} bytes` : `${mebibytes.toFixed(1).replace(/\.0$/, '')} MiB`;
}
