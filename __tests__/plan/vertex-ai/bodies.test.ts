import type { Artifact } from '../../../src/artifact/artifact.ts';
import { deployedModelBody } from '../../../src/plan/vertex-ai/deployed-model-body.ts';
import { endpointBody, endpointId } from '../../../src/plan/vertex-ai/endpoint-body.ts';
import { uploadBody } from '../../../src/plan/vertex-ai/upload-body.ts';
import type { Upload } from '../../../src/plan/vertex-ai/upload-body.ts';
import { readVertexAiWanted } from '../../../src/plan/vertex-ai/wanted.ts';
import type { DeployRequest } from '../../../src/request/deploy-request.ts';
import { booster, savedModel, scikitLearn, vertexAiRequest } from './rule-cases.ts';

const today = new Date('2026-02-01T00:00:00Z');

function wantedOf(request: DeployRequest, artifact: Artifact) {
  return readVertexAiWanted(request, artifact, today);
}

function upload(
  asked: Partial<DeployRequest>,
  artifact: Artifact = scikitLearn,
  parentModel?: Upload['parentModel'],
) {
  const request = { ...vertexAiRequest, ...asked };
  const deploymentUri = 'gs://my-bucket/model/';
  const wanted = wantedOf(request, artifact);
  return uploadBody({ request, wanted, artifact, version: 'prod', deploymentUri, parentModel });
}

function deployed(asked: Partial<DeployRequest>, artifact: Artifact = scikitLearn) {
  const request = { ...vertexAiRequest, ...asked };
  return deployedModelBody(request, wantedOf(request, artifact), 'v1-2-3');
}

describe('models.upload', () => {
  test('sends what gcloud 528 was seen to send for the same job', () => {
    const request: Partial<DeployRequest> = {
      model: 'mymodel',
      labels: { a: 'b' },
      description: 'first',
    };
    expect(upload(request, savedModel)).toEqual({
      ...(JSON.parse(
        '{"model": {"artifactUri": "gs://my-bucket/model", "containerSpec": {"imageUri": "us-docker.pkg.dev/vertex-ai/prediction/tf2-cpu.2-15:latest"}, "displayName": "mymodel", "labels": {"a": "b"}, "versionAliases": ["prod"], "versionDescription": "first"}, "modelId": "mymodel"}',
      ) as object),
    });
  });

  test('of a further version names the parent, and keeps the display name of the model', () => {
    const name = 'projects/acme/locations/us-central1/models/fraud';
    expect(upload({}, scikitLearn, { name, resource: { displayName: 'Finds fraud' } })).toEqual({
      model: {
        displayName: 'Finds fraud',
        artifactUri: 'gs://my-bucket/model',
        containerSpec: {
          imageUri: 'us-docker.pkg.dev/vertex-ai/prediction/sklearn-cpu.1-6:latest',
        },
        versionAliases: ['prod'],
      },
      parentModel: name,
    });
  });

  test.each([
    ['fraud', 'fraud'],
    ['_fraud-2', '_fraud-2'],
    ['Fraud model', undefined],
    ['2fraud', undefined],
    ['f'.repeat(64), undefined],
  ])('a model called %s is created with the id %s', (model, id) => {
    const body = upload({ model });
    expect(body['modelId']).toBe(id);
    expect(body['model']).toMatchObject({ displayName: model });
    expect(body).not.toHaveProperty('parentModel');
  });

  test('a container of one’s own brings its settings, in either spelling', () => {
    const image = 'us-central1-docker.pkg.dev/acme/models/fraud:1.0';
    const versionConfig = {
      container: { args: ['--x'], ports: [{ containerPort: 9000 }] },
      routes: { predict: '/p', health: '/h' },
      containerSpec: { healthRoute: '/up', deploymentTimeout: '1800s' },
      metadata: { any: 1 },
    };
    expect(upload({ image, versionConfig })['model']).toMatchObject({
      metadata: { any: 1 },
      containerSpec: {
        imageUri: image,
        args: ['--x'],
        ports: [{ containerPort: 9000 }],
        predictRoute: '/p',
        healthRoute: '/up',
        deploymentTimeout: '1800s',
      },
    });
    expect(
      upload({ versionConfig: { containerSpec: { imageUri: image } } })['model'],
    ).toMatchObject({ containerSpec: { imageUri: image } });
  });

  test('nothing of AI Platform’s spelling, of the endpoint or the deployment is sent with the model', () => {
    const versionConfig = {
      runtimeVersion: '1.6',
      machineType: 'n1-standard-4',
      manualScaling: { nodes: 1 },
      requestLoggingConfig: { bigqueryTableName: 'a.b.c', samplingPercentage: 1 },
      explanationConfig: { sampledShapleyAttribution: { numPaths: 10 } },
      deployedModel: { displayName: 'x' },
      endpoint: { description: 'x' },
      description: 'Of the model',
    };
    expect(Object.keys(upload({ versionConfig })['model'] as object).sort()).toEqual([
      'artifactUri',
      'containerSpec',
      'description',
      'displayName',
      'versionAliases',
    ]);
  });

  test.each([
    ['sampledShapleyAttribution', 'numPaths', 'pathCount'],
    ['integratedGradientsAttribution', 'numIntegralSteps', 'stepCount'],
    ['xraiAttribution', 'numIntegralSteps', 'stepCount'],
  ])('the explanation method %s counts by %s there and by %s here', (method, from, to) => {
    const versionConfig = { explanationConfig: { [method]: { [from]: 25 } } };
    expect(upload({ versionConfig }, savedModel)['model']).toMatchObject({
      explanationSpec: {
        parameters: { [method]: { [to]: 25 } },
        metadata: {
          inputs: { x: { inputTensorName: 'serving_default_x:0' } },
          outputs: { y: { outputTensorName: 'StatefulPartitionedCall:0' } },
        },
      },
    });
  });
});

