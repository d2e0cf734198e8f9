import type { HasherId } from './checksums.ts';
import { contestants } from './contestants.ts';
import { OPERATION_SECONDS } from './deploy.ts';
import type { DeployerId } from './deploy.ts';
import type { Cell, Figures } from './figures.ts';
import type { Machine, Results } from './results.ts';
import type { StarterId } from './startup.ts';
import {
  seconds,
  serverTable,
  table,
  targetTable,
  threeFigures,
  uploadTable,
  whereItWent,
} from './tables.ts';
import { judge } from './targets.ts';

/** What a deploy may cost beyond the upload limit and the operation itself (issue B, 4). */
const DEPLOY_SLACK_SECONDS = 1.5;

/** The page of results, as Markdown. */
export function resultsPage(results: Results): string {
  return [
    '# Bench',
    howMeasured(results),
    ...(results.quick ? [] : ['## Targets', targetSection(results.cells)]),
    ...results.workloads.flatMap(({ id, title }) => [
      `## ${id}: ${title}`,
      uploadTable(results, id),
      ...(results.server === undefined ? [serverTable(results, id)] : []),
    ]),
    ...(results.hashers === undefined ? [] : hasherSection(results.hashers)),
    ...(results.startUps === undefined ? [] : startUpSection(results.startUps, results)),
    ...(results.deploys === undefined ? [] : deploySection(results.deploys)),
    '',
  ].join('\n\n');
}

function howMeasured(results: Results): string {
  const { machine, quick, rounds, startUpRounds, profiles, server } = results;
  const networks = profiles.map(({ id, title }) => `**${id}** ${title}`).join(' · ');
  return [
    `${quick ? '**Quick run: small files, figures mean nothing.** ' : ''}Written by \`npm run bench\` on ${machine.date.toISOString().slice(0, 10)}: ${machineText(machine)}`,
    `Each figure is the median of ${rounds} ${rounds === 1 ? 'run' : 'runs'} (start-up: ${startUpRounds}) of a whole process, after a warm-up, everybody in turns, each round in another order. "spread" is half the distance between the fastest and the slowest run. Absolute figures hold on that machine only: compare ratios within one run.`,
    `Networks: ${networks}.`,
    `${server === undefined ? emulatorText : `The server is another one, at ${server}; the network is its own, and what was uploaded is deleted after each run.`} After each run the objects of the uploader are listed and compared with the files, by name and CRC-32C (computed by Google's library): all equal, nothing left beside them. The ceiling row is the raw uploader sending as many bytes without reading or hashing any: what is left is the server, the sockets and Node's HTTP client. Contents are incompressible. CPU is user and system; memory is the peak, of gcloud's processes together.`,
    `"deploy-ai-platform" is the storage room of this action, bundled as the action is, with its retries, checks, progress and cancellation, the marker file last. The library and gcloud run with their own defaults; the library sends 100 files at once, as \`google-github-actions/upload-cloud-storage\` does. Not in the tables: \`uploadFileInChunks\` of the library's TransferManager, which calls \`https://BUCKET.HOST/\` without the port and so no local server; the library's single stream over W3 on P2, which takes a minute and tells nothing new. Over W2 on P0 gcloud has two speeds, one half of the other: it starts its second worker process only if it finds no thread idle at one moment, and there one often is.`,
  ].join('\n\n');
}

const emulatorText =
  'The server is `emulator/` in a process of its own on the same machine. It hashes what it receives, throws it away, and looks up MD5s that it computed in the warm-up.';

function machineText(machine: Machine): string {
  const gibibytes = (machine.memoryBytes / 1024 ** 3).toFixed(0);
  const [before, after] = machine.loads;
  return (
    `${machine.processor}, ${machine.cores} cores, ${gibibytes} GiB, ${machine.system}, Node ${machine.node}, ` +
    `\`@google-cloud/storage\` ${machine.library}, ` +
    (machine.gcloud === undefined
      ? 'gcloud is not installed; '
      : `Google Cloud SDK ${machine.gcloud}; `) +
    `load average ${before.toFixed(1)} before, ${after.toFixed(1)} after.`
  );
}

