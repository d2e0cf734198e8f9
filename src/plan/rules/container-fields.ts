import type { Json } from '../../world.ts';
import { valueAt } from '../json.ts';
import type { Rule } from './rule.ts';

/** Ports that a list of `version_config` names. */
export function portRule(id: string, source: string, path: readonly string[]): Rule<unknown> {
  return {
    id,
    source,
    check: (_wanted, { request }) =>
      list(valueAt(request.versionConfig, path)).flatMap((item, index) => {
        const port = valueAt(item, ['containerPort']) ?? 0;
        return typeof port !== 'number' || (port >= 1 && port <= 65_535)
          ? []
          : [
              {
                input: 'version_config',
                given: `${path.join('.')}[${index}].containerPort: ${port}`,
                problem: 'must be from 1 to 65535',
              },
            ];
      }),
  };
}

/** Names of variables that a list of `version_config` sets. */
export function variableRule(id: string, source: string, path: readonly string[]): Rule<unknown> {
  return {
    id,
    source,
    check: (_wanted, { request }) =>
      list(valueAt(request.versionConfig, path)).flatMap((item, index) => {
        const name = valueAt(item, ['name']) ?? '';
        return typeof name !== 'string' || /^(?!AIP_)[A-Za-z_][A-Za-z0-9_]*$/.test(name)
          ? []
          : [
              {
                input: 'version_config',
                given: `${path.join('.')}[${index}].name: ${name}`,
                problem:
                  'the name of a variable starts with a letter or `_`, goes on with letters, digits and `_`, and does not start with AIP_',
              },
            ];
      }),
  };
}

/** HTTP paths that `version_config` gives to a container. */
export function routeRule(
  id: string,
  source: string,
  paths: readonly (readonly string[])[],
): Rule<unknown> {
  return {
    id,
    source,
    check: (_wanted, { request }) =>
      paths.flatMap((path) => {
        const route = valueAt(request.versionConfig, path);
        return typeof route !== 'string' || route.startsWith('/')
          ? []
          : [
              {
                input: 'version_config',
                given: `${path.join('.')}: ${route}`,
                problem: 'must be an HTTP path that starts with `/`',
              },
            ];
      }),
  };
}

function list(json: Json | undefined): readonly Json[] {
  return Array.isArray(json) ? (json as readonly Json[]) : [];
}
