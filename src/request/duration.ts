import { Problem } from './problem.ts';

const SECONDS = { s: 1, m: 60, h: 3600 } as const;

/** GitHub ends a job on its own runners after six hours, so no longer wait can be kept. */
export const LONGEST_WAIT_SECONDS = 6 * 3600;

/** Seconds of a duration such as `90s`, `45m` or `2h`; more than none. */
export function duration(given: string): number {
  const [, digits, unit] = /^(\d+)([smh])$/.exec(given) ?? [];
  const seconds = digits === undefined ? 0 : Number(digits) * SECONDS[unit as keyof typeof SECONDS];
  if (seconds > 0) return seconds;
  throw new Problem('must be a duration above zero: digits and s, m or h, such as 90s, 45m or 2h.');
}
