import { ServiceError } from '../failure.ts';
import type { ServiceName } from '../failure.ts';
import { isJsonObject, parseJson } from '../json.ts';
import { pollDelay } from './operation.ts';
import { isLastingQuota, isRateLimit403 } from './quota.ts';
import { notJson, refusalOf, statusInside, textOf } from './rest-answer.ts';
import { LAG_MILLISECONDS } from './settle.ts';
import {
  isTransient,
  LONGEST_RETRY_AFTER_SECONDS,
  parseRetryAfter,
  retryDelay,
  wasNotActedOn,
} from '../retry.ts';
import { USER_AGENT } from '../user-agent.ts';
import type { JsonObject, World } from '../world.ts';

const TRIES = 8;
const TIMEOUT_MILLISECONDS = 60_000;
/** The default of the input `timeout`. */
const BUSY_MILLISECONDS = 3_600_000;

/** A request to one of Google's JSON services. */
export interface RestRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path and query below the base URL, already percent-encoded: `/v1/projects/p/models`. */
  readonly path: string;
  readonly body?: JsonObject;
  /**
   * Whether sending it twice does what sending it once does. If not, only answers that prove that
   * nothing was done (429, no connection) are tried again; after any other the caller has to look.
   */
  readonly repeatable: boolean;
  /** Refusals that trying again would not change, though their status says otherwise. */
  readonly isFinal?: (error: ServiceError) => boolean;
  /** It is about what this run has just made: a 404 may say that it is not known everywhere yet. */
  readonly isNew?: boolean;
}

/** The one way to send an authorised JSON request: retried by class, answered by JSON or `ServiceError`. */
export interface Rest {
  readonly baseUrl: string;
  send(request: RestRequest): Promise<JsonObject>;
}

/** Whether the service may or may not have done what was asked; only reading it back can tell. */
export function isOutcomeUnknown(error: unknown): boolean {
  return error instanceof ServiceError && isTransient(error) && !wasNotActedOn(error);
}

/**
 * Opens the way to a service. No connection is made before the first request. While another operation works
 * on the same resource, a request is sent again and again for at most `busyMilliseconds`.
 */
