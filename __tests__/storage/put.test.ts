import { appendFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Upload, UploadProgress } from '../../src/storage/cloud-storage.ts';
import { Failure, ServiceError } from '../../src/failure.ts';
import {
  BUCKET,
  calls,
  DIRECTORY,
  MEBIBYTE,
  names,
  noise,
  put,
  setStage,
  uploadOf,
} from './stage.ts';
import type { Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await setStage();
});
afterEach(async () => {
  await stage.close();
});

const INSERT = 'POST /upload/storage/v1/b/acme-models/o';
const sizes = [0, 1, 16_384, 131_072, 131_073, 3 * MEBIBYTE, 8 * MEBIBYTE, 8 * MEBIBYTE + 1];

describe('what arrives', () => {
  test('files of every size arrive byte for byte, with their names, type and checksum', async () => {
    const files = [
      ...sizes.map((bytes) => stage.file(`of/${bytes}`, bytes)),
      stage.file('variables/variables.data-00000-of-00001', 20 * MEBIBYTE),
      stage.file('späße "ü" & 😀/a b+c#d?.txt', 10),
    ];
    const storage = stage.storage();
    const { files: uploaded, ...counts } = await put(storage, files);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    expect(counts).toEqual({ uploadedFiles: files.length, uploadedBytes: bytes, reusedFiles: 0 });
    for (const { name, bytes: size } of files) {
      const contents = await storage.read(BUCKET, DIRECTORY + name, size + 1);
      expect(contents.equals(noise(name, size))).toBe(true);
    }
    const listed = await storage.list(BUCKET, DIRECTORY);
    expect(
      uploaded.map(({ name, crc32c, generation }) => [DIRECTORY + name, crc32c, generation]),
    ).toEqual(listed.map(({ name, crc32c, generation }) => [name, crc32c, generation]));
    expect(await names(storage)).toHaveLength(files.length);
  });

  test('every small file costs one request, with contents, type and checksum in it', async () => {
    const files = Array.from({ length: 100 }, (_, index) => stage.file(`d/${index}`, 1000 + index));
    await put(stage.storage(), files);
    expect(calls(stage.emulator)).toEqual(Array.from({ length: 100 }, () => INSERT));
    const urls = stage.emulator.requests.map(({ url }) => url);
    expect(
      urls.every(
        (url) => url.includes('uploadType=multipart') && url.includes('ifGenerationMatch=0'),
      ),
    ).toBe(true);
  });

  test('a large file is sent in parts beside the directory, composed, and the parts are removed', async () => {
    const told: [string, string][] = [];
    const storage = stage.storage();
    await put(storage, [stage.file('model.bin', 20 * MEBIBYTE)], {
      onParts: (uri, state) => told.push([uri, state]),
    });
    const { requests } = stage.emulator;
    const parts = requests.filter(({ url }) => url.includes('uploadType=media'));
    const partNames = parts.map(
      ({ url }) => new URL(url, 'http://x').searchParams.get('name') ?? '',
    );
    expect(partNames.every((name) => /^fraud\/v1\.parts-[0-9a-f]{16}\//.test(name))).toBe(true);
    expect(
      parts.map(({ headers }) => Number(headers['content-length'])).toSorted((a, b) => a - b),
    ).toEqual([4 * MEBIBYTE, 8 * MEBIBYTE, 8 * MEBIBYTE]);
    const [compose] = requests.filter(({ url }) => url.includes('/compose'));
    expect(compose?.url).toBe(
      '/storage/v1/b/acme-models/o/fraud%2Fv1%2Fmodel.bin/compose?ifGenerationMatch=0',
    );
    expect(requests.filter(({ method }) => method === 'DELETE')).toHaveLength(3);
    expect(await names(storage)).toEqual(['fraud/v1/model.bin']);
    const prefix = `gs://${BUCKET}/${(partNames[0] ?? '').replace(/[^/]*$/, '')}`;
    expect(told).toEqual([
      [prefix, 'begun'],
      [prefix, 'removed'],
    ]);
  });

  test('the marker goes last, after everything else has been answered, whatever its place in the list', async () => {
    const slow = stage.emulator.misbehave({
      url: /compose/,
      action: { kind: 'delay', milliseconds: 100 },
    });
    const files = [
      stage.file('saved_model.pb', 100),
      stage.file('variables/variables.data', 9 * MEBIBYTE),
      ...Array.from({ length: 20 }, (_, index) => stage.file(`assets/${index}`, 10)),
    ];
    const storage = stage.storage();
    await put(storage, files, { marker: 'saved_model.pb' });
    expect(slow.played).toBe(1);
    const generations = (await storage.list(BUCKET, DIRECTORY)).toSorted(
      (a, b) => Number(a.generation) - Number(b.generation),
    );
    expect(generations.at(-1)?.name).toBe('fraud/v1/saved_model.pb');
  });

  test('what is reused is counted and not sent', async () => {
    const files = [stage.file('a', 10), stage.file('b', 20)];
    const storage = stage.storage();
    const first = await put(storage, files.slice(0, 1));
    const [object] = await storage.list(BUCKET, DIRECTORY);
    if (object === undefined) throw new Error('the first upload made no object');
    stage.emulator.forgetRequests();
    const second = await put(storage, files, { reuse: new Map([['a', object]]) });
    expect(second).toMatchObject({ uploadedFiles: 1, uploadedBytes: 20, reusedFiles: 1 });
    expect(second.files.map(({ name, reused }) => [name, reused])).toEqual([
      ['a', true],
      ['b', false],
    ]);
    expect(second.files[0]).toEqual({ ...first.files[0], reused: true });
    expect(calls(stage.emulator)).toEqual([INSERT]);
  });

  test('objects are copied on the server, nothing of them passes through the runner', async () => {
    const storage = stage.storage();
    await put(storage, [stage.file('model.joblib', 5000)], { directory: 'source/' });
    const [object] = await storage.list(BUCKET, 'source/');
    stage.emulator.forgetRequests();
    const source = { kind: 'object', bucket: BUCKET, name: 'source/model.joblib' } as const;
    const copied = await put(storage, [
      { name: 'a.joblib', bytes: 5000, source, ...(object && { crc32c: object.crc32c }) },
    ]);
    expect(calls(stage.emulator)).toEqual([
      'POST /storage/v1/b/acme-models/o/source%2Fmodel.joblib/rewriteTo/b/acme-models/o/fraud%2Fv1%2Fa.joblib',
    ]);
    expect(copied.files[0]).toMatchObject({ crc32c: object?.crc32c, reused: false });
    expect(await storage.read(BUCKET, 'fraud/v1/a.joblib', 9999)).toEqual(
      noise('model.joblib', 5000),
    );
  });

  test('progress is told at most four times a second and ends with all bytes and files', async () => {
    const told: UploadProgress[] = [];
    const files = [stage.file('large', 9 * MEBIBYTE), stage.file('small', 10)];
    // A clock that stands still: only the last state is due.
    await stage.storage().put(uploadOf(files), (progress) => told.push(progress));
    const total = 9 * MEBIBYTE + 10;
    expect(told).toEqual([{ sentBytes: total, totalBytes: total, sentFiles: 2, totalFiles: 2 }]);
  });
});

describe('objects that are there already', () => {
  test.each([1000, 9 * MEBIBYTE])(
    'an object of the same content counts as there (%d bytes)',
    async (bytes) => {
      const files = [stage.file('model.bin', bytes)];
      const storage = stage.storage();
      await put(storage, files);
      const again = await put(storage, files);
      expect(again.files[0]?.bytes).toBe(bytes);
      expect(await names(storage)).toEqual(['fraud/v1/model.bin']);
    },
  );

  test('a small object of the same content is counted as reused', async () => {
    const files = [stage.file('model.bin', 1000)];
    await put(stage.storage(), files);
    expect(await put(stage.storage(), files)).toMatchObject({ uploadedFiles: 0, reusedFiles: 1 });
  });

  test.each([1000, 9 * MEBIBYTE])(
    'an object of other content is a conflict and stays as it is (%d bytes)',
    async (bytes) => {
      const storage = stage.storage();
      await put(storage, [stage.file('model.bin', bytes, 'theirs')]);
      const ours = put(storage, [stage.file('model.bin', bytes, 'ours')]);
      await expect(ours).rejects.toMatchObject({ name: 'Failure', code: 'conflict' });
      await expect(ours).rejects.toThrow(
        'gs://acme-models/fraud/v1/model.bin was written by somebody else',
      );
      expect(await names(storage)).toEqual(['fraud/v1/model.bin']);
      const there = await storage.read(BUCKET, 'fraud/v1/model.bin', bytes);
      expect(there.equals(noise('theirs', bytes))).toBe(true);
    },
  );
});

describe('files that change', () => {
  const change = (file: string, how: (path: string) => void): Promise<unknown> => {
    const made = stage.file(file, 9 * MEBIBYTE);
    const path = join(stage.folder, file);
    const upload: Upload = uploadOf([made], {
      // The first part begins when the file has been opened or is about to be: change it once one is sent.
      onParts: (_, state) => {
        if (state === 'begun')
          stage.emulator.misbehave({
            url: /uploadType=media/,
            action: { kind: 'delay', milliseconds: 1 },
          });
      },
    });
    const first = new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        if (stage.emulator.requests.length > 0) {
          clearInterval(timer);
          how(path);
          resolve();
        }
      }, 1);
    });
    return Promise.all([stage.storage().put(upload, () => undefined), first]);
  };

  test.each([
    [
      'was written to',
      (path: string) => {
        appendFileSync(path, 'x');
      },
    ],
    [
      'was replaced',
      (path: string) => {
        writeFileSync(`${path}.new`, noise('x', 9 * MEBIBYTE));
        renameSync(`${path}.new`, path);
      },
    ],
    [
      'was cut',
      (path: string) => {
        writeFileSync(path, 'x');
      },
    ],
  ])('a file that %s while it was sent is refused, and nothing is left', async (_, how) => {
    await expect(change('model.bin', how)).rejects.toMatchObject({ code: 'artifact' });
    expect(await names(stage.storage())).toEqual([]);
  });

  test('a file of another size than was found before is refused before anything is sent', async () => {
    const file = stage.file('model.bin', 100);
    appendFileSync(join(stage.folder, 'model.bin'), 'x');
    const upload = put(stage.storage(), [file]);
    await expect(upload).rejects.toThrow(
      'The file "model.bin" changed while uploading. Since the deploy began, it had 100 bytes when it was looked at and has 101 now.',
    );
    expect(stage.emulator.requests).toHaveLength(0);
  });

  test('a file that was deleted is refused', async () => {
    const file = stage.file('model.bin', 100);
    rmSync(join(stage.folder, 'model.bin'));
    await expect(put(stage.storage(), [file])).rejects.toMatchObject({ code: 'artifact' });
  });
});

