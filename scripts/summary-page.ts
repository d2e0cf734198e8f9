import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

// Shows job summaries as GitHub does: its own Markdown engine, Mermaid, its style sheet, and a browser.

/** What the browser is asked to show. */
export interface Page {
  /** Summaries in Markdown, by a name of letters, digits and hyphens. */
  readonly summaries: ReadonlyMap<string, string>;
  readonly theme: 'light' | 'dark';
  /** The oldest or the newest release of Mermaid that GitHub may have. */
  readonly mermaid: 'old' | 'new';
  /** Where the reader is, such as `Asia/Kolkata`: Mermaid draws times as they are there. */
  readonly timeZone: string;
  /** Where a picture of the page is to be written, as PNG. */
  readonly screenshot?: string;
}

/** A box in the units of its picture. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What became of one block of Mermaid. */
export interface Picture {
  readonly source: string;
  /** Why there is no picture. */
  readonly error?: string;
  readonly kind?: string;
  readonly width?: number;
  readonly height?: number;
  readonly bars: readonly (Box & { readonly colour: string })[];
  readonly texts: readonly (Box & { readonly words: string; readonly colour: string })[];
}

/** What is to be seen of one summary. */
export interface Seen {
  readonly name: string;
  readonly pictures: readonly Picture[];
  /** Tables, rows, cells. */
  readonly tables: readonly (readonly (readonly string[])[])[];
  readonly text: string;
  /** Elements that run something, or have it run. */
  readonly scripts: number;
}

const tools = join(
  process.env['WORKFLOW_TOOLS'] ?? join(homedir(), '.cache', 'deploy-ai-platform-tools'),
  'summary-page',
);
const width = 900;
const browsers = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
];

const browser = process.env['CHROME_BIN'] ?? browsers.find(isInstalled);

/** Why no summary can be shown here; empty when one can. */
export const noPage =
  browser === undefined
    ? 'neither Chromium nor Chrome is installed'
    : !isInstalled('cmark-gfm')
      ? 'cmark-gfm is not installed'
      : existsSync(tools)
        ? ''
        : 'Mermaid is not installed: bash scripts/browser-tools.sh';

function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .some((directory) => directory !== '' && existsSync(join(directory, program)));
}

/**
 * Shows summaries on one page, 900 pixels wide as on GitHub.
 *
 * @throws Error with the browser's own words when it does not come to an end.
 */
export async function showSummaries(page: Page): Promise<readonly Seen[]> {
  const directory = await mkdtemp(join(tmpdir(), 'summary-page-'));
  try {
    const file = join(directory, 'page.html');
    await writeFile(file, html(page));
    const dom = browse(directory, page, '--dump-dom', pathToFileURL(file).href);
    const [, verdict] = /<script id="verdict"[^>]*>(\{.*?)<\/script>/s.exec(dom.stdout) ?? [];
    if (verdict === undefined) {
      const [, fault] = /<title>(.*?)<\/title>/s.exec(dom.stdout) ?? [];
      throw new Error(`The page did not come to an end. ${fault ?? dom.stderr}`);
    }
    const { height, summaries } = JSON.parse(verdict) as { height: number; summaries: Seen[] };
    if (page.screenshot !== undefined) {
      browse(
        directory,
        page,
        `--window-size=${width},${height}`,
        `--screenshot=${page.screenshot}`,
        pathToFileURL(file).href,
      );
    }
    return summaries;
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

function browse(
  directory: string,
  { timeZone }: Page,
  ...commandLine: readonly string[]
): { stdout: string; stderr: string } {
  const { status, error, stdout, stderr } = spawnSync(
    browser ?? 'chromium',
    [
      '--headless=new',
      // The page is ours, and containers have no sandbox.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--hide-scrollbars',
      '--force-color-profile=srgb',
      '--font-render-hinting=none',
      '--allow-file-access-from-files',
      '--virtual-time-budget=30000',
      `--user-data-dir=${join(directory, 'profile')}`,
      `--window-size=${width},1000`,
      ...commandLine,
    ],
    {
      env: { ...process.env, TZ: timeZone },
      encoding: 'utf8',
      timeout: 120_000,
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`The browser ended with ${status ?? 'a signal'}. ${stderr}`);
  return { stdout, stderr };
}

function html({ summaries, theme, mermaid }: Page): string {
  const asset = (path: string): string => pathToFileURL(join(tools, path)).href;
  const sheets = [
    `github-markdown-css/github-markdown-${theme}.css`,
    'noto-sans/400.css',
    'noto-sans/600.css',
    'noto-sans-mono/400.css',
  ].map((sheet) => `<link rel="stylesheet" href="${asset(sheet)}">`);
  const articles = [...summaries].map(
    ([name, markdown]) =>
      `<article id="${name}" class="markdown-body">\n${markUp(markdown)}</article>`,
  );
  const script = readFileSync(new URL('summary-page.js', import.meta.url), 'utf8');
  return `<!doctype html>
<html data-theme="${theme}">
<meta charset="utf-8">
${sheets.join('\n')}
<style>
  body { margin: 0; }
  body, article { font-family: 'Noto Sans', 'Noto Color Emoji', sans-serif !important; }
  article { padding: 24px; }
  article code, article pre { font-family: 'Noto Sans Mono', monospace !important; }
  .picture { margin-bottom: 16px; }
</style>
<body>
${articles.join('\n')}
<script id="verdict" type="application/json"></script>
<script>
  for (const kind of ['error', 'unhandledrejection']) {
    addEventListener(kind, ({ message, reason }) => { document.title = message ?? String(reason); });
  }
</script>
<script src="${asset(`mermaid-${mermaid}/dist/mermaid.min.js`)}"></script>
<script type="module">
${script}
</script>
</body>
</html>
`;
}

/** By the engine that GitHub itself uses, with its extensions and its filter of dangerous elements. */
function markUp(markdown: string): string {
  const extensions = ['table', 'strikethrough', 'autolink', 'tagfilter', 'tasklist'];
  const { error, status, stdout, stderr } = spawnSync(
    'cmark-gfm',
    ['--unsafe', '--github-pre-lang', ...extensions.flatMap((name) => ['--extension', name])],
    { input: markdown, encoding: 'utf8' },
  );
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`cmark-gfm ended with ${status ?? 'a signal'}. ${stderr}`);
  return stdout;
}
