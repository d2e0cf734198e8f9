import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes a program that the emulator runs in the place of Python, and gives its path. `body` is
 * JavaScript; it has `commandLine` and `request`, and calls `end` with the exit status and the answer.
 * Windows cannot run it.
 */
export async function writePythonProgram(directory: string, body: string): Promise<string> {
  const path = join(directory, 'python');
  const lines = [
    `#!${process.execPath}`,
    `const { readFileSync, readdirSync } = require('node:fs');`,
    `const commandLine = process.argv.slice(2);`,
    `const request = JSON.parse(readFileSync(0, 'utf8'));`,
    `const end = (status, answer) => { console.log(JSON.stringify(answer)); process.exitCode = status; };`,
    body,
  ];
  await writeFile(path, lines.join('\n'));
  await chmod(path, 0o755);
  return path;
}
