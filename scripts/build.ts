import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { licenseText } from './licenses.ts';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');

/**
 * What a runner downloads and reads: the libraries (3.2 MB of Google's and `@actions/core`, 0.25 MB of
 * `@actions/github`, each loaded only when it is needed), and us.
 */
const BUDGET_BYTES = 4_300_000;

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
if (values.check) await check();
else await build(DIST);

/** Bundles `src/index.ts` with everything it needs into one directory, with the licences of what is in it. */
async function build(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  const ncc = join(ROOT, 'node_modules', '@vercel', 'ncc', 'dist', 'ncc', 'cli.js');
  execFileSync(
    process.execPath,
    [ncc, 'build', join('src', 'index.ts'), '-o', directory, '--no-cache'],
    { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  // The same bundle as the `post:` step: a main step that was killed before its first line must not begin anew.
  await writeFile(
    join(directory, 'post.js'),
    "process.argv.splice(2, Infinity, 'post');\nawait import('./index.js');\n",
  );
  await writeFile(join(directory, 'licenses.txt'), await licenseText(ROOT));
}

/** Builds again elsewhere and compares byte by byte: what users run is what the sources say. */
async function check(): Promise<void> {
  const fresh = await mkdtemp(join(tmpdir(), 'dist-'));
  try {
    await build(fresh);
    const [committed, built] = await Promise.all([readTree(DIST), readTree(fresh)]);
    const names = [...new Set([...committed.keys(), ...built.keys()])].sort();
    const stale = names.filter((name) => !equal(committed.get(name), built.get(name)));
    if (stale.length > 0) {
      throw new Error(
        `dist/ is not what a clean build gives: ${stale.join(', ')}. Run: npm run build`,
      );
    }
    const bytes = [...built].reduce(
      (sum, [name, content]) => (name.endsWith('.js') ? sum + content.length : sum),
      0,
    );
    if (bytes > BUDGET_BYTES) {
      throw new Error(`dist/ holds ${bytes} bytes of JavaScript; the budget is ${BUDGET_BYTES}.`);
    }
    console.log(
      `dist/ is what a clean build gives: ${bytes} of ${BUDGET_BYTES} bytes of JavaScript.`,
    );
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function readTree(directory: string): Promise<ReadonlyMap<string, Buffer>> {
  const names = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile());
  return new Map(
    await Promise.all(
      files.map(async (entry): Promise<[string, Buffer]> => {
        const path = join(entry.parentPath, entry.name);
        return [path.slice(directory.length + 1), await readFile(path)];
      }),
    ),
  );
}

function equal(left: Buffer | undefined, right: Buffer | undefined): boolean {
  return left !== undefined && right !== undefined && left.equals(right);
}
