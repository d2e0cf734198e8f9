import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Failure } from '../../src/failure.ts';
import { openCloudStorage } from '../../src/storage/open-cloud-storage.ts';
import { storageOrigin } from '../../src/storage/storage-origin.ts';
import { treeDigest } from '../../src/storage/tree-digest.ts';
import { testWorld } from '../test-world.ts';
import { BUCKET, calls, DIRECTORY, noise, put, setStage } from './stage.ts';
import type { Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await setStage();
});
afterEach(async () => {
  await stage.close();
});

describe('list', () => {
  test('gives size, checksum and generation of each object, in byte order', async () => {
    const files = ['b', 'a/b', 'a!', '～', '😀'].map((name) => stage.file(name, 3));
    const storage = stage.storage();
    const { files: uploaded } = await put(storage, files);
    const listed = await storage.list(BUCKET, DIRECTORY);
    expect(listed.map(({ name }) => name.slice(DIRECTORY.length))).toEqual([
      'a!',
      'a/b',
      'b',
      '～',
      '😀',
    ]);
    expect(listed).toEqual(
      uploaded.map(({ name, bytes, crc32c, generation }) => ({
        name: DIRECTORY + name,
        bytes,
        crc32c,
        generation,
      })),
    );
  });

  /** Lists what a server answers page by page, the last page for ever; and the tokens that were asked for. */
  async function listed(pages: readonly object[]) {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(request.url ?? '');
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(pages[seen.length - 1] ?? pages.at(-1)));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const storage = openCloudStorage(testWorld({ environment: { STORAGE_EMULATOR_HOST: host } }));
      const end = await storage.list(BUCKET, 'p/').catch((error: unknown) => error);
      expect(seen.every((url) => url.startsWith('/storage/v1/b/acme-models/o?prefix=p%2F&'))).toBe(
        true,
      );
      const tokens = seen.map((url) => new URL(url, host).searchParams.get('pageToken'));
      return { end, tokens };
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }
  const object = (name: string) => ({ name, size: '4', crc32c: 'rth90Q==', generation: '1' });

  test('gives all pages', async () => {
    const { end, tokens } = await listed([
      { items: [object('a')], nextPageToken: 'two+/=' },
      { nextPageToken: 'three' },
      { items: [object('b')] },
    ]);
    expect(end).toMatchObject([{ name: 'a' }, { name: 'b' }]);
    expect(tokens).toEqual([null, 'two+/=', 'three']);
  });

  test('ends where the pages go round in circles', async () => {
    const { end, tokens } = await listed([{ items: [object('a')], nextPageToken: 'again' }]);
    expect(end).toMatchObject({
      transport: 'INCOMPLETE',
      serverMessage: 'The list repeats its pages.',
    });
    expect(tokens).toEqual([null, 'again']);
  });

  test('ends where an object has no checksum: another try would bring the same', async () => {
    const unchecked = { name: 'a', size: '4', generation: '1', md5Hash: 'x' };
    const { end, tokens } = await listed([{ items: [unchecked] }]);
    expect(end).toMatchObject({
      transport: 'INCOMPLETE',
      serverMessage: 'The object in the answer lacks its name, size, crc32c or generation.',
    });
    expect(tokens).toHaveLength(1);
  });

  test('takes sizes and generations also as numbers, as servers of others give them', async () => {
    const { end } = await listed([{ items: [{ ...object('a'), size: 4, generation: 17 }] }]);
    expect(end).toEqual([{ name: 'a', bytes: 4, crc32c: 'rth90Q==', generation: '17' }]);
  });

  test('gives nothing for an empty prefix and a 404 for a missing bucket', async () => {
    expect(await stage.storage().list(BUCKET, 'none/')).toEqual([]);
    await expect(stage.storage().list('no-such-bucket', '')).rejects.toMatchObject({
      name: 'ServiceError',
      service: 'Cloud Storage',
      request: 'GET /storage/v1/b/no-such-bucket/o',
      httpStatus: 404,
      status: 'notFound',
    });
  });

  test('asks below /storage/v1 whatever the process has in STORAGE_EMULATOR_HOST', async () => {
    const before = process.env['STORAGE_EMULATOR_HOST'];
    process.env['STORAGE_EMULATOR_HOST'] = 'http://127.0.0.1:9';
    try {
      await stage.storage().list(BUCKET, 'x');
    } finally {
      if (before === undefined) delete process.env['STORAGE_EMULATOR_HOST'];
      else process.env['STORAGE_EMULATOR_HOST'] = before;
    }
    expect(calls(stage.emulator)).toEqual(['GET /storage/v1/b/acme-models/o']);
  });
});

