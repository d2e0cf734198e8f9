import type { DeployRequest } from '../../request/deploy-request.ts';
import type { JsonObject } from '../../world.ts';
import { valueAt } from '../json.ts';
import type { Known } from '../known.ts';
import type { Plan, VertexAiPlan } from '../plan.ts';
import { failureOf } from '../refuse.ts';
import type { RuleFault } from '../refuse.ts';
import { checkRules } from '../rules.ts';
import { bucketMissing, planUpload } from '../upload-plan.ts';
import { deployedModelBody } from './deployed-model-body.ts';
import { endpointBody, endpointId } from './endpoint-body.ts';
import { servedBy } from './served.ts';
import type { Served } from './served.ts';
import { translationsOf } from './translations.ts';
import { uploadBody } from './upload-body.ts';
import { aliasExists } from './version-exists.ts';
import { readVertexAiWanted } from './wanted.ts';
import { warningsOf } from './warnings.ts';

/**
 * Decides what a deploy to Vertex AI does, with the exact bodies that it sends. Pure.
 *
 * @throws Failure that lists every fault: a broken rule (`invalid-input`), a version of this alias
 *   (`conflict`), a missing bucket that is not to be created, or an id of nothing (`not-found`).
 */
export function decideVertexAi(known: Known): Plan {
  const { request, artifact, version, existing, chosen, today } = known;
  const wanted = readVertexAiWanted(request, artifact, today);
  const upload = planUpload(request, artifact, chosen);
  const deploymentUri = `gs://${upload.bucket}/${upload.directory}`;
  const parent = `projects/${request.projectId}/locations/${request.region}`;
  const modelName = `${parent}/models/${idOf(existing.model) ?? request.model}`;
  const parentModel =
    existing.model === undefined ? undefined : { name: modelName, resource: existing.model };
  const body = uploadBody({ request, wanted, artifact, version, deploymentUri, parentModel });

  const faults: RuleFault[] = [...checkRules(known)];
  if (existing.version !== undefined) {
    faults.push(aliasExists(request, version, existing.version, body));
  }
  const endpoint = existing.vertexAi?.endpoint;
  faults.push(...idsOfNothing(request, existing.model, endpoint));
  faults.push(...bucketMissing(request, chosen));
  if (faults.length > 0) throw failureOf(faults);

  const served = servedBy(endpoint);
  const image = wanted.imageChoice;
  const vertexAi: VertexAiPlan = {
    parent,
    uploadBody: body,
    endpoint: endpointPlan(request, parent, endpoint),
    deployedModel: deployedModelBody(request, wanted, version),
    deployTrafficSplit: request.promote && served === 'no models' ? { '0': 100 } : undefined,
    traffic: request.promote && served !== 'some' ? 100 : request.traffic,
    translations: translationsOf(request, artifact, wanted),
  };
  return {
    upload,
    deploymentUri,
    model: {
      name: modelName,
      action: existing.model === undefined ? 'create' : 'reuse',
      body: {},
    },
    version: { id: version, name: `${modelName}@${version}`, body },
    promotion: promotionOf(known, served),
    previousVersion: existing.servingVersion,
    framework: wanted.servedFramework,
    runtimeVersion: image === undefined || 'problem' in image ? undefined : image.version,
    machineType: wanted.machineTypeName,
    warnings: warningsOf(known, wanted, vertexAi, served),
    vertexAi,
  };
}

/** The first version of a model gets the alias `default` from the service (Model version aliases). */
function promotionOf({ request, existing }: Known, served: Served): Plan['promotion'] {
  if (!request.promote) return 'none';
  return served === 'no models' && existing.model === undefined ? 'automatic' : 'set-default';
}

function endpointPlan(
  request: DeployRequest,
  parent: string,
  existing: JsonObject | undefined,
): VertexAiPlan['endpoint'] {
  const id = idOf(existing);
  const displayName = valueAt(existing, ['displayName']);
  return {
    displayName: typeof displayName === 'string' ? displayName : request.endpoint,
    name: id === undefined ? undefined : `${parent}/endpoints/${id}`,
    id: existing === undefined ? endpointId(request.endpoint) : undefined,
    body: endpointBody(request),
  };
}

/** A number can only be meant as the id of something that the service made; nothing gets such a name. */
function idsOfNothing(
  request: DeployRequest,
  model: JsonObject | undefined,
  endpoint: JsonObject | undefined,
): readonly RuleFault[] {
  const missing = [
    { input: 'model', given: request.model, isThere: model !== undefined },
    { input: 'endpoint', given: request.endpoint, isThere: endpoint !== undefined },
  ];
  return missing
    .filter(({ input, given, isThere }) => {
      const isAsked = input === 'model' || given !== request.model;
      return isAsked && !isThere && /^\d+$/.test(given);
    })
    .map(({ input, given }) => ({
      code: 'not-found',
      input,
      given,
      problem: `there is no ${input} of this id in ${request.region}, and a new one cannot get it`,
      next: `Give the id of one that exists, or a name with a letter, under which it is created.`,
    }));
}

/** Last part of the resource's name, without a version behind `@`. */
function idOf(resource: JsonObject | undefined): string | undefined {
  const name = valueAt(resource, ['name']);
  return typeof name === 'string' ? /[^/@]+(?=@[^/]*$|$)/.exec(name)?.[0] : undefined;
}
