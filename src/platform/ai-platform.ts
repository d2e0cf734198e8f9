import { Failure, ServiceError } from '../failure.ts';
import { overriddenBaseUrl } from '../hosts.ts';
import type { Plan } from '../plan/plan.ts';
import type { DeployRequest } from '../request/deploy-request.ts';
import type { JsonObject, World } from '../world.ts';
import { createOnce } from './create-once.ts';
import { awaitOperation, operationName, pause } from './operation.ts';
import type { Wait } from './operation.ts';
import { madeModel, madeVersion } from '../made.ts';
import { describeVersionCommand, setDefaultCommand, waitCommand } from '../report/gcloud.ts';
import type { Ledger, Platform, VersionState } from './platform.ts';
import { isJsonObject } from '../json.ts';
import { openRest } from './rest.ts';
import type { Rest } from './rest.ts';

const MODEL_IS_KNOWN_EVERYWHERE_MILLISECONDS = 60_000;

/** Base URL of AI Platform for a region or `global`; an override of gcloud's name wins. */
export function aiPlatformBaseUrl(environment: World['environment'], region: string): string {
  return (
    overriddenBaseUrl(environment, 'CLOUDSDK_API_ENDPOINT_OVERRIDES_ML', region) ??
    (region === 'global' ? 'https://ml.googleapis.com' : `https://${region}-ml.googleapis.com`)
  );
}

