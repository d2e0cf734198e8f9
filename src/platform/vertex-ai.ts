import { Failure } from '../failure.ts';
import type { Plan, VertexAiPlan } from '../plan/plan.ts';
import type { DeployRequest } from '../request/deploy-request.ts';
import type { JsonObject, World } from '../world.ts';
import { pause } from './operation.ts';
import type { Ledger, Platform } from './platform.ts';
import {
  keepEndpoint,
  mostTraffic,
  prepareEndpoint,
  readDeployment,
  startDeployment,
} from './vertex-ai/endpoint.ts';
import { buildHouse } from './vertex-ai/house.ts';
import { ENDPOINTS, findResource, MODELS, read } from './vertex-ai/lookup.ts';
import { text, trafficByVersion, trafficSplit } from './vertex-ai/names.ts';
import { finish, waitFor } from './vertex-ai/operations.ts';
import { uploadVersion } from './vertex-ai/registry.ts';
import { giveTraffic } from './vertex-ai/traffic.ts';
import { undeployReplaced, withdrawAll } from './vertex-ai/withdraw.ts';

/** Vertex AI v1 (`aiplatform.googleapis.com`): model registry, endpoints, traffic. */
export function openVertexAi(request: DeployRequest, world: World, ledger: Ledger): Platform {
  const house = buildHouse(request, world, ledger);
  const { rest, parent, named, commands } = house;
  let endpointBefore: JsonObject | undefined;

  return {
    lookUp: async (alias) => {
      const [model, endpoint] = await Promise.all([
        findResource(rest, parent, MODELS, request.model),
        findResource(rest, parent, ENDPOINTS, request.endpoint),
      ]);
      const name = text(model?.['name'])?.replace(/@.*$/, '');
      const version =
        name === undefined
          ? undefined
          : await read(rest, `/v1/${name}@${encodeURIComponent(alias)}`);
      if (endpoint !== undefined) keepEndpoint(house, endpoint);
      endpointBefore = endpoint;
      return {
        model,
        version,
        servingVersion: mostTraffic(endpoint, name),
        traffic: endpoint === undefined ? {} : trafficByVersion(endpoint),
        vertexAi: { endpoint },
      };
    },

    prepare: (plan) => prepareEndpoint(house, needed(plan)),

    createVersion: async (plan) => {
      const vertexAi = needed(plan);
      await uploadVersion(house, plan, vertexAi);
      return await startDeployment(house, vertexAi);
    },

    awaitVersion: async (operation) => {
      const subject = `version ${named.version ?? ''} of model ${request.model} on its endpoint`;
      await finish(house, operation, subject);
      const started = world.clock.elapsed();
      const wait = waitFor(house, subject, operation);
      for (;;) {
        const now = await readDeployment(house);
        if (now?.state === 'READY') return now;
        // An operation that ended well has deployed it; only a lost one leaves anything to wait for.
        if (operation !== undefined) throw notDeployed(subject);
        await pause(started, wait, world);
      }
    },

    promote: async (plan) => {
      const { endpoint = '', deployedModelId = '', model = '', version = '' } = named;
      const percent = needed(plan).traffic;
      const { before, after } = await giveTraffic(rest, endpoint, deployedModelId, percent);
      await rest.send({
        method: 'POST',
        path: `/v1/${model}@${version}:mergeVersionAliases`,
        body: { versionAliases: ['default'] },
        repeatable: true,
      });
      await undeployReplaced(rest, world, before, after, deployedModelId);
      const now = await readDeployment(house);
      if (now?.serves !== true) throw notDeployed(`version ${version} of model ${request.model}`);
      return now;
    },

    withdraw: () => withdrawAll(rest, world, ledger, named, commands),

    readVersion: () => readDeployment(house),

    predictUrl: () => {
      const { endpoint, dedicatedHost } = named;
      if (endpoint === undefined) return undefined;
      const base = dedicatedHost === undefined ? house.baseUrl : `https://${dedicatedHost}`;
      return `${base}/v1/${endpoint}:predict`;
    },

    watchCommand: (operation) => commands.watch(operation),

    restoreCommand: () => {
      const split = endpointBefore === undefined ? {} : trafficSplit(endpointBefore);
      const { endpoint } = named;
      return endpoint === undefined || Object.keys(split).length === 0
        ? undefined
        : commands.setTraffic(endpoint, split);
    },
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
