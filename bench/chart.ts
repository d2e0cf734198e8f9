import type { ContestantId } from './contestants.ts';
import type { Cell, Figures } from './figures.ts';
import { rawLimit } from './figures.ts';
import type { Results } from './results.ts';
import { seconds } from './tables.ts';

/** The network that the chart shows: as far as a nearby region. */
const SHOWN_PROFILE = 'P1';

const WIDTH = 800;
const PADDING = 20;
const PANEL_GAP = 28;
const PANEL_WIDTH = (WIDTH - 2 * PADDING - PANEL_GAP) / 2;
const TOP = 82;
const ROW = 24;
const BAR = 14;
const LABEL_WIDTH = 166;
const VALUE_WIDTH = 48;

interface Bar {
  readonly label: string;
  readonly seconds: number;
  readonly kind: 'ours' | 'limit' | 'peer';
}

const peers: readonly (readonly [ContestantId, string])[] = [
  ['library', '@google-cloud/storage'],
  ['manager', 'its TransferManager'],
  ['gcloud', 'gcloud storage cp'],
];

/** Seconds of everybody, one panel for each workload with a scale of its own, as an SVG image. */
export function chart({ cells, workloads, machine }: Results): string {
  const panels = workloads.flatMap(({ id, title }) => {
    const cell = cells.find(
      ({ workload, profile }) => workload === id && profile === SHOWN_PROFILE,
    );
    return cell === undefined ? [] : [{ title, bars: barsOf(cell) }];
  });
  let y = TOP;
  const drawn: string[] = [];
  for (let index = 0; index < panels.length; index += 2) {
    const pair = panels.slice(index, index + 2);
    pair.forEach((panel, column) => {
      drawn.push(
        drawPanel(panel.title, panel.bars, PADDING + column * (PANEL_WIDTH + PANEL_GAP), y),
      );
    });
    y += 26 + ROW * Math.max(...pair.map(({ bars }) => bars.length)) + 22;
  }
  const date = machine.date.toISOString().slice(0, 10);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" role="img" aria-labelledby="title">
<title id="title">Seconds to upload, with 40 ms before each answer; shorter is better.</title>
<style>
text { font: 13px -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328; }
.head { font-size: 16px; font-weight: 600; }
.panel { font-weight: 600; }
.quiet { fill: #59636e; }
.strong { font-weight: 600; }
.ground { fill: #ffffff; }
.ours { fill: #1a7f37; }
.limit { fill: #9aa4af; }
.peer { fill: #4f83cc; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; }
.quiet { fill: #9198a1; }
.ground { fill: #0d1117; }
.ours { fill: #3fb950; }
.limit { fill: #656c76; }
.peer { fill: #6ea1e8; }
}
</style>
<rect width="${WIDTH}" height="${y}" rx="6" class="ground"/>
<text x="${PADDING}" y="34" class="head">Seconds to upload a model, shorter is better</text>
<text x="${PADDING}" y="56" class="quiet">Whole process, 40 ms before each answer, one machine of ${machine.cores} cores for client and server, ${date}</text>
${drawn.join('\n')}
</svg>
`;
}

function barsOf(cell: Cell): readonly Bar[] {
  const bar = (label: string, figures: Figures | undefined, kind: Bar['kind']): Bar[] =>
    figures === undefined ? [] : [{ label, seconds: figures.wallSeconds, kind }];
  return [
    ...bar('the leanest Node can be', rawLimit(cell), 'limit'),
    ...bar('deploy-ai-platform', cell.figures.get('ours'), 'ours'),
    ...peers.flatMap(([id, label]) => bar(label, cell.figures.get(id), 'peer')),
  ];
}

function drawPanel(title: string, bars: readonly Bar[], x: number, y: number): string {
  const longest = Math.max(...bars.map((bar) => bar.seconds));
  const room = PANEL_WIDTH - LABEL_WIDTH - VALUE_WIDTH;
  const rows = bars.map((bar, index) => {
    const top = y + 26 + index * ROW;
    const length = Math.max(2, (bar.seconds / longest) * room).toFixed(1);
    const strong = bar.kind === 'ours' ? ' class="strong"' : '';
    return (
      `<text x="${x + LABEL_WIDTH - 8}" y="${top + 12}" text-anchor="end"${strong}>${escaped(bar.label)}</text>` +
      `<rect x="${x + LABEL_WIDTH}" y="${top}" width="${length}" height="${BAR}" rx="2" class="${bar.kind}"/>` +
      `<text x="${(x + LABEL_WIDTH + Number(length) + 6).toFixed(1)}" y="${top + 12}"${strong}>${seconds(bar.seconds)}</text>`
    );
  });
  return [`<text x="${x}" y="${y + 12}" class="panel">${escaped(title)}</text>`, ...rows].join(
    '\n',
  );
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
