import { vertexAiCommands } from '../../src/platform/vertex-ai/commands.ts';
import {
  deleteBucketCommand,
  deleteModelCommand,
  deleteObjectsCommand,
  deleteVersionCommand,
  describeVersionCommand,
  setDefaultCommand,
  waitCommand,
} from '../../src/report/gcloud.ts';
import { actionUnderTest, BUCKET, PROJECT } from '../action/action-under-test.ts';
import type { ActionUnderTest } from '../action/action-under-test.ts';
import { request } from '../report/records.ts';
import type { StepResult } from '../runner.ts';
import { noGcloud, openGcloud } from './gcloud.ts';
import type { Gcloud } from './gcloud.ts';

// The commands that a deploy prints to watch it, to put back what served and to take away what it made, one after
// the other on what two deploys have left, until nothing is left. gcloud is set to another project.

const suite = noGcloud === '' ? describe : describe.skip;
const reason = noGcloud === '' ? '' : ` (skipped: ${noGcloud})`;
const region = 'us-central1';

/** Two deploys of the same model by the action. */
async function deployTwice(
  action: ActionUnderTest,
  platform: string,
  second: Readonly<Record<string, string>>,
): Promise<readonly StepResult[]> {
  await action.copyModel('scikit-learn', 'export');
  const inputs = { platform, model: 'fraud', source: 'export/' };
  const results = [
    await action.run({ ...inputs, version: 'v1' }),
    await action.run({ ...inputs, version: 'v2', ...second }),
  ];
  for (const { outputs } of results) expect(outputs).toMatchObject({ status: 'deployed' });
  return results;
}

suite(`what is printed for AI Platform${reason}`, () => {
  const place = { projectId: PROJECT, region };
  let action: ActionUnderTest;
  let gcloud: Gcloud;
  let results: readonly StepResult[];

  beforeAll(async () => {
    action = await actionUnderTest();
    gcloud = await openGcloud(action.emulator, 'regional', 'another-project');
    results = await deployTwice(action, 'ai-platform', { promote: 'false' });
  }, 60_000);
  afterAll(async () => {
    await gcloud.close();
    await action[Symbol.asyncDispose]();
  });

  test('waits for the operation', async () => {
    const operation = results[1]?.outputs['operation'] ?? '';
    action.emulator.forgetRequests();
    await stdoutOf(waitCommand(place, operation));
    expect(action.emulator.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `GET /v1/${operation}?alt=json`,
    ]);
  });

  test('shows the version', async () => {
    expect(await stdoutOf(describeVersionCommand(place, 'fraud', 'v2'))).toMatch(/^state: READY$/m);
  });

  test('makes it the one that serves', async () => {
    await stdoutOf(setDefaultCommand(place, 'fraud', 'v2'));
    expect(await action.read('models/fraud')).toMatchObject({
      defaultVersion: { name: `projects/${PROJECT}/models/fraud/versions/v2` },
    });
  });

  test('deletes versions, the one that serves last, and the model', async () => {
    await stdoutOf(deleteVersionCommand(place, 'fraud', 'v1'));
    expect(await action.read('models/fraud/versions/v1')).toBeUndefined();
    await stdoutOf(deleteVersionCommand(place, 'fraud', 'v2'));
    await stdoutOf(deleteModelCommand(place, 'fraud'));
    expect(await action.read('models/fraud')).toBeUndefined();
  }, 30_000);

  test('deletes the objects of one version, those of the other, and the bucket', async () => {
    const [first = '', second = ''] = results.map(({ outputs }) => outputs['deployment_uri'] ?? '');
    await stdoutOf(deleteObjectsCommand(first));
    expect(await action.objects('')).toEqual([expect.stringContaining('fraud/v2/') as string]);
    await stdoutOf(deleteObjectsCommand(second));
    expect(await action.objects('')).toEqual([]);
    await stdoutOf(deleteBucketCommand(BUCKET));
    expect(await fetch(`${action.emulator.origin}/storage/v1/b/${BUCKET}`)).toMatchObject({
      status: 404,
    });
  }, 30_000);

  async function stdoutOf(command: string): Promise<string> {
    const run = await gcloud.paste(command);
    expect(run).toMatchObject({ status: 0 });
    return run.stdout;
  }
});

