import type { DeployRequest } from '../../request/deploy-request.ts';
import type { JsonObject } from '../../world.ts';
import { isObject, textAt, valueAt } from '../json.ts';
import type { Known } from '../known.ts';
import type { Plan, VertexAiPlan } from '../plan.ts';
import { failureOf } from '../refuse.ts';
import type { RuleFault } from '../refuse.ts';
import { checkRules } from '../rules.ts';
import { bucketMissing, planUpload } from '../upload-plan.ts';
import { deployedModelBody } from './deployed-model-body.ts';
import { endpointBody, endpointId } from './endpoint-body.ts';
import { retiredThen } from './retire.ts';
import { servedBy } from './served.ts';
import type { Served } from './served.ts';
import { translationsOf } from './translations.ts';
import { uploadBody } from './upload-body.ts';
import type { FieldDifference } from '../field-diff.ts';
import { essential } from '../version-exists.ts';
import type { Occupied } from '../version-exists.ts';
import { deployedList, deployedOf, resourceId, shareOf } from './deployed.ts';
import { proofEndpoint } from './proof-endpoint.ts';
import { aliasExists, deployedDifferences, modelDifferences } from './version-exists.ts';
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
  const modelName = `${parent}/models/${resourceId(existing.model) ?? request.model}`;
  const parentModel =
    existing.model === undefined ? undefined : { name: modelName, resource: existing.model };
  const body = uploadBody({ request, wanted, artifact, version, deploymentUri, parentModel });
  const endpoint = existing.vertexAi?.endpoint;
  const deployed =
    existing.version === undefined ? undefined : deployedOf(endpoint, existing.version);
  const deployedModel = deployedModelBody(request, wanted, version);
  const occupied: Occupied =
    existing.version === undefined
      ? { action: 'create' }
      : aliasExists(request, version, existing.version, deployed, {
          uploadBody: body,
          deployedModel,
        });

  const faults: RuleFault[] = [...checkRules(known)];
  if ('fault' in occupied) faults.push(occupied.fault);
  faults.push(...idsOfNothing(request, existing.model, endpoint));
  faults.push(...bucketMissing(request, chosen));
  if ('fault' in occupied || faults.length > 0) throw failureOf(faults);

  const { action } = occupied;
  const number = textAt(existing.version, 'versionId');
  const served = servedBy(endpoint);
  // What is to be replaced has traffic of its own, not of the new version.
  const share = action === 'reuse' ? shareOf(endpoint, deployed) : 0;
  const image = wanted.imageChoice;
  const traffic = request.promote && served !== 'some' ? 100 : request.traffic;
  const isFirst = request.promote && served === 'no models';
  const vertexAi: VertexAiPlan = {
    parent,
    // An alias leaves the version that has it with the upload already: it moves last, with the promotion.
    uploadBody: action === 'replace' ? withoutAliases(body) : body,
    endpoint: endpointPlan(request, parent, endpoint),
    deployedModel,
    deployTrafficSplit: isFirst ? { '0': 100 } : undefined,
    traffic,
    existing:
      action === 'reuse' && number !== undefined
        ? { model: modelName, version: number }
        : undefined,
    replaced: action === 'replace' ? number : undefined,
    proofEndpoint:
      request.proof === undefined || isFirst || share > 0 || !request.wait
        ? undefined
        : proofEndpoint(request, version, deployedModel),
    translations: translationsOf(request, artifact, wanted),
  };
  const serves = share === traffic && textAt(existing.model, 'versionId') === number;
  const changes = changesOf(known, endpoint, vertexAi);
  const promotion = action === 'reuse' && serves ? 'none' : promotionOf(known, served);
  return {
    upload,
    deploymentUri,
    model: {
      name: modelName,
      action: existing.model === undefined ? 'create' : 'reuse',
      body: {},
    },
    version: {
      action,
      id: version,
      name: `${modelName}@${version}`,
      body: vertexAi.uploadBody,
    },
    promotion,
    previousVersion: existing.servingVersion,
    retire: retiredThen(known, promotion, traffic, action === 'replace'),
    changes: action === 'reuse' ? essential(changes) : changes,
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

function withoutAliases(body: JsonObject): JsonObject {
  const model = valueAt(body, ['model']);
  if (!isObject(model)) return body;
  return {
    ...body,
    model: Object.fromEntries(Object.entries(model).filter(([name]) => name !== 'versionAliases')),
  };
}

/** The fields in which the new version is not the default one, and its deployment not what serves most. */
function changesOf(
  { existing }: Known,
  endpoint: JsonObject | undefined,
  { uploadBody: body, deployedModel }: VertexAiPlan,
): readonly FieldDifference[] {
  const { model, servingVersion } = existing;
  const serving = deployedList(endpoint).find(
    (deployed) => valueAt(deployed, ['modelVersionId']) === servingVersion,
  );
  return [
    ...(model === undefined ? [] : modelDifferences(model, body)),
    ...(serving === undefined || servingVersion === undefined
      ? []
      : deployedDifferences(serving, deployedModel)),
  ].filter(({ path }) => !path.startsWith('labels.'));
}

function endpointPlan(
  request: DeployRequest,
  parent: string,
  existing: JsonObject | undefined,
): VertexAiPlan['endpoint'] {
  const id = resourceId(existing);
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
