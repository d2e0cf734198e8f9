import { Failure } from '../../../src/failure.ts';
import { decide } from '../../../src/plan/decide.ts';
import type { Known } from '../../../src/plan/decide.ts';
import { destinationDirectory } from '../../../src/plan/destination-directory.ts';
import type { Existing } from '../../../src/platform/platform.ts';
import type { DeployRequest } from '../../../src/request/deploy-request.ts';
import type { JsonObject } from '../../../src/world.ts';
import { savedModel, scikitLearn, vertexAiRequest } from './rule-cases.ts';

const parent = 'projects/acme/locations/us-central1';
const numbered = 'projects/122062215105/locations/us-central1';
const image = 'us-docker.pkg.dev/vertex-ai/prediction/sklearn-cpu.1-6:latest';
const today = new Date('2026-02-01T00:00:00Z');
const nothing: Existing = {
  model: undefined,
  version: undefined,
  servingVersion: undefined,
  vertexAi: { endpoint: undefined },
};
const model = { name: `${numbered}/models/fraud`, displayName: 'fraud', versionId: '1' };
const endpoint = {
  name: `${numbered}/endpoints/4711`,
  displayName: 'fraud',
  deployedModels: [{ id: '10', model: model.name, modelVersionId: '1' }],
  trafficSplit: { '10': 100 },
};
const serving: Existing = { ...nothing, model, servingVersion: '1', vertexAi: { endpoint } };

function known(
  request: Partial<DeployRequest> = {},
  existing: Existing = nothing,
  more: Partial<Known> = {},
): Known {
  return {
    request: { ...vertexAiRequest, ...request },
    artifact: scikitLearn,
    version: 'v2',
    existing,
    chosen: { directory: 'fraud/v2/', reuse: new Map(), bucketExists: true },
    today,
    ...more,
  };
}

function withEndpoint(fields: JsonObject): Existing {
  return { ...serving, vertexAi: { endpoint: { ...endpoint, ...fields } } };
}

