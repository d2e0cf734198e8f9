import { GitHubError } from './github-error.ts';

/** A sentence for a notice about a comment that is not there, and where else to read what it would have said. */
export function noticeOf(number: number | undefined, reason: string, hasSummary: boolean): string {
  const subject =
    number === undefined ? 'the pull request of this commit' : `pull request #${number}`;
  const elsewhere = hasSummary
    ? 'The job summary holds the same report.'
    : 'The log and the outputs hold the same.';
  return `No comment was written on ${subject}: ${reason}. ${elsewhere}`;
}

/** Why a comment could not be written, and what would help: a clause without full stop. Untrusted text in parts. */
export function reasonOf(error: unknown, host: string): string {
  if (!(error instanceof GitHubError)) {
    // An abort comes with whatever reason the signal was given; of other errors the text may hold anything.
    return `it was given up (${error instanceof Error ? error.name : 'no reason was given'})`;
  }
  const { httpStatus, transport, isRateLimit, retryAfterSeconds } = error;
  if (httpStatus === undefined) {
    return transport === 'GARBLED'
      ? `${host} answered something that is not GitHub's API`
      : `${host} did not answer (${transport ?? 'no answer'})`;
  }
  const answer = answerOf(error);
  if (isRateLimit) {
    return `a rate limit of GitHub holds it back for another ${Math.ceil(retryAfterSeconds ?? 0)} s, longer than the deploy waits for it (${answer})`;
  }
  if (httpStatus === 403 && /locked/i.test(error.serverMessage)) {
    return `its conversation is locked (${answer})`;
  }
  switch (httpStatus) {
    case 401:
      return `GitHub does not accept github_token (${answer}); it may have expired, as the token of a GitHub App does after an hour`;
    case 403:
    case 404:
      return `github_token may not do it (${answer}); the job needs \`permissions: pull-requests: write\`, and a pull request from a fork or by Dependabot gives it a token that can only read`;
    default:
      return `GitHub answered ${answer}`;
  }
}

function answerOf({ httpStatus, serverMessage }: GitHubError): string {
  const words = serverMessage.slice(0, 200).replace(/[\s.]+$/, '');
  return `${httpStatus ?? ''}${words === '' ? '' : `: ${words}`}`;
}
