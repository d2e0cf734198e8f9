import { splitList } from './list.ts';
import { Problem, quoted } from './problem.ts';

/** Pairs of a `key=value` list, in order; the first `=` divides, no key occurs twice. */
export function splitPairs(given: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const item of splitList(given)) {
    const equals = item.indexOf('=');
    if (equals < 1) {
      throw new Problem(
        `must be a list of key=value, one a line or comma-separated (\\, is a comma within a value); ${quoted(item)} is not of that form.`,
      );
    }
    const key = item.slice(0, equals).trim();
    if (pairs.has(key))
      throw new Problem(`must name each key once; ${quoted(key)} is there twice.`);
    pairs.set(key, item.slice(equals + 1).trim());
  }
  return pairs;
}