describe('refusals', () => {
  test('a missing bucket is a ServiceError with 404 and the reason, sent once', async () => {
    const error: unknown = await put(stage.storage(), [stage.file('a', 1)], {
      bucket: 'no-such-bucket',
    }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ServiceError);
    expect(error).toMatchObject({
      service: 'Cloud Storage',
      request: 'POST /upload/storage/v1/b/no-such-bucket/o',
      httpStatus: 404,
      status: 'notFound',
    });
    expect(stage.emulator.requests).toHaveLength(1);
  });

  test.each([400, 403, 409, 413])('%d is not tried again', async (status) => {
    const fault = stage.emulator.misbehave({
      url: /uploadType/,
      times: 99,
      action: { kind: 'status', status },
    });
    await expect(put(stage.storage(), [stage.file('a', 1)])).rejects.toMatchObject({
      httpStatus: status,
    });
    expect(fault.played).toBe(1);
  });

  test.each([403, 412, 503])(
    'parts that the service does not delete (%i) hold nothing up, and stay named',
    async (status) => {
      const fault = stage.emulator.misbehave({
        method: 'DELETE',
        url: /parts-/,
        times: 10_000,
        action: { kind: 'status', status },
      });
      const states: string[] = [];
      const result = await put(stage.storage(), [stage.file('large', 20 * MEBIBYTE)], {
        onParts: (uri, state) => states.push(`${state} ${uri.replace(/parts-.*/, 'parts')}`),
      });
      expect(result).toMatchObject({ uploadedFiles: 1 });
      expect(fault.played).toBeGreaterThan(0);
      expect(states).toEqual(['begun gs://acme-models/fraud/v1.parts']);
      fault.stop();
      expect(await names(stage.storage(), 'fraud/v1.parts')).not.toEqual([]);
    },
  );

  test('when one file fails for good, no new ones start and parts in flight are removed', async () => {
    stage.emulator.misbehave({
      url: /uploadType=multipart/,
      action: { kind: 'status', status: 403 },
    });
    const files = [
      stage.file('large', 30 * MEBIBYTE),
      ...Array.from({ length: 200 }, (_, index) => stage.file(`small/${index}`, 10)),
    ];
    const told: string[] = [];
    const upload = put(stage.storage(), files, { onParts: (_, state) => told.push(state) });
    await expect(upload).rejects.toMatchObject({ httpStatus: 403 });
    expect(calls(stage.emulator).filter((call) => call === INSERT).length).toBeLessThan(190);
    const left = await names(stage.storage());
    expect(left.filter((name) => name.includes('.parts-'))).toEqual([]);
    expect(told).toEqual(['begun', 'removed']);
  });

  test('when a part fails for good, the other parts are not sent to their end', async () => {
    stage.emulator.misbehave({
      url: /uploadType=media/,
      after: 1,
      action: { kind: 'status', status: 403 },
    });
    // What is slow would take a minute.
    stage.emulator.misbehave({
      url: /uploadType=media/,
      times: 9,
      action: { kind: 'delay', milliseconds: 60_000 },
    });
    const upload = put(stage.storage(), [stage.file('large', 30 * MEBIBYTE)]);
    await expect(upload).rejects.toMatchObject({ httpStatus: 403 });
    expect(await names(stage.storage())).toEqual([]);
  });

  test('contents that arrive damaged are a failure, and the object is deleted', async () => {
    const wrong = JSON.stringify({
      name: 'fraud/v1/a',
      size: '1',
      crc32c: 'AAAAAA==',
      generation: '77',
    });
    stage.emulator.misbehave({
      url: /uploadType=multipart/,
      action: { kind: 'replace-answer', status: 200, text: wrong, contentType: 'application/json' },
    });
    const upload = put(stage.storage(), [stage.file('a', 1)]);
    await expect(upload).rejects.toBeInstanceOf(Failure);
    await expect(upload).rejects.toThrow('gs://acme-models/fraud/v1/a arrived damaged');
    const [removal] = stage.emulator.requests.filter(({ method }) => method === 'DELETE');
    expect(removal?.url).toBe('/storage/v1/b/acme-models/o/fraud%2Fv1%2Fa?ifGenerationMatch=77');
  });
});

