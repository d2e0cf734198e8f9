import { Failure } from '../failure.ts';
import type { Explanation, Findings } from '../record.ts';
import { accessRules } from './explain/access-rules.ts';
import { closedRules } from './explain/closed-rules.ts';
import { identityRules } from './explain/identity-rules.ts';
import { doing, known, refusal } from './explain/known.ts';
import { loadRules } from './explain/load-rules.ts';
import { machineRules, statusRules } from './explain/machine-rules.ts';
import { fits } from './explain/rule.ts';
import type { Found, Rule } from './explain/rule.ts';
import { quotaRules } from './explain/quota-rules.ts';
import { storageRules } from './explain/storage-rules.ts';
import { told } from './explain/told.ts';
import type { Circumstances, Told } from './explain/told.ts';
import { versionRules } from './explain/version-rules.ts';

/** Every rule in the order in which they are tried: what names a thing before what only has its status. */
export const rules: readonly Rule[] = [
  ...closedRules,
  ...quotaRules,
  ...versionRules,
  ...loadRules,
  ...storageRules,
  ...identityRules,
  ...accessRules,
  ...machineRules,
  ...statusRules,
];

/** An explanation, and the rule that it comes from (`rules`); without one for our own failures and unknown errors. */
export interface Diagnosis extends Explanation {
  readonly rule?: string;
}

/**
 * Turns whatever was thrown into what failed, why, and what to do next. A `Failure` says all that itself.
 * The words of others are plain, untrusted text in the result; stacks are never part of it.
 */
export function explain(error: unknown, circumstances: Circumstances): Diagnosis {
  const findings = circumstances.findings ?? {};
  if (error instanceof Failure) {
    const { code, what, why, reasons, next } = error;
    return { code, what, why, reasons, next: whereItIs(findings, circumstances) ?? next };
  }
  const saying = told(error);
  const names = known(saying, circumstances);
  for (const rule of rules) {
    const parts = fits(rule, saying);
    if (parts === undefined) continue;
    const found: Found = { ...names, told: saying, part: (name) => parts[name] ?? '' };
    return {
      rule: rule.id,
      code: rule.code,
      what: rule.what?.(found) ?? doing(saying, names),
      why: rule.why?.(found) ?? refusal(saying),
      ...reasonsOf(saying, findings),
      next: whereItIs(findings, circumstances) ?? rule.next(found),
    };
  }
  return {
    code: 'internal',
    what: doing(saying, names),
    why: refusal(saying),
    ...reasonsOf(saying, findings),
    next: 'This is not expected. Run the job again with debug logging, and report it with its log if it happens again.',
  };
}

/** Each field that was refused is a line, by the name of our input; and so is what holds a quota. */
function reasonsOf(
  { violations }: Told,
  { holders = [] }: Findings,
): { readonly reasons?: readonly string[] } {
  const reasons = [...violations, ...holders.map((holder) => `Held by ${holder}`)];
  return reasons.length === 0 ? {} : { reasons };
}

/** What to type when the model is in another region; `undefined` when it is nowhere else. */
function whereItIs({ modelIsIn = [] }: Findings, { request }: Circumstances): string | undefined {
  const [only, ...others] = modelIsIn;
  if (only === undefined) return undefined;
  const model = `Model "${request?.model ?? 'MODEL'}"`;
  return others.length === 0
    ? `${model} is in ${only}: set \`region: ${only}\`.`
    : `${model} is in ${modelIsIn.join(', ')}: set \`region\` to the one that is meant.`;
}
