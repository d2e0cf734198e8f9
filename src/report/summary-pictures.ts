import type { DeployRecord, Stage } from '../record.ts';
import { forCodeBlock } from './foreign-text.ts';
import { formatDuration } from './format.ts';

const leastSeconds = 1;
const leastStages = 3;
const mostVersions = 8;

/** Share of the whole that the shortest bar is drawn with, so that it is seen; its label tells the truth. */
const leastShare = 0.008;

/** What the marks of the time axis are apart, and how they are written, for durations of up to so many seconds. */
const axes: readonly (readonly [seconds: number, apart: string, written: string])[] = [
  [10, '1second', '%-S s'],
  [30, '5second', '%-S s'],
  [60, '10second', '%-S s'],
  [300, '30second', '%-M:%S min'],
  [600, '1minute', '%-M min'],
  [1800, '5minute', '%-M min'],
  [3600, '10minute', '%-M min'],
  [6 * 3600, '30minute', '%-H:%M h'],
  [24 * 3600, '2hour', '%-H h'],
  [Infinity, '1day', 'day %-d'],
];

/** GitHub's typeface. */
const fontFamily = '-apple-system, Segoe UI, Noto Sans, Helvetica, Arial, sans-serif';

/** Colours that can be seen on a light page and on a dark one; all others are those of the page's own theme. */
const themeVariables = {
  // As a setting of its own, beside these, it makes Mermaid 10 drop them all.
  fontFamily,
  sectionBkgColor: 'transparent',
  altSectionBkgColor: 'transparent',
  sectionBkgColor2: 'transparent',
  taskBkgColor: '#1f6feb',
  taskBorderColor: '#1f6feb',
  taskTextColor: '#ffffff',
  critBkgColor: '#cf222e',
  critBorderColor: '#cf222e',
  doneTaskBkgColor: 'transparent',
  doneTaskBorderColor: '#6f7a86',
  taskTextDarkColor: '#6f7a86',
};

/** What has no variable: faint lines, readable marks, names level with their bars. */
const themeCSS = [
  '.grid .tick line{stroke:#8b949e;stroke-opacity:.3}',
  `.grid .tick text{font-size:12px;font-family:${fontFamily}}`,
  '.sectionTitle{transform:translateY(-3px)}',
].join('');

/** A bar, which begins at `from` and is named inside or beside it. */
interface Bar {
  readonly label: string;
  readonly tag?: 'crit' | 'done';
  readonly from: string;
  readonly until: string;
}

/** Bars under one name, which stands before them. */
interface Row {
  readonly name: string;
  readonly bars: readonly Bar[];
}

/** Where people would rather look than read: how the traffic was and is split, and where the time went. */
export function pictureSections(record: DeployRecord): readonly string[] {
  return [trafficPicture(record), timePicture(record)];
}

/** Each stage as a bar from its start to its end; the one that came to no good end in red, and named. */
function timePicture(record: DeployRecord): string {
  const { stages } = record;
  const begins = beginnings(stages);
  const total = Math.max(0, ...[...stages].map(([stage, took]) => (begins.get(stage) ?? 0) + took));
  if (stages.size < leastStages || total < leastSeconds) return '';
  const stopped = record.failure === undefined ? undefined : record.stoppedIn;
  const shown = inOrder(stages).filter(
    ([stage, took]) => stage === stopped || formatDuration(took) !== formatDuration(0),
  );
  const rows = shown.map(([stage, took]): Row => {
    const from = moment(begins.get(stage) ?? 0);
    const until = `${Math.round(Math.max(took, total * leastShare) * 1000)}ms`;
    const label = formatDuration(took);
    const bar: Bar =
      stage === stopped
        ? { label: `${label}, ${endWord(record)}`, tag: 'crit', from, until }
        : { label, from, until };
    return { name: stage, bars: [bar] };
  });
  const [, apart, written] = axes.find(([seconds]) => total <= seconds) ?? axes[0] ?? [];
  return chart(
    'Where the time went',
    [
      'dateFormat YYYY-MM-DD HH:mm:ss.SSS',
      `axisFormat ${written ?? ''}`,
      `tickInterval ${apart ?? ''}`,
    ],
    rows,
  );
}

