import { hostileText, randomFrom } from '../report/hostile-text.ts';

/** How many texts each sink gets from each seed; `FUZZ=400000` for as many as in the catalogue. */
export const rounds = Number(process.env['FUZZ'] ?? 3000);

/** Of one test; more rounds may take longer. */
export const TIMEOUT_MILLISECONDS = 20_000 + rounds * 5;

/** The texts of every run, and those of this one only; `SEED` repeats what a failed test names. */
const seeds: readonly number[] =
  process.env['SEED'] === undefined
    ? [20_261_123, Math.floor(Math.random() * 2 ** 31)]
    : [Number(process.env['SEED'])];

const BATCH = 2000;

/** Characters that other lists forget: invisible letters, hidden payloads, numbers of any script, more marks. */
const more: readonly string[] = [
  ...['\u00ad', '\u034f', '\u115f', '\u3164', '\u2800', '\ufe0f', '\u{e0100}', '\u{e0061}'],
  ...['\u200d', '\u2060', '\u061c', '\u2067', '\u2069', '\u1680', '\u205f', '\u000b', '\u000c'],
  ...['١. ', '１. ', '12) ', '# ', '=====', '[^1]', '[^1]: x', '[x]: http://b.test', '> [!NOTE] '],
  ...['<details>', '</td>', '<!-- x', '<?x', '<![CDATA[', 'javascript:x', 'xmpp:a@b.test'],
  ...['ftp://b.test', 'HTTP://B.TEST', 'WWW.b.test', 'gh-12', 'a/b@1234567', '@a', '&NewLine;'],
  ...[
    '&colon;',
    '&#x40;',
    '$$',
    '\\(',
    '~',
    '~~',
    '- [ ] ',
    '%0D%0A',
    '%3A%3A',
    'EOF',
    '<<',
    'a<<b',
  ],
  ...['##[add-mask]', '##[error]', '::error file=a,line=1::', '\u0085::debug::', '\u2029::debug::'],
];

/** Runs the check on batches of hostile texts; what it throws names the seed. */
export function fuzz(check: (texts: readonly string[]) => void, count = rounds): void {
  for (const seed of seeds) {
    const random = randomFrom(seed);
    for (let done = 0; done < count; done += BATCH) {
      const texts = Array.from({ length: Math.min(BATCH, count - done) }, () => text(random));
      try {
        check(texts);
      } catch (error) {
        throw new Error(`With SEED=${seed}: ${String(error)}`, { cause: error });
      }
    }
  }
}

/** The same, text by text: throws what broke and how. */
export function fuzzEach(isSound: (text: string) => string | undefined, count = rounds): void {
  fuzz((texts) => {
    for (const each of texts) {
      const broken = isSound(each);
      if (broken !== undefined) throw new Error(`${JSON.stringify(each)} gave ${broken}`);
    }
  }, count);
}

function text(random: () => number): string {
  const insert = (): string => more[Math.floor(random() * more.length)] ?? '';
  const parts = [hostileText(random)];
  while (random() < 0.4) parts.push(random() < 0.5 ? insert() : hostileText(random));
  return random() < 0.5 ? parts.join('') : insert() + parts.join('');
}
