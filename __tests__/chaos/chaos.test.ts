import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultHandle, FaultRule } from '../../emulator/exchange.ts';
import { actionUnderTest, BUCKET, PROJECT } from '../action/action-under-test.ts';
import type { ActionUnderTest } from '../action/action-under-test.ts';
import type { StepResult } from '../runner.ts';

// Deploys with random faults of the service and random ends of the process, as issue D asks: whatever
// happens, what failed its proof never serves, what served before serves unless the deploy says otherwise,
// and nothing is left that no report names. CHAOS_RUNS says how many; CHAOS_SEED repeats one.

const RUNS = Number(process.env['CHAOS_RUNS'] ?? '200');
const SEED = Number(process.env['CHAOS_SEED'] ?? Math.floor(Math.random() * 1e9));
const PYTHON = join(import.meta.dirname, '..', 'xgboost-in-node', 'python3');
const PROOF = join(import.meta.dirname, '..', '..', 'examples', 'models', 'proof', 'xgboost-json');
const PARENT = `projects/${PROJECT}/locations/us-central1`;
const instances = readFileSync(join(PROOF, 'instances.json'), 'utf8');
const expected = readFileSync(join(PROOF, 'predictions.json'), 'utf8');
const WRONG = '[0.9, 0.9, 0.9, 0.9, 0.9]';
const AT_ONCE = 3;

type Random = () => number;

/** Numbers in [0, 1) that the seed repeats (mulberry32). */
function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Trial {
  readonly seed: number;
  readonly platform: 'ai-platform' | 'vertex-ai';
  readonly model: string;
  readonly hasBefore: boolean;
  readonly proof: 'good' | 'bad' | 'none';
  readonly faults: readonly FaultRule[];
  readonly end: { readonly milliseconds: number; readonly signal: NodeJS.Signals } | undefined;
}

function trialOf(seed: number, index: number): Trial {
  const random = randomOf(seed);
  const pick = <Item>(items: readonly [Item, ...Item[]]): Item =>
    items[Math.floor(random() * items.length)] ?? items[0];
  const model = `chaos${index}`;
  const url = pick([
    new RegExp(`${model}[/@:_-]`),
    new RegExp(`${model}.*:(predict|setDefault|deployModel|undeployModel|mergeVersionAliases)`),
    new RegExp(`endpoints/${model}(\\?|$)`),
    new RegExp(`operations/.*${model}`),
    /\/operations\//,
    /models:upload|\/models$/,
    new RegExp(`/o\\?.*${model}`),
  ] as [RegExp, ...RegExp[]]);
  const action = (): FaultRule['action'] =>
    pick<FaultRule['action']>([
      { kind: 'status', status: 503 },
      { kind: 'status', status: 500 },
      { kind: 'status', status: 429 },
      { kind: 'status', status: 403, body: { error: { code: 403, message: 'Not you.' } } },
      { kind: 'reset' },
      { kind: 'lose-answer' },
      { kind: 'truncate-answer', bytes: 5 },
      { kind: 'delay', milliseconds: 300 },
    ]);
  const isEnded = random() < 0.5;
  return {
    seed,
    platform: random() < 0.5 ? 'ai-platform' : 'vertex-ai',
    model,
    hasBefore: random() < 0.7,
    proof: pick(['good', 'bad', 'none']),
    faults: Array.from({ length: Math.floor(random() * 3) }, () => ({
      url,
      after: Math.floor(random() * 3),
      times: 1,
      action: action(),
    })),
    end: isEnded
      ? { milliseconds: 200 + random() * 1300, signal: random() < 0.5 ? 'SIGINT' : 'SIGKILL' }
      : undefined,
  };
}

/** What is there of one model, by full names, and what serves. */
interface Held {
  readonly names: readonly string[];
  readonly serving: unknown;
  /** Names of what serves, and of what that hangs on. */
  readonly needed: readonly string[];
  /** Another name by which a report may tell of a version of Vertex AI: by its alias. */
  readonly aliased?: ReadonlyMap<string, string>;
}

