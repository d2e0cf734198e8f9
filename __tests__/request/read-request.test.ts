import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { inputs, inputNames } from '../../src/request/inputs.ts';
import { readRequest } from '../../src/request/read-request.ts';
import type { ReadRequest } from '../../src/request/read-request.ts';

const directory = mkdtempSync(join(tmpdir(), 'read-request-'));
const minimal = { INPUT_MODEL: 'fraud', INPUT_SOURCE: 'export', INPUT_PROJECT_ID: 'my-project' };

afterAll(() => {
  rmSync(directory, { recursive: true });
});

function read(environment: Record<string, string>): Promise<ReadRequest> {
  return readRequest(environment, () => Promise.resolve(undefined), directory);
}

function eventFile(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

test('the two required inputs and a project are enough', async () => {
  const { request, faults, warnings } = await read(minimal);
  expect(faults).toEqual([]);
  expect(warnings).toEqual([]);
  expect(request).toEqual({
    model: 'fraud',
    source: 'export',
    version: undefined,
    framework: undefined,
    packageFiles: [],
    predictionClass: undefined,
    platform: 'ai-platform',
    projectId: 'my-project',
    region: 'us-central1',
    modelRegion: 'us-central1',
    destination: { bucket: 'my-project-aiplatform', prefix: '' },
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
    description: '',
    labels: { 'managed-by': 'deploy-ai-platform' },
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
      workspace: resolve(directory),
      serverUrl: 'https://github.com',
      repository: undefined,
      sha: undefined,
      runId: undefined,
      runAttempt: undefined,
      workflow: undefined,
      tag: undefined,
      commitSubject: undefined,
      runUrl: undefined,
      credentialFiles: [],
    },
  });
});

test('every input is read into its field', async () => {
  const { request, faults } = await read({
    INPUT_MODEL: ' fraud ',
    INPUT_SOURCE: 'gs://their-bucket/export/',
    INPUT_VERSION: 'v7',
    INPUT_FRAMEWORK: 'scikit-learn',
    INPUT_PACKAGE_FILES: 'dist/a-1.0.tar.gz\ngs://their-bucket/b-2.0.tar.gz',
    INPUT_PREDICTION_CLASS: 'predictor.fraud.Predictor',
    INPUT_PLATFORM: 'ai-platform',
    INPUT_PROJECT_ID: '123456789012',
    INPUT_REGION: 'global',
    INPUT_MODEL_REGION: 'europe-west1',
    INPUT_BUCKET: 'gs://my-bucket/models',
    INPUT_CREATE_BUCKET: 'True',
    INPUT_RUNTIME_VERSION: '2.11',
    INPUT_PYTHON_VERSION: '3.7',
    INPUT_MACHINE_TYPE: 'mls1-c4-m2',
    INPUT_ACCELERATOR: 'nvidia-tesla-t4:2',
    INPUT_NODES: '2',
    INPUT_MIN_NODES: '0',
    INPUT_MAX_NODES: '4',
    INPUT_METRIC_TARGETS: 'cpu-usage=60',
    INPUT_IMAGE: 'us-central1-docker.pkg.dev/my-project/models/fraud:1.0',
    INPUT_SERVICE_ACCOUNT: 'predictor@my-project.iam.gserviceaccount.com',
    INPUT_LOGGING: 'all',
    INPUT_DESCRIPTION: 'Trained by hand',
    INPUT_LABELS: 'team=risk,managed-by=us',
    INPUT_VERSION_CONFIG: 'routes: {predict: /predict}',
    INPUT_IF_VERSION_EXISTS: 'reuse',
    INPUT_KEEP_VERSIONS: '5',
    INPUT_DRY_RUN: 'true',
    INPUT_ALLOW_UNSAFE_PICKLE: 'true',
    INPUT_COMMENT: 'never',
    INPUT_GITHUB_TOKEN: 'token-of-the-job',
    INPUT_PROMOTE: 'false',
    INPUT_WAIT: 'false',
    INPUT_TIMEOUT: '90s',
    INPUT_SUMMARY: 'false',
  });
  expect(faults).toEqual([]);
  expect(request).toMatchObject({
    model: 'fraud',
    source: 'gs://their-bucket/export/',
    version: 'v7',
    framework: 'SCIKIT_LEARN',
    packageFiles: ['dist/a-1.0.tar.gz', 'gs://their-bucket/b-2.0.tar.gz'],
    predictionClass: 'predictor.fraud.Predictor',
    projectId: '123456789012',
    region: 'global',
    modelRegion: 'europe-west1',
    destination: { bucket: 'my-bucket', prefix: 'models' },
    createBucket: true,
    runtimeVersion: '2.11',
    pythonVersion: '3.7',
    machineType: 'mls1-c4-m2',
    accelerator: { type: 'NVIDIA_TESLA_T4', count: 2 },
    nodes: 2,
    minNodes: 0,
    maxNodes: 4,
    metricTargets: [{ name: 'CPU_USAGE', target: 60 }],
    image: 'us-central1-docker.pkg.dev/my-project/models/fraud:1.0',
    serviceAccount: 'predictor@my-project.iam.gserviceaccount.com',
    logging: 'all',
    description: 'Trained by hand',
    labels: { 'managed-by': 'us', team: 'risk' },
    versionConfig: { routes: { predict: '/predict' } },
    ifVersionExists: 'reuse',
    keepVersions: 5,
    dryRun: true,
    allowUnsafePickle: true,
    comment: 'never',
    githubToken: 'token-of-the-job',
    promote: false,
    wait: false,
    timeoutSeconds: 90,
    summary: false,
  });
});

