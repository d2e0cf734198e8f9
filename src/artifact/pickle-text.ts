/** What follows a backslash in a text of Python: a number of a character, or a letter that stands for one. */
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|([0-7]{1,3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([^]))/g;
const LETTERS: Readonly<Record<string, string>> = {
  ...{ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
  ...{ '\\': '\\', "'": "'", '"': '"' },
};

/**
 * A text of protocol 0 without its escapes, so that a name cannot hide behind them: `os` may be written
 * `\x6fs` or `\u006fs` (Python, codecs: `escape_decode` for bytes, `raw_unicode_escape` for text).
 */
export function unescaped(text: string, kind: 'bytes' | 'unicode'): string {
  return text.replaceAll(
    ESCAPE,
    (whole: string, hex?: string, octal?: string, four?: string, eight?: string, one?: string) => {
      if (kind === 'unicode') return character(four ?? eight, 16) ?? whole;
      if (hex !== undefined || octal !== undefined) {
        return character(hex, 16) ?? character(octal, 8) ?? whole;
      }
      return LETTERS[one ?? ''] ?? whole;
    },
  );
}

function character(digits: string | undefined, base: number): string | undefined {
  if (digits === undefined) return undefined;
  const code = Number.parseInt(digits, base);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
