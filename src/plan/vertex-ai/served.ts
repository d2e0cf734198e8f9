import type { JsonObject } from '../../world.ts';
import { isObject, valueAt } from '../json.ts';

/** What an endpoint does now: it has no deployed models, or none with traffic, or some. */
export type Served = 'no models' | 'none' | 'some';

/** What an endpoint does, as read; one that is absent has no models. */
export function servedBy(endpoint: JsonObject | undefined): Served {
  const deployed = valueAt(endpoint, ['deployedModels']);
  if (!Array.isArray(deployed) || deployed.length === 0) return 'no models';
  const split = valueAt(endpoint, ['trafficSplit']);
  const shares = isObject(split) ? Object.values(split) : [];
  return shares.some((share) => typeof share === 'number' && share > 0) ? 'some' : 'none';
}