/**
 * When each stage began, in seconds after the first: one after the other, except that the model is prepared
 * while the artifact is uploaded.
 */
function beginnings(stages: DeployRecord['stages']): ReadonlyMap<Stage, number> {
  const begins = new Map<Stage, number>();
  let now = 0;
  for (const [stage, took] of inOrder(stages)) {
    const alongside = stage === 'model' ? begins.get('upload') : undefined;
    begins.set(stage, alongside ?? now);
    now = Math.max(now, (alongside ?? now) + took);
  }
  return begins;
}

/** The record has the stages in the order in which they ended: of the two that begin together, upload first. */
function inOrder(stages: DeployRecord['stages']): readonly (readonly [Stage, number])[] {
  return [...stages].sort(([one], [other]) => {
    if (one === 'upload' && other === 'model') return -1;
    return one === 'model' && other === 'upload' ? 1 : 0;
  });
}

/** The stage in which the run was stopped: its last; of two at a time the upload, unless that came to its end. */
function endWord({ status }: DeployRecord): string {
  if (status === 'cancelled') return 'cancelled';
  return status === 'timed-out' ? 'timed out' : 'failed';
}

/** A time on a day without a change of the clocks anywhere: browsers read it in their own time zone. */
function moment(seconds: number): string {
  const milliseconds = Date.UTC(2000, 0, 1) + Math.round(seconds * 1000);
  return new Date(milliseconds).toISOString().slice(0, 23).replace('T', ' ');
}

/** Each version's percent before, hollow, and now; only where the two differ and several versions are in it. */
function trafficPicture({ version, existing }: DeployRecord): string {
  const before = existing?.traffic ?? {};
  const now = version?.traffic;
  if (now === undefined) return '';
  const ours = version?.names?.version;
  const versions = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter(
    (each) => (before[each] ?? 0) > 0 || (now[each] ?? 0) > 0,
  );
  const changed = versions.some((each) => (before[each] ?? 0) !== (now[each] ?? 0));
  if (!changed || versions.length < 2 || versions.length > mostVersions) return '';
  const bar = (percent: number, when: string): Bar => ({
    label: `${percent} % ${when}`,
    ...(when === 'before' ? { tag: 'done' } : {}),
    from: '0',
    until: String(Math.round(percent)),
  });
  const rows = versions.map((each): Row => {
    const was = before[each] ?? 0;
    return {
      name: `version ${harmless(each)}${each === ours ? ', new' : ''}`,
      bars: [...(was > 0 ? [bar(was, 'before')] : []), bar(now[each] ?? 0, 'now')],
    };
  });
  // Seconds since 1970 are the only axis of a gantt chart that reads as plain numbers.
  return chart(
    'Where the traffic goes, in percent',
    ['dateFormat X', 'axisFormat %s', 'tickInterval 20second'],
    rows,
  );
}

/** A name that the service gave, without what means something to Mermaid. */
function harmless(name: string): string {
  return name.slice(0, 20).replace(/[^A-Za-z0-9._-]/g, '?');
}

/**
 * A gantt chart of Mermaid: also for what is no time, because its bars can be named and coloured in every
 * release that GitHub may have, which those of its other charts cannot. In `init` because the settings at the
 * front, in YAML, are newer.
 */
function chart(title: string, axis: readonly string[], rows: readonly Row[]): string {
  const widest = Math.max(...rows.map(({ name }) => name.length));
  const gantt = {
    useWidth: 880,
    fontSize: 13,
    sectionFontSize: 13,
    barHeight: 20,
    barGap: 6,
    titleTopMargin: 20,
    topPadding: 48,
    gridLineStartPadding: 40,
    leftPadding: 28 + 7 * widest,
  };
  const lines = [
    `%%{init: ${JSON.stringify({ gantt, themeVariables, themeCSS })}}%%`,
    'gantt',
    `accTitle: ${title}`,
    `title ${title}`,
    ...axis,
    'todayMarker off',
    ...rows.flatMap(({ name, bars }) => [
      `section ${name}`,
      ...bars.map(
        ({ label, tag, from, until }) =>
          `${label} :${tag === undefined ? '' : `${tag}, `}${from}, ${until}`,
      ),
    ]),
  ];
  return forCodeBlock('mermaid', lines.join('\n'));
}
