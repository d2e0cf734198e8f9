import { rmSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, release, tmpdir, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildClient } from './build-clients.ts';
import { chart } from './chart.ts';
import { compareHashers } from './checksums.ts';
import { contestants } from './contestants.ts';
import type { Clients, ContestantId } from './contestants.ts';
import { compareDeploys } from './deploy.ts';
import { gcloudEnvironment, gcloudVersion } from './gcloud.ts';
import { profiles } from './profiles.ts';
import { resultsPage } from './results-page.ts';
import type { Machine, Results } from './results.ts';
import { compareStartUps } from './startup.ts';
import { compareUploads } from './uploads.ts';
import { listWorkloads } from './workloads.ts';

const usage = `Usage: npm run bench -- [options]

Compares this action's uploads, start-up and deploys with those of Google's tools, on this machine.
A whole run takes about half an hour and 3 GB in the temporary directory, and writes bench/results.md
and bench/results.svg. With files, networks or rounds left out, it only prints.

  --quick              small files, to see that everything runs
  --workload W1,W2     only these, of W1 to W4; no start-up, no deploy
  --profile P0         only these, of P0, P1 and P2; no start-up, no deploy
  --rounds NUMBER      runs of each; default 5, with --quick 1
  --server ORIGIN      another Cloud Storage server, which runs already and has no login, such as
                       http://127.0.0.1:4443; uploads only. What --profile says of its network
                       (default P0) is up to it: nothing is slowed down here
  --without gcloud     who does not take part: of raw-16, raw-32, library, manager, gcloud, ceiling
  --help               this text
`;

/** Medians of fewer say too little to be written down. */
const FEWEST_ROUNDS_KEPT = 5;
/** Starts of the bundle for each round of uploads: they are short, and far between in time. */
const STARTS_A_ROUND = 4;

interface Choice {
  readonly quick: boolean;
  readonly workloads: Results['workloads'];
  readonly profiles: Results['profiles'];
  readonly rounds: number;
  readonly isWhole: boolean;
  readonly server: string | undefined;
  readonly without: readonly ContestantId[];
}

/** @throws Error when an option is not what it may be. */
function readChoice(): Choice | undefined {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      workload: { type: 'string' },
      profile: { type: 'string' },
      rounds: { type: 'string' },
      server: { type: 'string' },
      without: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const rounds = values.rounds ?? (values.quick ? '1' : '5');
  if (!/^[1-9]\d{0,2}$/.test(rounds)) {
    throw new Error(`--rounds is '${rounds}': it must be a whole number from 1 to 999.`);
  }
  const { server } = values;
  if (server !== undefined && !/^https?:\/\/[^/]+$/.test(server)) {
    throw new Error(
      `--server is '${server}': it must be an origin, such as http://127.0.0.1:4443.`,
    );
  }
  const played = server === undefined ? undefined : 'P0';
  const without =
    values.without === undefined ? [] : chosen('without', values.without, contestants);
  return {
    quick: values.quick,
    workloads: chosen('workload', values.workload, listWorkloads(values.quick)),
    profiles: chosen('profile', values.profile ?? played, profiles),
    rounds: Number(rounds),
    isWhole: [values.workload, values.profile, server, values.without].every(
      (value) => value === undefined,
    ),
    server,
    without: without.map(({ id }) => id),
  };
}

function chosen<T extends { readonly id: string }>(
  option: string,
  text: string | undefined,
  all: readonly T[],
): readonly T[] {
  if (text === undefined) return all;
  return text.split(',').map((id) => {
    const found = all.find((one) => one.id === id);
    if (found !== undefined) return found;
    throw new Error(
      `--${option} is '${id}': it must be one of ${all.map((one) => one.id).join(', ')}.`,
    );
  });
}

async function run(choice: Choice, scratch: string): Promise<Results> {
  const say = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  const loadBefore = loadavg()[0] ?? 0;
  const gcloud = gcloudVersion();
  say('Bundling the uploaders');
  const [ours, raw, library] = await Promise.all(
    ['ours', 'raw', 'library'].map((name) => buildClient(name, scratch)),
  );
  const bundles = { ours: ours ?? '', raw: raw ?? '', library: library ?? '' };
  const clients: Clients = {
    bundle: (name) => bundles[name],
    gcloud:
      gcloud === undefined
        ? undefined
        : (origin) => gcloudEnvironment(origin, join(scratch, 'gcloud')),
  };
  const { workloads, rounds, isWhole, quick } = choice;
  const startUpRounds = rounds * STARTS_A_ROUND;
  if (isWhole) say('Checksums and start-up');
  const hashers = isWhole ? await compareHashers(startUpRounds) : undefined;
  const startUps = isWhole
    ? await compareStartUps(startUpRounds, gcloud !== undefined, scratch)
    : undefined;
  const cells = await compareUploads({ ...choice, clients, scratch, say });
  if (isWhole) say('Deploys');
  const deploys = isWhole
    ? await compareDeploys(rounds, clients, quick ? 30 : 300, scratch)
    : undefined;
  const machine = await describeMachine(gcloud, loadBefore);
  return {
    ...{ machine, quick, rounds, startUpRounds, workloads, profiles: choice.profiles },
    server: choice.server,
    ...{ cells, hashers, startUps, deploys },
  };
}

async function describeMachine(gcloud: string | undefined, loadBefore: number): Promise<Machine> {
  const root = join(import.meta.dirname, '..');
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const processors = cpus();
  return {
    date: new Date(),
    processor: processors[0]?.model.trim() ?? 'unknown processor',
    cores: processors.length,
    memoryBytes: totalmem(),
    system: `${type()} ${release()}`,
    node: process.version.slice(1),
    library: manifest.dependencies['@google-cloud/storage'] ?? '',
    gcloud,
    loads: [loadBefore, loadavg()[0] ?? 0],
  };
}

async function main(): Promise<void> {
  const choice = readChoice();
  if (choice === undefined) {
    process.stdout.write(usage);
    return;
  }
  const scratch = await mkdtemp(join(tmpdir(), 'bench-'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      rmSync(scratch, { recursive: true, force: true });
      process.exit(1);
    });
  }
  try {
    const results = await run(choice, scratch);
    const page = resultsPage(results);
    process.stdout.write(page);
    if (!choice.isWhole || choice.quick || choice.rounds < FEWEST_ROUNDS_KEPT) return;
    await writeFile(join(import.meta.dirname, 'results.md'), page);
    await writeFile(join(import.meta.dirname, 'results.svg'), chart(results));
  } finally {
    await rm(scratch, { recursive: true });
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exitCode = 1;
}
