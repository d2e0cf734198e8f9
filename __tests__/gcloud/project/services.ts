import type { Service } from '../../../emulator/exchange.ts';
import { plainRefusal } from '../../../emulator/google-api/refusal.ts';
import { accountRoutes } from './accounts.ts';
import { getPolicy, setPolicy } from './policies.ts';
import { poolRoutes } from './pools.ts';
import { fieldsOf, route, serviceOf } from './service.ts';
import type { Method } from './service.ts';
import type { ProjectState } from './state.ts';

/** APIs that may be switched on. */
const known = [
  'aiplatform.googleapis.com',
  'cloudresourcemanager.googleapis.com',
  'iam.googleapis.com',
  'iamcredentials.googleapis.com',
  'ml.googleapis.com',
  'storage.googleapis.com',
  'sts.googleapis.com',
];

/** Switches every API on that our commands need. */
export function enableAll(state: ProjectState): void {
  for (const api of known) state.enabled.add(api);
}

/**
 * What the emulator has not: Service Usage, Resource Manager, Cloud Billing, IAM and the policies of buckets, for
 * one project. Each takes only what its discovery document knows, and is refused until its API is on.
 */
export function projectServices(state: ProjectState): readonly Service[] {
  return [
    serviceOf(state, 'serviceusage.googleapis.com', [
      route('POST', '/v1/projects/{project}/services:batchEnable', batchEnable, ['serviceIds']),
      route('POST', '/v1/projects/{project}/services/{api}:enable', enableOne),
      route('GET', '/v1/operations/{operation}', (_, { names }) => ({
        name: `operations/${names['operation'] ?? ''}`,
        done: true,
        response: {},
      })),
    ]),
    serviceOf(state, 'cloudresourcemanager.googleapis.com', [
      route('GET', '/v1/projects/{project}', describeProject),
      route('POST', '/v1/projects/{project}:getIamPolicy', policyOfProject, ['options']),
      route('POST', '/v1/projects/{project}:setIamPolicy', setPolicyOfProject, ['policy']),
    ]),
    serviceOf(state, 'cloudbilling.googleapis.com', [
      route('PUT', '/v1/projects/{project}/billingInfo', linkBilling, ['billingAccountName']),
    ]),
    serviceOf(state, 'iam.googleapis.com', [...accountRoutes, ...poolRoutes]),
    serviceOf(state, 'storage.googleapis.com', [
      route(
        'GET',
        '/storage/v1/b/{bucket}/iam',
        (_, { names }) => getPolicy(state, `buckets/${names['bucket'] ?? ''}`),
        [],
        ['optionsRequestedPolicyVersion'],
      ),
      route(
        'PUT',
        '/storage/v1/b/{bucket}/iam',
        (_, { names, body }) =>
          setPolicy(state, `buckets/${names['bucket'] ?? ''}`, 'bucket', body),
        ['kind', 'resourceId', 'version', 'etag', 'bindings'],
      ),
    ]),
    (exchange) => {
      // Buckets and objects themselves are the emulator's, but no more than the API is on.
      if (exchange.path.startsWith('/storage/') && !state.enabled.has('storage.googleapis.com')) {
        throw plainRefusal('FAILED_PRECONDITION', 'storage.googleapis.com is disabled.');
      }
      return Promise.resolve('not-mine');
    },
  ];
}

const batchEnable: Method = (state, { body }) => enable(state, body['serviceIds'] as string[]);

const enableOne: Method = (state, { names }) => enable(state, [names['api'] ?? '']);

function enable(state: ProjectState, apis: readonly string[]): unknown {
  for (const api of apis) {
    if (!known.includes(api)) throw plainRefusal('NOT_FOUND', `Not found: service ${api}.`);
  }
  for (const api of apis) state.enabled.add(api);
  return { name: `operations/acf.p2-${state.number}-1`, metadata: {} };
}

const describeProject: Method = ({ id, number }) => ({
  projectId: id,
  projectNumber: number,
  name: id,
  lifecycleState: 'ACTIVE',
});

const policyOfProject: Method = (state, { body }) => {
  fieldsOf(body['options'] ?? {}, ['requestedPolicyVersion']);
  return getPolicy(state, `projects/${state.id}`);
};

const setPolicyOfProject: Method = (state, { body }) =>
  setPolicy(state, `projects/${state.id}`, 'project', body['policy']);

const linkBilling: Method = (state, { body }) => {
  const account = String(body['billingAccountName']);
  if (!/^billingAccounts\/[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$/.test(account)) {
    throw plainRefusal('INVALID_ARGUMENT', `Not a billing account: ${account}.`);
  }
  state.billingAccount = account;
  return { projectId: state.id, billingAccountName: account, billingEnabled: true };
};
