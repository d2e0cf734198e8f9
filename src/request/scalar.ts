import { nearestName } from '../nearest-name.ts';
import { Problem } from './problem.ts';

/** A flag in the words of YAML 1.2, as `core.getBooleanInput` accepts them. */
export function flag(given: string): boolean {
  if (/^(true|True|TRUE)$/.test(given)) return true;
  if (/^(false|False|FALSE)$/.test(given)) return false;
  throw new Problem(
    'must be true or false (spelled true, True, TRUE, false, False or FALSE, as in YAML 1.2).',
  );
}

/** A parser of whole decimal numbers within bounds, both included. */
export function wholeNumber(least: number, most: number): (given: string) => number {
  return (given) => {
    const value = /^(0|[1-9]\d*)$/.test(given) ? Number(given) : NaN;
    if (value >= least && value <= most) return value;
    throw new Problem(`must be a whole decimal number from ${least} to ${most}.`);
  };
}

/** A parser of one of a few words, spelled exactly so. */
export function oneOf<Word extends string>(...words: readonly Word[]): (given: string) => Word {
  return (given) => {
    const word = words.find((candidate) => candidate === given);
    if (word !== undefined) return word;
    const meant =
      nearestName(given, words) ?? words.find((candidate) => isSpelledAlike(given, candidate));
    throw new Problem(
      `must be one of: ${words.join(', ')}${meant === undefined ? '.' : `; did you mean ${meant}?`}`,
    );
  };
}

/** Whether two words differ in their case, spaces and marks only. */
function isSpelledAlike(one: string, other: string): boolean {
  const letters = (word: string): string => word.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return letters(one) === letters(other);
}

/** A parser of text that has a form; `sentence` says which, for people. */
export function matching(form: RegExp, sentence: string): (given: string) => string {
  return (given) => {
    if (form.test(given)) return given;
    throw new Problem(sentence);
  };
}

/** Any text. */
export function text(given: string): string {
  return given;
}
