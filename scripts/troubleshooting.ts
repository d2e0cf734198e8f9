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
import { storageRules } from '../src/report/explain/storage-rules.ts';
import { told } from '../src/report/explain/told.ts';
import { versionRules } from '../src/report/explain/version-rules.ts';

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

/** The text of docs/troubleshooting.md: every rule of the failure doctor by the literal message that it knows. */
export async function troubleshootingPage(): Promise<string> {
  const shown = new Set(sections.flatMap(({ rules }) => rules));
  const forgotten = allRules.filter((rule) => !shown.has(rule)).map(({ id }) => id);
  if (forgotten.length > 0) throw new Error(`No section shows ${forgotten.join(', ')}.`);
  const body = sections.map(
    ({ title, rules }) => `## ${title}\n\n${rules.map(entriesOf).join('\n\n')}`,
  );
  return format([head, ...body].join('\n\n'), { parser: 'markdown', printWidth: 100 });
}

/** One entry for each different advice of the rule; the messages that lead to it stand together. */
function entriesOf(rule: Rule): string {
  const entries = new Map<string, Case[]>();
  for (const each of cases.filter((candidate) => candidate.rule === rule.id)) {
    const key = `${each.what}\n${each.next}`;
    entries.set(key, [...(entries.get(key) ?? []), each]);
  }
  if (entries.size === 0) throw new Error(`The rule ${rule.id} has no case to be shown by.`);
  return [...entries.values()]
    .map((same, index) => entry(rule, same, index === 0 ? `<a id="${rule.id}"></a>\n\n` : ''))
    .join('\n\n');
}

function entry(rule: Rule, same: readonly Case[], anchor: string): string {
  const [first] = same;
  if (first === undefined) throw new Error('An entry has at least one case.');
  const messages = [...new Set(same.map(({ error }) => literal(error)))];
  const { why } = explain(first.error, { request, plan });
  const origins = [...new Set(same.map(({ error }) => origin(error)))];
  return [
    `${anchor}### ${prose(first.what)}`,
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

function origin(error: unknown): string {
  const { service, host, http, status, code } = told(error);
  if (service === undefined) return 'Said on the runner itself.';
  const answer = [http?.toString(), status].filter((part) => part !== undefined && part !== '');
  if (answer.length > 0) return `${service} answers this with \`${answer.join(' ')}\`.`;
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
