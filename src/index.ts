import { dirname } from 'node:path';
import { clock } from './clock.ts';
import { openCredentials } from './credentials/open-credentials.ts';
import { Failure } from './failure.ts';
import { main } from './main.ts';
import { forLog } from './report/foreign-text.ts';
import { openLog } from './report/log.ts';
import { openRunner } from './runner.ts';
import { useProxy } from './proxy.ts';
import { tidy } from './tidy.ts';
import type { World } from './world.ts';

/** How long a cancelled run may take to tell what it left; the runner kills it after 7.5 s. */
const MILLISECONDS_TO_TELL = 6000;

const environment = { ...process.env };

const runner = openRunner(environment);
const log = openLog(runner);

const cancelled = new AbortController();
let atTheLatest: NodeJS.Timeout | undefined;
let isTold = false;

/** Ends everything that is under way. Of the rest `main` tells, unless that takes too long. */
function stop(why: Failure): void {
  atTheLatest = setTimeout(() => {
    if (!isTold) runner.error(forLog(why.message), { title: 'Deploy failed' });
    process.exit(1);
  }, MILLISECONDS_TO_TELL);
  cancelled.abort(why);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const) {
  process.on(signal, () => {
    if (cancelled.signal.aborted) process.exit(1);
    stop(
      new Failure({
        code: 'cancelled',
        what: 'The deploy was cancelled.',
        why: `The runner sent ${signal}: somebody cancelled the job, or its time was up.`,
        next: 'The post step of this action, which follows, takes back what it can and names what stays. Run the job again when it is wanted.',
      }),
    );
  });
}

// Rejections that nobody handles come here too.
process.on('uncaughtException', (error: unknown) => {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  log.debug(stack ?? message);
  if (cancelled.signal.aborted) return;
  stop(
    new Failure({
      code: 'internal',
      what: 'The deploy met a fault in this action itself.',
      why: message,
      next: 'Run the job again with debug logging, and report it with its log if it happens again.',
      cause: error,
    }),
  );
});

// With it, gcp-metadata would write tokens to the log.
delete process.env['GOOGLE_SDK_NODE_LOGGING'];
// Plain fetch knows no proxies of its own.
for (const password of useProxy(environment)) runner.setSecret(password);

const world: World = {
  environment,
  clock,
  credentials: openCredentials(environment, {
    clock,
    signal: cancelled.signal,
    setSecret: (value) => {
      runner.setSecret(value);
    },
  }),
  runner,
  log,
  // The bundle is dist/index.js of the action.
  actionDirectory: dirname(dirname(process.argv[1] ?? '')),
  signal: cancelled.signal,
  random: Math.random,
};

// dist/post.js is the `post:` step of action.yml.
if (process.argv[2] === 'post') await tidy(world);
else process.exitCode = await main(world);
isTold = true;
atTheLatest?.unref();
