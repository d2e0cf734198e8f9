import { isLoopback } from '../../hosts.ts';
import type { VertexAiPlan } from '../../plan/plan.ts';
import type { Json } from '../../world.ts';
import type { ProofRoute } from '../platform.ts';
import { isRefusalByModel } from '../prediction.ts';
import { read } from '../read.ts';
import { openRest } from '../rest.ts';
import type { Rest } from '../rest.ts';
import type { House } from './house.ts';
import { trafficSplit } from './names.ts';
import { openProofEndpoint } from './proof-endpoint.ts';

/** So many questions that one of a hundred proofs misses a version with so little traffic, at most. */
const MOST_TRIES = 300;
const QUESTIONS_PER_SHARE = 500;
/** Where nothing else can answer, so that another's answer is one of the service's own passing faults. */
const ALONE_TRIES = 5;

/**
 * The way to the new version. `endpoints.predict` asks whom the traffic split names, so: the endpoint
 * itself where the new version has traffic already, asked again until the answer's `deployedModelId` is
 * ours; else the endpoint that exists for the proof only.
 */
export async function openRoute(house: House, plan: VertexAiPlan): Promise<ProofRoute> {
  const { named, rest } = house;
  if (plan.proofEndpoint !== undefined) {
    house.proof ??= openProofEndpoint(house, plan.proofEndpoint);
    const { endpoint, deployedModelId } = await house.proof;
    return route(rest, endpoint, deployedModelId, ALONE_TRIES);
  }
  const { endpoint = '', deployedModelId = '' } = named;
  const share = trafficSplit((await read(rest, `/v1/${endpoint}`)) ?? {})[deployedModelId] ?? 0;
  const tries =
    share === 0 || share === 100
      ? ALONE_TRIES
      : Math.min(MOST_TRIES, Math.ceil(QUESTIONS_PER_SHARE / share));
  return route(dedicatedRest(house), endpoint, deployedModelId, tries);
}

function route(rest: Rest, endpoint: string, deployedModelId: string, tries: number): ProofRoute {
  return {
    tries,
    predict: async (instances: readonly Json[]) => {
      const answer = await rest.send({
        method: 'POST',
        path: `/v1/${endpoint}:predict`,
        body: { instances },
        repeatable: true,
        isFinal: isRefusalByModel,
      });
      return answer['deployedModelId'] === deployedModelId ? answer : undefined;
    },
  };
}

/** A dedicated endpoint answers predictions on a host of its own; a loopback service stands for all hosts. */
function dedicatedRest({ rest, named, world, baseUrl }: House): Rest {
  const { dedicatedHost } = named;
  return dedicatedHost === undefined || isLoopback(new URL(baseUrl))
    ? rest
    : openRest('Vertex AI', `https://${dedicatedHost}`, world);
}
