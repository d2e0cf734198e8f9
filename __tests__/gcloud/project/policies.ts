import { checkEtag } from '../../../emulator/google-api/check-etag.ts';
import { newEtag } from '../../../emulator/google-api/generated-values.ts';
import { plainRefusal } from '../../../emulator/google-api/refusal.ts';
import { fieldsOf } from './service.ts';
import type { Binding, Policy, ProjectState } from './state.ts';

/** What a policy is set on. */
export type ResourceKind = 'project' | 'bucket' | 'service account';

/** Where the roles that we name may be granted (Google Cloud, IAM basic and predefined roles reference). */
const grantable: Readonly<Record<string, readonly ResourceKind[]>> = {
  'roles/aiplatform.user': ['project'],
  'roles/iam.serviceAccountUser': ['project', 'service account'],
  'roles/iam.workloadIdentityUser': ['project', 'service account'],
  'roles/ml.developer': ['project'],
  'roles/serviceusage.serviceUsageConsumer': ['project'],
  'roles/storage.admin': ['project', 'bucket'],
  'roles/storage.objectUser': ['project', 'bucket'],
  'roles/storage.objectViewer': ['project', 'bucket'],
};

const empty: Policy = { version: 1, etag: 'ACAB', bindings: [] };

/** The policy of a resource, as getIamPolicy answers it. */
export function getPolicy(state: ProjectState, resource: string): Policy {
  return state.policies.get(resource) ?? empty;
}

/** Sets the policy of a resource, as setIamPolicy does. Throws 409 when it was changed since it was read. */
export function setPolicy(
  state: ProjectState,
  resource: string,
  kind: ResourceKind,
  given: unknown,
): Policy {
  const policy = fieldsOf(given, ['kind', 'resourceId', 'version', 'etag', 'bindings']);
  if (typeof policy['etag'] !== 'string') {
    throw plainRefusal('INVALID_ARGUMENT', 'Without an etag the changes of others would be lost.');
  }
  checkEtag(policy['etag'], getPolicy(state, resource).etag, (status, _, description) =>
    plainRefusal(status, description),
  );
  const bindings = ((policy['bindings'] ?? []) as readonly unknown[]).map((each) =>
    bindingOf(state, kind, each),
  );
  const set = { version: bindings.length > 0 ? 3 : 1, etag: newEtag(), bindings };
  state.policies.set(resource, set);
  return set;
}

function bindingOf(state: ProjectState, kind: ResourceKind, given: unknown): Binding {
  const { role, members } = fieldsOf(given, ['role', 'members']) as Partial<Binding>;
  if (grantable[role ?? '']?.includes(kind) !== true) {
    throw plainRefusal(
      'INVALID_ARGUMENT',
      `Role ${String(role)} is not supported for this resource, a ${kind}.`,
    );
  }
  for (const member of members ?? []) checkMember(state, member);
  return { role: role ?? '', members: members ?? [] };
}

function checkMember(state: ProjectState, member: string): void {
  const [, email = ''] = /^serviceAccount:([^@]+@[\w.-]+)$/.exec(member) ?? [];
  if (email !== '') {
    const ours = email.endsWith(`@${state.id}.iam.gserviceaccount.com`);
    if (!ours || state.accounts.has(email)) return;
    throw plainRefusal('INVALID_ARGUMENT', `Service account ${email} does not exist.`);
  }
  const federated =
    /^principalSet:\/\/iam\.googleapis\.com\/projects\/(\d+)\/locations\/global\/workloadIdentityPools\/([a-z0-9-]+)\/attribute\.[a-z0-9_]+\/\S+$/.exec(
      member,
    );
  if (federated?.[1] === state.number && state.pools.has(federated[2] ?? '')) return;
  throw plainRefusal(
    'INVALID_ARGUMENT',
    federated === null
      ? `The member ${member} is of an unknown type. Please set a valid type prefix for the member.`
      : `Identity Pool does not exist (${member}).`,
  );
}
