import { Failure } from '../failure.ts';

/** One thing that is wrong with an artifact, and its cure. Both whole sentences. */
export interface Problem {
  readonly what: string;
  readonly next: string;
}

/** All that is wrong with an artifact in one failure. `problems` holds at least one. */
export function artifactFailure(artifact: string, problems: readonly Problem[]): Failure {
  const several = problems.length > 1;
  // Ten faults of the same kind teach no more than five.
  const told = problems.slice(0, 10);
  const rest = problems.length - told.length;
  const number = (sentence: string, index: number): string =>
    several ? `(${index + 1}) ${sentence}` : sentence;
  const cures = [...new Set(told.map(({ next }) => next))];
  return new Failure({
    code: 'artifact',
    what: several
      ? `${quote(artifact)} cannot be deployed: ${problems.length} faults were found in it.`
      : `${quote(artifact)} cannot be deployed.`,
    why:
      told.map(({ what }, index) => number(what, index)).join(' ') +
      (rest > 0 ? ` And ${rest} more.` : ''),
    next: cures.join(' '),
  });
}

/** A name from outside as it may stand in a sentence: in backticks, control characters escaped. */
export function quote(name: string): string {
  const visible = name.replace(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `\`${visible}\``;
}

/** Names in one sentence: `a`, `b` and `c`; at most `most` of them. */
export function list(names: readonly string[], most = 5): string {
  const told = names.slice(0, most).map(quote);
  const rest = names.length - told.length;
  if (rest > 0) return `${told.join(', ')} and ${rest} more`;
  const last = told.pop() ?? 'nothing';
  return told.length > 0 ? `${told.join(', ')} and ${last}` : last;
}
