import { decideAiPlatform } from './decide-ai-platform.ts';
import type { Known } from './known.ts';
import type { Plan } from './plan.ts';
import { decideVertexAi } from './vertex-ai/decide-vertex-ai.ts';

export type { Known } from './known.ts';

/**
 * Decides what the deploy does, with the exact bodies that it sends. Pure.
 *
 * @throws Failure that lists every fault: a broken rule (`invalid-input`, `too-large`), a version of
 *   this name (`conflict`), a missing bucket that is not to be created (`not-found`).
 */
export function decide(known: Known): Plan {
  return known.request.platform === 'vertex-ai' ? decideVertexAi(known) : decideAiPlatform(known);
}
