import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { isMap, isScalar, parseDocument } from 'yaml';
import { reliabilityPage } from './reliability.ts';
import { troubleshootingPage } from './troubleshooting.ts';

// Writes what is generated of the documents: the input and output tables of README.md from action.yml, and
// docs/troubleshooting.md from the rules of the failure doctor, and docs/reliability.md from the names of the
// tests. With --check it changes nothing and exits 1
// when they are stale.

interface Row {
  readonly name: string;
  /** Title of the section that the row is the first of. */
  readonly section: string | undefined;
  readonly description: string;
  readonly example: string;
  readonly default: string;
  readonly required: boolean;
}

const action = parseDocument(readFileSync(new URL('../action.yml', import.meta.url), 'utf8'));

await keep('README.md', async (readme) => {
  const withInputs = await replaceBetween(readme, 'inputs', inputTables(rows('inputs')));
  return replaceBetween(withInputs, 'outputs', outputTable(rows('outputs')));
});
await keep('docs/troubleshooting.md', troubleshootingPage);
await keep('docs/reliability.md', reliabilityPage);

/** Writes a document anew, or with --check says that it is stale. */
async function keep(name: string, renew: (before: string) => Promise<string>): Promise<void> {
  const path = new URL(`../${name}`, import.meta.url);
  const before = existsSync(path) ? readFileSync(path, 'utf8').replaceAll('\r\n', '\n') : '';
  const fresh = await renew(before);
  if (fresh === before) {
    console.log(`${name} is as the sources say.`);
  } else if (process.argv.includes('--check')) {
    console.error(`${name} is not as the sources say. Run: npm run docs`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, fresh);
    console.log(`Wrote ${name}.`);
  }
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
