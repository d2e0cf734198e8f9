import type { ProofResult } from '../record.ts';

/**
 * How far the numbers of a proof were from the expected ones, as one part of a list, or none: a proof may be bad for
 * another reason, and `0` beside it would only puzzle.
 */
export function proofDifference({ verdict, maximumDifference }: ProofResult): readonly string[] {
  if (maximumDifference === undefined || (verdict === 'bad' && maximumDifference === 0)) return [];
  return [`largest difference ${Number(maximumDifference.toPrecision(3))}`];
}
