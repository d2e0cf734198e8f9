import { valueAt } from '../json.ts';
import { frameworkTitles } from '../runtimes.ts';
import { checkVersionConfig, outputOnlyFields } from '../version-fields.ts';
import { explanationConfig, inConfig } from './explanation-rules.ts';
import type { Rule } from './rule.ts';

/** Fields whose input always has a value, so that `version_config` could never have a say. */
const ownedFields: Readonly<Record<string, string>> = {
  name: 'version',
  deploymentUri: 'source',
  description: 'description',
  labels: 'labels',
};

/** Rules about the fields that only `version_config` can give. */
export const versionConfigRules: readonly Rule[] = Object.freeze<Rule[]>([
  {
    id: 'version-config-fields',
    source: 'ml v1, GoogleCloudMlV1Version and the messages in it',
    check: (_wanted, { request }) => checkVersionConfig(request.versionConfig),
  },
  {
    id: 'version-config-output-only',
    source: 'ml v1, Version: fields marked output only',
    check: (_wanted, { request }) =>
      outputOnlyFields
        .filter((name) => Object.hasOwn(request.versionConfig, name))
        .map((name) => inConfig(name, 'only the service writes this field; leave it out')),
  },
  {
    id: 'version-config-owned',
    source: 'This action: contract, inputs that always have a value',
    check: (_wanted, { request }) =>
      Object.entries(ownedFields)
        .filter(([name]) => Object.hasOwn(request.versionConfig, name))
        .map(([name, input]) => inConfig(name, `give it as the input \`${input}\` instead`)),
  },
  {
    id: 'explanation-framework',
    source: 'AI Platform Prediction, "AI Explanations": TensorFlow models only',
    check: ({ servedFramework, predictionClass, image }, { request }) => {
      if (explanationConfig(request) === undefined || servedFramework === 'TENSORFLOW') return;
      const other = image ?? predictionClass;
      if (other === undefined && servedFramework === undefined) return undefined;
      const served =
        servedFramework === undefined
          ? `\`${other?.input ?? ''}\``
          : frameworkTitles[servedFramework];
      return [
        inConfig('explanationConfig', `explains TensorFlow models only, and this one is ${served}`),
      ];
    },
  },
  {
    id: 'explanation-machine',
    source: 'AI Platform Prediction, "AI Explanations": N1 machine types',
    check: ({ endpoint }, { request }) =>
      explanationConfig(request) !== undefined && endpoint === 'global'
        ? [
            inConfig(
              'explanationConfig',
              'explanations need an n1-* machine type on a regional endpoint, and `region` is global',
            ),
          ]
        : undefined,
  },
  {
    id: 'explanation-runtime',
    source: 'AI Platform Prediction, "AI Explanations": runtimes 1.14, 1.15 and 2.1 on',
    check: ({ runtime }, { request }) =>
      explanationConfig(request) !== undefined && runtime?.version === '1.13'
        ? [
            inConfig(
              'explanationConfig',
              'explanations need runtime 1.14 or newer, and this version has 1.13',
            ),
          ]
        : undefined,
  },
  {
    id: 'explanation-metadata',
    source: 'ml v1, Version.explanationConfig: explanation_metadata.json beside the SavedModel',
    checkArtifact: (artifact, _wanted, request) =>
      explanationConfig(request) !== undefined &&
      !artifact.files.some(({ name }) => name === 'explanation_metadata.json')
        ? [
            inConfig(
              'explanationConfig',
              `explanation_metadata.json must lie beside the SavedModel, and ${artifact.chosen} does not hold it`,
            ),
          ]
        : undefined,
  },
  {
    id: 'request-logging-sampling',
    source: 'ml v1, RequestLoggingConfig.samplingPercentage: 0 to 1',
    check: (_wanted, { request }) => {
      const path = ['requestLoggingConfig', 'samplingPercentage'];
      const sampling = valueAt(request.versionConfig, path);
      return typeof sampling !== 'number' || (sampling >= 0 && sampling <= 1)
        ? undefined
        : [
            inConfig(
              `${path.join('.')}: ${sampling}`,
              'must be from 0 to 1; 0.1 logs a tenth of the requests',
            ),
          ];
    },
  },
]);