describe('cancelling', () => {
  test('ends what is in flight, removes the parts and throws the reason', async () => {
    const controller = new AbortController();
    stage.emulator.misbehave({
      url: /uploadType=media/,
      after: 2,
      times: 99,
      action: { kind: 'delay', milliseconds: 60_000 },
    });
    const reason = new Error('the job was cancelled');
    const told: string[] = [];
    const upload = put(
      stage.storage({ signal: controller.signal }),
      [stage.file('large', 64 * MEBIBYTE)],
      {
        onParts: (_, state) => told.push(state),
      },
    );
    const ended = expect(upload).rejects.toBe(reason);
    const watch = setInterval(() => {
      if (stage.emulator.requests.some(({ status }) => status === 200)) controller.abort(reason);
    }, 5);
    await ended;
    clearInterval(watch);
    expect(told).toEqual(['begun', 'removed']);
    expect(await names(stage.storage())).toEqual([]);
  });

  test('parts that cannot be removed are told as begun only', async () => {
    stage.emulator.misbehave({
      method: 'DELETE',
      url: /parts-/,
      times: 99,
      action: { kind: 'status', status: 403 },
    });
    const told: string[] = [];
    const storage = stage.storage();
    const result = await put(storage, [stage.file('large', 9 * MEBIBYTE)], {
      onParts: (_, state) => told.push(state),
    });
    expect(result.uploadedFiles).toBe(1);
    expect(told).toEqual(['begun']);
    expect((await names(storage)).filter((name) => name.includes('.parts-'))).toHaveLength(2);
  });

  test('an upload that is cancelled before it begins sends nothing', async () => {
    const reason = new Error('too late');
    const storage = stage.storage({ signal: AbortSignal.abort(reason) });
    await expect(put(storage, [stage.file('a', 1)])).rejects.toBe(reason);
    expect(stage.emulator.requests).toHaveLength(0);
  });
});
