import type { World } from '../world.ts';
import type { Rest } from './rest.ts';

const PATIENCE_MILLISECONDS = 45_000;
const BETWEEN_LOOKS_MILLISECONDS = 2000;

/**
 * Asks the service to stop an operation (`operations.cancel`), and waits until it has ended, 45 s at most.
 * Best effort: services may finish it all the same, and what is there then is looked at by the caller.
 */
export async function cancelOperation(rest: Rest, operation: string, world: World): Promise<void> {
  const path = `/v1/${operation}`;
  const started = world.clock.elapsed();
  await rest
    .send({ method: 'POST', path: `${path}:cancel`, body: {}, repeatable: true })
    .catch((error: unknown) => {
      world.signal.throwIfAborted();
      world.log.debug(`Not cancelled: ${error instanceof Error ? error.message : String(error)}`);
    });
  while (world.clock.elapsed() - started < PATIENCE_MILLISECONDS) {
    const { done } = await rest.send({ method: 'GET', path, repeatable: true });
    if (done === true) return;
    await world.clock.sleep(BETWEEN_LOOKS_MILLISECONDS, world.signal);
  }
}
