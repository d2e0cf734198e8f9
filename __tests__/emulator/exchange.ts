import { request, type IncomingHttpHeaders } from 'node:http';

/** An answer, read whole. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  /** The body as JSON. */
  readonly json: Record<string, unknown>;
}

/** One request by plain node:http, which follows nothing and retries nothing. */
export function send(
  method: string,
  url: string,
  headers: Readonly<Record<string, string>> = {},
  body?: Buffer | string | readonly Buffer[],
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          bytes,
          get json() {
            return JSON.parse(bytes.toString()) as Record<string, unknown>;
          },
        });
      });
    });
    outgoing.on('error', reject);
    if (Array.isArray(body)) {
      for (const piece of body as readonly Buffer[]) outgoing.write(piece);
      outgoing.end();
    } else outgoing.end(body as Buffer | string | undefined);
  });
}

/** One request with a JSON body. */
export function sendJson(method: string, url: string, body: unknown): Promise<Reply> {
  return send(method, url, { 'content-type': 'application/json' }, JSON.stringify(body));
}

/** Puts an object by `uploadType=media`. */
export function put(
  origin: string,
  bucket: string,
  name: string,
  bytes: Buffer | string,
  query = '',
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const url = `${origin}/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(name)}${query}`;
  return send('POST', url, { 'content-type': 'application/octet-stream', ...headers }, bytes);
}

/** The message and reason of a refusal by Cloud Storage. */
export function refusal({ status, json }: Reply): readonly [number, string, string] {
  const { error } = json as { error: { message: string; errors: [{ reason: string }] } };
  return [status, error.errors[0].reason, error.message];
}