test('what the runner hands over for inputs left out, empty text and blanks, is the default', async () => {
  const asRunner = Object.fromEntries(
    inputNames.map((name) => [
      `INPUT_${name.toUpperCase()}`,
      // The runner evaluates expressions; outside GitHub the token is empty.
      inputs[name].default.startsWith('${{') ? '' : inputs[name].default,
    ]),
  );
  const blank = Object.fromEntries(
    inputNames.map((name) => [`INPUT_${name.toUpperCase()}`, ' \n']),
  );
  const expected = await read(minimal);
  expect(await read({ ...asRunner, ...minimal })).toEqual(expected);
  expect(await read({ ...blank, ...minimal })).toEqual(expected);
});

describe('faults', () => {
  test('all come at once, in the order of action.yml, and each field falls back to its default', async () => {
    const { request, faults } = await read({
      INPUT_MODEL: 'fraud-model',
      INPUT_PROJECT_ID: 'p?alt=',
      INPUT_REGION: 'us-central1.evil.test/',
      INPUT_BUCKET: 'b/../../o',
      INPUT_NODES: '1e3',
      INPUT_LABELS: 'Team=x',
      INPUT_VERSION_CONFIG: '[]',
      INPUT_PROMOTE: 'yes',
      INPUT_TIMEOUT: '0s',
    });
    expect(faults.map(({ input, given }) => [input, given])).toEqual([
      ['model', 'fraud-model'],
      ['source', ''],
      ['project_id', 'p?alt='],
      ['region', 'us-central1.evil.test/'],
      ['bucket', 'b/../../o'],
      ['nodes', '1e3'],
      ['labels', 'Team=x'],
      ['version_config', '[]'],
      ['promote', 'yes'],
      ['timeout', '0s'],
    ]);
    expect(request).toMatchObject({
      model: '',
      source: '',
      projectId: '',
      region: 'us-central1',
      destination: { bucket: '', prefix: '' },
      nodes: undefined,
      labels: { 'managed-by': 'deploy-ai-platform' },
      versionConfig: {},
      promote: true,
      timeoutSeconds: 3600,
    });
  });

  test.each([
    ['INPUT_MODEL', ' \n', 'model', 'is required and missing.'],
    ['INPUT_PLATFORM', 'sagemaker', 'platform', 'must be one of: ai-platform, vertex-ai.'],
    ['INPUT_PLATFORM', 'vertexai', 'platform', 'vertex-ai; did you mean vertex-ai?'],
    ['INPUT_ENDPOINT', 'fraud', 'endpoint', 'applies only with platform: vertex-ai'],
    ['INPUT_TRAFFIC', '10', 'traffic', 'must be 100 on AI Platform'],
    ['INPUT_TRAFFIC', '0', 'traffic', 'set promote: false'],
    [
      'INPUT_IF_VERSION_EXISTS',
      'skip',
      'if_version_exists',
      'must be one of: fail, reuse, replace.',
    ],
    ['INPUT_KEEP_VERSIONS', '0', 'keep_versions', 'from 1 to 200'],
    ['INPUT_TOLERANCE', '-1', 'tolerance', 'decimal number of at least 0'],
    ['INPUT_TOLERANCE', '1e999', 'tolerance', 'decimal number of at least 0'],
    ['INPUT_OPERATION', 'o', 'operation', 'must be the output `operation`'],
    ['INPUT_TEST_INSTANCES', '[', 'test_instances', 'line 1 is JSON that does not end'],
    ['INPUT_TEST_INSTANCES', '[]', 'test_instances', 'at least one of the instances'],
    ['INPUT_TEST_INSTANCES', 'missing.json', 'test_instances', 'cannot be read (ENOENT)'],
    ['INPUT_EXPECTED_PREDICTIONS', '[1]', 'expected_predictions', 'test_instances is empty'],
    ['INPUT_LOCAL_PREDICT', 'true', 'local_predict', 'test_instances is empty'],
    ['INPUT_SIGNATURE_NAME', 'f', 'signature_name', 'test_instances is empty'],
    ['INPUT_FRAMEWORK', 'pytorch', 'framework', 'tensorflow, scikit-learn or xgboost'],
    ['INPUT_PACKAGE_FILES', 'a.whl', 'package_files', 'end in .tar.gz'],
    ['INPUT_PREDICTION_CLASS', 'Predictor', 'prediction_class', 'must be module.Class'],
    ['INPUT_RUNTIME_VERSION', '2.11.0', 'runtime_version', "such as '2.11'"],
    ['INPUT_PYTHON_VERSION', '3', 'python_version', 'must be major.minor'],
    ['INPUT_MACHINE_TYPE', 'N1-Standard-2', 'machine_type', 'in lower case'],
    ['INPUT_IMAGE', 'fraud:1.0', 'image', 'with its registry'],
    ['INPUT_IMAGE', 'us-central1-docker.pkg.dev/p/../m', 'image', 'with its registry'],
    ['INPUT_SERVICE_ACCOUNT', 'me@example.com', 'service_account', 'e-mail address of a service'],
    ['INPUT_LOGGING', 'some', 'logging', 'none, access, console, all'],
    ['INPUT_MODEL_REGION', 'europe-west1', 'model_region', 'applies only with region: global'],
    ['INPUT_PROJECT_ID', 'example.com:my-project', 'bucket', 'must name a bucket by the rules'],
  ])('%s: %j', async (name, given, input, problem) => {
    const { faults } = await read({ ...minimal, [name]: given });
    expect(faults).toEqual([
      {
        input,
        given: expect.any(String) as string,
        problem: expect.stringContaining(problem) as string,
      },
    ]);
  });

  test('too many labels are counted with those of provenance', async () => {
    const given = Array.from({ length: 64 }, (_, index) => `k${index}=v`).join(',');
    const { faults } = await read({ ...minimal, INPUT_LABELS: given });
    expect(faults).toHaveLength(1);
    expect(faults[0]?.problem).toContain('these are 65 with the 1 that tell');
  });

  test('what was given stays data and is not in the problem as it was', async () => {
    const hostile = 'x\n::error::owned\n##[error]${{ github.token }}';
    const { faults } = await read({ ...minimal, INPUT_MODEL: hostile, INPUT_LABELS: hostile });
    expect(faults.map(({ given }) => given)).toEqual([hostile, hostile]);
    for (const { problem } of faults) expect(problem).not.toContain('\n');
  });
});

