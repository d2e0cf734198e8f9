import { wrongField } from './api.ts';

/** How many percent of an endpoint's traffic each deployed model gets, by its id. */
export type TrafficSplit = Readonly<Record<string, number>>;

/** Whose turn the next prediction is: what each deployed model is owed, in percent. */
export type Turn = Readonly<Record<string, number>>;

/**
 * Throws INVALID_ARGUMENT unless the split is empty, or sums to 100 over models that are there
 * (vertex-ai-v1.md, section 6).
 */
export function checkSplit(split: TrafficSplit, deployedIds: readonly string[]): void {
  const entries = Object.entries(split);
  if (entries.length === 0) return;
  const missing = Object.keys(split).filter((id) => !deployedIds.includes(id));
  if (missing.length > 0) {
    throw wrongField(
      'traffic_split',
      `The following DeployedModel ID(s) [${missing.join(', ')}] do not exist.`,
    );
  }
  for (const [id, percent] of entries) {
    if (percent < 0 || percent > 100) {
      throw wrongField(
        'traffic_split',
        `The traffic of the DeployedModel ${id} is ${percent} percent. It must be from 0 to 100.`,
      );
    }
  }
  const sum = entries.reduce((total, [, percent]) => total + percent, 0);
  if (sum === 100) return;
  throw wrongField(
    'traffic_split',
    `The traffic split sums to ${sum} percent. It must sum to 100.`,
  );
}

/**
 * The deployed model that answers now, and the turn after it. Each gets its share of any hundred
 * predictions in a row, evenly spread and always in the same order; `undefined` without a split.
 */
export function nextTurn(
  split: TrafficSplit,
  turn: Turn,
): { readonly id: string; readonly turn: Turn } | undefined {
  const shares = Object.entries(split).filter(([, percent]) => percent > 0);
  const owed = shares.map(([id, percent]) => [id, (turn[id] ?? 0) + percent] as const);
  const [chosen] = owed.toSorted(([, a], [, b]) => b - a);
  if (chosen === undefined) return undefined;
  const [id] = chosen;
  const after = owed.map(([other, debt]) => [other, other === id ? debt - 100 : debt] as const);
  return { id, turn: Object.fromEntries(after) };
}
