import { withoutSecrets } from '../secrets.ts';

/**
 * Text from outside (file names, commit messages, answers of services, predictions) made harmless for the place
 * where it is written. One function per place; nothing is written by another way. None lets a secret through that
 * this process knows.
 */

/**
 * Controls, line and paragraph separators, format characters (zero-width, bidirectional overrides, tags), halves
 * of surrogate pairs, fillers and variation selectors (but for the one that colours an emoji): all that a reader
 * cannot see, or that changes how the rest is read.
 */
const unseen =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|(?!\ufe0f)\p{Default_Ignorable_Code_Point}|(?<!\p{Emoji})\ufe0f/gu;
const lineBreaks = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;

/** How long a line of the log may get. */
const logLimit = 2000;

/**
 * For a line of the log: one line, every unseen character as `\uXXXX`, at most 2,000 characters and then their
 * count, and nothing left that the runner reads as a command: `::name::` is one only at the start of a line,
 * after any white space; `##[name]` is one anywhere (`ActionCommand` of actions/runner).
 */
export function forLog(said: string): string {
  const text = withoutSecrets(said);
  const shown = withoutCommands(showUnseen(start(text, logLimit)));
  if (text.length <= logLimit && shown.length <= logLimit) return shown;
  return `${start(shown, logLimit)}… (cut; ${text.length} characters in all)`;
}

/** For one part of an annotation: one line of at most `limit` characters. Line breaks become spaces. */
export function forAnnotation(said: string, limit: number): string {
  const text = withoutSecrets(said);
  const line = start(text, limit * 2)
    .replace(lineBreaks, ' ')
    .trim();
  return cut(withoutCommands(showUnseen(line)), limit, text.length > limit * 2);
}

/**
 * For GitHub's Markdown, in a table cell or a paragraph: one piece of plain text. Marks that mean something
 * become entities, so that no Markdown or HTML is left; mentions, references (`#1`, `GH-1`), links and emoji
 * codes, which GitHub looks for after the entities are resolved, are broken by a zero-width space.
 */
export function forMarkdown(text: string, limit = 500): string {
  return entities(plain(text, limit))
    .replace(/&#(?:35|58|64);/g, '$&\u200b')
    .replace(/(gh(?=-)|www(?=\.))/gi, '$1\u200b');
}

/**
 * The same as code, from which people copy: without zero-width spaces. A code span where the text can stand
 * in one also within a table; else an element, where an empty comment keeps `@` from making an e-mail link.
 */
export function forMarkdownCode(text: string, limit = 500): string {
  const shown = plain(text, limit);
  if (/^[^`|\\]+$/.test(shown)) return `\`${shown}\``;
  const inside = entities(shown)
    .replaceAll('&#64;', '&#64;<!-- -->')
    .replace(/(www)\./gi, '$1&#46;');
  return `<code>${inside}</code>`;
}

/**
 * Sentences of ours that name things between backticks: those parts as by `forMarkdownCode`, so that commands
 * can be copied, the rest as by `forMarkdown`.
 */
export function forMarkdownProse(text: string, limit = 2000): string {
  return plain(text, limit)
    .split(/`([^`]+)`/)
    .map((part, index) => (index % 2 === 1 ? forMarkdownCode(part, limit) : spaced(part, limit)))
    .join('');
}

/** A fenced block of GitHub's Markdown, the fence included. Keeps line feeds and returns; at most `limit` characters. */
export function forCodeBlock(language: string, said: string, limit = 4000): string {
  const text = withoutSecrets(said);
  const shown = start(text, limit)
    .split(/\r\n|\r|\n/)
    .map((line) => showUnseen(line.replaceAll('\t', '    ')))
    .join('\n');
  const body = cut(shown, limit, text.length > limit);
  const longest = Math.max(0, ...(body.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}${language}\n${body}\n${fence}`;
}

/** For one segment of a path, or one value of a query, of a URL; also safe in a Markdown link. */
export function forUrlPart(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * A page of a server, for a Markdown link: the server by its URL, the path by its segments. `undefined` where the
 * URL is none of a web server, or could end the link.
 */
export function forLink(serverUrl: string, segments: readonly string[]): string | undefined {
  const origin = URL.canParse(serverUrl) ? new URL(serverUrl).origin : '';
  if (!/^https?:\/\/[\w.:[\]-]+$/.test(origin)) return undefined;
  return [origin, ...segments.map(forUrlPart)].join('/');
}

function showUnseen(text: string): string {
  return text.replace(unseen, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

function withoutCommands(line: string): string {
  return line.replace(/^(\s*):(?=:)/, '$1\\u003a').replaceAll('##[', '#\\u0023[');
}

/** Marks with a meaning in GitHub's Markdown, and those that have one only at the start of a line. */
function entities(text: string): string {
  return text
    .replace(/[#$&*:<>@[\\\]^_`|~]/g, entity)
    .replace(/^[-+=]/, entity)
    .replace(/^(\d+)([.)])/, (_, digits: string, mark: string) => `${digits}${entity(mark)}`);
}

function entity(mark: string): string {
  return `&#${mark.charCodeAt(0)};`;
}

function plain(said: string, limit: number): string {
  const text = withoutSecrets(said);
  const line = start(text, limit * 2)
    .replace(lineBreaks, ' ')
    .trim();
  return cut(showUnseen(line), limit, text.length > limit * 2);
}

/** `forMarkdown` trims; between two parts the spaces count. */
function spaced(part: string, limit: number): string {
  const before = /^\s/.test(part) ? ' ' : '';
  const after = /\S\s+$/.test(part) ? ' ' : '';
  return `${before}${forMarkdown(part, limit)}${after}`;
}

function cut(text: string, limit: number, always: boolean): string {
  return text.length > limit || always ? `${start(text, limit - 1)}…` : text;
}

/** The first characters, without half a surrogate pair or half a `\uXXXX` at the end. */
function start(text: string, length: number): string {
  if (text.length <= length) return text;
  return text
    .slice(0, length)
    .replace(/[\uD800-\uDBFF]$/, '')
    .replace(/\\(?:u[0-9a-f]{0,3})?$/, '');
}