test.each([
  ['INPUT_RUNTIME_VERSION', "runtime_version: '2.10'"],
  ['INPUT_PYTHON_VERSION', "python_version: '3.10'"],
])('%s that may have lost its last zero to YAML is warned of', async (name, quotedOne) => {
  const major = name === 'INPUT_RUNTIME_VERSION' ? '2' : '3';
  const lost = await read({ ...minimal, [name]: `${major}.1` });
  expect(lost.warnings).toEqual([
    expect.stringContaining(`If you meant ${major}.10, write it in quotes (${quotedOne})`),
  ]);
  expect((await read({ ...minimal, [name]: `${major}.10` })).warnings).toEqual([]);
});

test('a platform with a slip is the only fault: the other inputs are read by the one that was meant', async () => {
  const { faults } = await read({
    ...minimal,
    INPUT_PLATFORM: 'vertexai',
    INPUT_ENDPOINT: 'fraud',
    INPUT_VERSION: 'v1-2',
  });
  expect(faults.map(({ input }) => input)).toEqual(['platform']);
});

describe('model_region', () => {
  test('a model of a regional endpoint lives in that region', async () => {
    const regional = {
      ...minimal,
      INPUT_REGION: 'europe-west4',
      INPUT_MODEL_REGION: 'us-central1',
    };
    const { request, faults } = await read(regional);
    expect(faults).toEqual([]);
    expect(request.modelRegion).toBe('europe-west4');
  });
});

