import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkflowRun } from './act.ts';
import { openLocalGitHub, packageJson, repositoryOf } from './local-github.ts';
import type { LocalGitHub, Settings } from './local-github.ts';
import { findTools } from './tools.ts';

// release.yml, executed by act on a small repository, with a GitHub that is a directory.

const tools = findTools();

let github: LocalGitHub;

beforeEach(async () => {
  github = await openLocalGitHub(tools);
});
afterEach(async () => {
  await github[Symbol.asyncDispose]();
});

/** Tags the commit, pushes the tag, and lets the workflow run. */
function releaseOf(tag: string, sha: string, settings?: Settings): Promise<WorkflowRun> {
  github.git('tag', tag, sha);
  const payload = { ref: `refs/tags/${tag}`, after: sha, deleted: false, repository: repositoryOf };
  return github.run('release.yml', { name: 'push', payload }, settings);
}

const mainSha = (): string => github.git('rev-parse', 'main');
const commandsOf = (run: WorkflowRun): readonly string[] =>
  run.commands.split('\n').filter((line) => line !== '');

/** Nothing was asked of GitHub, and nothing is there. */
async function expectNothingPublished(run: WorkflowRun, tag: string): Promise<void> {
  expect(run.status).toBe(1);
  expect(commandsOf(run)).toEqual([]);
  expect(await github.release(tag)).toBeUndefined();
  expect(github.git('tag')).toBe(tag);
}

test('a tag becomes a release with the changelog’s section, the bundle and its attestation', async () => {
  const sha = mainSha();
  const run = await releaseOf('v1.2.3', sha);
  expect({ status: run.status, log: run.status === 0 ? '' : run.log }).toEqual({
    status: 0,
    log: '',
  });
  expect(await github.release('v1.2.3')).toEqual({
    title: 'v1.2.3',
    notes: '### Fixed\n\n- `$(it)` & "that"\n',
    draft: false,
    assets: ['dist.tar.gz', 'dist.intoto.jsonl'],
  });
  const at = join(github.directory, 'releases', 'v1.2.3');
  const archive = join(at, 'dist.tar.gz');
  const members = execFileSync('tar', ['--list', '--file', archive], { encoding: 'utf8' });
  expect(members.trim().split('\n').sort()).toEqual(
    ['LICENSE', 'action.yml', 'dist/', 'dist/hello.js', 'dist/index.js'].sort(),
  );
  const attestation = await readFile(join(at, 'dist.intoto.jsonl'), 'utf8');
  const { subject } = JSON.parse(attestation) as { subject: readonly { name: string }[] };
  const sha256 = createHash('sha256').update(github.git('show', `${sha}:dist/index.js`) + '\n');
  expect(subject.map(({ name }) => name).sort()).toEqual(['hello.js', 'index.js']);
  expect(subject).toContainEqual({ name: 'index.js', digest: { sha256: sha256.digest('hex') } });
}, 120_000);

test('the major tag is made once, and moved to each later release', async () => {
  const first = mainSha();
  const made = await releaseOf('v1.2.3', first);
  expect(made.status).toBe(0);
  expect(github.git('rev-parse', 'v1')).toBe(first);
  expect(commandsOf(made).at(-1)).toBe(
    `gh api --method POST repos/acme/action/git/refs --raw-field ref=refs/tags/v1 --raw-field sha=${first} --silent`,
  );

  const second = await github.push('main', {
    'package.json': packageJson({ version: '1.3.0' }),
    'CHANGELOG.md': '# Changelog\n\n## 1.3.0\n\n- more\n',
  });
  const moved = await releaseOf('v1.3.0', second);
  expect(moved.status).toBe(0);
  expect(github.git('rev-parse', 'v1')).toBe(second);
  expect(github.git('rev-parse', 'v1.2.3')).toBe(first);
  expect(commandsOf(moved).at(-1)).toBe(
    `gh api --method PATCH repos/acme/action/git/refs/tags/v1 --raw-field sha=${second} --field force=true --silent`,
  );
}, 180_000);

test('the major tag stays where it is when an older version gets a release later', async () => {
  const main = mainSha();
  const newer = await github.push('main', {
    'package.json': packageJson({ version: '1.10.0' }),
    'CHANGELOG.md': '# Changelog\n\n## 1.10.0\n\n- more\n',
  });
  expect((await releaseOf('v1.10.0', newer)).status).toBe(0);
  const run = await releaseOf('v1.2.3', main);
  expect(run.status).toBe(0);
  expect(run.printed).toContain('v1 stays at v1.10.0, which is newer than v1.2.3.');
  expect(await github.release('v1.2.3')).toMatchObject({ draft: false });
  expect(github.git('rev-parse', 'v1')).toBe(newer);
}, 180_000);

test('the release is a draft until everything is in it, and the major tag comes last', async () => {
  const run = await releaseOf('v1.2.3', mainSha());
  const sha = mainSha();
  expect(commandsOf(run)).toEqual([
    'gh release create v1.2.3 --draft --verify-tag --title v1.2.3 --notes-file built/notes.md dist.tar.gz dist.intoto.jsonl',
    'gh release edit v1.2.3 --draft=false',
    'gh api repos/acme/action/releases/tags/v1.2.3 --jq .immutable',
    'gh release list --exclude-drafts --limit 1000 --json tagName --jq .[].tagName',
    'gh api repos/acme/action/git/ref/tags/v1 --silent',
    `gh api --method POST repos/acme/action/git/refs --raw-field ref=refs/tags/v1 --raw-field sha=${sha} --silent`,
  ]);
}, 120_000);

test('a release that can be changed fails, says which setting is off, and the major tag stays', async () => {
  const run = await releaseOf('v1.2.3', mainSha(), { releasesAreImmutable: false });
  expect(run.status).toBe(1);
  expect(run.printed).toContain(
    '::error::The release can be changed. Turn on "Enable release immutability" in the settings of the repository, and release the next version.',
  );
  expect(github.git('tag')).toBe('v1.2.3');
}, 120_000);

test.each([
  ['package.json has another version', 'v1.2.4', {}, 'but package.json has version 1.2.3'],
  [
    'the changelog has nothing of it',
    'v1.2.3',
    { 'CHANGELOG.md': '# Changelog\n\n## Unreleased\n\n- x\n' },
    'CHANGELOG.md has no section',
  ],
  [
    'dist/ is not what the sources give',
    'v1.2.3',
    { 'package.json': packageJson({ greeting: 'other' }) },
    'dist/ is not what a clean build gives',
  ],
  [
    'a build gives something else than the tag holds',
    'v1.2.3',
    { 'package.json': packageJson({ changes: 'export {};\n' }) },
    'diff --recursive dist/index.js built/dist/index.js',
  ],
])(
  'nothing is published when %s',
  async (_, tag, files, message) => {
    const sha = Object.keys(files).length === 0 ? mainSha() : await github.push('main', files);
    const run = await releaseOf(tag, sha);
    expect(run.printed).toContain(message);
    await expectNothingPublished(run, tag);
  },
  120_000,
);
