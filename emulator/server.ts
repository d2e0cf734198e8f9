import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { errorAnswer, jsonAnswer, sendAnswer, sendTruncated, textAnswer } from './answer.ts';
import type { Answer } from './answer.ts';
import { checkBearer } from './bearer.ts';
import type { Exchange, RecordedRequest, Service } from './exchange.ts';
import { BodyCut, corrupted, cutAfter, slowed, type FaultAction, type Faults } from './faults.ts';
import { GoogleError } from './google-error.ts';
import { pause, type ShapedNetwork } from './network-shape.ts';
import { drain, parseJson, readAll, readEarlyJson } from './request-body.ts';
import { isStoragePath, readTarget, type RequestTarget } from './request-target.ts';

/** What a server of the emulator needs. */
export interface ServerParts {
  readonly port: number;
  readonly services: readonly Service[];
  readonly faults: Faults;
  readonly network: ShapedNetwork;
  /** Absent: every caller is welcome. */
  readonly bearerTokens: readonly string[] | undefined;
  /** Called with each request as it arrives. */
  readonly record: (request: RecordedRequest) => void;
}

/** A server that listens. */
export interface RunningServer {
  readonly origin: string;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1 and hands each request to the first service that takes it. */
export async function startServer(parts: ServerParts): Promise<RunningServer> {
  /** Bytes that each connection had given when its last request ended. */
  const counted = new WeakMap<Socket, number>();
  const server = createServer(
    { keepAliveTimeout: 65_000, requestTimeout: 0 },
    (request, response) => {
      const target = readTarget(request);
      const record = recordOf(request, target);
      parts.record(record);
      handle(parts, request, response, target, record)
        .catch((error: unknown) => {
          if (!request.socket.destroyed) console.error(error);
          request.socket.destroy();
        })
        .finally(() => {
          const { bytesRead } = request.socket;
          record.receivedBytes = bytesRead - (counted.get(request.socket) ?? 0);
          counted.set(request.socket, bytesRead);
        });
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(parts.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** What is known of a request that is being answered. */
type OpenRecord = { -readonly [field in keyof RecordedRequest]: RecordedRequest[field] };

function recordOf(request: IncomingMessage, { url, region }: RequestTarget): OpenRecord {
  return {
    method: request.method ?? 'GET',
    url,
    region,
    headers: request.headers,
    json: undefined,
    status: undefined,
    receivedBytes: 0,
  };
}

async function handle(
  parts: ServerParts,
  request: IncomingMessage,
  response: ServerResponse,
  target: RequestTarget,
  record: OpenRecord,
): Promise<void> {
  const { method } = record;
  const fault = parts.faults.next(method, target.sent);
  if (fault?.kind === 'reset' && fault.afterBytes === undefined) {
    request.socket.resetAndDestroy();
    return;
  }
  if (fault?.kind === 'delay') await pause(fault.milliseconds);

  const early = await readEarlyJson(request, target);
  record.json = early?.json;
  const answer =
    fault?.kind === 'status'
      ? statusAnswer(fault, target)
      : await work(
          parts,
          request,
          method,
          target,
          faultyBody(parts, request, early?.bytes, fault),
          record,
        );

  if (fault?.kind === 'reset' || fault?.kind === 'lose-answer') {
    request.socket.resetAndDestroy();
    return;
  }
  if (answer === undefined && fault?.kind !== 'status-after') {
    request.socket.destroy();
    return;
  }
  await drain(request);
  await parts.network.beforeAnswer();
  const sent = answerUnder(fault, answer, target);
  record.status = sent.status;
  if (fault?.kind === 'truncate-answer') await sendTruncated(response, sent, fault.bytes);
  else await sendAnswer(response, sent);
}

/** Runs the services. `undefined` when the body was cut, so that there is nobody to answer. */
async function work(
  parts: ServerParts,
  request: IncomingMessage,
  method: string,
  target: RequestTarget,
  body: Readable,
  record: { json: unknown },
): Promise<Answer | undefined> {
  let answer: Answer | undefined;
  const exchange: Exchange = {
    method,
    path: target.path,
    query: target.query,
    headers: request.headers,
    region: target.region,
    origin: target.origin,
    body,
    async json() {
      record.json = parseJson(await readAll(body));
      return record.json;
    },
    send(status, json, headers) {
      answer = jsonAnswer(status, json, headers);
    },
    sendBytes(status, bytes, headers = {}) {
      answer = { status, headers, body: bytes };
    },
  };
  try {
    if (parts.bearerTokens !== undefined) {
      checkBearer(parts.bearerTokens, target, request.headers.authorization);
    }
    for (const service of parts.services) {
      if ((await service(exchange)) === 'not-mine') continue;
      if (answer === undefined) throw new Error(`No answer to ${method} ${target.path}`);
      return answer;
    }
    throw new GoogleError({
      httpStatus: 404,
      message: isStoragePath(target.path) ? 'Not Found' : 'Method not found.',
    });
  } catch (error) {
    if (error instanceof GoogleError) return errorAnswer(error, target);
    if (error instanceof BodyCut || request.socket.destroyed || request.errored !== null) {
      return undefined;
    }
    console.error(error);
    return errorAnswer(
      new GoogleError({ httpStatus: 500, message: 'Internal error encountered.' }),
      target,
    );
  }
}

function faultyBody(
  parts: ServerParts,
  request: IncomingMessage,
  buffered: Buffer | undefined,
  fault: FaultAction | undefined,
): Readable {
  const whole =
    buffered === undefined
      ? parts.network.body(request, request.socket)
      : Readable.from([buffered], { objectMode: false });
  if (fault?.kind === 'status-after') return cutAfter(whole, fault.bytes);
  if (fault?.kind === 'reset') return cutAfter(whole, fault.afterBytes ?? 0);
  if (fault?.kind === 'corrupt') return corrupted(whole, fault.byte);
  if (fault?.kind === 'trickle') return slowed(whole, () => pause(fault.milliseconds));
  return whole;
}

function statusAnswer(fault: FaultAction & { kind: 'status' }, target: RequestTarget): Answer {
  if (fault.body !== undefined) return jsonAnswer(fault.status, fault.body, fault.headers);
  return errorAnswer(
    new GoogleError({
      httpStatus: fault.status,
      message: `The emulator was told to answer ${fault.status}.`,
      ...(fault.headers !== undefined && { headers: fault.headers }),
    }),
    target,
  );
}

function answerUnder(
  fault: FaultAction | undefined,
  answer: Answer | undefined,
  target: RequestTarget,
): Answer {
  if (fault?.kind === 'replace-answer') {
    return textAnswer(fault.status, fault.text, fault.contentType);
  }
  if (fault?.kind === 'status-after' || answer === undefined) {
    const httpStatus = fault?.kind === 'status-after' ? fault.status : 500;
    const message = `The emulator was told to answer ${httpStatus}.`;
    return errorAnswer(new GoogleError({ httpStatus, message }), target);
  }
  return answer;
}
