import type { Tensor } from '../artifact/artifact.ts';
import { isJsonObject } from '../json.ts';
import type { Json } from '../world.ts';

/**
 * What is wrong with the form of predictions: of the outputs that the signature names, and the sizes that it
 * fixes; without a signature, that not all are of one form. A sentence each.
 *
 * @param predictions One per instance; the only output of a signature as a bare value.
 */
export function findShapeProblems(
  predictions: readonly Json[],
  outputs: readonly Tensor[] | undefined,
): readonly string[] {
  return predictions.flatMap((prediction, index) => {
    const path = `predictions[${index}]`;
    if (outputs === undefined || outputs.length === 0) {
      const [kind, first] = [formOf(prediction), formOf(predictions[0] ?? null)];
      return kind === first ? [] : [`${path} is ${kind}, and predictions[0] is ${first}.`];
    }
    const [only, another] = outputs;
    if (only !== undefined && another === undefined) return problemOf(path, prediction, only);
    if (!isJsonObject(prediction)) {
      return [
        `${path} is ${formOf(prediction)}, and the signature has the outputs ${names(outputs)}.`,
      ];
    }
    const missing = outputs.filter(({ key }) => !(key in prediction));
    if (missing.length > 0) return [`${path} lacks the output ${names(missing)}.`];
    return outputs.flatMap((output) =>
      problemOf(`${path}.${output.key}`, prediction[output.key] ?? null, output),
    );
  });
}

function problemOf(path: string, value: Json, { shape, dtype }: Tensor): readonly string[] {
  // Bytes come as {"b64": …}, whatever their size.
  if (shape === undefined || (dtype === 'string' && isJsonObject(value))) return [];
  const wanted = shape.slice(1);
  const fits = (part: Json, sizes: readonly number[]): boolean => {
    const [size, ...rest] = sizes;
    if (size === undefined) return !Array.isArray(part);
    return (
      Array.isArray(part) &&
      (size < 0 || part.length === size) &&
      (part as readonly Json[]).every((item) => fits(item, rest))
    );
  };
  return fits(value, wanted)
    ? []
    : [
        `${path} is ${formOf(value)}, and the signature promises ${wanted.length === 0 ? 'a single value' : `the shape [${wanted.map((size) => (size < 0 ? '?' : size)).join(', ')}]`}.`,
      ];
}

/** The form of a value in words: `a number`, `a list of 3`, `an object of a, b`. */
function formOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isJsonObject(value)) return `an object of ${Object.keys(value).sort().join(', ')}`;
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}

function names(outputs: readonly Tensor[]): string {
  return outputs.map(({ key }) => key).join(', ');
}
