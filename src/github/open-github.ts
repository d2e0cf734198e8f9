import { isJsonObject } from '../json.ts';
import { USER_AGENT } from '../user-agent.ts';
import type { Clock, Json, JsonObject } from '../world.ts';
import { GitHubError, gitHubError } from './github-error.ts';

const TIMEOUT_MILLISECONDS = 15_000;
/** GitHub's most for one page. */
const PER_PAGE = 100;
/** Ends the reading of a list that never ends; GitHub keeps at most 2,500 comments of a pull request. */
const MOST_PAGES = 100;

/** A pull request, as far as it matters to whoever wants to comment on it. */
export interface PullRequest {
  readonly number: number;
  readonly isOpen: boolean;
  /** Whether its conversation is locked. */
  readonly isLocked: boolean;
}

/** A pull request that a commit belongs to. */
export interface CommitPullRequest extends PullRequest {
  /** Commit at its head. */
  readonly sha: string;
  /** `owner/name` of the repository that its head is in; a fork's may be deleted. */
  readonly headRepository: string | undefined;
}

/** A user or bot. */
export interface Account {
  readonly id: number | undefined;
  /** `octocat`, `github-actions[bot]`. */
  readonly login: string;
}

/** A comment in the conversation of a pull request. All untrusted but its id. */
export interface Comment {
  readonly id: number;
  readonly url: string;
  readonly body: string;
  /** Absent when the account was deleted. */
  readonly author: Account | undefined;
}

/** The few requests of GitHub's API that we make, all on one repository. Each throws `GitHubError`. */
export interface GitHub {
  pullRequest(number: number): Promise<PullRequest>;
  /** Those that hold the commit, open and closed. */
  pullRequestsOf(sha: string): Promise<readonly CommitPullRequest[]>;
  /** All of them, oldest first. */
  comments(number: number): Promise<readonly Comment[]>;
  /** Whom the token belongs to. */
  viewer(): Promise<Account>;
  createComment(number: number, body: string): Promise<Comment>;
  updateComment(id: number, body: string): Promise<Comment>;
}

/** How GitHub is reached. */
export interface GitHubAccess {
  /** Base URL of the REST API (`api-url.ts`). */
  readonly baseUrl: string;
  readonly token: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * GitHub's API by the library of GitHub's toolkit, which is loaded only now and knows of proxies. Redirects
 * are not followed, so that the token stays at the one host.
 */
export async function openGitHub(access: GitHubAccess): Promise<GitHub> {
  const { baseUrl, token, repository, clock, signal } = access;
  const { getOctokit } = await import('@actions/github');
  const octokit = getOctokit(token, { baseUrl, userAgent: USER_AGENT });
  const [owner = '', repo = ''] = repository.split('/');

  /** Sends with what every request of ours has, and answers with what octokit answers. */
  const ask = async <Answer>(send: (options: object) => Promise<Answer>): Promise<Answer> => {
    const within = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MILLISECONDS)]);
    try {
      return await send({ signal: within, redirect: 'manual', log: silent });
    } catch (error) {
      signal.throwIfAborted();
      throw gitHubError(error, clock.now());
    }
  };

  const rest = async (
    route: string,
    parameters: JsonObject,
  ): Promise<{ readonly data: unknown; readonly link: string }> => {
    const answer = await ask((request) =>
      octokit.request(route, { owner, repo, ...parameters, request }),
    );
    const data: unknown = answer.data;
    // A redirect: octokit takes for a success whatever is below 400.
    if (answer.status >= 300) {
      throw new GitHubError({ httpStatus: answer.status, serverMessage: 'a redirect' });
    }
    return { data, link: answer.headers.link ?? '' };
  };

  const one = async (route: string, parameters: JsonObject): Promise<JsonObject> =>
    object((await rest(route, parameters)).data);

  const all = async (route: string, parameters: JsonObject): Promise<readonly JsonObject[]> => {
    const found: JsonObject[] = [];
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const { data, link } = await rest(route, { ...parameters, per_page: PER_PAGE, page });
      if (!Array.isArray(data)) throw garbled();
      found.push(...data.map(object));
      if (!/rel="?next"?/.test(link)) break;
    }
    return found;
  };

  return {
    // Of the issue, which a token that may read either issues or pull requests can read.
    pullRequest: async (number) =>
      pullRequestIn(
        await one('GET /repos/{owner}/{repo}/issues/{issue_number}', { issue_number: number }),
      ),
    pullRequestsOf: async (sha) =>
      (await all('GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls', { commit_sha: sha })).map(
        commitPullRequestIn,
      ),
    comments: async (number) =>
      (
        await all('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
          issue_number: number,
        })
      ).map(commentIn),
    viewer: async () => {
      // Tokens of GitHub Apps, GITHUB_TOKEN too, are refused by `GET /user`, and answered here.
      const answer: unknown = await ask((request) =>
        octokit.graphql('query { viewer { login databaseId } }', { request }),
      );
      const { login, databaseId } = object(object(answer)['viewer']);
      if (typeof login !== 'string') throw garbled();
      return { login, id: typeof databaseId === 'number' ? databaseId : undefined };
    },
    createComment: async (number, body) =>
      commentIn(
        await one('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
          issue_number: number,
          body,
        }),
      ),
    updateComment: async (id, body) =>
      commentIn(
        await one('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', {
          comment_id: id,
          body,
        }),
      ),
  };
}

/** Octokit warns of deprecations on the console, where the runner would read them. */
const silent = { warn: (): void => undefined };

function pullRequestIn({ number, state, locked }: JsonObject): PullRequest {
  if (typeof number !== 'number') throw garbled();
  return { number, isOpen: state === 'open', isLocked: locked === true };
}

function commitPullRequestIn(data: JsonObject): CommitPullRequest {
  const { sha, repo } = object(data['head']);
  const headRepository = isJsonObject(repo) ? repo['full_name'] : undefined;
  return {
    ...pullRequestIn(data),
    sha: text(sha),
    headRepository: typeof headRepository === 'string' ? headRepository : undefined,
  };
}

function commentIn(data: JsonObject): Comment {
  const { id, html_url: url, body, user } = data;
  if (typeof id !== 'number') throw garbled();
  const author = isJsonObject(user)
    ? { id: typeof user['id'] === 'number' ? user['id'] : undefined, login: text(user['login']) }
    : undefined;
  return { id, url: text(url), body: text(body), author };
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function object(value: unknown): JsonObject {
  if (!isJsonObject(value)) throw garbled();
  return value;
}

function garbled(): GitHubError {
  return new GitHubError({ transport: 'GARBLED' });
}
