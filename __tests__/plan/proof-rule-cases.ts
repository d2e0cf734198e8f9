import type { ProofRequest } from '../../src/request/deploy-request.ts';
import { savedModel as plainSavedModel, scikitLearn } from './rule-cases.ts';
import type { RuleCase } from './rule-cases.ts';

const proof: ProofRequest = {
  instances: [[1, 2]],
  expected: undefined,
  tolerance: 1e-6,
  signatureName: undefined,
  local: false,
};
const local = { ...proof, local: true };
const operation = 'projects/acme/operations/create_fraud_v1-17';
const onlyHere = 'a service sees nothing of this';

const savedModel = {
  ...plainSavedModel,
  savedModel: {
    tensorflowVersion: '2.11.0',
    tagSets: [['serve']],
    signatures: ['serving_default', 'score'].map((name) => ({
      name,
      methodName: 'tensorflow/serving/predict',
      inputs: [],
      outputs: [],
    })),
  },
};

/** The same with a signature that takes four numbers. */
const measured = {
  ...savedModel,
  savedModel: {
    ...savedModel.savedModel,
    signatures: savedModel.savedModel.signatures.slice(0, 1).map((signature) => ({
      ...signature,
      inputs: [{ key: 'measurements', name: 'm:0', dtype: 'float32', shape: [-1, 4] }],
    })),
  },
};

const trainedOnFour = {
  ...scikitLearn,
  pickle: {
    protocol: 3,
    globals: [],
    root: undefined,
    sklearnVersion: '1.0.2',
    xgboostVersion: undefined,
    features: 4,
    joblib: false,
  },
};

/** Cases of the rules about proof and resuming, which are the same on both platforms. */
export const proofRuleCases: readonly RuleCase[] = [
  {
    rule: 'proof-needs-wait',
    title: 'test instances for a version that is not waited for',
    request: { proof, wait: false },
    refused: true,
    onlyHere,
  },
  {
    rule: 'proof-needs-wait',
    title: 'a proof on the runner only',
    request: { proof: local, wait: false },
    refused: false,
  },
  {
    rule: 'resume-needs-wait',
    title: 'a wait that is resumed and not waited',
    request: { operation, version: 'v1', wait: false },
    refused: true,
    onlyHere,
  },
  {
    rule: 'resume-needs-wait',
    title: 'a wait that is resumed',
    request: { operation, version: 'v1' },
    refused: false,
  },
  {
    rule: 'resume-needs-version',
    title: 'a wait for nobody knows which version',
    request: { operation },
    refused: true,
    onlyHere,
  },
  {
    rule: 'resume-needs-version',
    title: 'a wait for a named version',
    request: { operation, version: 'v1' },
    refused: false,
  },
  {
    rule: 'resume-without-artifact',
    title: 'a proof on the runner without a model on it',
    request: { operation, version: 'v1', proof: local },
    refused: true,
    onlyHere,
  },
  {
    rule: 'resume-without-artifact',
    title: 'a proof of the version that is waited for',
    request: { operation, version: 'v1', proof },
    refused: false,
  },
  {
    rule: 'local-predict-local-source',
    title: 'a proof on the runner of a model in Cloud Storage',
    request: { proof: local, source: 'gs://acme-aiplatform/model/' },
    refused: true,
    onlyHere,
  },
  {
    rule: 'local-predict-local-source',
    title: 'a proof on the runner of a model on it',
    request: { proof: local },
    refused: false,
  },
  {
    rule: 'local-predict-framework',
    title: 'a proof on the runner of a model that a container serves',
    request: {
      proof: local,
      image: 'us-central1-docker.pkg.dev/acme/models/fraud:1.0',
      machineType: 'n1-standard-4',
    },
    refused: true,
    onlyHere,
  },
  {
    rule: 'local-predict-framework',
    title: 'a proof on the runner of a model that a framework serves',
    request: { proof: local },
    refused: false,
  },
  {
    rule: 'signature-exists',
    title: 'a signature that the model does not have',
    request: { proof: { ...proof, signatureName: 'serving_default' } },
    artifact: {
      ...savedModel,
      savedModel: {
        ...savedModel.savedModel,
        signatures: savedModel.savedModel.signatures.slice(1),
      },
    },
    refused: true,
    onlyHere,
  },
  {
    rule: 'signature-exists',
    title: 'a signature for a model that has none',
    request: { proof: { ...proof, signatureName: 'serving_default' } },
    refused: true,
    onlyHere,
  },
  {
    rule: 'signature-exists',
    title: 'a signature that the model has',
    request: { proof: { ...proof, signatureName: 'serving_default' } },
    artifact: savedModel,
    refused: false,
  },
  {
    rule: 'instances-fit-signature',
    title: 'a list that is shorter than the signature says',
    request: { proof },
    artifact: measured,
    refused: true,
    onlyHere,
  },
  {
    rule: 'instances-fit-signature',
    title: 'lists of the length that the signature says, named and not',
    request: { proof: { ...proof, instances: [[1, 2.5, 3, 4], { measurements: [1, 2, 3, 4] }] } },
    artifact: measured,
    refused: false,
  },
  {
    rule: 'instances-fit-features',
    title: 'fewer numbers than the model was trained on',
    request: { proof },
    artifact: trainedOnFour,
    refused: true,
    onlyHere,
  },
  {
    rule: 'instances-fit-features',
    title: 'as many numbers as the model was trained on',
    request: { proof: { ...proof, instances: [[1, 2, 3, 4]] } },
    artifact: trainedOnFour,
    refused: false,
  },
];

/** Cases of the rules about proof that only Vertex AI has. */
export const vertexAiProofRuleCases: readonly RuleCase[] = [
  {
    rule: 'signature-on-vertex-ai',
    title: 'a signature that is not the default one',
    request: { proof: { ...proof, signatureName: 'score' } },
    artifact: savedModel,
    refused: true,
    onlyHere,
  },
  {
    rule: 'signature-on-vertex-ai',
    title: 'the default signature',
    request: { proof: { ...proof, signatureName: 'serving_default' } },
    artifact: savedModel,
    refused: false,
  },
];
