import { ServiceError } from '../../failure.ts';
import { madeVersion } from '../../made.ts';
import type { Plan } from '../../plan/plan.ts';
import { describeVersionCommand, waitCommand } from '../../report/gcloud.ts';
import type { JsonObject } from '../../world.ts';
import { awaitOperation, openPauses, operationName } from '../operation.ts';
import type { Wait } from '../operation.ts';
import type { VersionState } from '../platform.ts';
import { readState, versionName, versionPath, versionState } from './house.ts';
import type { House } from './house.ts';

/** A wait for a version of this run, with its deadline from now. */
export function waitFor(house: House, id: string, operation: string | undefined): Wait {
  const { request, world, rest } = house;
  const watch =
    operation === undefined
      ? describeVersionCommand(request, request.model, id)
      : waitCommand(request, operation);
  const resume =
    operation === undefined
      ? 'give a longer timeout'
      : `resume in another job with the inputs \`operation: ${operation}\` and \`version: ${id}\``;
  return {
    service: 'AI Platform',
    subject: `version ${id} of model ${request.model}`,
    deadline: world.clock.elapsed() + request.timeoutSeconds * 1000,
    resume: `Watch it with \`${watch}\`, or ${resume}.`,
    mustExist: operation !== undefined && operation === request.operation,
    say: world.log.info,
    state: async () => {
      const path = versionPath(house, id);
      // Asked once: the wait is not to be held up by it.
      const version = await rest.send({
        method: 'GET',
        path,
        repeatable: true,
        isFinal: () => true,
      });
      return versionState(version).state;
    },
  };
}

/** Waits for an operation that was answered, unless it is done already. */
export async function finish(house: House, answer: JsonObject, id: string): Promise<void> {
  const name = operationName(answer);
  if (answer['done'] === true || name === undefined) return;
  await awaitOperation(house.rest, `/v1/${name}`, name, waitFor(house, id, name), house.world);
}

/**
 * Waits until the version is READY, twice in a row, and sets what a creation ignores.
 *
 * @throws ServiceError with the version's own words when it is FAILED or gone.
 */
export async function untilReady(
  house: House,
  id: string,
  operation: string | undefined,
  plan: Plan,
): Promise<VersionState> {
  const { rest, world, ledger, request } = house;
  const wait = waitFor(house, id, operation);
  if (operation !== undefined) {
    await awaitOperation(rest, `/v1/${operation}`, operation, wait, world);
  }
  const pauses = openPauses(wait, world);
  let wasReady = false;
  for (;;) {
    // What was just made may not be known everywhere yet.
    const state = await readState(house, id, house.ours.versionIsNew);
    if (state?.state === 'READY' && !wasReady) {
      // Looked at twice: one answer may come from a replica that is ahead of the others.
      wasReady = true;
      continue;
    }
    if (state?.state === 'READY') {
      if (house.ours.versionIsNew) ledger.note(madeVersion(request, versionName(house, id), state));
      await patch(house, id, plan);
      return state;
    }
    if (state === undefined || state.state === 'FAILED') {
      throw notReady(house, id, state);
    }
    wasReady = false;
    await pauses.next();
  }
}

/** The failure of a version that should be READY, in its own words. */
export function notReady(house: House, id: string, state: VersionState | undefined): ServiceError {
  return new ServiceError({
    service: 'AI Platform',
    request: `version ${versionName(house, id)}`,
    host: '',
    status: state?.state ?? 'NOT_FOUND',
    serverMessage:
      state?.errorMessage ?? 'The operation ended without an error, but the version is not READY.',
  });
}

async function patch(house: House, id: string, { version }: Plan): Promise<void> {
  if (version.patch === undefined) return;
  const operation = await house.rest.send({
    method: 'PATCH',
    path: `${versionPath(house, id)}?updateMask=${encodeURIComponent(version.patch.updateMask)}`,
    body: version.patch.body,
    repeatable: true,
  });
  await finish(house, operation, id);
}
