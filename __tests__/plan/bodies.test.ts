import type { Artifact } from '../../src/artifact/artifact.ts';
import { modelBody } from '../../src/plan/model-body.ts';
import { versionBody, versionPatch } from '../../src/plan/version-body.ts';
import { readWanted } from '../../src/plan/wanted.ts';
import type { DeployRequest } from '../../src/request/deploy-request.ts';
import { artifactOf, plainRequest, savedModel, scikitLearn } from './rule-cases.ts';

function body(request: Partial<DeployRequest>, artifact: Artifact = scikitLearn, version = 'v1') {
  const full = { ...plainRequest, ...request };
  return versionBody(full, readWanted(full, artifact), version, 'gs://my-bucket/model-dir/');
}

/** Bodies on the left are those that gcloud 528 was seen to send for the same job. */
describe('the same request as gcloud', () => {
  test('models create --region=us-central1', () => {
    expect(modelBody({ ...plainRequest, model: 'M2' })).toEqual(
      JSON.parse(
        '{"name": "M2", "onlinePredictionConsoleLogging": false, "onlinePredictionLogging": false, "regions": ["us-central1"]}',
      ),
    );
  });

  test('models create --regions=europe-west1 --enable-logging', () => {
    const request: DeployRequest = {
      ...plainRequest,
      model: 'M4',
      region: 'global',
      modelRegion: 'europe-west1',
      logging: 'access',
    };
    expect(modelBody(request)).toEqual({
      name: 'M4',
      onlinePredictionConsoleLogging: false,
      onlinePredictionLogging: true,
      regions: ['europe-west1'],
    });
  });

  test('versions create with a machine type, an accelerator, scaling, labels and a description', () => {
    const request: Partial<DeployRequest> = {
      framework: 'SCIKIT_LEARN',
      runtimeVersion: '2.11',
      pythonVersion: '3.7',
      machineType: 'n1-standard-4',
      accelerator: { type: 'NVIDIA_TESLA_T4', count: 1 },
      minNodes: 1,
      maxNodes: 3,
      metricTargets: [{ name: 'CPU_USAGE', target: 60 }],
      labels: { k: 'v' },
      description: 'second',
    };
    expect(body(request, scikitLearn, 'v2')).toEqual(
      JSON.parse(
        '{"acceleratorConfig": {"count": "1", "type": "NVIDIA_TESLA_T4"}, "autoScaling": {"maxNodes": 3, "metrics": [{"name": "CPU_USAGE", "target": 60}], "minNodes": 1}, "deploymentUri": "gs://my-bucket/model-dir/", "description": "second", "framework": "SCIKIT_LEARN", "labels": {"k": "v"}, "machineType": "n1-standard-4", "name": "v2", "pythonVersion": "3.7", "runtimeVersion": "2.11"}',
      ),
    );
  });

  test('versions create of a SavedModel, with what is derived given by hand to gcloud', () => {
    expect(body({}, savedModel)).toEqual(
      JSON.parse(
        '{"deploymentUri": "gs://my-bucket/model-dir/", "framework": "TENSORFLOW", "name": "v1", "pythonVersion": "3.7", "runtimeVersion": "2.11"}',
      ),
    );
  });
});

test.each([
  ['none', false, false],
  ['access', true, false],
  ['console', false, true],
  ['all', true, true],
] as const)('logging %s sets both flags of the model', (logging, access, nodes) => {
  expect(modelBody({ ...plainRequest, logging })).toMatchObject({
    onlinePredictionLogging: access,
    onlinePredictionConsoleLogging: nodes,
  });
});