export function openRest(
  service: ServiceName,
  baseUrl: string,
  world: World,
  busyMilliseconds = BUSY_MILLISECONDS,
): Rest {
  const base = new URL(baseUrl);
  const once = async (request: RestRequest): Promise<JsonObject> => {
    const url = `${baseUrl}${request.path}`;
    const label = `${request.method} ${request.path.replace(/\?.*$/, '')}`;
    const host = base.hostname;
    const timeout = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
    const headers = {
      ...(await world.credentials.headers(base)),
      accept: 'application/json',
      'user-agent': USER_AGENT,
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    let httpStatus: number | undefined;
    let text: string;
    let retryAfter: number | undefined;
    try {
      const answer = await fetch(url, {
        method: request.method,
        headers,
        redirect: 'manual',
        signal: AbortSignal.any([world.signal, timeout]),
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      });
      httpStatus = answer.status;
      retryAfter = parseRetryAfter(answer.headers.get('retry-after'), world.clock.now());
      text = await textOf(answer);
    } catch (error) {
      world.signal.throwIfAborted();
      throw new ServiceError({
        service,
        request: label,
        host,
        // A status whose body was cut tells nothing of what was done.
        transport: timeout.aborted
          ? 'TIMEOUT'
          : httpStatus === undefined
            ? transportCode(error)
            : 'GARBLED',
        serverMessage:
          httpStatus === undefined ? transportMessage(error, host) : 'The answer was cut short.',
        cause: error,
      });
    }
    world.log.debug(`${service}: ${label}: ${httpStatus}`);
    const json = parseJson(text);
    if (httpStatus >= 200 && httpStatus < 300) {
      if (!isJsonObject(json)) {
        throw new ServiceError({
          service,
          request: label,
          host,
          transport: 'GARBLED',
          serverMessage: notJson(httpStatus, text),
        });
      }
      const refused = statusInside(json);
      if (refused === undefined) return json;
      httpStatus = refused;
    }
    throw new ServiceError({
      service,
      request: label,
      host,
      httpStatus,
      ...refusalOf(json, text),
      ...(retryAfter === undefined ? {} : { retryAfterSeconds: retryAfter }),
    });
  };

  const send = async (request: RestRequest): Promise<JsonObject> => {
    const started = world.clock.elapsed();
    let refreshed = false;
    let isSaid = false;
    for (let failedTries = 0; ;) {
      try {
        return await once(request);
      } catch (error) {
        world.signal.throwIfAborted();
        if (!(error instanceof ServiceError)) throw error;
        if (error.httpStatus === 401 && !refreshed) {
          refreshed = true;
          await world.credentials.refresh();
          continue;
        }
        const waited = world.clock.elapsed() - started;
        if (isBusy(error) && waited < busyMilliseconds) {
          if (!isSaid) {
            world.log.info(
              `${service} is busy with something else (${error.serverMessage}); waiting.`,
            );
          }
          isSaid = true;
          await world.clock.sleep(pollDelay(waited, world.random), world.signal);
          continue;
        }
        if (request.isNew === true && error.httpStatus === 404 && waited < LAG_MILLISECONDS) {
          await world.clock.sleep(pollDelay(waited, world.random), world.signal);
          continue;
        }
        failedTries += 1;
        if (!mayRepeat(request, error, failedTries)) throw error;
        const delay = retryDelay(failedTries, world.random, error.retryAfterSeconds);
        const reason = error.httpStatus ?? error.transport ?? 'no answer';
        const line = `${service}: ${error.request}: ${reason}; try ${failedTries + 1} of ${TRIES} in ${(delay / 1000).toFixed(1)} s`;
        if (failedTries >= 3) world.log.info(line);
        else world.log.debug(line);
        await world.clock.sleep(delay, world.signal);
      }
    }
  };
  return { baseUrl, send };
}

function mayRepeat(request: RestRequest, error: ServiceError, failedTries: number): boolean {
  if (request.isFinal?.(error) === true) return false;
  if ((error.retryAfterSeconds ?? 0) > LONGEST_RETRY_AFTER_SECONDS) return false;
  if (isLastingQuota(error)) return false;
  // A name that does not resolve is a closed regional host or a typing error, seldom a passing fault.
  const tries = error.transport === 'ENOTFOUND' ? 3 : TRIES;
  if (failedTries >= tries) return false;
  if (isRateLimit403(error)) return true;
  return isTransient(error) && (request.repeatable || wasNotActedOn(error));
}

/** Nothing was done, and the same will be possible once the other operation has ended (AIP-151, AIP-193). */
function isBusy({ httpStatus, status, serverMessage }: ServiceError): boolean {
  const isConflict =
    (httpStatus === 409 && status === 'ABORTED') ||
    (httpStatus === 400 && status === 'FAILED_PRECONDITION');
  return (
    isConflict &&
    /\b(?:another|other|an) operations?\b.*\b(?:running|in progress|pending)\b|\boperation (?:is |already )?in progress\b/i.test(
      serverMessage,
    )
  );
}

/** The system's code of a failed `fetch`, which hides it in a chain of causes. */
function transportCode(error: unknown): string {
  return chainOfCauses(error).find((cause) => typeof cause.code === 'string')?.code ?? 'ECONNRESET';
}

function transportMessage(error: unknown, host: string): string {
  const code = transportCode(error);
  if (code === 'ENOTFOUND') return `The host name ${host} cannot be resolved.`;
  if (code === 'ECONNREFUSED') return `${host} refuses connections.`;
  const deepest = chainOfCauses(error).at(-1)?.message;
  return deepest === undefined ? `No answer from ${host}.` : `No answer from ${host}: ${deepest}`;
}

interface Cause {
  readonly message?: string;
  readonly code?: string;
  readonly cause?: unknown;
}

function chainOfCauses(error: unknown): readonly Cause[] {
  const chain: Cause[] = [];
  let cause = error;
  while (typeof cause === 'object' && cause !== null && chain.length < 10) {
    chain.push(cause);
    cause = (cause as Cause).cause;
  }
  return chain;
}