describe('the deployed model', () => {
  test('by default has one replica of the smallest N1, and no logs', () => {
    expect(deployed({})).toEqual({
      displayName: 'fraud@v1-2-3',
      dedicatedResources: {
        machineSpec: { machineType: 'n1-standard-2' },
        minReplicaCount: 1,
      },
      enableAccessLogging: false,
      disableContainerLogging: false,
    });
  });

  test('has all that inputs ask for', () => {
    expect(
      deployed(
        {
          machineType: 'n1-standard-8',
          accelerator: { type: 'NVIDIA_TESLA_T4', count: 2 },
          minNodes: 2,
          maxNodes: 5,
          metricTargets: [
            { name: 'CPU_USAGE', target: 70 },
            { name: 'GPU_DUTY_CYCLE', target: 80 },
          ],
          serviceAccount: 'p@acme.iam.gserviceaccount.com',
          logging: 'all',
        },
        savedModel,
      ),
    ).toEqual({
      displayName: 'fraud@v1-2-3',
      dedicatedResources: {
        machineSpec: {
          machineType: 'n1-standard-8',
          acceleratorType: 'NVIDIA_TESLA_T4',
          acceleratorCount: 2,
        },
        minReplicaCount: 2,
        maxReplicaCount: 5,
        autoscalingMetricSpecs: [
          {
            metricName: 'aiplatform.googleapis.com/prediction/online/cpu/utilization',
            target: 70,
          },
          {
            metricName: 'aiplatform.googleapis.com/prediction/online/accelerator/duty_cycle',
            target: 80,
          },
        ],
      },
      serviceAccount: 'p@acme.iam.gserviceaccount.com',
      enableAccessLogging: true,
      disableContainerLogging: false,
    });
  });

  test.each<[string, Partial<DeployRequest>, object]>([
    ['nodes', { nodes: 3 }, { minReplicaCount: 3, maxReplicaCount: 3 }],
    ['min_nodes 0', { minNodes: 0, maxNodes: 4 }, { minReplicaCount: 1, maxReplicaCount: 4 }],
    ['max_nodes alone', { maxNodes: 4 }, { minReplicaCount: 1, maxReplicaCount: 4 }],
    [
      'fields of AI Platform',
      { versionConfig: { autoScaling: { minNodes: 2, maxNodes: 3 } } },
      { minReplicaCount: 2, maxReplicaCount: 3 },
    ],
    [
      'its own fields',
      {
        versionConfig: {
          deployedModel: { dedicatedResources: { minReplicaCount: 2, maxReplicaCount: 6 } },
        },
      },
      { minReplicaCount: 2, maxReplicaCount: 6 },
    ],
    [
      'inputs over its own fields',
      {
        minNodes: 4,
        versionConfig: {
          deployedModel: { dedicatedResources: { minReplicaCount: 2, spot: true } },
        },
      },
      { minReplicaCount: 4, spot: true },
    ],
  ])('takes its replicas from %s', (_name, request, expected) => {
    const { machineSpec, ...resources } = deployed(request)['dedicatedResources'] as {
      machineSpec: object;
    };
    expect(machineSpec).toEqual({ machineType: 'n1-standard-2' });
    expect(resources).toEqual(expected);
  });

  test.each(['mls1-c1-m2', 'mls1-c4-m2', 'mls1-highmem-1', 'mls1-highcpu-4'])(
    '%s becomes the default machine type',
    (machineType) => {
      expect(deployed({ machineType })).toMatchObject({
        dedicatedResources: { machineSpec: { machineType: 'n1-standard-2' } },
      });
    },
  );

  test('the accelerators of a machine type are named, since the service wants that', () => {
    expect(deployed({ machineType: 'g2-standard-24' }, savedModel)).toMatchObject({
      dedicatedResources: {
        machineSpec: {
          machineType: 'g2-standard-24',
          acceleratorType: 'NVIDIA_L4',
          acceleratorCount: 2,
        },
      },
    });
    expect(upload({ machineType: 'g2-standard-24' }, savedModel)['model']).toMatchObject({
      containerSpec: {
        imageUri: 'us-docker.pkg.dev/vertex-ai/prediction/tf2-gpu.2-15:latest',
      },
    });
  });

  test.each([
    ['none', false],
    ['access', true],
    ['console', false],
    ['all', true],
  ] as const)('logging %s: access %s, and the container always', (logging, access) => {
    expect(deployed({ logging })).toMatchObject({
      enableAccessLogging: access,
      disableContainerLogging: false,
    });
  });

  test('is silent only where version_config says so', () => {
    const versionConfig = { deployedModel: { disableContainerLogging: true } };
    expect(deployed({ versionConfig })['disableContainerLogging']).toBe(true);
  });

  test('has a name of its own where version_config gives one, else one of at most 128 characters', () => {
    const versionConfig = { deployedModel: { displayName: 'blue' } };
    expect(deployed({ versionConfig })['displayName']).toBe('blue');
    expect(deployed({ model: '😀'.repeat(128) })['displayName']).toBe(`${'😀'.repeat(121)}@v1-2-3`);
  });
});

