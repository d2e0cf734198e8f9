import type { Existing } from '../platform/platform.ts';
import type { DeployRequest, Framework } from '../request/deploy-request.ts';
import type { JsonObject } from '../world.ts';
import { textAt } from './json.ts';
import type { Plan } from './plan.ts';
import { failureOf } from './refuse.ts';
import { deployedOf, resourceId, shareOf } from './vertex-ai/deployed.ts';
import { proofEndpoint } from './vertex-ai/proof-endpoint.ts';
import { servedBy } from './vertex-ai/served.ts';

/** What is known when a wait is resumed: what the service holds, and no artifact. */
export interface Resumed {
  readonly request: DeployRequest;
  /** Short name; on Vertex AI alias or number. */
  readonly version: string;
  readonly existing: Existing;
}

/**
 * The plan of a run that goes on with the version which an earlier run began: nothing to upload or create,
 * the rest as in any deploy. Pure.
 *
 * @throws Failure `not-found` when there is no such version, or no endpoint that it is deployed to.
 */
export function decideResume(resumed: Resumed): Plan {
  const { request, version, existing } = resumed;
  if (existing.version === undefined) {
    throw failureOf([
      {
        code: 'not-found',
        input: 'version',
        given: version,
        problem: `model ${request.model} has no such version, so that there is nothing to wait for`,
        next: 'Give the outputs of the run that began it: `model`, `version` and `operation`.',
      },
    ]);
  }
  return request.platform === 'vertex-ai'
    ? resumeVertexAi(resumed, existing.version)
    : resumeAiPlatform(resumed, existing.version);
}

function resumeAiPlatform({ request, version, existing }: Resumed, found: JsonObject): Plan {
  const modelName = `projects/${request.projectId}/models/${request.model}`;
  const { servingVersion } = existing;
  const isFirst = servingVersion === undefined || servingVersion === version;
  return {
    ...nothingToUpload(directory(textAt(found, 'deploymentUri'))),
    model: { name: modelName, action: 'reuse', body: {} },
    version: {
      action: 'resume',
      id: version,
      name: `${modelName}/versions/${version}`,
      body: {},
    },
    promotion: isFirst ? 'automatic' : request.promote ? 'set-default' : 'none',
    // The first version of a model is its default while it is made: nothing served before.
    previousVersion: servingVersion === version ? undefined : servingVersion,
    framework: frameworkOf(textAt(found, 'framework')),
    runtimeVersion: textAt(found, 'runtimeVersion'),
    machineType: textAt(found, 'machineType') ?? '',
  };
}

function resumeVertexAi({ request, version, existing }: Resumed, found: JsonObject): Plan {
  const parent = `projects/${request.projectId}/locations/${request.region}`;
  const endpoint = existing.vertexAi?.endpoint;
  const id = resourceId(endpoint);
  const model = resourceId(found) ?? request.model;
  const number = textAt(found, 'versionId');
  if (id === undefined || number === undefined) {
    throw failureOf([
      {
        code: 'not-found',
        input: 'endpoint',
        given: request.endpoint,
        problem: `there is no such endpoint in ${request.region}, so that nothing is being deployed to it`,
        next: 'Give the same `endpoint` as the run that began the deployment.',
      },
    ]);
  }
  const deployed = deployedOf(endpoint, found);
  const served = servedBy(endpoint);
  const share = shareOf(endpoint, deployed);
  const modelName = `${parent}/models/${model}`;
  return {
    ...nothingToUpload(directory(textAt(found, 'artifactUri'))),
    model: { name: modelName, action: 'reuse', body: {} },
    version: { action: 'resume', id: version, name: `${modelName}@${version}`, body: {} },
    promotion: request.promote ? 'set-default' : 'none',
    previousVersion: existing.servingVersion,
    framework: undefined,
    runtimeVersion: undefined,
    machineType: '',
    vertexAi: {
      parent,
      uploadBody: {},
      endpoint: {
        displayName: textAt(endpoint, 'displayName') ?? request.endpoint,
        name: `${parent}/endpoints/${id}`,
        id: undefined,
        body: {},
      },
      deployedModel: {},
      deployTrafficSplit: undefined,
      traffic: served === 'some' && share < 100 ? request.traffic : 100,
      existing: { model: modelName, version: number },
      replaced: undefined,
      proofEndpoint:
        request.proof === undefined || share > 0 || served === 'no models'
          ? undefined
          : proofEndpoint(request, version, undefined),
      translations: [],
    },
  };
}

function nothingToUpload(
  deploymentUri: string,
): Pick<Plan, 'upload' | 'deploymentUri' | 'retire' | 'changes' | 'warnings'> {
  return {
    upload: { action: 'none', bucket: '', directory: '', createBucket: false, reuse: new Map() },
    deploymentUri,
    retire: [],
    changes: [],
    warnings: [],
  };
}

function directory(uri: string | undefined): string {
  return uri === undefined ? '' : uri.replace(/\/*$/, '/');
}

function frameworkOf(name: string | undefined): Framework | undefined {
  return name === 'TENSORFLOW' || name === 'SCIKIT_LEARN' || name === 'XGBOOST' ? name : undefined;
}
