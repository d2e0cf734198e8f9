import type { DeployRequest } from '../request/deploy-request.ts';
import { isTransient } from '../retry.ts';
import type { Clock, Environment } from '../world.ts';
import { apiUrl } from './api-url.ts';
import { commentMarker } from './comment-marker.ts';
import { eventPullRequest } from './event-pull-request.ts';
import { ourComment, pullRequestOfCommit } from './find-comment.ts';
import { GitHubError } from './github-error.ts';
import { noticeOf, reasonOf } from './notice.ts';
import { openGitHub } from './open-github.ts';
import type { GitHub } from './open-github.ts';

const TRIES = 3;
const MOST_SECONDS_WAITED = 60;

/** Where the comment is, or a sentence about why there is none; `undefined` where none was to be expected. */
export type CommentOutcome = { readonly url: string } | { readonly notice: string } | undefined;

/** What is needed to comment. */
export interface CommentPost {
  readonly request: DeployRequest;
  /** GitHub's Markdown, at most 60,000 characters (`report/comment.ts`). */
  readonly body: string;
  readonly environment: Environment;
  readonly clock: Clock;
  /** Ends it early, with a notice. */
  readonly signal: AbortSignal;
}

/**
 * Writes the comment on the pull request that this job is about, or updates the one that is there for the
 * same model, platform and region. Never throws: a deploy does not fail because nobody could be told of it.
 */
export async function postComment(post: CommentPost): Promise<CommentOutcome> {
  const { request, environment, clock, signal } = post;
  const { repository, serverUrl } = request.run;
  if (request.comment === 'never' || repository === undefined) return undefined;
  const number = await eventPullRequest(environment);
  const notice = noticeAbout(number, request);
  const token = request.githubToken;
  if (token === undefined) {
    return number === undefined ? undefined : notice('the input github_token is empty');
  }
  const baseUrl = apiUrl(environment, serverUrl);
  if (baseUrl === undefined) {
    return notice(
      `GITHUB_API_URL is "${environment['GITHUB_API_URL'] ?? ''}", which is not the API of ${serverUrl}, so that github_token was not sent there`,
    );
  }
  let waited = 0;
  for (let tries = 1; ; tries += 1) {
    try {
      const github = await openGitHub({ baseUrl, token, repository, clock, signal });
      return await put(github, number, post);
    } catch (error) {
      const seconds = tries < TRIES ? secondsToWait(error, tries) : undefined;
      if (seconds === undefined || waited + seconds > MOST_SECONDS_WAITED || signal.aborted) {
        return notice(reasonOf(error, new URL(baseUrl).host));
      }
      waited += seconds;
      // An abort is met again by the next request.
      await clock.sleep(seconds * 1000, signal).catch(() => undefined);
    }
  }
}

/** Begins by reading, also when tried again: a comment whose answer was lost is found, not written twice. */
async function put(
  github: GitHub,
  ofEvent: number | undefined,
  { request, body }: CommentPost,
): Promise<CommentOutcome> {
  const pullRequest =
    ofEvent === undefined
      ? await pullRequestOfCommit(github, request)
      : await github.pullRequest(ofEvent);
  if (pullRequest === undefined) return undefined;
  const { number, isOpen, isLocked } = pullRequest;
  const notice = noticeAbout(number, request);
  if (!isOpen) return notice('it is closed');
  if (isLocked) return notice('its conversation is locked');

  const marker = commentMarker(request);
  const text = `${marker}\n${body}`;
  const before = await ourComment(github, number, marker);
  if (before === undefined) return { url: (await github.createComment(number, text)).url };
  if (isSame(before.body, text)) return { url: before.url };
  try {
    return { url: (await github.updateComment(before.id, text)).url };
  } catch (error) {
    const isDeleted = error instanceof GitHubError && error.httpStatus === 404;
    if (!isDeleted) throw error;
    return { url: (await github.createComment(number, text)).url };
  }
}

function noticeAbout(
  number: number | undefined,
  { summary }: DeployRequest,
): (reason: string) => { readonly notice: string } {
  return (reason) => ({ notice: noticeOf(number, reason, summary) });
}

/** GitHub may keep line breaks and the end of a text in its own way. */
function isSame(one: string, other: string): boolean {
  const kept = (text: string): string => text.replaceAll('\r\n', '\n').trimEnd();
  return kept(one) === kept(other);
}

/** Pause before the next try, where one may help. */
function secondsToWait(error: unknown, failedTries: number): number | undefined {
  if (!(error instanceof GitHubError)) return undefined;
  if (error.isRateLimit) return Math.max(1, Math.ceil(error.retryAfterSeconds ?? 0));
  return isTransient(error)
    ? Math.max(2 ** (failedTries - 1), Math.ceil(error.retryAfterSeconds ?? 0))
    : undefined;
}
