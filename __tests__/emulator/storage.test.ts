import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from '../../emulator/emulator.ts';
import type { Emulator } from '../../emulator/exchange.ts';
import { keepContents } from '../../emulator/storage/contents.ts';
import { crc32c, crc32cBase64 } from '../../emulator/storage/crc32c.ts';
import { compareNames } from '../../emulator/storage/names.ts';
import { put, refusal, send, sendJson } from './exchange.ts';

let emulator: Emulator;
let root: string;
/** Of the bucket `acme`. */
let objects: string;

beforeEach(async () => {
  emulator = await startEmulator({ buckets: ['acme'] });
  root = `${emulator.origin}/storage/v1`;
  objects = `${root}/b/acme/o`;
});
afterEach(() => emulator.close());

const conditionNotMet = [
  412,
  'conditionNotMet',
  'At least one of the pre-conditions you specified did not hold.',
];

async function generationOf(name: string): Promise<string> {
  const { json } = await send('GET', `${objects}/${encodeURIComponent(name)}`);
  return json['generation'] as string;
}

async function names(query: string): Promise<unknown> {
  const { json } = await send('GET', `${objects}?${query}`);
  const items = (json['items'] ?? []) as readonly { name: string }[];
  return { items: items.map(({ name }) => name), prefixes: json['prefixes'] };
}

describe('buckets', () => {
  test('are made, found, listed, changed and deleted', async () => {
    const made = await sendJson('POST', `${root}/b?project=p`, {
      name: 'new-one',
      location: 'europe-west1',
    });
    expect([made.status, made.json]).toEqual([
      200,
      expect.objectContaining({
        kind: 'storage#bucket',
        id: 'new-one',
        location: 'EUROPE-WEST1',
        locationType: 'region',
        storageClass: 'STANDARD',
        metageneration: '1',
        selfLink: `${root}/b/new-one`,
      }),
    ]);
    expect((await send('GET', `${root}/b/new-one?`)).json).toEqual(made.json);
    const listed = await send('GET', `${root}/b?project=p`);
    expect(listed.json['items']).toEqual([expect.objectContaining({ id: 'acme' }), made.json]);
    const changed = await sendJson('PATCH', `${root}/b/new-one`, { labels: { a: 'b' } });
    expect(changed.json).toMatchObject({ labels: { a: 'b' }, metageneration: '2' });
    expect((await send('DELETE', `${root}/b/new-one`)).status).toBe(204);
    expect((await send('GET', `${root}/b/new-one`)).status).toBe(404);
  });

  test('tell their storage layout, which gcloud asks for before it copies a directory', async () => {
    expect((await send('GET', `${root}/b/acme/storageLayout?alt=json`)).json).toEqual({
      kind: 'storage#storageLayout',
      bucket: 'acme',
      location: 'US-CENTRAL1',
      locationType: 'region',
    });
  });

  test.each([
    ['US', 'multi-region'],
    ['nam4', 'dual-region'],
    ['us-east1', 'region'],
  ])('in %s are of type %s', async (location, locationType) => {
    const made = await sendJson('POST', `${root}/b?project=p`, { name: 'placed', location });
    expect(made.json).toMatchObject({ location: location.toUpperCase(), locationType });
  });

  test.each([
    ['a', "Invalid bucket name: 'a'"],
    ['Upper', "Invalid bucket name: 'Upper'"],
    ['goog-models', "Invalid bucket name: 'goog-models'"],
    ['my-g00gle', "Invalid bucket name: 'my-g00gle'"],
    ['127.0.0.1', "Invalid bucket name: '127.0.0.1'"],
    ['a..b', "Invalid bucket name: 'a..b'"],
    ['-dash', "Invalid bucket name: '-dash'"],
    ['a'.repeat(64), `Invalid bucket name: '${'a'.repeat(64)}'`],
  ])('may not be named %s', async (name, message) => {
    expect(refusal(await sendJson('POST', `${root}/b?project=p`, { name }))).toEqual([
      400,
      'invalid',
      message,
    ]);
  });

  test('are refused without a project, without a name, in no location, and twice', async () => {
    const refused = async (query: string, body: unknown): Promise<unknown> =>
      refusal(await sendJson('POST', `${root}/b${query}`, body));
    expect(await refused('', { name: 'abc' })).toEqual([
      400,
      'required',
      'Required parameter: project',
    ]);
    expect(await refused('?project=p', {})).toEqual([400, 'required', 'Required parameter: name']);
    expect(await refused('?project=p', { name: 'abc', location: 'on the moon' })).toEqual([
      400,
      'invalid',
      'The specified location constraint is not valid.',
    ]);
    expect(await refused('?project=p', { name: 'acme' })).toEqual([
      409,
      'conflict',
      'Your previous request to create the named bucket succeeded and you already own it.',
    ]);
  });

  test('that hold something are not deleted', async () => {
    await put(emulator.origin, 'acme', 'a', 'data');
    expect(refusal(await send('DELETE', `${root}/b/acme`))).toEqual([
      409,
      'conflict',
      'The bucket you tried to delete is not empty.',
    ]);
  });

  test.each([
    ['GET', '/storage/v1/b/none'],
    ['GET', '/storage/v1/b/none/o'],
    ['GET', '/storage/v1/b/none/o/a'],
    ['DELETE', '/storage/v1/b/none/o/a'],
    ['POST', '/upload/storage/v1/b/none/o?uploadType=media&name=a'],
    ['POST', '/upload/storage/v1/b/none/o?uploadType=resumable&name=a'],
  ])('that do not exist answer 404 to %s %s', async (method, path) => {
    expect(refusal(await send(method, emulator.origin + path))).toEqual([
      404,
      'notFound',
      'The specified bucket does not exist.',
    ]);
  });
});

