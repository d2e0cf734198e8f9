import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Person {
  readonly id: number;
  readonly login: string;
}

export interface StoredComment {
  readonly id: number;
  /** Absent: the account was deleted. */
  readonly user: Person | undefined;
  body: string;
}

export interface StoredPullRequest {
  readonly number: number;
  readonly state: 'open' | 'closed';
  readonly locked?: boolean;
  readonly sha?: string;
  /** `owner/name` of the head's repository; `null` when that was deleted. */
  readonly headRepository?: string | null;
}

/** An answer that the server gives instead of its own, so many times. */
export interface Fault {
  /** Such as `POST /repos/acme/fraud/issues/12/comments`, without base path and query. */
  readonly request: string;
  readonly times: number;
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The work is done, and its answer lost. */
  readonly answerLost?: true;
}

export interface GitHubState {
  /** `''` on github.com, `/api/v3` on GitHub Enterprise Server. */
  readonly basePath?: '' | '/api/v3';
  readonly token?: string;
  readonly viewer?: Person;
  /** What the token may do with pull requests. */
  readonly permission?: 'write' | 'read' | 'none';
  readonly pullRequests?: readonly StoredPullRequest[];
  readonly comments?: readonly StoredComment[];
  readonly faults?: readonly Fault[];
}

/** GitHub's REST and GraphQL API on a real socket: as much as comments need, and strict about it. */
export interface GitHubServer extends AsyncDisposable {
  readonly origin: string;
  /** What GITHUB_API_URL is. */
  readonly apiUrl: string;
  /** By number of their pull request all the same, since there is one. */
  readonly comments: StoredComment[];
  /** `METHOD /path?query` in order, without base path. */
  readonly requests: readonly string[];
  /** The `user-agent` of every request. */
  readonly userAgents: readonly string[];
}

export const token = 'ghs_16C7e42F292c6912E7710c838347Ae178B4a';
export const bot: Person = { id: 41898282, login: 'github-actions[bot]' };
export const repository = 'acme/fraud';

