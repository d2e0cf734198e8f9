import type { DeployRecord } from '../record.ts';
import type { PlatformName } from '../request/deploy-request.ts';
import { forUrlPart } from './foreign-text.ts';

/** A version, by the names that its pages need. */
interface Place {
  readonly project: string;
  /** `global`, or the region of the endpoint. */
  readonly region: string;
  readonly model: string;
  readonly version: string;
  /** Number of the endpoint on Vertex AI, once it is known. */
  readonly endpoint?: string;
}

const consoleHost = 'https://console.cloud.google.com';

/** Page of a version, by platform; every part is encoded already. */
const pages: Readonly<Record<PlatformName, (place: Place) => string>> = {
  'ai-platform': ({ project, region, model, version }) =>
    `/ai-platform/models/${model}/versions/${version}?project=${project}` +
    (region === 'global' ? '' : `&region=${region}`),
  'vertex-ai': ({ project, region, model, version }) =>
    `/vertex-ai/locations/${region}/models/${model}/versions/${version}?project=${project}`,
};

/** The monitored resource of a version in Cloud Logging, as a filter. */
const logFilters: Readonly<Record<PlatformName, (place: Place) => string>> = {
  'ai-platform': ({ model, version }) =>
    `resource.type="cloudml_model_version" resource.labels.model_id="${model}" resource.labels.version_id="${version}"`,
  'vertex-ai': ({ region, endpoint }) =>
    `resource.type="aiplatform.googleapis.com/Endpoint" resource.labels.location="${region}"` +
    (endpoint === undefined ? '' : ` resource.labels.endpoint_id="${endpoint}"`),
};

/** Page of the version in the Google Cloud console; `undefined` until the plan is known. */
export function consoleUrl({ request, plan, version }: DeployRecord): string | undefined {
  if (request === undefined || plan === undefined) return undefined;
  const page = pages[request.platform]({
    project: forUrlPart(request.projectId),
    region: forUrlPart(request.region),
    model: forUrlPart(version?.names?.model.split('/').at(-1) ?? request.model),
    version: forUrlPart(version?.names?.version ?? plan.version.id),
  });
  return `${consoleHost}${page}`;
}

/** Page with the logs of the version's nodes; `undefined` until the plan is known. */
export function logsUrl({ request, plan, version }: DeployRecord): string | undefined {
  if (request === undefined || plan === undefined) return undefined;
  const endpoint = version?.names?.endpoint.split('/').at(-1);
  const filter = logFilters[request.platform]({
    ...(endpoint === undefined || endpoint === '' ? {} : { endpoint }),
    project: request.projectId,
    region: request.region,
    model: request.model,
    version: plan.version.id,
  });
  return `${consoleHost}/logs/query;query=${forUrlPart(filter)}?project=${forUrlPart(request.projectId)}`;
}
