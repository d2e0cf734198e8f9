import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FaultRule } from '../../emulator/exchange.ts';
import type { ArtifactFile } from '../../src/artifact/artifact.ts';
import type { Upload, UploadResult } from '../../src/storage/cloud-storage.ts';
import { openCloudStorage } from '../../src/storage/open-cloud-storage.ts';
import { PATIENCE } from '../../src/storage/patience.ts';
import { anonymous, recordingRunner } from '../test-world.ts';
import { BUCKET, MEBIBYTE, names, noise, setStage, uploadOf } from './stage.ts';
import type { Stage } from './stage.ts';

// Parts larger than a chunk go through resumable sessions; in these tests a chunk is smaller than it is
// for users, so that files of some megabytes do.

const KIBIBYTE = 1024;
const BYTES = 9 * MEBIBYTE;
const NAME = 'variables.data';
const CHUNK_BYTES = 2 * MEBIBYTE;

let stage: Stage;
beforeEach(async () => {
  stage = await setStage();
});
afterEach(async () => {
  await stage.close();
});

interface Settings {
  readonly chunkBytes?: number;
  readonly patience?: Partial<typeof PATIENCE>;
  readonly world?: Parameters<Stage['world']>[0];
  readonly upload?: Partial<Upload>;
}

async function put(file: ArtifactFile, settings: Settings = {}): Promise<UploadResult> {
  const limits = {
    chunkBytes: settings.chunkBytes ?? CHUNK_BYTES,
    patience: { ...PATIENCE, ...settings.patience },
  };
  const storage = openCloudStorage(stage.world(settings.world), limits);
  return await storage.put(uploadOf([file], settings.upload), () => undefined);
}

/** A PUT with contents, to a session. */
const CHUNK = { method: 'PUT', url: /upload_id=/ };

function receivedBytes(): number {
  return stage.emulator.requests.reduce((sum, { receivedBytes: bytes }) => sum + bytes, 0);
}

/** Heads of requests, and what else is no content. */
const HEADS_BYTES = 64 * KIBIBYTE;

async function expectArrived(): Promise<void> {
  const storage = stage.storage();
  expect(await names(storage)).toEqual([`fraud/v1/${NAME}`]);
  const contents = await storage.read(BUCKET, `fraud/v1/${NAME}`, BYTES + 1);
  expect(contents.equals(noise(NAME, BYTES))).toBe(true);
}

function started(): number {
  return stage.emulator.requests.filter(({ url }) => url.includes('uploadType=resumable&if'))
    .length;
}

describe('UP-05 a fault in the middle costs at most one chunk', () => {
  const sizes = [256 * KIBIBYTE, 2 * MEBIBYTE, 8 * MEBIBYTE, 16 * MEBIBYTE];
  const faults: readonly (readonly [string, FaultRule['action']])[] = [
    ['503 after 256 KiB', { kind: 'status-after', bytes: 256 * KIBIBYTE, status: 503 }],
    ['502 after 2 MiB', { kind: 'status-after', bytes: 2 * MEBIBYTE, status: 502 }],
    ['504 after 8 MiB', { kind: 'status-after', bytes: 8 * MEBIBYTE, status: 504 }],
    ['a reset after 1 MiB', { kind: 'reset', afterBytes: MEBIBYTE }],
  ];
  test.each(sizes.flatMap((size) => faults.map(([name, action]) => ({ size, name, action }))))(
    'chunks of $size bytes, $name',
    async ({ size, action }) => {
      const fault = stage.emulator.misbehave({ url: /upload_id=|uploadType=media/, action });
      const result = await put(stage.file(NAME, BYTES), { chunkBytes: size });
      expect(fault.played).toBe(1);
      expect(result).toMatchObject({ uploadedFiles: 1, uploadedBytes: BYTES });
      await expectArrived();
      expect(receivedBytes()).toBeLessThanOrEqual(BYTES + size + HEADS_BYTES);
    },
  );
});

