import type { Plan } from '../../src/plan/plan.ts';
import { chooseImage } from '../../src/plan/vertex-ai/prebuilt-images.ts';
import type { DeployRecord, Stage } from '../../src/record.ts';
import type { DeployRequest } from '../../src/request/deploy-request.ts';
import { artifact, deployed, failed, plan, request } from '../report/records.ts';

// Records of whole runs as people have them, by the name of the run; the README's picture is of the first.

const endpoint = 'projects/acme-models/locations/us-central1/endpoints/4189503281648893952';
const model = 'projects/acme-models/locations/us-central1/models/fraud';
const uri = 'gs://acme-models-aiplatform/fraud/v1-4-0/';

const took = (seconds: Partial<Record<Stage, number>>): Map<Stage, number> =>
  new Map(Object.entries(seconds) as [Stage, number][]);

const onVertexAi: DeployRequest = {
  ...request,
  platform: 'vertex-ai',
  projectId: 'acme-models',
  traffic: 10,
  run: {
    ...request.run,
    commitSubject: 'Train on the transactions of October',
    tag: 'v1.4.0',
  },
};

const TENSORFLOW = '2.15.1';

/** What the action chooses for that model. */
const image = chooseImage({
  framework: 'TENSORFLOW',
  frameworkVersion: TENSORFLOW,
  accelerator: false,
  region: 'us-central1',
  today: new Date('2026-11-23'),
});

const planOnVertexAi: Plan = {
  ...plan,
  runtimeVersion: 'version' in image ? image.version : undefined,
  deploymentUri: uri,
  model: { name: model, action: 'reuse', body: {} },
  version: { ...plan.version, id: 'v1-4-0', name: `${model}@v1-4-0` },
  previousVersion: '6',
};

/** A tenth of the traffic for the new version, the rest where it was. */
function canary(): DeployRecord {
  return {
    ...deployed(),
    request: onVertexAi,
    artifact: {
      ...artifact,
      exportTimestamp: '1795392000',
      frameworkVersion: TENSORFLOW,
      totalBytes: 48_312_450,
      savedModel: {
        tensorflowVersion: TENSORFLOW,
        tagSets: [['serve']],
        signatures: [
          {
            name: 'serving_default',
            methodName: 'tensorflow/serving/predict',
            inputs: [
              { key: 'amount', name: 'amount:0', dtype: 'float32', shape: [-1, 1] },
              { key: 'merchant', name: 'merchant:0', dtype: 'string', shape: [-1, 1] },
            ],
            outputs: [{ key: 'score', name: 'score:0', dtype: 'float32', shape: [-1, 1] }],
          },
        ],
      },
    },
    plan: planOnVertexAi,
    existing: { model: {}, version: undefined, servingVersion: '6', traffic: { 6: 100 } },
    digest: 'sha256:9f2d7c04b51e88a3360c4de1f7ab92c85e6b30d1a47c69f8025b3e7d1c4a90fe',
    version: {
      state: 'READY',
      serves: true,
      errorMessage: undefined,
      machineType: 'n1-standard-2',
      names: { model, version: '7', endpoint, deployedModelId: '6093482107341209600' },
      traffic: { 6: 90, 7: 10 },
    },
    proof: {
      verdict: 'good',
      instances: 25,
      seconds: 3.2,
      maximumDifference: 4.1e-7,
      problems: [],
    },
    predictUrl: `https://us-central1-aiplatform.googleapis.com/v1/${endpoint}:predict`,
    restoreCommand:
      'gcloud ai endpoints update 4189503281648893952 --traffic-split=2281640175509864448=100 --region=us-central1 --project=acme-models',
    made: [
      {
        kind: 'objects',
        name: uri,
        state: '2 files, 48.3 MB',
        undo: `gcloud storage rm --recursive ${uri}`,
      },
      {
        kind: 'version',
        name: `${model}@7`,
        state: 'READY',
        undo: 'gcloud ai models delete-version fraud@7 --region=us-central1 --project=acme-models',
      },
      {
        kind: 'version',
        name: `${endpoint}/deployedModels/6093482107341209600`,
        state: 'READY, 10 % of the traffic',
        undo: 'gcloud ai endpoints undeploy-model 4189503281648893952 --deployed-model-id=6093482107341209600 --region=us-central1 --project=acme-models',
      },
    ],
    stages: took({
      inspect: 0.4,
      plan: 1.1,
      'local-predict': 9.6,
      model: 1.2,
      upload: 7.9,
      version: 34.2,
      wait: 296.5,
      prove: 3.2,
      promote: 4.8,
      retire: 0.001,
    }),
  };
}

