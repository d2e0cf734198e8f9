import { command } from '../gcloud.ts';
import type { GcloudPlace } from '../gcloud.ts';
import type { Circumstances, Told } from './told.ts';

/** Names to fill into sentences and commands; what is not known is a word in capitals, to be replaced. */
export interface Known extends Circumstances {
  readonly project: string;
  readonly region: string;
  readonly model: string;
  readonly version: string;
  readonly bucket: string;
  readonly directory: string;
  readonly place: GcloudPlace;
}

/** Collects the names from the deploy, and from the request that failed. */
export function known(error: Told, { request, plan, operation }: Circumstances): Known {
  const asked = namesIn(error.request);
  const project = request?.projectId ?? asked.project ?? 'PROJECT_ID';
  const region = request?.region ?? 'REGION';
  return {
    request,
    plan,
    operation:
      /^GET \/v1\/(projects\/.+\/operations\/[^/]+)$/.exec(error.request)?.[1] ?? operation,
    project,
    region,
    model: asked.model ?? request?.model ?? 'MODEL',
    version: asked.version ?? plan?.version.id ?? request?.version ?? 'VERSION',
    bucket: asked.bucket ?? plan?.upload.bucket ?? request?.destination.bucket ?? 'BUCKET',
    directory: plan?.deploymentUri ?? 'gs://BUCKET/DIRECTORY/',
    place: { projectId: project, region },
  };
}

/** What was being done, by the request that failed, as a sentence. */
export function doing(error: Told, names: Known): string {
  const model = `model "${names.model}"`;
  const version = `version "${names.version}" of ${model}`;
  const rows: readonly (readonly [RegExp, string])[] = [
    [/^POST .*\/versions\/[^/]+:setDefault$/, `Making ${version} the one that serves failed.`],
    [/^POST .*\/versions$/, `Creating ${version} failed.`],
    [/^POST .*\/models$/, `Creating ${model} failed.`],
    [/^PATCH .*\/versions\//, `Updating ${version} failed.`],
    [/^DELETE .*\/versions\//, `Deleting ${version} failed.`],
    [/^DELETE .*\/models\//, `Deleting ${model} failed.`],
    [/^GET .*\/versions\//, `Reading ${version} failed.`],
    [/^GET .*\/models\/[^/]+$/, `Reading ${model} failed.`],
    [/^GET .*\/models$/, `Listing the models of project "${names.project}" failed.`],
    [
      /^GET .*\/operations\//,
      `Waiting for ${version} failed; what became of it is unknown, and operation ${lastPart(names.operation)} works on.`,
    ],
    [/^(?:operation|version) /, `Creating ${version} failed.`],
    [/^(?:POST|PUT) .*\/upload\//, `Uploading to gs://${names.bucket}/ failed.`],
    [/^POST .*\/b$/, `Creating the bucket gs://${names.bucket} failed.`],
    [/^GET .*\/b\/[^/]+\/o$/, `Listing the objects of gs://${names.bucket}/ failed.`],
    [/^GET .*\/b\/[^/]+\/o\//, `Reading an object of gs://${names.bucket}/ failed.`],
  ];
  const row = rows.find(([pattern]) => pattern.test(error.request));
  if (row !== undefined) return row[1];
  if (error.service !== undefined)
    return `A request to ${error.service} failed (${error.request}).`;
  return 'The deploy failed.';
}

/** The words of whoever refused, and who that was. */
export function refusal(error: Told): string {
  if (error.service === undefined) return error.text;
  const answer = [error.http, error.status]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
  if (answer !== '') return `${error.service} answered ${answer}: ${error.text}`;
  return error.host === ''
    ? `${error.service} said: ${error.text}`
    : `No usable answer from ${error.host} (${error.code ?? 'no code'}): ${error.text}`;
}

/** Grants a role in the project. */
export function grantInProject(
  names: Pick<Known, 'project'>,
  member: string,
  role: string,
): string {
  return command([
    ...['gcloud', 'projects', 'add-iam-policy-binding', names.project],
    ...[`--member=${member}`, `--role=${role}`],
  ]);
}

/** Grants a role on a bucket. */
export function grantOnBucket(bucket: string, member: string, role: string): string {
  return command([
    ...['gcloud', 'storage', 'buckets', 'add-iam-policy-binding', `gs://${bucket}`],
    ...[`--member=${member}`, `--role=${role}`],
  ]);
}

/** Grants a role on an AI Platform model. */
export function grantOnModel(
  names: Pick<Known, 'project' | 'region' | 'model'>,
  member: string,
  role: string,
): string {
  return command([
    ...['gcloud', 'ai-platform', 'models', 'add-iam-policy-binding', names.model],
    ...[`--member=${member}`, `--role=${role}`],
    ...[`--region=${names.region}`, `--project=${names.project}`],
  ]);
}

/** Grants a role on a service account. */
export function grantOnAccount(
  names: Known,
  account: string,
  member: string,
  role: string,
): string {
  return command([
    ...['gcloud', 'iam', 'service-accounts', 'add-iam-policy-binding', account],
    ...[`--member=${member}`, `--role=${role}`, `--project=${names.project}`],
  ]);
}

/** Who calls, as IAM wants it; a word in capitals when the service did not say. */
export function memberOf(caller: string): string {
  if (caller === '') return 'serviceAccount:DEPLOYER';
  if (/^principal(?:Set)?:\/\//.test(caller)) return caller;
  return /gserviceaccount\.com$/.test(caller) ? `serviceAccount:${caller}` : `user:${caller}`;
}

function lastPart(name: string | undefined): string {
  return name?.split('/').at(-1) ?? 'OPERATION';
}

function namesIn(request: string): {
  project: string | undefined;
  model: string | undefined;
  version: string | undefined;
  bucket: string | undefined;
} {
  const part = (pattern: RegExp): string | undefined => {
    const match = pattern.exec(request)?.[1];
    return match === undefined ? undefined : decoded(match);
  };
  return {
    project: part(/\/projects\/([^/:]+)/) ?? part(/^(?:operation|version) projects\/([^/]+)/),
    model: part(/\/models\/([^/:]+)/),
    version: part(/\/versions\/([^/:]+)/),
    bucket: part(/\/b\/([^/?]+)/),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
