import { shellWord } from '../gcloud.ts';
import { grantOnAccount } from './known.ts';
import type { Rule } from './rule.ts';

const authStep =
  'Give the job `permissions: id-token: write` and put a step with `google-github-actions/auth` before this one, after `actions/checkout`.';

/**
 * Who could not say who they are: the steps from GitHub's identity token over the workload identity provider
 * and the service account to an access token, in the words of google-auth-library and of Google's token
 * service. Most specific first.
 */
export const identityRules: readonly Rule[] = [
  {
    id: 'id-token-permission-missing',
    code: 'auth',
    when: [{ text: /ACTIONS_ID_TOKEN_REQUEST_(?:TOKEN|URL)|^No identity token: / }],
    what: () => 'The job may not ask GitHub for an identity token.',
    next: () =>
      'Give the job `permissions: id-token: write`. Runs for pull requests from forks never get it.',
  },
  {
    id: 'identity-rejected-by-condition',
    code: 'auth',
    when: [{ text: /rejected by the attribute condition/ }],
    what: () => 'Google did not accept the identity of this workflow.',
    next: ({ request }) =>
      `Let the attribute condition of the workload identity provider accept this repository (\`${request?.run.repository ?? 'OWNER/REPOSITORY'}\`), branch and event.`,
  },
  {
    id: 'identity-provider-missing',
    code: 'auth',
    when: [{ text: /invalid_target|service indicated by the "audience" parameters is invalid/ }],
    what: () => 'The workload identity provider does not exist, or is disabled.',
    next: ({ project }) =>
      `Compare \`workload_identity_provider\` of the \`google-github-actions/auth\` step with \`gcloud iam workload-identity-pools providers list --location=global --workload-identity-pool=POOL --project=${shellWord(project)}\`; it holds the project number, not the project ID.`,
  },
  {
    id: 'impersonation-denied',
    code: 'permission',
    when: [{ text: /iam\.serviceAccounts\.getAccessToken/ }],
    what: () =>
      'The identity of this workflow may not act as the service account of the auth step.',
    next: (found) =>
      `Grant it: \`${grantOnAccount(
        found,
        'SERVICE_ACCOUNT',
        `principalSet://iam.googleapis.com/projects/PROJECT_NUMBER/locations/global/workloadIdentityPools/POOL/attribute.repository/${found.request?.run.repository ?? 'OWNER/REPOSITORY'}`,
        'roles/iam.workloadIdentityUser',
      )}\`.`,
  },
  {
    id: 'credentials-refused',
    code: 'auth',
    when: [{ text: /invalid_grant|Invalid JWT/ }],
    what: () => 'Google did not accept the credentials.',
    next: () =>
      'The key or the refresh token was revoked or has expired, or the clock of the runner is wrong. Make new credentials, best by workload identity federation with `google-github-actions/auth`.',
  },
  {
    id: 'no-access-token',
    code: 'auth',
    when: [{ text: /^No access token: / }],
    what: () => 'Google did not give an access token for the credentials of this job.',
    next: () =>
      'Compare the inputs of the `google-github-actions/auth` step with the workload identity provider and the service account that the message names.',
  },
  {
    id: 'token-service-unavailable',
    code: 'transient',
    when: [{ code: ['NO_TOKEN'] }],
    what: () => 'No access token could be fetched, in several tries.',
    next: () =>
      'The fault is with the service that gives tokens, or with the way to it. Run the job again later.',
  },
  {
    id: 'credentials-file-missing',
    code: 'auth',
    when: [{ text: /^The file at (?<file>.+?) does not exist, or it is not a file/ }],
    what: ({ part }) => `The credentials file ${part('file')} is not there.`,
    next: () =>
      'Run `actions/checkout` before `google-github-actions/auth`, not after it: checking out removes the file that the auth step wrote. Otherwise correct `GOOGLE_APPLICATION_CREDENTIALS`.',
  },
  {
    id: 'no-credentials',
    code: 'auth',
    when: [
      { text: /Could not load the default credentials/ },
      { service: 'Cloud Storage', http: [401], text: /^Anonymous caller does not have/ },
      { http: [401], text: /Login Required|missing (?:required|a valid) authentication/i },
    ],
    what: () => 'There are no Google Cloud credentials in this job.',
    next: () => authStep,
  },
  {
    id: 'token-refused',
    code: 'auth',
    when: [{ http: [401] }, { status: 'UNAUTHENTICATED' }],
    what: ({ told }) => `${told.service ?? 'Google'} did not accept the access token.`,
    next: ({ plan, operation }) =>
      `The token has expired, or is not for Google Cloud. ${authStep} A token handed over ready-made lives an hour at most and cannot be renewed.${plan === undefined ? '' : ` A creation that has begun goes on without us: look at ${operation === undefined ? '' : `operation ${operation.split('/').at(-1) ?? ''} and `}version "${plan.version.id}" before running again.`}`,
  },
];
