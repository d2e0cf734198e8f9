import type { DeployRequest } from '../request/deploy-request.ts';
import type { JsonObject } from '../world.ts';

/**
 * Body of `projects.models.create`. Both logging flags are always sent, as gcloud does; neither they
 * nor the region can be changed later (ml v1, Model).
 */
export function modelBody(request: DeployRequest): JsonObject {
  const { logging } = request;
  return {
    name: request.model,
    regions: [request.modelRegion],
    onlinePredictionLogging: logging === 'access' || logging === 'all',
    onlinePredictionConsoleLogging: logging === 'console' || logging === 'all',
  };
}
