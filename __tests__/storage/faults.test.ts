import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { FaultRule } from '../../emulator/exchange.ts';
import { openCloudStorage } from '../../src/storage/open-cloud-storage.ts';
import { anonymous, fakeClock, recordingRunner, testWorld } from '../test-world.ts';
import { BUCKET, calls, MEBIBYTE, names, noise, put, setStage } from './stage.ts';
import type { Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await setStage();
});
afterEach(async () => {
  await stage.close();
});

const SMALL = { name: 'saved_model.pb', bytes: 200_000, upload: /uploadType=multipart/ };
const LARGE = { name: 'variables.data', bytes: 9 * MEBIBYTE, upload: /uploadType=media/ };

/** Faults that pass; `everywhere` are those that end a request in different ways. */
const passing: readonly {
  fault: string;
  everywhere?: true;
  action: FaultRule['action'];
  times: number;
}[] = [
  { fault: '503', everywhere: true, action: { kind: 'status', status: 503 }, times: 2 },
  { fault: '500', action: { kind: 'status', status: 500 }, times: 1 },
  { fault: '501', action: { kind: 'status', status: 501 }, times: 1 },
  { fault: '502', action: { kind: 'status', status: 502 }, times: 1 },
  { fault: '504', action: { kind: 'status', status: 504 }, times: 1 },
  { fault: '408', action: { kind: 'status', status: 408 }, times: 1 },
  { fault: '429', everywhere: true, action: { kind: 'status', status: 429 }, times: 3 },
  { fault: 'a reset before the first byte', action: { kind: 'reset' }, times: 2 },
  {
    fault: 'a reset in the middle of the body',
    everywhere: true,
    action: { kind: 'reset', afterBytes: 100_000 },
    times: 2,
  },
  {
    fault: '503 in the middle of the body',
    everywhere: true,
    action: { kind: 'status-after', bytes: 100_000, status: 503 },
    times: 2,
  },
  { fault: 'an answer that is lost', everywhere: true, action: { kind: 'lose-answer' }, times: 1 },
  {
    fault: 'an answer that is cut',
    everywhere: true,
    action: { kind: 'truncate-answer', bytes: 20 },
    times: 1,
  },
  {
    fault: 'an answer without body',
    action: { kind: 'replace-answer', status: 200, text: '', contentType: 'application/json' },
    times: 1,
  },
  {
    fault: 'an answer in HTML',
    everywhere: true,
    action: {
      kind: 'replace-answer',
      status: 200,
      text: '<html>hello</html>',
      contentType: 'text/html',
    },
    times: 1,
  },
  {
    fault: 'an answer without checksum',
    action: {
      kind: 'replace-answer',
      status: 200,
      text: '{"name":"x"}',
      contentType: 'application/json',
    },
    times: 1,
  },
];

const everywhere = passing.filter((fault) => fault.everywhere);

describe.each([SMALL, LARGE])('an upload of $bytes bytes', ({ name, bytes, upload }) => {
  test.each(bytes === SMALL.bytes ? passing : everywhere)(
    'outlives $fault',
    async ({ action, times }) => {
      const handle = stage.emulator.misbehave({ url: upload, times, action });
      const storage = stage.storage();
      const result = await put(storage, [stage.file(name, bytes)]);
      expect(handle.played).toBe(times);
      expect(result).toMatchObject({ uploadedFiles: 1, reusedFiles: 0, uploadedBytes: bytes });
      expect(await names(storage)).toEqual([`fraud/v1/${name}`]);
      const contents = await storage.read(BUCKET, `fraud/v1/${name}`, bytes + 1);
      expect(contents.equals(noise(name, bytes))).toBe(true);
    },
  );

  test('that was stored although its answer was lost is not sent again', async () => {
    stage.emulator.misbehave({ url: upload, action: { kind: 'lose-answer' } });
    await put(stage.storage(), [stage.file(name, bytes)]);
    const uploads = stage.emulator.requests.filter(({ url }) => upload.test(url));
    expect(uploads).toHaveLength(bytes === SMALL.bytes ? 1 : 2);
  });
});

