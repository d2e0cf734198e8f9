import { wrongField } from './api.ts';
import type { MessageOf } from './messages.ts';

/** Throws INVALID_ARGUMENT unless it is absent or has parameters with exactly one method. */
export function checkExplanationSpec(
  spec: MessageOf<'ExplanationSpec'> | undefined,
  field: string,
): void {
  if (spec === undefined) return;
  const { parameters, metadata } = spec;
  if (parameters === undefined) {
    throw wrongField(`${field}.parameters`, 'Required field is not set.');
  }
  const {
    sampledShapleyAttribution: shapley,
    integratedGradientsAttribution: gradients,
    xraiAttribution: xrai,
    examples,
  } = parameters;
  const methods = [shapley, gradients, xrai, examples].filter((method) => method !== undefined);
  if (methods.length !== 1) {
    throw wrongField(
      `${field}.parameters`,
      'Exactly one of sampled_shapley_attribution, integrated_gradients_attribution, xrai_attribution and examples must be set.',
    );
  }
  const count = shapley?.pathCount ?? (gradients ?? xrai)?.stepCount ?? 0;
  if (examples === undefined && count < 1) {
    throw wrongField(`${field}.parameters`, 'The number of paths or steps must be at least 1.');
  }
  if (Object.keys(metadata?.outputs ?? {}).length > 1) {
    throw wrongField(`${field}.metadata.outputs`, 'Only one output may be explained.');
  }
}
