import * as http from 'node:http';
import * as https from 'node:https';
import type { Socket } from 'node:net';
import { isLoopback } from '../hosts.ts';
import { ServiceError } from '../failure.ts';
import { USER_AGENT } from '../user-agent.ts';
import type { World } from '../world.ts';
import { openRequests } from './open-requests.ts';
import type { OpenRequests } from './open-requests.ts';
import { PATIENCE, SHARE_BYTES, timedOut } from './patience.ts';

const LARGEST_ANSWER_BYTES = 16 * 1024 * 1024;

/** A body that is written piece by piece; `write` resolves when its bytes may be overwritten. */
export interface StreamedBody {
  readonly bytes: number;
  send(write: (bytes: Buffer) => Promise<void>): Promise<void>;
}

/** One HTTP request to Cloud Storage. */
export interface StorageRequest {
  readonly method: string;
  /** Path and query below the base URL, percent-encoded. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | StreamedBody;
  /** Bytes of the answer that are wanted; the rest is not waited for. Default: all, up to 16 MiB. */
  readonly answerBytes?: number;
}

/** What was answered, whatever the status. */
export interface StorageAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends requests over kept-alive connections. Authorises them; retries nothing; follows no redirect. */
export interface Transport {
  /** @throws ServiceError with `transport` when there was no whole answer; the signal's reason on abort. */
  send(request: StorageRequest, signal: AbortSignal): Promise<StorageAnswer>;
  /** Closes the connections that no request uses now. */
  closeIdle(): void;
}

/** Method and path without query, for messages. */
export function requestLabel(request: Pick<StorageRequest, 'method' | 'path'>): string {
  return `${request.method} ${request.path.replace(/\?.*$/s, '')}`;
}

/** The transport to one base URL. Connections are made as needed; idle ones do not keep Node alive. */
export function openTransport(baseUrl: string, world: World, patience = PATIENCE): Transport {
  const base = new URL(baseUrl);
  const secure = base.protocol === 'https:';
  const options = { keepAlive: true, maxFreeSockets: 256, timeout: patience.idle };
  const proxyEnv = isLoopback(base) ? {} : { ...world.environment };
  const agent = secure
    ? new https.Agent({ ...options, proxyEnv })
    : new http.Agent({ ...options, proxyEnv });
  const target = {
    agent,
    protocol: base.protocol,
    hostname: base.hostname.replace(/^\[|\]$/g, ''),
    port: base.port,
    timeout: patience.idle,
  };
  const prefix = base.pathname.replace(/\/$/, '');
  const makeRequest = secure ? https.request : http.request;
  const inFlight = new WeakMap<AbortSignal, OpenRequests>();
  const requestsUntil = (signal: AbortSignal): OpenRequests => {
    const known = inFlight.get(signal);
    if (known !== undefined) return known;
    const opened = openRequests(signal, patience);
    inFlight.set(signal, opened);
    return opened;
  };

  return {
    closeIdle: () => {
      for (const sockets of Object.values(agent.freeSockets)) {
        for (const socket of sockets ?? []) socket.destroy();
      }
    },
    send: async (request, signal) => {
      signal.throwIfAborted();
      const authorisation = await world.credentials.headers(base);
      signal.throwIfAborted();
      return await new Promise<StorageAnswer>((resolve, reject) => {
        const { body } = request;
        const length = Buffer.isBuffer(body) ? body.length : (body?.bytes ?? 0);
        const outgoing = makeRequest({
          ...target,
          method: request.method,
          path: `${prefix}${request.path}`,
          headers: {
            ...request.headers,
            'user-agent': USER_AGENT,
            ...authorisation,
            ...(length > 0 || request.method === 'POST' ? { 'content-length': length } : {}),
          },
        });
        const open = requestsUntil(signal);
        open.expect(outgoing, length);
        outgoing.once('close', () => {
          open.forget(outgoing);
        });
        const fail = (error: unknown): void => {
          reject(signal.aborted ? (signal.reason as Error) : noAnswer(request, base.host, error));
        };
        outgoing.on('error', fail);
        outgoing.on('timeout', () => {
          outgoing.destroy(timedOut(`no byte moved for ${patience.idle / 1000} s`));
        });
        outgoing.on('socket', (socket) => {
          limitConnect(outgoing, socket, patience.connect);
        });
        outgoing.on('response', (incoming) => {
          readAnswer(incoming, request.answerBytes, () => {
            open.expect(outgoing, 0);
          }).then((answer) => {
            resolve(answer);
            // An answer that came before the body was sent, or was not read to its end, ends the connection.
            if (!outgoing.writableFinished || !incoming.complete) outgoing.destroy();
          }, fail);
        });
        if (body === undefined || Buffer.isBuffer(body)) outgoing.end(body);
        else
          sendStreamed(body, outgoing, open).catch((error: unknown) => {
            // A file that could not be read is no fault of the connection.
            if (!outgoing.destroyed && error instanceof Error) {
              outgoing.destroy();
              reject(error);
            }
          });
      });
    },
  };
}