describe('composing', () => {
  test.each(
    everywhere.filter(({ action }) => !('afterBytes' in action) && action.kind !== 'status-after'),
  )('outlives $fault', async ({ action, times }) => {
    const handle = stage.emulator.misbehave({ url: /\/compose/, times, action });
    const storage = stage.storage();
    await put(storage, [stage.file(LARGE.name, LARGE.bytes)]);
    expect(handle.played).toBe(times);
    expect(await names(storage)).toEqual(['fraud/v1/variables.data']);
  });

  test('a refusal leaves neither the file nor its parts', async () => {
    stage.emulator.misbehave({ url: /\/compose/, action: { kind: 'status', status: 403 } });
    const storage = stage.storage();
    await expect(put(storage, [stage.file(LARGE.name, LARGE.bytes)])).rejects.toMatchObject({
      httpStatus: 403,
    });
    expect(await names(storage)).toEqual([]);
  });
});

describe('waiting', () => {
  test('grows with full jitter, and ends after eight tries with the last error', async () => {
    const clock = fakeClock();
    const fault = stage.emulator.misbehave({
      url: /uploadType/,
      times: 99,
      action: { kind: 'status', status: 503 },
    });
    const upload = put(stage.storage({ clock, random: () => 0.999 }), [stage.file('a', 1)]);
    await expect(upload).rejects.toMatchObject({ httpStatus: 503 });
    expect(fault.played).toBe(8);
    expect(clock.sleeps.map((sleep) => Math.round(sleep / 1000))).toEqual([1, 2, 4, 8, 16, 32, 32]);
  });

  test('Retry-After is waited for', async () => {
    const clock = fakeClock();
    stage.emulator.misbehave({
      url: /uploadType/,
      action: { kind: 'status', status: 429, headers: { 'retry-after': '42' } },
    });
    await put(stage.storage({ clock }), [stage.file('a', 1)]);
    expect(clock.sleeps).toEqual([42_000]);
  });

  test('Retry-After beyond five minutes fails at once', async () => {
    const clock = fakeClock();
    stage.emulator.misbehave({
      url: /uploadType/,
      action: { kind: 'status', status: 503, headers: { 'retry-after': '3600' } },
    });
    const upload = put(stage.storage({ clock }), [stage.file('a', 1)]);
    await expect(upload).rejects.toMatchObject({ httpStatus: 503, retryAfterSeconds: 3600 });
    expect(clock.sleeps).toEqual([]);
  });

  test('a run in which everything fails ends by its budget, with the first error', async () => {
    const files = Array.from({ length: 300 }, (_, index) => stage.file(`f/${index}`, 10));
    // As many as are in flight at first, so that whichever is answered first is answered 500.
    stage.emulator.misbehave({
      url: /uploadType/,
      times: 64,
      action: { kind: 'status', status: 500 },
    });
    stage.emulator.misbehave({
      url: /uploadType/,
      times: 9999,
      action: { kind: 'status', status: 503 },
    });
    await expect(put(stage.storage(), files)).rejects.toMatchObject({ httpStatus: 500 });
    expect(stage.emulator.requests.length).toBeLessThanOrEqual(1.2 * files.length + 100);
  });

  test('from the third failure on the log says what is waited for', async () => {
    const runner = recordingRunner();
    stage.emulator.misbehave({
      url: /uploadType/,
      times: 3,
      action: { kind: 'status', status: 503 },
    });
    const { log } = testWorld({ runner });
    await put(stage.storage({ runner, log }), [stage.file('a', 1)]);
    const lines = runner.lines.filter((line) => !line.startsWith('debug: '));
    expect(lines).toEqual([
      'Cloud Storage: POST /upload/storage/v1/b/acme-models/o: 503; try 4 of 8 in 2.0 s',
    ]);
  });
});

describe('authorisation', () => {
  test('a 401 is answered once with new credentials', async () => {
    let token = 'stale';
    const credentials = {
      ...anonymous,
      headers: () => Promise.resolve({ authorization: `Bearer ${token}` }),
      refresh: () => {
        token = 'fresh';
        return Promise.resolve();
      },
    };
    stage.emulator.misbehave({ url: /uploadType/, action: { kind: 'status', status: 401 } });
    await put(stage.storage({ credentials }), [stage.file('a', 1)]);
    const sent = stage.emulator.requests.map(({ headers }) => headers.authorization);
    expect(sent).toEqual(['Bearer stale', 'Bearer fresh']);
  });

  test('a second 401 is final, and the error holds no token', async () => {
    const credentials = {
      ...anonymous,
      headers: () => Promise.resolve({ authorization: 'Bearer s3cret' }),
    };
    stage.emulator.misbehave({
      url: /uploadType/,
      times: 9,
      action: { kind: 'status', status: 401 },
    });
    const error: unknown = await put(stage.storage({ credentials }), [stage.file('a', 1)]).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ httpStatus: 401 });
    expect(stage.emulator.requests).toHaveLength(2);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('s3cret');
  });

  test('lists, copies and composes are authorised as well', async () => {
    const credentials = {
      ...anonymous,
      headers: () => Promise.resolve({ authorization: 'Bearer t' }),
    };
    const storage = stage.storage({ credentials });
    await put(storage, [stage.file('large', 9 * MEBIBYTE)]);
    await storage.list(BUCKET, '');
    await storage.read(BUCKET, 'fraud/v1/large', 1);
    expect(stage.emulator.requests.map(({ headers }) => headers.authorization)).toEqual(
      calls(stage.emulator).map(() => 'Bearer t'),
    );
  });
});

