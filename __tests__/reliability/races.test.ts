import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { localTree } from '../../src/artifact/local-tree.ts';
import { openLocalFile } from '../../src/storage/local-file.ts';
import { BUCKET, put, setStage } from '../storage/stage.ts';

/** Windows lets only administrators make links. */
const onUnix = process.platform === 'win32' ? describe.skip : describe;

/** Swaps a path for a link, and back, as fast as it can until it is told to stop. */
const SWAP = `
  const { renameSync, symlinkSync, unlinkSync } = require('node:fs');
  const { workerData, parentPort } = require('node:worker_threads');
  const { path, outside, stop } = workerData;
  parentPort.postMessage('ready');
  while (Atomics.load(stop, 0) === 0) {
    renameSync(path, path + '.away');
    symlinkSync(outside, path);
    unlinkSync(path);
    renameSync(path + '.away', path);
  }
`;
const TRIES = 1000;
const MARKER = 'saved_model.pb';
const MODEL = 'the model itself';
const SECRET = 'what must not leave the runner';

onUnix('FS-07 a path that is swapped for a link between the look and the upload', () => {
  let root: string;
  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'swap-')));
    await mkdir(join(root, 'm', 'data'), { recursive: true });
    await mkdir(join(root, 'outside'));
    await writeFile(join(root, 'm', 'data', 'weights.bin'), MODEL);
    await writeFile(join(root, 'outside', 'weights.bin'), SECRET.slice(0, MODEL.length));
  });
  afterEach(async () => {
    await rm(root, { recursive: true, force: true });
  });

  /** What one upload would have sent, or nothing when it was refused. */
  async function sent(): Promise<string | undefined> {
    const directory = join(root, 'm');
    const tree = localTree({ directory, within: directory, label: 'm', credentialFiles: [] });
    try {
      const { files, problems } = await tree.gather('');
      const [file] = files;
      if (problems.length > 0 || file?.source.kind !== 'local') return undefined;
      const local = openLocalFile(file, file.source.path);
      try {
        const content = Buffer.alloc(file.bytes);
        local.readNow(content, 0);
        local.assertUnchanged();
        return content.toString();
      } finally {
        local.close();
      }
    } catch {
      return undefined;
    }
  }

  test.each([
    ['the file', ['data', 'weights.bin'], ['outside', 'weights.bin']],
    ['a directory above it', ['data'], ['outside']],
  ])('%s, in 1,000 tries: nothing from outside is ever read', async (_, path, outside) => {
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(SWAP, {
      eval: true,
      workerData: { path: join(root, 'm', ...path), outside: join(root, ...outside), stop },
    });
    await new Promise((resolve) => worker.once('message', resolve));
    const contents: (string | undefined)[] = [];
    for (let index = 0; index < TRIES; index += 1) contents.push(await sent());
    Atomics.store(stop, 0, 1);
    await new Promise((resolve) => worker.once('exit', resolve));
    expect(contents.filter((content) => content === undefined).length).toBeGreaterThan(0);
    expect(contents.filter((content) => content !== undefined && content !== MODEL)).toEqual([]);
    expect(await sent()).toBe(MODEL);
  });
});

describe('CON-01 two runs that upload one version at once', () => {
  test('in 100 races every directory with its marker holds files of one run only', async () => {
    const stage = await setStage();
    const storages = { one: stage.storage(), two: stage.storage() };
    let refused = 0;
    try {
      for (let race = 0; race < 100; race += 1) {
        const run = async (seed: 'one' | 'two'): Promise<boolean> => {
          const files = ['assets/a', 'assets/b', MARKER].map((name) => ({
            ...stage.file(`${seed}/${name}`, 100, seed),
            name,
          }));
          const storage = storages[seed];
          const chosen = await storage.chooseDirectory(BUCKET, `fraud/v${race}/`, files);
          return await put(storage, files, { ...chosen, marker: MARKER }).then(
            () => true,
            () => false,
          );
        };
        const placed = (await Promise.all([run('one'), run('two')])).filter(Boolean).length;
        refused += 2 - placed;
        const objects = await storages.one.list(BUCKET, `fraud/v${race}`);
        const directories = Map.groupBy(objects, ({ name }) => name.split('/')[1]);
        const models = [...directories.values()].filter((some) =>
          some.some(({ name }) => name.endsWith(MARKER)),
        );
        expect(models).toHaveLength(placed);
        for (const model of models) {
          expect(model).toHaveLength(3);
          expect(new Set(model.map(({ crc32c }) => crc32c)).size).toBe(1);
        }
      }
      expect(refused).toBeGreaterThan(0);
    } finally {
      await stage.close();
    }
  });
});
