import type { ErrorCode, ServiceName } from '../../failure.ts';
import type { Known } from './known.ts';
import type { Told } from './told.ts';

/** What an error has to be for a rule to fit; all that is given must hold. */
export interface Condition {
  readonly service?: ServiceName;
  readonly http?: readonly number[];
  readonly status?: string;
  readonly code?: readonly string[];
  readonly reason?: string;
  readonly request?: RegExp;
  readonly host?: RegExp;
  /** Found in the message. Named groups are given to the rule's sentences. */
  readonly text?: RegExp;
}

/** What a rule's sentences are made of. */
export interface Found extends Known {
  readonly told: Told;
  /** Named groups of the condition's expressions; absent ones are empty. */
  readonly part: (name: string) => string;
}

/** One row: an error that people meet, and what to type next. The first that fits is used. */
export interface Rule {
  /** Name of the rule. */
  readonly id: string;
  readonly code: ErrorCode;
  /** Any one of these. */
  readonly when: readonly Condition[];
  /** What failed; by default read from the request. */
  readonly what?: (found: Found) => string;
  /** Why; by default the words of whoever refused. */
  readonly why?: (found: Found) => string;
  /** What to do. Commands and inputs stand between backticks. */
  readonly next: (found: Found) => string;
}

/** The named groups when one of the conditions holds, else `undefined`. */
export function fits(rule: Rule, error: Told): Readonly<Record<string, string>> | undefined {
  for (const condition of rule.when) {
    const parts = holds(condition, error);
    if (parts !== undefined) return parts;
  }
  return undefined;
}

function holds(condition: Condition, error: Told): Record<string, string> | undefined {
  const { service, http, status, code, reason } = condition;
  if (service !== undefined && service !== error.service) return undefined;
  if (http !== undefined && (error.http === undefined || !http.includes(error.http)))
    return undefined;
  if (status !== undefined && status !== error.status) return undefined;
  if (code !== undefined && (error.code === undefined || !code.includes(error.code)))
    return undefined;
  if (reason !== undefined && !error.reasons.includes(reason)) return undefined;
  const parts: Record<string, string> = {};
  const expressions = [
    [condition.request, error.request],
    [condition.host, error.host],
    [condition.text, error.text],
  ] as const;
  for (const [expression, value] of expressions) {
    if (expression === undefined) continue;
    const match = expression.exec(value);
    if (match === null) return undefined;
    Object.assign(parts, match.groups);
  }
  return parts;
}