suite(`what is printed for Vertex AI${reason}`, () => {
  const commands = vertexAiCommands({ ...request, projectId: PROJECT, region });
  let action: ActionUnderTest;
  let gcloud: Gcloud;
  let endpoint: string;
  let model: string;
  let operation: string;
  let deployed: readonly string[];

  beforeAll(async () => {
    action = await actionUnderTest();
    gcloud = await openGcloud(action.emulator, 'global', 'another-project');
    const results = await deployTwice(action, 'vertex-ai', { traffic: '10' });
    ({ endpoint = '', model = '', operation = '' } = results[1]?.outputs ?? {});
    deployed = results.map(({ outputs }) => outputs['deployed_model_id'] ?? '');
  }, 60_000);
  afterAll(async () => {
    await gcloud.close();
    await action[Symbol.asyncDispose]();
  });

  // `gcloud ai operations describe` has no --endpoint and no --model.
  test('watches an operation of an endpoint', async () => {
    expect(operation).toContain('/endpoints/');
    expect(await stdoutOf(commands.watch(operation))).toMatch(/^done: true$/m);
  });

  test('watches an operation of a model', async () => {
    const upload = action.sent('GET', /\/models\/[^/]+\/operations\//)[0]?.url ?? '';
    const name = /projects\/[^?]*/.exec(upload)?.[0] ?? '';
    expect(await stdoutOf(commands.watch(name))).toMatch(/^done: true$/m);
  });

  test('would find an operation of an endpoint below the location', async () => {
    const id = operation.slice(operation.lastIndexOf('/') + 1);
    const describe = `gcloud ai operations describe ${id} --region=${region} --project=${PROJECT}`;
    expect(await stdoutOf(describe)).toMatch(/^done: true$/m);
  });

  test('sets the traffic', async () => {
    const [first = '', second = ''] = deployed;
    expect(await read(endpoint)).toMatchObject({ trafficSplit: { [first]: 90, [second]: 10 } });
    await stdoutOf(commands.setTraffic(endpoint, { [first]: 100, [second]: 0 }));
    expect((await read(endpoint))?.['trafficSplit']).toMatchObject({ [first]: 100 });
  });

  test('takes a version off the endpoint, and out of the registry', async () => {
    await stdoutOf(commands.madeDeployment(endpoint, deployed[1] ?? '', '').undo);
    expect(await read(endpoint)).toMatchObject({ deployedModels: [{ id: deployed[0] }] });
    await stdoutOf(commands.madeVersion(model, '2', false, '').undo);
    expect(await read(`${model}@2`)).toBeUndefined();
    expect(await read(`${model}@1`)).toBeDefined();
  }, 30_000);

  test('deletes the endpoint and the model', async () => {
    await stdoutOf(commands.madeDeployment(endpoint, deployed[0] ?? '', '').undo);
    await stdoutOf(commands.madeEndpoint(endpoint).undo);
    expect(await read(endpoint)).toBeUndefined();
    await stdoutOf(commands.madeVersion(model, '1', true, '').undo);
    expect(await read(model)).toBeUndefined();
  }, 60_000);

  /** A resource by its full name, wherever it is; `undefined` for 404. */
  async function read(name: string): Promise<Record<string, unknown> | undefined> {
    const [below = ''] = /(?<=\/locations\/)[^]*$/.exec(name) ?? [];
    return action.read(`locations/${below}`);
  }

  async function stdoutOf(command: string): Promise<string> {
    const run = await gcloud.paste(command);
    expect(run).toMatchObject({ status: 0 });
    return run.stdout;
  }
});
