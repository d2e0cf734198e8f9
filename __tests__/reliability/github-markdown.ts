import { spawnSync } from 'node:child_process';

/** GitHub's own engine, a package of most Linux distributions and of Homebrew. */
const engine = 'cmark-gfm';

/** Why its tests are skipped, in brackets for their titles; empty where it is installed. */
export const noEngine: string =
  spawnSync(engine, ['--version']).status === 0 ? '' : ' (skipped: cmark-gfm is not installed)';

/** HTML as GitHub's engine makes it, with all that it leaves to the filters after it, raw HTML too. */
export function rendered(markdown: string): string {
  const extensions = ['footnotes', 'table', 'autolink', 'strikethrough', 'tasklist'];
  const { stdout, status, error } = spawnSync(
    engine,
    ['--unsafe', ...extensions.flatMap((name) => ['-e', name])],
    { input: markdown, encoding: 'utf8', maxBuffer: 2 ** 30 },
  );
  if (error !== undefined || status !== 0) throw error ?? new Error(`${engine}: status ${status}`);
  return stdout;
}

/** Every tag and comment in HTML, as written; the text of cmark holds no `<` of its own. */
export function tagsIn(html: string): readonly string[] {
  return html.match(/<[^>]*>/g) ?? [];
}

/** What a reader sees of HTML. */
export function textIn(html: string): string {
  return html
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

/**
 * What GitHub makes of the text that cmark leaves outside code: mentions, references, emoji; and links, which
 * cmark would have made.
 */
export function reachesOut(html: string): boolean {
  const prose = textIn(html.replace(/<(code|pre)\b[\s\S]*?<\/\1>/g, ' '));
  return /@[\w-]|#\d|\bgh-\d|:[\w+-]+:|\bhttps?:\/\/|\bwww\./i.test(prose);
}
