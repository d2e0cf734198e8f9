import type { World } from '../world.ts';

/**
 * How long reads may lag behind what a service has accepted, in milliseconds: a replica that is behind, or a
 * resource that is not known everywhere yet (reliability catalogue, class "not yet").
 */
export const LAG_MILLISECONDS = 60_000;

/** How long what was removed may still be read, in milliseconds. */
const REMOVAL_LAG_MILLISECONDS = 5000;

/**
 * Reads until the answer shows what the service has accepted, soon at first and then more seldom, and answers
 * the last one, whether or not it shows that.
 *
 * @param patience in milliseconds
 */
export async function settled<T>(
  read: () => Promise<T>,
  shows: (answer: T) => boolean,
  { clock, signal }: World,
  patience: number = LAG_MILLISECONDS,
): Promise<T> {
  const started = clock.elapsed();
  for (let pause = 250; ; pause = Math.min(8000, pause * 2)) {
    const answer = await read();
    if (shows(answer) || clock.elapsed() - started >= patience) return answer;
    await clock.sleep(pause, signal);
  }
}

/**
 * Waits for a removal, and believes neither its success nor its failure but what can be read afterwards.
 *
 * @throws the failure, or an Error, when it is still there.
 */
export async function removed(
  removal: Promise<unknown>,
  isGone: () => Promise<boolean>,
  world: World,
): Promise<void> {
  const failure = await removal.then(
    () => undefined,
    (error: unknown) => error,
  );
  world.signal.throwIfAborted();
  const patience = failure === undefined ? REMOVAL_LAG_MILLISECONDS : 0;
  if (await settled(isGone, (gone) => gone, world, patience)) return;
  if (failure instanceof Error) throw failure;
  throw new Error('The service says that it is done, and it is still there.');
}
