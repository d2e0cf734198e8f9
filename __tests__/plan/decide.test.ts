import type { Artifact } from '../../src/artifact/artifact.ts';
import { Failure } from '../../src/failure.ts';
import { decide } from '../../src/plan/decide.ts';
import type { Known } from '../../src/plan/decide.ts';
import { destinationDirectory } from '../../src/plan/destination-directory.ts';
import type { Existing } from '../../src/platform/platform.ts';
import type { DeployRequest } from '../../src/request/deploy-request.ts';
import type { ChosenDirectory } from '../../src/storage/cloud-storage.ts';
import { artifactOf, plainRequest, savedModel, scikitLearn } from './rule-cases.ts';

const nothing: Existing = { model: undefined, version: undefined, servingVersion: undefined };
const model = { name: 'projects/acme/models/fraud', regions: ['us-central1'] };
const serving: Existing = { model, version: undefined, servingVersion: 'v1' };
const chosen: ChosenDirectory = {
  directory: 'fraud/v2/',
  reuse: new Map(),
  bucketExists: true,
};

function known(overrides: {
  request?: Partial<DeployRequest>;
  artifact?: Artifact;
  existing?: Existing;
  chosen?: ChosenDirectory | undefined;
}): Known {
  return {
    artifact: scikitLearn,
    version: 'v2',
    existing: nothing,
    chosen,
    ...overrides,
    request: { ...plainRequest, ...overrides.request },
  };
}

