import { contestants } from './contestants.ts';
import { rawLimit } from './figures.ts';
import type { Cell, Figures } from './figures.ts';
import type { Results } from './results.ts';
import type { Judged } from './targets.ts';

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Seconds with two decimals, below a tenth with three. */
export function seconds(value: number): string {
  return value.toFixed(value < 0.1 ? 3 : 2);
}

/** `wall s / CPU s / MB`. */
export function threeFigures({ wallSeconds, cpuSeconds, peakMegabytes }: Figures): string {
  return `${seconds(wallSeconds)} / ${seconds(cpuSeconds)} / ${megabytes(peakMegabytes)}`;
}

/** Whole megabytes, or a dash. */
export function megabytes(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(0);
}

/** One workload through all networks, a row for everybody who took part. */
export function uploadTable({ cells, profiles }: Results, workload: string): string {
  const own = cells.filter((cell) => cell.workload === workload);
  return table(
    ['', ...profiles.map(({ id }) => `${id}: wall s / CPU s / MB`), 'requests', 'spread'],
    contestants
      .map(({ id, title }) => ({ title, figures: own.map((cell) => cell.figures.get(id)) }))
      .filter(({ figures }) => figures.some((some) => some !== undefined))
      .map(({ title, figures }) => {
        const run = figures.filter((some) => some !== undefined);
        return [
          title,
          ...figures.map((some) => (some === undefined ? '–' : threeFigures(some))),
          mostRequests(run),
          `±${(100 * Math.max(...run.map(({ spread }) => spread))).toFixed(0)} %`,
        ];
      }),
  );
}

function mostRequests(figures: readonly Figures[]): string {
  const known = figures.map(({ requests }) => requests).filter((some) => some !== undefined);
  return known.length === 0 ? '–' : String(Math.max(...known));
}

/** When the first request came, and what the emulator itself took: what could hide the uploaders. */
export function serverTable({ cells, profiles }: Results, workload: string): string {
  const own = cells.filter((cell) => cell.workload === workload);
  return table(
    ['', ...profiles.map(({ id }) => `${id}: first request s / emulator's CPU s`)],
    contestants
      .map(({ id, title }) => ({ title, figures: own.map((cell) => cell.figures.get(id)) }))
      .filter(({ figures }) => figures.some((some) => some !== undefined))
      .map(({ title, figures }) => [title, ...figures.map(serverFigures)]),
  );
}

function serverFigures(figures: Figures | undefined): string {
  if (figures === undefined) return '–';
  const { firstRequestSeconds: first, serverCpuSeconds } = figures;
  return [first, serverCpuSeconds]
    .map((value) => (value === undefined ? '–' : seconds(value)))
    .join(' / ');
}

/** The targets of issue B, each with what was measured and a plain sign. */
export function targetTable(judged: readonly Judged[]): string {
  return table(
    ['workload', 'profile', 'figure', 'at most', 'measured', ''],
    judged.map(({ workload, profile, figure, atMost, measured, met }) => [
      workload,
      profile,
      figure,
      String(atMost),
      measured === undefined ? 'not measured' : measured.toFixed(figure === 'peak MB' ? 0 : 2),
      met === undefined ? '' : met ? '✓' : '✗',
    ]),
  );
}

/** What the figures of a cell say about a target that was missed: where the time went. */
export function whereItWent(cell: Cell): string {
  const ours = cell.figures.get('ours');
  const limit = rawLimit(cell);
  const ceiling = cell.figures.get('ceiling');
  const gcloud = cell.figures.get('gcloud');
  if (ours === undefined || limit === undefined) return 'ours or the raw limit did not run.';
  return [
    `ours took ${wallAndStart(ours)}`,
    `the raw limit ${wallAndStart(limit)}`,
    `CPU ${seconds(ours.cpuSeconds)} s against ${seconds(limit.cpuSeconds)} s`,
    ...(ours.serverCpuSeconds === undefined
      ? []
      : [`and ${seconds(ours.serverCpuSeconds)} s in the emulator`]),
    ...(ceiling === undefined ? [] : [`the server's ceiling ${seconds(ceiling.wallSeconds)} s`]),
    ...(gcloud === undefined
      ? []
      : [
          `gcloud ${wallAndStart(gcloud)}, of which the raw limit itself is ${(limit.wallSeconds / gcloud.wallSeconds).toFixed(3)}`,
        ]),
  ]
    .join(', ')
    .concat('.');
}

function wallAndStart({ wallSeconds, spread, firstRequestSeconds }: Figures): string {
  const first =
    firstRequestSeconds === undefined
      ? ''
      : `, first request after ${seconds(firstRequestSeconds)} s`;
  return `${seconds(wallSeconds)} s (±${(100 * spread).toFixed(0)} %${first})`;
}
