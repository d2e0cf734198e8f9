import type { World } from '../world.ts';

/**
 * How long reads may lag behind what a service has accepted, in milliseconds: a replica that is behind, or a
 * resource that is not known everywhere yet (reliability catalogue, class "not yet").
 */
export const LAG_MILLISECONDS = 60_000;

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
