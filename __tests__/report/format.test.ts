import { formatBytes, formatCount, formatDuration, progressLine } from '../../src/report/format.ts';

describe('sizes are decimal', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [999_949, '999.9 kB'],
    [999_950, '1.0 MB'],
    [120_000_000, '120.0 MB'],
    [10_737_418_240, '10.7 GB'],
    [5e15, '5000.0 TB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('durations are short', () => {
  test.each([
    [0, '0 s'],
    [0.04, '0 s'],
    [0.44, '0.4 s'],
    [3, '3 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1 min'],
    [662, '11 min 2 s'],
    [3599.6, '1 h'],
    [3900, '1 h 5 min'],
    [90_000, '25 h'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

test('numbers agree with their nouns', () => {
  expect([formatCount(1, 'file'), formatCount(0, 'file'), formatCount(1000, 'file')]).toEqual([
    '1 file',
    '0 files',
    '1,000 files',
  ]);
});

describe('the line of a running upload', () => {
  const files = { sentFiles: 1, totalFiles: 3 };

  test('tells bytes, part, rate and time left', () => {
    const progress = { ...files, sentBytes: 120e6, totalBytes: 305e6 };
    expect(progressLine(progress, 2.07)).toBe(
      'Uploaded 120.0 MB of 305.0 MB (39 %), 58 MB/s, about 4 s left',
    );
  });

  test('tells slow rates more exactly, and long times in minutes', () => {
    const progress = { ...files, sentBytes: 1.5e6, totalBytes: 300e6 };
    expect(progressLine(progress, 1)).toBe(
      'Uploaded 1.5 MB of 300.0 MB (0 %), 1.5 MB/s, about 3 min 19 s left',
    );
  });

  test('tells no rate before anything was sent', () => {
    expect(progressLine({ ...files, sentBytes: 0, totalBytes: 10 }, 5)).toBe(
      'Uploaded 0 B of 10 B (0 %)',
    );
    expect(progressLine({ ...files, sentBytes: 10, totalBytes: 20 }, 0)).toBe(
      'Uploaded 10 B of 20 B (50 %)',
    );
  });

  test('is never at 100 % before the end, and tells no time left at the end', () => {
    expect(progressLine({ ...files, sentBytes: 9999, totalBytes: 10_000 }, 1)).toBe(
      'Uploaded 10.0 kB of 10.0 kB (99 %), 10 kB/s, about 1 s left',
    );
    expect(progressLine({ ...files, sentBytes: 10_000, totalBytes: 10_000 }, 1)).toBe(
      'Uploaded 10.0 kB of 10.0 kB (100 %), 10 kB/s',
    );
    expect(progressLine({ ...files, sentBytes: 0, totalBytes: 0 }, 1)).toBe(
      'Uploaded 0 B of 0 B (100 %)',
    );
  });
});
