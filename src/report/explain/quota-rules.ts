import { command } from '../gcloud.ts';
import type { Rule } from './rule.ts';

/** What both platforms say about quota. Most specific first. */
export const quotaRules: readonly Rule[] = [
  {
    id: 'project-quota',
    code: 'quota',
    when: [{ text: /max allowed number of (?<kind>models|versions) per project: (?<limit>\d+)/ }],
    what: ({ part, project }) =>
      `Project "${project}" already holds the ${part('limit')} ${part('kind')} that it may.`,
    next: ({ project, region, model, part }) =>
      `Delete some that nobody uses; this lists them: \`${command([
        ...['gcloud', 'ai-platform', part('kind'), 'list'],
        ...(part('kind') === 'versions' ? [`--model=${model}`] : []),
        ...[`--region=${region}`, `--project=${project}`],
      ])}\`.`,
  },
  {
    id: 'rate-quota',
    code: 'quota',
    when: [
      { text: /Quota exceeded for quota metric '(?<metric>[^']*)' and limit '(?<limit>[^']*)'/ },
      { reason: 'RATE_LIMIT_EXCEEDED' },
      { reason: 'userRateLimitExceeded' },
    ],
    what: ({ project, part }) =>
      `Project "${project}" has used up its quota${part('limit') === '' ? '' : ` ("${part('limit')}")`}, also after waiting.`,
    next: ({ project }) =>
      `Run fewer deploys at once (\`concurrency\` in the workflow), wait, or ask for more: https://console.cloud.google.com/iam-admin/quotas?project=${encodeURIComponent(project)}`,
  },
  {
    id: 'machine-quota',
    code: 'quota',
    when: [
      { text: /quota metrics exceed quota limits: (?<metric>[\w./-]+)/ },
      { text: /quotas are exceeded: (?<metric>[\w./-]+)/ },
    ],
    what: ({ part, project }) => `Project "${project}" has no quota left for ${part('metric')}.`,
    next: ({ project }) =>
      `Ask for fewer nodes or a smaller \`machine_type\`, delete what is not used, or ask for more quota: https://console.cloud.google.com/iam-admin/quotas?project=${encodeURIComponent(project)}`,
  },
];