async function held(action: ActionUnderTest, { platform, model }: Trial): Promise<Held> {
  const get = async (path: string): Promise<Record<string, unknown> | undefined> => {
    const answer = await fetch(`${action.emulator.origin}/us-central1/v1/${path}`);
    return answer.status === 404 ? undefined : ((await answer.json()) as Record<string, unknown>);
  };
  if (platform === 'ai-platform') {
    const found = await get(`projects/${PROJECT}/models/${model}`);
    if (found === undefined) return { names: [], serving: undefined, needed: [] };
    const list = await get(`projects/${PROJECT}/models/${model}/versions`);
    const versions = (list?.['versions'] ?? []) as readonly { name: string }[];
    const { name } = (found['defaultVersion'] ?? {}) as { name?: string };
    return {
      names: [String(found['name']), ...versions.map((version) => version.name)],
      serving: name,
      needed: [String(found['name']), String(name)],
    };
  }
  const list = await get(`${PARENT}/endpoints?pageSize=100`);
  const endpoints = ((list?.['endpoints'] ?? []) as readonly Record<string, unknown>[]).filter(
    ({ displayName }) => String(displayName).startsWith(`${model}-`) || displayName === model,
  );
  const found = await get(`${PARENT}/models/${model}`);
  const versions =
    found === undefined ? undefined : await get(`${PARENT}/models/${model}:listVersions`);
  const listed = (versions?.['models'] ?? []) as readonly {
    versionId: string;
    versionAliases?: readonly string[];
  }[];
  const numbers = listed.map(({ versionId }) => `models/${model}@${versionId}`);
  const aliased = new Map(
    listed.map(({ versionId, versionAliases = [] }) => [
      `models/${model}@${versionId}`,
      `models/${model}@${versionAliases.find((alias) => alias !== 'default') ?? versionId}`,
    ]),
  );
  const real = endpoints.find(({ displayName }) => displayName === model);
  const deployed = (real?.['deployedModels'] ?? []) as readonly {
    id: string;
    modelVersionId: string;
  }[];
  const split = (real?.['trafficSplit'] ?? {}) as Record<string, number>;
  const withTraffic = deployed.filter(({ id }) => (split[id] ?? 0) > 0);
  const short = (name: unknown): string => String(name).replace(/^.*\/endpoints/, 'endpoints');
  return {
    aliased,
    needed: [
      short(real?.['name']),
      ...withTraffic.flatMap(({ id, modelVersionId }) => [
        `deployedModels/${id}`,
        `models/${model}@${modelVersionId}`,
      ]),
    ],
    names: [
      ...endpoints.map(({ name }) => short(name)),
      ...endpoints.flatMap((endpoint) =>
        ((endpoint['deployedModels'] ?? []) as readonly { id: string }[]).map(
          ({ id }) => `deployedModels/${id}`,
        ),
      ),
      ...numbers,
    ],
    serving: Object.fromEntries(
      withTraffic.map(({ id, modelVersionId }) => [modelVersionId, split[id]]),
    ),
  };
}

/** The status that the main step kept for its `post:` step. */
function keptStatus(state: StepResult['state']): unknown {
  return (JSON.parse(state['deploy'] ?? '{}') as { status?: unknown }).status;
}

