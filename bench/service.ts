import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { EmulatorOptions } from '../emulator/exchange.ts';
import type { ServerQuestion, ServerReport } from './server.ts';

/** Bucket that everything is uploaded to. */
export const BUCKET = 'bench';

/** The emulator in a process of its own. */
export interface Service extends AsyncDisposable {
  readonly origin: string;
  /** What it did since this was called last. */
  report(): Promise<ServerReport>;
  /** The warm-up is over: MD5s are only looked up from now on. */
  stopLearning(): Promise<void>;
  /** CRC-32C of each object under a prefix, by name. */
  checksums(prefix: string): Promise<ReadonlyMap<string, string>>;
}

/** Starts an emulator that hashes what it receives and throws it away. */
export async function startService(options: EmulatorOptions): Promise<Service> {
  const settings: EmulatorOptions = { buckets: [BUCKET], ...options };
  const child = fork(join(import.meta.dirname, 'server.ts'), [JSON.stringify(settings)]);
  const next = async (): Promise<unknown> => {
    const ended = new AbortController();
    const end = (): void => {
      ended.abort(new Error('The emulator ended.'));
    };
    child.once('exit', end);
    try {
      const [message] = (await once(child, 'message', { signal: ended.signal })) as [unknown];
      return message;
    } finally {
      child.off('exit', end);
    }
  };
  const ask = async (question: ServerQuestion): Promise<ServerReport> => {
    child.send(question);
    return (await next()) as ServerReport;
  };
  const origin = (await next()) as string;
  return {
    origin,
    report: () => ask('report'),
    stopLearning: async () => {
      await ask('stop-learning');
    },
    checksums: (prefix) => listChecksums(origin, prefix),
    [Symbol.asyncDispose]: async () => {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

interface Page {
  readonly items?: readonly { readonly name: string; readonly crc32c: string }[];
  readonly nextPageToken?: string;
}

async function listChecksums(origin: string, prefix: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  let pageToken = '';
  do {
    const query = new URLSearchParams({ prefix, pageToken });
    const answer = await fetch(`${origin}/storage/v1/b/${BUCKET}/o?${query.toString()}`);
    const page = (await answer.json()) as Page;
    for (const { name, crc32c } of page.items ?? []) found.set(name, crc32c);
    pageToken = page.nextPageToken ?? '';
  } while (pageToken !== '');
  return found;
}
