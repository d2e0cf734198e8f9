/**
 * The split of an endpoint's traffic after one deployed model got its share: so many percent for `id`,
 * the rest scaled over those of the others that had any, by largest remainder. Who had none keeps none;
 * where nobody else has any, `id` gets all. Always sums to exactly 100.
 *
 * @param split Percent by id of the deployed model, as the endpoint has it; `id` may be in it or not.
 * @param percent Whole, 0 to 100.
 */
export function shiftTraffic(
  split: Readonly<Record<string, number>>,
  id: string,
  percent: number,
): Record<string, number> {
  const others = Object.entries(split).filter(([other]) => other !== id);
  const had = others.reduce((sum, [, share]) => sum + share, 0);
  if (had === 0) return { ...Object.fromEntries(others), [id]: 100 };
  const scaled = others.map(([other, share]) => {
    const exact = (share * (100 - percent)) / had;
    return { other, share, whole: Math.floor(exact), remainder: exact - Math.floor(exact) };
  });
  const left = 100 - percent - scaled.reduce((sum, { whole }) => sum + whole, 0);
  const favoured = scaled
    .filter(({ share }) => share > 0)
    .sort((one, two) => two.remainder - one.remainder || two.share - one.share)
    .slice(0, left)
    .map(({ other }) => other);
  return {
    ...Object.fromEntries(
      scaled.map(({ other, whole }) => [other, whole + (favoured.includes(other) ? 1 : 0)]),
    ),
    [id]: percent,
  };
}
