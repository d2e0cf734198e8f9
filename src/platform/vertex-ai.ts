import { Failure } from '../failure.ts';
import type { Plan, VertexAiPlan } from '../plan/plan.ts';
import type { DeployRequest } from '../request/deploy-request.ts';
import type { World } from '../world.ts';
import { cancelOperation } from './cancel-operation.ts';
import { lookAround } from './look-around.ts';
import { openPauses } from './operation.ts';
import type { Existing, Ledger, Platform } from './platform.ts';
import { listAll, read, text } from './read.ts';
import { settled } from './settle.ts';
import {
  keepDeployed,
  keepEndpoint,
  mostTraffic,
  prepareEndpoint,
  readDeployment,
  startDeployment,
} from './vertex-ai/endpoint.ts';
import { buildHouse } from './vertex-ai/house.ts';
import type { House } from './vertex-ai/house.ts';
import { looksOf } from './vertex-ai/look-around.ts';
import { ENDPOINTS, findResource, MODELS } from './vertex-ai/lookup.ts';
import { deployedModels, trafficByVersion, trafficSplit } from './vertex-ai/names.ts';
import { finish, waitFor } from './vertex-ai/operations.ts';
import { openProofEndpoint } from './vertex-ai/proof-endpoint.ts';
import { openRoute } from './vertex-ai/proof-route.ts';
import { recallNamed, remembered } from './vertex-ai/recall.ts';
import { claimAlias, giveAlias, uploadVersion } from './vertex-ai/registry.ts';
import { giveTraffic, restoreTraffic } from './vertex-ai/traffic.ts';
import {
  closeProofEndpoint,
  retireVersions,
  undeployReplaced,
  withdrawAll,
} from './vertex-ai/withdraw.ts';

/** Vertex AI v1 (`aiplatform.googleapis.com`): model registry, endpoints, traffic. */
export function openVertexAi(request: DeployRequest, world: World, ledger: Ledger): Platform {
  const house = buildHouse(request, world, ledger);
  const { rest, named, changed, commands } = house;
  let before: Existing | undefined;

  return {
    lookUp: async (alias) => {
      before = await lookUp(house, alias);
      return before;
    },

    prepare: (plan) => prepareEndpoint(house, needed(plan)),

    createVersion: async (plan) => {
      const vertexAi = needed(plan);
      await uploadVersion(house, plan, vertexAi);
      if (vertexAi.proofEndpoint !== undefined) {
        house.proof = openProofEndpoint(house, vertexAi.proofEndpoint);
        // Whoever opens the proof sees what went wrong with it.
        house.proof.catch(() => undefined);
      }
      return await startDeployment(house, vertexAi);
    },

    awaitVersion: async (operation, plan) => {
      const { existing, endpoint } = needed(plan);
      named.model ??= existing?.model ?? '';
      named.version ??= existing?.version ?? '';
      named.endpoint ??= endpoint.name ?? '';
      const subject = `version ${named.version} of model ${request.model} on its endpoint`;
      const response = await finish(house, operation, subject, { resumedAs: plan.version.id });
      keepDeployed(house, response?.['deployedModel']);
      if (operation !== undefined) {
        const now = await settled(
          () => readDeployment(house),
          (seen) => seen?.state === 'READY',
          world,
        );
        if (now?.state !== 'READY') throw notDeployed(subject);
        return now;
      }
      // Its operation was lost: the endpoint alone tells when it has ended.
      const pauses = openPauses(waitFor(house, subject, operation), world);
      for (;;) {
        const now = await readDeployment(house);
        if (now?.state === 'READY') return now;
        await pauses.next();
      }
    },

    openProof: (plan) => openRoute(house, needed(plan)),

    closeProof: () => closeProofEndpoint(house),

    promote: async (plan) => {
      const { endpoint = '', deployedModelId = '', model = '', version = '' } = named;
      const percent = needed(plan).traffic;
      await giveTraffic(house, endpoint, deployedModelId, percent);
      const holder = text(before?.model?.['versionId']);
      if (holder !== undefined && holder !== version) changed.defaultFrom = holder;
      ledger.remember();
      await giveAlias(house, `${model}@${version}`, 'default');
      await claimAlias(house, plan);
      const now = await settled(
        () => readDeployment(house),
        (seen) => seen?.serves === true,
        world,
      );
      if (now?.serves !== true) throw notDeployed(`version ${version} of model ${request.model}`);
      return now;
    },

    restore: () => restoreTraffic(house),

    withdraw: ({ vertexAi }) => withdrawAll(house, vertexAi?.deployTrafficSplit !== undefined),

    retire: async (plan) => {
      await claimAlias(house, plan);
      await undeployReplaced(house);
      await retireVersions(house, needed(plan).replaced);
    },

    readServing: async () => {
      const { endpoint, model } = named;
      return endpoint === undefined
        ? undefined
        : mostTraffic(await read(rest, `/v1/${endpoint}`), model);
    },

    readVersion: () => readDeployment(house),

    predictUrl: () => {
      const { endpoint, dedicatedHost } = named;
      if (endpoint === undefined) return undefined;
      const base = dedicatedHost === undefined ? house.baseUrl : `https://${dedicatedHost}`;
      return `${base}/v1/${endpoint}:predict`;
    },

    lookAround: (error) => lookAround(error, looksOf(request), world),

    remember: () => remembered(house),

    recall: (state) => recallNamed(house, state),

    cancel: (operation) => cancelOperation(rest, operation, world),

    watchCommand: (operation) => commands.watch(operation),

    restoreCommand: () => {
      const endpointBefore = before?.vertexAi?.endpoint;
      const split = endpointBefore === undefined ? {} : trafficSplit(endpointBefore);
      const { endpoint } = named;
      return endpoint === undefined || Object.keys(split).length === 0
        ? undefined
        : commands.setTraffic(endpoint, split);
    },
  };
}

async function lookUp(house: House, alias: string): Promise<Existing> {
  const { rest, parent, request } = house;
  const [model, endpoint] = await Promise.all([
    findResource(rest, parent, MODELS, request.model),
    findResource(rest, parent, ENDPOINTS, request.endpoint),
  ]);
  const name = text(model?.['name'])?.replace(/@.*$/, '');
  const [version, versions] =
    name === undefined
      ? []
      : await Promise.all([
          read(rest, `/v1/${name}@${encodeURIComponent(alias)}`),
          request.keepVersions === undefined
            ? undefined
            : listAll(rest, `/v1/${name}:listVersions`, 'models'),
        ]);
  if (endpoint !== undefined) {
    keepEndpoint(house, endpoint);
    for (const { id } of deployedModels(endpoint)) house.deployedBefore.add(text(id) ?? '');
  }
  return {
    model,
    version,
    ...(versions !== undefined && { versions }),
    servingVersion: mostTraffic(endpoint, name),
    traffic: endpoint === undefined ? {} : trafficByVersion(endpoint),
    vertexAi: { endpoint },
  };
}

function needed(plan: Plan): VertexAiPlan {
  if (plan.vertexAi === undefined) throw new TypeError('The plan was not made for Vertex AI.');
  return plan.vertexAi;
}

function notDeployed(subject: string): Failure {
  return new Failure({
    code: 'model-load',
    what: `Vertex AI does not serve ${subject}.`,
    why: 'The service reported success, but reading the endpoint back does not show it.',
    next: 'Look whether another job changes the same endpoint at the same time, and run this one again.',
  });
}
