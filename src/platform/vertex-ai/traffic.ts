import { Failure, ServiceError } from '../../failure.ts';
import { shiftTraffic } from '../../plan/vertex-ai/traffic.ts';
import type { JsonObject } from '../../world.ts';
import type { Rest } from '../rest.ts';
import { deployedModels, text, trafficSplit } from './names.ts';

const TRIES = 5;

/**
 * Gives a deployed model its share of the traffic and scales the others, by read, modify, write: with the
 * etag of what was read, so that nobody's change in between is lost.
 *
 * @returns the endpoint before, and as it reads back with the asked share.
 * @throws Failure `conflict` when others keep changing it, or it reads back otherwise.
 */
export async function giveTraffic(
  rest: Rest,
  endpointName: string,
  deployedModelId: string,
  percent: number,
): Promise<{ before: JsonObject; after: JsonObject }> {
  const path = `/v1/${endpointName}`;
  for (let attempt = 1; ; attempt += 1) {
    const before = await rest.send({ method: 'GET', path, repeatable: true });
    const split = shiftTraffic(serving(before), deployedModelId, percent);
    try {
      await rest.send({
        method: 'PATCH',
        path: `${path}?updateMask=trafficSplit`,
        body: { trafficSplit: split, ...etagOf(before) },
        repeatable: true,
      });
    } catch (error) {
      const moved =
        error instanceof ServiceError &&
        (error.httpStatus === 409 || error.httpStatus === 412 || error.status === 'ABORTED');
      if (!moved || attempt === TRIES) throw error;
      continue;
    }
    const after = await rest.send({ method: 'GET', path, repeatable: true });
    if (trafficSplit(after)[deployedModelId] === split[deployedModelId]) return { before, after };
    throw new Failure({
      code: 'conflict',
      what: `Endpoint ${endpointName} does not send ${percent} % to the new version.`,
      why: 'The service accepted the split, but reading it back shows another one.',
      next: 'Look whether another job changes the traffic of this endpoint at the same time, and run one of them again.',
    });
  }
}

/** The split over what is deployed: the service wants every id in it to be one of its deployed models. */
function serving(endpoint: JsonObject): Readonly<Record<string, number>> {
  const ids = new Set(deployedModels(endpoint).map((deployed) => text(deployed['id'])));
  return Object.fromEntries(Object.entries(trafficSplit(endpoint)).filter(([id]) => ids.has(id)));
}

function etagOf(endpoint: JsonObject): { etag?: string } {
  const etag = text(endpoint['etag']);
  return etag === undefined ? {} : { etag };
}
