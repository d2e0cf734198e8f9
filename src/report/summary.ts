import type { DeployRecord, Status } from '../record.ts';
import { commitCell } from './commit-cell.ts';
import { consoleUrl, logsUrl } from './console-url.ts';
import { factsTable } from './facts.ts';
import { forMarkdown, forMarkdownCode } from './foreign-text.ts';
import { formatBytes, formatCount, formatDuration } from './format.ts';
import { isCallable, servedBefore, servingNow, shareOfTraffic, versionExists } from './outcome.ts';
import { failureSections, progressSections } from './summary-ending.ts';
import { pictureSections } from './summary-pictures.ts';
import { proofDifference } from './proof-difference.ts';
import { runtimeCell } from './runtime-cell.ts';
import { signatureSections } from './summary-signatures.ts';
import { totalSeconds } from './took.ts';

/** Largest summary; the runner drops one that is over a mebibyte, and nobody reads one that long. */
const mostBytes = 60_000;

/** The job summary, in GitHub's Markdown: after any end, what happened, what exists, and how to undo it. */
export function summaryOf(record: DeployRecord): string {
  return withinLimit([
    heading(record),
    table(record),
    ...failureSections(record),
    ...pictureSections(record),
    ...progressSections(record),
    translations(record),
    ...signatureSections(record),
  ]);
}

/** Sections come in the order of their importance, so that the last are left out first. */
function withinLimit(sections: readonly string[]): string {
  const kept: string[] = [];
  let bytes = 0;
  for (const section of sections.filter((each) => each !== '')) {
    bytes += Buffer.byteLength(section) + 2;
    if (bytes > mostBytes - 100) {
      kept.push('_The rest was left out, because the summary would be too long._');
      break;
    }
    kept.push(section);
  }
  return `${kept.join('\n\n')}\n`;
}

function heading(record: DeployRecord): string {
  const { request, plan } = record;
  const model = request === undefined ? '' : forMarkdown(request.model, 128);
  const version = plan === undefined ? '' : forMarkdown(plan.version.id, 128);
  const subject = [model, version].filter((name) => name !== '').join(' ') || 'the model';
  const serves = servingNow(record) === plan?.version.id && plan !== undefined;
  const part = shareOfTraffic(record);
  const serving = !serves
    ? 'is ready, and does not serve yet'
    : part === ''
      ? 'is serving'
      : `serves ${part}`;
  const headings: Readonly<Record<Status, string>> = {
    deployed: `✅ Deployed: ${subject} ${serving}`,
    unchanged: `✅ Unchanged: ${subject} is there already`,
    planned: `📝 Planned: ${subject}; nothing was changed`,
    'in-progress': `⏳ In progress: ${subject} is being created`,
    'rolled-back': `↩️ Rolled back: ${subject} does not serve`,
    'timed-out': `⌛ Timed out: ${subject} was not ready in time`,
    cancelled: `⏹️ Cancelled: ${subject}`,
    failed: `❌ Failed: ${subject} was not deployed`,
  };
  return `### ${headings[record.status ?? 'failed']}`;
}

/** What is known of the deploy, a row each; rows without a value are left out. */
function table(record: DeployRecord): string {
  return factsTable([
    ['Model', modelCell(record)],
    ['Version', versionCell(record)],
    ['State', record.version === undefined ? '' : forMarkdown(record.version.state, 100)],
    ['Proof', proofCell(record)],
    ['Serving', servingCell(record)],
    ['Traffic', trafficCell(record)],
    ['Endpoint', endpointCell(record)],
    ['Runs on', runtimeCell(record)],
    ['Artifact', artifactCell(record)],
    ['Digest', record.digest === undefined ? '' : forMarkdownCode(record.digest, 100)],
    ['Commit', commitCell(record)],
    ['Took', tookCell(record)],
  ]);
}

function modelCell({ request }: DeployRecord): string {
  if (request === undefined) return '';
  const named = [
    request.model === '' ? '' : forMarkdownCode(request.model, 128),
    request.projectId === '' ? '' : `project ${forMarkdownCode(request.projectId, 100)}`,
  ];
  return named.filter((part) => part !== '').join(' in ');
}

