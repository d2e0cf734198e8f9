import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
}

/**
 * The licences of every package that the bundle may hold: all run-time packages of the lock file, by name.
 * ncc's own `--license` names only the packages of one chunk, so it is not used (craft.md, c3).
 */
export async function licenseText(root: string): Promise<string> {
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, LockedPackage>>;
  };
  const bundled = Object.entries(lock.packages).filter(
    ([path, entry]) => path !== '' && entry.dev !== true && entry.optional !== true,
  );
  const sections = await Promise.all(
    bundled.map(async ([path, entry]) => {
      const name = path.replace(/^.*node_modules\//, '');
      const title = `${name} ${entry.version ?? ''}`.trim();
      const license =
        (await licenseFile(join(root, path))) ?? `License: ${entry.license ?? 'unknown'}`;
      return `${title}\n${'-'.repeat(title.length)}\n${license.replaceAll('\r\n', '\n').trim()}\n`;
    }),
  );
  return [...new Set(sections)].sort().join('\n\n');
}

async function licenseFile(directory: string): Promise<string | undefined> {
  const names = await readdir(directory);
  const name = names.sort().find((candidate) => /^(licen[cs]e|copying)/i.test(candidate));
  return name === undefined ? undefined : await readFile(join(directory, name), 'utf8');
}
