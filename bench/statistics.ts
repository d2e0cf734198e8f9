/** The middle value; of an even number, the mean of the two in the middle. @throws RangeError without values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new RangeError('No values.');
  return (lower + upper) / 2;
}

/** Half of what lies between the extremes, as a share of the median: how far to trust it. */
export function spread(values: readonly number[]): number {
  return (Math.max(...values) - Math.min(...values)) / 2 / median(values);
}

/**
 * The items in another order each round, so that none always runs after the same one: in as many rounds as
 * there are items, each comes once at every place, and after each other one at most twice (E. J. Williams,
 * "Experimental designs balanced for the estimation of residual effects of treatments", 1949).
 */
export function turned<T>(items: readonly T[], round: number): readonly T[] {
  const at = items.length === 0 ? 0 : round % items.length;
  const left = [...items.slice(at), ...items.slice(0, at)];
  return items.flatMap((_, place) => (place % 2 === 0 ? left.splice(0, 1) : left.splice(-1)));
}
