import type { Artifact } from '../../artifact/artifact.ts';
import { valueAt } from '../json.ts';
import type { Translation } from '../plan.ts';
import { findRuntime, frameworkTitles } from '../runtimes.ts';
import type { DeployRequest } from '../../request/deploy-request.ts';
import type { Asked } from '../asked.ts';
import { explanationSpecOf } from './explanation-spec.ts';
import { autoscalingMetricSpecs, isAccessLogged, replicaCounts } from './translate.ts';
import { versionInRuntime } from './wanted.ts';
import type { VertexAiWanted } from './wanted.ts';

/** Everything of AI Platform that was asked for, what it became on Vertex AI, and why. */
export function translationsOf(
  request: DeployRequest,
  artifact: Artifact,
  wanted: VertexAiWanted,
): readonly Translation[] {
  return [
    runtime(wanted),
    python(wanted),
    modelFile(artifact),
    machine(wanted),
    ...scaling(wanted),
    logging(request),
    ...container(request),
    explanation(request, artifact),
    requestLogging(request),
  ].filter((row) => row !== undefined);
}

function runtime({ runtimeVersion, servedFramework, imageChoice }: VertexAiWanted): Row {
  if (runtimeVersion === undefined || servedFramework === undefined) return undefined;
  if (imageChoice === undefined || 'problem' in imageChoice) return undefined;
  const title = frameworkTitles[servedFramework];
  const held = versionInRuntime(servedFramework, runtimeVersion.value);
  const means =
    findRuntime(runtimeVersion.value) === undefined
      ? `read as the version of ${title}`
      : `that runtime has ${title} ${held}`;
  return {
    from: told(runtimeVersion, 'runtime_version'),
    to: `containerSpec.imageUri: ${imageChoice.uri}`,
    why: `Vertex AI has prebuilt containers instead of runtimes: ${means}, and this container holds ${imageChoice.version}.`,
  };
}

function python({ pythonVersion }: VertexAiWanted): Row {
  return pythonVersion === undefined
    ? undefined
    : {
        from: told(pythonVersion, 'python_version'),
        to: '(left out)',
        why: 'A container brings its own Python.',
      };
}

function modelFile({ files, marker }: Artifact): Row {
  const model = files.find(({ name }) => name === marker);
  const source = model?.source.kind === 'local' ? model.source.path : model?.source.name;
  const name = /[^\\/]*$/.exec(source ?? '')?.[0] ?? '';
  return marker === 'model.joblib' && /\.(?:pkl|pickle)$/i.test(name)
    ? {
        from: `source: ${name}`,
        to: marker,
        why: 'Prebuilt containers look for this name, and joblib, with which they load it, reads plain pickles too.',
      }
    : undefined;
}

function machine({ machineType, machineTypeName }: VertexAiWanted): Row {
  return machineType === undefined || machineType.value === machineTypeName
    ? undefined
    : {
        from: told(machineType, 'machine_type'),
        to: `machineSpec.machineType: ${machineTypeName}`,
        why: 'MLS1 machine types exist on AI Platform only; this is the default of Vertex AI, and the smallest N1.',
      };
}

function scaling(wanted: VertexAiWanted): readonly Row[] {
  const { nodes, minNodes, maxNodes, metricTargets } = wanted;
  const { minReplicaCount, maxReplicaCount } = replicaCounts(wanted);
  const most = `dedicatedResources.maxReplicaCount: ${maxReplicaCount ?? minReplicaCount}`;
  const least = `dedicatedResources.minReplicaCount: ${minReplicaCount}`;
  const metrics = autoscalingMetricSpecs(wanted).map(
    ({ metricName, target }) => `${metricName}=${target}`,
  );
  return [
    isTranslated(nodes) && {
      from: told(nodes, 'nodes'),
      to: `${least}, ${most}`,
      why: 'A fixed number of nodes is a least number of replicas that equals the most.',
    },
    isTranslated(minNodes) && {
      from: told(minNodes, 'min_nodes'),
      to: least,
      why: [
        minNodes.value === 0
          ? 'Vertex AI does not scale to zero: one replica at least runs, and is paid for.'
          : 'Nodes are called replicas.',
        ...(maxNodes === undefined ? ['Without `max_nodes` there are never more.'] : []),
      ].join(' '),
    },
    isTranslated(maxNodes) && {
      from: told(maxNodes, 'max_nodes'),
      to: most,
      why: 'Nodes are called replicas.',
    },
    metricTargets !== undefined && {
      from: told(metricTargets, 'metric_targets'),
      to: `dedicatedResources.autoscalingMetricSpecs: ${metrics.join(', ')}`,
      why: 'The metrics have other names.',
    },
  ].map((row) => (row === false ? undefined : row));
}

function logging({ logging }: DeployRequest): Row {
  if (logging === 'none') return undefined;
  return {
    from: `logging: ${logging}`,
    to: `enableAccessLogging: ${isAccessLogged(logging)}, disableContainerLogging: false`,
    why: 'Logging is set for each deployed model; the logs of the container stay on, to tell why one does not start.',
  };
}

function container({ versionConfig }: DeployRequest): readonly Row[] {
  const moved = [
    ['container', 'containerSpec', 'The container is part of the model.'],
    ['routes', 'containerSpec.predictRoute and healthRoute', 'Routes are part of the container.'],
  ] as const;
  return moved
    .filter(([from]) => valueAt(versionConfig, [from]) !== undefined)
    .map(([from, to, why]) => ({ from: `version_config: ${from}`, to, why }));
}

function explanation(request: DeployRequest, artifact: Artifact): Row {
  const translated = explanationSpecOf(request, artifact);
  if (translated === undefined || 'problem' in translated) return undefined;
  return {
    from: 'version_config: explanationConfig',
    to: `explanationSpec: ${JSON.stringify(translated.spec)}`,
    why: 'The counts have other names, and the metadata is made from the signature; baselines of explanation_metadata.json are not read.',
  };
}

function requestLogging({ versionConfig }: DeployRequest): Row {
  return valueAt(versionConfig, ['requestLoggingConfig']) === undefined
    ? undefined
    : {
        from: 'version_config: requestLoggingConfig',
        to: 'endpoint.predictRequestResponseLoggingConfig',
        why: 'Requests are logged by the endpoint, for all its models, from its creation on.',
      };
}

type Row = Translation | undefined;

/** Whether it was asked for in AI Platform's terms, not in the platform's own field. */
function isTranslated(asked: Asked<number> | undefined): asked is Asked<number> {
  return asked !== undefined && !asked.given.startsWith('deployedModel.');
}

function told(asked: Asked<unknown>, input: string): string {
  return asked.input === 'version_config'
    ? `version_config: ${asked.given}`
    : `${input}: ${asked.given}`;
}