describe('the body of a version', () => {
  test('takes Python from the runtime, and the runtime from the artifact', () => {
    const old = artifactOf({ 'model.bst': 10 }, { framework: 'XGBOOST', frameworkVersion: '0.82' });
    expect(body({}, old)).toMatchObject({
      framework: 'XGBOOST',
      runtimeVersion: '1.14',
      pythonVersion: '3.5',
    });
  });

  test('leaves out what was not asked for', () => {
    expect(Object.keys(body({})).sort()).toEqual([
      'deploymentUri',
      'framework',
      'name',
      'pythonVersion',
      'runtimeVersion',
    ]);
  });

  test('keeps a lower bound of zero', () => {
    expect(body({ region: 'global', minNodes: 0 })['autoScaling']).toEqual({ minNodes: 0 });
  });

  test('has a fixed number of nodes as manual scaling', () => {
    expect(body({ nodes: 2 })).toMatchObject({ manualScaling: { nodes: 2 } });
    expect(body({ nodes: 2 })).not.toHaveProperty('autoScaling');
  });

  test('names local packages below the deployment directory, and others where they are', () => {
    const request: Partial<DeployRequest> = {
      region: 'global',
      predictionClass: 'predictor.Fraud',
      packageFiles: ['dist/fraud-1.0.tar.gz', 'more-2.tar.gz', 'gs://other/lib.tar.gz'],
    };
    expect(body(request)).toEqual({
      name: 'v1',
      deploymentUri: 'gs://my-bucket/model-dir/',
      runtimeVersion: '2.11',
      pythonVersion: '3.7',
      packageUris: [
        'gs://my-bucket/model-dir/packages/fraud-1.0.tar.gz',
        'gs://my-bucket/model-dir/packages/more-2.tar.gz',
        'gs://other/lib.tar.gz',
      ],
      predictionClass: 'predictor.Fraud',
    });
  });

  test('has no runtime, Python or framework with a container, which joins what version_config says of it', () => {
    const request: Partial<DeployRequest> = {
      image: 'us-central1-docker.pkg.dev/acme/models/fraud:1.0',
      machineType: 'n1-standard-4',
      serviceAccount: 'p@acme.iam.gserviceaccount.com',
      versionConfig: {
        container: { env: [{ name: 'MODE', value: 'fast' }], ports: [{ containerPort: 9000 }] },
        routes: { predict: '/predict' },
      },
    };
    expect(body(request)).toEqual({
      name: 'v1',
      deploymentUri: 'gs://my-bucket/model-dir/',
      machineType: 'n1-standard-4',
      container: {
        image: 'us-central1-docker.pkg.dev/acme/models/fraud:1.0',
        env: [{ name: 'MODE', value: 'fast' }],
        ports: [{ containerPort: 9000 }],
      },
      routes: { predict: '/predict' },
      serviceAccount: 'p@acme.iam.gserviceaccount.com',
    });
  });

  test('has inputs over version_config, object by object', () => {
    const request: Partial<DeployRequest> = {
      maxNodes: 5,
      versionConfig: {
        runtimeVersion: '2.8',
        machineType: 'n1-highmem-2',
        autoScaling: { minNodes: 2, maxNodes: 3 },
        explanationConfig: { sampledShapleyAttribution: {} },
      },
    };
    expect(body(request, savedModel)).toMatchObject({
      runtimeVersion: '2.8',
      pythonVersion: '3.7',
      framework: 'TENSORFLOW',
      machineType: 'n1-highmem-2',
      autoScaling: { minNodes: 2, maxNodes: 5 },
      explanationConfig: { sampledShapleyAttribution: {} },
    });
  });

  test('takes its framework and packages from version_config where no input gives them', () => {
    const versionConfig = { framework: 'XGBOOST', packageUris: ['gs://b/p.tar.gz'] };
    expect(body({ region: 'global', versionConfig })).toMatchObject({
      ...versionConfig,
      // The version that the artifact tells is one of scikit-learn and says nothing of XGBoost.
      runtimeVersion: '2.11',
    });
  });

  test('sends request logging in a patch, since a creation ignores it', () => {
    const requestLoggingConfig = { bigqueryTableName: 'p.d.t', samplingPercentage: 0.5 };
    const versionConfig = { requestLoggingConfig };
    expect(body({ versionConfig })).not.toHaveProperty('requestLoggingConfig');
    expect(versionPatch({ ...plainRequest, versionConfig })).toEqual({
      updateMask: 'requestLoggingConfig',
      body: { requestLoggingConfig },
    });
    expect(versionPatch(plainRequest)).toBeUndefined();
  });
});
