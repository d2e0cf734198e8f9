import {
  forAnnotation,
  forCodeBlock,
  forLog,
  forMarkdown,
  forMarkdownCode,
  forMarkdownProse,
  forUrlPart,
} from '../../src/report/foreign-text.ts';
import { hostileText, randomFrom, seeds } from './hostile-text.ts';
import { commandsIn } from './runner-commands.ts';

const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** The cells of a table row, as GitHub's engine finds them: at every `|` without a backslash before it. */
function cellsOf(row: string): readonly string[] {
  return row
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}

/** What a browser shows of text in Markdown that holds nothing but entities. */
function shown(markdown: string): string {
  return markdown
    .replace(/<!-- -->|<\/?code>/g, '')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

describe('what the runner would take for a command', () => {
  test('the port of its parsers finds both forms', () => {
    expect(commandsIn('::set-output name=x::y')).toEqual(['set-output']);
    expect(commandsIn(' \u3000::warning::y')).toEqual(['warning']);
    expect(commandsIn('a ##[add-mask]b')).toEqual(['add-mask']);
    expect(commandsIn('one\r::debug::two')).toEqual(['debug']);
    expect(commandsIn('a ::set-output name=x::y')).toEqual([]);
  });
});

describe('text for the log', () => {
  test('keeps plain text, other scripts and emoji as they are', () => {
    expect(forLog('Uploaded modèle 字 😀 100 %')).toBe('Uploaded modèle 字 😀 100 %');
  });

  test('shows line breaks, controls, separators, zero-width and bidirectional characters', () => {
    expect(forLog('a\r\nb\tc\u2028d\u200be\u202ef\u001b[31mg\ufeff')).toBe(
      'a\\u000d\\u000ab\\u0009c\\u2028d\\u200be\\u202ef\\u001b[31mg\\ufeff',
    );
  });

  test('shows tag characters and lone surrogates unit by unit', () => {
    expect(forLog('\u{e0041}|\ud83d|')).toBe('\\udb40\\udc41|\\ud83d|');
  });

  test('breaks both forms of commands', () => {
    expect(forLog('::set-output name=x::y')).toBe('\\u003a:set-output name=x::y');
    expect(forLog('\u00a0 ::error::y')).toBe('\u00a0 \\u003a:error::y');
    expect(forLog('see ##[add-mask]x')).toBe('see #\\u0023[add-mask]x');
  });

  test('cuts a megabyte after 2,000 characters and gives the count', () => {
    expect(forLog('x'.repeat(1_000_000))).toBe(
      `${'x'.repeat(2000)}… (cut; 1000000 characters in all)`,
    );
  });

  test('cuts neither a shown character nor a pair of surrogates in two', () => {
    expect(forLog(`${'x'.repeat(1997)}\u0007`)).toBe(
      `${'x'.repeat(1997)}… (cut; 1998 characters in all)`,
    );
    expect(forLog(`${'x'.repeat(1999)}😀`)).toBe(
      `${'x'.repeat(1999)}… (cut; 2001 characters in all)`,
    );
  });

  test.each(seeds)('holds no command and nothing unseen, whatever the text (seed %i)', (seed) => {
    const random = randomFrom(seed);
    for (let round = 0; round < 10_000; round += 1) {
      const text = hostileText(random);
      const line = forLog(text);
      if (commandsIn(line).length > 0 || unseen.test(line)) {
        throw new Error(`${JSON.stringify(text)} gave ${JSON.stringify(line)}`);
      }
    }
  });
});

describe('text for annotations', () => {
  test('is one line of at most so many characters', () => {
    expect(forAnnotation('a\r\n\n b ', 100)).toBe('a  b');
    expect(forAnnotation('x'.repeat(130), 120)).toBe(`${'x'.repeat(119)}…`);
    expect(forAnnotation(`${'x'.repeat(120)}\n${'y'.repeat(1_000_000)}`, 120)).toHaveLength(120);
  });

  test.each(seeds)('holds no command and no line break, whatever the text (seed %i)', (seed) => {
    const random = randomFrom(seed);
    for (let round = 0; round < 5000; round += 1) {
      const text = hostileText(random);
      const line = forAnnotation(text, 50);
      if (commandsIn(line).length > 0 || unseen.test(line) || line.length > 50) {
        throw new Error(`${JSON.stringify(text)} gave ${JSON.stringify(line)}`);
      }
    }
  });
});

describe('text for Markdown', () => {
  test('turns every mark into an entity', () => {
    expect(forMarkdown('a|b <i>*c*</i> `d` [e](f)')).toBe(
      'a&#124;b &#60;i&#62;&#42;c&#42;&#60;/i&#62; &#96;d&#96; &#91;e&#93;(f)',
    );
  });

  test('breaks mentions, references, links and emoji codes', () => {
    expect(shown(forMarkdown('@octo #1 GH-1 http://b.test www.b.test :x:'))).toBe(
      '@\u200bocto #\u200b1 GH\u200b-1 http:\u200b//b.test www\u200b.b.test :\u200bx:\u200b',
    );
  });

  test('makes one line and shows what cannot be seen', () => {
    expect(shown(forMarkdown(' a\nb\u2028c\u202ed '))).toBe('a b c\\u202ed');
  });

  test('is cut at its limit', () => {
    expect(forMarkdown('x'.repeat(1000), 10)).toBe('xxxxxxxxx…');
  });

  test('at its start makes neither list nor rule nor heading', () => {
    expect(
      ['- a', '+ a', '--', '===', '1. a', '12) a', '# a', '> a'].map((text) => forMarkdown(text)),
    ).toEqual([
      '&#45; a',
      '&#43; a',
      '&#45;-',
      '&#61;==',
      '1&#46; a',
      '12&#41; a',
      '&#35;\u200b a',
      '&#62; a',
    ]);
  });

  test('in code can be copied as it is', () => {
    expect(forMarkdownCode('gs://b/a@c <b>')).toBe('`gs://b/a@c <b>`');
    expect(forMarkdownCode('gs://b/a|b@c www.d')).toBe(
      '<code>gs&#58;//b/a&#124;b&#64;<!-- -->c www&#46;d</code>',
    );
  });

  test('sets what stands between backticks as code, and keeps the spaces around it', () => {
    expect(forMarkdownProse('Run `gcloud x --to=a@b` now.')).toBe('Run `gcloud x --to=a@b` now.');
    expect(forMarkdownProse('An open ` stays')).toBe('An open &#96; stays');
  });

  test.each(seeds)(
    'stays one cell of one row, and plain text, whatever it is (seed %i)',
    (seed) => {
      const random = randomFrom(seed);
      for (let round = 0; round < 10_000; round += 1) {
        const text = hostileText(random);
        const row = `| ${forMarkdown(text)} | ${forMarkdownCode(text)} | ${forMarkdownProse(text)} |`;
        const plainText = row.replace(/`[^`]+`|<\/?code>|<!-- -->/g, '');
        const sound =
          !/[\r\n]/.test(row) &&
          cellsOf(row).length === 3 &&
          !/[<>`*_[\]@\\~$]/.test(plainText) &&
          !/https?:|www\./i.test(plainText) &&
          !/(?:@|#|gh-|www\.|:)(?=[\w/])/i.test(shown(forMarkdown(text)));
        if (!sound) throw new Error(`${JSON.stringify(text)} gave ${JSON.stringify(row)}`);
      }
    },
  );
});

describe('text for code blocks', () => {
  test('keeps its lines and shows other unseen characters', () => {
    expect(forCodeBlock('text', 'a\r\nb\rc\td\u2028\u0085')).toBe(
      '```text\na\nb\nc    d\\u2028\\u0085\n```',
    );
  });

  test('is fenced by more backticks than it holds', () => {
    expect(forCodeBlock('', 'a\n````\nb')).toBe('`````\na\n````\nb\n`````');
  });

  test('is cut at its limit', () => {
    expect(forCodeBlock('', 'x'.repeat(5000))).toBe(`\`\`\`\n${'x'.repeat(3999)}…\n\`\`\``);
  });

  test.each(seeds)('ends where its fence ends, whatever the text (seed %i)', (seed) => {
    const random = randomFrom(seed);
    for (let round = 0; round < 5000; round += 1) {
      const text = hostileText(random);
      const lines = forCodeBlock('', text).split('\n');
      const fence = lines[0] ?? '';
      const inside = lines.slice(1, -1);
      if (lines.at(-1) !== fence || inside.some((line) => line.includes(fence))) {
        throw new Error(`${JSON.stringify(text)} breaks its fence`);
      }
    }
  });
});

describe('text for URLs', () => {
  test('is one part, also within a Markdown link', () => {
    expect(forUrlPart("a/b?c=d&e (f)'*!\ud800|")).toBe(
      'a%2Fb%3Fc%3Dd%26e%20%28f%29%27%2A%21%EF%BF%BD%7C',
    );
  });
});
