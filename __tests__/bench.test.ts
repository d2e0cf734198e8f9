import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chart } from '../bench/chart.ts';
import { buildClient } from '../bench/build-clients.ts';
import { compareHashers } from '../bench/checksums.ts';
import { contestants } from '../bench/contestants.ts';
import type { ContestantId } from '../bench/contestants.ts';
import { figuresOf, rawLimit } from '../bench/figures.ts';
import type { Cell, Figures } from '../bench/figures.ts';
import { measure } from '../bench/measure.ts';
import { profiles } from '../bench/profiles.ts';
import { deployStatement, resultsPage, targetSection } from '../bench/results-page.ts';
import type { Results } from '../bench/results.ts';
import { BUCKET, listChecksums } from '../bench/objects.ts';
import { startService } from '../bench/service.ts';
import { median, spread, turned } from '../bench/statistics.ts';
import { judge } from '../bench/targets.ts';
import { compareUploads } from '../bench/uploads.ts';
import { listWorkloads, writeWorkload } from '../bench/workloads.ts';
import { startEmulator } from '../emulator/emulator.ts';
import { crc32c, crc32cBase64 } from '../emulator/storage/crc32c.ts';

function figures(wallSeconds: number, more: Partial<Figures> = {}): Figures {
  return {
    wallSeconds,
    spread: 0.05,
    cpuSeconds: wallSeconds / 2,
    peakMegabytes: 100,
    requests: 6,
    serverCpuSeconds: 0.5,
    firstRequestSeconds: 0.1,
    ...more,
  };
}

function cell(
  workload: Cell['workload'],
  profile: Cell['profile'],
  walls: Partial<Record<ContestantId, number>>,
): Cell {
  const each = Object.entries(walls).map(([id, wall]): [ContestantId, Figures] => [
    id as ContestantId,
    figures(wall),
  ]);
  return { workload, profile, figures: new Map(each) };
}

const fast = { 'raw-16': 1, 'raw-32': 0.8, ours: 1, gcloud: 4, library: 5, ceiling: 0.7 };

const results: Results = {
  machine: {
    date: new Date(Date.UTC(2026, 10, 23)),
    processor: 'A <processor>',
    cores: 2,
    memoryBytes: 8 * 1024 ** 3,
    system: 'Linux 6.1',
    node: '24.21.0',
    library: '8.4.0',
    gcloud: undefined,
    loads: [0.25, 1.5],
  },
  quick: false,
  server: undefined,
  rounds: 5,
  startUpRounds: 20,
  workloads: listWorkloads(false).slice(0, 1),
  profiles,
  cells: [cell('W1', 'P0', fast), cell('W1', 'P1', { 'raw-16': 1, ours: 2 })],
  hashers: new Map([
    ['action', 3500.4],
    ['library', 400],
  ]),
  startUps: new Map([['action', figures(0.16)]]),
  deploys: new Map([
    ['raw-16', figures(0.7)],
    ['action', figures(4.8)],
  ]),
};

describe('statistics', () => {
  test('the median is the middle value, or the mean of the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([7])).toBe(7);
    expect(() => median([])).toThrow(RangeError);
  });

  test('the spread is half the distance of the extremes over the median', () => {
    expect(spread([1, 2, 4])).toBe(0.75);
    expect(spread([3])).toBe(0);
  });

  test('each round begins with another one, and each one comes after every other', () => {
    const rounds = [0, 1, 2, 3, 4].map((round) => turned(['a', 'b', 'c', 'd'], round).join(''));
    expect(rounds).toEqual(['adbc', 'bacd', 'cbda', 'dcab', 'adbc']);
    const pairs = rounds
      .slice(0, 4)
      .flatMap((round) => [0, 1, 2].map((at) => round.slice(at, at + 2)));
    expect(new Set(pairs).size).toBe(4 * 3);
    expect(turned([], 3)).toEqual([]);
  });

  test('figures are medians, and the first request counts from the start of its own process', () => {
    const runs = [1, 2, 30].map((wallSeconds, index) => ({
      measurement: { wallSeconds, cpuSeconds: index, peakMegabytes: undefined, startedAt: 1000 },
      server: { requests: 6, cpuSeconds: 0.5, firstRequestAt: 1100 + index },
    }));
    expect(figuresOf(runs)).toEqual({
      wallSeconds: 2,
      spread: 7.25,
      cpuSeconds: 1,
      peakMegabytes: undefined,
      requests: 6,
      serverCpuSeconds: 0.5,
      firstRequestSeconds: 0.101,
    });
  });
});

