import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { startEmulator } from '../../emulator/emulator.ts';
import type { Emulator } from '../../emulator/exchange.ts';
import { crc32c, crc32cBase64 } from '../../emulator/storage/crc32c.ts';
import { put, refusal, send, sendJson, type Reply } from './exchange.ts';

const unit = 262_144;
let emulator: Emulator;
let uploads: string;
let objects: string;

beforeEach(async () => {
  emulator = await startEmulator({ buckets: ['acme'] });
  uploads = `${emulator.origin}/upload/storage/v1/b/acme/o`;
  objects = `${emulator.origin}/storage/v1/b/acme/o`;
});
afterEach(() => emulator.close());

async function stored(name: string): Promise<Buffer | undefined> {
  const reply = await send('GET', `${objects}/${encodeURIComponent(name)}?alt=media`);
  return reply.status === 200 ? reply.bytes : undefined;
}

describe('a multipart upload', () => {
  const bytes = randomBytes(500_000);
  const body = (metadata: unknown, media = bytes): readonly Buffer[] => [
    Buffer.from(`--x7\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(metadata)}\r\n`),
    Buffer.from('--x7\r\nContent-Type: application/octet-stream\r\n\r\n'),
    media,
    Buffer.from('\r\n--x7--'),
  ];
  const headers = { 'content-type': 'multipart/related; boundary=x7' };
  const upload = (metadata: unknown, query = ''): Promise<Reply> =>
    send('POST', `${uploads}?uploadType=multipart${query}`, headers, Buffer.concat(body(metadata)));

  test('stores the media under the name of the metadata, with their fields', async () => {
    const metadata = {
      name: 'a/b',
      contentType: 'x/y',
      cacheControl: 'no-store',
      metadata: { commit: '3f2a1c' },
    };
    expect((await upload(metadata)).json).toMatchObject({ ...metadata, size: '500000' });
    expect((await stored('a/b'))?.equals(bytes)).toBe(true);
  });

  test('prefers the name of the query, and the type of the metadata to that of the part', async () => {
    expect((await upload({ name: 'body' }, '&name=query')).json).toMatchObject({
      name: 'query',
      contentType: 'application/octet-stream',
    });
    expect((await upload({ name: 'body', contentType: 'x/y' })).json['contentType']).toBe('x/y');
  });

  test('may come in chunks without a length', async () => {
    const reply = await send(
      'POST',
      `${uploads}?uploadType=multipart&name=chunked`,
      headers,
      body({}),
    );
    expect(reply.json).toMatchObject({ size: '500000', crc32c: crc32cBase64(crc32c(bytes)) });
  });

  test('is not stored when it ends early or its metadata are wrong', async () => {
    const cut = Buffer.concat(body({})).subarray(0, -3);
    const reply = await send('POST', `${uploads}?uploadType=multipart&name=cut`, headers, cut);
    expect(refusal(reply)).toEqual([400, 'badRequest', 'Missing end boundary in multipart body.']);
    expect(await stored('cut')).toBeUndefined();
    expect((await upload({ metadata: { number: 1 } }, '&name=cut')).status).toBe(400);
    expect((await upload([1], '&name=cut')).status).toBe(400);
    expect(await stored('cut')).toBeUndefined();
  });

  test('is not stored when its connection breaks', async () => {
    await new Promise<void>((resolve) => {
      const outgoing = request(`${uploads}?uploadType=multipart&name=broken`, {
        method: 'POST',
        headers: { ...headers, 'content-length': '500000' },
      });
      outgoing.on('error', () => {
        resolve();
      });
      outgoing.write(Buffer.concat(body({})).subarray(0, 200_000), () => outgoing.destroy());
      outgoing.on('close', resolve);
    });
    expect(await stored('broken')).toBeUndefined();
  });
});

describe('checksums', () => {
  const right = { md5: createHash('md5').update('data').digest('base64'), crc32c: 'rth90Q==' };
  const wrong = { md5: createHash('md5').update('other').digest('base64'), crc32c: 'AAAAAA==' };

  test.each([
    [`crc32c=${right.crc32c},md5=${right.md5}`, [200]],
    [`md5=${right.md5}, crc32c=${right.crc32c}`, [200]],
    [
      `crc32c=${wrong.crc32c}`,
      [400, 'invalid', `Provided CRC32C "AAAAAA==" doesn't match calculated CRC32C "rth90Q==".`],
    ],
    [
      `md5=${wrong.md5}`,
      [
        400,
        'invalid',
        `Provided MD5 hash "${wrong.md5}" doesn't match calculated MD5 hash "${right.md5}".`,
      ],
    ],
  ])('in X-Goog-Hash: %s', async (hash, expected) => {
    const reply = await put(emulator.origin, 'acme', 'a', 'data', '', { 'x-goog-hash': hash });
    expect(reply.status === 200 ? [200] : refusal(reply)).toEqual(expected);
    expect((await stored('a'))?.toString()).toBe(reply.status === 200 ? 'data' : undefined);
  });

  test('in the metadata are compared, at the end of a session too', async () => {
    const metadata = { name: 'a', crc32c: wrong.crc32c };
    const multipart = `--b\n\n${JSON.stringify(metadata)}\n--b\n\ndata\n--b--`;
    const atOnce = await send(
      'POST',
      `${uploads}?uploadType=multipart`,
      { 'content-type': 'multipart/related; boundary=b' },
      multipart,
    );
    expect(refusal(atOnce).slice(0, 2)).toEqual([400, 'invalid']);
    const { headers } = await sendJson('POST', `${uploads}?uploadType=resumable`, metadata);
    expect(refusal(await send('PUT', headers.location ?? '', {}, 'data')).slice(0, 2)).toEqual([
      400,
      'invalid',
    ]);
    expect(await stored('a')).toBeUndefined();
  });
});

