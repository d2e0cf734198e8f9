import { Failure } from '../failure.ts';
import type { ErrorCode, Fault } from '../failure.ts';

/** A fault that is more than a wrong input: it has an error code, or a cure, of its own. */
export interface RuleFault extends Fault {
  /** `invalid-input` when absent. */
  readonly code?: ErrorCode;
  /** The one thing to do about it, when it is more than correcting the input. */
  readonly next?: string;
}

const LONGEST_GIVEN = 200;
const CORRECT = 'Correct what is named here and run again.';

/**
 * One failure that tells every fault, each as `input: what was given: problem`. The code is that of the
 * faults when they share one, else `invalid-input`.
 */
export function failureOf(faults: readonly RuleFault[]): Failure {
  const codes = new Set(faults.map((fault) => fault.code ?? 'invalid-input'));
  const [code = 'invalid-input'] = codes;
  const [first, second] = faults;
  const cures = new Set(faults.map((fault) => fault.next ?? CORRECT));
  return new Failure({
    code: codes.size === 1 ? code : 'invalid-input',
    next: [...cures].join(' '),
    ...(first !== undefined && second === undefined
      ? {
          what: `The deploy is refused because of \`${first.input}\`; nothing was created.`,
          why: `${line(first)}${/[.?!]$/.test(first.problem) ? '' : '.'}`,
        }
      : {
          what: `The deploy is refused for ${faults.length} reasons; nothing was created.`,
          why: 'Each of these has to be corrected:',
          reasons: faults.map(line),
        }),
  });
}

/** Throws the failure that tells every fault (at least one). */
export function refuse(faults: readonly RuleFault[]): never {
  throw failureOf(faults);
}

function line(fault: Fault): string {
  const given = onOneLine(fault.given);
  return [fault.input, ...(given === '' ? [] : [given]), fault.problem].join(': ');
}

function onOneLine(text: string): string {
  const flat = text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  return flat.length > LONGEST_GIVEN ? `${flat.slice(0, LONGEST_GIVEN)}…` : flat;
}
