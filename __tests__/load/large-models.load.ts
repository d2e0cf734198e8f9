import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { actionUnderTest, expectGoodManners } from '../action/action-under-test.ts';
import type { ActionUnderTest } from '../action/action-under-test.ts';
import type { StepResult } from '../runner.ts';

// What takes minutes, and so is no part of `npm test`: run it with `npm run test:load`.

const MEBIBYTE = 1024 ** 2;
const GIBIBYTE = 1024 ** 3;
/** Node itself, the libraries, 48 MiB for contents, and what the sockets hold. */
const PEAK_MEGABYTES = 250;
/** Garbage is collected late where there is room: with little of it, what remains is what is kept. */
const LITTLE_HEAP = '--max-old-space-size=64';
/** Only Linux tells what a process used at most. */
const onLinux = process.platform === 'linux' ? test : test.skip;
const IMAGE = 'us-docker.pkg.dev/acme-models/serve/model:1';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'load-'));
  writeFileSync(
    join(scratch, 'peak.cjs'),
    `const fs = require('node:fs');
     process.on('exit', () => {
       const status = fs.readFileSync('/proc/self/status', 'utf8');
       fs.writeFileSync(process.env.PEAK_FILE, /VmHWM:\\s*(\\d+)/.exec(status)[1]);
     });`,
  );
});
afterAll(async () => {
  await rm(scratch, { recursive: true, force: true });
});

/** A run, and the most memory that it had at once, in megabytes. */
async function measured(
  action: ActionUnderTest,
  inputs: Readonly<Record<string, string>>,
): Promise<{ result: StepResult; peak: number }> {
  const peakFile = join(scratch, 'peak');
  const result = await action.run(inputs, {
    under: ['sh', '-c', 'program="$0"; exec "$program" --require "$PEAK_SCRIPT" "$@"'],
    env: { NODE_OPTIONS: LITTLE_HEAP, PEAK_SCRIPT: join(scratch, 'peak.cjs'), PEAK_FILE: peakFile },
  });
  expectGoodManners(result);
  return { result, peak: Number(await readFile(peakFile, 'utf8')) / 1000 };
}

/** Makes a file of that size that takes no place. */
function sparse(path: string, bytes: number): void {
  const descriptor = openSync(path, 'w');
  ftruncateSync(descriptor, bytes);
  closeSync(descriptor);
}

onLinux(
  'FS-15 10,000 files are deployed to Vertex AI in bounded memory, and refused by AI Platform',
  async () => {
    const action = await actionUnderTest();
    try {
      await action.copyModel('tensorflow/export/1700000000', 'many');
      for (let folder = 0; folder < 100; folder += 1) {
        const path = join(action.workspace, 'many', 'assets', String(folder));
        mkdirSync(path);
        for (let file = 0; file < 100; file += 1) {
          writeFileSync(join(path, `${file}.txt`), `${folder} ${file}`);
        }
      }
      const inputs = { model: 'many', source: 'many', version: 'v1' };
      const refused = await action.run(inputs);
      expectGoodManners(refused);
      expect(refused.outputs['error_code']).toBe('too-large');
      expect(action.sent('POST', /./)).toEqual([]);

      const { result, peak } = await measured(action, { ...inputs, platform: 'vertex-ai' });
      expect(result.outputs).toMatchObject({ status: 'deployed', uploaded_files: '10005' });
      expect(result.summary.length).toBeLessThan(900 * 1024);
      expect(action.sent('POST', /^\/upload\//)).toHaveLength(10_005);
      expect(peak).toBeLessThan(PEAK_MEGABYTES);
    } finally {
      await action[Symbol.asyncDispose]();
    }
  },
);

onLinux('FS-14 a file of 20 GiB takes no more memory than one of 1 GiB', async () => {
  const action = await actionUnderTest({ keepContents: false, md5: false });
  try {
    const peaks: number[] = [];
    for (const gibibytes of [1, 20]) {
      const name = `weights_${gibibytes}`;
      mkdirSync(join(action.workspace, name));
      sparse(join(action.workspace, name, 'weights.bin'), gibibytes * GIBIBYTE);
      action.emulator.forgetRequests();
      const { result, peak } = await measured(action, {
        model: name,
        source: name,
        version: 'v1',
        platform: 'vertex-ai',
        image: IMAGE,
      });
      expect(result.outputs).toMatchObject({
        status: 'deployed',
        uploaded_bytes: String(gibibytes * GIBIBYTE),
      });
      expect(await action.objects(`${name}/`)).toEqual([`${name}/v1/weights.bin`]);
      const received = action
        .sent('PUT', /upload_id=/)
        .reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
      expect(received).toBeLessThan(gibibytes * 1.001 * GIBIBYTE);
      peaks.push(peak);
    }
    const [small = 0, large = 0] = peaks;
    expect(large).toBeLessThan(PEAK_MEGABYTES);
    expect(large).toBeLessThan(small + 40);
  } finally {
    await action[Symbol.asyncDispose]();
  }
});

onLinux(
  'UP-05, UP-06, UP-08 and UP-09 in a file of 1 GiB: only what was lost is sent again',
  async () => {
    const action = await actionUnderTest({ keepContents: false, md5: false });
    try {
      mkdirSync(join(action.workspace, 'weights'));
      sparse(join(action.workspace, 'weights', 'weights.bin'), GIBIBYTE);
      const chunk = { method: 'PUT', url: /upload_id=/ };
      const faults = [
        action.emulator.misbehave({
          ...chunk,
          after: 5,
          action: { kind: 'status-after', bytes: 8 * MEBIBYTE, status: 503 },
        }),
        action.emulator.misbehave({ ...chunk, after: 5, action: { kind: 'status', status: 408 } }),
        action.emulator.misbehave({
          ...chunk,
          after: 20,
          action: { kind: 'reset', afterBytes: 99 },
        }),
        action.emulator.misbehave({ ...chunk, after: 25, action: { kind: 'lose-answer' } }),
        action.emulator.misbehave({ ...chunk, after: 30, action: { kind: 'status', status: 410 } }),
      ];
      const inputs = { model: 'weights', source: 'weights', version: 'v1', image: IMAGE };
      const { result } = await measured(action, { ...inputs, platform: 'vertex-ai' });
      expect(faults.map(({ played }) => played)).toEqual([1, 1, 1, 1, 1]);
      expect(result.outputs).toMatchObject({
        status: 'deployed',
        uploaded_bytes: String(GIBIBYTE),
      });
      expect(await action.objects('weights')).toEqual(['weights/v1/weights.bin']);
      const received = action
        .sent('PUT', /upload_id=/)
        .reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
      // A chunk of 16 MiB for each fault but the last, which costs a part of 32 MiB.
      expect(received).toBeLessThan(GIBIBYTE + 4 * 16 * MEBIBYTE + 32 * MEBIBYTE + MEBIBYTE);
    } finally {
      await action[Symbol.asyncDispose]();
    }
  },
);
