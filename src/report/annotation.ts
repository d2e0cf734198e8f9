import type { DeployRecord } from '../record.ts';
import { forAnnotation } from './foreign-text.ts';
import { servedBefore, servingNow } from './outcome.ts';

/** The one error annotation of a run that did not end well. */
export interface Annotation {
  /** At most 120 characters. */
  readonly title: string;
  /** Four labelled parts, at most 1,000 characters and the list of reasons where there are several. */
  readonly text: string;
}

const MOST_REASONS = 30;
const LONGEST_REASON = 600;

const titles = {
  failed: 'Deploy failed',
  'timed-out': 'Deploy timed out',
  cancelled: 'Deploy cancelled',
  'rolled-back': 'Deploy rolled back',
} as const;

/** What failed, why, what exists now, what to do next. Only the reason is cut short for want of room. */
export function annotationOf(record: DeployRecord): Annotation {
  const { status, failure, request, plan } = record;
  const title =
    status !== undefined && status in titles
      ? titles[status as keyof typeof titles]
      : titles.failed;
  const subject = [request?.model, plan?.version.id].filter((name) => name !== undefined).join(' ');
  const what = `What: ${forAnnotation(failure?.what ?? 'The deploy did not end well.', 200)}`;
  const exists = `Exists now: ${forAnnotation(existsNow(record), 280)}`;
  const next = `Next: ${forAnnotation(failure?.next ?? 'Look into the log.', 390)}`;
  const room = 1000 - what.length - exists.length - next.length - 'Why: '.length - 3;
  const why = [
    `Why: ${forAnnotation(failure?.why ?? 'The log says more.', room)}`,
    ...numbered(failure?.reasons ?? []),
  ].join('\n');
  return {
    title: forAnnotation(subject === '' ? title : `${title}: ${subject}`, 120),
    text: [what, why, exists, next].join('\n'),
  };
}

/** Every reason on its own line; nobody corrects what is not shown. */
function numbered(reasons: readonly string[]): readonly string[] {
  const shown = reasons
    .slice(0, MOST_REASONS)
    .map((reason, index) => `${index + 1}. ${forAnnotation(reason, LONGEST_REASON)}`);
  const rest = reasons.length - shown.length;
  return rest === 0 ? shown : [...shown, `… and ${rest} more, in the job summary.`];
}

/** What this run left in the cloud and what serves, in one line. */
function existsNow(record: DeployRecord): string {
  const { made, plan } = record;
  const before = servedBefore(record);
  const serving = servingNow(record);
  const serves =
    plan === undefined && before === undefined
      ? ''
      : serving === undefined
        ? ' No version serves.'
        : ` Version ${serving} serves${serving === before ? ' as before' : ''}.`;
  if (made.length === 0) return `nothing new; nothing was changed.${serves}`;
  const list = made
    .toReversed()
    .map(({ kind, name, state }) => `${kind} ${shortened(name)} (${state})`);
  return `${list.join('; ')}.${serves} The job summary has the commands that undo it.`;
}

/** The model and version are in the title; their full names would take the room of the rest. */
function shortened(name: string): string {
  return name.startsWith('projects/') ? name.slice(name.lastIndexOf('/') + 1) : name;
}
