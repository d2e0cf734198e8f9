import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runWorkflow } from './act.ts';
import type { Trigger, WorkflowRun } from './act.ts';
import type { Tools } from './tools.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** A release, as `gh` has made it. */
export interface Release {
  readonly title: string;
  readonly notes: string;
  readonly draft: boolean;
  readonly assets: readonly string[];
}

/** The repository `acme/action` at a GitHub that is a directory: our own workflows, and little else. */
export interface LocalGitHub extends AsyncDisposable {
  /** Holds `origin.git`, `releases/` by tag and `artifacts/` by name. */
  readonly directory: string;
  /** Runs git on what has been pushed; what it prints, trimmed. */
  git(...commandLine: readonly string[]): string;
  /** Commits these files, `undefined` for those to delete, and pushes them to a branch; the commit's SHA. */
  push(branch: string, files: Readonly<Record<string, string | undefined>>): Promise<string>;
  /** Executes one of our workflows. Variables are what the repository's settings would be. */
  run(workflow: string, trigger: Trigger, settings?: Settings): Promise<WorkflowRun>;
  release(tag: string): Promise<Release | undefined>;
}

/** Settings of the repository. */
export interface Settings {
  /** "Enable release immutability"; default true. */
  readonly releasesAreImmutable?: boolean;
}

/** Its name, in the payloads of events. */
export const repositoryOf = { full_name: 'acme/action', default_branch: 'main' };

/**
 * A build that is small and real: `dist/` depends on package.json, as ours depends on the dependencies. One file has a
 * name that changes with its content; some lies about what it wrote are asked for by package.json.
 */
const BUILD = `
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
const { greeting, extra, changes } = JSON.parse(readFileSync('package.json', 'utf8'));
const files = { 'index.js': 'import "./' + greeting + '.js";\\n', [greeting + '.js']: 'console.log("' + greeting + '");\\n' };
if (extra) files['extra.txt'] = extra;
if (process.argv.includes('--check')) {
  for (const [name, text] of Object.entries(files)) {
    if (readFileSync('dist/' + name, 'utf8') !== text) throw new Error('dist/ is not what a clean build gives: ' + name);
  }
} else {
  rmSync('dist', { recursive: true, force: true });
  mkdirSync('dist');
  for (const [name, text] of Object.entries(files)) writeFileSync('dist/' + name, text);
  writeFileSync('CHANGELOG.md', 'written by a dependency');
  if (changes) writeFileSync('dist/index.js', changes);
}
`;

/** package.json with these fields besides. */
export function packageJson(fields: Readonly<Record<string, string>> = {}): string {
  return JSON.stringify({
    name: 'action',
    version: '1.2.3',
    private: true,
    type: 'module',
    greeting: 'hello',
    scripts: {
      build: 'node scripts/build.ts',
      check: 'node --check dist/index.js',
      test: 'node dist/index.js',
    },
    ...fields,
  });
}

const FILES = {
  '.node-version': '24\n',
  'action.yml': 'name: action\n',
  'CHANGELOG.md':
    '# Changelog\n\n## Unreleased\n\n- not yet\n\n## 1.2.3 - 2026-12-01\n\n### Fixed\n\n- `$(it)` & "that"\n\n## 1.2.2\n\n- old\n',
  LICENSE: 'Apache-2.0\n',
  'dist/index.js': 'import "./hello.js";\n',
  'dist/hello.js': 'console.log("hello");\n',
  'package-lock.json': JSON.stringify({
    name: 'action',
    version: '1.2.3',
    lockfileVersion: 3,
    requires: true,
    packages: { '': { name: 'action', version: '1.2.3' } },
  }),
  'package.json': packageJson(),
  'scripts/build.ts': BUILD,
};

/** Says what is pushed while a workflow runs, among the commands. */
const HOOK = `#!/bin/sh
while read -r _ _ ref; do [ -z "$COMMANDS_LOG" ] || echo "git push $ref" >> "$COMMANDS_LOG"; done
`;

/** Makes the repository, with one commit on `main`. */
export async function openLocalGitHub(tools: Tools): Promise<LocalGitHub> {
  const scratch = await mkdtemp(join(tmpdir(), 'github-'));
  const directory = join(scratch, 'github');
  const checkout = join(scratch, 'checkout');
  const bare = join(directory, 'origin.git');
  const git = (cwd: string, ...commandLine: readonly string[]): string =>
    execFileSync('git', commandLine, { cwd, encoding: 'utf8', stdio: 'pipe' }).trim();
  const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];

  await mkdir(directory, { recursive: true });
  git(directory, 'init', '--quiet', '--bare', '--initial-branch=main', bare);
  git(bare, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  await writeFile(join(bare, 'hooks', 'pre-receive'), HOOK, { mode: 0o755 });
  git(scratch, 'init', '--quiet', '--initial-branch=main', checkout);
  // act takes the repository's name from it; nothing is fetched from there.
  git(checkout, 'remote', 'add', 'origin', 'https://github.com/acme/action.git');

  const push: LocalGitHub['push'] = async (branch, files) => {
    git(checkout, 'checkout', '--quiet', '-B', branch);
    for (const [name, text] of Object.entries(files)) {
      const path = join(checkout, name);
      await mkdir(dirname(path), { recursive: true });
      await (text === undefined ? rm(path) : writeFile(path, text));
    }
    git(checkout, 'add', '--all');
    git(checkout, ...author, 'commit', '--quiet', `--message=Change ${branch}`);
    git(checkout, 'push', '--quiet', '--force', `file://${bare}`, `HEAD:refs/heads/${branch}`);
    return git(checkout, 'rev-parse', 'HEAD');
  };

  for (const name of ['.github/workflows', 'scripts/release-notes.ts']) {
    await cp(join(ROOT, name), join(checkout, name), { recursive: true });
  }
  const sha = await push('main', FILES);
  return {
    directory,
    git: (...commandLine) => git(bare, ...commandLine),
    push,
    run: async (workflow, trigger, { releasesAreImmutable = true } = {}) => {
      // Artifacts are of one run.
      await rm(join(directory, 'artifacts'), { recursive: true, force: true });
      return runWorkflow(
        tools,
        { directory: checkout, sha, [Symbol.asyncDispose]: () => Promise.resolve() },
        workflow,
        trigger,
        {
          LOCAL_GITHUB: directory,
          RELEASES_ARE_IMMUTABLE: String(releasesAreImmutable),
          npm_config_offline: 'true',
        },
        ['--no-skip-checkout'],
      );
    },
    release: async (tag) => {
      const path = join(directory, 'releases', tag, 'release.json');
      const text = await readFile(path, 'utf8').catch(() => undefined);
      return text === undefined ? undefined : (JSON.parse(text) as Release);
    },
    [Symbol.asyncDispose]: () => rm(scratch, { recursive: true, force: true }),
  };
}
