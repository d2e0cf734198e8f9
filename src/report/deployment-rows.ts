import { isJsonObject } from '../json.ts';
import type { Plan, VertexAiPlan } from '../plan/plan.ts';
import { deployedOf } from '../plan/vertex-ai/deployed.ts';
import type { DeployRecord } from '../record.ts';
import type { Json, JsonObject } from '../world.ts';
import { formatCount } from './format.ts';
import type { PlanRow } from './plan-table.ts';
import { trafficThen } from './traffic-then.ts';

/** What would run on the endpoint of Vertex AI, and how much of it; nothing on AI Platform. */
export function deploymentRow({ existing }: DeployRecord, { vertexAi }: Plan): readonly PlanRow[] {
  if (vertexAi === undefined) return [];
  const { displayName, dedicatedResources } = vertexAi.deployedModel;
  const found = deployedAlready(existing, vertexAi);
  return [
    {
      resource: 'deployment',
      action: found === undefined ? 'create' : 'reuse',
      name: textOf(displayName),
      detail: resourcesOf(found?.['dedicatedResources'] ?? dedicatedResources),
    },
  ];
}

/** The deployed model that is used again; `undefined` where one is to be made. */
export function deployedAlready(
  existing: DeployRecord['existing'],
  vertexAi: VertexAiPlan,
): JsonObject | undefined {
  return vertexAi.existing === undefined || existing?.version === undefined
    ? undefined
    : deployedOf(existing.vertexAi?.endpoint, existing.version);
}

/** What loses all its traffic to the new version, by version number; it is undeployed afterwards. */
export function undeployedRows(
  { existing }: DeployRecord,
  plan: Plan,
  traffic = trafficThen(plan, existing),
): readonly PlanRow[] {
  if (plan.vertexAi?.traffic !== 100 || plan.promotion === 'none') return [];
  return Object.entries(existing?.traffic ?? {})
    .filter(([version, percent]) => percent > 0 && (traffic[version] ?? 0) === 0)
    .map(([version]) => ({
      resource: 'deployment',
      action: 'delete',
      name: `version ${version}`,
      detail: 'has no traffic then; stays where this action did not deploy it',
    }));
}

/** Machine, accelerators and replicas of a deployment, as words. */
function resourcesOf(resources: Json | undefined): string {
  if (!isJsonObject(resources)) return '';
  const { machineSpec, minReplicaCount = 1, maxReplicaCount } = resources;
  const machine = isJsonObject(machineSpec) ? machineSpec : {};
  const accelerators = machine['acceleratorCount'];
  const least = Number(minReplicaCount);
  const most = Number(maxReplicaCount ?? least);
  return [
    textOf(machine['machineType']),
    accelerators === undefined
      ? ''
      : `${textOf(accelerators)} × ${textOf(machine['acceleratorType'])}`,
    least === most ? formatCount(least, 'replica') : `${least} to ${most} replicas`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