describe('platform: vertex-ai', () => {
  const vertexAi = { ...minimal, INPUT_PLATFORM: 'vertex-ai' };
  const operation = 'projects/p/locations/us-central1/endpoints/fraud/operations/1';

  test('resumes a version by its number too, as the output tells it', async () => {
    const { request, faults } = await read({
      ...vertexAi,
      INPUT_OPERATION: operation,
      INPUT_VERSION: '4',
    });
    expect(faults).toEqual([]);
    expect(request.version).toBe('4');
  });

  test('a version to resume that is no name is one fault, and does not count as missing', async () => {
    const { request, faults } = await read({
      ...vertexAi,
      INPUT_OPERATION: operation,
      INPUT_VERSION: 'V_4',
    });
    expect(faults.map(({ input }) => input)).toEqual(['version']);
    expect(request.version).toBe('V_4');
  });

  test('reads names, region, endpoint and traffic by its own rules', async () => {
    const { request, faults, warnings } = await read({
      ...vertexAi,
      INPUT_MODEL: 'Fraud model',
      INPUT_VERSION: 'v1-2-3',
      INPUT_REGION: 'europe-west9',
      INPUT_ENDPOINT: 'fraud-eu',
      INPUT_TRAFFIC: '10',
      INPUT_MACHINE_TYPE: 'mls1-c1-m2',
      INPUT_ACCELERATOR: 'nvidia-l4',
    });
    expect([faults, warnings]).toEqual([[], []]);
    expect(request).toMatchObject({
      platform: 'vertex-ai',
      model: 'Fraud model',
      version: 'v1-2-3',
      region: 'europe-west9',
      modelRegion: 'europe-west9',
      endpoint: 'fraud-eu',
      traffic: 10,
      machineType: 'mls1-c1-m2',
      accelerator: { type: 'NVIDIA_L4', count: 1 },
    });
  });

  test('without them the endpoint is called like the model and gets all traffic', async () => {
    const { request } = await read({ ...vertexAi, INPUT_MODEL: 'Fraud model' });
    expect([request.endpoint, request.traffic]).toEqual(['Fraud model', 100]);
  });

  test('of a workflow for AI Platform tells all that has to change, at once', async () => {
    const { request, faults } = await read({
      ...vertexAi,
      INPUT_VERSION: 'v1_2_3',
      INPUT_REGION: 'global',
      INPUT_MODEL_REGION: 'europe-west1',
    });
    expect(faults.map(({ input, problem }) => `${input}: ${problem}`)).toEqual([
      'version: must, as a version alias of Vertex AI, have 2 to 128 lowercase letters, digits and hyphens, first a letter, last no hyphen; use v1-2-3.',
      'region: is an endpoint of AI Platform only, and Vertex AI serves every model from one region; give that region, such as us-central1 (coming from AI Platform: the one that model_region named).',
      'model_region: applies to AI Platform only; leave it out, and say in region where Vertex AI serves from.',
    ]);
    expect(request.version).toBeUndefined();
  });

  test('a region that is not known is used, with a warning', async () => {
    const { request, faults, warnings } = await read({ ...vertexAi, INPUT_REGION: 'us-east44' });
    expect(faults).toEqual([]);
    expect(request.region).toBe('us-east44');
    expect(warnings).toEqual([expect.stringContaining('did you mean us-east4?')]);
  });
});

