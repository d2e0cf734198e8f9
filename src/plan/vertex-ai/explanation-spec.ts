import type { Artifact } from '../../artifact/artifact.ts';
import type { DeployRequest } from '../../request/deploy-request.ts';
import type { Json, JsonObject } from '../../world.ts';
import { isObject, valueAt } from '../json.ts';

/** Signature that the prebuilt containers of TensorFlow predict with. */
const SIGNATURE = 'serving_default';

/** AI Platform's method and count, and Vertex AI's name of the count. */
const counts: Readonly<Record<string, readonly [from: string, to: string]>> = {
  sampledShapleyAttribution: ['numPaths', 'pathCount'],
  integratedGradientsAttribution: ['numIntegralSteps', 'stepCount'],
  xraiAttribution: ['numIntegralSteps', 'stepCount'],
};

/** The `explanationSpec` that an `explanationConfig` becomes, or why it cannot. */
export type ExplanationSpec = { readonly spec: JsonObject } | { readonly problem: string };

/**
 * Translates AI Platform's `explanationConfig`, if there is one. The metadata, which AI Platform reads
 * from a file and Vertex AI wants in the request, is made from the signature of the SavedModel
 * (aiplatform v1, ExplanationMetadata: each input by its tensor, exactly one output).
 */
export function explanationSpecOf(
  request: DeployRequest,
  artifact: Artifact,
): ExplanationSpec | undefined {
  const config = valueAt(request.versionConfig, ['explanationConfig']);
  if (config === undefined) return undefined;
  const signature = artifact.savedModel?.signatures.find(({ name }) => name === SIGNATURE);
  const advice = 'give `explanationSpec`, as Vertex AI has it, with its metadata instead';
  if (signature === undefined) {
    return {
      problem: `Vertex AI needs explanationSpec.metadata, which is made from the signature ${SIGNATURE} of a SavedModel, and ${artifact.chosen} has none that was read; ${advice}`,
    };
  }
  if (signature.inputs.length === 0 || signature.outputs.length !== 1) {
    return {
      problem: `Vertex AI explains exactly one output of at least one input, and the signature ${SIGNATURE} of ${artifact.chosen} has ${signature.outputs.length} outputs and ${signature.inputs.length} inputs; ${advice}`,
    };
  }
  const named = (field: string, tensors: typeof signature.inputs): JsonObject =>
    Object.fromEntries(tensors.map(({ key, name }) => [key, { [field]: name }]));
  return {
    spec: {
      parameters: parametersOf(config),
      metadata: {
        inputs: named('inputTensorName', signature.inputs),
        outputs: named('outputTensorName', signature.outputs),
      },
    },
  };
}

function parametersOf(config: Json): JsonObject {
  const methods = Object.entries(counts).flatMap(([method, [from, to]]) => {
    const given = valueAt(config, [method]);
    const count = valueAt(given, [from]);
    return isObject(given) ? [[method, count === undefined ? {} : { [to]: count }] as const] : [];
  });
  return Object.fromEntries(methods);
}