describe('read', () => {
  test('gives the first bytes, or all when there are fewer', async () => {
    const storage = stage.storage();
    await put(storage, [stage.file('a', 1000), stage.file('empty', 0)]);
    expect(await storage.read(BUCKET, 'fraud/v1/a', 10)).toEqual(noise('a', 1000).subarray(0, 10));
    expect(await storage.read(BUCKET, 'fraud/v1/a', 5000)).toEqual(noise('a', 1000));
    expect(await storage.read(BUCKET, 'fraud/v1/empty', 10)).toEqual(Buffer.alloc(0));
    expect(await storage.read(BUCKET, 'fraud/v1/a', 0)).toEqual(Buffer.alloc(0));
  });

  test('a missing object is a ServiceError 404', async () => {
    await expect(stage.storage().read(BUCKET, 'none', 1)).rejects.toMatchObject({
      httpStatus: 404,
    });
  });
});

describe('createBucket', () => {
  test('makes a bucket with uniform access in the region and project', async () => {
    await stage.storage().createBucket('acme-new', 'europe-west1', 'acme-ml');
    const [request] = stage.emulator.requests;
    expect(request?.url).toBe('/storage/v1/b?project=acme-ml');
    expect(request?.json).toEqual({
      name: 'acme-new',
      location: 'europe-west1',
      iamConfiguration: { uniformBucketLevelAccess: { enabled: true } },
    });
    expect(await stage.storage().list('acme-new', '')).toEqual([]);
  });

  const refuse = (message: string): void => {
    stage.emulator.misbehave({
      method: 'POST',
      url: /\/b\?project/,
      action: {
        kind: 'status',
        status: 409,
        body: {
          error: {
            code: 409,
            message,
            errors: [{ message, domain: 'global', reason: 'conflict' }],
          },
        },
      },
    });
  };

  test('a bucket that is already ours is a success', async () => {
    refuse('Your previous request to create the named bucket succeeded and you already own it.');
    await expect(
      stage.storage().createBucket('acme-new', 'us-central1', 'acme-ml'),
    ).resolves.toBeUndefined();
  });

  test('a name that somebody else has is a conflict that names the bucket', async () => {
    refuse('The requested bucket name is not available.');
    const creation = stage.storage().createBucket('models', 'us-central1', 'acme-ml');
    await expect(creation).rejects.toMatchObject({ name: 'Failure', code: 'conflict' });
    await expect(creation).rejects.toThrow('The bucket "models" cannot be created.');
  });

  test('an answer that is lost does not make it fail', async () => {
    const lost = stage.emulator.misbehave({ url: /\/b\?project/, action: { kind: 'lose-answer' } });
    await stage.storage().createBucket('acme-new', 'us-central1', 'acme-ml');
    expect(lost.played).toBe(1);
  });
});