describe('objects', () => {
  test('are written whole, with checksums of their bytes and links to this emulator', async () => {
    const bytes = randomBytes(300_000);
    const { status, json } = await put(emulator.origin, 'acme', 'fraud/v3/model é.bin', bytes);
    expect(status).toBe(200);
    const path = 'b/acme/o/fraud%2Fv3%2Fmodel%20%C3%A9.bin';
    const generation = json['generation'] as string;
    expect(json).toMatchObject({
      kind: 'storage#object',
      id: `acme/fraud/v3/model é.bin/${generation}`,
      name: 'fraud/v3/model é.bin',
      bucket: 'acme',
      metageneration: '1',
      contentType: 'application/octet-stream',
      storageClass: 'STANDARD',
      size: '300000',
      md5Hash: createHash('md5').update(bytes).digest('base64'),
      crc32c: crc32cBase64(crc32c(bytes)),
      selfLink: `${root}/${path}`,
      mediaLink: `${emulator.origin}/download/storage/v1/${path}?generation=${generation}&alt=media`,
    });
    expect(json).not.toHaveProperty('componentCount');
    expect(generation).toMatch(/^\d{16}$/);
    expect((await send('GET', `${root}/${path}`)).json).toEqual(json);
    expect((await send('GET', json['mediaLink'] as string)).bytes.equals(bytes)).toBe(true);
  });

  test.each([
    ['/storage/v1/b/acme/o/a'],
    ['/storage/v1/b/acme/o/a?'],
    ['/b/acme/o/a?alt=json&projection=noAcl&fields=name&quotaUser=x'],
    ['/download/storage/v1/b/acme/o/a'],
  ])('are found under %s', async (path) => {
    await put(emulator.origin, 'acme', 'a', 'data');
    expect((await send('GET', emulator.origin + path)).json).toMatchObject({ name: 'a' });
  });

  test.each([
    '/upload/storage/v1',
    '/resumable/upload/storage/v1',
    '/storage/v1/upload/storage/v1',
  ])('are uploaded under %s', async (prefix) => {
    const url = `${emulator.origin}${prefix}/b/acme/o?uploadType=media&name=a`;
    expect((await send('POST', url, {}, 'data')).json).toMatchObject({ name: 'a', size: '4' });
  });

  test('get a new generation with every write and a new metageneration with every patch', async () => {
    const first = (await put(emulator.origin, 'acme', 'a', 'one')).json;
    const second = (await put(emulator.origin, 'acme', 'a', 'two')).json;
    expect(Number(second['generation'])).toBeGreaterThan(Number(first['generation']));
    const patched = await sendJson('PATCH', `${objects}/a`, {
      metadata: { k: 'v', w: 'x' },
      cacheControl: 'no-store',
    });
    expect(patched.json).toMatchObject({
      generation: second['generation'],
      metageneration: '2',
      metadata: { k: 'v', w: 'x' },
      cacheControl: 'no-store',
      contentType: 'application/octet-stream',
    });
    const again = await sendJson('PATCH', `${objects}/a`, {
      metadata: { k: null },
      cacheControl: null,
    });
    expect(again.json['metadata']).toEqual({ w: 'x' });
    expect(again.json).not.toHaveProperty('cacheControl');
    expect(
      (await send('GET', `${objects}/a?generation=${first['generation'] as string}`)).status,
    ).toBe(404);
  });

  test('that do not exist are 404 in Google’s words, and in plain text for bytes', async () => {
    expect(refusal(await send('GET', `${objects}/x%2Fy`))).toEqual([
      404,
      'notFound',
      'No such object: acme/x/y',
    ]);
    const media = await send('GET', `${objects}/x?alt=media`);
    expect([media.status, media.bytes.toString()]).toEqual([404, 'No such object: acme/x']);
    expect((await send('DELETE', `${objects}/x`)).status).toBe(404);
  });

  test.each([
    ['.'],
    ['..'],
    ['a\rb'],
    ['a\nb'],
    ['.well-known/acme-challenge/x'],
    ['é'.repeat(513)],
  ])('may not be named %j', async (name) => {
    expect(refusal(await put(emulator.origin, 'acme', name, ''))).toEqual([
      400,
      'invalid',
      `Invalid object name: '${name.slice(0, 200)}'`,
    ]);
  });

  test.each(['a//b', '/a', 'a/', 'é'.repeat(512), '...', 'a?b#c%2F+d'])(
    'may be named %j',
    async (name) => {
      expect((await put(emulator.origin, 'acme', name, 'x')).json).toMatchObject({ name });
      expect(
        (await send('GET', `${objects}/${encodeURIComponent(name)}?alt=media`)).bytes.toString(),
      ).toBe('x');
    },
  );

  test('need a name', async () => {
    expect(refusal(await put(emulator.origin, 'acme', '', 'x'))).toEqual([
      400,
      'required',
      'Required parameter: name',
    ]);
  });

  test('under hold are neither overwritten nor deleted', async () => {
    await put(emulator.origin, 'acme', 'a', 'x');
    await sendJson('PATCH', `${objects}/a`, { temporaryHold: true });
    expect(refusal(await put(emulator.origin, 'acme', 'a', 'y')).slice(0, 2)).toEqual([
      403,
      'objectUnderActiveHold',
    ]);
    expect(refusal(await send('DELETE', `${objects}/a`)).slice(0, 2)).toEqual([
      403,
      'objectUnderActiveHold',
    ]);
  });

  test.each([
    [undefined, 200, '0123456789', undefined],
    ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
    ['bytes=4-', 206, '456789', 'bytes 4-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
    ['bytes=10-', 416, 'The requested range cannot be satisfied.', 'bytes */10'],
  ])('are read by Range %s', async (range, status, text, contentRange) => {
    await put(emulator.origin, 'acme', 'a', '0123456789');
    const reply = await send('GET', `${objects}/a?alt=media`, range === undefined ? {} : { range });
    expect([reply.status, reply.bytes.toString(), reply.headers['content-range']]).toEqual([
      status,
      text,
      contentRange,
    ]);
  });

  test('tell their checksums with their bytes', async () => {
    const { json } = await put(emulator.origin, 'acme', 'a', 'data');
    const { headers } = await send('GET', `${objects}/a?alt=media`);
    expect(headers).toMatchObject({
      'x-goog-hash': `crc32c=rth90Q==,md5=${json['md5Hash'] as string}`,
      'x-goog-generation': json['generation'],
      'x-goog-stored-content-length': '4',
      'content-length': '4',
    });
  });
});

describe('preconditions', () => {
  test.each([
    ['ifGenerationMatch=0', [200], conditionNotMet],
    ['ifGenerationMatch=1', conditionNotMet, conditionNotMet],
    ['ifGenerationMatch=LIVE', conditionNotMet, [200]],
    ['ifGenerationNotMatch=0', conditionNotMet, [200]],
    ['ifGenerationNotMatch=LIVE', conditionNotMet, conditionNotMet],
    ['ifMetagenerationMatch=1', conditionNotMet, [200]],
    ['ifMetagenerationMatch=2', conditionNotMet, conditionNotMet],
    ['ifMetagenerationNotMatch=1', conditionNotMet, conditionNotMet],
    ['ifMetagenerationNotMatch=2', conditionNotMet, [200]],
  ])('%s on a write', async (condition, whenAbsent, whenThere) => {
    await put(emulator.origin, 'acme', 'there', 'old');
    const live = await generationOf('there');
    const query = `&${condition.replace('LIVE', live)}`;
    const outcome = async (name: string): Promise<readonly unknown[]> => {
      const reply = await put(emulator.origin, 'acme', name, 'new', query);
      return reply.status === 200 ? [200] : refusal(reply);
    };
    expect(await outcome('absent')).toEqual(whenAbsent);
    expect(await outcome('there')).toEqual(whenThere);
    const text = (await send('GET', `${objects}/there?alt=media`)).bytes.toString();
    expect(text).toBe(whenThere[0] === 200 ? 'new' : 'old');
  });

  test('on reads answer 412, and 304 without a body for the NotMatch kind', async () => {
    await put(emulator.origin, 'acme', 'a', 'x');
    const live = await generationOf('a');
    expect((await send('GET', `${objects}/a?ifGenerationMatch=1`)).status).toBe(412);
    const same = await send('GET', `${objects}/a?ifGenerationNotMatch=${live}`);
    expect([same.status, same.bytes.length]).toEqual([304, 0]);
    expect((await send('GET', `${objects}/a?ifGenerationNotMatch=1`)).status).toBe(200);
  });

  test('hold back a delete and a patch', async () => {
    await put(emulator.origin, 'acme', 'a', 'x');
    expect(refusal(await send('DELETE', `${objects}/a?ifGenerationMatch=1`))).toEqual(
      conditionNotMet,
    );
    const patched = await sendJson('PATCH', `${objects}/a?ifMetagenerationMatch=2`, {});
    expect(refusal(patched)).toEqual(conditionNotMet);
    const deleted = await send(
      'DELETE',
      `${objects}/a?ifGenerationMatch=${await generationOf('a')}`,
    );
    expect([deleted.status, deleted.bytes.length]).toEqual([204, 0]);
  });

  test('must be whole numbers', async () => {
    expect(
      refusal(await put(emulator.origin, 'acme', 'a', 'x', '&ifGenerationMatch=none')).slice(0, 2),
    ).toEqual([400, 'invalidParameter']);
  });
});

describe('listings', () => {
  const all = ['a', 'dir/one', 'dir/sub/two', 'dir/three', 'dir2/x', 'z'];
  beforeEach(async () => {
    await Promise.all(all.map((name) => put(emulator.origin, 'acme', name, name)));
  });

  test.each([
    ['', { items: ['a', 'dir/one', 'dir/sub/two', 'dir/three', 'dir2/x', 'z'].sort(compareNames) }],
    ['prefix=dir/', { items: ['dir/one', 'dir/sub/two', 'dir/three'].sort(compareNames) }],
    ['prefix=none/', { items: [] }],
    ['delimiter=/', { items: ['a', 'z'], prefixes: ['dir/', 'dir2/'] }],
    ['delimiter=/&prefix=dir/', { items: ['dir/one', 'dir/three'], prefixes: ['dir/sub/'] }],
    ['delimiter=/&prefix=dir', { items: [], prefixes: ['dir/', 'dir2/'] }],
    ['startOffset=dir/t&endOffset=z', { items: ['dir/three', 'dir2/x'] }],
  ])('by %j hold what they should, in byte order', async (query, expected) => {
    expect(await names(query)).toEqual({ prefixes: undefined, ...expected });
  });

  test.each([1, 2, 3, 5])('come in pages of %d, items and prefixes together', async (size) => {
    const found: unknown[] = [];
    let token = '';
    for (;;) {
      const { json } = await send(
        'GET',
        `${objects}?delimiter=/&maxResults=${size}&pageToken=${token}`,
      );
      const items = ((json['items'] ?? []) as readonly { name: string }[]).map(({ name }) => name);
      const page = [...items, ...((json['prefixes'] ?? []) as string[])];
      expect(page.length).toBeLessThanOrEqual(size);
      found.push(...page);
      if (typeof json['nextPageToken'] !== 'string') break;
      token = json['nextPageToken'];
    }
    expect(found.sort()).toEqual(['a', 'dir/', 'dir2/', 'z']);
  });

  test('of an empty bucket have nothing but their kind', async () => {
    await sendJson('POST', `${root}/b?project=p`, { name: 'empty-one' });
    expect((await send('GET', `${root}/b/empty-one/o`)).json).toEqual({ kind: 'storage#objects' });
  });

  test('refuse a page token that is not theirs', async () => {
    expect(refusal(await send('GET', `${objects}?pageToken=nope`)).slice(0, 2)).toEqual([
      400,
      'invalid',
    ]);
  });

  test('are in the order of UTF-8 bytes, which is not that of UTF-16', () => {
    const disordered = ['\u{1F600}', '\uFFFD', 'é', 'z', 'a', '', 'aa', '\uE000'];
    const byBytes = [...disordered].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect([...disordered].sort(compareNames)).toEqual(byBytes);
  });
});

describe('compose', () => {
  const compose = (name: string, body: unknown, query = ''): ReturnType<typeof send> =>
    sendJson('POST', `${objects}/${name}/compose${query}`, body);
  const parts = ['part0', 'part1', 'part2'];
  const whole = Buffer.concat([randomBytes(70_000), randomBytes(1), randomBytes(300_000)]);
  beforeEach(async () => {
    const cuts = [
      whole.subarray(0, 70_000),
      whole.subarray(70_000, 70_001),
      whole.subarray(70_001),
    ];
    await Promise.all(
      cuts.map((bytes, index) => put(emulator.origin, 'acme', `part${index}`, bytes)),
    );
  });

  test('joins its sources in order: crc32c of the whole, no md5Hash, a component count', async () => {
    const { json } = await compose('whole', {
      sourceObjects: parts.map((name) => ({ name })),
      destination: {
        contentType: 'a/b',
        metadata: { k: 'v' },
        md5Hash: 'ignored==',
        crc32c: 'AAAAAA==',
      },
    });
    expect(json).toMatchObject({
      name: 'whole',
      contentType: 'a/b',
      metadata: { k: 'v' },
      size: String(whole.length),
      componentCount: 3,
      crc32c: crc32cBase64(crc32c(whole)),
    });
    expect(json).not.toHaveProperty('md5Hash');
    expect((await send('GET', `${objects}/whole?alt=media`)).bytes.equals(whole)).toBe(true);
    expect(await names('')).toMatchObject({ items: ['part0', 'part1', 'part2', 'whole'] });
    const twice = await compose('twice', { sourceObjects: [{ name: 'whole' }, { name: 'part1' }] });
    expect(twice.json).toMatchObject({ componentCount: 4, size: String(whole.length + 1) });
  });

  test('may write to one of its sources and delete the sources', async () => {
    const { json } = await compose('part0', {
      sourceObjects: parts.map((name) => ({ name })),
      deleteSourceObjects: true,
    });
    expect(json).toMatchObject({ size: String(whole.length) });
    expect(await names('')).toMatchObject({ items: ['part0'] });
    expect((await send('GET', `${objects}/part0?alt=media`)).bytes.equals(whole)).toBe(true);
  });

  test('takes at most 32 sources and at least one', async () => {
    const sources = (count: number): unknown => ({
      sourceObjects: Array.from({ length: count }, () => ({ name: 'part1' })),
    });
    expect(refusal(await compose('whole', sources(33)))).toEqual([
      400,
      'invalid',
      'The number of source components provided (33) exceeds the maximum (32)',
    ]);
    expect(refusal(await compose('whole', sources(0))).slice(0, 2)).toEqual([400, 'required']);
    expect((await compose('whole', sources(32))).json).toMatchObject({
      size: '32',
      componentCount: 32,
    });
  });

  test('is refused for a missing source, another generation of one, and an unmet precondition', async () => {
    const generation = await generationOf('part0');
    const of = (source: unknown, query = ''): ReturnType<typeof send> =>
      compose('whole', { sourceObjects: [source] }, query);
    expect(refusal(await of({ name: 'none' }))).toEqual([
      404,
      'notFound',
      'No such object: acme/none',
    ]);
    expect((await of({ name: 'part0', generation: '1' })).status).toBe(404);
    expect(
      refusal(await of({ name: 'part0', objectPreconditions: { ifGenerationMatch: '1' } })),
    ).toEqual(conditionNotMet);
    expect(refusal(await of({ name: 'part0' }, '?ifGenerationMatch=5'))).toEqual(conditionNotMet);
    expect(
      (
        await of(
          { name: 'part0', generation, objectPreconditions: { ifGenerationMatch: generation } },
          '?ifGenerationMatch=0',
        )
      ).status,
    ).toBe(200);
    expect(refusal(await of({ name: 'part0' }, '?ifGenerationMatch=0'))).toEqual(conditionNotMet);
  });
});

describe('copies', () => {
  test.each([
    ['rewriteTo', (json: Record<string, unknown>) => json['resource']],
    ['copyTo', (json: Record<string, unknown>) => json],
  ])('by %s keep bytes and metadata, unless a body gives others', async (verb, resourceOf) => {
    await put(emulator.origin, 'acme', 'from', 'data', '', { 'content-type': 'a/b' });
    const plain = await sendJson(
      'POST',
      `${objects}/from/${verb}/b/acme/o/to?maxBytesRewrittenPerCall=104857600`,
      {},
    );
    expect(resourceOf(plain.json)).toMatchObject({
      name: 'to',
      contentType: 'a/b',
      size: '4',
      crc32c: 'rth90Q==',
    });
    const other = await sendJson('POST', `${objects}/from/${verb}/b/acme/o/to`, {
      contentType: 'c/d',
    });
    expect(resourceOf(other.json)).toMatchObject({ contentType: 'c/d' });
    const late = await send('POST', `${objects}/from/${verb}/b/acme/o/to?ifGenerationMatch=0`);
    expect(refusal(late)).toEqual(conditionNotMet);
    const wrong = await send(
      'POST',
      `${objects}/from/${verb}/b/acme/o/new?ifSourceGenerationMatch=1`,
    );
    expect(refusal(wrong)).toEqual(conditionNotMet);
  });

  test('by rewriteTo say that they are done', async () => {
    await put(emulator.origin, 'acme', 'from', 'data');
    const { json } = await send('POST', `${objects}/from/rewriteTo/b/acme/o/to`);
    expect(json).toMatchObject({
      kind: 'storage#rewriteResponse',
      totalBytesRewritten: '4',
      objectSize: '4',
      done: true,
    });
  });
});

describe('contents on disk', () => {
  test('are one file for each live object, and gone with the emulator’s own directory', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'storage-test-'));
    const contents = await keepContents({ directory, keep: true, md5: false });
    const writer = contents.writer(false);
    const bytes = randomBytes(3_000_000);
    for (let at = 0; at < bytes.length; at += 65_536)
      await writer.write(bytes.subarray(at, at + 65_536));
    const content = await writer.finish();
    expect(readFileSync(content.path ?? '').equals(bytes)).toBe(true);
    expect(content).toMatchObject({ bytes: 3_000_000, crc32c: crc32c(bytes), md5: undefined });
    const abandoned = contents.writer(false);
    await abandoned.write(bytes.subarray(0, 2_000_000));
    await abandoned.discard();
    await contents.remove(content);
    const [made = ''] = readdirSync(directory);
    expect(readdirSync(join(directory, made))).toEqual([]);
    await rm(directory, { recursive: true });
    expect(existsSync(directory)).toBe(false);
  });

  test('can be hashed and thrown away', async () => {
    const bench = await startEmulator({ buckets: ['acme'], keepContents: false, md5: false });
    try {
      const { json } = await put(bench.origin, 'acme', 'a', 'data');
      expect(json).toMatchObject({ size: '4', crc32c: 'rth90Q==' });
      expect(json).not.toHaveProperty('md5Hash');
      const wrong = await send(
        'POST',
        `${bench.origin}/upload/storage/v1/b/acme/o?uploadType=media&name=b`,
        { 'x-goog-hash': 'md5=AAAAAAAAAAAAAAAAAAAAAA==' },
        'data',
      );
      expect(wrong.status).toBe(400);
    } finally {
      await bench.close();
    }
  });
});
