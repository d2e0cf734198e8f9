/** Numbers in [0, 1) from a seed (mulberry32), so that a failing fuzz run can be repeated. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pieces = [
  ...[
    '::',
    ':',
    '##[',
    '#',
    '[',
    ']',
    '::set-output name=x::',
    '::add-mask::',
    '::stop-commands::t',
  ],
  ...[
    '##[set-output name=x;]',
    '##[add-matcher]f',
    '\r',
    '\n',
    '\r\n',
    '\t',
    ' ',
    '\u00a0',
    '\u0085',
  ],
  ...[
    '\u2028',
    '\u2029',
    '\u3000',
    '\u2003',
    '\u200b',
    '\ufeff',
    '\u180e',
    '\u202e',
    '\u2066',
    '\u001b[31m',
  ],
  ...[
    '\0',
    '\u007f',
    '\ud83d',
    '\ude00',
    '😀',
    '\u{e0041}',
    '%0A',
    '%25',
    '\\u000a',
    '\\',
    'u003a',
    '|',
  ],
  ...[
    '`',
    '``',
    '```',
    '~~~',
    '<',
    '>',
    '&',
    '&#10;',
    '&amp;',
    '<script>',
    '<img src=x onerror=y>',
    '-->',
  ],
  ...[
    '<!--',
    '*',
    '**',
    '_',
    '[a](http://b.test)',
    '![a](http://b.test/c.png)',
    '@octo/team',
    '@octo',
  ],
  ...[
    '#123',
    'GH-1',
    'octo/hello#1',
    'http://evil.test/',
    'https://',
    'www.evil.test',
    'a@b.test',
    '$x$',
  ],
  ...[
    'mailto:a@b.test',
    ':smile:',
    '---',
    '+',
    '1. ',
    '- ',
    '    ',
    '=',
    "'",
    '"',
    'model',
    'v1',
    'ä',
    '字',
  ],
];

/** A string made to break out of wherever it is written. */
export function hostileText(random: () => number): string {
  const length = 1 + Math.floor(random() * 12);
  return Array.from({ length }, () => pieces[Math.floor(random() * pieces.length)] ?? '').join('');
}

/** The same texts in every run, and other ones in each; the seed of those is printed by a failing test's name. */
export const seeds: readonly number[] = [20261123, Math.floor(Date.now() % 2 ** 31)];
