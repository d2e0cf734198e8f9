import { madeVersion } from '../made.ts';
import type { Plan } from '../plan/plan.ts';
import { setDefaultCommand, waitCommand } from '../report/gcloud.ts';
import type { DeployRequest } from '../request/deploy-request.ts';
import type { World } from '../world.ts';
import { prepareModel, startVersion } from './ai-platform/create.ts';
import { restoreDefault, setDefault, swapIn } from './ai-platform/default-version.ts';
import { retireVersions, withdrawAll } from './ai-platform/delete.ts';
import {
  buildHouse,
  defaultVersion,
  readState,
  versionName,
  versionPath,
} from './ai-platform/house.ts';
import type { House } from './ai-platform/house.ts';
import { looksOf } from './ai-platform/look-around.ts';
import { recallOurs, remembered } from './ai-platform/recall.ts';
import { untilReady } from './ai-platform/wait.ts';
import { cancelOperation } from './cancel-operation.ts';
import type { Existing, Ledger, Platform } from './platform.ts';
import { lookAround } from './look-around.ts';
import { isRefusalByModel } from './prediction.ts';
import { listAll, read, text } from './read.ts';

/** AI Platform Prediction v1 (`ml.googleapis.com`): models, versions, their default. */
export function openAiPlatform(request: DeployRequest, world: World, ledger: Ledger): Platform {
  const house = buildHouse(request, world, ledger);
  const { rest, ours } = house;
  const current = (plan: Plan): string => ours.version ?? plan.version.id;

  return {
    lookUp: (versionId) => lookUp(house, versionId),

    prepare: (plan) => prepareModel(house, plan),

    createVersion: (plan) => startVersion(house, plan),

    awaitVersion: (operation, plan) => {
      ours.version ??= plan.version.id;
      return untilReady(house, current(plan), operation, plan);
    },

    openProof: (plan) => {
      const path = `${versionPath(house, current(plan))}:predict`;
      return Promise.resolve({
        tries: 1,
        predict: (instances, signatureName) =>
          rest.send({
            method: 'POST',
            path,
            body: {
              instances,
              ...(signatureName !== undefined && { signature_name: signatureName }),
            },
            repeatable: true,
            isFinal: isRefusalByModel,
          }),
      });
    },

    closeProof: () => Promise.resolve(),

    promote: (plan) => {
      const { standIn } = plan.version;
      return standIn === undefined
        ? setDefault(house, current(plan))
        : swapIn(house, standIn, plan);
    },

    restore: (plan) => restoreDefault(house, plan),

    withdraw: () => withdrawAll(house),

    retire: () => retireVersions(house),

    readServing: async () => defaultVersion(await read(rest, house.modelPath)),

    readVersion: async (plan) => {
      const id = current(plan);
      const state = await readState(house, id);
      if (ours.versionIsNew && state !== undefined) {
        ledger.note(madeVersion(request, versionName(house, id), state));
      }
      return state;
    },

    lookAround: (error) => lookAround(error, looksOf(request), world),

    remember: () => remembered(house),

    recall: (state) => recallOurs(house, state),

    cancel: (operation) => cancelOperation(rest, operation, world),

    watchCommand: (operation) => waitCommand(request, operation),

    restoreCommand: ({ previousVersion, version }) =>
      previousVersion === undefined || previousVersion === version.id
        ? undefined
        : setDefaultCommand(request, request.model, previousVersion),

    predictUrl: (plan) => `${rest.baseUrl}/v1/${plan.version.name}:predict`,
  };
}

async function lookUp(house: House, versionId: string): Promise<Existing> {
  const { rest, modelsPath, modelPath, versionsPath, request } = house;
  const [model, version] = await Promise.all([
    read(rest, modelPath),
    read(rest, versionPath(house, versionId)),
  ]);
  // A missing model and a closed service both answer 404; only the collection tells them apart.
  if (model === undefined) {
    await rest.send({ method: 'GET', path: `${modelsPath}?pageSize=1`, repeatable: true });
  }
  const [versions, holdings] = await Promise.all([
    request.keepVersions === undefined || model === undefined
      ? undefined
      : listAll(rest, versionsPath, 'versions'),
    request.dryRun ? countHoldings(house) : undefined,
  ]);
  return {
    model,
    version,
    servingVersion: defaultVersion(model),
    ...(versions !== undefined && { versions }),
    ...(holdings !== undefined && { holdings }),
  };
}

/** What the project holds on this endpoint of what its quotas limit, one model's versions after another's. */
async function countHoldings({
  rest,
  modelsPath,
}: House): Promise<NonNullable<Existing['holdings']>> {
  const models = await listAll(rest, modelsPath, 'models');
  let versions = 0;
  for (const model of models) {
    const name = text(model['name']);
    if (name === undefined) continue;
    versions += (await listAll(rest, `/v1/${name}/versions`, 'versions')).length;
  }
  return { models: models.length, versions };
}
