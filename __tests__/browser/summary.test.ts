import { noPage, showSummaries } from '../../scripts/summary-page.ts';
import type { Box, Picture, Seen } from '../../scripts/summary-page.ts';
import { summaryOf } from '../../src/report/summary.ts';
import { scenes } from './scenes.ts';

// Job summaries as people see them: through GitHub's own Markdown engine, in a browser, with the oldest and the
// newest Mermaid that GitHub may have. Needs what scripts/browser-tools.sh names.

const reason = noPage === '' ? '' : ` (skipped: ${noPage})`;
const summaries = new Map([...scenes].map(([name, record]) => [name, summaryOf(record)]));
const withPictures = [...summaries.keys()].filter((name) => name !== 'planned');
const blue = 'rgb(31, 111, 235)';
const red = 'rgb(207, 34, 46)';
const hollow = 'rgba(0, 0, 0, 0)';
const pages = [
  { theme: 'light', mermaid: 'new', timeZone: 'Asia/Kolkata' },
  { theme: 'dark', mermaid: 'old', timeZone: 'America/Los_Angeles' },
] as const;

/** How the tables of a summary begin, by their lines of dashes. */
const tablesIn = (markdown: string): number => markdown.match(/^\| --- \|.*$/gm)?.length ?? 0;

(noPage === '' ? describe : describe.skip).each(pages)(
  `on a $theme page, with the $mermaid Mermaid, in $timeZone${reason}`,
  (page) => {
    let seen: ReadonlyMap<string, Seen>;

    beforeAll(async () => {
      const shown = await showSummaries({ ...page, summaries });
      seen = new Map(shown.map((each) => [each.name, each]));
    }, 180_000);

    const see = (name: string): Seen => {
      const one = seen.get(name);
      if (one === undefined) throw new Error(`${name} is not on the page.`);
      return one;
    };
    const picture = (name: string, title: string): Picture => {
      const one = see(name).pictures.find(({ texts }) =>
        texts.some(({ words }) => words === title),
      );
      if (one === undefined) throw new Error(`${name} has no picture ‘${title}’.`);
      return one;
    };
    const timeline = (name: string): Picture => picture(name, 'Where the time went');
    const traffic = (name: string): Picture => picture(name, 'Where the traffic goes, in percent');
    const wordsOf = ({ texts }: Picture): readonly string[] => texts.map(({ words }) => words);

    test.each([...summaries])(
      'every block of Mermaid in %s becomes a picture',
      (name, markdown) => {
        const { pictures } = see(name);
        expect(pictures).toHaveLength(markdown.match(/^```mermaid$/gm)?.length ?? 0);
        for (const { error, kind, bars, source } of pictures) {
          expect({ error, kind }).toEqual({ error: undefined, kind: 'gantt' });
          expect(bars).toHaveLength(source.match(/ :(?:crit, |done, )?[\d-]+/g)?.length ?? 0);
        }
      },
    );

    test.each(withPictures)('nothing in the pictures of %s is cut off or hidden', (name) => {
      for (const drawn of see(name).pictures) {
        const cutOff = [...drawn.bars, ...drawn.texts].filter((part) => !isInside(part, drawn));
        expect(cutOff).toEqual([]);
        const hidden = drawn.texts.filter((text, at) =>
          drawn.texts.slice(at + 1).some((other) => overlap(text, other)),
        );
        expect(hidden.map(({ words }) => words)).toEqual([]);
      }
    });

    test.each([...summaries])(
      'the tables of %s are tables, each row as wide as the first',
      (name, markdown) => {
        const { tables, text } = see(name);
        expect(tables).toHaveLength(tablesIn(markdown));
        for (const [head = [], ...rows] of tables) {
          expect(rows.map((row) => row.length)).toEqual(rows.map(() => head.length));
        }
        expect(text).not.toMatch(/^\|/m);
      },
    );

    test.each([...summaries.keys()])('nothing in %s runs', (name) => {
      expect(see(name).scripts).toBe(0);
    });

    test('upload and model begin together, and what follows begins when both have ended', () => {
      const drawn = timeline('canary');
      const bar = (stage: string): Box => {
        const at = ['inspect', 'plan', 'local-predict', 'upload', 'model', 'version'].indexOf(
          stage,
        );
        return drawn.bars[at] ?? { x: NaN, y: NaN, width: NaN, height: NaN };
      };
      expect(wordsOf(drawn)).toEqual(
        expect.arrayContaining([
          'inspect',
          'local-predict',
          'promote',
          '4 min 57 s',
          '0 min',
          '5 min',
        ]),
      );
      expect(bar('model').x).toBeCloseTo(bar('upload').x, 0);
      expect(bar('model').width).toBeLessThan(bar('upload').width);
      expect(bar('version').x).toBeCloseTo(bar('upload').x + bar('upload').width, 0);
    });

    test.each(['canary', 'cancelled', 'replaced'])(
      'the shortest stage of %s can be seen',
      (name) => {
        expect(Math.min(...timeline(name).bars.map(({ width }) => width))).toBeGreaterThan(4);
      },
    );

    test.each([
      ['canary', [], undefined],
      ['failed', ['21 s, failed'], red],
      ['rolled-back', ['3.2 s, failed'], red],
      ['cancelled', ['1 h 10 min, cancelled'], red],
    ] as const)('the stage in which %s was stopped is red, and says so', (name, ends, colour) => {
      const drawn = timeline(name);
      expect(wordsOf(drawn).filter((words) => words.includes(','))).toEqual(ends);
      const others = drawn.bars.slice(0, -1).map((bar) => bar.colour);
      expect(new Set(others)).toEqual(new Set([blue]));
      expect(drawn.bars.at(-1)?.colour).toBe(colour ?? blue);
    });

    test('the traffic before is hollow, and now as long as its share', () => {
      const drawn = traffic('canary');
      expect(wordsOf(drawn)).toEqual(
        expect.arrayContaining([
          'version 6',
          'version 7, new',
          '100 % before',
          '90 % now',
          '10 % now',
        ]),
      );
      const [before, ...now] = drawn.bars;
      expect(before?.colour).toBe(hollow);
      expect(now.map(({ colour }) => colour)).toEqual([blue, blue]);
      const shares = now.map(({ width }) => Math.round((100 * width) / (before?.width ?? NaN)));
      expect(shares).toEqual([90, 10]);
    });

    test('what a service calls a version stays a name', () => {
      expect(wordsOf(traffic('hostile'))).toContain('version 7????????script?aler, new');
    });

    test('the letters stand out from the page, or from the bar that they stand on', () => {
      const paper = page.theme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(13, 17, 23)';
      const drawn = withPictures.flatMap((name) => see(name).pictures);
      const faint = drawn.flatMap(({ bars, texts }) =>
        texts.filter((text) => {
          const under = bars.find((bar) => bar.colour !== hollow && overlap(bar, text));
          return contrast(text.colour, under?.colour ?? paper) < 4;
        }),
      );
      expect(faint).toEqual([]);
    });
  },
);

function isInside({ x, y, ...part }: Box, { width = 0, height = 0 }: Picture): boolean {
  return x >= 0 && y >= 0 && x + part.width <= width && y + part.height <= height;
}

/** On the same line, and over each other. */
function overlap(one: Box, other: Box): boolean {
  const middle = one.y + one.height / 2;
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    other.y < middle &&
    middle < other.y + other.height
  );
}

/** Contrast ratio of two opaque colours. WCAG 2.2, 1.4.3, asks for 3 of large letters and 4.5 of others. */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
    const share = Number(part) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
