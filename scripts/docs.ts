import { readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { isMap, isScalar, parseDocument } from 'yaml';

// Writes the input and output tables of README.md from action.yml. With --check it changes nothing and
// exits 1 when they are stale.

interface Row {
  readonly name: string;
  /** Title of the section that the row is the first of. */
  readonly section: string | undefined;
  readonly description: string;
  readonly example: string;
  readonly default: string;
  readonly required: boolean;
}

const readmePath = new URL('../README.md', import.meta.url);
const action = parseDocument(readFileSync(new URL('../action.yml', import.meta.url), 'utf8'));
const readme = readFileSync(readmePath, 'utf8').replaceAll('\r\n', '\n');

let fresh = await replaceBetween(readme, 'inputs', inputTables(rows('inputs')));
fresh = await replaceBetween(fresh, 'outputs', outputTable(rows('outputs')));

if (fresh === readme) {
  console.log('The tables of README.md are as action.yml says.');
} else if (process.argv.includes('--check')) {
  console.error('The tables of README.md are not as action.yml says. Run: npm run docs');
  process.exitCode = 1;
} else {
  writeFileSync(readmePath, fresh);
  console.log('Wrote the tables of README.md.');
}

function rows(name: string): readonly Row[] {
  const map = action.get(name);
  if (!isMap(map)) throw new Error(`action.yml has no mapping ${name}.`);
  return map.items.map(({ key, value }, index) => {
    if (!isScalar<string>(key) || !isMap(value)) throw new Error(`${name}: a row is no mapping.`);
    // A comment before the first key of a mapping is kept on the mapping.
    const comment = key.commentBefore ?? (index === 0 ? map.commentBefore : undefined);
    const text = textOf(value.get('description')).trim();
    const [, description = text, example = ''] = /^(.*?)\s*Example: `(.*)`$/s.exec(text) ?? [];
    return {
      name: key.value,
      section: comment?.trim(),
      description,
      example,
      default: textOf(value.get('default')),
      required: value.get('required') === true,
    };
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function inputTables(inputs: readonly Row[]): string {
  return inputs
    .map(({ name, section, description, example, required, default: standard }) => {
      const head =
        section === undefined
          ? ''
          : `\n### ${section}\n\n| input | default | meaning | example |\n| --- | --- | --- | --- |\n`;
      const meaning = cell(description);
      return `${head}| ${code(name)} | ${required ? 'required' : code(standard)} | ${meaning} | ${code(example)} |\n`;
    })
    .join('');
}

function outputTable(outputs: readonly Row[]): string {
  const lines = outputs.map(
    ({ name, description, example }) =>
      `| ${code(name)} | ${cell(description)} | ${code(example)} |`,
  );
  return `| output | meaning | example |\n| --- | --- | --- |\n${lines.join('\n')}`;
}

function code(text: string): string {
  return text === '' ? '' : `\`${cell(text)}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

async function replaceBetween(text: string, name: string, table: string): Promise<string> {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = text.indexOf(open) + open.length;
  const to = text.indexOf(close);
  if (from < open.length || to < from) throw new Error(`README.md lacks ${open} … ${close}.`);
  const pretty = await format(table, { parser: 'markdown', printWidth: 100 });
  return `${text.slice(0, from)}\n\n${pretty.trim()}\n\n${text.slice(to)}`;
}
