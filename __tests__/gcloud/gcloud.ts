import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Emulator } from '../../emulator/exchange.ts';

/** How a gcloud command ended. */
export interface GcloudRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** gcloud with a configuration of its own, pointed at an emulator. */
export interface Gcloud {
  /** Runs `gcloud` with these arguments; does not throw when the command fails. */
  run(commandLine: readonly string[]): Promise<GcloudRun>;
  /** Runs a command as it is printed, by a shell, as somebody who pastes it does. */
  paste(command: string): Promise<GcloudRun>;
  /** Runs commands at the same time; how each ended, by its name. */
  runAll<Name extends string>(
    commands: Readonly<Record<Name, readonly string[]>>,
  ): Promise<Readonly<Record<Name, GcloudRun>>>;
  /** Removes its configuration. */
  close(): Promise<void>;
}

/** Why gcloud cannot be run here; empty when it can. */
export const noGcloud =
  process.platform === 'win32'
    ? 'on Windows gcloud is a batch file'
    : spawnSync('gcloud', ['--version']).status === 0
      ? ''
      : 'gcloud is not installed';

/**
 * Points gcloud at an emulator, with this project where a command names none. Global: every service is overridden by a loopback
 * URL. Regional: gcloud puts the region before the host of the override, so that AI Platform keeps its name,
 * over http, with the emulator as proxy (gcloud-traces.md, section 1).
 */
export async function openGcloud(
  emulator: Emulator,
  endpoint: 'global' | 'regional',
  project = 'acme',
): Promise<Gcloud> {
  const configuration = await mkdtemp(join(tmpdir(), 'gcloud-'));
  const environment = {
    ...Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^CLOUDSDK_(?!PYTHON)|_proxy$/i.test(name)),
    ),
    CLOUDSDK_CONFIG: configuration,
    CLOUDSDK_CORE_PROJECT: project,
    CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
    CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: '1',
    CLOUDSDK_CORE_DISABLE_FILE_LOGGING: '1',
    CLOUDSDK_CORE_CHECK_GCE_METADATA: '0',
    CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: '1',
    CLOUDSDK_SURVEY_DISABLE_PROMPTS: '1',
    CLOUDSDK_AUTH_DISABLE_CREDENTIALS: 'true',
    CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE: `${emulator.origin}/`,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_AIPLATFORM: `${emulator.origin}/`,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_SERVICEUSAGE: `${emulator.origin}/`,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER: `${emulator.origin}/`,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDBILLING: `${emulator.origin}/`,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_IAM: `${emulator.origin}/`,
    ...(endpoint === 'global'
      ? {
          CLOUDSDK_API_ENDPOINT_OVERRIDES_ML: `${emulator.origin}/`,
          CLOUDSDK_AI_PLATFORM_REGION: 'global',
        }
      : {
          CLOUDSDK_API_ENDPOINT_OVERRIDES_ML: 'http://ml.googleapis.com/',
          http_proxy: emulator.origin,
          no_proxy: '127.0.0.1',
        }),
  };
  const execute = async (program: string, words: readonly string[]): Promise<GcloudRun> => {
    const child = spawn(program, words, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    return { status, stdout, stderr };
  };
  const gcloud: Gcloud = {
    run: (commandLine) => execute('gcloud', commandLine),
    paste: (command) => execute('sh', ['-c', command]),
    async runAll<Name extends string>(commands: Readonly<Record<Name, readonly string[]>>) {
      const runs = Object.entries<readonly string[]>(commands).map(
        async ([name, commandLine]) => [name, await gcloud.run(commandLine)] as const,
      );
      return Object.fromEntries(await Promise.all(runs)) as Record<Name, GcloudRun>;
    },
    close: () => rm(configuration, { recursive: true, force: true }),
  };
  return gcloud;
}