/** AI Platform Prediction v1 (`ml.googleapis.com`): models, versions, their default. */
export function openAiPlatform(request: DeployRequest, world: World, ledger: Ledger): Platform {
  const rest = openRest('AI Platform', aiPlatformBaseUrl(world.environment, request.region), world);
  const modelsPath = `/v1/projects/${encodeURIComponent(request.projectId)}/models`;
  const modelPath = `${modelsPath}/${encodeURIComponent(request.model)}`;
  const versionsPath = `${modelPath}/versions`;
  let modelCreatedAt: number | undefined;

  const readVersion = (id: string): Promise<JsonObject | undefined> =>
    read(rest, `${versionsPath}/${encodeURIComponent(id)}`);

  const waitFor = (plan: Plan, operation: string | undefined): Wait => ({
    service: 'AI Platform',
    subject: `version ${plan.version.id} of model ${request.model}`,
    deadline: world.clock.elapsed() + request.timeoutSeconds * 1000,
    resume: resumeHint(request, plan, operation),
    say: world.log.info,
  });

  const untilReady = async (plan: Plan, wait: Wait): Promise<VersionState> => {
    const started = world.clock.elapsed();
    for (;;) {
      const version = await readVersion(plan.version.id);
      const state = version === undefined ? undefined : versionState(version);
      if (state?.state === 'READY') {
        ledger.note(madeVersion(request, plan, state));
        return state;
      }
      if (state === undefined || state.state === 'FAILED') {
        throw new ServiceError({
          service: 'AI Platform',
          request: `version ${plan.version.name}`,
          host: '',
          status: state?.state ?? 'NOT_FOUND',
          serverMessage:
            state?.errorMessage ??
            'The operation ended without an error, but the version is not READY.',
        });
      }
      await pause(started, wait, world);
    }
  };

  /** Sets the fields that a creation ignores. */
  const patch = async (plan: Plan): Promise<void> => {
    if (plan.version.patch === undefined) return;
    const mask = encodeURIComponent(plan.version.patch.updateMask);
    const operation = await rest.send({
      method: 'PATCH',
      path: `${versionsPath}/${encodeURIComponent(plan.version.id)}?updateMask=${mask}`,
      body: plan.version.patch.body,
      repeatable: true,
    });
    const name = operationName(operation);
    if (operation['done'] === true || name === undefined) return;
    await awaitOperation(rest, `/v1/${name}`, name, waitFor(plan, name), world);
  };

  return {
    lookUp: async (versionId) => {
      const [model, version] = await Promise.all([read(rest, modelPath), readVersion(versionId)]);
      // A missing model and a closed service both answer 404; only the collection tells them apart.
      if (model === undefined) {
        await rest.send({ method: 'GET', path: `${modelsPath}?pageSize=1`, repeatable: true });
      }
      return { model, version, servingVersion: shortName(model?.['defaultVersion']) };
    },

    prepare: async (plan) => {
      if (plan.model.action === 'reuse') return;
      const create = async (): Promise<'created' | 'existed'> => {
        try {
          await rest.send({
            method: 'POST',
            path: modelsPath,
            body: plan.model.body,
            repeatable: false,
          });
          return 'created';
        } catch (error) {
          // Somebody else made it since we looked: it is there, which is all that was wanted.
          if (error instanceof ServiceError && error.httpStatus === 409) return 'existed';
          throw error;
        }
      };
      const find = async (): Promise<'created' | undefined> =>
        (await read(rest, modelPath)) === undefined ? undefined : 'created';
      const made = await createOnce(create, find);
      modelCreatedAt = world.clock.elapsed();
      if (made === 'created') ledger.note(madeModel(request, plan));
    },

    createVersion: async (plan) => {
      const isOurs = (version: JsonObject): boolean =>
        version['deploymentUri'] === plan.version.body['deploymentUri'] &&
        sameLabels(version['labels'], plan.version.body['labels']);
      const find = async (): Promise<{ operation: undefined } | undefined> => {
        const version = await readVersion(plan.version.id);
        return version !== undefined && isOurs(version) ? { operation: undefined } : undefined;
      };
      const create = async (): Promise<{ operation: string | undefined }> => {
        for (let looks = 1; ; looks += 1) {
          try {
            const operation = await rest.send({
              method: 'POST',
              path: versionsPath,
              body: plan.version.body,
              repeatable: false,
            });
            return { operation: operationName(operation) };
          } catch (error) {
            if (!(error instanceof ServiceError)) throw error;
            if (error.httpStatus === 409) {
              const ours = await find();
              if (ours !== undefined) return ours;
            }
            const known =
              modelCreatedAt === undefined ||
              world.clock.elapsed() - modelCreatedAt > MODEL_IS_KNOWN_EVERYWHERE_MILLISECONDS;
            if (error.httpStatus !== 404 || known) throw error;
            await world.clock.sleep(Math.min(8000, 500 * 2 ** looks), world.signal);
          }
        }
      };
      const { operation } = await createOnce(create, find);
      const version = versionState({ state: 'CREATING' });
      ledger.note(madeVersion(request, plan, version));
      return { operation, version };
    },

    awaitVersion: async (operation, plan) => {
      const wait = waitFor(plan, operation);
      if (operation !== undefined) {
        await awaitOperation(rest, `/v1/${operation}`, operation, wait, world);
      }
      const state = await untilReady(plan, wait);
      await patch(plan);
      return state;
    },

    promote: async (plan) => {
      if (plan.promotion === 'set-default') {
        await rest.send({
          method: 'POST',
          path: `${versionsPath}/${encodeURIComponent(plan.version.id)}:setDefault`,
          body: {},
          repeatable: true,
        });
      }
      const version = await readVersion(plan.version.id);
      const state = version === undefined ? undefined : versionState(version);
      if (state?.serves !== true) {
        throw new Failure({
          code: 'conflict',
          what: `Version ${plan.version.name} did not become the default version.`,
          why: 'The service accepted the change, but reading the version back shows another default.',
          next: 'Look whether another job promotes versions of the same model at the same time, and run one of them again.',
        });
      }
      ledger.note(madeVersion(request, plan, state));
      return state;
    },

    // A FAILED version stays: its error message is what the owner will want to read.
    withdraw: () => Promise.resolve(),

    readVersion: async (plan) => {
      const version = await readVersion(plan.version.id);
      const state = version === undefined ? undefined : versionState(version);
      ledger.note(madeVersion(request, plan, state));
      return state;
    },

    watchCommand: (operation) => waitCommand(request, operation),

    restoreCommand: ({ previousVersion }) =>
      previousVersion === undefined
        ? undefined
        : setDefaultCommand(request, request.model, previousVersion),

    predictUrl: (plan) => `${rest.baseUrl}/v1/${plan.version.name}:predict`,
  };
}

/** Reads a resource; `undefined` when the service says that it is not there. */
async function read(rest: Rest, path: string): Promise<JsonObject | undefined> {
  try {
    return await rest.send({ method: 'GET', path, repeatable: true });
  } catch (error) {
    if (error instanceof ServiceError && error.httpStatus === 404) return undefined;
    throw error;
  }
}

function versionState(version: JsonObject): VersionState {
  return {
    state: text(version['state']) ?? 'UNKNOWN',
    serves: version['isDefault'] === true,
    errorMessage: text(version['errorMessage']),
    machineType: text(version['machineType']),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The last part of a Version's full name. */
function shortName(version: unknown): string | undefined {
  return isJsonObject(version) ? text(version['name'])?.split('/').at(-1) : undefined;
}

function sameLabels(left: unknown, right: unknown): boolean {
  if (!isJsonObject(left) || !isJsonObject(right)) return left === right;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => left[key] === right[key]);
}

function resumeHint(request: DeployRequest, plan: Plan, operation: string | undefined): string {
  const watch =
    operation === undefined
      ? describeVersionCommand(request, request.model, plan.version.id)
      : waitCommand(request, operation);
  return `Watch it with \`${watch}\`, or give a longer timeout.`;
}
