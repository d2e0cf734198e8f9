import type { JsonObject } from '../../src/world.ts';
import { checkEtag } from '../google-api/check-etag.ts';
import { newEtag } from '../google-api/generated-values.ts';
import { readMessage, refusal } from './api.ts';
import { findModel } from './endpoint.ts';
import type { Method } from './endpoint.ts';
import { page } from './paging.ts';
import { endpointRegions } from './regions.ts';

/** projects.getConfig: the service agent, which must be able to read the bucket. */
export const getConfig: Method = ({ endpoint: { projectNumber } }) => ({
  serviceAccount: `service-${projectNumber}@cloud-ml.google.com.iam.gserviceaccount.com`,
  serviceAccountProject: projectNumber,
});

/** projects.locations.list */
export const listLocations: Method = ({ endpoint, query }) =>
  page(
    'locations',
    endpointRegions.map((region) => renderLocation(endpoint.project, region)),
    query,
  );

/** projects.locations.get */
export const getLocation: Method = ({ endpoint, location }) => {
  if (endpointRegions.includes(location)) return renderLocation(endpoint.project, location);
  throw refusal('NOT_FOUND', 'name', 'The specified location was not found.');
};

/** projects.operations.get */
export const getOperation: Method = ({ endpoint, operation }) => {
  const found = endpoint.operations.get(operation);
  if (found !== undefined) return found;
  throw refusal('NOT_FOUND', 'name', 'The specified operation was not found.');
};

/** projects.operations.list */
export const listOperations: Method = ({ endpoint, query }) =>
  page('operations', endpoint.operations.list(), query);

/** projects.operations.cancel: best effort; no effect on an operation that has ended. */
export const cancelOperation: Method = async (call) => {
  readMessage(await call.json(), 'Empty', '');
  if (call.endpoint.operations.cancel(call.operation)) return {};
  throw refusal('NOT_FOUND', 'name', 'The specified operation was not found.');
};

/** projects.models.getIamPolicy: the bindings that were set, none of them enforced. */
export const getIamPolicy: Method = (call) => findModel(call).policy;

/** projects.models.setIamPolicy */
export const setIamPolicy: Method = async (call) => {
  const model = findModel(call);
  const { policy } = readMessage(await call.json(), 'SetIamPolicyRequest', '');
  if (policy === undefined) throw refusal('INVALID_ARGUMENT', 'policy', 'A policy is required.');
  checkEtag(policy.etag, model.policy.etag ?? policy.etag ?? '', refusal);
  model.policy = { ...policy, etag: newEtag() };
  return model.policy;
};

/** projects.models.testIamPermissions: the emulator's caller may do all that there is to do to a model. */
export const testIamPermissions: Method = async (call) => {
  findModel(call);
  const request = readMessage(await call.json(), 'TestIamPermissionsRequest', '');
  const permissions = request.permissions ?? [];
  const wildcard = permissions.find((permission) => permission.includes('*'));
  if (wildcard !== undefined) {
    throw refusal(
      'INVALID_ARGUMENT',
      'permissions',
      `The permission "${wildcard}" has a wildcard.`,
    );
  }
  const granted = permissions.filter((permission) =>
    /^ml\.(models|versions)\.[A-Za-z]+$/.test(permission),
  );
  return granted.length === 0 ? {} : { permissions: granted };
};

function renderLocation(project: string, region: string): JsonObject {
  return {
    name: `projects/${project}/locations/${region}`,
    capabilities: [{ type: 'ONLINE_PREDICTION' }],
  };
}