function onAiPlatform(): DeployRecord {
  return {
    ...deployed(),
    proof: { verdict: 'good', instances: 5, seconds: 0.9, problems: [] },
    stages: took({
      inspect: 0.2,
      plan: 0.7,
      upload: 2.4,
      model: 0.6,
      version: 0.8,
      wait: 95,
      prove: 0.9,
      promote: 0.5,
    }),
  };
}

/** All of the traffic for the new version; what served before is undeployed. */
function replaced(): DeployRecord {
  const record = canary();
  return {
    ...record,
    request: { ...onVertexAi, traffic: 100 },
    version: { ...record.version, serves: true, traffic: { 7: 100 } } as DeployRecord['version'] &
      object,
    existing: {
      model: {},
      version: undefined,
      servingVersion: '6',
      traffic: { 5: 25, 6: 75 },
    },
    stages: took({ inspect: 0.1, plan: 0.8, upload: 41, model: 3, version: 6, wait: 1710 }),
  };
}

function refused(): DeployRecord {
  return {
    ...failed(),
    failure: {
      code: 'model-load',
      what: 'AI Platform could not load the model into version `v3`.',
      why: 'Create Version failed. Bad model detected with error: "Failed to load model: a bytes-like object is required" (Error code: 0)',
      next: 'Run `gcloud ai-platform local predict` with the same files, or set `local_predict: true`.',
    },
    stages: took({
      inspect: 0.2,
      plan: 0.7,
      model: 0.6,
      upload: 2.4,
      version: 0.8,
      wait: 21,
    }),
  };
}

/** The new version answers otherwise than it should, and what served before serves. */
function rolledBack(): DeployRecord {
  const record = canary();
  return {
    ...record,
    status: 'rolled-back',
    promoted: false,
    rolledBack: true,
    withdrawn: true,
    made: record.made.slice(0, 1),
    version: { ...record.version, serves: false, traffic: { 6: 100 } } as DeployRecord['version'] &
      object,
    stoppedIn: 'prove',
    proof: {
      verdict: 'bad',
      instances: 25,
      seconds: 3.2,
      maximumDifference: 0.31,
      problems: ['instance 3'],
    },
    failure: {
      code: 'verification',
      what: 'Version v1-4-0 fails its proof, and does not serve.',
      why: 'Several things are wrong:',
      reasons: [
        'Instance 3: `score` is 0.71, expected 0.4.',
        'Instance 9: `score` is 0.12, expected 0.3.',
      ],
      next: 'Compare the model and its test instances with those of the training, or correct `test_instances`, `expected_predictions` or `tolerance`.',
    },
    stages: took({ inspect: 0.4, plan: 1.1, upload: 7.9, version: 34, wait: 296, prove: 3.2 }),
  };
}

function cancelled(): DeployRecord {
  return {
    ...refused(),
    status: 'cancelled',
    version: { state: 'CREATING', serves: false, errorMessage: undefined, machineType: undefined },
    failure: {
      code: 'cancelled',
      what: 'The run was cancelled while version v3 was being created.',
      why: 'Somebody cancelled it, or the job reached its time limit.',
      next: 'Run the job again with `if_version_exists: reuse`.',
    },
    stages: took({ inspect: 0.2, plan: 0.7, upload: 2.4, model: 0.6, version: 0.8, wait: 4210 }),
  };
}

function planned(): DeployRecord {
  const { request: asked, artifact: found, digest } = canary();
  return {
    status: 'planned',
    promoted: false,
    made: [],
    request: { ...(asked ?? onVertexAi), dryRun: true },
    ...(found === undefined ? {} : { artifact: found }),
    ...(digest === undefined ? {} : { digest }),
    plan: planOnVertexAi,
    existing: { model: {}, version: undefined, servingVersion: '6', traffic: { 6: 100 } },
    stages: took({ inspect: 0.4, plan: 1.1 }),
  };
}

/** Names that would break out of a picture if they could. */
function hostile(): DeployRecord {
  const record = canary();
  const name = '7"]\n```\n<script>alert(1)</script> %%{init: {"theme":"forest"}}%% | click a';
  return {
    ...record,
    request: { ...onVertexAi, model: name },
    version: {
      ...record.version,
      names: { model, version: name, endpoint, deployedModelId: '1' },
      traffic: { 6: 90, [name]: 10 },
    } as DeployRecord['version'] & object,
  };
}

/** What becomes of each run, by name. */
export const scenes: ReadonlyMap<string, DeployRecord> = new Map([
  ['canary', canary()],
  ['ai-platform', onAiPlatform()],
  ['replaced', replaced()],
  ['failed', refused()],
  ['rolled-back', rolledBack()],
  ['cancelled', cancelled()],
  ['planned', planned()],
  ['hostile', hostile()],
]);
