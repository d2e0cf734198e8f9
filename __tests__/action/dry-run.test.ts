import { actionUnderTest, BUCKET, expectGoodManners, PROJECT } from './action-under-test.ts';
import type { ActionUnderTest } from './action-under-test.ts';

// A dry run tells all that the deploy would do, by resource and by field, and sends nothing but reads.

const HOUR = 3_600_000;
const PARENT = `projects/${PROJECT}/locations/us-central1`;
const FIRST = 'export/1690000000';
const EVERY_FILE = 5;

type Inputs = Readonly<Record<string, string>>;
type Result = Awaited<ReturnType<ActionUnderTest['run']>>;

let action: ActionUnderTest;
let runId = 8500;

beforeAll(async () => {
  action = await actionUnderTest();
  await action.copyModel('tensorflow/export', 'export');
});

afterAll(async () => {
  await action[Symbol.asyncDispose]();
});

async function run(inputs: Inputs, hoursAgo = 0): Promise<Result> {
  action.emulator.shiftClock(-hoursAgo * HOUR);
  runId += 1;
  const result = await action.run(
    { model: 'iris', source: FIRST, ...inputs },
    { env: { GITHUB_RUN_ID: String(runId) } },
  );
  action.emulator.shiftClock(0);
  expectGoodManners(result);
  return result;
}

/** A dry run, of which nothing but reads may come; what deploys before and after it stays the same. */
async function plan(inputs: Inputs): Promise<Result> {
  const before = action.emulator.requests.length;
  const result = await run({ ...inputs, dry_run: 'true' });
  const sent = action.emulator.requests.slice(before);
  expect(sent.length).toBeGreaterThan(0);
  expect(sent.filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(result.outputs).toMatchObject({
    status: 'planned',
    state: '',
    operation: '',
    uploaded_files: '0',
    uploaded_bytes: '0',
    error_code: '',
  });
  return result;
}

/** The rows of the table that follows these words in the summary: the text of each cell. */
function tableAfter({ summary }: Result, words: string): readonly (readonly string[])[] {
  const [, rest = ''] = summary.split(words);
  const [table = ''] = rest.trimStart().split('\n\n');
  return table
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .replaceAll('&#58;\u200b', ':')
        .replaceAll('&#95;', '_')
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll(/^(?:`|\*\*)|(?:`|\*\*)$/g, '')),
    );
}

const resources = (result: Result): readonly (readonly string[])[] =>
  tableAfter(result, '**What it would do:**');

/** Each field that would change: before and after. */
const fields = (result: Result): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    tableAfter(
      result,
      /\*\*What would change against `.*`:\*\*/.exec(result.summary)?.[0] ?? '?',
    ).map(([path = '', ...values]) => [path, values]),
  );

/** The lines of the log that say the same, their columns parted by one bar. */
const lines = ({ log }: Result): readonly string[] =>
  log.split('\n').map((line) => line.trim().replaceAll(/ {2,}/g, ' | '));

/** What the table of the summary says, the log says too. */
function expectSameInLog(result: Result): void {
  const said = lines(result);
  for (const row of resources(result)) {
    expect(said).toContain(row.filter((cell) => cell !== '').join(' | '));
  }
}

/** Leaves of an upload only what comes before its marker, as an upload that was cut off does. */
async function cutOff(version: string): Promise<void> {
  const name = encodeURIComponent(`iris/${version}/saved_model.pb`);
  const object = `${action.emulator.origin}/storage/v1/b/${BUCKET}/o/${name}`;
  expect((await fetch(object, { method: 'DELETE' })).status).toBe(204);
}

async function remove(path: string): Promise<void> {
  const url = `${action.emulator.origin}/us-central1/v1/${path}`;
  expect((await fetch(url, { method: 'DELETE' })).status).toBe(200);
}

