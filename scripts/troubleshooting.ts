import { format } from 'prettier';
import { accessCases } from '../__tests__/report/explain-cases/access.ts';
import type { Case } from '../__tests__/report/explain-cases/case.ts';
import { closedCases } from '../__tests__/report/explain-cases/closed.ts';
import { identityCases } from '../__tests__/report/explain-cases/identity.ts';
import { loadCases } from '../__tests__/report/explain-cases/load.ts';
import { machineCases } from '../__tests__/report/explain-cases/machine.ts';
import { storageCases } from '../__tests__/report/explain-cases/storage.ts';
import { versionCases } from '../__tests__/report/explain-cases/version.ts';
import { plan, request } from '../__tests__/report/records.ts';
import { explain, rules as allRules } from '../src/report/explain.ts';
import { accessRules } from '../src/report/explain/access-rules.ts';
import { closedRules } from '../src/report/explain/closed-rules.ts';
import { identityRules } from '../src/report/explain/identity-rules.ts';
import { loadRules } from '../src/report/explain/load-rules.ts';
import { machineRules, statusRules } from '../src/report/explain/machine-rules.ts';
import type { Rule } from '../src/report/explain/rule.ts';
import { quotaRules } from '../src/report/explain/quota-rules.ts';
import { storageRules } from '../src/report/explain/storage-rules.ts';
import { told } from '../src/report/explain/told.ts';
import { versionRules } from '../src/report/explain/version-rules.ts';

const LONGEST_QUOTE = 60;

const cases: readonly Case[] = [
  ...closedCases,
  ...versionCases,
  ...loadCases,
  ...storageCases,
  ...identityCases,
  ...accessCases,
  ...machineCases,
];

/** In the order in which people meet them: before the deploy, while it uploads, while it creates. */
const sections: readonly { readonly title: string; readonly rules: readonly Rule[] }[] = [
  { title: 'Signing in', rules: identityRules },
  { title: 'Permissions', rules: accessRules },
  { title: 'AI Platform is closed', rules: closedRules },
  { title: 'Cloud Storage', rules: storageRules },
  { title: 'Quota', rules: quotaRules },
  { title: 'Models and versions', rules: versionRules },
  { title: 'The model does not load', rules: loadRules },
  { title: 'The runner and the network', rules: machineRules },
  { title: 'Where only the status tells', rules: statusRules },
];

const head = `# Troubleshooting

<!-- Written by \`npm run docs\` from src/report/explain/ and its tests; do not edit. -->

Search this page for a part of the message that you see. Below each message stand what it means, where it
comes from, and what to do; the log, the job summary and the annotation of a failed step say the same, with
your own names in place of \`acme\`, \`acme-aiplatform\`, \`fraud\`, \`v3\` and \`us-central1\`. Words in capitals,
such as \`DEPLOYER\`, are yours to fill in.

The word at the end of each is the output \`error_code\`.
`;

/** What stands under one heading: the messages that lead to one advice of one rule. */
interface Entry {
  readonly rule: Rule;
  readonly cases: readonly [Case, ...Case[]];
  /** Whether links to the rule lead here. */
  readonly isFirst: boolean;
}

/** The text of docs/troubleshooting.md: every rule of the failure doctor by the literal message that it knows. */
export async function troubleshootingPage(): Promise<string> {
  const shown = new Set(sections.flatMap(({ rules }) => rules));
  const forgotten = allRules.filter((rule) => !shown.has(rule)).map(({ id }) => id);
  if (forgotten.length > 0) throw new Error(`No section shows ${forgotten.join(', ')}.`);
  const chapters = sections.map(({ title, rules }) => ({
    title,
    entries: rules.flatMap(entriesOf),
  }));
  const titles = titlesOf(chapters.flatMap(({ entries }) => entries));
  const body = chapters.map(
    ({ title, entries }) =>
      `## ${title}\n\n${entries.map((each) => written(each, titles.get(each) ?? '')).join('\n\n')}`,
  );
  return format([head, ...body].join('\n\n'), { parser: 'markdown', printWidth: 100 });
}

