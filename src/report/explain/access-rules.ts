import { shellWord } from '../gcloud.ts';
import { grantInProject, grantOnAccount, grantOnBucket, grantOnModel, memberOf } from './known.ts';
import type { Found, Rule } from './rule.ts';

/** The smallest role that holds a permission which deploys need (IAM roles of AI Platform, Vertex AI, Storage). */
const roles: readonly (readonly [RegExp, string])[] = [
  [/^ml\.(?:models\.create|operations\.get|operations\.list)$/, 'roles/ml.developer'],
  [/^ml\.(?:models|versions)\.(?:get|list)$/, 'roles/ml.viewer'],
  [/^ml\.operations\./, 'roles/ml.operationOwner'],
  [/^ml\./, 'roles/ml.admin'],
  [/^aiplatform\./, 'roles/aiplatform.user'],
  [/^storage\.buckets\./, 'roles/storage.admin'],
  [/^storage\.objects\./, 'roles/storage.objectUser'],
  [/^iam\.serviceAccounts\.actAs$/, 'roles/iam.serviceAccountUser'],
  [/^serviceusage\./, 'roles/serviceusage.serviceUsageConsumer'],
];

/** The permission that a request to AI Platform needs (method table of ml v1), when the answer names none. */
const permissions: readonly (readonly [RegExp, string])[] = [
  [/^POST .*:setDefault$/, 'ml.models.update'],
  [/^POST .*\/versions$/, 'ml.versions.create'],
  [/^POST .*\/models$/, 'ml.models.create'],
  [/^PATCH .*\/versions\//, 'ml.versions.update'],
  [/^DELETE .*\/versions\//, 'ml.versions.delete'],
  [/^DELETE .*\/models\//, 'ml.models.delete'],
  [/^GET .*\/versions\//, 'ml.versions.get'],
  [/^GET .*\/models$/, 'ml.models.list'],
  [/^GET .*\/models\//, 'ml.models.get'],
  [/^GET .*\/operations\//, 'ml.operations.get'],
];

function lookedUp(rows: readonly (readonly [RegExp, string])[], key: string): string | undefined {
  return rows.find(([pattern]) => pattern.test(key))?.[1];
}

/** `storage.objects.*` is granted on the bucket, rights on one model's versions on the model, others in the project. */
function grantFor(permission: string, found: Found): string {
  const member = memberOf(found.part('caller'));
  if (permission.startsWith('storage.objects.')) {
    return grantOnBucket(found.bucket, member, 'roles/storage.objectUser');
  }
  if (/^ml\.(?:versions\.(?:create|update|delete)|models\.(?:update|delete))$/.test(permission)) {
    return grantOnModel(found, member, 'roles/ml.modelOwner');
  }
  return grantInProject(found, member, lookedUp(roles, permission) ?? 'ROLE');
}

/** The grant for the permission that the answer names, or that such a request needs. */
function askForPermission(found: Found): string {
  const permission = found.told.metadata['permission'] ?? lookedUp(permissions, found.told.request);
  return permission === undefined
    ? 'Grant the caller the role that the README names under Permissions.'
    : `The request needs ${permission}. Grant it: \`${grantFor(permission, found)}\`.`;
}

/** Who may not. Most specific first. */
export const accessRules: readonly Rule[] = [
  {
    id: 'vertex-api-disabled',
    code: 'permission',
    when: [
      { service: 'Vertex AI', reason: 'SERVICE_DISABLED' },
      { text: /^Vertex AI API has not been used in project/ },
    ],
    what: ({ project }) => `The Vertex AI API is not enabled in project "${project}".`,
    next: ({ project }) =>
      `Enable it and run again some minutes later: \`gcloud services enable aiplatform.googleapis.com --project=${shellWord(project)}\`.`,
  },
  {
    id: 'storage-api-disabled',
    code: 'permission',
    when: [
      { service: 'Cloud Storage', reason: 'accessNotConfigured' },
      { service: 'Cloud Storage', reason: 'SERVICE_DISABLED' },
    ],
    what: ({ project }) => `The Cloud Storage API is not enabled in project "${project}".`,
    next: ({ project }) =>
      `Enable it and run again some minutes later: \`gcloud services enable storage.googleapis.com --project=${shellWord(project)}\`.`,
  },
  {
    id: 'billing-disabled',
    code: 'permission',
    when: [
      { text: /requires billing to be enabled|billing account .* is disabled|BILLING_DISABLED/ },
      { reason: 'accountDisabled' },
      { reason: 'BILLING_DISABLED' },
    ],
    what: ({ project }) => `Billing is not active for project "${project}".`,
    next: ({ project }) =>
      `Link an open billing account: \`gcloud billing projects link ${shellWord(project)} --billing-account=ACCOUNT_ID\`.`,
  },
  {
    id: 'service-perimeter',
    code: 'permission',
    when: [{ text: /vpcServiceControlsUniqueIdentifier|VPC Service Controls/ }],
    next: () =>
      "The organisation's service perimeter keeps this runner out. Ask its administrators for an ingress rule for this identity, or use a runner inside the perimeter; they find the case by the identifier in the message.",
  },
  {
    id: 'organisation-policy',
    code: 'permission',
    when: [
      { reason: 'orgPolicyConstraintFailed' },
      { text: /organization policy|violates constraint|constraints\/\w+\.\w+/i },
    ],
    next: () =>
      'A policy of the organisation forbids this. Change what is asked for (often the region or the bucket), or ask for an exception to the constraint that the message names.',
  },
  {
    id: 'quota-project-denied',
    code: 'permission',
    when: [
      { text: /serviceusage\.services\.use|USER_PROJECT_DENIED/ },
      { reason: 'USER_PROJECT_DENIED' },
    ],
    what: ({ project }) => `The caller may not use the services of project "${project}".`,
    next: (found) =>
      `Grant it: \`${grantInProject(found, memberOf(found.part('caller')), 'roles/serviceusage.serviceUsageConsumer')}\`.`,
  },
  {
    id: 'act-as-denied',
    code: 'permission',
    when: [
      { text: /permission to act as service account:? (?<account>[^\s(]+?)\.?(?:\s|$)/ },
      { text: /iam\.serviceAccounts\.actAs/ },
    ],
    what: ({ request, part }) =>
      `The caller may not deploy as service account "${part('account') || (request?.serviceAccount ?? 'SERVICE_ACCOUNT')}" (input service_account).`,
    next: (found) =>
      `Grant it: \`${grantOnAccount(
        found,
        found.part('account') || (found.request?.serviceAccount ?? 'SERVICE_ACCOUNT'),
        memberOf(''),
        'roles/iam.serviceAccountUser',
      )}\`.`,
  },
  {
    id: 'storage-permission-denied',
    code: 'permission',
    when: [
      {
        service: 'Cloud Storage',
        http: [403],
        text: /^(?<caller>\S+) does not have (?<permission>storage\.[\w.]+) access/,
      },
      {
        service: 'Cloud Storage',
        http: [403],
        text: /Permission '(?<permission>storage\.[\w.]+)' denied/,
      },
    ],
    what: ({ bucket, part }) =>
      part('permission') === 'storage.buckets.create'
        ? `The caller may not create the bucket gs://${bucket}.`
        : `The caller lacks ${part('permission')} on gs://${bucket}, or the bucket does not exist.`,
    next: (found) => `Grant it: \`${grantFor(found.part('permission'), found)}\`.`,
  },
  {
    id: 'storage-forbidden',
    code: 'permission',
    when: [{ service: 'Cloud Storage', http: [403] }],
    next: (found) =>
      `If a right is missing, grant it: \`${grantOnBucket(found.bucket, memberOf(''), 'roles/storage.objectUser')}\`.`,
  },
  {
    id: 'permission-named',
    code: 'permission',
    when: [
      { http: [403], text: /Permission '(?<permission>[\w.]+)' denied/ },
      { status: 'PERMISSION_DENIED', text: /Permission '(?<permission>[\w.]+)' denied/ },
    ],
    what: ({ told, part, project }) =>
      `The caller lacks ${part('permission')} in project "${project}" (${told.service ?? 'Google Cloud'}).`,
    next: (found) => `Grant it: \`${grantFor(found.part('permission'), found)}\`.`,
  },
  {
    id: 'version-permission-denied',
    code: 'permission',
    when: [
      { service: 'AI Platform', http: [403], request: /^POST .*\/versions$/ },
      { service: 'AI Platform', http: [403], request: /^POST .*:setDefault$/ },
    ],
    what: ({ told, model }) =>
      `The caller lacks ${lookedUp(permissions, told.request) ?? 'a permission'} on model "${model}".`,
    next: (found) =>
      `roles/ml.developer does not hold it; whoever created the model has it, others need \`${grantOnModel(found, memberOf(''), 'roles/ml.modelOwner')}\`.`,
  },
  {
    id: 'permission-denied',
    code: 'permission',
    when: [{ http: [403] }, { status: 'PERMISSION_DENIED' }],
    next: askForPermission,
  },
];
