import { plainRefusal } from '../../../emulator/google-api/refusal.ts';
import { getPolicy, setPolicy } from './policies.ts';
import { fieldsOf, route } from './service.ts';
import type { Call, Method } from './service.ts';
import type { ProjectState } from './state.ts';

const account = '/v1/projects/{project}/serviceAccounts/{email}';

const create: Method = (state, { body }) => {
  const { accountId } = body;
  fieldsOf(body['serviceAccount'] ?? {}, ['displayName', 'description']);
  // IAM, projects.serviceAccounts.create: 6 to 30 characters.
  if (typeof accountId !== 'string' || !/^[a-z](?=.{5,29}$)[a-z0-9-]*[a-z0-9]$/.test(accountId)) {
    throw plainRefusal('INVALID_ARGUMENT', `Not the id of a service account: ${String(accountId)}`);
  }
  const email = `${accountId}@${state.id}.iam.gserviceaccount.com`;
  if (state.accounts.has(email)) {
    throw plainRefusal('ALREADY_EXISTS', `Service account ${accountId} already exists.`);
  }
  state.accounts.add(email);
  return { name: `projects/${state.id}/serviceAccounts/${email}`, email, projectId: state.id };
};

const policyOf: Method = (state, call) => getPolicy(state, resource(state, call));

const setPolicyOf: Method = (state, call) =>
  setPolicy(state, resource(state, call), 'service account', call.body['policy']);

function resource(state: ProjectState, { names: { email = '' } }: Call): string {
  if (!state.accounts.has(email)) {
    throw plainRefusal('NOT_FOUND', `Unknown service account ${email}`);
  }
  return `serviceAccounts/${email}`;
}

/** The service accounts of IAM v1, as far as they are created and granted. */
export const accountRoutes = [
  route('POST', '/v1/projects/{project}/serviceAccounts', create, ['accountId', 'serviceAccount']),
  route('POST', `${account}:getIamPolicy`, policyOf, [], ['options.requestedPolicyVersion']),
  route('POST', `${account}:setIamPolicy`, setPolicyOf, ['policy']),
];
