import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { EmulatorOptions } from '../emulator/exchange.ts';
import { BUCKET, listChecksums } from './objects.ts';
import type { ServerQuestion, ServerReport } from './server.ts';

/** A Cloud Storage server to upload to. */
export interface Service extends AsyncDisposable {
  readonly origin: string;
  /** What it did since this was called last; `undefined` where it cannot tell. */
  report(): Promise<ServerReport | undefined>;
  /** The warm-up is over: MD5s are only looked up from now on. */
  stopLearning(): Promise<void>;
  /** CRC-32C of each object under a prefix, by name. */
  checksums(prefix: string): Promise<ReadonlyMap<string, string>>;
  /** Makes room: nothing under the prefix is wanted any more. */
  clear(prefix: string): Promise<void>;
}

/** The emulator in a process of its own. */
export interface EmulatorService extends Service {
  report(): Promise<ServerReport>;
}

/** Starts an emulator that hashes what it receives and throws it away. */
export async function startService(options: EmulatorOptions): Promise<EmulatorService> {
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
    clear: () => Promise.resolve(),
    [Symbol.asyncDispose]: async () => {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}
