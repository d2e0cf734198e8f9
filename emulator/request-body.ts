import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { GoogleError } from './google-error.ts';
import type { RequestTarget } from './request-target.ts';

/** All of a body. */
export async function readAll(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body.iterator({ destroyOnReturn: false })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The JSON of a body, `undefined` when it is empty; throws 400. */
export function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  const json = parsed(bytes);
  if (json !== undefined) return json;
  throw new GoogleError({
    httpStatus: 400,
    message: 'Invalid JSON payload received. Parse error in the request body.',
    reason: 'parseError',
  });
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString()) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * Reads a JSON body that is no upload before anything else is done, so that it is on record also when
 * the request is refused or meets a fault. `undefined` for other bodies.
 */
export async function readEarlyJson(
  request: IncomingMessage,
  target: RequestTarget,
): Promise<{ readonly bytes: Buffer; readonly json: unknown } | undefined> {
  if (target.path.includes('/upload/')) return undefined;
  if (!(request.headers['content-type'] ?? '').startsWith('application/json')) return undefined;
  const bytes = await readAll(request);
  return { bytes, json: parsed(bytes) };
}

/** Reads what is left, so that the answer never meets a client that is still sending. */
export async function drain(request: IncomingMessage): Promise<void> {
  if (request.readableEnded || request.destroyed) return;
  // Not `resume()`: an iterator that its reader has left keeps the stream from flowing.
  const rest = request.iterator({ destroyOnReturn: false });
  while ((await rest.next()).done !== true);
}
