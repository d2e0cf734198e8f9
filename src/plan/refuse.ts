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
/** An annotation has room for so much of what to do next. */
const LONGEST_CURE = 360;
/** A problem may end with its cure: what follows the first semicolon that one of these words follows. */
const CURE =
  /; (?=(?:build|choose|deploy|did you mean|download|drop|find out|give|leave|make|put|save|say|serve|set|spell|train|use|write)\b)/g;

/**
 * One failure that tells every fault, each as ``input: `what was given`: problem``; of a single one the cure
 * is what to do next. The code is that of the faults when they share one, else `invalid-input`.
 */
export function failureOf(faults: readonly RuleFault[]): Failure {
  const codes = new Set(faults.map((fault) => fault.code ?? 'invalid-input'));
  const [shared = 'invalid-input'] = codes;
  const code = codes.size === 1 ? shared : 'invalid-input';
  const [first, second] = faults;
  return first !== undefined && second === undefined
    ? new Failure({ code, ...alone(first) })
    : new Failure({
        code,
        what: `The deploy is refused for ${faults.length} reasons.`,
        why: 'These are the faults:',
        reasons: faults.map(line),
        next: [
          ...new Set(faults.map(({ next }) => next ?? 'Correct each of them and run again.')),
        ].join(' '),
      });
}

/** What, why and what to do next of the only fault, nothing said twice. */
function alone(fault: RuleFault): Pick<Failure, 'what' | 'why' | 'next'> {
  const what = `The deploy is refused because of \`${fault.input}\`.`;
  const correct = `Correct \`${fault.input}\` and run again.`;
  const { reason, cure } = divide(fault.problem);
  return fault.next !== undefined || cure === undefined
    ? {
        what,
        why: sentence(line(fault)),
        next: fault.next ?? correct,
      }
    : {
        what,
        why: sentence(line({ ...fault, problem: reason })),
        next: `${sentence(cure.charAt(0).toUpperCase() + cure.slice(1))}${cure.endsWith('?') ? ` ${correct}` : ''}`,
      };
}

function divide(problem: string): { readonly reason: string; readonly cure: string | undefined } {
  const place = [...problem.matchAll(CURE)].find(({ index }) => isOutside(problem, index))?.index;
  const cure = place === undefined ? '' : problem.slice(place + 2);
  return place === undefined || cure.length > LONGEST_CURE
    ? { reason: problem, cure: undefined }
    : { reason: problem.slice(0, place), cure };
}

/** Whether a place in a sentence lies in no quotes and no parentheses. */
function isOutside(problem: string, place: number): boolean {
  const before = problem.slice(0, place);
  const count = (mark: string): number => before.split(mark).length - 1;
  return count('`') % 2 === 0 && count('"') % 2 === 0 && count('(') === count(')');
}

function sentence(text: string): string {
  return /[.?!]\)?$/.test(text) ? text : `${text}.`;
}

/** Throws the failure that tells every fault (at least one). */
export function refuse(faults: readonly RuleFault[]): never {
  throw failureOf(faults);
}

function line(fault: Fault): string {
  const given = onOneLine(fault.given);
  const quoted = given.includes('`') ? `"${given}"` : `\`${given}\``;
  return [fault.input, ...(given === '' ? [] : [quoted]), fault.problem].join(': ');
}

function onOneLine(text: string): string {
  const flat = text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  return flat.length > LONGEST_GIVEN ? `${flat.slice(0, LONGEST_GIVEN)}…` : flat;
}
