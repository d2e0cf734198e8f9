import { pagingParameters } from '../google-api/paging.ts';
import { pathPattern } from '../google-api/routes.ts';
import type { Route } from '../google-api/routes.ts';
import { deployModel } from './deploy-model.ts';
import {
  createEndpoint,
  deleteEndpoint,
  getEndpoint,
  listEndpoints,
  patchEndpoint,
} from './endpoints.ts';
import { listParameters } from './listing.ts';
import {
  deleteModel,
  deleteVersion,
  getModel,
  listModels,
  listVersions,
  mergeVersionAliases,
  patchModel,
} from './models.ts';
import { mutateDeployedModel } from './mutate-deployed-model.ts';
import {
  cancelOperation,
  deleteOperation,
  getOperation,
  listOperations,
  waitOperation,
} from './operation-methods.ts';
import { explain, predict, rawPredict } from './predict.ts';
import type { Method } from './state.ts';
import { undeployModel } from './undeploy-model.ts';
import { uploadModel } from './upload-model.ts';

const mask = ['updateMask', 'update_mask'];
const model = '/models/{model}';
const endpoint = '/endpoints/{endpoint}';

/**
 * The methods of aiplatform v1 that deploy custom models (vertex-ai-v1.md, section 1). Operations
 * answer under v1beta1 too, where gcloud polls them (gcloud-traces.md, section 4).
 */
export const routes: readonly Route<Method>[] = [
  route('POST', '/models:upload', uploadModel),
  route('GET', '/models', listModels, listParameters),
  route('GET', model, getModel),
  route('GET', `${model}:listVersions`, listVersions, listParameters),
  route('PATCH', model, patchModel, mask),
  route('POST', `${model}:mergeVersionAliases`, mergeVersionAliases),
  route('DELETE', `${model}:deleteVersion`, deleteVersion),
  route('DELETE', model, deleteModel),
  route('POST', '/endpoints', createEndpoint, ['endpointId', 'endpoint_id']),
  route('GET', '/endpoints', listEndpoints, listParameters),
  route('GET', endpoint, getEndpoint),
  route('PATCH', endpoint, patchEndpoint, mask),
  route('DELETE', endpoint, deleteEndpoint),
  route('POST', `${endpoint}:deployModel`, deployModel),
  route('POST', `${endpoint}:undeployModel`, undeployModel),
  route('POST', `${endpoint}:mutateDeployedModel`, mutateDeployedModel),
  route('POST', `${endpoint}:predict`, predict),
  route('POST', `${endpoint}:rawPredict`, rawPredict),
  route('POST', `${endpoint}:explain`, explain),
  ...['', model, endpoint].flatMap(operationRoutes),
];

function operationRoutes(parent: string): readonly Route<Method>[] {
  const all = `${parent}/operations`;
  const one = `${all}/{operation}`;
  return [
    route('GET', all, listOperations, pagingParameters, 'v1(?:beta1)?'),
    route('GET', one, getOperation, [], 'v1(?:beta1)?'),
    route('DELETE', one, deleteOperation, [], 'v1(?:beta1)?'),
    route('POST', `${one}:wait`, waitOperation, ['timeout'], 'v1(?:beta1)?'),
    route('POST', `${one}:cancel`, cancelOperation, [], 'v1(?:beta1)?'),
  ];
}

function route(
  httpMethod: string,
  template: string,
  method: Method,
  parameters: readonly string[] = [],
  version = 'v1',
): Route<Method> {
  const path = pathPattern(`/${version}/projects/{project}/locations/{location}${template}`);
  return { httpMethod, path, parameters, method };
}
