import { parseArgs } from 'node:util';
import { startEmulator } from './emulator.ts';

const usage = `Usage: npm run emulator -- [options]

A local Google Cloud on 127.0.0.1: Cloud Storage, AI Platform and Vertex AI. No account, no bill.

  --port NUMBER               default 8085; 0 takes any free port
  --directory DIR             where object contents are kept; default: a temporary directory
  --operation-seconds NUMBER  how long deployments take; default 3
  --bucket NAME               a bucket that exists from the start; may be given more than once
  --python COMMAND            the Python that runs predictions; default python3
  --latency MILLISECONDS      wait so long before each answer, as a distant region does
  --rate BYTES                let one connection send so many bytes a second at most
  --help                      this text
`;

/** How to point gcloud, Google's client libraries and a workflow at the emulator: lines to paste. */
function directions(origin: string): string {
  return `A local Google Cloud listens on ${origin} (Ctrl-C stops it).

gcloud, in another terminal:

  export CLOUDSDK_CONFIG="$(mktemp -d)" CLOUDSDK_CORE_PROJECT=my-project
  export CLOUDSDK_CORE_DISABLE_PROMPTS=1 CLOUDSDK_AUTH_DISABLE_CREDENTIALS=true
  export CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE=${origin}/
  export CLOUDSDK_API_ENDPOINT_OVERRIDES_AIPLATFORM=${origin}/
  export CLOUDSDK_API_ENDPOINT_OVERRIDES_ML=${origin}/ CLOUDSDK_AI_PLATFORM_REGION=global

  gcloud storage buckets create gs://my-bucket
  gcloud storage cp -r ./model gs://my-bucket/
  gcloud ai-platform models list
  gcloud ai models list --region=us-central1

gcloud ai-platform puts "REGION-" before the host, which no loopback name survives: hence the
global region above. For regional endpoints make the emulator its proxy instead:

  unset CLOUDSDK_AI_PLATFORM_REGION
  export CLOUDSDK_API_ENDPOINT_OVERRIDES_ML=http://ml.googleapis.com/
  export http_proxy=${origin} no_proxy=127.0.0.1

Google's client libraries for Cloud Storage (tried: Node's and Python's), without credentials:

  export STORAGE_EMULATOR_HOST=${origin} GOOGLE_CLOUD_PROJECT=my-project

Those for Vertex AI read no such variable and speak gRPC, which is not here: use gcloud or the REST API.

A step of a workflow that runs this action, on a runner of this machine (a self-hosted one, or act with
--platform ubuntu-24.04=-self-hosted). Leave out the step that signs in, and add to what the step has:

  env:
    STORAGE_EMULATOR_HOST: ${origin}
    CLOUDSDK_API_ENDPOINT_OVERRIDES_ML: ${origin}/{region}/
    CLOUDSDK_API_ENDPOINT_OVERRIDES_AIPLATFORM: ${origin}/{region}/
  with:
    project_id: my-project
    create_bucket: true

Without create_bucket, start the emulator with --bucket my-project-aiplatform. test_instances are answered by
the real model only: --python names a Python that has its framework.
`;
}

/** A whole number that an option gave, from `least` to `most`. */
function wholeNumber(option: string, text: string, most: number, least = 0): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new Error(`--${option} is '${text}': it must be a whole number from ${least} to ${most}.`);
}

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8085' },
      directory: { type: 'string' },
      'operation-seconds': { type: 'string', default: '3' },
      bucket: { type: 'string', multiple: true, default: [] },
      python: { type: 'string' },
      latency: { type: 'string' },
      rate: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const seconds = wholeNumber('operation-seconds', values['operation-seconds'], 3600);
  const emulator = await startEmulator({
    port: wholeNumber('port', values.port, 65535),
    operationMilliseconds: seconds * 1000,
    buckets: values.bucket,
    network: {
      ...(values.latency !== undefined && {
        latencyMilliseconds: wholeNumber('latency', values.latency, 60_000),
      }),
      ...(values.rate !== undefined && {
        bytesPerSecondPerConnection: wholeNumber('rate', values.rate, 1e10, 1),
      }),
    },
    ...(values.directory !== undefined && { directory: values.directory }),
    ...(values.python !== undefined && { python: values.python }),
  });
  process.stdout.write(directions(emulator.origin));
  const stop = (): void => {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    void emulator.close();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
}

try {
  await run();
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  const why = code === 'EADDRINUSE' ? `${message}. Choose another port with --port.` : message;
  process.stderr.write(`${why}\n\n${usage}`);
  process.exitCode = 1;
}
