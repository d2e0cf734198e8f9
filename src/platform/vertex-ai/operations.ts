import { ServiceError } from '../../failure.ts';
import type { JsonObject } from '../../world.ts';
import { createOnce } from '../create-once.ts';
import { awaitOperation, operationName } from '../operation.ts';
import type { Wait } from '../operation.ts';
import { isJsonObject } from '../../json.ts';
import type { House } from './house.ts';
import { followStages } from './stages.ts';

/**
 * Starts an operation exactly once.
 *
 * @param isThere whether what it makes is there already, looked at when the answer was lost or a 409.
 * @returns the operation's name; `undefined` when what it makes is there already.
 */
export async function startOnce(
  { rest }: House,
  path: string,
  body: JsonObject,
  isThere: () => Promise<boolean>,
): Promise<string | undefined> {
  const there = { operation: undefined };
  const create = async (): Promise<{ operation: string | undefined }> => {
    try {
      const answer = await rest.send({ method: 'POST', path, body, repeatable: false });
      return { operation: operationName(answer) };
    } catch (error) {
      const isTaken = error instanceof ServiceError && error.httpStatus === 409;
      if (isTaken && (await isThere())) return there;
      throw error;
    }
  };
  const { operation } = await createOnce(create, async () =>
    (await isThere()) ? there : undefined,
  );
  return operation;
}

/** A wait of this run, with its deadline from now and the stages of the operation in the log. */
export function waitFor(house: House, subject: string, operation: string | undefined): Wait {
  const { request, world, commands } = house;
  return {
    service: 'Vertex AI',
    subject,
    deadline: world.clock.elapsed() + request.timeoutSeconds * 1000,
    resume:
      operation === undefined
        ? 'Look at the endpoint in the console, or give a longer timeout.'
        : `Watch it with \`${commands.watch(operation)}\`, or give a longer timeout.`,
    say: world.log.info,
    onLook: followStages(world.log.info),
  };
}

/** Waits for an operation; its response, or `undefined` when there is none to read. */
export async function finish(
  house: House,
  operation: string | undefined,
  subject: string,
): Promise<JsonObject | undefined> {
  if (operation === undefined) return undefined;
  const wait = waitFor(house, subject, operation);
  const ended = await awaitOperation(house.rest, `/v1/${operation}`, operation, wait, house.world);
  const response = ended === 'not-found' ? undefined : ended['response'];
  return isJsonObject(response) ? response : undefined;
}