function failure(...parts: Parameters<typeof known>): Failure {
  try {
    decide(known(...parts));
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

test('the first deploy of a model, with all that is sent', () => {
  const uploadBody = {
    model: {
      displayName: 'fraud',
      artifactUri: 'gs://acme-aiplatform/fraud/v2',
      containerSpec: { imageUri: image },
      versionAliases: ['v2'],
    },
    modelId: 'fraud',
  };
  expect(decide(known())).toEqual({
    upload: {
      action: 'upload',
      bucket: 'acme-aiplatform',
      directory: 'fraud/v2/',
      createBucket: false,
      reuse: new Map(),
    },
    deploymentUri: 'gs://acme-aiplatform/fraud/v2/',
    model: { name: `${parent}/models/fraud`, action: 'create', body: {} },
    version: {
      action: 'create',
      id: 'v2',
      name: `${parent}/models/fraud@v2`,
      body: uploadBody,
    },
    promotion: 'automatic',
    previousVersion: undefined,
    framework: 'SCIKIT_LEARN',
    runtimeVersion: '1.6',
    machineType: 'n1-standard-2',
    retire: [],
    changes: [],
    warnings: [],
    vertexAi: {
      parent,
      uploadBody,
      endpoint: {
        displayName: 'fraud',
        name: undefined,
        id: 'fraud',
        body: { displayName: 'fraud' },
      },
      deployedModel: {
        displayName: 'fraud@v2',
        dedicatedResources: {
          machineSpec: { machineType: 'n1-standard-2' },
          minReplicaCount: 1,
        },
        enableAccessLogging: false,
        disableContainerLogging: false,
      },
      deployTrafficSplit: { '0': 100 },
      traffic: 100,
      existing: undefined,
      replaced: undefined,
      proofEndpoint: undefined,
      translations: [],
    },
  });
});

test('a further version of a model that serves is deployed without traffic, then promoted', () => {
  const plan = decide(known({}, serving));
  expect(plan.model).toEqual({ name: `${parent}/models/fraud`, action: 'reuse', body: {} });
  expect(plan.version.body).toMatchObject({ parentModel: `${parent}/models/fraud` });
  expect(plan.version.body).not.toHaveProperty('modelId');
  expect(plan.promotion).toBe('set-default');
  expect(plan.previousVersion).toBe('1');
  expect(plan.vertexAi).toMatchObject({
    endpoint: { displayName: 'fraud', name: `${parent}/endpoints/4711`, id: undefined },
    deployTrafficSplit: undefined,
    traffic: 100,
  });
  expect(plan.warnings).toEqual([]);
});

test('a model that is found by its display name keeps its id', () => {
  const found = { ...model, name: `${numbered}/models/8012345@1`, displayName: 'Fraud model' };
  const plan = decide(known({ model: 'Fraud model' }, { ...serving, model: found }));
  expect(plan.version.name).toBe(`${parent}/models/8012345@v2`);
  expect(plan.version.body).toMatchObject({
    parentModel: `${parent}/models/8012345`,
    model: { displayName: 'Fraud model' },
  });
});

test('an endpoint that is found by its id keeps its display name', () => {
  const found = withEndpoint({ displayName: 'All models' });
  const plan = decide(known({ endpoint: '4711' }, found));
  expect(plan.vertexAi?.endpoint).toMatchObject({
    displayName: 'All models',
    name: `${parent}/endpoints/4711`,
  });
});

describe('promotion and traffic', () => {
  const empty = withEndpoint({ deployedModels: [], trafficSplit: {} });
  const idle = withEndpoint({ trafficSplit: {} });

  test.each<[string, Partial<DeployRequest>, Existing, string, JsonObject | undefined, number]>([
    ['nothing exists', {}, nothing, 'automatic', { '0': 100 }, 100],
    ['nothing exists, a canary', { traffic: 10 }, nothing, 'automatic', { '0': 100 }, 100],
    ['the endpoint is empty', {}, empty, 'set-default', { '0': 100 }, 100],
    ['no deployed model has traffic', { traffic: 10 }, idle, 'set-default', undefined, 100],
    ['something serves', {}, serving, 'set-default', undefined, 100],
    ['something serves, a canary', { traffic: 10 }, serving, 'set-default', undefined, 10],
    [
      'another model serves there',
      { traffic: 50 },
      { ...serving, model: undefined },
      'set-default',
      undefined,
      50,
    ],
    ['not promoted', { promote: false }, serving, 'none', undefined, 100],
    ['not promoted, nothing exists', { promote: false }, nothing, 'none', undefined, 100],
  ])('%s', (_name, request, existing, promotion, split, traffic) => {
    const plan = decide(known(request, existing));
    expect(plan.promotion).toBe(promotion);
    expect(plan.vertexAi?.deployTrafficSplit).toEqual(split);
    expect(plan.vertexAi?.traffic).toBe(traffic);
  });

  test('a share that cannot be had is said', () => {
    expect(decide(known({ traffic: 10 }, idle)).warnings).toEqual([
      '`traffic` is 10, but nothing else serves on endpoint fraud: the version gets all of it.',
    ]);
    expect(decide(known({ traffic: 10, promote: false }, serving)).warnings).toEqual([
      '`traffic` is 10, but `promote` is false: the version is deployed and gets none.',
    ]);
    expect(decide(known({ traffic: 10 }, serving)).warnings).toEqual([]);
  });

  test('the first version of a model gets the alias default whatever is wanted, and that is said', () => {
    expect(decide(known({ promote: false })).warnings).toEqual([
      '`promote` is false, but v2 is the first version of model fraud, and the service gives the first one the alias default; it gets no traffic.',
    ]);
  });
});

describe('a version of this alias', () => {
  const version = {
    ...model,
    versionId: '3',
    artifactUri: 'gs://acme-aiplatform/fraud/v2/',
    containerSpec: { imageUri: image },
    versionAliases: ['v2', 'golden'],
    supportedDeploymentResourcesTypes: ['DEDICATED_RESOURCES'],
  };

  test('is a conflict that names its number', () => {
    const { code, why, next } = failure({}, { ...serving, version });
    expect(code).toBe('conflict');
    expect(why).toBe(
      'version: `v2`: is already the alias of version 3 of model fraud, and `if_version_exists` is fail; it has the same fields as this deploy.',
    );
    expect(next).toMatch(
      /^Give another name in the input `version`, or set `if_version_exists` to reuse/,
    );
  });

  test('is told with every field in which it differs', () => {
    const { why } = failure(
      { labels: { team: 'risk' }, image: 'gcr.io/acme/fraud' },
      { ...serving, version: { ...version, versionId: null } },
    );
    expect(why).toContain('version (unknown) of model fraud');
    expect(why).toContain(
      `it is not what this deploy would create: containerSpec.imageUri: ${image} → gcr.io/acme/fraud.`,
    );
  });
});

describe('refusals', () => {
  test('an id of nothing is not made into a name', () => {
    const { code, reasons, next } = failure({ model: '8012345', endpoint: '4711' });
    expect(code).toBe('not-found');
    expect(reasons).toEqual([
      'model: `8012345`: there is no model of this id in us-central1, and a new one cannot get it',
      'endpoint: `4711`: there is no endpoint of this id in us-central1, and a new one cannot get it',
    ]);
    expect(next).toContain('Give the id of one that exists');
  });

  test('a model found by its number may get an endpoint that is called so', () => {
    const request = { model: '8012345', endpoint: '8012345' };
    const found = { ...nothing, model: { ...model, name: `${numbered}/models/8012345` } };
    expect(decide(known(request, found)).vertexAi?.endpoint).toMatchObject({
      displayName: '8012345',
      id: undefined,
    });
  });

  test('all come in one failure, the missing bucket among them', () => {
    const { reasons } = failure({ minNodes: 5, maxNodes: 2 }, nothing, {
      version: 'v_2',
      chosen: { directory: 'fraud/v2/', reuse: new Map(), bucketExists: false },
    });
    expect(reasons.map((reason) => reason.split(':')[0])).toEqual([
      'version',
      'min_nodes',
      'bucket',
    ]);
  });
});

describe('warnings', () => {
  test('a container at its end is said, by the day of the deploy', () => {
    const late = decide(known({}, nothing, { today: new Date('2026-10-20T00:00:00Z') }));
    expect(late.warnings.join()).toContain('ended on 2026-10-14');
    expect(decide(known({}, nothing, { today: undefined })).warnings).toEqual([]);
  });

  test('an endpoint that exists is used as it is, and what was asked of it is said', () => {
    const request = {
      labels: { 'run-id': '7' },
      versionConfig: {
        endpoint: { dedicatedEndpointEnabled: true },
        requestLoggingConfig: { bigqueryTableName: 'a.b.c', samplingPercentage: 0.5 },
      },
    };
    expect(decide(known(request, serving)).warnings).toEqual([
      'Endpoint fraud exists and is used as it is; what `version_config` asks of it has no effect: dedicatedEndpointEnabled: (not set) → true; predictRequestResponseLoggingConfig.bigqueryDestination.outputUri: (not set) → bq://a.b.c; predictRequestResponseLoggingConfig.enabled: (not set) → true; predictRequestResponseLoggingConfig.samplingRate: (not set) → 0.5.',
    ]);
    const same = withEndpoint({ dedicatedEndpointEnabled: true });
    const asked = { versionConfig: { endpoint: { dedicatedEndpointEnabled: true } } };
    expect(decide(known(asked, same)).warnings).toEqual([]);
  });

  test('a model that is larger than prebuilt containers are made for is said', () => {
    const large = { ...savedModel, totalBytes: 11 * 1024 ** 3 };
    expect(decide(known({}, nothing, { artifact: large })).warnings).toEqual([
      'model holds 11.0 GiB, and prebuilt containers are made for 10 GiB at most: the deployment may fail or take very long.',
    ]);
    const image = 'us-central1-docker.pkg.dev/acme/models/fraud';
    expect(decide(known({ image }, nothing, { artifact: large })).warnings).toEqual([]);
  });

  test('a directory that was chosen because the plain one is taken is said', () => {
    const chosen = {
      directory: 'x/',
      reuse: new Map(),
      bucketExists: true,
      remark: 'It is taken.',
    };
    expect(decide(known({}, nothing, { chosen })).warnings).toEqual(['It is taken.']);
  });
});

test('translations of the request are in the plan', () => {
  const plan = decide(known({ minNodes: 0 }));
  expect(plan.vertexAi?.translations.map(({ from }) => from)).toEqual(['min_nodes: 0']);
});

test('outputs of a container of one’s own have neither framework nor version', () => {
  const plan = decide(known({ image: 'gcr.io/acme/fraud', machineType: 'mls1-c1-m2' }));
  expect([plan.framework, plan.runtimeVersion, plan.machineType]).toEqual([
    undefined,
    undefined,
    'n1-standard-2',
  ]);
});

test.each([
  ['Fraud model / EU', 'Fraud_model___EU/v2/'],
  ['..', '_/v2/'],
  ['モデル', '___/v2/'],
  ['fraud.v1-a_b', 'fraud.v1-a_b/v2/'],
])('a display name like %s is a directory that tools read as one', (name, directory) => {
  expect(destinationDirectory({ ...vertexAiRequest, model: name }, 'v2')).toBe(directory);
});
