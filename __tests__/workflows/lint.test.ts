import { spawnSync } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exampleNames, examplesUsing, openRepository } from './repository.ts';
import type { Repository } from './repository.ts';
import { findTools } from './tools.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const tools = findTools();
const ourNames = await readdir(join(ROOT, '.github', 'workflows'));

let repository: Repository;

beforeAll(async () => {
  repository = await openRepository();
});

afterAll(async () => {
  await repository[Symbol.asyncDispose]();
});

/** Exit status and whatever was printed: empty when a linter has nothing to say. */
function run(
  command: string,
  commandLine: readonly string[],
): { status: number | null; said: string } {
  const { status, stdout, stderr, error } = spawnSync(command, commandLine, {
    cwd: repository.directory,
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  return { status, said: (stdout + stderr).trim() };
}

/** The examples as whoever copies them has them, and our own, with action.yml. */
const all = (): readonly string[] => [
  ...exampleNames.map((name) => join(repository.directory, '.github', 'workflows', name)),
  ...ourNames.map((name) => join(ROOT, '.github', 'workflows', name)),
];

test('GitHub’s own schema knows everything in the workflows and in action.yml', () => {
  const files = [...all(), join(ROOT, 'action.yml')];
  const script = join(ROOT, 'scripts', 'check-workflow-schema.ts');
  expect(run(process.execPath, [script, tools.languageService, ...files])).toEqual({
    status: 0,
    said: `${files.length} files are as GitHub's schema wants them.`,
  });
});

test('actionlint finds nothing, not in the inputs that the examples give to this action either', () => {
  expect(
    run(tools.actionlint, [
      ...['-no-color', '-shellcheck', tools.shellcheck, '-pyflakes', ''],
      ...all(),
    ]),
  ).toEqual({ status: 0, said: '' });
});

test('zizmor finds nothing, pedantic as it can be, in the examples as people pin them either', async () => {
  const pinned = join(repository.directory, 'pinned', '.github', 'workflows');
  await mkdir(pinned, { recursive: true });
  for (const [name, text] of await examplesUsing(
    `ACTION_OWNER/deploy-ai-platform@${repository.sha}`,
  )) {
    await writeFile(join(pinned, name), text);
  }
  const github = join(ROOT, '.github');
  const { status, said } = run(tools.zizmor, [
    ...['--offline', '--quiet', '--persona', 'pedantic', '--color', 'never'],
    ...['--config', join(github, 'zizmor.yml')],
    ...exampleNames.map((name) => join(pinned, name)),
    ...ourNames.map((name) => join(github, 'workflows', name)),
    ...[join(github, 'dependabot.yml'), join(ROOT, 'action.yml')],
  ]);
  expect({ status, said }).toEqual({
    status: 0,
    said: expect.stringMatching(/^No findings to report/) as string,
  });
});