describe('UP-06 a second fault, on the question how far the session is', () => {
  const second: readonly (readonly [string, FaultRule['action'], number])[] = [
    ['408', { kind: 'status', status: 408 }, 1],
    ['503', { kind: 'status', status: 503 }, 3],
    ['a reset', { kind: 'reset' }, 2],
    ['an answer that is lost', { kind: 'lose-answer' }, 1],
  ];
  test.each(second)('%s: it is asked again, and nothing is guessed', async (_, action, times) => {
    const first = stage.emulator.misbehave({
      ...CHUNK,
      after: 1,
      action: { kind: 'status-after', bytes: 512 * KIBIBYTE, status: 503 },
    });
    const file = stage.file(NAME, BYTES);
    let asked: { played: number } | undefined;
    const clock = stage.world().clock;
    await put(file, {
      world: {
        clock: {
          ...clock,
          sleep: async (milliseconds, signal) => {
            // Ordered after the first has been played, so that the next PUT, the question, meets it.
            asked ??= stage.emulator.misbehave({ ...CHUNK, times, action });
            await clock.sleep(milliseconds, signal);
          },
        },
      },
    });
    expect(first.played).toBe(1);
    expect(asked?.played).toBe(times);
    await expectArrived();
    // One for each part of 8 MiB: the second is too small for a session.
    expect(started()).toBe(1);
    expect(receivedBytes()).toBeLessThanOrEqual(BYTES + 2 * CHUNK_BYTES + HEADS_BYTES);
  });
});

describe('UP-08 everything is stored and the answer does not say so', () => {
  const lies: readonly (readonly [string, FaultRule['action']])[] = [
    ['lost', { kind: 'lose-answer' }],
    ['cut', { kind: 'truncate-answer', bytes: 20 }],
    ['empty', { kind: 'replace-answer', status: 200, text: '', contentType: 'application/json' }],
    [
      'HTML',
      { kind: 'replace-answer', status: 200, text: '<html></html>', contentType: 'text/html' },
    ],
    [
      'of another type',
      { kind: 'replace-answer', status: 200, text: '[1]', contentType: 'application/json' },
    ],
  ];
  test.each(lies)('the answer is %s: nothing is sent again', async (_, action) => {
    // The last of the four chunks of a part of 8 MiB.
    const fault = stage.emulator.misbehave({ ...CHUNK, after: 3, action });
    await put(stage.file(NAME, BYTES));
    expect(fault.played).toBe(1);
    await expectArrived();
    expect(receivedBytes()).toBeLessThanOrEqual(BYTES + HEADS_BYTES);
  });
});

describe('a chunk in the middle is answered as if it were the last', () => {
  const resource = JSON.stringify({
    name: `fraud/v1/${NAME}`,
    size: '1',
    crc32c: 'AAAAAA==',
    generation: '1',
  });
  const answer = { status: 200, text: resource, contentType: 'application/json' };
  const ends: readonly (readonly [string, FaultRule['action']])[] = [
    ['has it', { kind: 'replace-answer', ...answer }],
    ['has nothing of it', { kind: 'status', status: 200, body: JSON.parse(resource) as unknown }],
  ];
  test.each(ends)('and the service %s: it is asked how much', async (_, action) => {
    const fault = stage.emulator.misbehave({ ...CHUNK, after: 1, action });
    await put(stage.file(NAME, BYTES));
    expect(fault.played).toBe(1);
    await expectArrived();
    expect(started()).toBe(1);
  });
});

