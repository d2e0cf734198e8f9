import type { Fault } from '../../failure.ts';
import type { DeployRequest } from '../../request/deploy-request.ts';
import type { JsonObject } from '../../world.ts';
import { isObject, valueAt } from '../json.ts';
import type { Rule } from './rule.ts';

/** How each attribution method says how closely it looks. */
const attributionSteps: Readonly<Record<string, string>> = {
  integratedGradientsAttribution: 'numIntegralSteps',
  sampledShapleyAttribution: 'numPaths',
  xraiAttribution: 'numIntegralSteps',
};

/** Rules about explanations and request logging in the fields of AI Platform, which Vertex AI takes too. */
export const explanationRules: readonly Rule<unknown>[] = Object.freeze<Rule<unknown>[]>([
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
]);

/** The explanations that `version_config` asks for in AI Platform's spelling. */
export function explanationConfig(request: DeployRequest): JsonObject | undefined {
  const config = valueAt(request.versionConfig, ['explanationConfig']);
  return isObject(config) ? config : undefined;
}

/** A fault of `version_config`: the path, or what it holds. */
export function inConfig(given: string, problem: string): Fault {
  return { input: 'version_config', given, problem };
}
