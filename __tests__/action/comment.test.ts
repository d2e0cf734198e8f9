import { gitHubServer, token } from '../github/github-server.ts';
import type { GitHubServer } from '../github/github-server.ts';
import { actionUnderTest, expectGoodManners } from './action-under-test.ts';
import type { ActionUnderTest } from './action-under-test.ts';

const SHA = '3f2a1c0d9e8b7a6f5e4d3c2b1a09f8e7d6c5b4a3';
const pullRequest = { number: 12, state: 'open', sha: SHA } as const;

let action: ActionUnderTest;

beforeAll(async () => {
  action = await actionUnderTest();
  await action.copyModel('xgboost', 'xgboost');
});

afterAll(async () => {
  await action[Symbol.asyncDispose]();
});

const deploy = (
  server: GitHubServer,
  inputs: Readonly<Record<string, string>>,
): ReturnType<ActionUnderTest['run']> =>
  action.run(
    { source: 'xgboost', github_token: token, ...inputs },
    {
      env: { GITHUB_API_URL: server.apiUrl, GITHUB_EVENT_NAME: 'pull_request' },
      event: { action: 'synchronize', pull_request: { number: 12 } },
    },
  );

test('a plan is commented on the pull request, and the deploy updates the same comment', async () => {
  await using server = await gitHubServer({ pullRequests: [pullRequest] });
  const inputs = { model: 'told', version: 'v1' };
  const planned = await deploy(server, { ...inputs, dry_run: 'true' });
  expectGoodManners(planned);
  expect(planned.outputs['comment_url']).toContain('#issuecomment-');
  expect(server.comments).toHaveLength(1);
  expect(server.comments[0]?.body).toContain('What it would do');

  const deployed = await deploy(server, inputs);
  expectGoodManners(deployed);
  expect(deployed.outputs['comment_url']).toBe(planned.outputs['comment_url']);
  expect(server.comments).toHaveLength(1);
  expect(server.comments[0]?.body).toMatch(/### .*v1 of told/);
  expect(deployed.masks).toContain(token);
  expect(deployed.lines.join('\n').replaceAll(`::add-mask::${token}`, '')).not.toContain(token);
});

test('a failed deploy is commented with what to do next', async () => {
  await using server = await gitHubServer({ pullRequests: [pullRequest] });
  const refused = await deploy(server, {
    model: 'told',
    version: 'v1',
    machine_type: 'n1-standard-4',
  });
  expect(refused.outputs).toMatchObject({ status: 'failed', error_code: 'conflict' });
  expect(server.comments).toHaveLength(1);
  expect(server.comments[0]?.body).toContain('if_version_exists');
});

test('a token that may not comment is a notice, and the deploy is green', async () => {
  await using server = await gitHubServer({ pullRequests: [pullRequest], permission: 'read' });
  const result = await deploy(server, { model: 'untold', version: 'v1' });
  expectGoodManners(result);
  expect(result.outputs).toMatchObject({ status: 'deployed', comment_url: '' });
  expect(result.notices.map(({ message }) => message).join('\n')).toContain('pull-requests: write');
  expect(server.comments).toEqual([]);
});

test('nothing is asked of GitHub where no comment is wanted', async () => {
  await using server = await gitHubServer({ pullRequests: [pullRequest] });
  const result = await deploy(server, { model: 'untold', version: 'v2', comment: 'never' });
  expectGoodManners(result);
  expect(server.requests).toEqual([]);
});
