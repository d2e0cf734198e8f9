import { Failure, ServiceError } from '../../failure.ts';
import { shiftTraffic } from '../../plan/vertex-ai/traffic.ts';
import type { JsonObject } from '../../world.ts';
import type { Rest } from '../rest.ts';
import { read, text } from '../read.ts';
import { settled } from '../settle.ts';
import type { House, Split } from './house.ts';
import { deployedModels, trafficSplit } from './names.ts';
import { giveAlias } from './registry.ts';

const TRIES = 5;

/**
 * Gives a deployed model its share of the traffic and scales the others, by read, modify, write: with the
 * etag of what was read, so that nobody's change in between is lost.
 *
 * @returns the endpoint before, and as it reads back with the asked share. What was written is in
 *   `house.changed`, so that it can be taken back.
 * @throws Failure `conflict` when others keep changing it, or it reads back otherwise.
 */
export async function giveTraffic(
  { rest, changed, ledger, world }: Pick<House, 'rest' | 'changed' | 'ledger' | 'world'>,
  endpointName: string,
  deployedModelId: string,
  percent: number,
): Promise<{ before: JsonObject; after: JsonObject }> {
  const path = `/v1/${endpointName}`;
  for (let attempt = 1; ; attempt += 1) {
    const before = await rest.send({ method: 'GET', path, repeatable: true });
    const split = shiftTraffic(serving(before), deployedModelId, percent);
    // Noted before it is sent: after a lost answer nobody knows, and the look at a failure tells.
    changed.split = { before: serving(before), written: split };
    ledger.remember();
    let written: JsonObject;
    try {
      written = await writeSplit(rest, path, etagOf(before), split);
    } catch (error) {
      if (!isMoved(error) || attempt === TRIES) throw error;
      continue;
    }
    changed.split = { ...changed.split, ...etagOf(written) };
    ledger.remember();
    const shows = (endpoint: JsonObject): boolean =>
      trafficSplit(endpoint)[deployedModelId] === split[deployedModelId];
    // As it was before, it may come from a replica that is behind; otherwise it is somebody else's change.
    const after = await settled(
      () => rest.send({ method: 'GET', path, repeatable: true }),
      (endpoint) => shows(endpoint) || !isSameSplit(serving(endpoint), serving(before)),
      world,
    );
    if (shows(after)) return { before, after };
    throw new Failure({
      code: 'conflict',
      what: `Endpoint ${endpointName} does not send ${percent} % to the new version.`,
      why: 'The service accepted the split, but reading it back shows another one.',
      next: 'Look whether another job changes the traffic of this endpoint at the same time, and run one of them again.',
    });
  }
}

/**
 * Puts back the split and the alias that this run changed, each only while it is still as this run left it:
 * what somebody else has chosen since then stands.
 */
export async function restoreTraffic(house: House): Promise<boolean> {
  const { rest, named, changed, world } = house;
  const { endpoint: name = '', model = '', version = '' } = named;
  const { split, defaultFrom } = changed;
  let isRestored = false;
  if (split !== undefined) {
    const path = `/v1/${name}`;
    const endpoint = await rest.send({ method: 'GET', path, repeatable: true });
    const present = serving(endpoint);
    const ids = new Set(deployedModels(endpoint).map((deployed) => text(deployed['id'])));
    const before = Object.fromEntries(Object.entries(split.before).filter(([id]) => ids.has(id)));
    if (isSameSplit(present, split.before)) {
      // The change never came to pass, or somebody took it back; or this read is behind, and then what was
      // written still has the etag that it was answered with.
      isRestored = await takeBack(rest, path, split);
    } else if (!isSameSplit(present, split.written)) {
      world.log.warning(
        'The traffic of the endpoint was changed by somebody else meanwhile: that stands, and what served before this run is not put back.',
      );
    } else if (Object.values(before).reduce((sum, share) => sum + share, 0) === 100) {
      await writeSplit(rest, path, etagOf(endpoint), before);
      world.log.info('The traffic is split as it was before.');
      isRestored = true;
    }
  }
  if (defaultFrom === undefined) return isRestored;
  const holder = await read(rest, `/v1/${model}@default`);
  if (text(holder?.['versionId']) !== version) return isRestored;
  await giveAlias(house, `${model}@${defaultFrom}`, 'default');
  world.log.info(`Version ${defaultFrom} has the alias default again.`);
  return true;
}

/** Writes what was there before over what this run has certainly written, if that is still there. */
async function takeBack(
  rest: Rest,
  path: string,
  { before, etag }: NonNullable<House['changed']['split']>,
): Promise<boolean> {
  if (etag === undefined) return false;
  try {
    await writeSplit(rest, path, { etag }, before);
    return true;
  } catch (error) {
    if (isMoved(error)) return false;
    throw error;
  }
}

async function writeSplit(
  rest: Rest,
  path: string,
  etag: { readonly etag?: string },
  split: Split,
): Promise<JsonObject> {
  return await rest.send({
    method: 'PATCH',
    path: `${path}?updateMask=trafficSplit`,
    body: { trafficSplit: split, ...etag },
    repeatable: true,
    isNew: true,
  });
}

/** Whether somebody has changed the endpoint since its etag was read. */
function isMoved(error: unknown): boolean {
  return (
    error instanceof ServiceError &&
    (error.httpStatus === 409 ||
      error.httpStatus === 412 ||
      error.status === 'ABORTED' ||
      /\betag\b/i.test(error.serverMessage))
  );
}

/** Whether two splits send the same share everywhere; an id without a share counts as not in it. */
function isSameSplit(one: Split, other: Split): boolean {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every(
    (id) => (one[id] ?? 0) === (other[id] ?? 0),
  );
}

/** The split over what is deployed: the service wants every id in it to be one of its deployed models. */
function serving(endpoint: JsonObject): Split {
  const ids = new Set(deployedModels(endpoint).map((deployed) => text(deployed['id'])));
  return Object.fromEntries(Object.entries(trafficSplit(endpoint)).filter(([id]) => ids.has(id)));
}

function etagOf(endpoint: JsonObject): { etag?: string } {
  const etag = text(endpoint['etag']);
  return etag === undefined ? {} : { etag };
}
