import { actionUnderTest, expectGoodManners, PROJECT } from './action-under-test.ts';
import type { ActionUnderTest } from './action-under-test.ts';

// The local Google Cloud is shifted into the past while versions are made, so that the rule of the youngest hour is
// seen on versions that are as old as it asks.

const HOUR = 3_600_000;
const PARENT = `projects/${PROJECT}/locations/us-central1`;

let action: ActionUnderTest;
let runId = 8000;

beforeAll(async () => {
  action = await actionUnderTest();
  await action.copyModel('xgboost-json', 'boosted');
});

afterAll(async () => {
  await action[Symbol.asyncDispose]();
});

type Inputs = Readonly<Record<string, string>>;

/** A deploy in a run of its own, so many hours ago by the clock of the local Google Cloud. */
async function deployed(
  hoursAgo: number,
  inputs: Inputs,
): Promise<Awaited<ReturnType<ActionUnderTest['run']>>> {
  action.emulator.shiftClock(-hoursAgo * HOUR);
  runId += 1;
  const result = await action.run(
    { source: 'boosted', ...inputs },
    { env: { GITHUB_RUN_ID: String(runId) } },
  );
  action.emulator.shiftClock(0);
  expectGoodManners(result);
  return result;
}

/** What is sent by `work`, without what only reads: method and what follows `models`. */
async function changesOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = action.emulator.requests.length;
  await work();
  return action.emulator.requests
    .slice(before)
    .filter(({ method }) => method !== 'GET')
    .map(({ method, url }) => `${method} ${url.replace(/^.*\/models/, '')}`);
}

const deletionsIn = (changes: readonly string[]): readonly string[] =>
  changes.filter((change) => change.startsWith('DELETE'));

/** Sends what another tool would, so many hours ago by the clock of the local Google Cloud. */
async function byHand(hoursAgo: number, path: string, body: object): Promise<void> {
  action.emulator.shiftClock(-hoursAgo * HOUR);
  const answer = await fetch(`${action.emulator.origin}/us-central1/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { name = '' } = (await answer.json()) as { readonly name?: string };
  // The work of an operation is done when somebody looks.
  if (name.includes('/operations/')) {
    await fetch(`${action.emulator.origin}/us-central1/v1/${name}`);
  }
  action.emulator.shiftClock(0);
  expect(answer.status).toBe(200);
}

describe('keep_versions on AI Platform', () => {
  const versionsOf = async (model: string): Promise<readonly string[]> => {
    const list = await action.read(`models/${model}/versions`);
    const { versions = [] } = (list ?? {}) as { readonly versions?: readonly { name: string }[] };
    return versions.map(({ name }) => name.split('/').at(-1) ?? '').sort();
  };

  const last = { model: 'kept', version: 'v5', keep_versions: '1' };

  beforeAll(async () => {
    const first = await deployed(6, { model: 'kept', version: 'v1' });
    await byHand(5, `projects/${PROJECT}/models/kept/versions`, {
      name: 'by_hand',
      deploymentUri: first.outputs['deployment_uri'],
      framework: 'XGBOOST',
      runtimeVersion: '2.11',
      pythonVersion: '3.7',
      machineType: 'n1-standard-2',
    });
    await deployed(4, { model: 'kept', version: 'v3' });
    await deployed(3, { model: 'kept', version: 'v2' });
    await deployed(0.5, { model: 'kept', version: 'v4' });
  });

  test('a dry run names what would be deleted, oldest first, and deletes nothing', async () => {
    const sent = await changesOf(async () => {
      const result = await deployed(0, { ...last, dry_run: 'true' });
      expect(result.outputs['status']).toBe('planned');
      expect(result.log).toContain('To be deleted afterwards: v1, v3, v2');
      const rows = result.summary.split('\n').filter((line) => line.includes('old version'));
      expect(rows).toEqual(
        ['v1', 'v3', 'v2'].map(
          (id) => `| old version | **delete** | \`${id}\` | beyond the 1 to keep |`,
        ),
      );
    });
    expect(sent).toEqual([]);
    expect(await versionsOf('kept')).toEqual(['by_hand', 'v1', 'v2', 'v3', 'v4']);
  });

  test('deletes those of this action by age; what others made and what is younger stays', async () => {
    const sent = await changesOf(async () => {
      const result = await deployed(0, last);
      expect(result.outputs).toMatchObject({ status: 'deployed', promoted: 'true' });
      expect(result.log).toMatch(
        /Deleted old version v1\.[^]*Deleted old version v3\.[^]*Deleted old version v2\./,
      );
    });
    expect(deletionsIn(sent)).toEqual([
      'DELETE /kept/versions/v1',
      'DELETE /kept/versions/v3',
      'DELETE /kept/versions/v2',
    ]);
    expect(await versionsOf('kept')).toEqual(['by_hand', 'v4', 'v5']);
  });

  test('never deletes the default version, however old, and keeps as many as asked', async () => {
    const model = 'guarded';
    await deployed(5, { model, version: 'v1' });
    await deployed(4, { model, version: 'v2', promote: 'false' });
    await deployed(3, { model, version: 'v3', promote: 'false' });
    await deployed(0, { model, version: 'v4', promote: 'false', keep_versions: '2' });
    expect(await versionsOf(model)).toEqual(['v1', 'v3', 'v4']);
    expect(await action.read(`models/${model}/versions/v1`)).toMatchObject({ isDefault: true });
  });

  test('deletes the version that served before, once the new one serves', async () => {
    const model = 'succeeded';
    await deployed(2, { model, version: 'v1' });
    const plan = await deployed(0, { model, version: 'v2', keep_versions: '1', dry_run: 'true' });
    expect(plan.log).toContain('To be deleted afterwards: v1');
    const sent = await changesOf(() => deployed(0, { model, version: 'v2', keep_versions: '1' }));
    expect(sent.slice(-2)).toEqual([
      'POST /succeeded/versions/v2:setDefault',
      'DELETE /succeeded/versions/v1',
    ]);
    expect(await versionsOf(model)).toEqual(['v2']);
  });
});

