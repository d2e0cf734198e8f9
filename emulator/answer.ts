import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { apiErrorBody, storageErrorBody, type GoogleError } from './google-error.ts';
import { isStoragePath, type RequestTarget } from './request-target.ts';

/** An answer that is decided and not yet sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | Readable | undefined;
}

/** An answer with a JSON body. */
export function jsonAnswer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return textAnswer(status, JSON.stringify(body), 'application/json; charset=UTF-8', headers);
}

/** An answer with a text of any type. */
export function textAnswer(
  status: number,
  text: string,
  contentType: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, headers: { ...headers, 'content-type': contentType }, body: Buffer.from(text) };
}

/** A refusal in the shape of the service that was called; `alt=media` gets plain text. */
export function errorAnswer(error: GoogleError, target: RequestTarget): Answer {
  const { httpStatus, message, headers } = error;
  if (httpStatus === 304) return { status: 304, headers, body: undefined };
  if (!isStoragePath(target.path)) return jsonAnswer(httpStatus, apiErrorBody(error), headers);
  if (target.query.get('alt') === 'media') {
    return textAnswer(httpStatus, message, 'text/html; charset=UTF-8', headers);
  }
  return jsonAnswer(httpStatus, storageErrorBody(error), headers);
}

/** Sends an answer whole. */
export async function sendAnswer(response: ServerResponse, answer: Answer): Promise<void> {
  const { status, headers, body } = answer;
  if (body === undefined || Buffer.isBuffer(body)) {
    const bodiless = status === 204 || status === 304;
    response.writeHead(status, {
      ...headers,
      ...(!bodiless && { 'content-length': String(body?.length ?? 0) }),
    });
    response.end(body);
    return;
  }
  response.writeHead(status, headers);
  await pipeline(body, response);
}

/** Announces the whole length, sends the first `bytes` of the body, and ends the connection. */
export async function sendTruncated(
  response: ServerResponse,
  answer: Answer,
  bytes: number,
): Promise<void> {
  const { status, headers, body } = answer;
  const whole = body === undefined || Buffer.isBuffer(body) ? (body ?? Buffer.alloc(0)) : undefined;
  response.writeHead(status, {
    ...headers,
    ...(whole !== undefined && { 'content-length': String(whole.length) }),
  });
  response.flushHeaders();
  let left = bytes;
  for await (const chunk of whole === undefined ? (body as Readable) : [whole]) {
    const part = (chunk as Buffer).subarray(0, left);
    if (part.length > 0) response.write(part);
    left -= part.length;
    if (left === 0) break;
  }
  response.socket?.destroySoon();
}
