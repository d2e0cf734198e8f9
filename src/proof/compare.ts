import { isJsonObject } from '../json.ts';
import type { Json } from '../world.ts';

const LONGEST_SHOWN = 80;

/** How predictions differ from the expected ones. */
export interface Comparison {
  /** A sentence for each place that differs by more than the tolerance. */
  readonly differences: readonly string[];
  /** Largest difference between two numbers in the same place. */
  readonly maximumDifference: number;
}

/**
 * Compares predictions with the expected ones, in every place: numbers may differ by the tolerance, absolute
 * or relative to the larger one; all else is equal or not.
 */
export function compare(
  given: readonly Json[],
  expected: readonly Json[],
  tolerance: number,
): Comparison {
  const differences: string[] = [];
  let maximumDifference = 0;
  const differ = (path: string, one: Json | undefined, other: Json | undefined): void => {
    differences.push(`${path} is ${shown(one)}, and ${shown(other)} was expected.`);
  };
  const look = (path: string, one: Json | undefined, other: Json | undefined): void => {
    if (typeof one === 'number' && typeof other === 'number') {
      const difference = Math.abs(one - other);
      maximumDifference = Math.max(maximumDifference, difference);
      const relative = tolerance * Math.max(Math.abs(one), Math.abs(other));
      // Not "greater than", so that a difference that is no number fails.
      if (!(difference <= tolerance || difference <= relative)) differ(path, one, other);
    } else if (Array.isArray(one) && Array.isArray(other)) {
      const [left, right] = [one as readonly Json[], other as readonly Json[]];
      if (left.length !== right.length) {
        differences.push(`${path} has ${left.length} entries, and ${right.length} were expected.`);
        return;
      }
      left.forEach((item, index) => {
        look(`${path}[${index}]`, item, right[index]);
      });
    } else if (isJsonObject(one) && isJsonObject(other)) {
      for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
        look(`${path}.${key}`, one[key], other[key]);
      }
    } else if (one !== other) {
      differ(path, one, other);
    }
  };
  look('predictions', given, expected);
  return { differences, maximumDifference };
}

function shown(value: Json | undefined): string {
  const text = value === undefined ? 'missing' : JSON.stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
