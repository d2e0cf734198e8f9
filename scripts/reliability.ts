import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'prettier';

const ROOT = join(import.meta.dirname, '..');
const TESTS = join(ROOT, '__tests__');

/** How many cases each chapter of the catalogue has. */
const CHAPTERS: readonly (readonly [string, string, readonly number[]])[] = [
  ['IN', 'Inputs', without(14, [13])],
  ['FS', 'The file system', without(19, [8, 10])],
  ['UP', 'Uploads', without(20, [7, 13])],
  ['API', 'Requests', without(16, [12, 14])],
  ['LRO', 'Operations and waits', without(20, [10, 11, 14])],
  ['CAN', 'Cancelled and killed', without(12, [])],
  ['AU', 'Signing in', without(12, [10])],
  ['OUT', 'What is written', without(22, [12, 17])],
  ['CON', 'Several at once', without(10, [6])],
  ['SC', 'Supply chain', without(14, [])],
];

interface TestedCase {
  readonly title: string;
  readonly file: string;
}

/**
 * The page of the fault catalogue: each case with the tests that are named by it, or why it does not apply.
 *
 * @throws Error that lists the cases which have neither.
 */
export async function reliabilityPage(): Promise<string> {
  const tested = await testedCases();
  const reasons = JSON.parse(
    await readFile(join(TESTS, 'reliability', 'not-applicable.json'), 'utf8'),
  ) as Readonly<Record<string, string>>;
  const gaps: string[] = [];
  const chapters = CHAPTERS.map(([prefix, name, numbers]) => {
    const rows = numbers.map((number) => {
      const id = `${prefix}-${String(number).padStart(2, '0')}`;
      const tests = tested.get(id) ?? [];
      const reason = reasons[id];
      if (tests.length === 0 && reason === undefined) gaps.push(id);
      const what = [
        ...tests.map(({ title, file }) => `${cell(title)} ([test](../${file}))`),
        ...(reason === undefined ? [] : [`Does not apply: ${cell(reason)}`]),
      ];
      return `| ${id} | ${what.join('<br>')} | ${tests.length > 0 ? '✓' : '–'} |`;
    });
    return [`## ${name}`, '', '| case | what holds | |', '| --- | --- | --- |', ...rows].join('\n');
  });
  if (gaps.length > 0)
    throw new Error(`These cases have neither test nor reason: ${gaps.join(', ')}`);
  const count = [...tested.keys()].length;
  const page = [
    '# Reliability',
    `Written by \`npm run docs\` out of the names of the tests: ${count} cases of the catalogue of faults are tested by name, each on every push. A row with ✓ passes, or nothing lands. A row with – does not apply, and says why.`,
    ...chapters,
  ].join('\n\n');
  return await format(page, { parser: 'markdown', printWidth: 100 });
}

/** Tests and groups of tests whose name begins with the id of a case. */
async function testedCases(): Promise<ReadonlyMap<string, readonly TestedCase[]>> {
  const entries = await readdir(TESTS, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const cases = new Map<string, TestedCase[]>();
  for (const file of files) {
    const text = await readFile(file, 'utf8');
    const name = file.slice(ROOT.length + 1).replaceAll('\\', '/');
    for (const [, , title = ''] of text.matchAll(
      /(['"`])((?:IN|FS|UP|API|LRO|CAN|AU|OUT|CON|SC)-\d\d[^\n]*?)\1(?=,)/g,
    )) {
      const id = title.slice(0, title.indexOf('-') + 3);
      const what = title
        .slice(id.length)
        .replace(/^[:,]?\s+/, '')
        .replaceAll(/\$\{[^}]*\}/g, '…')
        .replaceAll(/%[sj#]|\$\w+/g, '…')
        .replaceAll(/\\(['"`])/g, '$1');
      const known = cases.get(id) ?? [];
      if (!known.some((one) => one.title === what)) known.push({ title: what, file: name });
      cases.set(id, known);
    }
  }
  return cases;
}

function without(last: number, missing: readonly number[]): readonly number[] {
  return Array.from({ length: last }, (_, index) => index + 1).filter(
    (number) => !missing.includes(number),
  );
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll(/\s+/g, ' ').trim();
}