describe('UP-09 the service forgets the session', () => {
  test.each([
    [404, 1],
    [410, 1],
    [404, 2],
    [410, 2],
  ])('%d, %d times: another one is begun from the first byte', async (status, times) => {
    const fault = stage.emulator.misbehave({
      ...CHUNK,
      after: 2,
      times,
      action: { kind: 'status-after', bytes: 256 * KIBIBYTE, status },
    });
    await put(stage.file(NAME, BYTES));
    expect(fault.played).toBe(times);
    await expectArrived();
    expect(started()).toBe(1 + times);
  });

  test.each([404, 410])('%d three times is the end, and nothing is left', async (status) => {
    const fault = stage.emulator.misbehave({
      ...CHUNK,
      times: 99,
      action: { kind: 'status', status },
    });
    const told: string[] = [];
    const upload = put(stage.file(NAME, BYTES), {
      upload: { onParts: (_, state) => told.push(state) },
    });
    await expect(upload).rejects.toMatchObject({ httpStatus: status });
    expect(fault.played).toBe(3);
    expect(started()).toBe(3);
    expect(told).toEqual(['begun', 'removed']);
    expect(await names(stage.storage())).toEqual([]);
  });

  test('410 to the start of one is outlived twice', async () => {
    const fault = stage.emulator.misbehave({
      method: 'POST',
      url: /uploadType=resumable/,
      times: 2,
      action: { kind: 'status', status: 410 },
    });
    await put(stage.file(NAME, BYTES));
    expect(fault.played).toBe(2);
    await expectArrived();
  });
});

