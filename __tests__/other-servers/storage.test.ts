import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ArtifactFile } from '../../src/artifact/artifact.ts';
import { clock } from '../../src/clock.ts';
import { openCloudStorage } from '../../src/storage/open-cloud-storage.ts';
import type { CloudStorage } from '../../src/storage/cloud-storage.ts';
import { actionUnderTest, expectGoodManners } from '../action/action-under-test.ts';
import type { ActionUnderTest } from '../action/action-under-test.ts';
import { noise } from '../storage/stage.ts';
import { testWorld } from '../test-world.ts';
import { BUCKET, startNetwork, startServer } from './servers.ts';
import type { BadNetwork, OtherServer, ServerName } from './servers.ts';

// The upload engine, and the bundle, against servers of Cloud Storage that others wrote, and through a proxy of
// others that makes the network bad. What these servers cannot judge, such as preconditions, our emulator does.

const MEBIBYTE = 1024 ** 2;
/** Small files, an empty one, a name that needs escapes, one in parts, one in parts that go in sessions. */
const TREE: Readonly<Record<string, number>> = {
  'saved_model.pb': 20_000,
  'variables/variables.index': 300_000,
  'variables/variables.data-00000-of-00001': 33 * MEBIBYTE,
  'assets/größe & more.txt': 17,
  'assets/empty': 0,
};
const MARKER = 'saved_model.pb';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'other-servers-'));
  for (const [name, bytes] of Object.entries(TREE)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), noise(name, bytes));
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const files = (): readonly ArtifactFile[] =>
  Object.entries(TREE).map(([name, bytes]) => ({
    name,
    bytes,
    source: { kind: 'local', path: join(folder, name) },
  }));

/** Storage by real time, with little patience for what stands still. */
function storageAt(origin: string, chunkBytes = 16 * MEBIBYTE): CloudStorage {
  const environment = { STORAGE_EMULATOR_HOST: origin };
  return openCloudStorage(testWorld({ environment, clock, random: Math.random }), {
    patience: { connect: 3000, idle: 3000, share: 3000 },
    chunkBytes,
  });
}

const put = (storage: CloudStorage, directory: string) =>
  storage.put(
    { bucket: BUCKET, directory, files: files(), marker: MARKER, reuse: new Map() },
    () => undefined,
  );

/** What is there is the tree, and nothing beside it. */
async function expectTree(server: OtherServer, top: string, directory: string): Promise<void> {
  const there = await server.objects(top);
  expect([...there.keys()].sort()).toEqual(
    Object.keys(TREE)
      .map((name) => directory + name)
      .sort(),
  );
  for (const [name, bytes] of Object.entries(TREE)) {
    expect(there.get(directory + name)?.equals(noise(name, bytes))).toBe(true);
  }
}