describe('chooseDirectory', () => {
  const digest8 = (files: readonly { name: string; bytes: number; crc32c: string }[]): string =>
    treeDigest(files).slice(7, 15);

  test('an empty directory is taken as it is, with one list and no file read', async () => {
    const file = stage.file('a', 10);
    rmSync(join(stage.folder, 'a'));
    expect(await stage.storage().chooseDirectory(BUCKET, DIRECTORY, [file])).toEqual({
      directory: DIRECTORY,
      reuse: new Map(),
      bucketExists: true,
    });
    expect(calls(stage.emulator)).toEqual(['GET /storage/v1/b/acme-models/o']);
  });

  test('a missing bucket is said', async () => {
    const chosen = await stage
      .storage()
      .chooseDirectory('no-such-bucket', DIRECTORY, [stage.file('a', 1)]);
    expect(chosen).toEqual({ directory: DIRECTORY, reuse: new Map(), bucketExists: false });
  });

  test('files of this artifact that are there are reused', async () => {
    const files = [stage.file('a', 10), stage.file('v/b', 20), stage.file('c', 30)];
    const storage = stage.storage();
    await put(storage, files.slice(0, 2));
    const chosen = await storage.chooseDirectory(BUCKET, DIRECTORY, files);
    expect(chosen.directory).toBe(DIRECTORY);
    expect([...chosen.reuse.keys()].toSorted()).toEqual(['a', 'v/b']);
    expect(await put(storage, files, chosen)).toMatchObject({ uploadedFiles: 1, reusedFiles: 2 });
  });

  test.each([
    { what: 'a file of other content', theirs: ['a', 10, 'theirs'] as const },
    { what: 'a file of another size', theirs: ['a', 11, 'a'] as const },
    { what: 'a file that is none of ours', theirs: ['z', 10, 'z'] as const },
  ])('$what sends the artifact to a directory with its digest', async ({ theirs }) => {
    const storage = stage.storage();
    await put(storage, [stage.file(theirs[0], theirs[1], theirs[2])]);
    const files = [stage.file('a', 10), stage.file('b', 20)];
    const chosen = await storage.chooseDirectory(BUCKET, DIRECTORY, files);
    const { files: uploaded } = await put(storage, files, chosen);
    expect(chosen.directory).toBe(`fraud/v1-${digest8(uploaded)}/`);
    expect(chosen.remark).toContain('gs://acme-models/fraud/v1/ already holds other content');
    // The second deploy of the same content finds all of it there.
    const again = await storage.chooseDirectory(BUCKET, DIRECTORY, files);
    expect(again.directory).toBe(chosen.directory);
    expect([...again.reuse.keys()].toSorted()).toEqual(['a', 'b']);
  });

  test('other content in the directory of the digest too is a conflict', async () => {
    const storage = stage.storage();
    const files = [stage.file('a', 10)];
    await put(storage, [stage.file('z', 10)]);
    const { directory } = await storage.chooseDirectory(BUCKET, DIRECTORY, files);
    await put(storage, [stage.file('z', 10)], { directory });
    const choice = storage.chooseDirectory(BUCKET, DIRECTORY, files);
    await expect(choice).rejects.toBeInstanceOf(Failure);
    await expect(choice).rejects.toMatchObject({ code: 'conflict' });
    await expect(choice).rejects.toThrow(`gs://acme-models/${directory}`);
  });

  test('folders made by hand in the console do not count as content', async () => {
    const storage = stage.storage();
    await put(
      storage,
      [stage.file('empty', 0)].map((file) => ({ ...file, name: '' })),
    );
    const chosen = await storage.chooseDirectory(BUCKET, DIRECTORY, [stage.file('a', 10)]);
    expect(chosen).toEqual({ directory: DIRECTORY, reuse: new Map(), bucketExists: true });
  });

  test('a version whose name begins like another one is another directory', async () => {
    const storage = stage.storage();
    await put(storage, [stage.file('z', 10)], { directory: 'fraud/v10/' });
    const chosen = await storage.chooseDirectory(BUCKET, DIRECTORY, [stage.file('a', 10)]);
    expect(chosen.directory).toBe(DIRECTORY);
  });

  test('objects are compared by the checksum that Cloud Storage has of them', async () => {
    const storage = stage.storage();
    const file = stage.file('a', 10);
    await put(storage, [file], { directory: 'source/' });
    await put(storage, [file]);
    const source = { kind: 'object', bucket: BUCKET, name: 'source/a' } as const;
    const chosen = await storage.chooseDirectory(BUCKET, DIRECTORY, [
      { name: 'a', bytes: 10, source },
    ]);
    expect([...chosen.reuse.keys()]).toEqual(['a']);
  });
});

describe('the host', () => {
  test.each([
    [undefined, 'https://storage.googleapis.com'],
    ['', 'https://storage.googleapis.com'],
    ['http://127.0.0.1:8085/', 'http://127.0.0.1:8085'],
    ['http://localhost:8085/storage/v1/', 'http://localhost:8085'],
    ['https://storage.example.com', 'https://storage.example.com'],
  ])('of STORAGE_EMULATOR_HOST %p is %s', (given, expected) => {
    expect(storageOrigin({ STORAGE_EMULATOR_HOST: given })).toBe(expected);
  });

  test.each([
    'http://storage.example.com',
    'http://127.0.0.1.example.com',
    'ftp://127.0.0.1',
    '127.0.0.1:8085',
    'https://u:p@h',
  ])('%s is refused before anything is sent', (given) => {
    const open = (): unknown =>
      openCloudStorage(testWorld({ environment: { STORAGE_EMULATOR_HOST: given } }));
    expect(open).toThrow(Failure);
    expect(open).toThrow('The environment variable STORAGE_EMULATOR_HOST cannot be used');
  });
});