describe('the endpoint', () => {
  test('is called as asked and says where it came from', () => {
    const request = { ...vertexAiRequest, endpoint: 'Fraud EU', labels: { 'run-id': '7' } };
    expect(endpointBody(request)).toEqual({
      displayName: 'Fraud EU',
      labels: { 'run-id': '7' },
    });
  });

  test('has the fields of version_config, and the request logging of AI Platform', () => {
    const versionConfig = {
      endpoint: { dedicatedEndpointEnabled: true },
      requestLoggingConfig: { bigqueryTableName: 'acme.serving.log', samplingPercentage: 0.1 },
    };
    expect(endpointBody({ ...vertexAiRequest, versionConfig })).toEqual({
      displayName: 'fraud',
      dedicatedEndpointEnabled: true,
      predictRequestResponseLoggingConfig: {
        enabled: true,
        samplingRate: 0.1,
        bigqueryDestination: { outputUri: 'bq://acme.serving.log' },
      },
    });
  });

  test.each([
    ['fraud', 'fraud'],
    ['f', 'f'],
    ['fraud-2', 'fraud-2'],
    ['fraud_2', undefined],
    ['fraud-', undefined],
    ['Fraud', undefined],
    ['2', undefined],
    ['f'.repeat(64), undefined],
  ])('%s gets the id %s', (name, id) => {
    expect(endpointId(name)).toBe(id);
  });
});

describe('the container', () => {
  const imageOf = (request: Partial<DeployRequest>, artifact: Artifact): string => {
    const { model } = upload(request, artifact) as {
      model: { containerSpec: { imageUri: string } };
    };
    return model.containerSpec.imageUri.replace(/^.*\//, '');
  };
  const warningsOf = (request: Partial<DeployRequest>, artifact: Artifact): string => {
    const { imageChoice } = wantedOf({ ...vertexAiRequest, ...request }, artifact);
    return imageChoice !== undefined && 'uri' in imageChoice ? imageChoice.warnings.join() : '';
  };

  test('is that of the runtime’s framework version, or of the framework’s own', () => {
    expect(imageOf({ runtimeVersion: '2.11' }, scikitLearn)).toBe('sklearn-cpu.1-0:latest');
    expect(imageOf({ runtimeVersion: '1.5' }, scikitLearn)).toBe('sklearn-cpu.1-5:latest');
    expect(imageOf({ runtimeVersion: '2.11' }, savedModel)).toBe('tf2-cpu.2-14:latest');
    expect(imageOf({ runtimeVersion: '2.15' }, savedModel)).toBe('tf2-cpu.2-15:latest');
    expect(imageOf({ versionConfig: { runtimeVersion: '2.11' } }, booster)).toBe(
      'xgboost-cpu.2-0:latest',
    );
  });

  test('of an older version than the model’s is said to be doubtful', () => {
    expect(warningsOf({ runtimeVersion: '2.11' }, savedModel)).toContain(
      'The model was made with TensorFlow 2.15.0, and the container holds TensorFlow 2.14, which may not be able to load it.',
    );
    expect(warningsOf({ runtimeVersion: '1.5' }, scikitLearn)).toContain('holds scikit-learn 1.5');
  });

  test('of a newer version is doubtful for pickles only', () => {
    const pickled = { ...booster, files: scikitLearn.files, marker: 'model.joblib' };
    expect(warningsOf({}, { ...pickled, frameworkVersion: '2.0.0' })).not.toContain('may not be');
    expect(warningsOf({}, pickled)).toContain('may not be able to load it');
    expect(warningsOf({}, booster)).not.toContain('may not be able to load it');
  });
});
