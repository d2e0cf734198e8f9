import { valueAt } from '../json.ts';
import type { Json } from '../../world.ts';
import { refused } from './rule.ts';
import type { Rule } from './rule.ts';

/** Rules about custom containers and the identity of a version. */
export const containerRules: readonly Rule[] = Object.freeze<Rule[]>([
  {
    id: 'container-image',
    source: 'ml v1, ContainerSpec.image: required',
    check: ({ image }, { request }) =>
      image === undefined && valueAt(request.versionConfig, ['container']) !== undefined
        ? [
            {
              input: 'version_config',
              given: 'container',
              problem: 'a container needs an image; give `image`',
            },
          ]
        : undefined,
  },
  {
    id: 'image-host',
    source: 'ml v1, ContainerSpec.image: Artifact Registry of the same region',
    check: ({ image, endpoint }, { request }) => {
      const host = `${request.region}-docker.pkg.dev/`;
      return image !== undefined && endpoint === 'regional' && !image.value.startsWith(host)
        ? refused(image, `must be in Artifact Registry of the same region, so start with ${host}`)
        : undefined;
    },
  },
  {
    id: 'image-machine',
    source: 'ml v1, Version.container: machineType is required',
    check: ({ image, machineType }) =>
      image !== undefined && machineType === undefined
        ? refused(image, 'a custom container needs a `machine_type`, such as n1-standard-4')
        : undefined,
  },
  {
    id: 'image-endpoint',
    source: 'AI Platform Prediction, "Using a custom container": regional endpoints only',
    check: ({ image, endpoint }) =>
      image !== undefined && endpoint === 'global'
        ? refused(image, 'custom containers run on regional endpoints only, and `region` is global')
        : undefined,
  },
  {
    id: 'image-excludes',
    source: 'ml v1, Version.container: fields that it excludes',
    check: ({ image, runtimeVersion, framework, pythonVersion, packages, predictionClass }) =>
      image === undefined
        ? undefined
        : [runtimeVersion, framework, pythonVersion, packages, predictionClass]
            .filter((asked) => asked !== undefined)
            .map((asked) => ({
              input: asked.input,
              given: asked.given,
              problem: 'a custom container (`image`) brings its own; leave it out',
            })),
  },
  {
    id: 'container-port',
    source: 'ml v1, ContainerPort.containerPort: 1 to 65535',
    check: (_wanted, { request }) =>
      list(valueAt(request.versionConfig, ['container', 'ports'])).flatMap((item, index) => {
        const port = valueAt(item, ['containerPort']) ?? 0;
        return typeof port !== 'number' || (port >= 1 && port <= 65_535)
          ? []
          : [
              {
                input: 'version_config',
                given: `container.ports[${index}].containerPort: ${port}`,
                problem: 'must be from 1 to 65535',
              },
            ];
      }),
  },
  {
    id: 'container-variable',
    source: 'ml v1, EnvVar.name: a C identifier; AIP_ is reserved',
    check: (_wanted, { request }) =>
      list(valueAt(request.versionConfig, ['container', 'env'])).flatMap((item, index) => {
        const name = valueAt(item, ['name']) ?? '';
        return typeof name !== 'string' || /^(?!AIP_)[A-Za-z_][A-Za-z0-9_]*$/.test(name)
          ? []
          : [
              {
                input: 'version_config',
                given: `container.env[${index}].name: ${name}`,
                problem:
                  'the name of a variable starts with a letter or `_`, goes on with letters, digits and `_`, and does not start with AIP_',
              },
            ];
      }),
  },
  {
    id: 'service-account-code',
    source: 'ml v1, Version.serviceAccount: with a container or a custom prediction routine',
    check: ({ serviceAccount, image, predictionClass }) =>
      serviceAccount !== undefined && (image ?? predictionClass) === undefined
        ? refused(
            serviceAccount,
            'only a custom container (`image`) or a custom prediction routine (`prediction_class`) runs as a service account of yours; leave it out',
          )
        : undefined,
  },
  {
    id: 'routes-image',
    source: 'ml v1, Version.routes: with container only',
    check: ({ image }, { request }) =>
      image === undefined && valueAt(request.versionConfig, ['routes']) !== undefined
        ? [
            {
              input: 'version_config',
              given: 'routes',
              problem: 'routes belong to a custom container; give `image`, or leave them out',
            },
          ]
        : undefined,
  },
  {
    id: 'routes-path',
    source: 'ml v1, RouteMap.predict and health: HTTP paths',
    check: (_wanted, { request }) =>
      ['predict', 'health'].flatMap((name) => {
        const route = valueAt(request.versionConfig, ['routes', name]);
        return typeof route !== 'string' || route.startsWith('/')
          ? []
          : [
              {
                input: 'version_config',
                given: `routes.${name}: ${route}`,
                problem: 'must be an HTTP path that starts with `/`',
              },
            ];
      }),
  },
]);

function list(json: Json | undefined): readonly Json[] {
  return Array.isArray(json) ? (json as readonly Json[]) : [];
}
