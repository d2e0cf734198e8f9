import { excluded, refusal, required } from './api.ts';
import { checkAccelerator, checkMachine, checkScaling } from './machine-rules.ts';
import type { MessageOf } from './messages.ts';
import { checkLabels } from './names.ts';
import type { VersionFields } from './resources.ts';
import { isExplainable, isSupportedRuntime } from './runtimes.ts';

/**
 * Throws the first refusal of a Version that has the right field types: required fields, exclusions,
 * machine, scaling, accelerators (ai-platform-v1.md, sections 4, 5, 8 and 9). `fields` has a
 * `machineType`. Looks at nothing outside the resource.
 */
export function checkVersion(fields: VersionFields, region: string): void {
  checkLabels(fields.labels, 'version.labels');
  checkFields(fields);
  checkMachine(fields, region);
  checkScaling(fields);
  checkAccelerator(fields);
  if (fields.container === undefined) checkRuntime(fields);
  else checkContainer(fields, fields.container, region);
  checkExplanation(fields, region);
}

function checkFields(fields: VersionFields): void {
  const { container, framework, predictionClass, serviceAccount } = fields;
  if (framework !== undefined && predictionClass !== undefined) {
    throw refusal(
      'FAILED_PRECONDITION',
      'prediction_class',
      'Exactly one of "prediction_class" and "framework" may be provided. In order to use a custom prediction class, "framework" should be left unspecified.',
    );
  }
  if (container === undefined && fields.deploymentUri === undefined) {
    throw required('deployment_uri', 'A deployment URI is required.');
  }
  if (fields.routes !== undefined && container === undefined) {
    throw excluded('routes', 'Routes may be specified only together with a container.');
  }
  if (predictionClass !== undefined) {
    if (!/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$/.test(predictionClass)) {
      throw required(
        'prediction_class',
        `"${predictionClass}" is not a fully qualified class name. It must have the form module.Class.`,
      );
    }
    if (fields.packageUris === undefined) {
      throw required('package_uris', 'A custom prediction class needs the package that holds it.');
    }
  }
  if (serviceAccount !== undefined) {
    if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(serviceAccount)) {
      throw required(
        'service_account',
        `"${serviceAccount}" is not the email address of a service account.`,
      );
    }
    if (container === undefined && predictionClass === undefined) {
      throw excluded(
        'service_account',
        'A service account may be specified only with a container or a custom prediction class.',
      );
    }
  }
}

function checkRuntime(fields: VersionFields): void {
  const { runtimeVersion, pythonVersion } = fields;
  if (runtimeVersion === undefined) {
    throw required('runtime_version', 'A runtime version is required.');
  }
  if (pythonVersion === undefined) {
    throw required('python_version', 'A Python version is required.');
  }
  if (!isSupportedRuntime(runtimeVersion, pythonVersion)) {
    throw refusal(
      'INVALID_ARGUMENT',
      'runtime_version',
      `The specified runtime version '${runtimeVersion}' with the Python version '${pythonVersion}' is not supported or is deprecated.  Please specify a different runtime version. See https://cloud.google.com/ml-engine/docs/runtime-version-list for a list of supported versions`,
    );
  }
}

function checkContainer(
  fields: VersionFields,
  container: MessageOf<'ContainerSpec'>,
  region: string,
): void {
  const others = [
    ['runtimeVersion', 'runtime_version'],
    ['packageUris', 'package_uris'],
    ['framework', 'framework'],
    ['pythonVersion', 'python_version'],
    ['predictionClass', 'prediction_class'],
  ] as const;
  for (const [name, field] of others) {
    if (fields[name] !== undefined) {
      throw excluded(field, `"${field}" may not be specified together with "container".`);
    }
  }
  const { image } = container;
  if (image === undefined) throw required('container.image', 'An image is required.');
  if (!image.startsWith(`${region}-docker.pkg.dev/`)) {
    throw required(
      'container.image',
      `The image "${image}" must be in Artifact Registry in the region of the endpoint: ${region}-docker.pkg.dev/…`,
    );
  }
  container.env?.forEach(({ name = '' }, index) => {
    if (!/^(?!AIP_)[A-Za-z_]\w*$/.test(name)) {
      throw required(
        `container.env[${index}].name`,
        `"${name}" is not a valid name. It must be a C identifier and must not begin with AIP_.`,
      );
    }
  });
  container.ports?.forEach(({ containerPort = 0 }, index) => {
    if (containerPort < 1 || containerPort > 65_535) {
      throw required(`container.ports[${index}].container_port`, 'A port must be from 1 to 65535.');
    }
  });
  for (const [name, route] of Object.entries(fields.routes ?? {})) {
    if (!route.startsWith('/')) {
      throw required(`routes.${name}`, `The route "${route}" must begin with "/".`);
    }
  }
}

function checkExplanation(fields: VersionFields, region: string): void {
  if (fields.explanationConfig === undefined) return;
  const { explanationConfig: config, runtimeVersion = '' } = fields;
  const field = 'explanation_config';
  const methods: readonly { numIntegralSteps?: number; numPaths?: number }[] =
    Object.values(config);
  const [method] = methods;
  if (methods.length !== 1 || method === undefined) {
    throw required(field, 'Exactly one attribution method must be specified.');
  }
  if ((method.numIntegralSteps ?? method.numPaths ?? 0) < 1) {
    throw required(field, 'The number of steps or paths must be at least 1.');
  }
  if ((fields.framework ?? 'TENSORFLOW') !== 'TENSORFLOW' || fields.container !== undefined) {
    throw excluded(field, 'Explanations are supported with TensorFlow only.');
  }
  if (region === 'global') {
    throw excluded(
      field,
      'Explanations need a Compute Engine (N1) machine type on a regional endpoint.',
    );
  }
  if (!isExplainable(runtimeVersion)) {
    throw excluded(
      field,
      `Explanations are not supported with the runtime version ${runtimeVersion}.`,
    );
  }
}