/** One entry for each different advice of the rule; the messages that lead to it stand together. */
function entriesOf(rule: Rule): readonly Entry[] {
  const entries = new Map<string, [Case, ...Case[]]>();
  for (const each of cases.filter((candidate) => candidate.rule === rule.id)) {
    const key = `${each.what}\n${each.next}`;
    const same = entries.get(key);
    if (same === undefined) entries.set(key, [each]);
    else same.push(each);
  }
  if (entries.size === 0) throw new Error(`The rule ${rule.id} has no case to be shown by.`);
  return [...entries.values()].map((same, index) => ({ rule, cases: same, isFirst: index === 0 }));
}

/**
 * A heading for each entry: what happened; where the same happened elsewhere on the page, after the beginning of the
 * message, which is what people search for, and the status if that is the same too.
 *
 * @throws Error when two headings would be the same.
 */
function titlesOf(entries: readonly Entry[]): ReadonlyMap<Entry, string> {
  const forms: readonly ((entry: Entry) => string)[] = [
    ({ cases: [{ what }] }) => prose(what),
    ({ cases: [{ what, error }] }) => `${quoted(beginning(literal(error)))}: ${prose(what)}`,
    ({ cases: [{ what, error }] }) =>
      `${quoted(beginning(literal(error)))} (${answerOf(error)}): ${prose(what)}`,
  ];
  const titles = new Map<Entry, string>();
  for (const form of forms) {
    const open = entries.filter((entry) => !titles.has(entry));
    const counts = Map.groupBy(open, form);
    for (const [title, [entry, ...others]] of counts) {
      if (entry !== undefined && others.length === 0) titles.set(entry, title);
    }
  }
  const alike = entries.find((entry) => !titles.has(entry));
  if (alike !== undefined) throw new Error(`Two headings are alike: ${alike.cases[0].what}`);
  return titles;
}

function written(entry: Entry, title: string): string {
  const { rule, cases: same, isFirst } = entry;
  const [first] = same;
  const messages = [...new Set(same.map(({ error }) => literal(error)))];
  const { why } = explain(first.error, { request, plan });
  const origins = [...new Set(same.map(({ error }) => origin(error)))];
  return [
    `${isFirst ? `<a id="${rule.id}"></a>\n\n` : ''}### ${title}`,
    `\`\`\`text\n${messages.join('\n')}\n\`\`\``,
    // The message stands above already.
    rule.why === undefined
      ? origins.join(' ')
      : prose(why.replace(told(first.error).text, '…').replace(/\. …$/, '.')),
    `**What to do:** ${prose(first.next)}`,
    `\`${first.code}\``,
  ].join('\n\n');
}

/** The message as it stands in a log, after the code of Node if the message does not hold it. */
function literal(error: unknown): string {
  const { code, text } = told(error);
  return code === undefined || text.includes(code) ? text : `${code}: ${text}`;
}

/** As much of a message as a heading can hold, in whole words. */
function beginning(message: string): string {
  const [line = ''] = message.split('\n');
  const fitting = new RegExp(`^.{1,${LONGEST_QUOTE}}(?=\\s|$)`, 'u').exec(line)?.[0] ?? line;
  return fitting === message ? message : `${fitting.replace(/[.,:;]+$/, '')} …`;
}

function quoted(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}

/** The status of the answer, such as `403 forbidden`. */
function answerOf(error: unknown): string {
  const { http, status } = told(error);
  return [http?.toString(), status].filter((part) => part !== undefined && part !== '').join(' ');
}

function origin(error: unknown): string {
  const { service, host, code } = told(error);
  if (service === undefined) return 'Said on the runner itself.';
  const answer = answerOf(error);
  if (answer !== '') return `${service} answers this with \`${answer}\`.`;
  return host === ''
    ? `${service} says so.`
    : `No usable answer comes from \`${host}\`${code === undefined ? '' : ` (\`${code}\`)`}.`;
}

/** What Markdown would read as more than itself; an underscore does nothing inside a word. */
const MARKS = /[\\*[\]<>]|(?<!\w)_|_(?!\w)/g;

/** Plain text with code between backticks, as Markdown. */
function prose(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(MARKS, '\\$&')))
    .join('');
}
