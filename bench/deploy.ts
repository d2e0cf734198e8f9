import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { contestants } from './contestants.ts';
import type { Clients, Contestant } from './contestants.ts';
import { figuresOf } from './figures.ts';
import type { Figures, Run } from './figures.ts';
import { measure } from './measure.ts';
import type { Command } from './measure.ts';
import { BUCKET } from './objects.ts';
import { startService } from './service.ts';
import type { Service } from './service.ts';
import { turned } from './statistics.ts';
import { writeWorkload } from './workloads.ts';

const ROOT = join(import.meta.dirname, '..');
const EXAMPLE = join(ROOT, 'examples', 'models', 'tensorflow', 'export', '1700000000');

/** How long the emulator takes to create a version. */
export const OPERATION_SECONDS = 3;

/** Who deploys a SavedModel, or uploads the same files. gcloud takes three commands. */
export type DeployerId =
  'raw-16' | 'raw-32' | 'action' | 'gcloud' | 'gcloud cp' | 'gcloud models' | 'gcloud versions';

/** Deploys one SavedModel again and again, each time as a new model, 40 ms away from the service. */
export async function compareDeploys(
  rounds: number,
  clients: Clients,
  megabytes: number,
  scratch: string,
): Promise<ReadonlyMap<DeployerId, Figures>> {
  const runs = new Map<DeployerId, Run[]>();
  const keep = (id: DeployerId, run: Run): void => {
    runs.set(id, [...(runs.get(id) ?? []), run]);
  };
  const source = join(scratch, 'model');
  await cp(EXAMPLE, source, { recursive: true });
  const weights = { name: 'assets/weights.bin', bytes: megabytes * 1024 * 1024 };
  await writeWorkload({ id: 'W1', title: '', files: [weights] }, source);
  await using service = await startService({
    network: { latencyMilliseconds: 40 },
    operationMilliseconds: OPERATION_SECONDS * 1000,
  });
  const deployers: readonly ((name: string, round: number) => Promise<void>)[] = [
    ...contestants
      .filter(({ id }) => id === 'raw-16' || id === 'raw-32')
      .map((raw) => async (name: string, round: number) => {
        const run = await runOne(service, rawUpload(raw, service, name, source, clients));
        if (round > 0) keep(raw.id as DeployerId, run);
      }),
    async (name, round) => {
      const run = await runAction(service, name, source, scratch);
      if (round > 0) keep('action', run);
    },
    ...(clients.gcloud === undefined ? [] : [runGcloud]),
  ];
  async function runGcloud(name: string, round: number): Promise<void> {
    const environment = clients.gcloud?.(service.origin) ?? {};
    for (const [id, line] of gcloudLines(name, source)) {
      const command: Command = { kind: 'program', line: ['gcloud', ...line], environment };
      const run = await runOne(service, command);
      if (round > 0) keep(id, run);
    }
  }
  for (let round = 0; round <= rounds; round += 1) {
    if (round === 1) await service.stopLearning();
    for (const [index, deploy] of turned([...deployers.entries()], round)) {
      await deploy(`model_${round}_${index}`, round);
    }
  }
  await rm(source, { recursive: true });
  const figures = new Map([...runs].map(([id, some]) => [id, figuresOf(some)]));
  const commands = ['gcloud cp', 'gcloud models', 'gcloud versions'] as const;
  const three = commands.map((id) => figures.get(id)).filter((some) => some !== undefined);
  if (three.length === 3) figures.set('gcloud', together(three));
  return figures;
}

function rawUpload(
  raw: Contestant,
  { origin }: Service,
  name: string,
  source: string,
  clients: Clients,
): Command {
  return raw.command({ origin, prefix: `${name}/`, directory: source }, clients);
}

function gcloudLines(
  name: string,
  source: string,
): readonly (readonly [DeployerId, readonly string[]])[] {
  return [
    ['gcloud cp', ['storage', 'cp', '-r', source, `gs://${BUCKET}/${name}/`]],
    ['gcloud models', ['ai-platform', 'models', 'create', name, '--region=global']],
    [
      'gcloud versions',
      [
        ...['ai-platform', 'versions', 'create', 'v1', `--model=${name}`, '--region=global'],
        ...[`--origin=gs://${BUCKET}/${name}/model/`, '--framework=tensorflow'],
        ...['--runtime-version=2.11', '--python-version=3.7'],
      ],
    ],
  ];
}

async function runOne(service: Service, command: Command): Promise<Run> {
  await service.report();
  const measurement = await measure(command);
  return { measurement, server: await service.report() };
}

/** Runs the committed bundle as a step of a job. */
async function runAction(
  service: Service,
  model: string,
  source: string,
  scratch: string,
): Promise<Run> {
  const job = await mkdtemp(join(scratch, 'job-'));
  try {
    const environment = await jobEnvironment(service.origin, model, source, job);
    return await runOne(service, {
      kind: 'node',
      line: [join(ROOT, 'dist', 'index.js')],
      environment,
      directory: dirname(source),
    });
  } finally {
    await rm(job, { recursive: true });
  }
}

async function jobEnvironment(
  origin: string,
  model: string,
  source: string,
  job: string,
): Promise<Record<string, string | undefined>> {
  const action = parse(await readFile(join(ROOT, 'action.yml'), 'utf8')) as {
    readonly inputs: Readonly<Record<string, { readonly default?: string | number | boolean }>>;
  };
  const defaults = Object.entries(action.inputs).map(([name, input]): [string, string] => {
    const text = String(input.default ?? '');
    return [name, text.includes('${{') ? '' : text];
  });
  const inputs = {
    ...Object.fromEntries(defaults),
    ...{ model, source, version: 'v1', project_id: 'bench', bucket: BUCKET, region: 'global' },
  };
  await mkdir(job, { recursive: true });
  const files = ['OUTPUT', 'STATE', 'STEP_SUMMARY', 'ENV', 'PATH'].map((name): [string, string] => [
    `GITHUB_${name}`,
    join(job, name),
  ]);
  for (const [, path] of files) await writeFile(path, '');
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(?:INPUT_|GITHUB_)/.test(name),
  );
  return {
    ...Object.fromEntries([...inherited, ...files]),
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    ),
    ...{ GITHUB_REPOSITORY: 'acme/fraud', GITHUB_RUN_ID: '1', GITHUB_RUN_ATTEMPT: '1' },
    ...{ GITHUB_SHA: '3f2a1c0d9e8b7a6f5e4d3c2b1a09f8e7d6c5b4a3', GITHUB_REF_NAME: 'main' },
    STORAGE_EMULATOR_HOST: origin,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_ML: `${origin}/{region}/`,
  };
}

/** Commands that are run one after the other, as one. */
function together(commands: readonly Figures[]): Figures {
  const sum = (key: 'wallSeconds' | 'cpuSeconds' | 'requests' | 'serverCpuSeconds'): number =>
    commands.reduce((total, figures) => total + (figures[key] ?? 0), 0);
  const peaks = commands.map(({ peakMegabytes }) => peakMegabytes ?? 0);
  return {
    wallSeconds: sum('wallSeconds'),
    spread: Math.max(...commands.map(({ spread }) => spread)),
    cpuSeconds: sum('cpuSeconds'),
    peakMegabytes: Math.max(...peaks) === 0 ? undefined : Math.max(...peaks),
    requests: sum('requests'),
    serverCpuSeconds: sum('serverCpuSeconds'),
    firstRequestSeconds: commands[0]?.firstRequestSeconds,
  };
}
