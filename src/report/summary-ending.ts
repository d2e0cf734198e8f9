import type { Plan } from '../plan/plan.ts';
import type { DeployRecord } from '../record.ts';
import { forCodeBlock, forMarkdown, forMarkdownCode, forMarkdownProse } from './foreign-text.ts';
import { formatCount } from './format.ts';
import { undoSteps } from './outcome.ts';
import { changedFields, headRoom, planRows } from './plan-table.ts';
import { shownBodies } from './shown-body.ts';
import { billNote, madeItems } from './made-list.ts';

const mostLinesShown = 10;

/** After an end that was not wished for: what failed, why, what exists now, what to do next. */
export function failureSections(record: DeployRecord): readonly string[] {
  const { failure } = record;
  if (failure === undefined) return [];
  return [
    `**What failed:** ${forMarkdownProse(failure.what)}`,
    reason(failure.why),
    (failure.reasons ?? [])
      .map((one, index) => `${index + 1}. ${forMarkdownProse(one)}`)
      .join('\n'),
    `**What to do next:** ${forMarkdownProse(failure.next)}`,
    existsNow(record),
    undo(record, 'To remove what this run made:'),
  ];
}

/** After an end that was wished for, or before the end: how to go on, or back. */
export function progressSections(record: DeployRecord): readonly string[] {
  const { failure, status, plan, watchCommand } = record;
  if (failure !== undefined) return [];
  if (status === 'planned' && plan !== undefined) return planned(record, plan);
  const watch =
    status === 'in-progress' && watchCommand !== undefined
      ? `To wait for it:\n\n${forCodeBlock('sh', watchCommand)}`
      : '';
  return [watch, undo(record, 'To undo this deploy:')];
}

/**
 * The words of whoever refused, quoted as code: whoever reads it, people or programs, sees that it is data. Many
 * lines are folded.
 */
function reason(why: string): string {
  const lines = why.trimEnd().split(/\r?\n/);
  if (lines.length > mostLinesShown) {
    const block = forCodeBlock('text', why);
    return `<details><summary><b>Why</b> (${formatCount(lines.length, 'line')})</summary>\n\n${block}\n\n</details>`;
  }
  return `**Why:** ${lines.map((line) => forMarkdownCode(line, 1000)).join('<br>')}`;
}

function existsNow(record: DeployRecord): string {
  return record.made.length === 0
    ? '**What exists now:** nothing was created or changed.'
    : `**What exists now:**\n\n${madeItems(record).join('\n')}${billNote(record)}`;
}

function undo(record: DeployRecord, introduction: string): string {
  const steps = undoSteps(record);
  if (steps.length === 0) return '';
  const script = steps.flatMap(({ does, command }) => [`# ${does}`, command]).join('\n');
  return `${introduction}\n\n${forCodeBlock('sh', script)}`;
}

/** What a dry run would have done, with the bodies of its requests. */
function planned(record: DeployRecord, plan: Plan): readonly string[] {
  const rows = planRows(record).map(
    ({ resource, action, name, detail }) =>
      `| ${resource} | **${action}** | ${forMarkdownCode(name)} | ${forMarkdown(detail, 300)} |`,
  );
  const changes = changedFields(record).map(
    ([path, before, after]) =>
      `| ${forMarkdownCode(path, 100)} | ${forMarkdownCode(before, 200)} | ${forMarkdownCode(after, 200)} |`,
  );
  const bodies = JSON.stringify(shownBodies(record, plan), undefined, 2);
  return [
    [
      '**What it would do:**',
      '',
      '| resource | | name | |',
      '| --- | --- | --- | --- |',
      ...rows,
    ].join('\n'),
    changes.length === 0
      ? ''
      : [
          `**What would change${plan.previousVersion === undefined ? '' : ` against ${forMarkdownCode(plan.previousVersion, 128)}`}:**`,
          '',
          '| field | before | after |',
          '| --- | --- | --- |',
          ...changes,
        ].join('\n'),
    headRoom(record),
    bodies === '{}'
      ? ''
      : `<details><summary>Bodies of the requests</summary>\n\n${forCodeBlock('json', bodies, 20_000)}\n\n</details>`,
  ];
}
