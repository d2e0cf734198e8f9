import type { Found, Rule } from './rule.ts';

function closed({ told }: Found): string {
  const answers = told.http === undefined ? '' : ` It now answers ${told.http}:`;
  return `Google shut AI Platform Prediction down on 31 January 2025.${answers} ${told.text}`;
}

const what = (): string => 'AI Platform Prediction is closed; nothing can be deployed to it.';
const next = (): string =>
  'Set `platform: vertex-ai` in this step: Vertex AI is the service that took its place.';

/**
 * What a closed service answers. Which of these it is nobody documents; a 404 on one model is none of them
 * (ai-platform-v1.md §11).
 */
export const closedRules: readonly Rule[] = [
  {
    id: 'ai-platform-api-disabled',
    code: 'service-closed',
    when: [
      { service: 'AI Platform', reason: 'SERVICE_DISABLED' },
      { text: /^AI Platform Training & Prediction API has not been used in project/ },
      { text: /make sure that Google Cloud Machine Learning API is enabled/ },
    ],
    what,
    why: closed,
    next,
  },
  {
    id: 'ai-platform-says-closed',
    code: 'service-closed',
    when: [
      {
        service: 'AI Platform',
        text: /AI Platform.*(?:shut ?down|turned down|discontinued|no longer available)/i,
      },
      {
        service: 'AI Platform',
        text: /(?:migrate|move|use|replaced by|superseded by)\b.*\bVertex AI/i,
      },
    ],
    what,
    why: closed,
    next,
  },
  {
    id: 'ai-platform-gone',
    code: 'service-closed',
    when: [
      { service: 'AI Platform', http: [410, 501] },
      {
        service: 'AI Platform',
        http: [404],
        text: /was not found on this server|^Method not found/,
      },
      {
        service: 'AI Platform',
        http: [404],
        request: /^(?:GET|POST) \/v1\/projects\/[^/]+\/models$/,
      },
    ],
    what,
    why: closed,
    next,
  },
  {
    id: 'ai-platform-host-gone',
    code: 'service-closed',
    when: [{ code: ['ENOTFOUND'], host: /^(?:[a-z0-9-]+-)?ml\.googleapis\.com$/ }],
    what: ({ told }) => `The host ${told.host} of AI Platform Prediction does not exist.`,
    why: closed,
    next,
  },
];