/** Every target with its figure and sign, and for each cell that misses one where the time went. */
export function targetSection(cells: readonly Cell[]): string {
  const judged = judge(cells).filter(({ workload, profile }) =>
    cells.some((cell) => cell.workload === workload && cell.profile === profile),
  );
  const met = judged.filter((target) => target.met === true).length;
  const unknown = judged.filter((target) => target.met === undefined).length;
  const reasons = cells.flatMap((cell) => {
    const missed = judged.filter(
      (target) =>
        target.met === false &&
        target.workload === cell.workload &&
        target.profile === cell.profile,
    );
    if (missed.length === 0) return [];
    const figures = missed.map(({ figure }) => figure).join(', ');
    return [`- ${cell.workload} ${cell.profile}, ${figures}: ${whereItWent(cell)}`];
  });
  return [
    `${met} of ${judged.length} met${unknown === 0 ? '' : `, ${unknown} not measured`}. \`raw\` is the faster setting of the leanest uploader, \`library\` is \`bucket.upload\` in parallel.`,
    targetTable(judged),
    ...(reasons.length === 0 ? [] : [`Missed:\n\n${reasons.join('\n')}`]),
  ].join('\n\n');
}

const hasherTitles: Readonly<Record<HasherId, string>> = {
  action: '**deploy-ai-platform**: WebAssembly, where the bytes were read to',
  'hash-wasm': '`hash-wasm`: WebAssembly, which copies them first',
  library: "`@google-cloud/storage`'s own: JavaScript",
};

function hasherSection(hashers: ReadonlyMap<HasherId, number>): readonly string[] {
  const rows = [...hashers].map(([id, rate]) => [hasherTitles[id], rate.toFixed(0)]);
  return [
    '## CRC-32C',
    'One thread, pieces of 512 KiB, all with the same result. Native addons do not take part: a bundle would have to hold one for each system.',
    table(['', 'MiB/s'], rows),
  ];
}

const starterTitles: Readonly<Record<StarterId, string>> = {
  node: '`node -e 0`',
  action: '**`dist/index.js` with no inputs: refused**',
  gcloud: '`gcloud --version`',
};

function startUpSection(
  startUps: ReadonlyMap<StarterId, Figures>,
  { cells }: Results,
): readonly string[] {
  const rows = [...startUps].map(([id, figures]) => [starterTitles[id], threeFigures(figures)]);
  const first = contestants.flatMap(({ id, title, isTrue }) => {
    const cell = cells.find(({ workload, profile }) => workload === 'W4' && profile === 'P0');
    const at = cell?.figures.get(id)?.firstRequestSeconds;
    return !isTrue || at === undefined ? [] : [[title, seconds(at)]];
  });
  return [
    '## Start-up',
    table(['', 'wall s / CPU s / MB'], rows),
    ...(first.length === 0 ? [] : [table(['W4, P0', 'first request after s'], first)]),
  ];
}

const deployerTitles: Readonly<Record<DeployerId, string>> = {
  'raw-16': 'upload only: leanest Node uploader (16 streams, 64 connections)',
  'raw-32': 'upload only: the same, 32 streams, 256 connections',
  action: '**`dist/index.js`: upload, model, version, wait, promote, summary**',
  gcloud: 'gcloud, three commands',
  'gcloud cp': '– `gcloud storage cp -r`',
  'gcloud models': '– `gcloud ai-platform models create`',
  'gcloud versions': '– `gcloud ai-platform versions create`',
};

function deploySection(deploys: ReadonlyMap<DeployerId, Figures>): readonly string[] {
  const rows = Object.entries(deployerTitles).flatMap(([id, title]) => {
    const figures = deploys.get(id as DeployerId);
    if (figures === undefined) return [];
    const first = figures.firstRequestSeconds;
    return [
      [
        ...[title, threeFigures(figures), String(figures.requests)],
        first === undefined ? '–' : seconds(first),
      ],
    ];
  });
  return [
    '## A whole deploy',
    `A SavedModel on P1, an operation of ${OPERATION_SECONDS} s.`,
    table(['', 'wall s / CPU s / MB', 'requests', 'first request after s'], rows),
    deployStatement(deploys),
  ];
}

/** Whether a deploy costs the upload limit, the operation and at most 1.5 s. */
export function deployStatement(deploys: ReadonlyMap<DeployerId, Figures>): string {
  const limits = [deploys.get('raw-16'), deploys.get('raw-32')]
    .filter((some) => some !== undefined)
    .map(({ wallSeconds }) => wallSeconds);
  const action = deploys.get('action');
  if (action === undefined || limits.length === 0) return '';
  const limit = Math.min(...limits);
  const rest = action.wallSeconds - limit - OPERATION_SECONDS;
  return (
    `A deploy costs the upload limit (${seconds(limit)} s), the operation (${seconds(OPERATION_SECONDS)} s) ` +
    `and ${seconds(rest)} s; at most ${DEPLOY_SLACK_SECONDS} s are allowed: ${rest <= DEPLOY_SLACK_SECONDS ? '✓' : '✗'}`
  );
}
