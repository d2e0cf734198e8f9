import { styleText } from 'node:util';
import type { StepResult } from '../__tests__/runner.ts';

const WIDTH = 100;

/** A line with the text, across the whole screen. */
export function heading(text: string): string {
  return `\n${styleText('bold', `━━ ${text} ${'━'.repeat(Math.max(0, WIDTH - text.length - 4))}`)}`;
}

/** The step as it stands in a workflow. */
export function workflowStep(inputs: Readonly<Record<string, string>>): string {
  const lines = Object.entries(inputs).map(([name, value]) => `    ${name}: ${quoted(value)}`);
  return styleText('cyan', ['- uses: deploy-ai-platform', '  with:', ...lines].join('\n'));
}

function quoted(value: string): string {
  return value.startsWith('[') ? `'${value}'` : value;
}

/** The outputs that the steps after it use most. */
const TOLD = [
  'status',
  'version',
  'promoted',
  'previous_version',
  'predictions',
  'predict_url',
  'error_code',
];

/** What a person sees of the step's end: log, outputs, and the job summary as far as a screen can show it. */
export function shown({
  log,
  stderr,
  outputs,
  summary,
  exitCode,
  milliseconds,
}: StepResult): string {
  const seconds = (milliseconds / 1000).toFixed(1);
  const told = TOLD.filter((name) => outputs[name] !== '').map(
    (name) => `${name}=${outputs[name] ?? ''}`,
  );
  return [
    part(`log (exit status ${exitCode ?? 'none'}, ${seconds} s)`),
    log.split('\n').map(shortened).join('\n'),
    ...(stderr === '' ? [] : [stderr]),
    part(`outputs: ${told.length} of ${Object.keys(outputs).length}`),
    told.join('\n'),
    part('job summary, without the pictures and links that GitHub shows'),
    plain(summary).trim(),
  ].join('\n');
}

function part(text: string): string {
  return styleText('dim', `\n── ${text} ${'─'.repeat(Math.max(0, WIDTH - text.length - 4))}`);
}

/** The bodies of requests run over many lines of a screen. */
function shortened(line: string): string {
  return / body: \{/.test(line) && line.length > WIDTH ? `${line.slice(0, WIDTH - 2)} …` : line;
}

/** Markdown without what only a browser makes readable. */
function plain(markdown: string): string {
  return markdown
    .replaceAll(/```mermaid\n.*?```\n*/gs, '')
    .replaceAll(/<details>.*?<\/details>\n*/gs, '')
    .replaceAll(/ · \[(?:console|logs)\]\([^)]*\)/g, '')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/&#(\d+);\u200b?/g, (_, code: string) => String.fromCodePoint(Number(code)));
}