describe('a dry run on AI Platform', () => {
  const model = `projects/${PROJECT}/models/iris`;

  test('of a first deploy names all that would be created', async () => {
    const result = await plan({ bucket: 'another-bucket', create_bucket: 'true', version: 'v1' });
    expect(resources(result)).toEqual([
      ['bucket', 'create', 'gs://another-bucket', ''],
      ['files', 'upload', 'gs://another-bucket/iris/v1/', '5 files, 35.2 kB'],
      ['model', 'create', model, ''],
      ['version', 'create', `${model}/versions/v1`, 'runtime 2.11, n1-standard-2'],
      ['default version', 'change', 'nothing → v1', 'as the first version of its model'],
    ]);
    expectSameInLog(result);
    expect(result.outputs).toMatchObject({
      model,
      version_name: `${model}/versions/v1`,
      deployment_uri: 'gs://another-bucket/iris/v1/',
      framework: 'tensorflow',
      runtime_version: '2.11',
      machine_type: 'n1-standard-2',
      previous_version: '',
    });
    expect(await action.read('models/iris')).toBeUndefined();
  });

  test('names what is there, what is sent, what changes, what is retired, and the head-room', async () => {
    await run({ version: 'v1' }, 3);
    await run({ version: 'v2', promote: 'false' });
    await remove(`${model}/versions/v2`);
    await cutOff('v2');
    const result = await plan({
      version: 'v2',
      machine_type: 'n1-standard-4',
      accelerator: 'nvidia-tesla-t4',
      min_nodes: '2',
      max_nodes: '3',
      keep_versions: '1',
      test_instances: '[[5.1, 3.5, 1.4, 0.2]]',
    });
    expect(resources(result)).toEqual([
      [
        ...['files', 'upload', `gs://${BUCKET}/iris/v2/`],
        expect.stringMatching(/^1 file, 3\d(?:\.\d)? kB; 4 files there already$/),
      ],
      ['model', 'reuse', model, ''],
      ['version', 'create', `${model}/versions/v2`, 'runtime 2.11, n1-standard-4'],
      ['proof', 'ask', 'the new version', '1 test instance'],
      ['default version', 'change', 'v1 → v2', ''],
      ['old version', 'delete', 'v1', 'beyond the 1 to keep'],
    ]);
    expectSameInLog(result);
    expect(fields(result)).toMatchObject({
      machineType: ['n1-standard-2', 'n1-standard-4'],
      deploymentUri: [`gs://${BUCKET}/iris/v1/`, `gs://${BUCKET}/iris/v2/`],
      'acceleratorConfig.type': ['(not set)', 'NVIDIA_TESLA_T4'],
      'acceleratorConfig.count': ['(not set)', '1'],
      'autoScaling.minNodes': ['1', '2'],
      'autoScaling.maxNodes': ['(not set)', '3'],
    });
    expect(result.log).toContain('Changes: machineType: n1-standard-2 → n1-standard-4');
    const headRoom = 'The project has 1 of 100 models and 1 of 200 versions on this endpoint';
    expect(result.summary).toContain(headRoom);
    expect(result.log).toContain(headRoom);
    expect(result.outputs).toMatchObject({ version: 'v2', previous_version: 'v1' });
  });

  test('of what is there already says that nothing would be done', async () => {
    const result = await plan({ version: 'v1', if_version_exists: 'reuse' });
    expect(resources(result)).toEqual([
      ['files', 'reuse', `gs://${BUCKET}/iris/v1/`, `${EVERY_FILE} files there already`],
      ['model', 'reuse', model, ''],
      ['version', 'reuse', `${model}/versions/v1`, 'runtime 2.11, n1-standard-2'],
      ['default version', 'none', 'v1', 'serves as before'],
    ]);
    expectSameInLog(result);
    expect(fields(result)).toEqual({});
    expect(result.summary).not.toContain('Bodies of the requests');
    expect(result.notices[0]?.message).toContain('is there already, as it is wanted');
  });

  test('of a default version to be replaced names its stand-in', async () => {
    const result = await plan({ source: 'export', version: 'v1', if_version_exists: 'replace' });
    expect(resources(result)).toContainEqual([
      ...['version', 'replace', `${model}/versions/v1`],
      'runtime 2.11, n1-standard-2, v1_stand_in serves meanwhile',
    ]);
    expectSameInLog(result);
  });
});

