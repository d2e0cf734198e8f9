import type { Fault } from '../failure.ts';

const LONGEST_SHOWN = 200;

/** Thrown by a parser: what is wrong and what is allowed, as a sentence that can stand after the input's name. */
export class Problem extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'Problem';
  }
}

/** A piece of foreign text for a sentence: in quotes, control characters escaped, cut at 60 characters. */
export function quoted(text: string): string {
  return JSON.stringify(cut(text, 60));
}

/** What was given, as a fault shows it: cut, so that a huge value does not drown its own error. */
export function shown(given: string): string {
  return cut(given, LONGEST_SHOWN);
}

/** Runs a parser of an input; a `Problem` becomes a fault, and the value is then the absent one. */
export function attempt<Value>(
  faults: Fault[],
  input: string,
  given: string,
  parse: (given: string) => Value,
  absent: Value,
): Value {
  try {
    return parse(given);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    faults.push({ input, given: shown(given), problem: error.message });
    return absent;
  }
}

function cut(text: string, limit: number): string {
  const characters = Array.from(text.slice(0, 2 * limit));
  if (text.length <= 2 * limit && characters.length <= limit) return text;
  return `${characters.slice(0, limit).join('')}…`;
}
