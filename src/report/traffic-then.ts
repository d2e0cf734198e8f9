import type { Plan } from '../plan/plan.ts';
import { shiftTraffic } from '../plan/vertex-ai/traffic.ts';
import type { DeployRecord } from '../record.ts';

/**
 * Percent of the endpoint's traffic by version once the plan is done. A version that has no number yet goes by
 * its alias.
 */
export function trafficThen(
  plan: Plan,
  existing: DeployRecord['existing'],
): Readonly<Record<string, number>> {
  const before = existing?.traffic ?? {};
  const { vertexAi, promotion, version } = plan;
  return vertexAi === undefined || promotion === 'none'
    ? before
    : shiftTraffic(before, vertexAi.existing?.version ?? version.id, vertexAi.traffic);
}