interface Reply {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const LONGEST_BODY = 65_536;
const forbidden = 'Resource not accessible by integration';

export async function gitHubServer(state: GitHubState = {}): Promise<GitHubServer> {
  const { basePath = '', viewer = bot, permission = 'write', pullRequests = [] } = state;
  const expectedToken = state.token ?? token;
  const comments: StoredComment[] = (state.comments ?? []).map((each) => ({ ...each }));
  const faults = (state.faults ?? []).map((fault) => ({ fault, left: fault.times }));
  const requests: string[] = [];
  const userAgents: string[] = [];
  let origin = '';

  const shownComment = (comment: StoredComment, number: number): object => ({
    id: comment.id,
    html_url: `${origin}/${repository}/pull/${number}#issuecomment-${comment.id}`,
    body: comment.body,
    user:
      comment.user === undefined
        ? null
        : { ...comment.user, type: comment.user.login.endsWith('[bot]') ? 'Bot' : 'User' },
  });

  const list = (items: readonly object[], url: URL): Reply => {
    const perPage = Number(url.searchParams.get('per_page') ?? 30);
    const page = Number(url.searchParams.get('page') ?? 1);
    if (perPage > 100) return refusal(422, 'per_page is above 100');
    const last = Math.max(1, Math.ceil(items.length / perPage));
    const link = (to: number, relation: string): string => {
      const target = new URL(url.pathname + url.search, origin);
      target.searchParams.set('page', String(to));
      return `<${target.href}>; rel="${relation}"`;
    };
    const links = [
      ...(page > 1 ? [link(page - 1, 'prev')] : []),
      ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
    ];
    return {
      status: 200,
      json: items.slice((page - 1) * perPage, page * perPage),
      headers: links.length === 0 ? {} : { link: links.join(', ') },
    };
  };

  const textOf = (body: unknown): string | Reply => {
    const text =
      typeof body === 'object' && body !== null && Object.keys(body).join() === 'body'
        ? (body as { body: unknown }).body
        : undefined;
    if (typeof text !== 'string' || text.trim() === '') {
      return refusal(422, 'Validation Failed', [{ code: 'missing_field', field: 'body' }]);
    }
    return Array.from(text).length > LONGEST_BODY
      ? refusal(422, 'Validation Failed', [
          { code: 'custom', message: `body is too long (maximum is ${LONGEST_BODY} characters)` },
        ])
      : text;
  };

  const rest = (method: string, path: string, url: URL, body: unknown): Reply => {
    const at = (pattern: RegExp): RegExpExecArray | null => pattern.exec(`${method} ${path}`);
    if (at(/^GET \/user$/)) return refusal(403, forbidden);

    const commit = at(/^GET \/repos\/acme\/fraud\/commits\/(\w+)\/pulls$/);
    if (commit) {
      if (permission === 'none') return refusal(403, forbidden);
      const holding = pullRequests.filter(({ sha }) => sha !== undefined);
      return list(
        holding.map(({ number, state: condition, locked, sha, headRepository = repository }) => ({
          number,
          state: condition,
          locked: locked === true,
          head: { sha, repo: headRepository === null ? null : { full_name: headRepository } },
        })),
        url,
      );
    }

    const issue = at(/^(?:GET|POST) \/repos\/acme\/fraud\/issues\/(\d+)(\/comments)?$/);
    if (issue) {
      const pullRequest = pullRequests.find(({ number }) => number === Number(issue[1]));
      if (permission === 'none') return refusal(403, forbidden);
      if (pullRequest === undefined) return refusal(404, 'Not Found');
      const { number, state: condition, locked } = pullRequest;
      if (issue[2] === undefined) {
        return method === 'GET'
          ? {
              status: 200,
              json: { number, state: condition, locked: locked === true, pull_request: {} },
            }
          : refusal(404, 'Not Found');
      }
      if (method === 'GET') {
        return list(
          comments.map((comment) => shownComment(comment, number)),
          url,
        );
      }
      if (permission === 'read') return refusal(403, forbidden);
      if (locked === true) {
        return refusal(403, 'Unable to create comment because issue is locked.');
      }
      const text = textOf(body);
      if (typeof text !== 'string') return text;
      const id = Math.max(1000, ...comments.map((each) => each.id)) + 1;
      const comment = { id, user: viewer, body: text };
      comments.push(comment);
      return { status: 201, json: shownComment(comment, number) };
    }

    const edited = at(/^PATCH \/repos\/acme\/fraud\/issues\/comments\/(\d+)$/);
    if (edited) {
      if (permission !== 'write') return refusal(403, forbidden);
      const comment = comments.find(({ id }) => id === Number(edited[1]));
      if (comment === undefined) return refusal(404, 'Not Found');
      const text = textOf(body);
      if (typeof text !== 'string') return text;
      // GitHub lets a token that may write edit anybody's comment.
      comment.body = text;
      return { status: 200, json: shownComment(comment, pullRequests[0]?.number ?? 0) };
    }
    return refusal(404, 'Not Found');
  };

  const graphql = (body: unknown): Reply => {
    const query = (body as { query?: unknown }).query;
    const asked = /^\s*query\s*\{\s*viewer\s*\{([\w\s]+)\}\s*\}\s*$/.exec(
      typeof query === 'string' ? query : '',
    );
    if (asked === null) return { status: 200, json: { errors: [{ message: 'Parse error' }] } };
    const known: Readonly<Record<string, unknown>> = {
      login: viewer.login,
      databaseId: viewer.id,
    };
    const fields = (asked[1] ?? '').trim().split(/\s+/);
    const wrong = fields.find((field) => !(field in known));
    return wrong === undefined
      ? {
          status: 200,
          json: { data: { viewer: Object.fromEntries(fields.map((name) => [name, known[name]])) } },
        }
      : {
          status: 200,
          json: { errors: [{ message: `Field '${wrong}' doesn't exist on type 'User'` }] },
        };
  };

  const answer = (request: IncomingMessage, text: string): Reply | 'lost' => {
    const url = new URL(request.url ?? '', origin);
    const method = request.method ?? '';
    const graphqlPath = basePath === '' ? '/graphql' : '/api/graphql';
    const isGraphql = url.pathname === graphqlPath;
    const path = isGraphql ? '/graphql' : url.pathname.slice(basePath.length);
    requests.push(`${method} ${path}${url.search}`);
    const { authorization, accept, 'user-agent': userAgent } = request.headers;
    userAgents.push(userAgent ?? '');
    const found = faults.find(
      ({ fault, left }) => left > 0 && fault.request === `${method} ${path}`,
    );
    if (found !== undefined) found.left -= 1;
    if (found !== undefined && found.fault.answerLost === undefined) {
      return { status: 500, ...found.fault };
    }
    if (!isGraphql && !url.pathname.startsWith(`${basePath}/`)) return refusal(404, 'Not Found');
    if (userAgent === undefined) return refusal(403, 'Request forbidden by administrative rules.');
    if (!/^(?:token|bearer) \S+$/i.test(authorization ?? '')) {
      return refusal(401, 'Requires authentication');
    }
    if (authorization?.split(' ')[1] !== expectedToken) return refusal(401, 'Bad credentials');
    if (!/application\/(?:vnd\.github\S*\+)?json/.test(accept ?? '')) {
      return refusal(415, "Unsupported 'Accept' header");
    }
    let body: unknown;
    if (text !== '') {
      if (!/^application\/json/.test(request.headers['content-type'] ?? '')) {
        return refusal(415, 'Unsupported media type');
      }
      try {
        body = JSON.parse(text);
      } catch {
        return refusal(400, 'Problems parsing JSON');
      }
    }
    const reply = isGraphql ? graphql(body) : rest(method, path, url, body);
    return found?.fault.answerLost === true ? 'lost' : reply;
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const reply = answer(request, Buffer.concat(chunks).toString('utf8'));
      if (reply === 'lost') {
        request.socket.destroy();
        return;
      }
      const { status, json, text, headers } = reply;
      response.writeHead(status, {
        'content-type': text === undefined ? 'application/json; charset=utf-8' : 'text/html',
        'x-ratelimit-remaining': '999',
        ...headers,
      });
      response.end(text ?? JSON.stringify(json ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    apiUrl: `${origin}${basePath}`,
    comments,
    requests,
    userAgents,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refusal(status: number, message: string, errors?: readonly object[]): Reply {
  const url = 'https://docs.github.com/rest';
  return {
    status,
    json: { message, documentation_url: url, ...(errors === undefined ? {} : { errors }) },
  };
}