function failure(overrides: Parameters<typeof known>[0]): Failure {
  try {
    decide(known(overrides));
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

test('the first deploy of a model', () => {
  expect(decide(known({}))).toEqual({
    upload: {
      action: 'upload',
      bucket: 'acme-aiplatform',
      directory: 'fraud/v2/',
      createBucket: false,
      reuse: new Map(),
    },
    deploymentUri: 'gs://acme-aiplatform/fraud/v2/',
    model: {
      name: 'projects/acme/models/fraud',
      action: 'create',
      body: {
        name: 'fraud',
        regions: ['us-central1'],
        onlinePredictionLogging: false,
        onlinePredictionConsoleLogging: false,
      },
    },
    version: {
      action: 'create',
      id: 'v2',
      name: 'projects/acme/models/fraud/versions/v2',
      body: {
        name: 'v2',
        deploymentUri: 'gs://acme-aiplatform/fraud/v2/',
        runtimeVersion: '2.11',
        pythonVersion: '3.7',
        framework: 'SCIKIT_LEARN',
      },
    },
    promotion: 'automatic',
    previousVersion: undefined,
    framework: 'SCIKIT_LEARN',
    runtimeVersion: '2.11',
    machineType: 'n1-standard-2',
    retire: [],
    changes: [],
    warnings: [],
  });
});

test('a further version of a model that serves', () => {
  const plan = decide(known({ existing: serving }));
  expect(plan.model.action).toBe('reuse');
  expect(plan.promotion).toBe('set-default');
  expect(plan.previousVersion).toBe('v1');
});

describe('promotion', () => {
  test('does not happen when it is not wanted', () => {
    const plan = decide(known({ existing: serving, request: { promote: false } }));
    expect(plan.promotion).toBe('none');
    expect(plan.warnings).toEqual([]);
  });

  test('is the work of the service for the first version, even when it is not wanted, with a warning', () => {
    const plan = decide(known({ request: { promote: false } }));
    expect(plan.promotion).toBe('automatic');
    expect(plan.warnings).toEqual([
      '`promote` is false, but v2 is the first version of model fraud, and the service makes the first one the default.',
    ]);
  });

  test('is the work of the service for a model without a version', () => {
    const plan = decide(known({ existing: { ...serving, servingVersion: undefined } }));
    expect(plan.promotion).toBe('automatic');
    expect(plan.model.action).toBe('reuse');
  });
});

describe('where the artifact goes', () => {
  test('a directory that was chosen because the plain one is taken is used, and said', () => {
    const other = { ...chosen, directory: 'fraud/v2-0a1b2c3d/', remark: 'It is taken.' };
    const plan = decide(known({ chosen: other }));
    expect(plan.deploymentUri).toBe('gs://acme-aiplatform/fraud/v2-0a1b2c3d/');
    expect(plan.version.body['deploymentUri']).toBe(plan.deploymentUri);
    expect(plan.warnings).toEqual(['It is taken.']);
  });

  test('objects that are there already are reused', () => {
    const object = { name: 'fraud/v2/model.joblib', bytes: 1, crc32c: 'AAAAAA==', generation: '1' };
    const reuse = new Map([['model.joblib', object]]);
    expect(decide(known({ chosen: { ...chosen, reuse } })).upload.reuse).toBe(reuse);
  });

  test('a model in Cloud Storage is deployed where it lies', () => {
    const artifact: Artifact = {
      ...savedModel,
      place: 'cloud-storage',
      deployableUri: 'gs://models/export/1700000000/',
    };
    const plan = decide(known({ artifact, chosen: undefined }));
    expect(plan.upload).toEqual({
      action: 'none',
      bucket: 'models',
      directory: 'export/1700000000/',
      createBucket: false,
      reuse: new Map(),
    });
    expect(plan.deploymentUri).toBe('gs://models/export/1700000000/');
    expect(plan.version.body['deploymentUri']).toBe(plan.deploymentUri);
  });

  test('the root of a bucket is a directory too', () => {
    const artifact: Artifact = { ...savedModel, deployableUri: 'gs://models/' };
    expect(decide(known({ artifact, chosen: undefined })).deploymentUri).toBe('gs://models/');
  });

  test('an artifact that has to be uploaded needs a directory', () => {
    expect(() => decide(known({ chosen: undefined }))).toThrow(TypeError);
  });

  test.each([
    ['', 'fraud/v2/'],
    ['team/models', 'team/models/fraud/v2/'],
  ])('with the prefix "%s" it is %s', (prefix, expected) => {
    const request = { ...plainRequest, destination: { bucket: 'b', prefix } };
    expect(destinationDirectory(request, 'v2')).toBe(expected);
  });
});

describe('a bucket that does not exist', () => {
  const missing = { ...chosen, bucketExists: false };

  test('is created when that is asked for', () => {
    const plan = decide(known({ chosen: missing, request: { createBucket: true } }));
    expect(plan.upload.createBucket).toBe(true);
  });

  test('is not created when it exists', () => {
    expect(decide(known({ request: { createBucket: true } })).upload.createBucket).toBe(false);
  });

  test('is a failure with the command that creates it otherwise', () => {
    const { code, why, next } = failure({
      chosen: missing,
      request: { region: 'global', modelRegion: 'us-east1' },
    });
    expect(code).toBe('not-found');
    expect(why).toBe(
      'bucket: `gs://acme-aiplatform`: there is no such bucket, and `create_bucket` is false.',
    );
    expect(next).toBe(
      'Set `create_bucket: true`, or create it: `gcloud storage buckets create gs://acme-aiplatform --project=acme --location=us-east1 --uniform-bucket-level-access`.',
    );
  });
});

describe('a version that exists', () => {
  const ready = {
    name: 'projects/acme/models/fraud/versions/v2',
    deploymentUri: 'gs://acme-aiplatform/fraud/v2/',
    runtimeVersion: '2.11',
    pythonVersion: '3.7',
    framework: 'SCIKIT_LEARN',
    machineType: 'n1-standard-2',
    state: 'READY',
    createTime: '2024-05-01T10:00:00Z',
  };

  test('is a conflict that tells every field that differs', () => {
    const { code, why, next } = failure({
      existing: { ...serving, version: ready },
      request: { machineType: 'n1-standard-4', labels: { team: 'risk' } },
    });
    expect(code).toBe('conflict');
    expect(why).toBe(
      'version: `v2`: exists already (READY), and `if_version_exists` is fail; it is not what this deploy would create: ' +
        'machineType: n1-standard-2 → n1-standard-4.',
    );
    expect(next).toMatch(
      /^Give another name in the input `version`, or set `if_version_exists` to/,
    );
  });

  test('is a conflict even when nothing differs', () => {
    const { code, why } = failure({ existing: { ...serving, version: ready } });
    expect(code).toBe('conflict');
    expect(why).toContain('it has the same fields as this deploy');
  });

  test('and has other request logging, which goes by a patch, differs too', () => {
    const { why } = failure({
      existing: { ...serving, version: ready },
      request: {
        versionConfig: {
          requestLoggingConfig: { bigqueryTableName: 'p.d.t', samplingPercentage: 1 },
        },
      },
    });
    expect(why).toContain('requestLoggingConfig.bigqueryTableName: (not set) → p.d.t');
  });

  test('in a state that is not told is a conflict all the same', () => {
    const { why } = failure({
      existing: { ...serving, version: { name: 'v2', state: null } },
      request: { region: 'global' },
    });
    expect(why).toContain('exists already (UNKNOWN)');
    expect(why).toContain('framework: (not set) → SCIKIT_LEARN');
  });

  test('and failed without a reason is told without one', () => {
    const version = { ...ready, state: 'FAILED' };
    expect(failure({ existing: { ...serving, version } }).why).toContain('is FAILED; a failed');
  });

  test('and failed has to be deleted first, by one command', () => {
    const version = { ...ready, state: 'FAILED', errorMessage: 'Bad model detected' };
    const { code, why, next } = failure({ existing: { ...serving, version } });
    expect(code).toBe('conflict');
    expect(why).toContain('is FAILED (Bad model detected)');
    expect(next).toBe(
      'Set `if_version_exists: replace`, or delete it: `gcloud ai-platform versions delete v2 --model=fraud --region=us-central1 --project=acme`.',
    );
  });
});

describe('refusals', () => {
  test('all come in one failure', () => {
    const { code, what, reasons } = failure({
      existing: { ...serving, version: { state: 'READY' } },
      chosen: { ...chosen, bucketExists: false },
      request: { minNodes: 5, maxNodes: 2, runtimeVersion: '3.0' },
    });
    expect(code).toBe('invalid-input');
    expect(what).toBe('The deploy is refused for 4 reasons.');
    expect(reasons.map((reason) => reason.split(':')[0])).toEqual([
      'runtime_version',
      'min_nodes',
      'version',
      'bucket',
    ]);
  });

  test('for size alone have a code of their own', () => {
    const artifact = artifactOf(
      { 'model.joblib': 600 * 1024 ** 2 },
      { framework: 'SCIKIT_LEARN', frameworkVersion: '1.0.2' },
    );
    const request = { region: 'global' };
    expect(failure({ artifact, request }).code).toBe('too-large');
    expect(failure({ artifact, request: { ...request, nodes: 0 } }).code).toBe('invalid-input');
  });
});

describe('warnings', () => {
  test('a model whose region is another keeps it', () => {
    const { warnings } = decide(
      known({
        existing: { ...serving, model: { ...model, regions: ['europe-west1'] } },
        request: { region: 'global', modelRegion: 'us-east1' },
      }),
    );
    expect(warnings).toEqual([
      'Model fraud exists with the region europe-west1, which cannot be changed; us-east1 has no effect.',
    ]);
  });

  test('a model without logging keeps it so', () => {
    const existing = { ...serving, model: { ...model, onlinePredictionLogging: true } };
    expect(decide(known({ existing, request: { logging: 'all' } })).warnings).toEqual([
      'Model fraud exists without onlinePredictionConsoleLogging, which cannot be changed; `logging: all` has no effect.',
    ]);
    expect(decide(known({ existing, request: { logging: 'access' } })).warnings).toEqual([]);
  });

  test('a runtime that is not the exact one is said', () => {
    const artifact: Artifact = { ...savedModel, frameworkVersion: '2.15.0' };
    const plan = decide(known({ artifact }));
    expect(plan.runtimeVersion).toBe('2.11');
    expect(plan.warnings.join()).toContain('TensorFlow 2.15.0');
    expect(decide(known({ artifact, request: { runtimeVersion: '2.11' } })).warnings).toEqual([
      'The model was exported by TensorFlow 2.15.0, and runtime 2.11 has TensorFlow 2.11.0, which may lack operations that the model uses; no runtime has TensorFlow 2.15: train and save it again with `pip install "tensorflow~=2.11.0"`, or serve it from a container of your own (`image`).',
    ]);
  });

  test('a framework given by hand makes the version of another framework useless', () => {
    const { warnings } = decide(known({ request: { framework: 'XGBOOST' } }));
    expect(warnings.join()).toContain('does not tell its version of XGBoost');
  });

  test('request logging that nobody waits to set is said', () => {
    const versionConfig = { requestLoggingConfig: { bigqueryTableName: 'p.d.t' } };
    const plan = decide(known({ request: { versionConfig, wait: false } }));
    expect(plan.version.patch?.updateMask).toBe('requestLoggingConfig');
    expect(plan.warnings.join()).toContain('requests will not be logged');
  });
});

test('outputs are what is deployed: a container has neither framework nor runtime', () => {
  const plan = decide(
    known({
      request: {
        image: 'us-central1-docker.pkg.dev/acme/models/fraud',
        machineType: 'n1-highcpu-8',
      },
    }),
  );
  expect([plan.framework, plan.runtimeVersion, plan.machineType]).toEqual([
    undefined,
    undefined,
    'n1-highcpu-8',
  ]);
  expect(decide(known({ request: { region: 'global' } })).machineType).toBe('mls1-c1-m2');
});
