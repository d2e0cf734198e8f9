import type { UploadProgress } from '../storage/cloud-storage.ts';

/** A size in decimal units (1 kB = 1,000 B), which is how networks and disks are sold: `120.0 MB`, `512 B`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  const units = ['kB', 'MB', 'GB', 'TB'] as const;
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(1)} ${units[unit] ?? 'TB'}`;
}

/** A duration in seconds: `0.4 s`, `41 s`, `11 min 2 s`, `1 h 5 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return two(Math.floor(whole / 60), 'min', whole % 60, 's');
  const minutes = Math.round(whole / 60);
  return two(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

/** A number with its noun: `1 file`, `1,000 files`. */
export function formatCount(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/**
 * How far an upload is after so many seconds, as one line of the log:
 * `Uploaded 120.0 MB of 305.0 MB (39 %), 58 MB/s, about 4 s left`.
 */
export function progressLine(progress: UploadProgress, seconds: number): string {
  const { sentBytes, totalBytes } = progress;
  const percent = totalBytes === 0 ? 100 : Math.floor((sentBytes / totalBytes) * 100);
  const soFar = `Uploaded ${formatBytes(sentBytes)} of ${formatBytes(totalBytes)} (${percent} %)`;
  const rate = seconds > 0 ? sentBytes / seconds : 0;
  if (rate === 0) return soFar;
  const left = Math.ceil((totalBytes - sentBytes) / rate);
  return `${soFar}, ${formatRate(rate)}${left > 0 ? `, about ${formatDuration(left)} left` : ''}`;
}

function formatRate(bytesPerSecond: number): string {
  const [value = '', unit = ''] = formatBytes(bytesPerSecond).split(' ');
  return `${Number(value) >= 10 ? Math.round(Number(value)) : value} ${unit}/s`;
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