describe('other servers', () => {
  let server: Server;
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const serve = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
    server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  test('a redirect is not followed', async () => {
    const seen: (string | undefined)[] = [];
    const host = await serve((request, response) => {
      seen.push(request.url);
      response.writeHead(307, { location: `${stage.emulator.origin}/elsewhere` }).end();
    });
    const storage = openCloudStorage(testWorld({ environment: { STORAGE_EMULATOR_HOST: host } }));
    await expect(put(storage, [stage.file('a', 1)])).rejects.toMatchObject({ httpStatus: 307 });
    await expect(storage.list(BUCKET, '')).rejects.toMatchObject({ httpStatus: 307 });
    expect(seen).toHaveLength(2);
    expect(stage.emulator.requests).toHaveLength(0);
  });

  test('a refused connection is tried eight times and named', async () => {
    const host = await serve(() => undefined);
    server.close();
    await once(server, 'close');
    const clock = fakeClock();
    const storage = openCloudStorage(
      testWorld({ environment: { STORAGE_EMULATOR_HOST: host }, clock }),
    );
    await expect(storage.list(BUCKET, '')).rejects.toMatchObject({ transport: 'ECONNREFUSED' });
    expect(clock.sleeps).toHaveLength(7);
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  test('an answer that a proxy packs is unpacked', async () => {
    const items = [{ name: 'fraud/v1/a', size: '5', crc32c: 'rth90Q==', generation: '9' }];
    const host = await serve((_, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(gzipSync(JSON.stringify({ items })));
    });
    const storage = openCloudStorage(testWorld({ environment: { STORAGE_EMULATOR_HOST: host } }));
    expect(await names(storage)).toEqual(['fraud/v1/a']);
  });

  test('an answer may begin with a byte order mark', async () => {
    const items = [{ name: 'fraud/v1/a', size: '5', crc32c: 'rth90Q==', generation: '9' }];
    const host = await serve((_, response) => {
      response.end(`\uFEFF${JSON.stringify({ items })}`);
    });
    const storage = openCloudStorage(testWorld({ environment: { STORAGE_EMULATOR_HOST: host } }));
    expect(await names(storage)).toEqual(['fraud/v1/a']);
  });

  test('an answer that only says that it is packed cannot be read', async () => {
    const host = await serve((_, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end('{"items": []}');
    });
    const clock = fakeClock();
    const storage = openCloudStorage(
      testWorld({ environment: { STORAGE_EMULATOR_HOST: host }, clock }),
    );
    await expect(storage.list(BUCKET, '')).rejects.toMatchObject({
      transport: 'GARBLED',
      serverMessage: expect.stringContaining('not the gzip that it says') as unknown,
    });
  });

  test('a rewrite is continued with its token until it is done', async () => {
    const seen: string[] = [];
    const resource = { name: 'fraud/v1/a', size: '5', crc32c: 'rth90Q==', generation: '9' };
    const host = await serve((request, response) => {
      seen.push(request.url ?? '');
      const done = seen.length === 3;
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify(done ? { done, resource } : { done, rewriteToken: `token ${seen.length}` }),
      );
    });
    const storage = openCloudStorage(testWorld({ environment: { STORAGE_EMULATOR_HOST: host } }));
    const source = { kind: 'object', bucket: 'theirs', name: 'a' } as const;
    const result = await put(storage, [{ name: 'a', bytes: 5, source, crc32c: 'rth90Q==' }]);
    expect(result.files[0]?.generation).toBe('9');
    const path = '/storage/v1/b/theirs/o/a/rewriteTo/b/acme-models/o/fraud%2Fv1%2Fa';
    expect(seen).toEqual([
      `${path}?ifGenerationMatch=0`,
      `${path}?ifGenerationMatch=0&rewriteToken=token%201`,
      `${path}?ifGenerationMatch=0&rewriteToken=token%202`,
    ]);
  });
});
