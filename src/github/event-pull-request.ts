import { readFile } from 'node:fs/promises';
import { isJsonObject, parseJson } from '../json.ts';
import { variable } from '../request/environment.ts';
import type { Environment } from '../world.ts';

/**
 * Number of the pull request that the event of this job is about: of a `pull_request` and its kin, or of an
 * `issue_comment` on one. `undefined` for any other event, and when the event file cannot be read.
 */
export async function eventPullRequest(environment: Environment): Promise<number | undefined> {
  const path = variable(environment, 'GITHUB_EVENT_PATH');
  if (path === undefined) return undefined;
  const event = parseJson(await readFile(path, 'utf8').catch(() => ''));
  if (!isJsonObject(event)) return undefined;
  const { pull_request: pullRequest, issue } = event;
  if (isJsonObject(pullRequest)) return numberOf(pullRequest['number']);
  // Every pull request is an issue too; this key says that the issue is one.
  return isJsonObject(issue) && isJsonObject(issue['pull_request'])
    ? numberOf(issue['number'])
    : undefined;
}

function numberOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && Number(value) > 0 ? Number(value) : undefined;
}
