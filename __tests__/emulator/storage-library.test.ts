import { randomBytes } from 'node:crypto';
import { Storage, type Bucket } from '@google-cloud/storage';
import { startEmulator } from '../../emulator/emulator.ts';
import type { Emulator } from '../../emulator/exchange.ts';
import { send } from './exchange.ts';

let emulator: Emulator;
let bucket: Bucket;
beforeEach(async () => {
  emulator = await startEmulator({ buckets: ['acme'] });
  bucket = new Storage({ apiEndpoint: emulator.origin, projectId: 'p' }).bucket('acme');
});
afterEach(() => emulator.close());

const bytes = randomBytes(700_000);

describe('Google’s own Node library', () => {
  test.each([
    ['a multipart request', { resumable: false }],
    ['a resumable session', { resumable: true }],
    ['a resumable session in chunks', { resumable: true, chunkSize: 524_288 }],
  ])('uploads by %s, validates, and reads back', async (_, options) => {
    const file = bucket.file('n/a.bin');
    await file.save(bytes, {
      ...options,
      validation: 'crc32c',
      contentType: 'a/b',
      preconditionOpts: { ifGenerationMatch: 0 },
    });
    const [metadata] = await file.getMetadata();
    expect(metadata).toMatchObject({ name: 'n/a.bin', size: '700000', contentType: 'a/b' });
    expect((await send('GET', metadata.mediaLink ?? '')).bytes.equals(bytes)).toBe(true);
    await expect(
      file.save(bytes, { ...options, preconditionOpts: { ifGenerationMatch: 0 } }),
    ).rejects.toMatchObject({ code: 412 });
  });

  test('lists, composes, copies, changes and deletes', async () => {
    const [a, b] = [bucket.file('n/a'), bucket.file('n/b')];
    await Promise.all([a.save('one', { resumable: false }), b.save('two', { resumable: false })]);
    const [names] = await bucket.getFiles({ prefix: 'n/' });
    expect(names.map(({ name }) => name)).toEqual(['n/a', 'n/b']);
    const [whole] = await bucket.combine([a, b], bucket.file('n/whole'));
    const [text] = await whole.download({ validation: 'crc32c' });
    expect(text.toString()).toBe('onetwo');
    await a.copy('n/copy');
    await a.setMetadata({ metadata: { k: 'v' } });
    expect((await a.getMetadata())[0].metadata).toEqual({ k: 'v' });
    await b.delete();
    expect(await b.exists()).toEqual([false]);
    expect(await bucket.file('n/copy').exists()).toEqual([true]);
    expect(await bucket.exists()).toEqual([true]);
  });

  test('pages through listings', async () => {
    await Promise.all(
      Array.from({ length: 7 }, (_, index) =>
        bucket.file(`p/${index}`).save('x', { resumable: false }),
      ),
    );
    const [first, next] = await bucket.getFiles({
      prefix: 'p/',
      maxResults: 4,
      autoPaginate: false,
    });
    const [rest, nothing] = await bucket.getFiles({ ...next, autoPaginate: false });
    expect(first.map(({ name }) => name)).toEqual(['p/0', 'p/1', 'p/2', 'p/3']);
    expect(rest.map(({ name }) => name)).toEqual(['p/4', 'p/5', 'p/6']);
    expect(nothing).toBeNull();
  });

  test('makes a bucket, and goes on with an upload that met a 503', async () => {
    const storage = new Storage({ apiEndpoint: emulator.origin, projectId: 'p' });
    await storage.createBucket('made-here', { location: 'europe-west1' });
    const fault = emulator.misbehave({
      method: 'PUT',
      url: /upload_id/,
      action: { kind: 'status-after', bytes: 300_000, status: 503 },
    });
    const file = storage.bucket('made-here').file('big');
    await file.save(bytes, {
      resumable: true,
      chunkSize: 524_288,
      preconditionOpts: { ifGenerationMatch: 0 },
    });
    const [{ mediaLink }] = await file.getMetadata();
    expect((await send('GET', mediaLink ?? '')).bytes.equals(bytes)).toBe(true);
    expect(fault.played).toBe(1);
  });
});
