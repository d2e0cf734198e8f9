import type { AskedFields } from '../asked.ts';
import { valueAt } from '../json.ts';
import { portRule, routeRule, variableRule } from './container-fields.ts';
import { refused } from './rule.ts';
import type { Rule } from './rule.ts';

/** Rules about custom containers in the fields of AI Platform, which Vertex AI takes too. */
export const containerRules: readonly Rule<AskedFields>[] = Object.freeze<Rule<AskedFields>[]>([
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
  portRule('container-port', 'ml v1, ContainerPort.containerPort: 1 to 65535', [
    'container',
    'ports',
  ]),
  variableRule('container-variable', 'ml v1, EnvVar.name: a C identifier; AIP_ is reserved', [
    'container',
    'env',
  ]),
  routeRule('routes-path', 'ml v1, RouteMap.predict and health: HTTP paths', [
    ['routes', 'predict'],
    ['routes', 'health'],
  ]),
]);

/** Rules about custom containers and the identity of a version that only AI Platform has. */
export const aiPlatformContainerRules: readonly Rule[] = Object.freeze<Rule[]>([
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
]);
