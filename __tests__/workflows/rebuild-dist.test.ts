import type { Trigger, WorkflowRun } from './act.ts';
import { openLocalGitHub, packageJson, repositoryOf } from './local-github.ts';
import type { LocalGitHub } from './local-github.ts';
import { findTools } from './tools.ts';

// rebuild-dist.yml, executed by act on a small repository, with a GitHub that is a directory.

const tools = findTools();
const BRANCH = 'dependabot/npm_and_yarn/greeting-2.0.0';

let github: LocalGitHub;

beforeEach(async () => {
  github = await openLocalGitHub(tools);
});
afterEach(async () => {
  await github[Symbol.asyncDispose]();
});

/** Lets the workflow run for a pull request of that head. */
function runFor(
  sha: string,
  login = 'dependabot[bot]',
  from = repositoryOf.full_name,
): Promise<WorkflowRun> {
  const trigger: Trigger = {
    name: 'pull_request',
    payload: {
      action: 'synchronize',
      number: 7,
      repository: repositoryOf,
      pull_request: {
        number: 7,
        user: { login },
        head: { ref: BRANCH, sha, repo: { full_name: from } },
        base: { ref: 'main', repo: repositoryOf },
      },
    },
  };
  return github.run('rebuild-dist.yml', trigger);
}

function expectSuccess({ status, log }: WorkflowRun): void {
  expect({ status, log: status === 0 ? '' : log }).toEqual({ status: 0, log: '' });
}

test('an update whose bundle differs gets one commit of dist/ alone, and CI is started on it', async () => {
  const main = github.git('rev-parse', 'main');
  const update = await github.push(BRANCH, {
    'package.json': packageJson({ greeting: 'bonjour' }),
  });
  const run = await runFor(update);
  expectSuccess(run);
  expect(github.git('rev-parse', `${BRANCH}~1`)).toBe(update);
  expect(github.git('diff', '--name-status', '--no-renames', update, BRANCH).split('\n')).toEqual([
    'A\tdist/bonjour.js',
    'D\tdist/hello.js',
    'M\tdist/index.js',
  ]);
  expect(github.git('show', `${BRANCH}:dist/bonjour.js`)).toBe('console.log("bonjour");');
  expect(github.git('log', '-1', '--format=%an <%ae>%n%B', BRANCH)).toBe(
    'github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>\n' +
      'Build dist/ from the updated dependencies\n\n[dependabot skip]',
  );
  expect(run.commands.trim().split('\n')).toEqual([
    'gh auth setup-git',
    `git push refs/heads/${BRANCH}`,
    `gh workflow run ci.yml --ref ${BRANCH}`,
  ]);
  expect(github.git('rev-parse', 'main')).toBe(main);
}, 120_000);

test('a file that is only added to dist/ is committed too', async () => {
  const update = await github.push(BRANCH, { 'package.json': packageJson({ extra: 'new' }) });
  expectSuccess(await runFor(update));
  expect(github.git('diff', '--name-status', update, BRANCH)).toBe('A\tdist/extra.txt');
}, 120_000);

test('an update that leaves dist/ as it is gets nothing', async () => {
  const update = await github.push(BRANCH, { 'package.json': packageJson({ license: 'MIT' }) });
  const run = await runFor(update);
  expectSuccess(run);
  expect(run.log).toContain('npm run build');
  expect(run.commands).toBe('');
  expect(github.git('rev-parse', BRANCH)).toBe(update);
}, 120_000);

test('what somebody has pushed in the meantime is not overwritten', async () => {
  const update = await github.push(BRANCH, {
    'package.json': packageJson({ greeting: 'bonjour' }),
  });
  const later = await github.push(BRANCH, { LICENSE: 'MIT\n' });
  const run = await runFor(update);
  expect(run.status).toBe(1);
  expect(github.git('rev-parse', BRANCH)).toBe(later);
  expect(run.commands).not.toContain('gh workflow run');
}, 120_000);

test.each([
  ['somebody else', 'mallory', repositoryOf.full_name],
  ['somebody whose name is like Dependabot’s', 'dependabot', repositoryOf.full_name],
  ['Dependabot in a fork', 'dependabot[bot]', 'mallory/action'],
])(
  'nothing of a pull request of %s is run',
  async (_, login, from) => {
    const update = await github.push(BRANCH, {
      'package.json': packageJson({ greeting: 'bonjour' }),
    });
    const run = await runFor(update, login, from);
    expectSuccess(run);
    expect(run.log).not.toContain('npm');
    expect(run.commands).toBe('');
    expect(github.git('rev-parse', BRANCH)).toBe(update);
  },
  60_000,
);