describe('targets', () => {
  test('the raw limit is the faster setting', () => {
    expect(rawLimit(cell('W1', 'P0', fast))?.wallSeconds).toBe(0.8);
    expect(rawLimit(cell('W1', 'P0', { ours: 1 }))).toBeUndefined();
  });

  test('each is held against its own peer, and one that did not run is not judged', () => {
    const judged = judge([cell('W1', 'P0', { 'raw-16': 1, ours: 1.4, library: 4 })]);
    const found = Object.fromEntries(
      judged
        .filter(({ workload, profile }) => workload === 'W1' && profile === 'P0')
        .map(({ figure, measured, met }) => [figure, [measured, met]]),
    );
    expect(found).toEqual({
      'wall / raw': [1.4, true],
      'wall / gcloud': [undefined, undefined],
      'wall / library': [0.35, false],
      'CPU / raw': [1.4, true],
      'peak MB': [100, true],
    });
    expect(judged).toHaveLength(28);
  });

  test('what is missed is said with where the time went', () => {
    const section = targetSection([cell('W4', 'P0', { ...fast, ours: 3 })]);
    expect(section).toContain('2 of 4 met.');
    expect(section).toContain('| W4 | P0 | wall / raw | 2.5 | 3.75 | ✗ |');
    expect(section).toContain('| W4 | P0 | peak MB | 100 | 100 | ✓ |');
    expect(section).toContain(
      '- W4 P0, wall / raw, wall / gcloud: ours took 3.00 s (±5 %, first request ' +
        'after 0.10 s), the raw limit 0.80 s (±5 %, first request after 0.10 s), CPU 1.50 s ' +
        "against 0.40 s, and 0.50 s in the emulator, the server's ceiling 0.70 s, gcloud 4.00 s " +
        '(±5 %, first request after 0.10 s), of which the raw limit itself is 0.200.',
    );
  });

  test('a deploy may cost the limit, the operation and 1.5 s', () => {
    const deploy = (wall: number): string =>
      deployStatement(
        new Map([
          ['raw-16', figures(0.9)],
          ['raw-32', figures(0.7)],
          ['action', figures(wall)],
        ]),
      );
    expect(deploy(5.1)).toBe(
      'A deploy costs the upload limit (0.70 s), the operation (3.00 s) and 1.40 s; at most 1.5 s are allowed: ✓',
    );
    expect(deploy(5.3)).toMatch(/and 1\.60 s; at most 1\.5 s are allowed: ✗$/);
  });
});

describe('what is written', () => {
  test('the page says where it was measured, and gives a dash for what did not run', () => {
    const page = resultsPage(results);
    expect(page).toContain('on 2026-11-23: A <processor>, 2 cores, 8 GiB, Linux 6.1, Node 24.21.0');
    expect(page).toContain('gcloud is not installed; load average 0.3 before, 1.5 after.');
    expect(page).toContain('## W1: SavedModel, 305 MB in 6 files, one of 300 MB');
    expect(page).toContain(
      '| **deploy-ai-platform** | 1.00 / 0.50 / 100 | 2.00 / 1.00 / 100 | 6 | ±5 % |',
    );
    expect(page).toContain('| `gcloud storage cp -r` | 4.00 / 2.00 / 100 | – | 6 | ±5 % |');
    expect(page).not.toContain('undefined');
    expect(page).not.toContain('NaN');
  });

  test('a quick run judges nothing', () => {
    const page = resultsPage({ ...results, quick: true });
    expect(page).toContain('**Quick run: small files, figures mean nothing.**');
    expect(page).not.toContain('## Targets');
  });

  test('the chart is one static image with a bar for everybody, the longest for the slowest', () => {
    const image = chart({ ...results, cells: [cell('W1', 'P1', fast)] });
    expect(image).toMatch(/^<svg [^>]*width="800"/);
    expect(image).not.toMatch(/<script|<a |href|on\w+=/);
    const bars = [...image.matchAll(/<rect x[^>]* width="([\d.]+)"[^>]*class="(\w+)"/g)];
    expect(bars.map(([, , kind]) => kind)).toEqual(['limit', 'ours', 'peer', 'peer']);
    const lengths = bars.map(([, length]) => Number(length));
    expect(Math.max(...lengths)).toBe(lengths[2]);
    expect((lengths[1] ?? 0) / (lengths[2] ?? 1)).toBeCloseTo(1 / 5, 2);
    expect(chart({ ...results, cells: [] })).toContain('</svg>');
  });

  test('names in the chart are text, whatever they hold', () => {
    const workloads = [{ ...results.workloads[0], id: 'W1' as const, title: 'a<b&c', files: [] }];
    const image = chart({ ...results, workloads, cells: [cell('W1', 'P1', fast)] });
    expect(image).toContain('>a&lt;b&amp;c</text>');
  });
});