/** Why a trial broke a promise; nothing when it kept all. */
async function breaches(action: ActionUnderTest, trial: Trial): Promise<readonly string[]> {
  const { platform, model, proof, end, hasBefore } = trial;
  const inputs = (version: string): Record<string, string> => ({
    platform,
    model,
    source: 'boosted',
    version,
  });
  if (hasBefore) {
    const first = await action.run(inputs('one'), { env: { GITHUB_RUN_ID: `1${trial.seed}` } });
    if (first.exitCode !== 0) return [`set-up: ${first.log}`];
  }
  const before = await held(action, trial);
  const requests = action.emulator.requests.length;
  const faults: FaultHandle[] = trial.faults.map((rule) => action.emulator.misbehave(rule));
  const step = { env: { GITHUB_RUN_ID: `2${trial.seed}` } };
  const given = {
    ...inputs('two'),
    ...(proof === 'none'
      ? {}
      : {
          test_instances: instances,
          expected_predictions: proof === 'good' ? expected : WRONG,
        }),
  };
  const result = await action.run(given, {
    ...step,
    ...(end === undefined ? {} : { signalAfter: end }),
  });
  for (const fault of faults) fault.stop();
  const post = await action.post(given, result.state, step);
  const after = await held(action, trial);
  const said = [result, post].map((part: StepResult) => `${part.log}\n${part.summary}`).join('\n');
  const objects = await action.objects(`${model}/two`);

  const found: string[] = [];
  const { status = '' } = result.outputs;
  const isDeployed = status === 'deployed';
  const servesNew =
    platform === 'ai-platform'
      ? String(after.serving).endsWith('/two')
      : JSON.stringify(after.serving) !== JSON.stringify(before.serving) &&
        Object.keys(after.serving ?? {}).length > 0;
  if (proof === 'bad') {
    const wasAsked = action.emulator.requests
      .slice(requests)
      .some(({ url }) => url.endsWith(':predict'));
    // Without an answer nothing has failed: the first version of AI Platform serves by the service's rule.
    if (servesNew && wasAsked) found.push('what failed its proof serves');
    const promotions = action.emulator.requests
      .slice(requests)
      .filter(({ url }) => url.includes(`${model}/versions/two:setDefault`));
    if (promotions.length > 0) found.push('what failed its proof was promoted');
    if (isDeployed) found.push('what failed its proof is called deployed');
  }
  if (isDeployed && !servesNew) found.push('what is called deployed does not serve');
  // Killed after all was done but the report: what it kept for its post step says so.
  const isComplete = result.exitCode === null && keptStatus(result.state) === 'deployed';
  if (isComplete && !servesNew) found.push('what was kept as deployed does not serve');
  if (
    !isDeployed &&
    !isComplete &&
    hasBefore &&
    JSON.stringify(after.serving) !== JSON.stringify(before.serving)
  ) {
    found.push(`serves ${JSON.stringify(after.serving)} after "${status}"`);
  }
  if (post.exitCode !== 0) found.push(`the post step ended with ${String(post.exitCode)}`);
  // What serves after a complete promotion is no leftover, though its step was killed before it could tell.
  const known = new Set([...before.names, ...(isComplete ? after.needed : [])]);
  const left = after.names.filter((each) => !known.has(each));
  for (const name of left) {
    const short = name.split(/\/models\//).at(-1) ?? name;
    const isNewModel = !before.names.some((each) => each.startsWith('models/'));
    const words = [
      name,
      short,
      short.split('/').at(-1) ?? '',
      after.aliased?.get(name) ?? name,
      // The first version of a model is told with the model that this run made.
      ...(isNewModel && name.startsWith('models/') ? [name.replace(/@.*$/, '')] : []),
    ];
    if (!words.some((word) => said.includes(word))) found.push(`nobody says that ${name} is left`);
  }
  if (!isComplete && objects.length > 0 && !said.includes(`gs://${BUCKET}/${model}/two`)) {
    found.push('nobody says that objects are left');
  }
  return found.length === 0
    ? []
    : [
        ...found,
        `faults played: ${faults.map(({ played }) => played).join()}`,
        said.slice(0, 6000),
      ];
}

test(`CAN-04 ${RUNS} deploys with random faults and ends keep every promise (CHAOS_SEED=${SEED})`, async () => {
  const broken: unknown[] = [];
  const ends = new Map<string, number>();
  let next = 0;
  // A cloud for each: a fault of one trial is not to hit another.
  const work = async (): Promise<void> => {
    await using action = await actionUnderTest({ python: PYTHON, operationMilliseconds: 150 });
    await action.copyModel('xgboost-json', 'boosted');
    for (let index = next++; index < RUNS; index = next++) {
      const trial = trialOf(SEED + index, index);
      const found = await breaches(action, trial);
      if (found.length > 0) broken.push({ trial, found });
      const kind = `${trial.platform}, proof ${trial.proof}, ${trial.end?.signal ?? 'not ended'}`;
      ends.set(kind, (ends.get(kind) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  expect(broken).toEqual([]);
  // Every kind of trial came about, so that the promise was put to the test.
  if (RUNS >= 200) expect(ends.size).toBe(18);
}, 1_800_000);
