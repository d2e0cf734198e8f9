import type { DeployRecord } from '../record.ts';
import { forLink, forMarkdown, forMarkdownCode } from './foreign-text.ts';

/** The commit of this run in a table cell, linked on its own server of GitHub; empty outside of a commit. */
export function commitCell({ request }: DeployRecord): string {
  const { sha, repository, serverUrl = '', commitSubject } = request?.run ?? {};
  if (sha === undefined) return '';
  const short = forMarkdownCode(sha.slice(0, 7));
  const subject = commitSubject === undefined ? '' : ` ${forMarkdown(commitSubject, 200)}`;
  const page =
    repository === undefined
      ? undefined
      : forLink(serverUrl, [...repository.split('/'), 'commit', sha]);
  return `${page === undefined ? short : `[${short}](${page})`}${subject}`;
}
