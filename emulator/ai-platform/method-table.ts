import { pagingParameters } from '../google-api/paging.ts';
import { pathPattern } from '../google-api/routes.ts';
import type { Route } from '../google-api/routes.ts';
import { createVersion } from './create-version.ts';
import type { Method } from './endpoint.ts';
import { createModel, deleteModel, getModel, listModels, patchModel } from './models.ts';
import { explain, predict } from './predict.ts';
import {
  cancelOperation,
  getConfig,
  getIamPolicy,
  getLocation,
  getOperation,
  listLocations,
  listOperations,
  setIamPolicy,
  testIamPermissions,
} from './project-methods.ts';
import {
  deleteVersion,
  getVersion,
  listVersions,
  patchVersion,
  setDefaultVersion,
} from './versions.ts';

const listing = ['filter', ...pagingParameters];
const mask = ['updateMask', 'update_mask'];
const policyVersion = ['options.requestedPolicyVersion', 'options.requested_policy_version'];

const model = '/models/{model}';
const version = `${model}/versions/{version}`;
const operation = '/operations/{operation}';
const location = '/locations/{location}';

/** The methods of ml v1 (ai-platform-v1.md, section 1), without training jobs and Vizier. */
export const routes: readonly Route<Method>[] = [
  route('GET', ':getConfig', getConfig),
  route('POST', `${model}:predict`, predict),
  route('POST', `${version}:predict`, predict),
  route('POST', `${model}:explain`, explain),
  route('POST', `${version}:explain`, explain),
  route('GET', '/locations', listLocations, pagingParameters),
  route('GET', location, getLocation),
  route('POST', '/models', createModel),
  route('GET', '/models', listModels, listing),
  route('GET', model, getModel),
  route('PATCH', model, patchModel, mask),
  route('DELETE', model, deleteModel),
  route('GET', `${model}:getIamPolicy`, getIamPolicy, policyVersion),
  route('POST', `${model}:setIamPolicy`, setIamPolicy),
  route('POST', `${model}:testIamPermissions`, testIamPermissions),
  route('POST', `${model}/versions`, createVersion),
  route('GET', `${model}/versions`, listVersions, listing),
  route('GET', version, getVersion),
  route('PATCH', version, patchVersion, mask),
  route('DELETE', version, deleteVersion),
  route('POST', `${version}:setDefault`, setDefaultVersion),
  route('GET', '/operations', listOperations, [
    ...listing,
    'returnPartialSuccess',
    'return_partial_success',
  ]),
  route('GET', operation, getOperation),
  route('POST', `${operation}:cancel`, cancelOperation),
  route('GET', `${location}${operation}`, getOperation),
  route('POST', `${location}${operation}:cancel`, cancelOperation),
];

function route(
  httpMethod: string,
  template: string,
  method: Method,
  parameters: readonly string[] = [],
): Route<Method> {
  const path = pathPattern(`/v1/projects/{project}${template}`);
  return { httpMethod, path, parameters, method };
}
