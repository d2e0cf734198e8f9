import { Failure, ServiceError } from '../failure.ts';
import type { ServiceName } from '../failure.ts';
import type { Findings } from '../record.ts';
import type { World } from '../world.ts';
import { isOutOfResources } from './quota.ts';

/** All looks together, in milliseconds: a person waits for the reason, not for them. */
const PATIENCE_MILLISECONDS = 5000;
/** Whoever has to make room wants some to choose from; a command lists the rest. */
const MOST_HOLDERS = 10;

/** What one platform can find out, each look with a world that has little time. */
export interface Looks {
  readonly service: ServiceName;
  /** Where else a model may be. */
  readonly places: readonly string[];
  /** Whether the model is there. */
  readonly isThere: (place: string, world: World) => Promise<boolean>;
  /** What is held, a line each, what is easiest to do without first. */
  readonly holders: (world: World) => Promise<readonly string[]>;
}

/** Looks around as the failure suggests. A look that fails finds nothing: the failure is told all the same. */
export async function lookAround(error: unknown, looks: Looks, world: World): Promise<Findings> {
  if (world.signal.aborted) return {};
  const signal = AbortSignal.any([world.signal, AbortSignal.timeout(PATIENCE_MILLISECONDS)]);
  const hurried = { ...world, signal };
  if (isAbsence(error, looks.service)) {
    const found = await Promise.all(
      looks.places.map(async (place) => {
        const isThere = await looks.isThere(place, hurried).catch(() => false);
        return isThere ? [place] : [];
      }),
    );
    return { modelIsIn: found.flat() };
  }
  if (error instanceof ServiceError && error.service === looks.service && isOutOfResources(error)) {
    const holders = await looks.holders(hurried).catch(() => []);
    const rest = holders.length - MOST_HOLDERS;
    return {
      holders: rest > 0 ? [...holders.slice(0, MOST_HOLDERS), `${rest} more`] : holders,
    };
  }
  return {};
}

/** Whether the model, or something of it, is not where it was looked for; a service that is closed has none. */
function isAbsence(error: unknown, service: ServiceName): boolean {
  return error instanceof ServiceError
    ? error.service === service &&
        error.httpStatus === 404 &&
        /\/(?:models|endpoints|operations)\/./.test(error.request)
    : error instanceof Failure && error.code === 'not-found';
}
