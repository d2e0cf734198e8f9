import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commentMarker } from '../../src/github/comment-marker.ts';
import { postComment } from '../../src/github/post-comment.ts';
import type { CommentOutcome } from '../../src/github/post-comment.ts';
import type { DeployRequest } from '../../src/request/deploy-request.ts';
import type { Environment } from '../../src/world.ts';
import { request as deployRequest } from '../report/records.ts';
import { fakeClock } from '../test-world.ts';
import type { FakeClock } from '../test-world.ts';
import { bot, gitHubServer, repository, token } from './github-server.ts';
import type { Fault, GitHubServer, StoredComment } from './github-server.ts';

const directory = mkdtempSync(join(tmpdir(), 'post-comment-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

let files = 0;
function eventFile(event: unknown): string {
  files += 1;
  const path = join(directory, `event-${files}.json`);
  writeFileSync(path, typeof event === 'string' ? event : JSON.stringify(event));
  return path;
}

const ofPullRequest = eventFile({ action: 'synchronize', pull_request: { number: 12 } });
const ofPush = eventFile({ ref: 'refs/heads/main', head_commit: { message: 'x' } });

const sha = deployRequest.run.sha ?? '';
const request: DeployRequest = { ...deployRequest, comment: 'auto', githubToken: token };
const marker = commentMarker(request);
const open = { number: 12, state: 'open', sha } as const;
const comments = '/repos/acme/fraud/issues/12/comments';
const elsewhere = 'The job summary holds the same report.';
const noComment = 'No comment was written on pull request #12:';

interface Given {
  readonly request?: DeployRequest;
  readonly body?: string;
  readonly event?: string;
  readonly environment?: Environment;
  readonly clock?: FakeClock;
  readonly signal?: AbortSignal;
}

function post(server: GitHubServer | undefined, given: Given = {}): Promise<CommentOutcome> {
  return postComment({
    request: given.request ?? request,
    body: given.body ?? 'v3 serves\n',
    environment: {
      GITHUB_EVENT_PATH: given.event ?? ofPullRequest,
      ...(server === undefined ? {} : { GITHUB_API_URL: server.apiUrl }),
      ...given.environment,
    },
    clock: given.clock ?? fakeClock(),
    signal: given.signal ?? new AbortController().signal,
  });
}

function urlOn(server: GitHubServer, id: number): CommentOutcome {
  return { url: `${server.origin}/acme/fraud/pull/12#issuecomment-${id}` };
}

function ours(id: number, body = 'v2 serves\n'): StoredComment {
  return { id, user: bot, body: `${marker}\n${body}` };
}

describe('the pull request', () => {
  test('of the event is commented on, under a marker', async () => {
    await using server = await gitHubServer({ pullRequests: [open] });
    expect(await post(server)).toEqual(urlOn(server, 1001));
    expect(server.comments).toEqual([{ id: 1001, user: bot, body: `${marker}\nv3 serves\n` }]);
    expect(server.requests).toEqual([
      'GET /repos/acme/fraud/issues/12',
      `GET ${comments}?per_page=100&page=1`,
      `POST ${comments}`,
    ]);
    expect(new Set(server.userAgents.map((agent) => agent.split(' ')[0]))).toEqual(
      new Set(['deploy-ai-platform/0.1.0']),
    );
  });

  test('that somebody commented on is the event’s too, an issue is not', async () => {
    await using server = await gitHubServer({ pullRequests: [{ ...open, sha: 'other' }] });
    const pullRequest = { number: 12, pull_request: { url: 'x' } };
    expect(await post(server, { event: eventFile({ issue: pullRequest }) })).toEqual(
      urlOn(server, 1001),
    );
    expect(await post(server, { event: eventFile({ issue: { number: 12 } }) })).toBeUndefined();
    expect(server.comments).toHaveLength(1);
  });

  test('of a pushed commit is the newest open one in this repository whose head it is', async () => {
    await using server = await gitHubServer({
      pullRequests: [
        { number: 10, state: 'open', sha },
        open,
        { number: 13, state: 'closed', sha },
        { number: 14, state: 'open', sha: 'def' },
        { number: 15, state: 'open', sha, headRepository: 'mallory/fraud' },
        { number: 16, state: 'open', sha, headRepository: null },
      ],
    });
    expect(await post(server, { event: ofPush })).toEqual(urlOn(server, 1001));
    expect(server.requests[0]).toBe(
      `GET /repos/acme/fraud/commits/${sha}/pulls?per_page=100&page=1`,
    );
  });

  test.each([
    ['none', 'write', []],
    ['a merged one only', 'write', [{ number: 12, state: 'closed', sha }]],
    ['one that the token may not see', 'none', [open]],
  ] as const)(
    'of a pushed commit with %s is nothing to tell of',
    async (_, permission, pullRequests) => {
      await using server = await gitHubServer({ permission, pullRequests });
      expect(await post(server, { event: ofPush })).toBeUndefined();
      expect(server.requests).toHaveLength(1);
    },
  );

  test.each([
    ['missing', join(directory, 'nowhere.json')],
    ['broken', eventFile('{"pull_request": {"number": 12')],
    ['no object', eventFile('[]')],
    ['without a number', eventFile({ pull_request: { number: '12/../../x' } })],
  ])('is that of the commit when the event file is %s', async (_, event) => {
    await using server = await gitHubServer({ pullRequests: [open] });
    expect(await post(server, { event })).toEqual(urlOn(server, 1001));
    expect(server.requests[0]).toContain('/commits/');
  });

  test('is not looked for when nobody wants a comment, or outside a repository', async () => {
    await using server = await gitHubServer({ pullRequests: [open] });
    expect(await post(server, { request: { ...request, comment: 'never' } })).toBeUndefined();
    const run = { ...request.run, repository: undefined };
    expect(await post(server, { request: { ...request, run } })).toBeUndefined();
    const noCommit = { ...request, run: { ...request.run, sha: undefined } };
    expect(await post(server, { request: noCommit, event: ofPush })).toBeUndefined();
    expect(server.requests).toEqual([]);
  });

  test.each([
    [{ number: 12, state: 'closed' }, 'it is closed'],
    [{ number: 12, state: 'open', locked: true }, 'its conversation is locked'],
  ] as const)('that takes no comments is left alone: %j', async (pullRequest, reason) => {
    await using server = await gitHubServer({ pullRequests: [pullRequest] });
    expect(await post(server)).toEqual({ notice: `${noComment} ${reason}. ${elsewhere}` });
    expect(server.requests).toEqual(['GET /repos/acme/fraud/issues/12']);
  });
});

describe('a comment that is there', () => {
  test('is updated in place', async () => {
    await using server = await gitHubServer({ pullRequests: [open], comments: [ours(7)] });
    expect(await post(server)).toEqual(urlOn(server, 7));
    expect(server.comments).toEqual([ours(7, 'v3 serves\n')]);
    expect(server.requests.slice(2)).toEqual([
      'POST /graphql',
      'PATCH /repos/acme/fraud/issues/comments/7',
    ]);
  });

  test.each(['v3 serves\n', 'v3 serves', 'v3 serves\r\n'])(
    'and says the same (%j) is not written again',
    async (body) => {
      await using server = await gitHubServer({ pullRequests: [open], comments: [ours(7, body)] });
      expect(await post(server)).toEqual(urlOn(server, 7));
      expect(server.comments).toEqual([ours(7, body)]);
      expect(server.requests.at(-1)).toBe('POST /graphql');
    },
  );

  test('is found on the last of many pages', async () => {
    const others = Array.from({ length: 499 }, (_, index) => ({
      id: index + 1,
      user: { id: 5, login: 'octocat' },
      body: `Looks good ${index}`,
    }));
    await using server = await gitHubServer({
      pullRequests: [open],
      comments: [...others, ours(900)],
    });
    expect(await post(server)).toEqual(urlOn(server, 900));
    expect(server.requests.filter((line) => line.startsWith(`GET ${comments}`))).toHaveLength(5);
    expect(server.comments).toHaveLength(500);
  });

  test('is the newest of two', async () => {
    await using server = await gitHubServer({
      pullRequests: [open],
      comments: [ours(7), ours(9, 'v1 serves\n')],
    });
    expect(await post(server)).toEqual(urlOn(server, 9));
    expect(server.comments).toEqual([ours(7), ours(9, 'v3 serves\n')]);
  });

  test('is another one for another model, platform or region', async () => {
    await using server = await gitHubServer({ pullRequests: [open], comments: [ours(7)] });
    for (const other of [
      { model: 'churn' },
      { platform: 'vertex-ai' },
      { region: 'europe-west4' },
    ] as const) {
      await post(server, { request: { ...request, ...other } });
    }
    expect(server.comments.map(({ id }) => id)).toEqual([7, 1001, 1002, 1003]);
    expect(server.comments[0]).toEqual(ours(7));
  });

  test('with a marker that somebody else wrote, or a bot of ours only quoted, is never touched', async () => {
    const forged: readonly StoredComment[] = [
      { id: 3, user: { id: 666, login: 'mallory' }, body: `${marker}\nforged` },
      { id: 4, user: { id: 667, login: 'github-actions' }, body: `${marker}\nforged` },
      { id: 5, user: undefined, body: `${marker}\nforged` },
      { id: 6, user: bot, body: `> ${marker}\nquoted` },
    ];
    await using server = await gitHubServer({ pullRequests: [open], comments: forged });
    expect(await post(server)).toEqual(urlOn(server, 1001));
    expect(server.comments.slice(0, 4)).toEqual(forged);
    expect(await post(server, { body: 'v4 serves\n' })).toEqual(urlOn(server, 1001));
    expect(server.comments).toHaveLength(5);
    expect(server.comments.slice(0, 4)).toEqual(forged);
  });

  test('is told by the number of its author, since names change hands', async () => {
    const renamed = { id: 3, user: { id: bot.id, login: 'old-name[bot]' }, body: `${marker}\nx` };
    const taken = { id: 4, user: { id: 9, login: bot.login }, body: `${marker}\nx` };
    await using server = await gitHubServer({ pullRequests: [open], comments: [renamed, taken] });
    expect(await post(server)).toEqual(urlOn(server, 3));
    expect(server.comments[1]).toEqual(taken);
  });

  test('and is deleted before it is updated is written anew', async () => {
    const gone: Fault = {
      request: 'PATCH /repos/acme/fraud/issues/comments/7',
      times: 1,
      status: 404,
      json: { message: 'Not Found' },
    };
    await using server = await gitHubServer({
      pullRequests: [open],
      comments: [ours(7)],
      faults: [gone],
    });
    expect(await post(server)).toEqual(urlOn(server, 1001));
  });
});

describe('a refusal is a notice', () => {
  const permission =
    'github_token may not do it (403: Resource not accessible by integration); the job needs `permissions: pull-requests: write`, and a pull request from a fork or by Dependabot gives it a token that can only read';

  test.each(['read', 'none'] as const)('where the token may %s', async (may) => {
    await using server = await gitHubServer({ pullRequests: [open], permission: may });
    expect(await post(server)).toEqual({ notice: `${noComment} ${permission}. ${elsewhere}` });
    expect(server.comments).toEqual([]);
  });

  test('that sends nobody to a summary that is not written', async () => {
    await using server = await gitHubServer({ pullRequests: [open], permission: 'read' });
    expect(await post(server, { request: { ...request, summary: false } })).toEqual({
      notice: `${noComment} ${permission}. The log and the outputs hold the same.`,
    });
  });

  test('where the token is not accepted', async () => {
    await using server = await gitHubServer({ pullRequests: [open], token: 'another' });
    expect(await post(server)).toEqual({
      notice: `${noComment} GitHub does not accept github_token (401: Bad credentials); it may have expired, as the token of a GitHub App does after an hour. ${elsewhere}`,
    });
  });

  test('where there is no token, and a pull request', async () => {
    await using server = await gitHubServer({ pullRequests: [open] });
    const without = { ...request, githubToken: undefined };
    expect(await post(server, { request: without })).toEqual({
      notice: `${noComment} the input github_token is empty. ${elsewhere}`,
    });
    expect(await post(server, { request: without, event: ofPush })).toBeUndefined();
    expect(server.requests).toEqual([]);
  });

  test('where the conversation was locked in between', async () => {
    const message = 'Unable to create comment because issue is locked.';
    await using server = await gitHubServer({
      pullRequests: [open],
      faults: [{ request: `POST ${comments}`, times: 9, status: 403, json: { message } }],
    });
    expect(await post(server)).toEqual({
      notice: `${noComment} its conversation is locked (403: Unable to create comment because issue is locked). ${elsewhere}`,
    });
  });

  test('where the text is not accepted', async () => {
    await using server = await gitHubServer({ pullRequests: [open] });
    expect(await post(server, { body: 'x'.repeat(70_000) })).toEqual({
      notice: `${noComment} GitHub answered 422: Validation Failed. ${elsewhere}`,
    });
  });

  test('where whose token it is cannot be learned: then no comment can be known as ours', async () => {
    const errors = [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }];
    await using server = await gitHubServer({
      pullRequests: [open],
      comments: [ours(7)],
      faults: [{ request: 'POST /graphql', times: 9, status: 200, json: { errors } }],
    });
    expect(await post(server)).toEqual({ notice: `${noComment} ${permission}. ${elsewhere}` });
    expect(server.comments).toEqual([ours(7)]);
  });

  test('where the answer is no answer of GitHub’s', async () => {
    await using server = await gitHubServer({
      faults: [
        { request: 'GET /repos/acme/fraud/issues/12', times: 9, status: 200, text: '<h1>Hi</h1>' },
      ],
    });
    const { host } = new URL(server.origin);
    expect(await post(server)).toEqual({
      notice: `${noComment} ${host} answered something that is not GitHub's API. ${elsewhere}`,
    });
  });

  test('where the way leads elsewhere: the token does not follow', async () => {
    await using elsewhereServer = await gitHubServer({ pullRequests: [open] });
    await using server = await gitHubServer({
      faults: [
        {
          request: 'GET /repos/acme/fraud/issues/12',
          times: 9,
          status: 301,
          headers: { location: `${elsewhereServer.origin}/repos/acme/fraud/issues/12` },
          json: { message: 'Moved Permanently' },
        },
      ],
    });
    expect(await post(server)).toEqual({
      notice: `${noComment} GitHub answered 301: a redirect. ${elsewhere}`,
    });
    expect(elsewhereServer.requests).toEqual([]);
  });

  test('where the next page is said to be elsewhere: only its number is used', async () => {
    await using elsewhereServer = await gitHubServer({ pullRequests: [open] });
    await using server = await gitHubServer({
      pullRequests: [open],
      faults: [
        {
          request: `GET ${comments}`,
          times: 1,
          status: 200,
          json: [],
          headers: { link: `<${elsewhereServer.origin}${comments}?page=2>; rel="next"` },
        },
      ],
    });
    expect(await post(server)).toEqual(urlOn(server, 1001));
    expect(server.requests).toContain(`GET ${comments}?per_page=100&page=2`);
    expect(elsewhereServer.requests).toEqual([]);
  });

  test('where nobody listens', async () => {
    const server = await gitHubServer();
    await server[Symbol.asyncDispose]();
    const { host } = new URL(server.origin);
    expect(await post(server)).toEqual({
      notice: `${noComment} ${host} did not answer (ECONNREFUSED). ${elsewhere}`,
    });
  });

  test('where GITHUB_API_URL is not of GITHUB_SERVER_URL: the token goes nowhere', async () => {
    const environment = { GITHUB_API_URL: 'https://api.github.com.evil.test' };
    expect(await post(undefined, { environment })).toEqual({
      notice: `${noComment} GITHUB_API_URL is "https://api.github.com.evil.test", which is not the API of https://github.com, so that github_token was not sent there. ${elsewhere}`,
    });
  });

  test('that does not hold the token, however it is broken', async () => {
    await using server = await gitHubServer({ pullRequests: [open] });
    const broken = { ...request, githubToken: `${token}\nx` };
    const outcome = JSON.stringify(await post(server, { request: broken }));
    expect(outcome).toContain(noComment);
    expect(outcome).not.toContain(token);
    expect(server.requests).toEqual([]);
  });

  test('where the deploy was cancelled', async () => {
    await using server = await gitHubServer({ pullRequests: [open] });
    const signal = AbortSignal.abort(new Error('The deploy was cancelled.'));
    expect(await post(server, { signal })).toEqual({
      notice: `${noComment} it was given up (Error). ${elsewhere}`,
    });
    expect(server.requests).toEqual([]);
  });
});

describe('what may pass is tried again', () => {
  const limited = (headers: Readonly<Record<string, string>>): Partial<Fault> => ({
    status: 403,
    headers,
    json: { message: 'You have exceeded a secondary rate limit.' },
  });
  const once = async (
    fault: Partial<Fault>,
    times = 1,
  ): Promise<{
    outcome: CommentOutcome;
    clock: FakeClock;
    written: number;
    url: CommentOutcome;
  }> => {
    const clock = fakeClock();
    await using server = await gitHubServer({
      pullRequests: [open],
      faults: [{ request: `POST ${comments}`, times, ...fault }],
    });
    const outcome = await post(server, { clock });
    return { outcome, clock, written: server.comments.length, url: urlOn(server, 1001) };
  };

  test('after as long as a secondary rate limit asks for', async () => {
    const { outcome, clock, written, url } = await once(limited({ 'retry-after': '17' }));
    expect(outcome).toEqual(url);
    expect(clock.sleeps).toEqual([17_000]);
    expect(written).toBe(1);
  });

  test('after the reset of a limit that is used up', async () => {
    const reset = fakeClock().now().getTime() / 1000 + 40;
    const { outcome, clock, url } = await once({
      status: 429,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) },
      json: { message: 'API rate limit exceeded' },
    });
    expect(outcome).toEqual(url);
    expect(clock.sleeps).toEqual([40_000]);
  });

  test('after a minute where a secondary limit does not say how long', async () => {
    const { outcome, clock, url } = await once(limited({}));
    expect(outcome).toEqual(url);
    expect(clock.sleeps).toEqual([60_000]);
  });

  test.each([
    [{ 'retry-after': '61' }, [], 61],
    [{ 'retry-after': '40' }, [40_000], 40],
  ])('but a rate limit is waited for a minute at most: %j', async (headers, sleeps, seconds) => {
    const { outcome, clock, written } = await once(limited(headers), 9);
    expect(outcome).toEqual({
      notice: `${noComment} a rate limit of GitHub holds it back for another ${seconds} s, longer than the deploy waits for it (403: You have exceeded a secondary rate limit). ${elsewhere}`,
    });
    expect(clock.sleeps).toEqual(sleeps);
    expect(written).toBe(0);
  });

  test('the limit of GraphQL too, which comes with 200', async () => {
    const clock = fakeClock();
    await using server = await gitHubServer({
      pullRequests: [open],
      comments: [ours(7)],
      faults: [
        {
          request: 'POST /graphql',
          times: 1,
          status: 200,
          headers: { 'retry-after': '5' },
          json: { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] },
        },
      ],
    });
    expect(await post(server, { clock })).toEqual(urlOn(server, 7));
    expect(clock.sleeps).toEqual([5000]);
  });

  test('a server at fault is asked three times', async () => {
    const bad: Partial<Fault> = { status: 502, text: '<html><h1>Bad Gateway</h1></html>' };
    const twice = await once(bad, 2);
    expect(twice.outcome).toEqual(twice.url);
    expect(twice.clock.sleeps).toEqual([1000, 2000]);
    const always = await once(bad, 9);
    expect(always.outcome).toEqual({
      notice: `${noComment} GitHub answered 502: Bad Gateway. ${elsewhere}`,
    });
  });

  test('a comment whose answer was lost is found, and not written twice', async () => {
    const { outcome, written, url } = await once({ answerLost: true });
    expect(outcome).toEqual(url);
    expect(written).toBe(1);
  });

  test('a lookup for a commit that is limited is a notice without a number', async () => {
    await using server = await gitHubServer({
      faults: [
        {
          request: `GET /repos/${repository}/commits/${sha}/pulls`,
          times: 9,
          ...limited({ 'retry-after': '100' }),
        },
      ],
    });
    expect(await post(server, { event: ofPush })).toEqual({
      notice: `No comment was written on the pull request of this commit: a rate limit of GitHub holds it back for another 100 s, longer than the deploy waits for it (403: You have exceeded a secondary rate limit). ${elsewhere}`,
    });
  });
});

test('GitHub Enterprise Server is used below its base path, GraphQL included', async () => {
  await using server = await gitHubServer({
    basePath: '/api/v3',
    pullRequests: [open],
    comments: [ours(7)],
  });
  const run = { ...request.run, serverUrl: server.origin };
  const onServer = { request: { ...request, run } };
  expect(await post(server, onServer)).toEqual(urlOn(server, 7));
  expect(await post(server, { ...onServer, environment: { GITHUB_API_URL: '' } })).toEqual(
    urlOn(server, 7),
  );
  expect(server.comments).toEqual([ours(7, 'v3 serves\n')]);
});