describe('what is compared', () => {
  let scratch: string;
  beforeEach(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'bench-test-'));
  });
  afterEach(async () => {
    await rm(scratch, { recursive: true });
  });

  test('files are the same each time, incompressible, and known by the CRC-32C of a third party', async () => {
    const file = { name: 'a/b.bin', bytes: 2_000_000 };
    const workload = { id: 'W1' as const, title: '', files: [file] };
    const checksums = await writeWorkload(workload, scratch);
    expect([...checksums]).toEqual([['a/b.bin', 'Erq5jA==']]);
    const written = await readFile(join(scratch, 'a', 'b.bin'));
    expect(written.length).toBe(2_000_000);
    expect(crc32cBase64(crc32c(written))).toBe('Erq5jA==');
    expect(gzipSync(written).length).toBeGreaterThan(2_000_000);
  });

  test('the checksums of all agree, and each has its row', async () => {
    const hashers = await compareHashers(1);
    expect([...hashers.keys()]).toEqual(['action', 'hash-wasm', 'library']);
    expect(Math.min(...hashers.values())).toBeGreaterThan(0);
    expect(resultsPage(results)).toContain(
      "|  | MiB/s |\n| --- | --- |\n| **deploy-ai-platform**: WebAssembly, where the bytes were read to | 3500 |\n| `@google-cloud/storage`'s own: JavaScript | 400 |",
    );
  });

  test('the workloads are those of the issue', () => {
    const sizes = listWorkloads(false).map(({ id, files }) => [
      id,
      files.length,
      files.reduce((sum, { bytes }) => sum + bytes, 0) / 1024 ** 2,
    ]);
    expect(sizes).toEqual([
      ['W1', 6, 305],
      ['W2', 2000, 31.25],
      ['W3', 1, 2048],
      ['W4', 1, 3],
    ]);
    const uploaders = contestants.filter(({ takesPart }) => {
      const [whole] = listWorkloads(false);
      const [loopback] = profiles;
      return whole !== undefined && loopback !== undefined && takesPart(whole, loopback);
    });
    expect(uploaders).toHaveLength(contestants.length);
  });

  test('a process is measured whole, and its requests are counted by the server', async () => {
    await using service = await startService({});
    const script = `await fetch('${service.origin}/storage/v1/b/${BUCKET}/o?prefix=x');
      Buffer.alloc(50e6, 1); while (process.cpuUsage().user < 1e5);`;
    const measurement = await measure({
      kind: 'node',
      line: ['--input-type=module', '-e', script],
    });
    const report = await service.report();
    expect(report.requests).toBe(1);
    expect(report.firstRequestAt).toBeGreaterThan(measurement.startedAt);
    expect(measurement.cpuSeconds).toBeGreaterThan(0.1);
    expect(measurement.wallSeconds).toBeGreaterThan(0);
    expect(measurement.peakMegabytes).toBeGreaterThan(80);
    expect((await service.report()).requests).toBe(0);
  });

  test('another server is uploaded to as it is, checked, and cleared', async () => {
    const emulator = await startEmulator();
    try {
      const workload = listWorkloads(true).find(({ id }) => id === 'W4');
      if (workload === undefined) throw new Error('W4 is a workload.');
      const bundle = await buildClient('raw', scratch);
      const without = contestants
        .map(({ id }) => id)
        .filter((id) => id !== 'raw-16' && id !== 'ceiling');
      const cells = await compareUploads({
        ...{ workloads: [workload], profiles: profiles.slice(0, 1), rounds: 1, without },
        ...{ scratch, say: () => undefined, server: emulator.origin },
        clients: { bundle: () => bundle, gcloud: undefined },
      });
      expect([...(cells[0]?.figures.keys() ?? [])]).toEqual(['raw-16', 'ceiling']);
      expect(cells[0]?.figures.get('raw-16')?.requests).toBeUndefined();
      const uploads = emulator.requests.filter(({ url }) => url.startsWith('/upload/'));
      expect(uploads).toHaveLength(4);
      expect((await listChecksums(emulator.origin, '')).size).toBe(0);
      const page = resultsPage({ ...results, cells, server: emulator.origin });
      expect(page).toContain(`The server is another one, at ${emulator.origin};`);
      expect(page).not.toContain("emulator's CPU");
      expect(page).not.toContain('undefined');
    } finally {
      await emulator.close();
    }
  }, 60_000);

  test('a process that fails is no measurement', async () => {
    const command = {
      kind: 'node',
      line: ['-e', 'console.error("no"); process.exitCode = 3'],
    } as const;
    await expect(measure(command)).rejects.toThrow(/ended with 3:\nno/);
    expect((await measure({ ...command, status: 3 })).wallSeconds).toBeGreaterThan(0);
  });
});
