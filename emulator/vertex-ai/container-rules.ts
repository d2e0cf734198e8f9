import { wrongField } from './api.ts';
import type { MessageOf } from './messages.ts';

const registries = /^(?:[a-z0-9-]+-docker\.pkg\.dev|(?:[a-z]+\.)?gcr\.io)\/[^\s/]+\/\S+$/;
const mostVariables = 100;
const mostTimeoutSeconds = 7200;
const spec = 'model.container_spec';

/** Throws INVALID_ARGUMENT for a container that can never run (vertex-ai-v1.md, section 4). */
export function checkContainer(container: MessageOf<'ModelContainerSpec'>): void {
  const { imageUri, env = [], ports = [], grpcPorts = [], deploymentTimeout } = container;
  if (imageUri === undefined) {
    throw wrongField(`${spec}.image_uri`, 'Required field is not set.');
  }
  if (!registries.test(imageUri)) {
    throw wrongField(
      `${spec}.image_uri`,
      `The image "${imageUri}" must be in Artifact Registry (LOCATION-docker.pkg.dev/…) or Container Registry (gcr.io/…).`,
    );
  }
  if (env.length > mostVariables) {
    throw wrongField(`${spec}.env`, `A container has at most ${mostVariables} variables.`);
  }
  env.forEach(({ name = '' }, index) => {
    if (/^(?!AIP_)[A-Za-z_]\w*$/.test(name)) return;
    throw wrongField(
      `${spec}.env[${index}].name`,
      `"${name}" is not a valid name. It must be a C identifier and must not begin with AIP_.`,
    );
  });
  for (const [field, list] of [
    ['ports', ports],
    ['grpc_ports', grpcPorts],
  ] as const) {
    list.forEach(({ containerPort = 0 }, index) => {
      if (containerPort >= 1 && containerPort <= 65_535) return;
      throw wrongField(`${spec}.${field}[${index}].container_port`, 'A port is from 1 to 65535.');
    });
  }
  checkRoutes(container);
  if (deploymentTimeout !== undefined) {
    const seconds = Number(deploymentTimeout.slice(0, -1));
    if (seconds <= 0 || seconds > mostTimeoutSeconds) {
      throw wrongField(
        `${spec}.deployment_timeout`,
        `The timeout is ${deploymentTimeout}. It must be more than 0s and at most ${mostTimeoutSeconds}s.`,
      );
    }
  }
  checkProbes(container);
}

function checkRoutes(container: MessageOf<'ModelContainerSpec'>): void {
  const { predictRoute, healthRoute, invokeRoutePrefix } = container;
  for (const [field, route] of [
    ['predict_route', predictRoute],
    ['health_route', healthRoute],
  ] as const) {
    if (route === undefined || route.startsWith('/')) continue;
    throw wrongField(`${spec}.${field}`, `The route "${route}" must begin with "/".`);
  }
  if (invokeRoutePrefix === undefined) return;
  if (invokeRoutePrefix !== '/*') {
    throw wrongField(`${spec}.invoke_route_prefix`, 'The only supported prefix is "/*".');
  }
  if (predictRoute !== undefined) {
    throw wrongField(
      `${spec}.invoke_route_prefix`,
      'Only one of predict_route and invoke_route_prefix may be set.',
    );
  }
}

function checkProbes(container: MessageOf<'ModelContainerSpec'>): void {
  for (const [field, probe] of [
    ['startup_probe', container.startupProbe],
    ['health_probe', container.healthProbe],
    ['liveness_probe', container.livenessProbe],
  ] as const) {
    if (probe === undefined) continue;
    const kinds = [probe.exec, probe.httpGet, probe.grpc, probe.tcpSocket];
    if (kinds.filter((kind) => kind !== undefined).length > 1) {
      throw wrongField(
        `${spec}.${field}`,
        'Only one of exec, http_get, grpc and tcp_socket may be set.',
      );
    }
    for (const name of ['periodSeconds', 'timeoutSeconds', 'failureThreshold'] as const) {
      if ((probe[name] ?? 1) < 1) {
        throw wrongField(`${spec}.${field}`, `${name} must be at least 1.`);
      }
    }
  }
}
