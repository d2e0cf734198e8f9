import { spawnSync } from 'node:child_process';

/** Version of the installed Google Cloud SDK; `undefined` where it cannot be run, or not be measured. */
export function gcloudVersion(): string | undefined {
  // There, gcloud is a batch file, and there is no bash to measure it.
  if (process.platform === 'win32') return undefined;
  const { stdout, status } = spawnSync('gcloud', ['--version'], { encoding: 'utf8' });
  return status === 0 ? /Google Cloud SDK (\S+)/.exec(stdout)?.[1] : undefined;
}

/** Environment with which gcloud, in a configuration of its own, calls the emulator and nobody else. */
export function gcloudEnvironment(
  origin: string,
  configuration: string,
): Readonly<Record<string, string | undefined>> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^CLOUDSDK_(?!PYTHON)|_proxy$/i.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    CLOUDSDK_CONFIG: configuration,
    CLOUDSDK_CORE_PROJECT: 'bench',
    CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
    CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: '1',
    CLOUDSDK_CORE_DISABLE_FILE_LOGGING: '1',
    CLOUDSDK_CORE_CHECK_GCE_METADATA: '0',
    CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: '1',
    CLOUDSDK_SURVEY_DISABLE_PROMPTS: '1',
    CLOUDSDK_AUTH_DISABLE_CREDENTIALS: 'true',
    CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE: `${origin}/`,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_ML: `${origin}/`,
    CLOUDSDK_AI_PLATFORM_REGION: 'global',
  };
}
