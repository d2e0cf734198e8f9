import type { RunContext } from './deploy-request.ts';
import { splitPairs } from './key-value.ts';
import { Problem, quoted } from './problem.ts';

/** Labels of one resource (Google Cloud, "Requirements for labels"). */
const MOST_LABELS = 64;
const KEY = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const VALUE = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;

/** `managed-by` of everything that this action makes: what lacks it is never deleted by us. */
export const MANAGED_BY = 'deploy-ai-platform';

/** Labels given by hand, checked, not yet merged with the others. */
export function labels(given: string): Readonly<Record<string, string>> {
  const pairs = splitPairs(given);
  for (const [key, value] of pairs) {
    if (!KEY.test(key)) {
      throw new Problem(
        `must have keys of 1 to 63 lowercase letters, digits, underscores and hyphens that start with a letter; ${quoted(key)} is not one.`,
      );
    }
    if (!VALUE.test(value)) {
      throw new Problem(
        `must have values of at most 63 lowercase letters, digits, underscores and hyphens; ${quoted(value)} of ${quoted(key)} is not one.`,
      );
    }
  }
  return Object.fromEntries(pairs);
}

/** What says where a version came from, in the grammar of labels; what is not known is left out. */
export function provenanceLabels(run: RunContext): Readonly<Record<string, string>> {
  const known: readonly (readonly [string, string | undefined])[] = [
    ['managed-by', MANAGED_BY],
    ['commit-sha', run.sha],
    ['repository', run.repository],
    ['run-id', run.runId],
    ['run-attempt', run.runAttempt],
    ['workflow', run.workflow],
  ];
  return Object.fromEntries(
    known
      .map(([key, value]) => [key, toLabelValue(value ?? '')] as const)
      .filter(([, value]) => value !== ''),
  );
}

/** The user's labels over those of provenance; 64 in all at most. */
export function mergeLabels(
  provenance: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const merged = { ...provenance, ...given };
  const count = Object.keys(merged).length;
  if (count > MOST_LABELS) {
    throw new Problem(
      `must leave at most ${MOST_LABELS} labels in all; these are ${count} with the ${Object.keys(provenance).length} that tell where a version came from (${Object.keys(provenance).join(', ')}).`,
    );
  }
  return merged;
}

function toLabelValue(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9_-]/gu, '_')
    .slice(0, 63);
}
