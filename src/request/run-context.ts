import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Environment } from '../world.ts';
import type { RunContext } from './deploy-request.ts';
import { variable } from './environment.ts';

const CREDENTIAL_VARIABLES = [
  'GOOGLE_APPLICATION_CREDENTIALS',
  'GOOGLE_GHA_CREDS_PATH',
  'CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE',
] as const;

/**
 * What the runner says of this job. Outside GitHub nearly all of it is absent; an event file that is
 * missing or broken only leaves the commit's subject unknown.
 */
export function readRunContext(environment: Environment, workingDirectory: string): RunContext {
  const read = (name: string): string | undefined => variable(environment, name);
  const serverUrl = (read('GITHUB_SERVER_URL') ?? 'https://github.com').replace(/\/+$/, '');
  const repository = read('GITHUB_REPOSITORY');
  const runId = read('GITHUB_RUN_ID');
  const credentialFiles = CREDENTIAL_VARIABLES.map(read)
    .filter((path) => path !== undefined)
    .map((path) => resolve(workingDirectory, path));
  return {
    workspace: resolve(workingDirectory, read('GITHUB_WORKSPACE') ?? '.'),
    serverUrl,
    repository,
    sha: read('GITHUB_SHA'),
    runId,
    runAttempt: read('GITHUB_RUN_ATTEMPT'),
    workflow: read('GITHUB_WORKFLOW'),
    tag: read('GITHUB_REF_TYPE') === 'tag' ? read('GITHUB_REF_NAME') : undefined,
    commitSubject: commitSubject(read('GITHUB_EVENT_PATH')),
    runUrl:
      repository === undefined || runId === undefined
        ? undefined
        : `${serverUrl}/${repository}/actions/runs/${runId}`,
    credentialFiles: [...new Set(credentialFiles)],
  };
}

/** The subject of the head commit, of a `push` event or of the run that a `workflow_run` event tells of. */
function commitSubject(eventPath: string | undefined): string | undefined {
  if (eventPath === undefined) return undefined;
  let event: unknown;
  try {
    event = JSON.parse(readFileSync(eventPath, 'utf8'));
  } catch {
    return undefined;
  }
  const commit = field(event, 'head_commit') ?? field(field(event, 'workflow_run'), 'head_commit');
  const message = field(commit, 'message');
  if (typeof message !== 'string') return undefined;
  const [subject = ''] = message.trim().split(/[\r\n]/, 1);
  return subject.replace(/\p{Cc}/gu, ' ').trim() || undefined;
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}
