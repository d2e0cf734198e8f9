import { subscribe } from 'node:diagnostics_channel';
import { startEmulator } from '../emulator/emulator.ts';
import type { EmulatorOptions, Md5Memory } from '../emulator/exchange.ts';

/** What the server did since it was asked last. */
export interface ServerReport {
  readonly requests: number;
  readonly cpuSeconds: number;
  /** When the first request arrived, in milliseconds since 1970; absent without one. */
  readonly firstRequestAt: number | undefined;
}

/** What the server is asked: to report and count anew, or the same and to compute no more MD5s. */
export type ServerQuestion = 'report' | 'stop-learning';

/**
 * The emulator in a process of its own: options as JSON in the first argument; says its origin, then
 * answers each question with a `ServerReport`. Ends with its parent.
 *
 * It throws contents away. MD5s, without which gcloud takes no upload for good, it computes in the
 * warm-up and then looks up by CRC-32C, as if that were done on a machine of its own.
 */
const options = JSON.parse(process.argv[2] ?? '{}') as EmulatorOptions;

let firstRequestAt: number | undefined;
subscribe('http.server.request.start', () => {
  firstRequestAt ??= performance.timeOrigin + performance.now();
});

const md5: Md5Memory = { learning: true, known: new Map() };
const emulator = await startEmulator({ ...options, keepContents: false, md5 });
let usage = process.cpuUsage();
process.on('message', (question: ServerQuestion) => {
  if (question === 'stop-learning') md5.learning = false;
  const { user, system } = process.cpuUsage(usage);
  const report: ServerReport = {
    requests: emulator.requests.length,
    cpuSeconds: (user + system) / 1e6,
    firstRequestAt,
  };
  emulator.forgetRequests();
  firstRequestAt = undefined;
  usage = process.cpuUsage();
  process.send?.(report);
});
process.on('disconnect', () => void emulator.close());
process.send?.(emulator.origin);
