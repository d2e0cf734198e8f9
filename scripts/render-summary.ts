import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { scenes } from '../__tests__/browser/scenes.ts';
import { summaryOf } from '../src/report/summary.ts';
import { noPage, showSummaries } from './summary-page.ts';

// Writes docs/images/summary.png, the picture at the head of the README:
//   bash scripts/browser-tools.sh && node scripts/render-summary.ts
// With --all DIRECTORY: every kind of summary, on a light and on a dark page, to be looked at.

const { values } = parseArgs({ options: { all: { type: 'string' } } });
if (noPage !== '') throw new Error(`No summary can be shown here: ${noPage}.`);

if (values.all === undefined) {
  const [[, record] = []] = scenes;
  if (record === undefined) throw new Error('There is no run to be shown.');
  // What stands below, to be copied, says nothing to whoever only looks.
  const [shown = ''] = summaryOf(record).split('\n\nTo undo this deploy:');
  await draw(new Map([['summary', shown]]), 'light', join('docs', 'images', 'summary.png'));
} else {
  await mkdir(values.all, { recursive: true });
  for (const [name, record] of scenes) {
    for (const theme of ['light', 'dark'] as const) {
      const summary = new Map([[name, summaryOf(record)]]);
      await draw(summary, theme, join(values.all, `${name}-${theme}.png`));
    }
  }
}

async function draw(
  summaries: ReadonlyMap<string, string>,
  theme: 'light' | 'dark',
  screenshot: string,
): Promise<void> {
  await showSummaries({ summaries, theme, mermaid: 'new', timeZone: 'UTC', screenshot });
  const { size } = await stat(screenshot);
  console.log(`${screenshot}: ${Math.ceil(size / 1000)} kB`);
}
