import { Failure, ServiceError } from '../../failure.ts';
import type { Plan, VertexAiPlan } from '../../plan/plan.ts';
import type { JsonObject } from '../../world.ts';
import { isJsonObject } from '../../json.ts';
import type { House } from './house.ts';
import { isOfThisRun as isVersionOfThisRun } from '../../plan/version-exists.ts';
import { isOperationError } from '../operation.ts';
import { listAll, read, text } from '../read.ts';
import { settled } from '../settle.ts';
import { findResource, MODELS } from './lookup.ts';
import { inProject } from './names.ts';
import { isOutcomeUnknown } from '../rest.ts';
import { finish, startOnce } from './operations.ts';

const ALIAS_LAG_MILLISECONDS = 15_000;
/** How long a version may still come up whose upload ended with an error, in milliseconds. */
const ERROR_LAG_MILLISECONDS = 5000;

/** Labels by which a version of this very run is known again after a lost answer. */
const RUN_LABELS = ['run-id', 'run-attempt', 'commit-sha'] as const;

/**
 * Uploads the artifact as a version of the model, or as a new model: `models.upload`. The service copies it
 * and numbers it; it loads nothing yet. Names what came of it in `house.named`.
 */
export async function uploadVersion(
  house: House,
  plan: Plan,
  vertexAi: VertexAiPlan,
): Promise<void> {
  const { parent, request, named, ledger, commands } = house;
  if (vertexAi.existing !== undefined) {
    named.model = vertexAi.existing.model;
    named.version = vertexAi.existing.version;
    named.versionIsNew = plan.version.action === 'reuse' && (await isOfThisRun(house));
    return;
  }
  const ours = (): Promise<JsonObject | undefined> => findOurVersion(house, vertexAi);
  // Noted before it is asked for: a run that ends in between has named what it may leave.
  const intent = commands.madeVersion(
    plan.model.name,
    plan.version.id,
    plan.model.action === 'create',
    'being uploaded when last seen',
  );
  house.uploading = intent.name;
  ledger.note(intent);
  const operation = await startOnce(
    house,
    `/v1/${parent}/models:upload`,
    vertexAi.uploadBody,
    async () => (await ours()) !== undefined,
  ).catch((error: unknown) => {
    if (error instanceof ServiceError && !isOutcomeUnknown(error)) {
      delete house.uploading;
      ledger.forget(intent.name);
    }
    throw error;
  });
  const subject = `the upload of ${request.model} to the registry`;
  const response = await finish(house, operation, subject).catch(async (error: unknown) => {
    if (!isOperationError(error)) throw error;
    const seen = await settled(
      ours,
      (version) => version !== undefined,
      house.world,
      ERROR_LAG_MILLISECONDS,
    );
    if (seen === undefined) {
      delete house.uploading;
      ledger.forget(intent.name);
    }
    throw error;
  });
  // Looked at, also where the answer names a version: everything that follows hangs on its being ours.
  const told = await readTold(house, response);
  const found = told !== undefined && isOurs(told, vertexAi.uploadBody) ? told : await ours();
  const model = text(found?.['name'])?.replace(/@.*$/, '');
  const version = text(found?.['versionId']);
  if (model === undefined || version === undefined) {
    throw new Failure({
      code: 'internal',
      what: 'The upload to the model registry ended without a version.',
      why: `The operation ${operation ?? '(whose name was lost)'} is done, but the registry shows no version with the labels of this run.`,
      next: 'Look at the model registry in the console, and run the job again.',
    });
  }
  named.model = inProject(model, request.projectId);
  named.version = version;
  named.modelIsNew = plan.model.action === 'create';
  named.versionIsNew = true;
  delete house.uploading;
  ledger.forget(intent.name);
  ledger.note(commands.madeVersion(named.model, version, named.modelIsNew, 'in the registry'));
}

/** Whether an earlier attempt of this very run uploaded the version that is used again. */
async function isOfThisRun({ rest, named, request }: House): Promise<boolean> {
  const version = await read(rest, `/v1/${named.model ?? ''}@${named.version ?? ''}`);
  return version !== undefined && isVersionOfThisRun(request, version);
}

/**
 * Gives the new version the alias of the one that it replaces, once that may be: `mergeVersionAliases`.
 */
export async function claimAlias(house: House, plan: Plan): Promise<void> {
  if (plan.vertexAi?.replaced === undefined) return;
  const { model = '', version = '' } = house.named;
  await giveAlias(house, `${model}@${version}`, plan.version.id);
}

/**
 * Gives a version an alias, which goes from whichever has it: `mergeVersionAliases`, and read back.
 *
 * @param name `projects/P/locations/L/models/M@NUMBER`
 * @throws Failure `conflict` when it does not have it afterwards.
 */
export async function giveAlias(
  { rest, world, named }: House,
  name: string,
  alias: string,
): Promise<void> {
  const merged = await rest.send({
    method: 'POST',
    path: `/v1/${name}:mergeVersionAliases`,
    body: { versionAliases: [alias] },
    repeatable: true,
    isNew: named.versionIsNew,
  });
  const has = (version: JsonObject | undefined): boolean => {
    const aliases = version?.['versionAliases'];
    return Array.isArray(aliases) && aliases.includes(alias);
  };
  if (has(merged)) return;
  const seen = await settled(() => read(rest, `/v1/${name}`), has, world, ALIAS_LAG_MILLISECONDS);
  if (has(seen)) return;
  throw new Failure({
    code: 'conflict',
    what: `Version ${name} does not have the alias ${alias}.`,
    why: 'The service accepted that it gets it, but reading the version back does not show it.',
    next: 'Look whether another job promotes versions of the same model at the same time, and run one of them again.',
  });
}

/** The version that this run has uploaded, known by its run labels. */
async function findOurVersion(
  { rest, parent, request }: House,
  { uploadBody }: VertexAiPlan,
): Promise<JsonObject | undefined> {
  const model = await findResource(rest, parent, MODELS, request.model);
  const name = text(model?.['name'])?.replace(/@.*$/, '');
  if (name === undefined) return undefined;
  const versions = await listAll(rest, `/v1/${name}:listVersions`, 'models');
  return versions.find((version) => isOurs(version, uploadBody));
}

/** The version that the operation of an upload says it has made. */
async function readTold(
  { rest }: House,
  response: JsonObject | undefined,
): Promise<JsonObject | undefined> {
  const model = text(response?.['model'])?.replace(/@.*$/, '');
  const version = text(response?.['modelVersionId']);
  return model === undefined || version === undefined
    ? undefined
    : await read(rest, `/v1/${model}@${version}`, true);
}

/** Whether a version carries the labels that this run gave it. */
function isOurs({ labels }: JsonObject, uploadBody: JsonObject): boolean {
  const wanted = uploadBody['model'];
  const ours = isJsonObject(wanted) ? wanted['labels'] : undefined;
  return (
    isJsonObject(ours) &&
    isJsonObject(labels) &&
    RUN_LABELS.every((key) => labels[key] === ours[key])
  );
}
