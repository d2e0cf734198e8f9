import type { Signature, Tensor } from '../../artifact/artifact.ts';
import { calledSignature } from '../../called-signature.ts';
import { isJsonObject } from '../../json.ts';
import { isOneSlip, nearestName } from '../../nearest-name.ts';
import type { Json, JsonObject } from '../../world.ts';
import type { AskedFields } from '../asked.ts';
import type { Rule, Verdict } from './rule.ts';

const LONGEST_SHOWN = 60;
const NUMBER = /^(?:bfloat16|half|float\d+|u?int\d+)$/;

/**
 * Rules about the test instances against what the model's own bytes say that it takes, the same on both
 * platforms; nothing where code of the user's own loads the model.
 */
export const instanceRules: readonly Rule<AskedFields>[] = Object.freeze<Rule<AskedFields>[]>([
  {
    id: 'instances-fit-signature',
    source: 'TensorFlow Serving, RESTful API, "Specifying input tensors in row format"',
    checkArtifact: ({ savedModel }, { image, predictionClass }, { proof, platform }) => {
      if (proof === undefined || (image ?? predictionClass) !== undefined) return undefined;
      // Vertex AI always calls the default one, so that another name has its own fault.
      const signature = calledSignature(
        savedModel?.signatures ?? [],
        platform === 'vertex-ai' ? undefined : proof.signatureName,
      );
      return signature === undefined || signature.inputs.length === 0
        ? undefined
        : firstFault(
            proof.instances,
            (instance) => misfit(instance, signature),
            wantedBy(signature),
          );
    },
  },
  {
    id: 'instances-fit-features',
    source: 'scikit-learn, "Developing scikit-learn estimators", n_features_in_',
    checkArtifact: ({ pickle, framework }, { image, predictionClass }, { proof }) => {
      const features = framework === 'SCIKIT_LEARN' ? pickle?.features : undefined;
      if (proof === undefined || features === undefined) return undefined;
      if ((image ?? predictionClass) !== undefined) return undefined;
      return firstFault(
        proof.instances,
        (instance) =>
          Array.isArray(instance) && instance.length === features
            ? undefined
            : `is ${formOf(instance)}`,
        `give each as a list of ${features}, as many features as the model was trained on`,
      );
    },
  },
]);

/** One fault, of the first instance that does not fit: the others are most likely wrong in the same way. */
function firstFault(
  instances: readonly Json[],
  misfitOf: (instance: Json) => string | undefined,
  wanted: string,
): Verdict {
  for (const [index, instance] of instances.entries()) {
    const found = misfitOf(instance);
    if (found !== undefined) {
      const problem = `instance ${index + 1} of ${instances.length} ${found}; ${wanted}`;
      return [{ input: 'test_instances', given: shown(instance), problem }];
    }
  }
  return undefined;
}

/** What is wrong with an instance, as a phrase that can stand behind it; `undefined` when it fits. */
function misfit(instance: Json, { inputs }: Signature): string | undefined {
  const [only, another] = inputs;
  if (isJsonObject(instance) && !(another === undefined && isBytes(instance, only))) {
    return misfitOfNamed(instance, inputs);
  }
  return only !== undefined && another === undefined
    ? misfitOfValue(instance, only)
    : `is ${formOf(instance)}`;
}

function misfitOfNamed(instance: JsonObject, inputs: readonly Tensor[]): string | undefined {
  const keys = inputs.map(({ key }) => key);
  const missing = keys.filter((key) => !Object.hasOwn(instance, key));
  const odd = Object.keys(instance).filter((key) => !keys.includes(key));
  const [stranger] = odd;
  if (stranger !== undefined) {
    const meant = nearestName(stranger, missing) ?? missing.find((key) => isOneSlip(stranger, key));
    const question = meant === undefined ? '' : ` (did you mean "${meant}"?)`;
    return `has "${cut(stranger)}", which is no input of the signature${question}`;
  }
  if (missing.length > 0) return `lacks "${missing.join('" and "')}"`;
  for (const input of inputs) {
    const found = misfitOfValue(instance[input.key] ?? null, input);
    if (found !== undefined) return `has a "${input.key}" that ${found}`;
  }
  return undefined;
}

function misfitOfValue(value: Json, { shape, dtype }: Tensor): string | undefined {
  const sizes = shape?.slice(1);
  let atom: Json | undefined;
  const fits = (part: Json, at: number): boolean => {
    const size = sizes?.[at];
    if (!Array.isArray(part)) {
      if (sizes !== undefined && at < sizes.length) return false;
      atom = isOfType(part, dtype) ? atom : part;
      return true;
    }
    if (sizes !== undefined && (size === undefined || (size >= 0 && part.length !== size)))
      return false;
    return (part as readonly Json[]).every((item) => fits(item, at + 1));
  };
  if (!fits(value, 0)) return `is ${formOf(value)}`;
  return atom === undefined ? undefined : `holds ${shown(atom)}, which is no ${dtype}`;
}

function isOfType(value: Json, dtype: string): boolean {
  if (NUMBER.test(dtype)) {
    return typeof value === 'number' && (!/int/.test(dtype) || Number.isInteger(value));
  }
  if (dtype === 'bool') return typeof value === 'boolean';
  if (dtype === 'string') return typeof value === 'string' || isBytes(value, { dtype });
  return true;
}

/** Whether a value is bytes in the services' own form, for an input that takes bytes. */
function isBytes(value: Json, input: Pick<Tensor, 'dtype'> | undefined): boolean {
  return input?.dtype === 'string' && isJsonObject(value) && Object.keys(value).join() === 'b64';
}

/** What to give instead: `give each as the signature x wants it: "measurements" (float32 of shape [4])`. */
function wantedBy({ name, inputs }: Signature): string {
  const told = inputs.map(({ key, dtype, shape }) => {
    const sizes = shape?.slice(1).map((size) => (size < 0 ? '?' : size));
    const form =
      sizes === undefined
        ? ''
        : sizes.length === 0
          ? ', a single value'
          : ` of shape [${sizes.join(', ')}]`;
    return `"${key}" (${dtype}${form})`;
  });
  return inputs.length === 1
    ? `give each as the signature ${name} wants it: ${told.join()}`
    : `give each as the signature ${name} wants it, an object with ${told.join(', ')}`;
}

/** The form of a value in words: `a number`, `a list of 3`, `a list of 2 × 3`. */
function formOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) {
    const sizes: number[] = [];
    for (
      let part: Json | undefined = value;
      Array.isArray(part);
      part = (part as readonly Json[])[0]
    ) {
      sizes.push(part.length);
    }
    return `a list of ${sizes.join(' × ')}`;
  }
  if (isJsonObject(value)) return 'an object';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}

function shown(value: Json): string {
  return cut(JSON.stringify(value));
}

function cut(text: string): string {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
