import type { DeployRecord, ProofResult } from '../record.ts';
import type { PlatformName } from '../request/deploy-request.ts';
import { commitCell } from './commit-cell.ts';
import { consoleUrl, logsUrl } from './console-url.ts';
import { forMarkdown, forMarkdownCode } from './foreign-text.ts';
import { formatBytes, formatCount, formatDuration } from './format.ts';
import { servedBefore, servingNow, versionExists } from './outcome.ts';
import { factsTable } from './facts.ts';
import { proofDifference } from './proof-difference.ts';
import { totalSeconds } from './took.ts';
import { runtimeCell } from './runtime-cell.ts';
import { trafficThen } from './traffic-then.ts';

const platformTitles: Readonly<Record<PlatformName, string>> = {
  'ai-platform': 'AI Platform',
  'vertex-ai': 'Vertex AI',
};

/** What a reviewer wants to know, a row each; rows without a value are left out. */
export function commentFacts(record: DeployRecord): string {
  return factsTable([
    ['Serving', servingCell(record)],
    ['Traffic', trafficCell(record)],
    ['Proof', record.proof === undefined ? '' : proofCell(record.proof)],
    ['Version', versionCell(record)],
    ['Where', placeCell(record)],
    ['Runs on', runtimeCell(record)],
    ['Artifact', artifactCell(record)],
    ['Commit', commitCell(record)],
    ['Took', tookCell(record)],
  ]);
}

/** Before → after; on Vertex AI, where several can serve, the traffic tells it. */
function servingCell(record: DeployRecord): string {
  const { plan, existing, status } = record;
  if ((plan === undefined && existing === undefined) || isSplit(record)) return '';
  const before = servedBefore(record);
  const wouldServe = status === 'planned' && plan?.promotion !== 'none';
  const after = wouldServe ? plan?.version.id : servingNow(record);
  return change(shownVersion(before), shownVersion(after));
}

/** Each version's percent before → after; a new one that has no number yet goes by its alias. */
function trafficCell(record: DeployRecord): string {
  if (!isSplit(record)) return '';
  const before = record.existing?.traffic ?? {};
  const after = trafficAfter(record);
  const name = (version: string): string =>
    /^\d+$/.test(version) ? `version ${forMarkdown(version, 20)}` : forMarkdownCode(version, 128);
  const lines = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((version) => (before[version] ?? 0) > 0 || (after[version] ?? 0) > 0)
    .map(
      (version) =>
        `${name(version)}: ${change(`${before[version] ?? 0} %`, `${after[version] ?? 0} %`)}`,
    );
  return lines.join('<br>') || 'no version gets any';
}

/** The split as it is now; after a dry run as it would be. */
function trafficAfter({
  plan,
  existing,
  status,
  version,
}: DeployRecord): Readonly<Record<string, number>> {
  return status === 'planned' && plan !== undefined
    ? trafficThen(plan, existing)
    : (version?.traffic ?? existing?.traffic ?? {});
}

function isSplit({ plan, version }: DeployRecord): boolean {
  return plan?.vertexAi !== undefined || version?.traffic !== undefined;
}

function proofCell(proof: ProofResult): string {
  const { verdict, instances, seconds } = proof;
  const verdicts: Readonly<Record<ProofResult['verdict'], string>> = {
    good: '✅ passed',
    bad: '❌ failed',
    inconclusive: '❔ inconclusive',
  };
  const metrics = [
    formatCount(instances, 'instance'),
    `answered in ${formatDuration(seconds)}`,
    ...proofDifference(proof),
  ];
  return `${verdicts[verdict]}: ${metrics.join(' · ')}`;
}

function versionCell(record: DeployRecord): string {
  const { plan, version } = record;
  if (plan === undefined) return '';
  const number = version?.names?.version;
  const alias = forMarkdownCode(plan.version.id, 128);
  const name = number === undefined ? alias : `${forMarkdownCode(number, 20)}, alias ${alias}`;
  const state = version === undefined ? [] : [forMarkdown(version.state, 100)];
  const page = consoleUrl(record);
  const logs = logsUrl(record);
  const links =
    !versionExists(record) || page === undefined || logs === undefined
      ? []
      : [`[console](${page})`, `[logs](${logs})`];
  return [name, ...state, ...links].join(' · ');
}

function placeCell({ request }: DeployRecord): string {
  if (request === undefined) return '';
  const { platform, projectId, region, modelRegion } = request;
  const nodes = region === 'global' ? `, nodes in ${forMarkdownCode(modelRegion, 50)}` : '';
  return [
    platformTitles[platform],
    ...(projectId === '' ? [] : [`project ${forMarkdownCode(projectId, 100)}`]),
    `${forMarkdownCode(region, 50)}${nodes}`,
  ].join(' · ');
}

function artifactCell({ artifact, digest }: DeployRecord): string {
  if (artifact === undefined) return '';
  return [
    forMarkdownCode(artifact.chosen, 200),
    formatCount(artifact.files.length, 'file'),
    formatBytes(artifact.totalBytes),
    ...(digest === undefined ? [] : [forMarkdownCode(digest, 100)]),
  ].join(' · ');
}

function tookCell({ stages }: DeployRecord): string {
  return stages.size === 0 ? '' : formatDuration(totalSeconds({ stages }));
}

function shownVersion(version: string | undefined): string {
  return version === undefined ? 'nothing' : forMarkdownCode(version, 128);
}

function change(before: string, after: string): string {
  return before === after ? `${after}, as before` : `${before} → ${after}`;
}