describe('a resumable upload', () => {
  const bytes = randomBytes(2 * unit + 1000);
  const total = bytes.length;

  async function start(
    metadata: unknown = {},
    query = '&name=big',
    headers: Record<string, string> = {},
  ): Promise<string> {
    const reply = await send(
      'POST',
      `${uploads}?uploadType=resumable${query}`,
      { 'content-type': 'application/json', ...headers },
      JSON.stringify(metadata),
    );
    expect([reply.status, reply.bytes.length]).toEqual([200, 0]);
    return reply.headers.location ?? '';
  }
  const chunk = (
    session: string,
    first: number,
    end: number,
    size: number | '*' = total,
  ): Promise<Reply> =>
    send(
      'PUT',
      session,
      { 'content-range': `bytes ${first}-${end - 1}/${size}` },
      bytes.subarray(first, end),
    );
  const status = (session: string, size: number | '*' = '*'): Promise<Reply> =>
    send('PUT', session, { 'content-range': `bytes */${size}`, 'content-length': '0' });
  const seen = ({ status: code, headers }: Reply): readonly unknown[] => [code, headers.range];

  test('starts with a session URI at this emulator, and only its end makes an object', async () => {
    const session = await start({ metadata: { k: 'v' } }, '&name=a%2Fbig', {
      'x-upload-content-type': 'x/y',
      'x-upload-content-length': String(total),
    });
    expect(session.startsWith(`${uploads}?uploadType=resumable&name=a%2Fbig&upload_id=`)).toBe(
      true,
    );
    expect(seen(await status(session))).toEqual([308, undefined]);
    expect(seen(await chunk(session, 0, unit))).toEqual([308, `bytes=0-${unit - 1}`]);
    expect(await stored('a/big')).toBeUndefined();
    expect(seen(await status(session, total))).toEqual([308, `bytes=0-${unit - 1}`]);
    expect(seen(await chunk(session, unit, 2 * unit, '*'))).toEqual([
      308,
      `bytes=0-${2 * unit - 1}`,
    ]);
    const last = await chunk(session, 2 * unit, total);
    expect([last.status, last.json]).toEqual([
      200,
      expect.objectContaining({
        name: 'a/big',
        size: String(total),
        contentType: 'x/y',
        metadata: { k: 'v' },
        crc32c: crc32cBase64(crc32c(bytes)),
        md5Hash: createHash('md5').update(bytes).digest('base64'),
      }),
    ]);
    expect((await stored('a/big'))?.equals(bytes)).toBe(true);
    const recovered = [
      await status(session),
      await status(session, total),
      await chunk(session, 2 * unit, total),
    ];
    expect(recovered.map(({ status: code, json }) => [code, json])).toEqual(
      Array(3).fill([200, last.json]),
    );
  });

  test.each([
    ['in one PUT without a range', (session: string) => send('PUT', session, {}, bytes)],
    ['in one PUT with its range', (session: string) => chunk(session, 0, total)],
    [
      'in one chunked PUT of unknown length, as Node does',
      (session: string) => send('PUT', session, { 'content-range': 'bytes 0-*/*' }, [bytes]),
    ],
  ])('may come %s', async (_, upload) => {
    expect((await upload(await start())).json).toMatchObject({ size: String(total) });
    expect((await stored('big'))?.equals(bytes)).toBe(true);
  });

  test('may be ended by naming its size when all bytes are there', async () => {
    const session = await start();
    await chunk(session, 0, 2 * unit, '*');
    expect((await status(session, 2 * unit)).json).toMatchObject({ size: String(2 * unit) });
  });

  test.each([
    ['no range', {}],
    ['bytes */0', { 'content-range': 'bytes */0' }],
  ])('may be empty (%s)', async (_, headers) => {
    expect(
      (await send('PUT', await start(), { ...headers, 'content-length': '0' })).json,
    ).toMatchObject({ size: '0' });
  });

  test('ignores bytes that it has already', async () => {
    const session = await start();
    await chunk(session, 0, unit);
    expect(seen(await chunk(session, 0, unit))).toEqual([308, `bytes=0-${unit - 1}`]);
    expect(
      (
        await send(
          'PUT',
          session,
          { 'content-range': `bytes 1000-${total - 1}/${total}` },
          bytes.subarray(1000),
        )
      ).json,
    ).toMatchObject({ size: String(total) });
    expect((await stored('big'))?.equals(bytes)).toBe(true);
  });

  test.each([
    ['a gap', `bytes ${unit}-${2 * unit - 1}/*`, unit, 503],
    ['a chunk of 1000 bytes that is not the last', 'bytes 0-999/*', 1000, 400],
    [
      'a chunk of 256 KiB and one byte with the total known',
      `bytes 0-${unit}/${total}`,
      unit + 1,
      400,
    ],
    ['more bytes than its range says', 'bytes 0-9/10', 11, 400],
    ['a range beyond its total', 'bytes 0-9/9', 10, 400],
    ['a range that runs backwards', 'bytes 9-0/10', 0, 400],
    ['a range that is none', 'bytes=0-9/10', 10, 400],
    ['a status question with bytes', 'bytes */10', 10, 400],
    ['a total other than announced', 'bytes 0-9/10', 10, 400],
  ])('refuses %s and keeps nothing of it', async (_, range, length, expected) => {
    const session = await start({}, '&name=big', { 'x-upload-content-length': String(total) });
    const reply = await send('PUT', session, { 'content-range': range }, bytes.subarray(0, length));
    expect(reply.status).toBe(expected);
    expect(seen(await status(session))).toEqual([308, undefined]);
  });

  test('refuses chunked bytes beyond its range', async () => {
    const session = await start();
    const reply = await send('PUT', session, { 'content-range': `bytes 0-${unit - 1}/*` }, [bytes]);
    expect(reply.status).toBe(400);
    expect(seen(await status(session))).toEqual([308, `bytes=0-${unit - 1}`]);
  });

  test('keeps what came before its connection broke, and goes on from there', async () => {
    const session = await start();
    const fault = emulator.misbehave({
      method: 'PUT',
      url: /upload_id=/,
      action: { kind: 'reset', afterBytes: 300_000 },
    });
    await expect(chunk(session, 0, total)).rejects.toMatchObject({
      code: expect.stringMatching(/ECONNRESET|EPIPE/) as string,
    });
    expect(fault.played).toBe(1);
    expect(seen(await status(session))).toEqual([308, 'bytes=0-299999']);
    expect((await chunk(session, 300_000, total)).json).toMatchObject({ size: String(total) });
    expect((await stored('big'))?.equals(bytes)).toBe(true);
  });

  test('gives up a body that still comes when a newer one does', async () => {
    const session = await start();
    const stalled = request(session, {
      method: 'PUT',
      headers: { 'content-length': String(total) },
    });
    const broken = new Promise((resolve) => stalled.on('error', resolve));
    stalled.write(bytes.subarray(0, unit));
    while ((await status(session)).headers.range === undefined);
    expect((await chunk(session, 0, total)).json).toMatchObject({ size: String(total) });
    expect(await broken).toMatchObject({
      code: expect.stringMatching(/ECONNRESET|EPIPE/) as string,
    });
    expect((await stored('big'))?.equals(bytes)).toBe(true);
  });

  test('holds its precondition against the start, and against the end', async () => {
    const session = await start({}, '&name=big&ifGenerationMatch=0');
    await put(emulator.origin, 'acme', 'big', 'first');
    expect(refusal(await chunk(session, 0, total)).slice(0, 2)).toEqual([412, 'conditionNotMet']);
    expect((await status(session)).status).toBe(410);
    expect((await stored('big'))?.toString()).toBe('first');
    const late = await sendJson(
      'POST',
      `${uploads}?uploadType=resumable&name=big&ifGenerationMatch=0`,
      {},
    );
    expect(refusal(late).slice(0, 2)).toEqual([412, 'conditionNotMet']);
  });

  test('is cancelled with 499 and then gone', async () => {
    const session = await start();
    await chunk(session, 0, unit);
    const cancelled = await send('DELETE', session, { 'content-length': '0' });
    expect([cancelled.status, cancelled.bytes.length]).toEqual([499, 0]);
    expect((await chunk(session, unit, 2 * unit)).status).toBe(410);
    expect((await status(`${uploads}?uploadType=resumable&upload_id=never`)).status).toBe(404);
  });

  test('answers 200 with the real status in a header to those who cannot take 308', async () => {
    const reply = await send('PUT', await start(), {
      'content-range': 'bytes */*',
      'x-guploader-no-308': 'yes',
    });
    expect([reply.status, reply.headers['x-http-status-code-override']]).toEqual([200, '308']);
  });

  test('takes X-Goog-Meta headers with its last request', async () => {
    const reply = await send(
      'PUT',
      await start({ metadata: { a: 'b' } }),
      { 'x-goog-meta-commit': '3f2a' },
      'x',
    );
    expect(reply.json['metadata']).toEqual({ a: 'b', commit: '3f2a' });
  });
});

test('an upload of an unknown type is refused', async () => {
  expect(refusal(await send('POST', `${uploads}?name=a`, {}, 'x')).slice(0, 2)).toEqual([
    400,
    'invalidParameter',
  ]);
});
