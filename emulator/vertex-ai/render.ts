import type { Json, JsonObject } from '../../src/world.ts';
import { deploymentsOf, locationName } from './state.ts';
import type {
  Call,
  DeployedRecord,
  EndpointRecord,
  Location,
  ModelRecord,
  VersionRecord,
} from './state.ts';
import { aliasesOf } from './version-aliases.ts';

/** `projects/NUMBER/locations/L/models/M`, without a version. */
export function modelName(location: Location, { id }: ModelRecord): string {
  return `${locationName(location)}/models/${id}`;
}

/** A version of a model as the service answers it. */
export function renderVersion(call: Call, model: ModelRecord, version: VersionRecord): JsonObject {
  const { containerSpec, predictSchemata = {}, artifactUri } = version.fields;
  const aliases = aliasesOf(model, version.id);
  const deployedModels = deploymentsOf(call, version)
    .filter(({ endpoint, deployed }) => endpoint.deployed.has(deployed.id))
    .map(({ location, endpoint, deployed }) => ({
      endpoint: `${locationName(location)}/endpoints/${endpoint.id}`,
      deployedModelId: deployed.id,
    }));
  return {
    name: modelName(call.location, model),
    ...(version.fields as JsonObject),
    predictSchemata: predictSchemata,
    ...(containerSpec !== undefined && { containerSpec: containerSpec }),
    versionId: version.id,
    ...(aliases.length > 0 && { versionAliases: aliases }),
    versionCreateTime: version.createTime,
    versionUpdateTime: version.updateTime,
    // gcloud's deploy-model crashes without it (gcloud-traces.md, section 4).
    supportedDeploymentResourcesTypes: ['DEDICATED_RESOURCES', 'SHARED_RESOURCES'],
    ...(artifactUri !== undefined && {
      supportedExportFormats: [{ id: 'custom-trained', exportableContents: ['ARTIFACT'] }],
    }),
    supportedInputStorageFormats: [
      'jsonl',
      'bigquery',
      'csv',
      'tf-record',
      'tf-record-gzip',
      'file-list',
    ],
    supportedOutputStorageFormats: ['jsonl', 'bigquery'],
    modelSourceInfo: { sourceType: 'CUSTOM' },
    ...(deployedModels.length > 0 && { deployedModels }),
    createTime: model.createTime,
    updateTime: model.updateTime,
    etag: version.etag,
  };
}

/** A deployed model as the service answers it. */
export function renderDeployed(deployed: DeployedRecord): JsonObject {
  const replicas = deployed.fields.dedicatedResources?.minReplicaCount;
  return {
    id: deployed.id,
    model: modelName(deployed.location, deployed.model),
    modelVersionId: deployed.version.id,
    ...(deployed.fields as JsonObject),
    createTime: deployed.createTime,
    ...(replicas !== undefined && { status: { availableReplicaCount: replicas } }),
  };
}

/** An endpoint as the service answers it. */
export function renderEndpoint(location: Location, endpoint: EndpointRecord): JsonObject {
  const deployedModels: readonly Json[] = [...endpoint.deployed.values()].map(renderDeployed);
  return {
    name: `${locationName(location)}/endpoints/${endpoint.id}`,
    ...(endpoint.fields as JsonObject),
    ...(deployedModels.length > 0 && { deployedModels }),
    ...(Object.keys(endpoint.trafficSplit).length > 0 && { trafficSplit: endpoint.trafficSplit }),
    ...(endpoint.fields.dedicatedEndpointEnabled === true && {
      dedicatedEndpointDns: dedicatedDns(location, endpoint),
    }),
    createTime: endpoint.createTime,
    updateTime: endpoint.updateTime,
    etag: endpoint.etag,
  };
}

/**
 * Host of a dedicated endpoint; its `uid` is the number of the project. The schema writes it with
 * `https://`, answers of the service have been seen without.
 */
export function dedicatedDns({ id, projectNumber }: Location, endpoint: EndpointRecord): string {
  return `${endpoint.id}.${id}-${projectNumber}.prediction.vertexai.goog`;
}