describe('the project', () => {
  const without = { INPUT_MODEL: 'fraud', INPUT_SOURCE: 'export' };
  const places = {
    GOOGLE_CLOUD_PROJECT: 'first-project',
    GCLOUD_PROJECT: 'second-project',
    CLOUDSDK_CORE_PROJECT: 'third-project',
  };
  const ask = async (environment: Record<string, string>): Promise<ReadRequest> =>
    readRequest(
      { ...without, ...environment },
      () => Promise.resolve('from-credentials'),
      directory,
    );

  test('is asked of the input, three variables and the credentials, in this order', async () => {
    const { GOOGLE_CLOUD_PROJECT: first, ...two } = places;
    const { GCLOUD_PROJECT: second, ...one } = two;
    const found = await Promise.all(
      [{ ...places, INPUT_PROJECT_ID: 'my-project' }, places, two, one, {}].map(ask),
    );
    expect(found.map(({ request }) => request.projectId)).toEqual([
      'my-project',
      first,
      second,
      'third-project',
      'from-credentials',
    ]);
  });

  test('is not asked of the credentials when it is known without them', async () => {
    const never = (): never => {
      throw new Error('The credentials were asked.');
    };
    const { request } = await readRequest({ ...without, ...places }, never, directory);
    expect(request.projectId).toBe('first-project');
  });

  test('that is nowhere is a fault that lists what was tried', async () => {
    const { faults } = await read(without);
    expect(faults).toEqual([
      {
        input: 'project_id',
        given: '',
        problem:
          'is not known. Tried: the input, GOOGLE_CLOUD_PROJECT, GCLOUD_PROJECT, CLOUDSDK_CORE_PROJECT, and the credentials. Give project_id, or set one of the variables.',
      },
    ]);
  });

  test('that is wrong in a variable is a fault that names the variable', async () => {
    const { faults } = await ask({ GCLOUD_PROJECT: '../evil' });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatchObject({ input: 'project_id', given: '../evil' });
    expect(faults[0]?.problem).toMatch(
      /^\(from the variable GCLOUD_PROJECT\) must be a project id/,
    );
  });
});

describe('warnings', () => {
  test('a wait of more than six hours is cut to six', async () => {
    const { request, faults, warnings } = await read({ ...minimal, INPUT_TIMEOUT: '7h' });
    expect(faults).toEqual([]);
    expect(request.timeoutSeconds).toBe(21_600);
    expect(warnings).toEqual([expect.stringContaining('timeout is above six hours')]);
  });

  test('a wait of more digits than a number has is cut too', async () => {
    const { request } = await read({ ...minimal, INPUT_TIMEOUT: `${'9'.repeat(400)}h` });
    expect(request.timeoutSeconds).toBe(21_600);
  });

  test.each([
    [
      'INPUT_MODEL-REGION',
      'model-region is not an input of this action and is ignored; did you mean model_region?',
    ],
    ['INPUT_LABEL', 'label is not an input of this action and is ignored; did you mean labels?'],
    [
      'INPUT_MACHINE_TYP',
      'machine_typ is not an input of this action and is ignored; did you mean machine_type?',
    ],
    [
      'INPUT_PROJECT',
      'project is not an input of this action and is ignored; did you mean project_id?',
    ],
  ])('%s is near one of ours', async (name, warning) => {
    const { request, warnings } = await read({ ...minimal, [name]: 'europe-west1' });
    expect(warnings).toEqual([warning]);
    expect(request.modelRegion).toBe('us-central1');
  });

  test('names far from ours are nobody’s business', async () => {
    const foreign = {
      INPUT_: '1',
      INPUT_TOKEN: '1',
      INPUT_WHO_TO_GREET: '1',
      [`INPUT_${'X'.repeat(9999)}`]: '1',
    };
    expect((await read({ ...minimal, ...foreign, INPUTS: '1' })).warnings).toEqual([]);
  });
});

