import { matching } from './scalar.ts';

/** Versions that exist and end in a zero, by what YAML makes of them without quotes. */
const LOST_ZEROS: Readonly<Record<string, string>> = { '2.1': '2.10', '3.1': '3.10' };

/** A parser of `major.minor`. */
export function majorMinor(example: string): (given: string) => string {
  return matching(/^\d{1,3}\.\d{1,3}$/, `must be major.minor, in quotes, such as '${example}'.`);
}

/** A sentence when a version may have lost its last zero: YAML reads an unquoted 2.10 as the number 2.1. */
export function warnOfLostZero(input: string, given: string | undefined): readonly string[] {
  const meant = Object.hasOwn(LOST_ZEROS, given ?? '') ? LOST_ZEROS[given ?? ''] : undefined;
  return meant === undefined
    ? []
    : [
        `${input} is ${given ?? ''}. If you meant ${meant}, write it in quotes (${input}: '${meant}'): without them YAML reads ${meant} as the number ${given ?? ''}.`,
      ];
}
