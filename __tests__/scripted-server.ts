import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One answer of a scripted server; `cut` breaks the connection, before or after the headers. */
export type Answer =
  | {
      readonly status: number;
      readonly json?: unknown;
      readonly text?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly cut: 'before-headers' | 'in-body' };

export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly json: unknown;
}

/** A real HTTP server that answers by script, in order per method and path, the last answer for ever. */
export interface ScriptedServer extends AsyncDisposable {
  readonly origin: string;
  readonly requests: readonly ReceivedRequest[];
}

export async function scriptedServer(
  script: Readonly<Record<string, readonly Answer[]>>,
): Promise<ScriptedServer> {
  const requests: ReceivedRequest[] = [];
  const used = new Map<string, number>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      requests.push({
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        json: body === '' ? undefined : (JSON.parse(body) as unknown),
      });
      const key = `${request.method ?? ''} ${(request.url ?? '').replace(/\?.*$/, '')}`;
      const answers = script[key] ?? [{ status: 500, text: `not in the script: ${key}` }];
      const at = used.get(key) ?? 0;
      used.set(key, at + 1);
      const answer = answers[Math.min(at, answers.length - 1)];
      if (answer === undefined || 'cut' in answer) {
        if (answer?.cut === 'in-body') {
          response.writeHead(200, { 'content-length': '100', 'content-type': 'application/json' });
          response.write('{"half":', () => request.socket.destroy());
        } else request.socket.destroy();
        return;
      }
      const text = answer.text ?? JSON.stringify(answer.json ?? {});
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
      response.end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
