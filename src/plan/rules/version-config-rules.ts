import { isObject, valueAt } from '../json.ts';
import { frameworkTitles } from '../runtimes.ts';
import { checkVersionConfig, outputOnlyFields } from '../version-fields.ts';
import type { DeployRequest } from '../../request/deploy-request.ts';
import type { Fault } from '../../failure.ts';
import type { JsonObject } from '../../world.ts';
import type { Rule } from './rule.ts';

/** Fields whose input always has a value, so that `version_config` could never have a say. */
const ownedFields: Readonly<Record<string, string>> = {
  name: 'version',
  deploymentUri: 'source',
  description: 'description',
  labels: 'labels',
};

/** How each attribution method says how closely it looks. */
const attributionSteps: Readonly<Record<string, string>> = {
  integratedGradientsAttribution: 'numIntegralSteps',
  sampledShapleyAttribution: 'numPaths',
  xraiAttribution: 'numIntegralSteps',
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
    id: 'explanation-method',
    source: 'ml v1, ExplanationConfig: exactly one attribution method',
    check: (_wanted, { request }) => {
      const methods = Object.keys(explanationConfig(request) ?? { one: {} });
      return methods.length === 1
        ? undefined
        : [
            inConfig(
              'explanationConfig',
              `needs exactly one attribution method and has ${methods.length === 0 ? 'none' : methods.join(', ')}; give one of ${Object.keys(attributionSteps).join(', ')}`,
            ),
          ];
    },
  },
  {
    id: 'explanation-steps',
    source: 'ml v1, numIntegralSteps and numPaths of the attribution methods: positive',
    check: (_wanted, { request }) =>
      Object.entries(attributionSteps).flatMap(([method, field]) => {
        const path = ['explanationConfig', method, field];
        const steps = valueAt(request.versionConfig, path) ?? 0;
        const isAsked = valueAt(request.versionConfig, path.slice(0, 2)) !== undefined;
        return !isAsked || typeof steps !== 'number' || steps >= 1
          ? []
          : [inConfig(path.join('.'), 'must be 1 or more; 50 is a good value to start with')];
      }),
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
    id: 'request-logging-table',
    source: 'ml v1, RequestLoggingConfig.bigqueryTableName: project_id.dataset.table',
    check: (_wanted, { request }) => {
      const path = ['requestLoggingConfig', 'bigqueryTableName'];
      const table = valueAt(request.versionConfig, path);
      const isNamed = typeof table === 'string' && /^[^.\s]+(\.[^.\s]+){2}$/.test(table);
      return valueAt(request.versionConfig, ['requestLoggingConfig']) === undefined || isNamed
        ? undefined
        : [
            inConfig(
              table === undefined ? path.join('.') : `${path.join('.')}: ${JSON.stringify(table)}`,
              'must name the table that requests are logged to, as project_id.dataset.table',
            ),
          ];
    },
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

function explanationConfig(request: DeployRequest): JsonObject | undefined {
  const config = valueAt(request.versionConfig, ['explanationConfig']);
  return isObject(config) ? config : undefined;
}

function inConfig(given: string, problem: string): Fault {
  return { input: 'version_config', given, problem };
}
