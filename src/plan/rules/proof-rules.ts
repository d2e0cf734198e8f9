import { DEFAULT_SIGNATURE } from '../../called-signature.ts';
import type { Rule, Verdict } from './rule.ts';

/** Rules about the inputs that prove, resume and repeat, the same on both platforms. */
export const proofRules: readonly Rule<unknown>[] = Object.freeze<Rule<unknown>[]>([
  {
    id: 'proof-needs-wait',
    source: 'Only a version that is READY answers predictions',
    check: (_wanted, { request }) =>
      !request.wait && request.proof !== undefined && !request.proof.local
        ? fault(
            'test_instances',
            'are sent once the version is READY, which this step does not wait for (`wait: false`); give them to the job that resumes with `operation`, or set `local_predict: true` to try them here',
          )
        : undefined,
  },
  {
    id: 'resume-needs-wait',
    source: 'The contract: operation resumes waiting',
    check: (_wanted, { request }) =>
      request.operation !== undefined && !request.wait
        ? fault('wait', 'must be true with `operation`, which resumes a wait', 'false')
        : undefined,
  },
  {
    id: 'resume-needs-version',
    source: 'The contract: with operation, model and version name what is resumed',
    check: (_wanted, { request }) =>
      request.operation !== undefined && request.version === undefined
        ? fault(
            'version',
            'must be given with `operation`: the output `version` of the run that began it, or the name that it gave to the version',
          )
        : undefined,
  },
  {
    id: 'resume-without-artifact',
    source: 'The contract: operation goes on with the later stages; nothing is uploaded',
    check: (_wanted, { request }) =>
      request.operation !== undefined && request.proof?.local === true
        ? fault(
            'local_predict',
            'cannot be true with `operation`, which has no model on the runner',
            'true',
          )
        : undefined,
  },
  {
    id: 'local-predict-local-source',
    source: 'python/local_predict.py reads the model from the runner’s disk',
    check: (_wanted, { request }) =>
      request.proof?.local === true && request.source.startsWith('gs://')
        ? fault(
            'local_predict',
            'needs the model on the runner, and `source` is in Cloud Storage; download it in a step before, or drop local_predict',
            'true',
          )
        : undefined,
  },
  {
    id: 'local-predict-framework',
    source: 'python/local_predict.py runs the frameworks of prebuilt runtimes',
    check: (_wanted, { request }) =>
      request.proof?.local === true &&
      (request.image !== undefined || request.predictionClass !== undefined)
        ? fault(
            'local_predict',
            `runs the model itself, not ${request.image === undefined ? 'the prediction routine' : 'the container'} that serves it; drop local_predict`,
            'true',
          )
        : undefined,
  },
  {
    id: 'signature-exists',
    source: 'TensorFlow SavedModel: a request names one of its signatures',
    checkArtifact: ({ savedModel, framework }, _wanted, { proof, platform }) => {
      const name = proof?.signatureName;
      if (name === undefined) return undefined;
      // Where none can be chosen, it does not matter which there are.
      if (platform === 'vertex-ai' && name !== DEFAULT_SIGNATURE) return undefined;
      if (savedModel === undefined) {
        return framework === undefined
          ? undefined
          : fault('signature_name', 'belongs to SavedModels, and this model is none', name);
      }
      const names = savedModel.signatures.map((signature) => signature.name);
      return names.includes(name)
        ? undefined
        : fault(
            'signature_name',
            `is none of the model's signatures, which are ${names.join(', ')}`,
            name,
          );
    },
  },
]);

function fault(input: string, problem: string, given = ''): Verdict {
  return [{ input, given, problem }];
}
