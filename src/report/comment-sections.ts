import type { DeployRecord } from '../record.ts';
import { forCodeBlock, forMarkdownCode, forMarkdownProse } from './foreign-text.ts';
import { formatCount } from './format.ts';
import { undoSteps } from './outcome.ts';
import { changedFields } from './plan-table.ts';
import { billNote, madeItems } from './made-list.ts';

const MOST_LINES = 10;
const MOST_PREDICTIONS = 20;

/** After an end that was not wished for: what failed, why, what to do next, what is left. Lists end after `most`. */
export function failureSections(record: DeployRecord, most: number): readonly string[] {
  const { failure } = record;
  if (failure === undefined) return [];
  const reasons = (failure.reasons ?? []).map(
    (reason, index) => `${index + 1}. ${forMarkdownProse(reason, 600)}`,
  );
  return [
    `**What failed:** ${forMarkdownProse(failure.what)}`,
    reason(failure.why),
    listed(reasons, most),
    `**What to do next:** ${forMarkdownProse(failure.next)}`,
    left(record, most),
  ];
}

/** What was wrong with the answers, quoted; nothing where they were good. */
export function proofSection({ proof }: DeployRecord, most: number): string {
  if (proof === undefined || proof.problems.length === 0) return '';
  const problems = proof.problems.map((problem) => `- ${forMarkdownCode(problem, 300)}`);
  return `**What the proof found:**\n\n${listed(problems, most)}`;
}

/** The fields in which the new version differs from the one that served. */
export function changesSection(record: DeployRecord, most: number): string {
  const changes = record.failure === undefined ? changedFields(record) : [];
  if (changes.length === 0) return '';
  const rows = changes.slice(0, most).map(([path, before, after]) => {
    const cells = [path, ...(isSecret(path) ? ['***', '***'] : [before, after])];
    return `| ${cells.map((cell) => forMarkdownCode(cell, 200)).join(' | ')} |`;
  });
  const rest = changes.length - rows.length;
  return [
    `**What changes against ${forMarkdownCode(record.plan?.previousVersion ?? '', 128)}:**`,
    '',
    '| field | before | after |',
    '| --- | --- | --- |',
    ...rows,
    ...(rest === 0 ? [] : [`| _and ${rest} more_ | | |`]),
  ].join('\n');
}

/** The commands that take back what this run did, folded. */
export function undoSection(record: DeployRecord): string {
  const steps = undoSteps(record);
  if (steps.length === 0) return '';
  const script = steps.flatMap(({ does, command }) => [`# ${does}`, command]).join('\n');
  return folded('How to undo it', forCodeBlock('sh', script));
}

/** What the new version answered to the test instances, one a line, folded. */
export function predictionsSection({ predictions }: DeployRecord): string {
  if (predictions === undefined || predictions.length === 0) return '';
  const lines = predictions
    .slice(0, MOST_PREDICTIONS)
    .map((prediction) => JSON.stringify(prediction));
  const rest = predictions.length - lines.length;
  const title = `Predictions${rest === 0 ? '' : `, the first ${lines.length} of ${predictions.length}`}`;
  return folded(title, forCodeBlock('json', lines.join('\n')));
}

/**
 * The words of whoever refused, quoted as code: whoever reads comments, people or bots, sees that it is data.
 * Many lines are folded.
 */
function reason(why: string): string {
  const lines = why.trimEnd().split(/\r?\n/);
  return lines.length > MOST_LINES
    ? folded(`<b>Why</b> (${formatCount(lines.length, 'line')})`, forCodeBlock('text', why))
    : `**Why:** ${lines.map((line) => forMarkdownCode(line, 1000)).join('<br>')}`;
}

function left(record: DeployRecord, most: number): string {
  return record.made.length === 0
    ? '**What is left:** nothing was created or changed.'
    : `**What is left:**\n\n${listed(madeItems(record), most)}${billNote(record)}`;
}

function listed(items: readonly string[], most: number): string {
  const rest = items.length - most;
  return [...items.slice(0, most), ...(rest > 0 ? [`\n… and ${rest} more.`] : [])].join('\n');
}

function folded(title: string, content: string): string {
  return `<details><summary>${title}</summary>\n\n${content}\n\n</details>`;
}

/** The values of a container's variables may be secrets. */
function isSecret(path: string): boolean {
  return /(?:^|\.)env(?:\.|$)/.test(path);
}
