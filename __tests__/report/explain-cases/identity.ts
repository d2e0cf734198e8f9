import { modelsPath, operationName, refused, storageRefused, unanswered } from './case.ts';
import type { Case } from './case.ts';

/** Credentials: texts as they were observed, or as the references give them. */
export const identityCases: readonly Case[] = [
  {
    rule: 'id-token-permission-missing',
    error: new Error('Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable'),
    code: 'auth',
    what: 'The job may not ask GitHub for an identity token.',
    next: 'Give the job `permissions: id-token: write`. Runs for pull requests from forks never get it.',
  },
  {
    rule: 'id-token-permission-missing',
    error: new Error(
      'No identity token: run-1.actions.githubusercontent.com answered 403: Forbidden',
    ),
    code: 'auth',
    what: 'The job may not ask GitHub for an identity token.',
    next: 'Give the job `permissions: id-token: write`. Runs for pull requests from forks never get it.',
  },
  {
    rule: 'no-access-token',
    error: new Error(
      'No access token: sts.googleapis.com answered 400: invalid_request: Bad. Workload identity provider: //iam.googleapis.com/projects/7/locations/global/workloadIdentityPools/github/providers/acme.',
    ),
    code: 'auth',
    what: 'Google did not give an access token for the credentials of this job.',
    next: 'Compare the inputs of the `google-github-actions/auth` step with the workload identity provider and the service account that the message names.',
  },
  {
    rule: 'token-service-unavailable',
    error: unanswered('NO_TOKEN', 'sts.googleapis.com', 'It answered 503: Busy.', 'Google Auth'),
    code: 'transient',
    what: 'No access token could be fetched, in several tries.',
    next: 'The fault is with the service that gives tokens, or with the way to it. Run the job again later.',
  },
  {
    rule: 'identity-rejected-by-condition',
    error: new Error(
      'Error code unauthorized_client: The given credential is rejected by the attribute condition.',
    ),
    code: 'auth',
    what: 'Google did not accept the identity of this workflow.',
    next: 'Let the attribute condition of the workload identity provider accept this repository (`acme/fraud`), branch and event.',
  },
  {
    rule: 'identity-provider-missing',
    error: new Error(
      `Error code invalid_target: The target service indicated by the "audience" parameters is invalid. This might either be because the pool or provider is disabled or deleted or because it doesn't exist.`,
    ),
    code: 'auth',
    what: 'The workload identity provider does not exist, or is disabled.',
    next: 'Compare `workload_identity_provider` of the `google-github-actions/auth` step with `gcloud iam workload-identity-pools providers list --location=global --workload-identity-pool=POOL --project=acme`; it holds the project number, not the project ID.',
  },
  {
    rule: 'impersonation-denied',
    error: Object.assign(
      new Error(
        "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
      ),
      { status: 403 },
    ),
    code: 'permission',
    what: 'The identity of this workflow may not act as the service account of the auth step.',
    next: 'Grant it: `gcloud iam service-accounts add-iam-policy-binding SERVICE_ACCOUNT --member=principalSet://iam.googleapis.com/projects/PROJECT_NUMBER/locations/global/workloadIdentityPools/POOL/attribute.repository/acme/fraud --role=roles/iam.workloadIdentityUser --project=acme`.',
  },
  {
    rule: 'credentials-refused',
    error: Object.assign(new Error('invalid_grant: Invalid JWT Signature.'), { status: 400 }),
    code: 'auth',
    what: 'Google did not accept the credentials.',
    next: 'The key or the refresh token was revoked or has expired, or the clock of the runner is wrong. Make new credentials, best by workload identity federation with `google-github-actions/auth`.',
  },
  {
    rule: 'credentials-file-missing',
    error: new Error(
      "The file at /work/gha-creds-1.json does not exist, or it is not a file. ENOENT: no such file or directory, lstat '/work/gha-creds-1.json'",
    ),
    code: 'auth',
    what: 'The credentials file /work/gha-creds-1.json is not there.',
    next: 'Run `actions/checkout` before `google-github-actions/auth`, not after it: checking out removes the file that the auth step wrote. Otherwise correct `GOOGLE_APPLICATION_CREDENTIALS`.',
  },
  {
    rule: 'no-credentials',
    error: new Error(
      'Could not load the default credentials. Browse to https://cloud.google.com/docs/authentication/getting-started for more information.',
    ),
    code: 'auth',
    what: 'There are no Google Cloud credentials in this job.',
    next: 'Give the job `permissions: id-token: write` and put a step with `google-github-actions/auth` before this one, after `actions/checkout`.',
  },
  {
    rule: 'no-credentials',
    error: storageRefused(
      'GET /storage/v1/b/acme-aiplatform/o',
      401,
      'required',
      "Anonymous caller does not have storage.objects.list access to the Google Cloud Storage bucket. Permission 'storage.objects.list' denied on resource (or it may not exist).",
    ),
    code: 'auth',
    what: 'There are no Google Cloud credentials in this job.',
    next: 'Give the job `permissions: id-token: write` and put a step with `google-github-actions/auth` before this one, after `actions/checkout`.',
  },
  {
    rule: 'token-refused',
    error: refused(
      `GET ${modelsPath}/fraud`,
      401,
      'UNAUTHENTICATED',
      'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
    ),
    code: 'auth',
    what: 'AI Platform did not accept the access token.',
    next: 'The token has expired, or is not for Google Cloud. Give the job `permissions: id-token: write` and put a step with `google-github-actions/auth` before this one, after `actions/checkout`. A token handed over ready-made lives an hour at most and cannot be renewed. A creation that has begun goes on without us: look at version "v3" before running again.',
  },
  {
    rule: 'token-refused',
    error: refused(
      `GET /v1/${operationName}`,
      401,
      'UNAUTHENTICATED',
      'Request had invalid authentication credentials.',
    ),
    code: 'auth',
    what: 'AI Platform did not accept the access token.',
    next: 'The token has expired, or is not for Google Cloud. Give the job `permissions: id-token: write` and put a step with `google-github-actions/auth` before this one, after `actions/checkout`. A token handed over ready-made lives an hour at most and cannot be renewed. A creation that has begun goes on without us: look at operation create_fraud_v3-1700000000000 and version "v3" before running again.',
  },
];
