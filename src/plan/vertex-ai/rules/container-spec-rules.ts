import { valueAt } from '../../json.ts';
import { portRule, routeRule, variableRule } from '../../rules/container-fields.ts';
import { inConfig } from '../../rules/explanation-rules.ts';
import { refused } from '../../rules/rule.ts';
import type { Rule } from '../../rules/rule.ts';
import type { VertexAiWanted } from '../wanted.ts';

const REGISTRY = /^(?:[a-z0-9-]+-docker\.pkg\.dev|(?:[a-z]+\.)?gcr\.io)\/[^\s/]+\/\S+$/;
const LONGEST_DEPLOYMENT_SECONDS = 7200;

/** Rules about images and the fields of `containerSpec`. */
export const containerSpecRules: readonly Rule<VertexAiWanted>[] = Object.freeze<
  Rule<VertexAiWanted>[]
>([
  {
    id: 'image-host',
    source: 'aiplatform v1, ModelContainerSpec.imageUri: Artifact Registry or Container Registry',
    check: ({ image }) =>
      image === undefined || REGISTRY.test(image.value)
        ? undefined
        : refused(
            image,
            'must be in Artifact Registry, such as us-central1-docker.pkg.dev/my-project/models/fraud:1.0, or in Container Registry (gcr.io)',
          ),
  },
  portRule('container-spec-port', 'aiplatform v1, Port.containerPort: 1 to 65535', [
    'containerSpec',
    'ports',
  ]),
  portRule('container-spec-grpc-port', 'aiplatform v1, Port.containerPort: 1 to 65535', [
    'containerSpec',
    'grpcPorts',
  ]),
  variableRule('container-spec-variable', 'aiplatform v1, EnvVar.name: a C identifier', [
    'containerSpec',
    'env',
  ]),
  routeRule('container-spec-route', 'aiplatform v1, ModelContainerSpec routes: HTTP paths', [
    ['containerSpec', 'predictRoute'],
    ['containerSpec', 'healthRoute'],
  ]),
  {
    id: 'container-spec-prefix',
    source: 'aiplatform v1, ModelContainerSpec.invokeRoutePrefix: only /*, without predictRoute',
    check: (_wanted, { request }) => {
      const prefix = valueAt(request.versionConfig, ['containerSpec', 'invokeRoutePrefix']);
      const route =
        valueAt(request.versionConfig, ['containerSpec', 'predictRoute']) ??
        valueAt(request.versionConfig, ['routes', 'predict']);
      return prefix === undefined || (prefix === '/*' && route === undefined)
        ? undefined
        : [
            inConfig(
              `containerSpec.invokeRoutePrefix: ${JSON.stringify(prefix)}`,
              'must be "/*", and goes without a predict route',
            ),
          ];
    },
  },
  {
    id: 'container-spec-timeout',
    source: 'aiplatform v1, ModelContainerSpec.deploymentTimeout: at most 2 hours',
    check: (_wanted, { request }) => {
      const given = valueAt(request.versionConfig, ['containerSpec', 'deploymentTimeout']);
      if (typeof given !== 'string') return undefined;
      const seconds = Number(/^(\d{1,6}(?:\.\d{1,9})?)s$/.exec(given)?.[1] ?? 0);
      return seconds > 0 && seconds <= LONGEST_DEPLOYMENT_SECONDS
        ? undefined
        : [
            inConfig(
              `containerSpec.deploymentTimeout: ${given}`,
              `must be seconds with an s, such as "1800s", and at most ${LONGEST_DEPLOYMENT_SECONDS}s`,
            ),
          ];
    },
  },
]);
