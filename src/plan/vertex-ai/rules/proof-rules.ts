import { DEFAULT_SIGNATURE } from '../../../called-signature.ts';
import type { Rule } from '../../rules/rule.ts';

/** Rules about the proof that only Vertex AI has. */
export const vertexAiProofRules: readonly Rule<unknown>[] = Object.freeze<Rule<unknown>[]>([
  {
    id: 'signature-on-vertex-ai',
    source: 'aiplatform v1, PredictRequest: instances and parameters only',
    check: (_wanted, { request }) =>
      request.proof?.signatureName !== undefined &&
      request.proof.signatureName !== DEFAULT_SIGNATURE
        ? [
            {
              input: 'signature_name',
              given: request.proof.signatureName,
              problem:
                'cannot be chosen on Vertex AI, whose predictions always go to serving_default; leave signature_name out, or export the model with this signature as serving_default',
            },
          ]
        : undefined,
  },
]);
