import { Failure, ServiceError } from '../../failure.ts';
import type { Plan } from '../../plan/plan.ts';
import { singleReplica } from '../../plan/vertex-ai/proof-endpoint.ts';
import type { JsonObject } from '../../world.ts';
import { read, text } from '../read.ts';
import { isOutcomeUnknown } from '../rest.ts';
import { settled } from '../settle.ts';
import type { House } from './house.ts';
import { deployedModels, inProject, isSameResource } from './names.ts';
import { finish, startOnce } from './operations.ts';

type Wanted = NonNullable<NonNullable<Plan['vertexAi']>['proofEndpoint']>;

/** Where the new version alone answers, until the proof is over. */
export interface ProofEndpoint {
  /** Full name of the endpoint. */
  readonly endpoint: string;
  readonly deployedModelId: string;
}

/**
 * Creates an endpoint and deploys the new version there with one replica: `endpoints.create` and
 * `endpoints.deployModel`. What it makes is in the ledger, and in `house.named` for the clean-up.
 */
export async function openProofEndpoint(house: House, wanted: Wanted): Promise<ProofEndpoint> {
  const { rest, parent, named, ledger, commands, request, world } = house;
  const { model = '', version = '' } = named;
  const displayName = text(wanted.body['displayName']) ?? '';
  const prefix = 'Endpoint of the proof: ';
  world.log.info(
    `Something else serves on the endpoint, which hides a version without traffic: the proof asks version ${version} on an endpoint of its own, ${displayName}, deleted afterwards.`,
  );
  // Known before it is asked for: whatever becomes of the request, it is listed and taken away.
  const wished = `${parent}/endpoints/${wanted.id}`;
  named.proofEndpoint = wished;
  ledger.note(commands.madeEndpoint(wished));
  const creation = await startOnce(
    house,
    `/v1/${parent}/endpoints?endpointId=${wanted.id}`,
    wanted.body,
    async () => (await read(rest, `/v1/${wished}`)) !== undefined,
  ).catch((error: unknown) => {
    if (error instanceof ServiceError && !isOutcomeUnknown(error)) {
      delete named.proofEndpoint;
      ledger.forget(wished);
    }
    throw error;
  });
  const made = await finish(house, creation, `endpoint ${displayName}`, { prefix });
  const name = inProject(text(made?.['name']) ?? wished, request.projectId);
  if (name !== wished) ledger.forget(wished);
  named.proofEndpoint = name;
  ledger.note(commands.madeEndpoint(name));

  const isThere = async (): Promise<boolean> => (await findDeployed(house, name)) !== undefined;
  // A resumed run knows the machine from what is deployed, not from its inputs.
  const deployedModel =
    wanted.deployedModel ?? singleReplica((await findDeployed(house, named.endpoint ?? '')) ?? {});
  const body = {
    deployedModel: { ...deployedModel, model: `${model}@${version}` },
    trafficSplit: { '0': 100 },
  };
  const deployment = await startOnce(house, `/v1/${name}:deployModel`, body, isThere, true);
  await finish(house, deployment, `version ${version} on ${displayName}`, { prefix });
  const deployed = await settled(
    () => findDeployed(house, name),
    (found) => found !== undefined,
    world,
  );
  const deployedModelId = text(deployed?.['id']);
  if (deployedModelId === undefined) throw notDeployed(version, displayName);
  ledger.note(commands.madeDeployment(name, deployedModelId, 'deployed for the proof'));
  return { endpoint: name, deployedModelId };
}

function notDeployed(version: string, displayName: string): Failure {
  return new Failure({
    code: 'verification',
    what: `Version ${version} could not be proven: it is not on the endpoint that was made for its proof, ${displayName}.`,
    why: 'The service reported that it was deployed, but reading that endpoint does not show it.',
    next: 'Run the job again.',
  });
}

/** This run's version on an endpoint. */
async function findDeployed(house: House, endpoint: string): Promise<JsonObject | undefined> {
  const { model = '', version = '' } = house.named;
  return deployedModels((await read(house.rest, `/v1/${endpoint}`, true)) ?? {}).find(
    (candidate) =>
      isSameResource(text(candidate['model']) ?? '', model) &&
      text(candidate['modelVersionId']) === version,
  );
}