describe('a dry run on Vertex AI', () => {
  const platform = 'vertex-ai';
  const model = `${PARENT}/models/iris`;
  const endpoint = `${PARENT}/endpoints/iris`;
  const runs = (image: string, machine = 'n1-standard-2'): unknown =>
    expect.stringMatching(
      new RegExp(String.raw`^runtime 2\.1\d, ${machine}, \S+/prediction/${image}\.2-1\d:latest$`),
    );

  test('of a first deploy names all that would be created', async () => {
    const result = await plan({
      platform,
      version: 'one',
      bucket: 'another-bucket',
      create_bucket: 'true',
    });
    expect(resources(result)).toEqual([
      ['bucket', 'create', 'gs://another-bucket', ''],
      ['files', 'upload', 'gs://another-bucket/iris/one/', '5 files, 35.2 kB'],
      ['model', 'create', model, ''],
      ['endpoint', 'create', 'iris', ''],
      ['version', 'create', `${model}@one`, runs('tf2-cpu')],
      ['deployment', 'create', 'iris@one', 'n1-standard-2, 1 replica'],
      ['traffic', 'change', 'nothing → one', 'one: 100 %'],
    ]);
    expectSameInLog(result);
    expect(result.summary).toContain('"deployedModel": {');
    expect(result.summary).toContain('"endpoint": {');
    expect(result.outputs).toMatchObject({
      model,
      version: '',
      endpoint: '',
      deployment_uri: 'gs://another-bucket/iris/one/',
      machine_type: 'n1-standard-2',
    });
    expect(result.outputs['runtime_version']).toMatch(/^2\.1\d$/);
  });

  test('names what is there, what is sent, each changed field, the container and the split', async () => {
    await run({ platform, version: 'one' }, 5);
    await run({ platform, version: 'two' }, 3);
    await run({ platform, version: 'three', promote: 'false', wait: 'false' });
    await cutOff('three');
    const result = await plan({
      platform,
      version: 'three',
      source: FIRST,
      if_version_exists: 'replace',
      machine_type: 'n1-standard-4',
      accelerator: 'nvidia-tesla-t4',
      min_nodes: '2',
      max_nodes: '3',
      logging: 'all',
      traffic: '25',
      keep_versions: '1',
      test_instances: '[[5.1, 3.5, 1.4, 0.2]]',
    });
    expect(resources(result)).toEqual([
      [
        ...['files', 'upload', `gs://${BUCKET}/iris/three/`],
        expect.stringMatching(/^1 file, 3\d(?:\.\d)? kB; 4 files there already$/),
      ],
      ['model', 'reuse', model, ''],
      ['endpoint', 'reuse', endpoint, ''],
      ['version', 'replace', `${model}@three`, runs('tf2-gpu', 'n1-standard-4')],
      ['deployment', 'create', 'iris@three', 'n1-standard-4, 1 × NVIDIA_TESLA_T4, 2 to 3 replicas'],
      ['proof', 'create', 'an endpoint for the proof only, deleted afterwards', '1 test instance'],
      ['traffic', 'change', '2 → three', '2: 75 %, three: 25 %'],
      ['old version', 'delete', '1', 'beyond the 1 to keep'],
    ]);
    expectSameInLog(result);
    const machine = 'deployedModel.dedicatedResources.machineSpec';
    expect(fields(result)).toMatchObject({
      artifactUri: [`gs://${BUCKET}/iris/two`, `gs://${BUCKET}/iris/three`],
      'containerSpec.imageUri': [
        expect.stringContaining('/tf2-cpu.'),
        expect.stringContaining('/tf2-gpu.'),
      ],
      [`${machine}.machineType`]: ['n1-standard-2', 'n1-standard-4'],
      [`${machine}.acceleratorType`]: ['(not set)', 'NVIDIA_TESLA_T4'],
      [`${machine}.acceleratorCount`]: ['(not set)', '1'],
      'deployedModel.dedicatedResources.minReplicaCount': ['1', '2'],
      'deployedModel.dedicatedResources.maxReplicaCount': ['1', '3'],
      'deployedModel.enableAccessLogging': ['(not set)', 'true'],
    });
    expect(result.log).toContain(`Changes: ${machine}.machineType: n1-standard-2 → n1-standard-4`);
    expect(result.outputs).toMatchObject({ previous_version: '2', endpoint });
  });

  test('names what the new version leaves without traffic, and what loses its alias to it', async () => {
    const result = await plan({
      platform,
      version: 'two',
      source: 'export',
      if_version_exists: 'replace',
    });
    expect(resources(result).slice(-3)).toEqual([
      ['traffic', 'change', '2 → two', 'two: 100 %'],
      [
        ...['deployment', 'delete', 'version 2'],
        'has no traffic then; stays where this action did not deploy it',
      ],
      ['old version', 'delete', '2', 'loses its alias to the new one'],
    ]);
    expectSameInLog(result);
    expect(result.log).toContain('To be deleted afterwards: 2');
  });

  test('of a version that is there counts its own traffic once', async () => {
    const canary = { platform, model: 'canary' };
    await run({ ...canary, version: 'one' });
    await run({ ...canary, version: 'two', traffic: '30' });
    const again = { ...canary, version: 'two', if_version_exists: 'reuse', traffic: '60' };
    const result = await plan(again);
    expect(resources(result).slice(-3)).toEqual([
      ['version', 'reuse', `${PARENT}/models/canary@two`, runs('tf2-cpu')],
      ['deployment', 'reuse', 'canary@two', 'n1-standard-2, 1 replica'],
      ['traffic', 'change', '1 → two', '1: 40 %, 2: 60 %'],
    ]);
    expectSameInLog(result);
    expect((await run(again)).summary).toContain('version 1: 40 %, version 2: 60 %');
  });

  test('of what is there already says that nothing would be done', async () => {
    const result = await plan({ platform, version: 'two', if_version_exists: 'reuse' });
    expect(resources(result)).toEqual([
      ['files', 'reuse', `gs://${BUCKET}/iris/two/`, `${EVERY_FILE} files there already`],
      ['model', 'reuse', model, ''],
      ['endpoint', 'reuse', endpoint, ''],
      ['version', 'reuse', `${model}@two`, runs('tf2-cpu')],
      ['deployment', 'reuse', 'iris@two', 'n1-standard-2, 1 replica'],
      ['traffic', 'none', '2', 'serves as before'],
    ]);
    expectSameInLog(result);
    expect(fields(result)).toEqual({});
    expect(result.summary).not.toContain('Bodies of the requests');
    expect(result.notices[0]?.message).toContain('is there already, as it is wanted');
  });
});