function versionCell(record: DeployRecord): string {
  if (record.plan === undefined) return '';
  const number = record.version?.names?.version;
  const alias = forMarkdownCode(record.plan.version.id, 128);
  const name = number === undefined ? alias : `${forMarkdownCode(number, 20)}, alias ${alias}`;
  const page = consoleUrl(record);
  const logs = logsUrl(record);
  if (!versionExists(record) || page === undefined || logs === undefined) return name;
  return `${name} · [console](${page}) · [logs](${logs})`;
}

function servingCell(record: DeployRecord): string {
  if (record.plan === undefined && record.existing === undefined) return '';
  const shown = (version: string | undefined): string =>
    version === undefined ? 'nothing' : forMarkdownCode(version, 128);
  const before = servedBefore(record);
  const now = servingNow(record);
  const part = shareOfTraffic(record);
  if (part !== '' && now === record.plan?.version.id) {
    return `${shown(now)} with ${part} (before: ${shown(before)})`;
  }
  return now === before ? `${shown(now)}, as before` : `${shown(now)} (before: ${shown(before)})`;
}

/** What asking the new version came to. */
function proofCell({ proof }: DeployRecord): string {
  if (proof === undefined) return '';
  const { verdict, instances, seconds } = proof;
  return [
    `**${verdict}**: ${formatCount(instances, 'test instance')}`,
    `asked for ${formatDuration(seconds)}`,
    ...proofDifference(proof),
  ].join(' · ');
}

/** Where traffic is split: each version's percent now, and before where that differs. */
function trafficCell({ version, existing }: DeployRecord): string {
  if (version?.traffic === undefined) return '';
  const shown = (split: Readonly<Record<string, number>>): string =>
    Object.entries(split)
      .filter(([, percent]) => percent > 0)
      .map(([number, percent]) => `version ${forMarkdown(number, 20)}: ${percent} %`)
      .join(', ') || 'none';
  const [now, before] = [shown(version.traffic), shown(existing?.traffic ?? {})];
  return now === before ? `${now}, as before` : `${now} (before: ${before})`;
}

function endpointCell(record: DeployRecord): string {
  const { request, predictUrl } = record;
  if (request === undefined) return '';
  const place =
    request.region === 'global'
      ? `global, nodes in ${forMarkdownCode(request.modelRegion, 50)}`
      : forMarkdownCode(request.region, 50);
  return predictUrl === undefined || !isCallable(record)
    ? place
    : `${place} · ${forMarkdownCode(predictUrl)}`;
}

function artifactCell({ artifact, plan, upload }: DeployRecord): string {
  if (artifact === undefined) return '';
  const reused = upload?.reusedFiles ?? 0;
  const where = plan === undefined ? artifact.chosen : plan.deploymentUri;
  return [
    forMarkdownCode(where),
    formatCount(artifact.files.length, 'file'),
    formatBytes(artifact.totalBytes),
    ...(reused === 0 ? [] : [`${reused} of them there already`]),
  ].join(' · ');
}

/** The stages that took any time; the model is made while the upload runs. */
function tookCell({ stages }: DeployRecord): string {
  if (stages.size === 0) return '';
  const each = [...stages]
    .filter(([, seconds]) => formatDuration(seconds) !== formatDuration(0))
    .map(([stage, seconds]) => `${stage} ${formatDuration(seconds)}`);
  return [formatDuration(totalSeconds({ stages })), each.join(' · ')]
    .filter((part) => part !== '')
    .join(': ');
}

/** What was said in AI Platform's terms, and what Vertex AI was told instead. */
function translations({ plan }: DeployRecord): string {
  const rows = plan?.vertexAi?.translations ?? [];
  if (rows.length === 0) return '';
  const cells = rows.map(
    ({ from, to, why }) =>
      `| ${forMarkdownCode(from, 200)} | ${forMarkdownCode(to, 200)} | ${forMarkdown(why, 300)} |`,
  );
  return [
    '#### Translated to Vertex AI',
    '',
    '| asked | sent | why |',
    '| --- | --- | --- |',
    ...cells,
  ].join('\n');
}
