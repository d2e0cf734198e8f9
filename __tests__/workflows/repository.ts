import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const EXAMPLES = join(ROOT, 'examples', 'workflows');

/** Names of the example workflows, such as `tag-push.yml`. */
export const exampleNames = (await readdir(EXAMPLES)).filter((name) => name.endsWith('.yml'));

/** What stands after `uses:` for this action in the examples, to be replaced by whoever copies them. */
const OURS = 'ACTION_OWNER/deploy-ai-platform@FULL_COMMIT_SHA';

/** The examples by their names, with this in place of what stands after `uses:` for this action. */
export async function examplesUsing(action: string): Promise<ReadonlyMap<string, string>> {
  const texts = await Promise.all(
    exampleNames.map((name) => readFile(join(EXAMPLES, name), 'utf8')),
  );
  return new Map(
    exampleNames.map((name, index) => [name, (texts[index] ?? '').replaceAll(OURS, action)]),
  );
}

/** Somebody's repository on disk, with one commit, that has the example workflows. */
export interface Repository extends AsyncDisposable {
  readonly directory: string;
  /** SHA of its commit. */
  readonly sha: string;
}

/**
 * Makes a repository that holds this action as it is committed (`action.yml`, `dist/`, `python/`), the example
 * workflows with nothing changed but `uses: ./` for this action, and these directories besides.
 *
 * @param directories Where to copy from, by where to copy to.
 */
export async function openRepository(
  directories: Readonly<Record<string, string>> = {},
): Promise<Repository> {
  const directory = await mkdtemp(join(tmpdir(), 'repository-'));
  for (const name of ['action.yml', 'dist', 'python']) {
    await cp(join(ROOT, name), join(directory, name), { recursive: true });
  }
  const workflows = join(directory, '.github', 'workflows');
  await mkdir(workflows, { recursive: true });
  for (const [name, text] of await examplesUsing('./')) {
    await writeFile(join(workflows, name), text);
  }
  for (const [to, from] of Object.entries(directories)) {
    await mkdir(dirname(join(directory, to)), { recursive: true });
    await cp(join(ROOT, from), join(directory, to), { recursive: true });
  }
  const git = (...commandLine: readonly string[]): string =>
    execFileSync('git', commandLine, { cwd: directory, encoding: 'utf8' }).trim();
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  git(...author, 'commit', '--quiet', '--message=Train on October');
  git('remote', 'add', 'origin', 'https://github.com/acme/fraud.git');
  return {
    directory,
    sha: git('rev-parse', 'HEAD'),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