describe.each<ServerName>(['fake-gcs-server', 'gcp-storage-emulator'])('%s', (name) => {
  let server: OtherServer;
  beforeAll(async () => {
    server = await startServer(name);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  test('holds what was sent, whole files and parts, and nothing beside them', async () => {
    const result = await put(storageAt(server.origin), 'whole/v1/');
    expect(result).toMatchObject({ uploadedFiles: 5, reusedFiles: 0 });
    await expectTree(server, 'whole/', 'whole/v1/');
  });

  test('is asked what is there: the same files are reused, others get a directory of their own', async () => {
    const storage = storageAt(server.origin);
    const again = await storage.chooseDirectory(BUCKET, 'whole/v1/', files());
    expect(again.directory).toBe('whole/v1/');
    expect([...again.reuse.keys()].sort()).toEqual(Object.keys(TREE).sort());
    const others = files().slice(0, 2);
    const other = await storage.chooseDirectory(BUCKET, 'whole/v1/', others);
    expect(other.directory).toMatch(/^whole\/v1-[0-9a-f]{8}\/$/);
  });
});

test('fake-gcs-server takes parts in sessions of several chunks', async () => {
  await using server = await startServer('fake-gcs-server');
  await put(storageAt(server.origin, 2 * MEBIBYTE), 'sessions/v1/');
  await expectTree(server, 'sessions/', 'sessions/v1/');
});

describe('through a bad network', () => {
  let server: OtherServer;
  let network: BadNetwork;
  beforeAll(async () => {
    server = await startServer('fake-gcs-server');
    network = await startNetwork(server);
  });
  afterAll(async () => {
    await network[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  /** Uploads, while faults come and go; answers the failure if it is one. */
  async function putUnder(
    directory: string,
    chunkBytes: number,
    [type, attributes, stream]: (typeof faults)[number]['toxic'],
  ): Promise<unknown> {
    const done = new AbortController();
    // Slow enough that the faults find something to hit.
    await using slow = await network.toxic('bandwidth', { rate: 8 * 1024 }, 'upstream');
    expect(slow).toBeDefined();
    const upload = put(storageAt(network.origin, chunkBytes), directory)
      .then(() => undefined)
      .catch((error: unknown) => error)
      .finally(() => {
        done.abort();
      });
    let count = 0;
    while (!done.signal.aborted && count < 6) {
      await sleep(150);
      await using toxic = await network.toxic(type, attributes, stream);
      expect(toxic).toBeDefined();
      count += 1;
      await sleep(150);
    }
    expect(count).toBeGreaterThan(1);
    return await upload;
  }

  const faults = [
    { how: 'connections are reset', toxic: ['reset_peer', { timeout: 0 }, 'downstream'] },
    {
      how: 'connections are reset after a while',
      toxic: ['reset_peer', { timeout: 30 }, 'upstream'],
    },
    {
      how: 'connections end after some bytes',
      toxic: ['limit_data', { bytes: 300_000 }, 'upstream'],
    },
    { how: 'answers end after some bytes', toxic: ['limit_data', { bytes: 60 }, 'downstream'] },
    {
      how: 'answers come in crumbs',
      toxic: ['slicer', { average_size: 99, delay: 500 }, 'downstream'],
    },
    { how: 'answers are late', toxic: ['latency', { latency: 400, jitter: 300 }, 'downstream'] },
    { how: 'nothing comes through for a while', toxic: ['timeout', { timeout: 0 }, 'downstream'] },
  ] as const;

  test.each(faults)(
    'all arrives when $how',
    async ({ toxic }) => {
      const top = `whole-${faults.findIndex((fault) => fault.toxic === toxic)}`;
      expect(await putUnder(`${top}/v1/`, 16 * MEBIBYTE, toxic)).toBeUndefined();
      await expectTree(server, `${top}/`, `${top}/v1/`);
    },
    90_000,
  );

  // This server takes the question how much it has for the end of an upload, and stores what it has.
  test.each(faults)(
    'no session is believed to have ended well that lost bytes when $how',
    async ({ toxic }) => {
      const top = `session-${faults.findIndex((fault) => fault.toxic === toxic)}`;
      const failure = await putUnder(`${top}/v1/`, 2 * MEBIBYTE, toxic);
      if (failure === undefined) {
        await expectTree(server, `${top}/`, `${top}/v1/`);
        return;
      }
      expect(failure).toMatchObject({
        code: 'transient',
        what: expect.stringMatching(/arrived damaged and was deleted/) as string,
      });
      const left = [...(await server.objects(`${top}/`)).keys()];
      expect(left.filter((name) => name.includes('.parts-') || name.endsWith(MARKER))).toEqual([]);
    },
    90_000,
  );

  test('a step that is killed while it uploads leaves nothing that is not named, and no model', async () => {
    await using action: ActionUnderTest = await actionUnderTest();
    await action.write(
      Object.fromEntries(
        ['weights.bin', 'more.bin'].map((name) => [`weights/${name}`, noise(name, 24 * MEBIBYTE)]),
      ),
    );
    const env = { STORAGE_EMULATOR_HOST: network.origin };
    const inputs = {
      ...{ platform: 'vertex-ai', model: 'killed', version: 'v1', source: 'weights' },
      image: 'us-docker.pkg.dev/acme-models/serve/model:1',
    };
    await using slow = await network.toxic('bandwidth', { rate: 6 * 1024 }, 'upstream');
    expect(slow).toBeDefined();
    for (const milliseconds of [500, 900, 1400]) {
      const killed = await action.run(inputs, {
        env,
        signalAfter: { milliseconds, signal: 'SIGKILL' },
      });
      expect(killed.exitCode).toBeNull();
      const post = await action.post(inputs, killed.state, { env });
      expect(post.exitCode).toBe(0);
      const said = `${killed.log}\n${post.log}`;
      for (const name of (await server.objects('killed/')).keys()) {
        const directory = name.slice(0, name.lastIndexOf('/') + 1);
        expect(said).toContain(`gs://${BUCKET}/${directory}`);
        // The post step has taken the parts away.
        expect(name).not.toContain('.parts-');
      }
    }
    // And the next one begins where that one was.
    const next = await action.run({ ...inputs, dry_run: 'true' }, { env });
    expectGoodManners(next);
    expect(next.outputs['status']).toBe('planned');
  }, 60_000);
});
