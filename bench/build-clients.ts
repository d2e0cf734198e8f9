import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '..');

/** Bundles a client as the action itself is bundled. Answers the path of the script to run. */
export async function buildClient(name: string, directory: string): Promise<string> {
  const ncc = join(ROOT, 'node_modules', '@vercel', 'ncc', 'dist', 'ncc', 'cli.js');
  const entry = join('bench', 'clients', `${name}.ts`);
  const output = join(directory, name);
  await promisify(execFile)(
    process.execPath,
    [ncc, 'build', entry, '-o', output, '--no-cache', '--quiet'],
    { cwd: ROOT },
  );
  return join(output, 'index.js');
}
