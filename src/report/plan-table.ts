import { MOST_MODELS, MOST_VERSIONS } from '../plan/decide-ai-platform.ts';
import type { Plan } from '../plan/plan.ts';
import type { DeployRecord } from '../record.ts';
import { deploymentRow, undeployedRows } from './deployment-rows.ts';
import { formatBytes, formatCount } from './format.ts';
import { shownField } from './shown-body.ts';
import { trafficThen } from './traffic-then.ts';

/** One line of a plan: a resource, what would be done about it, and how it would be then. Plain text. */
export interface PlanRow {
  readonly resource: string;
  readonly action: 'create' | 'reuse' | 'change' | 'replace' | 'delete' | 'upload' | 'ask' | 'none';
  readonly name: string;
  readonly detail: string;
}

/** Everything that a deploy would do, a row for each resource, in the order in which it happens. */
export function planRows(record: DeployRecord): readonly PlanRow[] {
  const { plan } = record;
  if (plan === undefined) return [];
  return [
    ...bucketRow(plan),
    objectsRow(record, plan),
    modelRow(record, plan),
    ...endpointRow(plan),
    versionRow(plan),
    ...deploymentRow(record, plan),
    ...proofRows(record, plan),
    servingRow(record, plan),
    ...undeployedRows(record, plan),
    ...plan.retire.map((id): PlanRow => ({
      resource: 'old version',
      action: 'delete',
      name: id,
      detail:
        id === plan.vertexAi?.replaced
          ? 'loses its alias to the new one'
          : `beyond the ${record.request?.keepVersions ?? 0} to keep`,
    })),
  ];
}

/** The same as lines of a log, in columns. */
export function planLines(record: DeployRecord): readonly string[] {
  const rows = planRows(record);
  const width = (column: 'resource' | 'action'): number =>
    Math.max(0, ...rows.map((row) => row[column].length));
  const lines = rows.map(({ resource, action, name, detail }) =>
    [
      resource.padEnd(width('resource')),
      action.padEnd(width('action')),
      ...[name, detail].filter((part) => part !== ''),
    ].join('  '),
  );
  return [...lines, headRoom(record)].filter((line) => line !== '');
}

/** The fields in which the version would not be what serves now, as texts: path, before, after. */
export function changedFields({
  plan,
}: DeployRecord): readonly (readonly [string, string, string])[] {
  return (plan?.changes ?? []).map(({ path, existing, wanted }) => [
    path,
    shownField(path, existing),
    shownField(path, wanted),
  ]);
}

/** How much of the project's quotas is used, as sentences; nothing where that is not known. */
export function headRoom({ existing }: DeployRecord): string {
  if (existing?.holdings === undefined) return '';
  const { models, versions } = existing.holdings;
  return `The project has ${models} of ${MOST_MODELS} models and ${versions} of ${MOST_VERSIONS} versions on this endpoint, by the default quotas.`;
}

function bucketRow({ upload }: Plan): readonly PlanRow[] {
  return upload.createBucket
    ? [{ resource: 'bucket', action: 'create', name: `gs://${upload.bucket}`, detail: '' }]
    : [];
}

function objectsRow({ artifact }: DeployRecord, plan: Plan): PlanRow {
  const { upload, deploymentUri } = plan;
  const row = { resource: 'files', name: deploymentUri };
  if (artifact === undefined || upload.action === 'none') {
    return { ...row, action: 'none', detail: 'they are there already' };
  }
  const sent = artifact.files.filter(({ name }) => !upload.reuse.has(name));
  const bytes = sent.reduce((sum, file) => sum + file.bytes, 0);
  const there = upload.reuse.size;
  const kept = there === 0 ? '' : `${formatCount(there, 'file')} there already`;
  if (sent.length === 0) return { ...row, action: 'reuse', detail: kept };
  const detail = [`${formatCount(sent.length, 'file')}, ${formatBytes(bytes)}`, kept];
  return { ...row, action: 'upload', detail: detail.filter((part) => part !== '').join('; ') };
}

function modelRow(_record: DeployRecord, { model }: Plan): PlanRow {
  return { resource: 'model', action: model.action, name: model.name, detail: '' };
}

function endpointRow({ vertexAi }: Plan): readonly PlanRow[] {
  if (vertexAi === undefined) return [];
  const { name, displayName } = vertexAi.endpoint;
  return [
    {
      resource: 'endpoint',
      action: name === undefined ? 'create' : 'reuse',
      name: name ?? displayName,
      detail: '',
    },
  ];
}

function versionRow(plan: Plan): PlanRow {
  const { action, name, standIn } = plan.version;
  const runs = [
    plan.runtimeVersion === undefined ? '' : `runtime ${plan.runtimeVersion}`,
    plan.machineType,
    containerOf(plan),
  ].filter((part) => part !== '');
  const serving = standIn === undefined ? [] : [`${standIn} serves meanwhile`];
  return {
    resource: 'version',
    action: action === 'resume' ? 'none' : action,
    name,
    detail: [...runs, ...serving].join(', '),
  };
}

function containerOf({ vertexAi, version }: Plan): string {
  const model = vertexAi?.uploadBody['model'] ?? version.body;
  const spec = at(model, 'containerSpec') ?? at(model, 'container');
  const image = at(spec, 'imageUri') ?? at(spec, 'image');
  return typeof image === 'string' ? image : '';
}

function proofRows({ request }: DeployRecord, { vertexAi }: Plan): readonly PlanRow[] {
  const proof = request?.proof;
  if (proof === undefined) return [];
  const against =
    proof.expected === undefined
      ? ''
      : `, compared within ${proof.tolerance} with what is expected`;
  const own = vertexAi?.proofEndpoint !== undefined;
  return [
    {
      resource: 'proof',
      action: own ? 'create' : 'ask',
      name: own ? 'an endpoint for the proof only, deleted afterwards' : 'the new version',
      detail: `${formatCount(proof.instances.length, 'test instance')}${against}`,
    },
  ];
}

function servingRow(record: DeployRecord, plan: Plan): PlanRow {
  const before = plan.previousVersion ?? 'nothing';
  const id = plan.version.id;
  const row = { resource: plan.vertexAi === undefined ? 'default version' : 'traffic' };
  if (plan.promotion === 'none') {
    return { ...row, action: 'none', name: before, detail: 'serves as before' };
  }
  const change = { ...row, action: 'change' as const, name: `${before} → ${id}` };
  if (plan.vertexAi === undefined) {
    const detail = plan.promotion === 'automatic' ? 'as the first version of its model' : '';
    return { ...change, detail };
  }
  const shares = Object.entries(trafficThen(plan, record.existing))
    .filter(([, percent]) => percent > 0)
    .map(([version, percent]) => `${version}: ${percent} %`);
  return { ...change, detail: shares.join(', ') };
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && key in value
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
