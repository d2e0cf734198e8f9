const HEAD = 2500;
const TAIL = 1400;

/**
 * The beginning and the end of a text from outside, at most 4,000 characters: what is said stands at the
 * beginning, and in a long log at the end. Nothing of ours reads more of it, so that no length slows us down.
 */
export function headAndTail(text: string): string {
  if (text.length <= 4000) return text;
  const left = text.length - HEAD - TAIL;
  return `${text.slice(0, HEAD)}\n… (${left} characters left out) …\n${text.slice(-TAIL)}`;
}
