import { parse } from 'yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Workflow {
  readonly on: unknown;
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, { readonly steps?: readonly Step[] }>>;
}

/** What a workflow can be taken over by: mutable code, rights, untrusted text in scripts, caches, credentials. */
export function workflowFaults(text: string): readonly string[] {
  const { on, permissions, jobs } = parse(text) as Workflow;
  const events = typeof on === 'string' ? [on] : Object.keys(on as object);
  const steps = Object.values(jobs).flatMap((job) => job.steps ?? []);
  const isRelease = /^\s+(?:contents|packages): write\b/m.test(text);
  const faults: string[] = [];
  if (JSON.stringify(permissions) !== '{}') faults.push('rights for all jobs');
  for (const event of events) {
    if (['pull_request_target', 'workflow_run', 'issue_comment'].includes(event)) {
      faults.push(`runs with rights on ${event}`);
    }
  }
  for (const { uses = '', run = '', with: inputs = {} } of steps) {
    const isPinned = /@(?:[0-9a-f]{40}|FULL_COMMIT_SHA)$/.test(uses) || uses === './';
    if (uses !== '' && !isPinned) faults.push(`mutable: ${uses}`);
    if (run.includes('${{')) faults.push(`an expression in a script: ${run.trim()}`);
    if (uses.startsWith('actions/checkout@') && inputs['persist-credentials'] !== false) {
      faults.push('credentials that stay after the checkout');
    }
    const mayCache =
      uses.startsWith('actions/cache@') ||
      (uses.startsWith('actions/setup-') && inputs['package-manager-cache'] !== false);
    if (isRelease && mayCache) faults.push(`a cache where a release is made: ${uses}`);
  }
  return faults;
}