describe('UP-10 a connection that stands still', () => {
  test('no byte moves: it is ended, and the session goes on where it was', async () => {
    const fault = stage.emulator.misbehave({
      ...CHUNK,
      after: 1,
      action: { kind: 'delay', milliseconds: 60_000 },
    });
    await put(stage.file(NAME, BYTES), { patience: { idle: 200 } });
    expect(fault.played).toBe(1);
    await expectArrived();
    expect(started()).toBe(1);
  });

  test.each([
    ['in a session', CHUNK_BYTES],
    ['in one request', 16 * MEBIBYTE],
  ])('bytes trickle %s: less than the floor is no progress', async (_, chunkBytes) => {
    const fault = stage.emulator.misbehave({
      url: /upload_id=|uploadType=media/,
      action: { kind: 'trickle', milliseconds: 500 },
    });
    const runner = recordingRunner();
    const { log } = stage.world({ runner });
    await put(stage.file(NAME, BYTES), {
      chunkBytes,
      // 64 KiB in 25 ms, and every wait of half a second is a byte in time for the idle limit.
      patience: { idle: 2000, share: 25 },
      world: { runner, log },
    });
    expect(fault.played).toBe(1);
    expect(runner.lines.some((line) => line.includes(': ETIMEDOUT;'))).toBe(true);
    await expectArrived();
  });

  test('an answer that trickles is no answer', async () => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.writeHead(200, { 'content-type': 'application/json' });
      if (asked > 1) response.end('{}');
      else setInterval(() => response.write(' '), 20).unref();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const world = stage.world({ environment: { STORAGE_EMULATOR_HOST: host } });
      const patience = { ...PATIENCE, idle: 2000, share: 100 };
      const storage = openCloudStorage(world, { patience, chunkBytes: CHUNK_BYTES });
      expect(await storage.list(BUCKET, '')).toEqual([]);
      expect(asked).toBe(2);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('UP-17 a session URI on another host', () => {
  test.each([
    ['another host', (origin: string) => `${origin}/upload/storage/v1/b/b/o?upload_id=0123456789`],
    ['plain http', () => 'http://storage.example/upload/storage/v1/b/b/o?upload_id=0123456789'],
    ['no URI', () => 'http://['],
  ])('%s: nothing is sent there, and the deploy ends', async (_, location) => {
    const elsewhere: string[] = [];
    const server = createServer((request, response) => {
      elsewhere.push(request.url ?? '');
      response.end('{}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const fault = stage.emulator.misbehave({
        method: 'POST',
        url: /uploadType=resumable/,
        action: { kind: 'status', status: 200, headers: { location: location(origin) } },
      });
      await expect(put(stage.file(NAME, BYTES))).rejects.toMatchObject({
        name: 'Failure',
        next: expect.stringContaining('STORAGE_EMULATOR_HOST') as string,
      });
      expect(fault.played).toBe(1);
      expect(elsewhere).toEqual([]);
      expect(await names(stage.storage())).toEqual([]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('UP-20 a token that ends between two chunks', () => {
  test('is renewed, and the same session goes on', async () => {
    const fault = stage.emulator.misbehave({
      ...CHUNK,
      after: 2,
      action: { kind: 'status', status: 401 },
    });
    let token = 'first';
    const credentials = {
      ...anonymous,
      headers: () => Promise.resolve({ authorization: `Bearer ${token}` }),
      refresh: () => {
        token = 'second';
        return Promise.resolve();
      },
    };
    await put(stage.file(NAME, BYTES), { world: { credentials } });
    expect(fault.played).toBe(1);
    const tokens = stage.emulator.requests
      .filter(({ method }) => method === 'PUT')
      .map(({ headers }) => headers.authorization);
    expect([tokens[0], tokens.at(-1)]).toEqual(['Bearer first', 'Bearer second']);
    await expectArrived();
    expect(started()).toBe(1);
  });
});

describe('session URIs', () => {
  test('AU-08 are masked, and in no line of the log nor in an error', async () => {
    stage.emulator.misbehave({
      ...CHUNK,
      times: 99,
      action: { kind: 'status', status: 503 },
    });
    const runner = recordingRunner();
    const { log } = stage.world({ runner });
    const error: unknown = await put(stage.file(NAME, BYTES), { world: { runner, log } }).catch(
      (reason: unknown) => reason,
    );
    const put1 = stage.emulator.requests.find(({ url }) => url.includes('upload_id='));
    const id = new URL(put1?.url ?? '', 'http://host').searchParams.get('upload_id') ?? '';
    expect(id.length).toBeGreaterThan(20);
    expect(runner.lines).toContain(`secret: ${id}`);
    const told = runner.lines.filter((line) => !line.startsWith('secret: ')).join('\n');
    expect(told).toContain('try 4 of 8');
    expect(told + JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(id);
  });

  test('are given up when the upload is, before the parts are looked for', async () => {
    stage.emulator.misbehave({
      ...CHUNK,
      after: 1,
      times: 99,
      action: { kind: 'status', status: 403 },
    });
    await expect(put(stage.file(NAME, BYTES))).rejects.toMatchObject({ httpStatus: 403 });
    const calls = stage.emulator.requests.map(({ method, url, status }) => ({
      call: `${method} ${url.replace(/.*(upload_id|prefix)=.*/, '$1')}`,
      status,
    }));
    expect(calls).toContainEqual({ call: 'DELETE upload_id', status: 499 });
    const given = calls.findIndex(({ call }) => call === 'DELETE upload_id');
    expect(calls.findIndex(({ call }) => call === 'GET prefix')).toBeGreaterThan(given);
    expect(await names(stage.storage())).toEqual([]);
  });
});

test('a file that is written to between two tries of a part is said to have changed', async () => {
  const file = stage.file(NAME, BYTES);
  const fault = stage.emulator.misbehave({
    ...CHUNK,
    after: 1,
    action: { kind: 'status-after', bytes: 256 * KIBIBYTE, status: 503 },
  });
  const clock = stage.world().clock;
  const upload = put(file, {
    world: {
      clock: {
        ...clock,
        sleep: async (milliseconds, signal) => {
          stage.file(NAME, BYTES, 'something else');
          await clock.sleep(milliseconds, signal);
        },
      },
    },
  });
  await expect(upload).rejects.toMatchObject({
    code: 'artifact',
    what: `The file "${NAME}" changed while uploading.`,
  });
  expect(fault.played).toBe(1);
  expect(await names(stage.storage())).toEqual([]);
});
