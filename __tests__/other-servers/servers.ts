import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const TOOLS =
  process.env['WORKFLOW_TOOLS'] ?? join(homedir(), '.cache', 'deploy-ai-platform-tools');

/** Bucket that each server has. */
export const BUCKET = 'acme-models-aiplatform';

/** Cloud Storage as others understand it: fsouza/fake-gcs-server in Go, oittaa/gcp-storage-emulator in Python. */
export type ServerName = 'fake-gcs-server' | 'gcp-storage-emulator';

/** A running server of somebody else's. */
export interface OtherServer extends AsyncDisposable {
  readonly origin: string;
  readonly port: number;
  /** Contents of every object below a prefix, by name. */
  objects(prefix: string): Promise<ReadonlyMap<string, Buffer>>;
}

/** Starts a server with an empty bucket. @throws Error that says how to install it, when it is not there. */
export async function startServer(name: ServerName): Promise<OtherServer> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const line =
    name === 'fake-gcs-server'
      ? [
          ...['-scheme', 'http', '-host', '127.0.0.1', '-port', String(port), '-backend', 'memory'],
          ...['-external-url', origin, '-public-host', `127.0.0.1:${port}`, '-log-level', 'error'],
        ]
      : ['start', '--host=127.0.0.1', `--port=${port}`, '--in-memory'];
  const child = start(name, line);
  await answers(`${origin}/storage/v1/b?project=acme-models`);
  const made = await fetch(`${origin}/storage/v1/b?project=acme-models`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: BUCKET }),
  });
  if (!made.ok) throw new Error(`${name} made no bucket: ${made.status} ${await made.text()}`);
  return {
    origin,
    port,
    objects: (prefix) => objectsOf(origin, prefix),
    [Symbol.asyncDispose]: () => end(child),
  };
}

async function objectsOf(origin: string, prefix: string): Promise<ReadonlyMap<string, Buffer>> {
  const bucket = `${origin}/storage/v1/b/${BUCKET}/o`;
  const list = await fetch(`${bucket}?prefix=${encodeURIComponent(prefix)}`);
  const { items = [] } = (await list.json()) as { items?: readonly { name: string }[] };
  const contents = items.map(async ({ name }): Promise<[string, Buffer]> => {
    const answer = await fetch(`${bucket}/${encodeURIComponent(name)}?alt=media`);
    return [name, Buffer.from(await answer.arrayBuffer())];
  });
  return new Map(await Promise.all(contents));
}

/** A way to a server that can be made bad: Shopify/toxiproxy. */
export interface BadNetwork extends AsyncDisposable {
  readonly origin: string;
  /** Makes it bad in one way, until the answer is disposed of. */
  toxic(
    type: string,
    attributes: Readonly<Record<string, number>>,
    stream?: 'upstream' | 'downstream',
  ): Promise<AsyncDisposable>;
}

/** Starts a proxy to a server, as good as none at first. */
export async function startNetwork({ port }: Pick<OtherServer, 'port'>): Promise<BadNetwork> {
  const [control, listen] = [await freePort(), await freePort()];
  const api = `http://127.0.0.1:${control}`;
  const child = start('toxiproxy-server', ['-host', '127.0.0.1', '-port', String(control)]);
  await answers(`${api}/version`);
  const send = async (method: string, path: string, body?: object): Promise<void> => {
    const answer = await fetch(`${api}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  };
  const names = { listen: `127.0.0.1:${listen}`, upstream: `127.0.0.1:${port}` };
  await send('POST', '/proxies', { name: 'storage', ...names, enabled: true });
  let count = 0;
  return {
    origin: `http://127.0.0.1:${listen}`,
    toxic: async (type, attributes, stream = 'downstream') => {
      count += 1;
      const name = `toxic-${count}`;
      await send('POST', '/proxies/storage/toxics', { name, type, stream, attributes });
      return { [Symbol.asyncDispose]: () => send('DELETE', `/proxies/storage/toxics/${name}`) };
    },
    [Symbol.asyncDispose]: () => end(child),
  };
}

function start(name: string, line: readonly string[]): ChildProcess {
  const program = join(TOOLS, 'bin', name);
  if (!existsSync(program)) {
    throw new Error(`${program} is not there. Run: bash scripts/storage-servers.sh`);
  }
  return spawn(program, line, { stdio: 'ignore' });
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok === true) return;
    if (tries === 100) throw new Error(`${url} does not answer.`);
    await sleep(100);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