async function sendStreamed(
  body: StreamedBody,
  outgoing: http.ClientRequest,
  open: OpenRequests,
): Promise<void> {
  let interrupt: (error: Error) => void = () => undefined;
  outgoing.once('close', () => {
    interrupt(new Error('The connection was closed.'));
  });
  await body.send(
    (bytes) =>
      new Promise((resolve, reject) => {
        if (outgoing.destroyed) {
          reject(new Error('The connection was closed.'));
          return;
        }
        interrupt = reject;
        open.expect(outgoing, bytes.length);
        outgoing.write(bytes, (error) => {
          if (error) reject(error);
          else resolve();
        });
      }),
  );
  open.expect(outgoing, 0);
  outgoing.end();
}

function limitConnect(outgoing: http.ClientRequest, socket: Socket, milliseconds: number): void {
  if (!socket.connecting) return;
  const timer = setTimeout(() => {
    outgoing.destroy(timedOut(`no connection within ${milliseconds / 1000} s`));
  }, milliseconds);
  const clear = (): void => {
    clearTimeout(timer);
  };
  socket.once('connect', clear).once('close', clear);
}

function readAnswer(
  incoming: http.IncomingMessage,
  wanted: number | undefined,
  moved: () => void,
): Promise<StorageAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let share = SHARE_BYTES;
    const finish = (): void => {
      const body = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
      const answer = {
        status: incoming.statusCode ?? 0,
        headers: incoming.headers,
        body: wanted === undefined ? body : body.subarray(0, wanted),
      };
      // Objects are wanted as they are stored, so that only what is asked for whole is an answer in JSON.
      const isPacked = wanted === undefined && answer.headers['content-encoding'] === 'gzip';
      resolve(isPacked ? unpacked(answer) : answer);
    };
    incoming.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= share) {
        share = bytes + SHARE_BYTES;
        moved();
      }
      if (wanted !== undefined && bytes >= wanted) finish();
      else if (wanted === undefined && bytes > LARGEST_ANSWER_BYTES) {
        reject(garbled('The answer is over 16 MiB.'));
      }
    });
    incoming.on('end', finish);
    incoming.on('error', () => {
      reject(garbled('The answer was cut short.'));
    });
  });
}

/** Who is asked for no encoding may choose one (RFC 9110, section 12.5.3); Google does not, proxies do. */
async function unpacked(answer: StorageAnswer): Promise<StorageAnswer> {
  const { gunzipSync } = await import('node:zlib');
  try {
    return {
      ...answer,
      body: gunzipSync(answer.body, { maxOutputLength: LARGEST_ANSWER_BYTES }),
    };
  } catch {
    throw garbled('The answer is not the gzip that it says.');
  }
}

function garbled(message: string): Error {
  return Object.assign(new Error(message), { code: 'GARBLED' });
}

function noAnswer(request: StorageRequest, host: string, error: unknown): ServiceError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new ServiceError({
    service: 'Cloud Storage',
    request: requestLabel(request),
    host,
    transport: code ?? 'ECONNRESET',
    serverMessage: `No answer from ${host}: ${message}`,
    cause: error,
  });
}
