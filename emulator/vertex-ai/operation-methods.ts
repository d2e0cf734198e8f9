import type { JsonObject } from '../../src/world.ts';
import { byName, page } from '../google-api/paging.ts';
import { plainRefusal } from '../google-api/refusal.ts';
import { pause } from '../network-shape.ts';
import { readMessage, refusal } from './api.ts';
import type { Call, Method } from './state.ts';

/** How long operations.wait waits when it is not told. */
const longestSeconds = 30;

/** operations.get: below its resource, or below the location. */
export const getOperation: Method = (call) => find(call);

/** operations.list: of one resource, or of the location. */
export const listOperations: Method = (call) =>
  page(
    'operations',
    call.location.operations.list(parentOf(call)).toSorted(byName),
    call.exchange.query,
    refusal,
  );

/** operations.wait: answers when it is done, or after `timeout`. */
export const waitOperation: Method = async (call) => {
  const { names, location, exchange } = call;
  find(call);
  const inQuery = exchange.query.get('timeout');
  const body = inQuery === null ? await exchange.json() : { timeout: inQuery };
  const { timeout } = readMessage(body, 'WaitOperationRequest', '');
  const seconds = timeout === undefined ? longestSeconds : Number(timeout.slice(0, -1));
  const until = Date.now() + seconds * 1000;
  const left = (): number =>
    Math.min(until - Date.now(), location.operations.remaining(names['operation'] ?? ''));
  // Timers may fire a little early.
  while (left() > 0) await pause(left());
  location.operations.settle();
  return find(call);
};

/** operations.cancel: best effort; no effect on an operation that has ended. */
export const cancelOperation: Method = async (call) => {
  find(call);
  readMessage(await call.exchange.json(), 'Empty', '');
  call.location.operations.cancel(call.names['operation'] ?? '');
  return {};
};

/** operations.delete: forgets the result, and cancels nothing. */
export const deleteOperation: Method = (call) => {
  find(call);
  call.location.operations.forget(call.names['operation'] ?? '');
  return {};
};

function find(call: Call): JsonObject {
  const found = call.location.operations.get(call.names['operation'] ?? '', parentOf(call));
  if (found !== undefined) return found;
  throw plainRefusal('NOT_FOUND', 'The Operation does not exist.');
}

function parentOf({ names }: Call): string | undefined {
  const { model, endpoint } = names;
  if (model !== undefined) return `models/${model}`;
  return endpoint === undefined ? undefined : `endpoints/${endpoint}`;
}