describe('keep_versions on Vertex AI', () => {
  const platform = 'vertex-ai';

  const get = async <Resource>(path: string): Promise<Resource> =>
    (await (await fetch(`${action.emulator.origin}/v1/${PARENT}/${path}`)).json()) as Resource;

  const versionsOf = async (model: string): Promise<readonly string[]> => {
    const { models = [] } = await get<{ readonly models?: readonly { versionId: string }[] }>(
      `models/${model}:listVersions`,
    );
    return models.map(({ versionId }) => versionId).sort();
  };

  const last = { platform, model: 'kept', version: 'seven', keep_versions: '1' };

  beforeAll(async () => {
    await deployed(8, { platform, model: 'kept', version: 'one' });
    const { artifactUri, containerSpec } = await get<Record<string, unknown>>('models/kept@1');
    await byHand(7, `${PARENT}/models:upload`, {
      parentModel: `${PARENT}/models/kept`,
      model: { displayName: 'kept', artifactUri, containerSpec },
    });
    await deployed(6, { platform, model: 'kept', version: 'three' });
    await deployed(5, { platform, model: 'kept', version: 'golden' });
    await byHand(5, `${PARENT}/models/kept@4:mergeVersionAliases`, {
      versionAliases: ['released'],
    });
    await deployed(4, { platform, model: 'kept', version: 'five' });
    // What is deployed stays, also without traffic: somebody may be about to give it some.
    await deployed(3, { platform, model: 'kept', version: 'aside', promote: 'false' });
    await deployed(0.5, { platform, model: 'kept', version: 'young', traffic: '40' });
  });

  test('a dry run names what would be deleted, oldest first, and deletes nothing', async () => {
    const sent = await changesOf(async () => {
      const result = await deployed(0, { ...last, traffic: '10', dry_run: 'true' });
      expect(result.outputs['status']).toBe('planned');
      expect(result.log).toContain('To be deleted afterwards: 1, 3');
      const rows = result.summary.split('\n').filter((line) => line.includes('old version'));
      expect(rows).toEqual(
        ['1', '3'].map((id) => `| old version | **delete** | \`${id}\` | beyond the 1 to keep |`),
      );
    });
    expect(sent).toEqual([]);
    expect(await versionsOf('kept')).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  });

  test('deletes those of this action by age; foreign, aliased, deployed and younger ones stay', async () => {
    const sent = await changesOf(async () => {
      const result = await deployed(0, { ...last, traffic: '10' });
      expect(result.outputs).toMatchObject({ status: 'deployed', version: '8' });
      expect(result.log).toMatch(/Deleted old version 1\.[^]*Deleted old version 3\./);
    });
    expect(deletionsIn(sent)).toEqual([
      'DELETE /kept@1:deleteVersion',
      'DELETE /kept@3:deleteVersion',
    ]);
    expect(await versionsOf('kept')).toEqual(['2', '4', '5', '6', '7', '8']);
  });

  test('deletes the version that served before, once the new one has all traffic', async () => {
    const model = 'succeeded';
    await deployed(2, { platform, model, version: 'one' });
    const inputs = { platform, model, version: 'two', keep_versions: '1' };
    const plan = await deployed(0, { ...inputs, dry_run: 'true' });
    expect(plan.log).toContain('To be deleted afterwards: 1');
    const sent = await changesOf(() => deployed(0, inputs));
    expect(deletionsIn(sent)).toEqual(['DELETE /succeeded@1:deleteVersion']);
    expect(await versionsOf(model)).toEqual(['2']);
  });

  test('keeps as many as asked, the new one among them', async () => {
    const model = 'plenty';
    for (const [index, version] of ['one', 'two', 'three'].entries()) {
      await deployed(5 - index, { platform, model, version });
    }
    await deployed(0, { platform, model, version: 'four', keep_versions: '3' });
    expect(await versionsOf(model)).toEqual(['2', '3', '4']);
  });
});
