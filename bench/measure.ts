import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';

/** A process to measure. */
export interface Command {
  /** `node`: a script and its arguments. `program`: a program and its arguments, children counted with it. */
  readonly kind: 'node' | 'program';
  readonly line: readonly string[];
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly directory?: string;
  /** Exit status that counts as success; default 0. */
  readonly status?: number;
}

/** What a whole process took, from its start to its end. */
export interface Measurement {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  /** Of a program, its processes together; absent where the system does not tell. */
  readonly peakMegabytes: number | undefined;
  /** When it was started, in milliseconds since 1970. */
  readonly startedAt: number;
}

const LOOK_MILLISECONDS = 20;

/**
 * Runs a process to its end. CPU of a Node process and its peak memory are what the system tells it at its
 * end (`report-usage.cjs`); those of a program are what bash's `time` says of it and its children, and the
 * largest sum of their resident sets in /proc, looked at every 20 ms.
 *
 * @throws when it ends with another status, with what it said.
 */
export async function measure(command: Command): Promise<Measurement> {
  const [file, ...rest] =
    command.kind === 'node'
      ? [
          process.execPath,
          '--require',
          join(import.meta.dirname, 'report-usage.cjs'),
          ...command.line,
        ]
      : [
          'bash',
          '-c',
          'TIMEFORMAT="%3U %3S"; { time "$@" 2>&4; } 4>&2 2>&3',
          'bash',
          ...command.line,
        ];
  const startedAt = performance.timeOrigin + performance.now();
  const child = spawn(file, rest, {
    env: command.environment ?? process.env,
    cwd: command.directory,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  let peakKibibytes = 0;
  const looks =
    command.kind === 'program' && child.pid !== undefined
      ? setInterval(() => {
          peakKibibytes = Math.max(peakKibibytes, residentKibibytes(String(child.pid)));
        }, LOOK_MILLISECONDS)
      : undefined;
  const [, output, errors, report] = child.stdio as (Readable | null)[];
  const usage = report ? text(report) : Promise.resolve('');
  const said = Promise.all(
    [output, errors].map(async (stream) => (stream ? await text(stream) : '')),
  );
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', resolve);
  });
  const wallSeconds = (performance.timeOrigin + performance.now() - startedAt) / 1000;
  clearInterval(looks);
  if (status !== (command.status ?? 0)) {
    throw new Error(`${command.line.join(' ')} ended with ${status}:\n${(await said).join('')}`);
  }
  const used =
    command.kind === 'node'
      ? (JSON.parse(await usage) as { cpuSeconds: number; peakKibibytes: number })
      : { cpuSeconds: sum((await usage).trim().split(' ').map(Number)), peakKibibytes };
  return {
    wallSeconds,
    cpuSeconds: used.cpuSeconds,
    peakMegabytes: used.peakKibibytes === 0 ? undefined : used.peakKibibytes / 1024,
    startedAt,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Resident memory of a process and its descendants, in KiB; 0 where there is no /proc. */
function residentKibibytes(processId: string): number {
  try {
    const status = readFileSync(`/proc/${processId}/status`, 'utf8');
    const own = Number(/VmRSS:\s*(\d+)/.exec(status)?.[1] ?? 0);
    const children = readdirSync(`/proc/${processId}/task`).flatMap((task) =>
      readFileSync(`/proc/${processId}/task/${task}/children`, 'utf8').trim().split(' '),
    );
    return own + sum(children.filter((child) => child !== '').map(residentKibibytes));
  } catch {
    // It ended while it was looked at.
    return 0;
  }
}
