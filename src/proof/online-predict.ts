import type { Artifact, Tensor } from '../artifact/artifact.ts';
import { calledSignature } from '../called-signature.ts';
import { ServiceError } from '../failure.ts';
import { isRefusalByModel } from '../platform/prediction.ts';
import type { ProofRoute } from '../platform/platform.ts';
import type { ProofResult } from '../record.ts';
import type { ProofRequest } from '../request/deploy-request.ts';
import type { Json, JsonObject, World } from '../world.ts';
import { judge } from './judge.ts';

/** A version that has just become READY may not be known everywhere yet. */
const WARM_UP_MILLISECONDS = 60_000;
const BETWEEN_TRIES_MILLISECONDS = 3000;

/** What the new version answered, and what that is worth. */
export interface OnlineProof {
  readonly result: ProofResult;
  /** The answer, where there was one. */
  readonly predictions: readonly Json[] | undefined;
}

/**
 * Asks the new version for predictions and judges them. Bad is what the model itself refuses or answers
 * wrongly; inconclusive, what came from elsewhere or not at all after every try. Never throws for what a
 * service says.
 */
export async function proveOnline(
  route: ProofRoute,
  proof: ProofRequest,
  artifact: Artifact | undefined,
  world: World,
): Promise<OnlineProof> {
  const started = world.clock.elapsed();
  const seconds = (): number => Math.round(world.clock.elapsed() - started) / 1000;
  const result = (verdict: ProofResult['verdict'], problems: readonly string[]): ProofResult => ({
    verdict,
    instances: proof.instances.length,
    seconds: seconds(),
    problems,
  });
  let answer: JsonObject | undefined;
  try {
    answer = await ask(route, proof, started, world);
  } catch (error) {
    world.signal.throwIfAborted();
    if (!(error instanceof ServiceError)) throw error;
    return { result: result(verdictOf(error), [error.serverMessage]), predictions: undefined };
  }
  if (answer === undefined) {
    const problem = `None of ${route.tries} answers came from the new version, by their deployedModelId.`;
    return { result: result('inconclusive', [problem]), predictions: undefined };
  }
  const { error, predictions } = answer;
  if (error !== undefined) {
    const words = typeof error === 'string' ? error : JSON.stringify(error);
    return { result: result('bad', [words]), predictions: undefined };
  }
  const { problems, ...measured } = judge(predictions, proof, outputsOf(proof, artifact));
  return {
    result: { ...result(problems.length === 0 ? 'good' : 'bad', problems), ...measured },
    predictions: Array.isArray(predictions) ? (predictions as readonly Json[]) : undefined,
  };
}

/** Asks until the new version answers; what refuses in passing has been tried again below already. */
async function ask(
  route: ProofRoute,
  { instances, signatureName }: ProofRequest,
  started: number,
  world: World,
): Promise<JsonObject | undefined> {
  for (let questions = 1; ;) {
    try {
      const answer = await route.predict(instances, signatureName);
      if (answer !== undefined || questions === route.tries) return answer;
      questions += 1;
    } catch (error) {
      const isWarming =
        error instanceof ServiceError &&
        error.httpStatus === 404 &&
        world.clock.elapsed() - started < WARM_UP_MILLISECONDS;
      if (!isWarming) throw error;
      world.log.debug(`Not yet known where predictions are asked for: ${error.serverMessage}`);
      await world.clock.sleep(BETWEEN_TRIES_MILLISECONDS, world.signal);
    }
  }
}

/** Only what the model itself said is held against it; a 400 comes from the model, a 5xx may not. */
function verdictOf(error: ServiceError): ProofResult['verdict'] {
  return isRefusalByModel(error) || error.httpStatus === 400 || error.httpStatus === 413
    ? 'bad'
    : 'inconclusive';
}

/** Outputs of the signature that is called. */
export function outputsOf(
  { signatureName }: ProofRequest,
  artifact: Artifact | undefined,
): readonly Tensor[] | undefined {
  return calledSignature(artifact?.savedModel?.signatures ?? [], signatureName)?.outputs;
}
