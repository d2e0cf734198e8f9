import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { token } from '../github/github-server.ts';
import type { Repository } from './repository.ts';
import type { Tools } from './tools.ts';

const STUBS = join(import.meta.dirname, 'actions');

/** What sets a workflow off. */
export interface Trigger {
  readonly name: 'push' | 'pull_request' | 'workflow_dispatch';
  readonly payload: Readonly<Record<string, unknown>>;
}

/** How a workflow ended. */
export interface WorkflowRun {
  readonly status: number | null;
  /** What act printed: each line after the name of its job. The end of a step that failed may be missing. */
  readonly log: string;
  /** What the steps with `run:` printed, all of it. */
  readonly printed: string;
  /** The commands that stood in for docker, gcloud and gh, one a line. */
  readonly commands: string;
}

/**
 * Executes a workflow with nektos/act on this machine itself (`-self-hosted`), and this action from the
 * repository. Of other actions, `actions/checkout` is done by act, which copies the repository; those in
 * `actions/` stand in for what would reach Google or GitHub, and check their inputs.
 *
 * @param flags For act, besides those that every run has; `--no-skip-checkout` leaves the checkout to `actions/` too.
 */
export async function runWorkflow(
  tools: Tools,
  repository: Repository,
  workflow: string,
  trigger: Trigger,
  environment: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): Promise<WorkflowRun> {
  const scratch = await mkdtemp(join(tmpdir(), 'act-'));
  try {
    const event = join(scratch, 'event.json');
    const commandsLog = join(scratch, 'commands.log');
    await writeFile(event, JSON.stringify(trigger.payload));
    const stepsLog = join(scratch, 'steps.log');
    await Promise.all([writeFile(commandsLog, ''), writeFile(stepsLog, '')]);
    const file = join(repository.directory, '.github', 'workflows', workflow);
    const pairs = {
      ...environment,
      COMMANDS_LOG: commandsLog,
      STEPS_LOG: stepsLog,
      WORKFLOW_PYTHON: tools.python,
    };
    const child = spawn(
      tools.act,
      [
        trigger.name,
        ...['--workflows', file, '--eventpath', event, '--platform', 'ubuntu-24.04=-self-hosted'],
        ...['--container-daemon-socket', '-', '--no-cache-server'],
        ...['--var', 'GOOGLE_CLOUD_PROJECT=acme-models'],
        ...[
          '--var',
          'WORKLOAD_IDENTITY_PROVIDER=projects/42/locations/global/workloadIdentityPools/github/providers/github',
        ],
        ...['--var', 'DEPLOY_SERVICE_ACCOUNT=deployer@acme-models.iam.gserviceaccount.com'],
        ...Object.entries(pairs).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
        ...['--secret', `GITHUB_TOKEN=${token}`],
        ...standIns(await readFile(file, 'utf8')),
        ...flags,
      ],
      {
        cwd: repository.directory,
        env: {
          // act runs actions on the Node that it finds; ours is the runner's own.
          PATH: [
            join(import.meta.dirname, 'commands'),
            dirname(process.execPath),
            process.env['PATH'] ?? '',
          ].join(delimiter),
          HOME: scratch,
          XDG_CACHE_HOME: join(scratch, 'cache'),
          XDG_CONFIG_HOME: join(scratch, 'config'),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    const [commands, printed] = await Promise.all([
      readFile(commandsLog, 'utf8'),
      readFile(stepsLog, 'utf8'),
    ]);
    return { status, log: stdout + stderr, printed, commands };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Directories in place of the actions that a workflow uses and that are not to be fetched. */
function standIns(workflow: string): readonly string[] {
  const used = workflow.matchAll(/uses: (?<action>[^@\s]+\/[^@\s]+)@(?<sha>[0-9a-f]{40})/g);
  return [...new Map([...used].map((match) => [match.groups?.['action'] ?? '', match[0]]))]
    .filter(([action]) => existsSync(join(STUBS, action)))
    .flatMap(([action, uses]) => [
      '--local-repository',
      `${uses.slice('uses: '.length)}=${join(STUBS, action)}`,
    ]);
}
