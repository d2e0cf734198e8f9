import type { Artifact } from '../../src/artifact/artifact.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { DeployRecord } from '../../src/record.ts';
import type { DeployRequest } from '../../src/request/deploy-request.ts';

/** A request as `read-request.ts` makes it for a pushed commit. */
export const request: DeployRequest = {
  model: 'fraud',
  source: 'export',
  version: undefined,
  framework: undefined,
  packageFiles: [],
  predictionClass: undefined,
  platform: 'ai-platform',
  projectId: 'acme',
  region: 'us-central1',
  modelRegion: 'us-central1',
  destination: { bucket: 'acme-aiplatform', prefix: '' },
  createBucket: false,
  endpoint: 'fraud',
  runtimeVersion: undefined,
  pythonVersion: undefined,
  machineType: undefined,
  accelerator: undefined,
  nodes: undefined,
  minNodes: undefined,
  maxNodes: undefined,
  metricTargets: [],
  image: undefined,
  serviceAccount: undefined,
  logging: 'none',
  description: 'card fraud',
  labels: {},
  versionConfig: {},
  ifVersionExists: 'fail',
  keepVersions: undefined,
  promote: true,
  traffic: 100,
  wait: true,
  timeoutSeconds: 3600,
  operation: undefined,
  dryRun: false,
  proof: undefined,
  allowUnsafePickle: false,
  comment: 'auto',
  githubToken: undefined,
  summary: true,
  run: {
    workspace: '/work',
    serverUrl: 'https://github.com',
    repository: 'acme/fraud',
    sha: 'abc1234def5678abc1234def5678abc1234def56',
    runId: '7',
    runAttempt: '1',
    workflow: 'deploy',
    tag: undefined,
    commitSubject: 'Train on March (#12)',
    runUrl: 'https://github.com/acme/fraud/actions/runs/7',
    credentialFiles: [],
  },
};

export const artifact: Artifact = {
  kind: 'saved-model',
  chosen: 'export/1700000000',
  place: 'local',
  framework: 'TENSORFLOW',
  frameworkVersion: '2.11.0',
  exportTimestamp: '1700000000',
  files: ['saved_model.pb', 'variables/variables.index'].map((name) => ({
    name,
    bytes: 600_000,
    source: { kind: 'local', path: `/work/export/1700000000/${name}` },
  })),
  marker: 'saved_model.pb',
  totalBytes: 1_200_000,
  savedModel: {
    tensorflowVersion: '2.11.0',
    tagSets: [['serve']],
    signatures: [
      {
        name: 'serving_default',
        methodName: 'tensorflow/serving/predict',
        inputs: [{ key: 'x', name: 'serving_default_x:0', dtype: 'float32', shape: [-1, 4] }],
        outputs: [
          { key: 'score', name: 'StatefulPartitionedCall:0', dtype: 'float32', shape: [-1] },
        ],
      },
    ],
  },
  remarks: [],
  warnings: [],
};

export const plan: Plan = {
  upload: {
    action: 'upload',
    bucket: 'acme-aiplatform',
    directory: 'fraud/v3/',
    createBucket: false,
    reuse: new Map(),
  },
  deploymentUri: 'gs://acme-aiplatform/fraud/v3/',
  model: { name: 'projects/acme/models/fraud', action: 'reuse', body: { name: 'fraud' } },
  version: {
    action: 'create',
    id: 'v3',
    name: 'projects/acme/models/fraud/versions/v3',
    body: { name: 'v3', framework: 'TENSORFLOW' },
  },
  promotion: 'set-default',
  previousVersion: 'v2',
  retire: [],
  changes: [],
  framework: 'TENSORFLOW',
  runtimeVersion: '2.11',
  machineType: 'n1-standard-2',
  warnings: [],
};

/** The record of a run that has just begun. */
export function begun(): DeployRecord {
  return { status: undefined, promoted: false, made: [], stages: new Map() };
}

/** The record of a deploy whose new version serves. */
export function deployed(): DeployRecord {
  return {
    status: 'deployed',
    request,
    artifact,
    plan,
    upload: { files: [], uploadedFiles: 2, uploadedBytes: 1_200_000, reusedFiles: 0 },
    digest: 'sha256:0123abcd',
    operation: 'projects/acme/operations/create_fraud_v3-1700000000000',
    version: {
      state: 'READY',
      serves: true,
      errorMessage: undefined,
      machineType: 'n1-standard-2',
    },
    promoted: true,
    watchCommand:
      'gcloud ai-platform operations wait create_fraud_v3-1700000000000 --region=us-central1 --project=acme',
    restoreCommand:
      'gcloud ai-platform versions set-default v2 --model=fraud --region=us-central1 --project=acme',
    predictUrl:
      'https://us-central1-ml.googleapis.com/v1/projects/acme/models/fraud/versions/v3:predict',
    made: [
      {
        kind: 'objects',
        name: 'gs://acme-aiplatform/fraud/v3/',
        state: '2 files, 1.2 MB',
        undo: 'gcloud storage rm --recursive gs://acme-aiplatform/fraud/v3/',
      },
      {
        kind: 'version',
        name: 'projects/acme/models/fraud/versions/v3',
        state: 'READY, the default version',
        undo: 'gcloud ai-platform versions delete v3 --model=fraud --region=us-central1 --project=acme',
      },
    ],
    stages: new Map([
      ['inspect', 0.42],
      ['upload', 12.2],
      ['wait', 125],
    ]),
  };
}

/** The record of a deploy whose version could not load its model. */
export function failed(): DeployRecord {
  const record = deployed();
  return {
    ...record,
    status: 'failed',
    stoppedIn: 'wait',
    promoted: false,
    version: { state: 'FAILED', serves: false, errorMessage: 'no', machineType: undefined },
    made: record.made.map((made) =>
      made.kind === 'version' ? { ...made, state: 'FAILED' } : made,
    ),
    failure: {
      code: 'model-load',
      what: 'The model was written with pickle protocol 5.',
      why: 'AI Platform answered FAILED_PRECONDITION: unsupported pickle protocol: 5 @octo',
      next: 'Write it with `pickle.dump(model, file, protocol=4)`.',
    },
  };
}

/** The plan of a deploy to an endpoint of Vertex AI. */
export const onVertexAi: Plan = {
  ...plan,
  vertexAi: {
    parent: 'projects/acme/locations/us-central1',
    uploadBody: {},
    endpoint: { displayName: 'fraud', name: undefined, id: undefined, body: {} },
    deployedModel: {},
    deployTrafficSplit: undefined,
    traffic: 10,
    existing: undefined,
    replaced: undefined,
    proofEndpoint: undefined,
    translations: [],
  },
};
