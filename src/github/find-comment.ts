import type { DeployRequest } from '../request/deploy-request.ts';
import { isMarked } from './comment-marker.ts';
import { GitHubError } from './github-error.ts';
import type { Account, Comment, GitHub, PullRequest } from './open-github.ts';

/**
 * The open pull request whose head is the commit of this job, in this repository and not in a fork; the
 * newest of several. Also `undefined` when the token may not look: then nothing says that there is one.
 */
export async function pullRequestOfCommit(
  github: GitHub,
  { run: { sha, repository } }: DeployRequest,
): Promise<PullRequest | undefined> {
  if (sha === undefined) return undefined;
  const found = await github.pullRequestsOf(sha).catch((error: unknown) => {
    if (error instanceof GitHubError && mayNotLook(error)) return [];
    throw error;
  });
  return found
    .filter(
      (each) =>
        each.isOpen &&
        each.sha === sha &&
        each.headRepository?.toLowerCase() === repository?.toLowerCase(),
    )
    .sort((one, other) => other.number - one.number)[0];
}

/**
 * The newest comment that begins with the marker and was written by whom the token belongs to. Anybody can
 * write a marker, so that one by somebody else is left alone.
 */
export async function ourComment(
  github: GitHub,
  number: number,
  marker: string,
): Promise<Comment | undefined> {
  const marked = (await github.comments(number)).filter(({ body }) => isMarked(body, marker));
  if (marked.length === 0) return undefined;
  const viewer = await github.viewer();
  return marked
    .filter(({ author }) => author !== undefined && isSameAccount(author, viewer))
    .sort((one, other) => other.id - one.id)[0];
}

/** By number where both are known, since names change hands. */
function isSameAccount(one: Account, other: Account): boolean {
  return one.id === undefined || other.id === undefined
    ? one.login.toLowerCase() === other.login.toLowerCase()
    : one.id === other.id;
}

/** No permission, or a commit that GitHub does not know (422). */
function mayNotLook({ httpStatus, isRateLimit }: GitHubError): boolean {
  return !isRateLimit && [403, 404, 422].includes(httpStatus ?? 0);
}
