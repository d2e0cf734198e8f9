import type { Artifact } from '../artifact/artifact.ts';
import { Failure } from '../failure.ts';
import type { Plan } from '../plan/plan.ts';
import { predictLocally } from '../proof/local-predict.ts';
import { proveOnline } from '../proof/online-predict.ts';
import { grantInProject, grantOnModel, memberOf } from '../report/explain/known.ts';
import type { DeployRequest, ProofRequest } from '../request/deploy-request.ts';
import type { Deploy } from './deploy.ts';

/**
 * Asks the model on this runner, before anything is changed.
 *
 * @throws Failure `verification` or `invalid-input`.
 */
export async function proveHere(
  { record, world }: Deploy,
  artifact: Artifact,
  plan: Plan,
  proof: ProofRequest,
): Promise<void> {
  if (plan.framework === undefined) return;
  const python = {
    script: `${world.actionDirectory}/python/local_predict.py`,
    programs: process.platform === 'win32' ? ['python', 'py'] : ['python3', 'python'],
  };
  record.predictions = await predictLocally(artifact, plan.framework, proof, python, world);
  world.log.info(`The model answers the test instances on this runner as it should.`);
}

/** Asks the new version itself for predictions, and lets it serve only if its answers are good. */
export async function proveAndPromote(deploy: Deploy, plan: Plan): Promise<void> {
  const { request, record, platform, during } = deploy;
  const { proof } = request;
  if (proof !== undefined) await during('prove', () => prove(deploy, plan, proof));
  if (plan.promotion !== 'set-default') return;
  record.version = await during('promote', () => platform.promote(plan));
}

/**
 * Asks the new version itself.
 *
 * @throws Failure `verification` unless its answer is good.
 */
async function prove(
  { record, platform, request, world }: Deploy,
  plan: Plan,
  proof: ProofRequest,
): Promise<void> {
  const route = await platform.openProof(plan);
  try {
    const { result, predictions } = await proveOnline(route, proof, record.artifact, world);
    record.proof = result;
    if (predictions !== undefined) record.predictions = predictions;
  } finally {
    if (!world.signal.aborted) await platform.closeProof();
  }
  const { verdict, problems, instances } = record.proof;
  if (verdict === 'good') {
    world.log.info(
      `It answers ${instances} test ${instances === 1 ? 'instance' : 'instances'} as it should.`,
    );
    return;
  }
  if (verdict === 'bad') throw bad(plan, problems);
  throw inconclusive(request, plan, problems, record.version?.serves === true);
}

function bad(plan: Plan, problems: readonly string[]): Failure {
  return new Failure({
    code: 'verification',
    what: `Version ${plan.version.id} fails its proof, and does not serve.`,
    ...told(problems),
    next: 'Compare the model and its test instances with those of the training, or correct test_instances, expected_predictions or tolerance.',
  });
}

/** @param serves Whether it would serve unproven, and so is deleted; else it stays, and can be proven later. */
function inconclusive(
  request: DeployRequest,
  plan: Plan,
  problems: readonly string[],
  serves: boolean,
): Failure {
  const permission =
    plan.vertexAi === undefined ? 'ml.versions.predict' : 'aiplatform.endpoints.predict';
  const again = serves
    ? 'Run the job again.'
    : 'Run the job again with `if_version_exists: reuse`: the version that is there is proven and promoted then.';
  const isRight = problems.some((problem) => /permission|denied|403/i.test(problem));
  return new Failure({
    code: 'verification',
    what: `Version ${plan.version.id} could not be proven, and does not serve: it could not be asked for predictions.`,
    ...told(problems),
    next: isRight
      ? `Grant the caller ${permission}: \`${grantOfPredictions(request, plan)}\`. Then: ${again}`
      : again,
  });
}

/** The command that grants the least role with which predictions can be asked for. */
function grantOfPredictions({ projectId, region, model }: DeployRequest, plan: Plan): string {
  const names = { project: projectId, region, model };
  return plan.vertexAi === undefined
    ? grantOnModel(names, memberOf(''), 'roles/ml.modelUser')
    : grantInProject(names, memberOf(''), 'roles/aiplatform.user');
}

function told(problems: readonly string[]): { why: string; reasons?: readonly string[] } {
  const [first = 'Its answer cannot be read.', second] = problems;
  return second === undefined
    ? { why: first }
    : { why: 'Several things are wrong:', reasons: problems };
}
