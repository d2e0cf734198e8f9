import { setTimeout as sleep } from 'node:timers/promises';
import * as core from '@actions/core';
import { openCredentials } from './credentials.ts';
import { Failure } from './failure.ts';
import { main } from './main.ts';
import { openLog } from './report/log.ts';
import type { Clock, Runner } from './world.ts';

/** How long a cancelled run may take to tell what it left; the runner kills it after 7.5 s. */
const MILLISECONDS_TO_TELL = 6000;

const environment = { ...process.env };

const clock: Clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
  sleep: async (milliseconds, signal) => {
    try {
      await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};

const runner: Runner = {
  info: core.info,
  debug: core.debug,
  notice: core.notice,
  warning: core.warning,
  error: core.error,
  startGroup: core.startGroup,
  endGroup: core.endGroup,
  setOutput: core.setOutput,
  setSecret: core.setSecret,
  saveState: core.saveState,
  writeSummary: async (markdown) => {
    await core.summary.addRaw(markdown).write({ overwrite: true });
  },
};

const cancelled = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const) {
  process.on(signal, () => {
    if (cancelled.signal.aborted) process.exit(1);
    setTimeout(() => process.exit(1), MILLISECONDS_TO_TELL).unref();
    cancelled.abort(
      new Failure({
        code: 'cancelled',
        what: 'The deploy was cancelled.',
        why: `The runner sent ${signal}: somebody cancelled the job, or its time was up.`,
        next: 'Run it again when it is wanted: what is there already is used again.',
      }),
    );
  });
}

process.exitCode = await main({
  environment,
  clock,
  credentials: openCredentials(environment),
  runner,
  log: openLog(runner),
  signal: cancelled.signal,
  random: Math.random,
});
