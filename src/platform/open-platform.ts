import type { DeployRequest } from '../request/deploy-request.ts';
import type { World } from '../world.ts';
import { openAiPlatform } from './ai-platform.ts';
import type { Ledger, Platform } from './platform.ts';
import { openVertexAi } from './vertex-ai.ts';

/** Opens the house that the request names. */
export function openPlatform(request: DeployRequest, world: World, ledger: Ledger): Platform {
  return request.platform === 'vertex-ai'
    ? openVertexAi(request, world, ledger)
    : openAiPlatform(request, world, ledger);
}
