import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aiPlatform } from './ai-platform/ai-platform.ts';
import { startClock } from './clock.ts';
import type { Emulator, EmulatorOptions, RecordedRequest } from './exchange.ts';
import { keepFaults } from './faults.ts';
import { shapeNetwork } from './network-shape.ts';
import { startServer } from './server.ts';
import { makeBucket } from './storage/buckets.ts';
import { keepContents } from './storage/contents.ts';
import { keepSessions } from './storage/sessions.ts';
import { cloudStorage } from './storage/storage.ts';
import { makeStore } from './storage/store.ts';
import { vertexAi } from './vertex-ai/vertex-ai.ts';

/** Starts a local Google Cloud on 127.0.0.1. Fails when the port is taken. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'emulator-')));
  try {
    await mkdir(directory, { recursive: true });
    return await startIn(directory, options);
  } catch (error) {
    await removeOwn(directory, options);
    throw error;
  }
}

async function removeOwn(directory: string, options: EmulatorOptions): Promise<void> {
  if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
}

async function startIn(directory: string, options: EmulatorOptions): Promise<Emulator> {
  const clock = startClock();
  const now = (): number => clock.now();
  const store = makeStore(
    await keepContents({ directory, keep: options.keepContents ?? true, md5: options.md5 ?? true }),
    now,
  );
  const sessions = keepSessions(store);
  for (const name of options.buckets ?? []) makeBucket(store, name, { location: 'us-central1' });

  const requests: RecordedRequest[] = [];
  const faults = keepFaults();
  const context = {
    storage: store,
    operationMilliseconds: options.operationMilliseconds ?? 0,
    python: options.python ?? 'python3',
    now,
  };
  const platforms = [vertexAi(context), aiPlatform(context)] as const;
  const server = await startServer({
    port: options.port ?? 0,
    services: [...(options.services ?? []), cloudStorage(store, sessions), ...platforms],
    faults,
    network: shapeNetwork(options.network),
    bearerTokens: options.bearerTokens,
    record: (request) => requests.push(request),
  });
  const { origin } = server;
  return {
    origin,
    requests,
    misbehave: (rule) => faults.order(rule),
    shiftClock: (milliseconds) => {
      clock.shift(milliseconds);
    },
    forgetRequests: () => {
      requests.length = 0;
    },
    environment: () => ({
      STORAGE_EMULATOR_HOST: origin,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_ML: `${origin}/{region}/`,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_AIPLATFORM: `${origin}/{region}/`,
    }),
    close: async () => {
      await server.close();
      await Promise.all([sessions.close(), ...platforms.map((platform) => platform.close())]);
      await removeOwn(directory, options);
    },
  };
}
