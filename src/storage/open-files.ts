import { readFileSync } from 'node:fs';

/** What Node, the log and the other services keep open. */
const TAKEN = 40;

/**
 * Requests that the system lets this process have in flight, when each has a connection and a file
 * open. Only Linux tells; elsewhere, and where it sets no limit, `Infinity`.
 */
export function requestsThatFit(): number {
  return fitting(limits());
}

/** The same for the text of `/proc/self/limits` (proc_pid_limits(5)); one at least. */
export function fitting(text: string): number {
  const files = /^Max open files\s+(\d+)/m.exec(text)?.[1];
  return files === undefined ? Infinity : Math.max(1, Math.floor((Number(files) - TAKEN) / 2));
}

function limits(): string {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return '';
  }
}
