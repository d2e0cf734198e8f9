import type { Tensor } from '../artifact/artifact.ts';
import { isJsonObject } from '../json.ts';
import type { ProofRequest } from '../request/deploy-request.ts';
import type { Json } from '../world.ts';
import { compare } from './compare.ts';
import { findShapeProblems } from './shape.ts';

const MOST_PROBLEMS = 5;

/** What is wrong with the answer to the test instances; nothing, when it is good. */
export interface Judgement {
  /** A line each, at most a few; the last says how many there are more. */
  readonly problems: readonly string[];
  /** Largest difference of a number from the expected one; absent without expectations. */
  readonly maximumDifference?: number;
}

/**
 * Judges predictions: as many as instances, of the form that the signature promises or at least all alike,
 * without numbers that are none, and equal to the expected ones within the tolerance.
 *
 * @param predictions The field `predictions` of the answer, of whatever type it is.
 * @param outputs Outputs of the signature that was called; absent where the model has none.
 */
export function judge(
  predictions: Json | undefined,
  { instances, expected, tolerance }: ProofRequest,
  outputs: readonly Tensor[] | undefined,
): Judgement {
  if (!Array.isArray(predictions)) {
    return { problems: ['The answer has no list of predictions.'] };
  }
  const given = unwrapped(predictions as readonly Json[], outputs);
  if (given.length !== instances.length) {
    const problem = `The answer has ${given.length} predictions for ${instances.length} instances.`;
    return { problems: [problem] };
  }
  if (expected === undefined) {
    return { problems: few([...findUnfit(given), ...findShapeProblems(given, outputs)]) };
  }
  const { differences, maximumDifference } = compare(
    given,
    unwrapped(expected, outputs),
    tolerance,
  );
  return { problems: few(differences), maximumDifference };
}

/**
 * The predictions with the only output of a signature as a bare value: AI Platform answers an object with
 * that output in it, Vertex AI the value.
 */
function unwrapped(
  predictions: readonly Json[],
  outputs: readonly Tensor[] | undefined,
): readonly Json[] {
  const [only, another] = outputs ?? [];
  if (only === undefined || another !== undefined) return predictions;
  return predictions.map((prediction) =>
    isJsonObject(prediction) && Object.keys(prediction).join() === only.key
      ? (prediction[only.key] ?? null)
      : prediction,
  );
}

/** Numbers that are none: Google's JSON writes them as text, and some containers as null. */
function findUnfit(predictions: readonly Json[]): readonly string[] {
  const problems: string[] = [];
  const look = (value: Json, path: string): void => {
    if (value === null || value === 'NaN' || value === 'Infinity' || value === '-Infinity') {
      problems.push(`${path} is ${String(value)}, which is no number.`);
    } else if (Array.isArray(value)) {
      (value as readonly Json[]).forEach((item, index) => {
        look(item, `${path}[${index}]`);
      });
    } else if (isJsonObject(value)) {
      for (const [key, item] of Object.entries(value)) look(item, `${path}.${key}`);
    }
  };
  predictions.forEach((prediction, index) => {
    look(prediction, `predictions[${index}]`);
  });
  return problems;
}

function few(problems: readonly string[]): readonly string[] {
  return problems.length <= MOST_PROBLEMS
    ? problems
    : [
        ...problems.slice(0, MOST_PROBLEMS),
        `… and ${problems.length - MOST_PROBLEMS} more of this kind.`,
      ];
}