describe('the job', () => {
  const github = {
    GITHUB_WORKSPACE: join(directory, 'checkout'),
    GITHUB_SERVER_URL: 'https://ghes.example.com/',
    GITHUB_REPOSITORY: 'Octo-Org/Fraud.Models',
    GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
    GITHUB_RUN_ID: '4711',
    GITHUB_RUN_ATTEMPT: '2',
    GITHUB_WORKFLOW: 'Train & deploy ::error::',
    GITHUB_REF_TYPE: 'tag',
    GITHUB_REF_NAME: 'v1.2.3',
  };

  test('gives the context, the description and the labels', async () => {
    const event = { head_commit: { message: 'Retrain on October’s data\n\nBody' } };
    const path = eventFile('push.json', JSON.stringify(event));
    const { request } = await read({ ...minimal, ...github, GITHUB_EVENT_PATH: path });
    const runUrl = 'https://ghes.example.com/Octo-Org/Fraud.Models/actions/runs/4711';
    expect(request.run).toMatchObject({
      workspace: resolve(directory, 'checkout'),
      serverUrl: 'https://ghes.example.com',
      tag: 'v1.2.3',
      commitSubject: 'Retrain on October’s data',
      runUrl,
    });
    expect(request.description).toBe(`Retrain on October’s data (${runUrl})`);
    expect(request.labels).toEqual({
      'managed-by': 'deploy-ai-platform',
      'commit-sha': '0123456789abcdef0123456789abcdef01234567',
      repository: 'octo-org_fraud_models',
      'run-id': '4711',
      'run-attempt': '2',
      workflow: 'train___deploy___error__',
    });
  });

  test('gives the run alone as description where the event tells no commit', async () => {
    const { request } = await read({ ...minimal, ...github });
    expect(request.description).toBe(request.run.runUrl);
  });

  test('that follows another run tells the commit of that run', async () => {
    const event = { workflow_run: { head_commit: { message: 'Train' } } };
    const path = eventFile('workflow_run.json', JSON.stringify(event));
    const { request } = await read({ ...minimal, GITHUB_EVENT_PATH: path });
    expect(request.description).toBe('Train');
  });

  test.each([
    ['no JSON', '{'],
    ['null', 'null'],
    ['another shape', '{"head_commit": ["message"]}'],
    ['a message that is no text', '{"head_commit": {"message": 7}}'],
    ['an empty message', '{"head_commit": {"message": "\\n"}}'],
  ])('with an event that is %s only lacks the subject', async (name, content) => {
    const path = eventFile(`${name}.json`, content);
    const { request, faults } = await read({ ...minimal, GITHUB_EVENT_PATH: path });
    expect(faults).toEqual([]);
    expect(request.run.commitSubject).toBeUndefined();
  });

  test('whose event file is missing only lacks the subject', async () => {
    const path = join(directory, 'missing.json');
    const { request } = await read({ ...minimal, GITHUB_EVENT_PATH: path });
    expect(request.run.commitSubject).toBeUndefined();
  });

  test('has a subject without control characters, of 200 characters at most in a description', async () => {
    const event = { head_commit: { message: `\u001b[31m${'é'.repeat(300)}\r\nbody` } };
    const path = eventFile('long.json', JSON.stringify(event));
    const { request } = await read({ ...minimal, GITHUB_EVENT_PATH: path });
    expect(request.run.commitSubject).toBe(`[31m${'é'.repeat(300)}`);
    expect(request.description).toBe(`[31m${'é'.repeat(196)}`);
  });

  test('names each file that holds credentials once, as an absolute path', async () => {
    const { request } = await read({
      ...minimal,
      GOOGLE_APPLICATION_CREDENTIALS: join(directory, 'gha-creds-1.json'),
      GOOGLE_GHA_CREDS_PATH: join(directory, 'gha-creds-1.json'),
      CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE: 'other.json',
    });
    expect(request.run.credentialFiles).toEqual([
      resolve(directory, 'gha-creds-1.json'),
      resolve(directory, 'other.json'),
    ]);
  });
});

describe('proof', () => {
  test('is what the new version has to answer', async () => {
    const { request, faults } = await read({
      ...minimal,
      INPUT_TEST_INSTANCES: '{"instances": [[1, 2], [3, 4]]}',
      INPUT_EXPECTED_PREDICTIONS: '0\n1',
      INPUT_TOLERANCE: '1e-3',
      INPUT_SIGNATURE_NAME: 'score',
      INPUT_LOCAL_PREDICT: 'true',
    });
    expect(faults).toEqual([]);
    expect(request.proof).toEqual({
      instances: [
        [1, 2],
        [3, 4],
      ],
      expected: [0, 1],
      tolerance: 0.001,
      signatureName: 'score',
      local: true,
    });
  });

  test('wants a prediction for each instance', async () => {
    const { faults } = await read({
      ...minimal,
      INPUT_TEST_INSTANCES: '[1, 2]',
      INPUT_EXPECTED_PREDICTIONS: '[1]',
    });
    expect(faults).toEqual([
      {
        input: 'expected_predictions',
        given: '',
        problem: 'must have one prediction for each of the test_instances, which are 2, and has 1.',
      },
    ]);
  });
});

test('a wait that is resumed needs no source', async () => {
  const { request, faults } = await read({
    INPUT_MODEL: 'fraud',
    INPUT_PROJECT_ID: 'my-project',
    INPUT_OPERATION: 'projects/my-project/operations/create_fraud_v1-17',
  });
  expect(faults).toEqual([]);
  expect(request.source).toBe('');
  expect(request.operation).toBe('projects/my-project/operations/create_fraud_v1-17');
});
