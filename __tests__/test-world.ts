import { join } from 'node:path';
import { openLog } from '../src/report/log.ts';
import type { Clock, Credentials, Environment, Runner, World } from '../src/world.ts';

/** A clock that only sleeps move: waits of hours take no time, and their lengths are kept. */
export interface FakeClock extends Clock {
  readonly sleeps: readonly number[];
}

export function fakeClock(): FakeClock {
  const sleeps: number[] = [];
  let elapsed = 0;
  return {
    sleeps,
    now: () => new Date(Date.UTC(2026, 10, 23) + elapsed),
    elapsed: () => elapsed,
    sleep: (milliseconds, signal) => {
      if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
      sleeps.push(milliseconds);
      elapsed += milliseconds;
      // Lets sockets and timers of the loopback servers go on between two looks.
      return new Promise((resolve) => setImmediate(resolve));
    },
  };
}

/** A runner that keeps what it is told. */
export interface RecordingRunner extends Runner {
  readonly lines: string[];
  readonly outputs: Map<string, string>;
}

export function recordingRunner(): RecordingRunner {
  const lines: string[] = [];
  const outputs = new Map<string, string>();
  const keep =
    (level: string) =>
    (text: string): void => {
      lines.push(`${level}${text}`);
    };
  return {
    lines,
    outputs,
    info: keep(''),
    debug: keep('debug: '),
    notice: keep('notice: '),
    warning: keep('warning: '),
    error: keep('error: '),
    startGroup: keep('group: '),
    endGroup: () => {
      lines.push('endgroup');
    },
    setOutput: (name, value) => {
      outputs.set(name, value);
    },
    setSecret: keep('secret: '),
    saveState: keep('state: '),
    writeSummary: (markdown) => {
      lines.push(`summary: ${markdown}`);
      return Promise.resolve();
    },
  };
}

export const anonymous: Credentials = {
  headers: () => Promise.resolve({}),
  refresh: () => Promise.resolve(),
  projectId: () => Promise.resolve(undefined),
};

/** A world for rooms under test: real but for time, chance and the runner. */
export function testWorld(
  parts: Partial<Omit<World, 'environment'>> & { environment?: Environment } = {},
): World {
  const runner = parts.runner ?? recordingRunner();
  return {
    environment: {},
    clock: fakeClock(),
    credentials: anonymous,
    runner,
    log: openLog(runner),
    actionDirectory: join(import.meta.dirname, '..'),
    signal: new AbortController().signal,
    random: () => 0.5,
    ...parts,
  };
}
