import type { Plan } from '../plan/plan.ts';
import type { DeployRecord } from '../record.ts';
import { forCodeBlock, forMarkdownCode, forMarkdownProse } from './foreign-text.ts';
import { formatBytes, formatCount } from './format.ts';
import { undoSteps } from './outcome.ts';
import { shownBody } from './shown-body.ts';

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

/** The words of whoever refused; many lines are folded. */
function reason(why: string): string {
  const lines = why.trimEnd().split(/\r?\n/);
  if (lines.length > mostLinesShown) {
    const block = forCodeBlock('text', why);
    return `<details><summary><b>Why</b> (${formatCount(lines.length, 'line')})</summary>\n\n${block}\n\n</details>`;
  }
  return `**Why:** ${lines.map((line) => forMarkdownProse(line, 1000)).join('<br>')}`;
}

function existsNow({ made, plan }: DeployRecord): string {
  if (made.length === 0) return '**What exists now:** nothing was created or changed.';
  const items = made.map(
    ({ kind, name, state }) =>
      `- ${kind} ${forMarkdownCode(name)}: ${forMarkdownProse(state, 300)}`,
  );
  const isBilled =
    plan?.machineType.startsWith('n1-') === true && made.some(({ kind }) => kind === 'version');
  const bill = isBilled
    ? `\n\nThe nodes of a version on ${forMarkdownCode(plan.machineType, 50)} are billed until it is deleted.`
    : '';
  return `**What exists now:**\n\n${items.join('\n')}${bill}`;
}

function undo(record: DeployRecord, introduction: string): string {
  const steps = undoSteps(record);
  if (steps.length === 0) return '';
  const script = steps.flatMap(({ does, command }) => [`# ${does}`, command]).join('\n');
  return `${introduction}\n\n${forCodeBlock('sh', script)}`;
}

/** What a dry run would have done, with the bodies of its requests. */
function planned({ artifact }: DeployRecord, plan: Plan): readonly string[] {
  const { upload, model, version, promotion } = plan;
  const size =
    artifact === undefined
      ? 'the model'
      : `${formatCount(artifact.files.length - upload.reuse.size, 'file')} of ${formatBytes(artifact.totalBytes)}`;
  const steps = [
    upload.createBucket ? `create the bucket ${forMarkdownCode(`gs://${upload.bucket}`)}` : '',
    upload.action === 'none' ? '' : `upload ${size} to ${forMarkdownCode(plan.deploymentUri)}`,
    model.action === 'create' ? `create the model ${forMarkdownCode(model.name)}` : '',
    `create the version ${forMarkdownCode(version.name)}`,
    promotion === 'set-default' ? 'make it the version that serves' : '',
    promotion === 'automatic' ? 'it serves at once, as the first version of its model' : '',
  ];
  const list = steps.filter((step) => step !== '').map((step, index) => `${index + 1}. ${step}`);
  const bodies = JSON.stringify(
    { model: model.body, version: shownBody(version.body) },
    undefined,
    2,
  );
  return [
    `**What it would do:**\n\n${list.join('\n')}`,
    `<details><summary>Bodies of the requests</summary>\n\n${forCodeBlock('json', bodies, 20_000)}\n\n</details>`,
  ];
}
