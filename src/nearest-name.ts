/**
 * The candidate that was most likely meant: the one with the fewest edits (Levenshtein), as long as
 * they are at most a third of the longer name, case not counted. `undefined` when none is that near.
 */
export function nearestName(given: string, candidates: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let fewest = Infinity;
  for (const candidate of candidates) {
    const edits = distance(given.toLowerCase(), candidate.toLowerCase());
    if (edits < fewest && edits <= Math.max(given.length, candidate.length) / 3) {
      nearest = candidate;
      fewest = edits;
    }
  }
  return nearest;
}

/** Whether one name becomes the other by one edit, or by swapping two neighbours; case not counted. */
export function isOneSlip(given: string, name: string): boolean {
  const [from, to] = [given.toLowerCase(), name.toLowerCase()];
  if (distance(from, to) === 1) return true;
  const place = Array.from(from).findIndex((character, index) => character !== to[index]);
  if (place < 0 || from.length !== to.length) return false;
  const swapped = `${from.slice(0, place)}${from.charAt(place + 1)}${from.charAt(place)}${from.slice(place + 2)}`;
  return swapped === to;
}

/** Edits (insert, delete, replace one character) that lead from one word to the other. */
function distance(from: string, to: string): number {
  // The difference in length is a lower bound, and stops long input from costing anything.
  if (Math.abs(from.length - to.length) > Math.max(from.length, to.length) / 3) return Infinity;
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = from[row - 1] === to[column - 1] ? 0 : 1;
      current.push(
        Math.min(
          (previous[column] ?? Infinity) + 1,
          (current[column - 1] ?? Infinity) + 1,
          (previous[column - 1] ?? Infinity) + replaced,
        ),
      );
    }
    previous = current;
  }
  return previous[to.length] ?? Infinity;
}
