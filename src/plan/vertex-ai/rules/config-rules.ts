import type { JsonObject } from '../../../world.ts';
import { checkConfig } from '../../config-fields.ts';
import { isObject, valueAt } from '../../json.ts';
import { inConfig } from '../../rules/explanation-rules.ts';
import type { Rule } from '../../rules/rule.ts';
import { explanationSpecOf } from '../explanation-spec.ts';
import { vertexAiFields } from '../vertex-fields.ts';
import type { VertexAiWanted } from '../wanted.ts';

/** Fields whose input always has a value, so that `version_config` could never have a say. */
const ownedFields: Readonly<Record<string, string>> = {
  displayName: 'model',
  artifactUri: 'source',
  labels: 'labels',
  versionDescription: 'description',
  versionAliases: 'version',
  'deployedModel.model': 'model',
  'deployedModel.enableAccessLogging': 'logging',
  'endpoint.displayName': 'endpoint',
  'endpoint.labels': 'labels',
  'endpoint.trafficSplit': 'traffic',
};

/** Fields that are there, and are of no use to a custom model that this action deploys. */
const uselessFields: Readonly<Record<string, string>> = {
  'deployedModel.id': 'the service gives the id of a deployed model; leave it out',
  'deployedModel.automaticResources':
    'custom models need dedicated resources; give `min_nodes` and `max_nodes`',
  'deployedModel.sharedResources':
    'this action deploys on dedicated resources; leave it out, and give `machine_type`',
};

const methods = [
  'sampledShapleyAttribution',
  'integratedGradientsAttribution',
  'xraiAttribution',
  'examples',
];

/** Rules about the fields that only `version_config` can give. */
export const configRules: readonly Rule<VertexAiWanted>[] = Object.freeze<Rule<VertexAiWanted>[]>([
  {
    id: 'config-fields',
    source: 'aiplatform v1, Model, DeployedModel, Endpoint and the messages in them',
    check: (_wanted, { request }) => checkConfig(request.versionConfig, vertexAiFields),
  },
  {
    id: 'config-output-only',
    source: 'aiplatform v1, fields marked output only',
    check: (_wanted, { request }) =>
      present(request.versionConfig, vertexAiFields.outputOnly).map((path) =>
        inConfig(path, 'only the service writes this field; leave it out'),
      ),
  },
  {
    id: 'config-owned',
    source: 'This action: contract, inputs that always have a value',
    check: (_wanted, { request }) =>
      present(request.versionConfig, Object.keys(ownedFields)).map((path) =>
        inConfig(path, `give it as the input \`${ownedFields[path] ?? ''}\` instead`),
      ),
  },
  {
    id: 'config-useless',
    source: 'aiplatform v1, DeployedModel: custom models have dedicated resources',
    check: (_wanted, { request }) =>
      present(request.versionConfig, Object.keys(uselessFields)).map((path) =>
        inConfig(path, uselessFields[path] ?? ''),
      ),
  },
  {
    id: 'explanation-once',
    source: 'This action: explanationConfig becomes explanationSpec',
    check: (_wanted, { request }) =>
      present(request.versionConfig, ['explanationConfig', 'explanationSpec']).length === 2
        ? [
            inConfig(
              'explanationConfig',
              'says the same as explanationSpec, which is there too; leave out one of the two',
            ),
          ]
        : undefined,
  },
  {
    id: 'explanation-metadata',
    source: 'aiplatform v1, ExplanationSpec.metadata; "Configure feature-based explanations"',
    checkArtifact: (artifact, _wanted, request) => {
      const translated = explanationSpecOf(request, artifact);
      return translated !== undefined && 'problem' in translated
        ? [inConfig('explanationConfig', translated.problem)]
        : undefined;
    },
  },
  {
    id: 'explanation-spec-method',
    source: 'aiplatform v1, ExplanationParameters: exactly one method, its count positive',
    check: (_wanted, { request }) =>
      [['explanationSpec'], ['deployedModel', 'explanationSpec']].flatMap((path) => {
        const spec = valueAt(request.versionConfig, path);
        if (!isObject(spec)) return [];
        const parameters = valueAt(spec, ['parameters']);
        const given = methods.filter((method) => valueAt(parameters, [method]) !== undefined);
        const [method = ''] = given;
        const place = `${path.join('.')}.parameters`;
        if (given.length !== 1) {
          return [
            inConfig(
              place,
              `needs exactly one method and has ${given.join(', ') || 'none'}; give one of ${methods.join(', ')}`,
            ),
          ];
        }
        const field = method === 'sampledShapleyAttribution' ? 'pathCount' : 'stepCount';
        const count = valueAt(parameters, [method, field]) ?? 0;
        return method === 'examples' || typeof count !== 'number' || count >= 1
          ? []
          : [inConfig(`${place}.${method}.${field}`, 'must be 1 or more')];
      }),
  },
  {
    id: 'request-logging-rate',
    source: 'aiplatform v1, PredictRequestResponseLoggingConfig.samplingRate: above 0, at most 1',
    check: (_wanted, { request }) =>
      [
        ['requestLoggingConfig', 'samplingPercentage'],
        ['endpoint', 'predictRequestResponseLoggingConfig', 'samplingRate'],
      ].flatMap((path) => {
        const rate = valueAt(request.versionConfig, path);
        const isAsked =
          path.length === 2 && present(request.versionConfig, [path[0] ?? '']).length > 0;
        const isWrong =
          typeof rate === 'number' ? rate <= 0 || rate > 1 : isAsked && rate === undefined;
        return isWrong
          ? [
              inConfig(
                rate === undefined ? path.join('.') : `${path.join('.')}: ${JSON.stringify(rate)}`,
                'must be above 0 and at most 1; 0.1 logs a tenth of the requests',
              ),
            ]
          : [];
      }),
  },
]);

/** The paths that a config has. */
function present(config: JsonObject, paths: readonly string[]): readonly string[] {
  return paths.filter((path) => valueAt(config, path.split('.')) !== undefined);
}
