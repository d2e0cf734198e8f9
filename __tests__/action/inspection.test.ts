import { actionUnderTest, expectGoodManners } from './action-under-test.ts';
import type { ActionUnderTest } from './action-under-test.ts';
import { graph, metaGraph, node, savedModel, signature } from '../artifact/saved-model-writer.ts';

// What a deploy says of a model from its bytes alone, where that is no reason to refuse it.

const tensor = { name: 'x:0', type: 1, shape: [-1, 4] };
const operations = ['WriteFile', 'PyFunc', 'Addons>GatherTree'];

/** A SavedModel of this version of TensorFlow with these operations. */
const written = (version: string, names: readonly string[] = ['Const']): Buffer =>
  savedModel(
    metaGraph(
      ['serve'],
      version,
      [signature('serving_default', { x: tensor }, { y: tensor })],
      0,
      graph(names.map((name) => node(name))),
    ),
  );

let action: ActionUnderTest;

beforeAll(async () => {
  action = await actionUnderTest();
  await action.copyModel('tensorflow/export/1700000000', 'export');
  await action.copyModel('xgboost-json', 'boosted');
  await action.copyModel('scikit-learn', 'scikit-learn');
  await action.write({
    'operations/saved_model.pb': written('2.11.0', operations),
    'later/saved_model.pb': written('2.15.0'),
    'future/saved_model.pb': written('2.99.0'),
    // What xz writes first, and nothing that it could be unpacked to.
    'packed/model.joblib': Buffer.from('fd377a585a000004e6d6b446', 'hex'),
  });
});

afterAll(async () => {
  await action[Symbol.asyncDispose]();
});

type Result = Awaited<ReturnType<ActionUnderTest['run']>>;

async function run(inputs: Readonly<Record<string, string>>): Promise<Result> {
  const result = await action.run({ model: 'm', version: 'v1', ...inputs });
  expectGoodManners(result);
  return result;
}

const warned = ({ warnings }: Result): string => warnings.map(({ message }) => message).join('\n');

describe.each(['ai-platform', 'vertex-ai'])('on %s', (platform) => {
  test('operations that a server may not run are named', async () => {
    const result = await run({ platform, source: 'operations', dry_run: 'true' });
    for (const operation of operations) expect(warned(result)).toContain(`\`${operation}\``);
  });

  test('what cannot be read is said not to be checked', async () => {
    const inputs = { platform, source: 'packed', framework: 'scikit-learn', dry_run: 'true' };
    const result = await run({ ...inputs, runtime_version: '2.11' });
    expect(`${result.log}\n${warned(result)}`).toContain('It was not checked.');
  });

  test('the signatures come with a request for curl, for Python, and as JSON', async () => {
    const { summary, outputs } = await run({
      platform,
      model: `iris_${platform.slice(0, 2)}`,
      source: 'export',
    });
    const url = outputs['predict_url'] ?? '';
    const body = '{"instances": [{"measurements": [0.0, 0.0, 0.0, 0.0]}]}';
    expect(summary).toContain('| input | `measurements` | float32 | ? × 4 |');
    expect(summary).toContain(`curl -X POST ${url} \\\n`);
    expect(summary).toContain(`  -d '${body}'`);
    expect(summary).toContain(`    "${url}",\n    data=${JSON.stringify(body)}.encode(),`);
    expect(summary).toContain(`\`\`\`json\n${body}\n\`\`\``);
  });
});

test.each([
  [
    'export',
    '2.8',
    /TensorFlow 2\.11\.0, and runtime 2\.8 has TensorFlow 2\.8.*`runtime_version: '2\.11'`/,
  ],
  [
    'boosted',
    '2.8',
    /XGBoost 1\.6\.2, and runtime 2\.8 has XGBoost 1\.\d.*`runtime_version: '2\.\d+'`/,
  ],
])(
  '%s on a runtime that is older is a warning with the one that fits',
  async (source, runtime, text) => {
    const result = await run({ source, runtime_version: runtime, dry_run: 'true' });
    expect(warned(result)).toMatch(text);
  },
);

describe('on Vertex AI', () => {
  const platform = 'vertex-ai';

  test('a container that is older is a warning with the way to one that fits', async () => {
    const inputs = { platform, source: 'later', runtime_version: '2.11', dry_run: 'true' };
    expect(warned(await run(inputs))).toMatch(
      /made with TensorFlow 2\.15\.0, and the container holds TensorFlow 2\.1\d.*Leave out `runtime_version`/,
    );
  });

  test('a model that no container can load is refused with the nearest', async () => {
    const result = await run({ platform, source: 'future', dry_run: 'true' });
    expect(result.errors[0]?.message).toMatch(
      /needs TensorFlow 2\.99, which no prebuilt container of Vertex AI can load: those that are available hold 2\.15/,
    );
  });

  test('a pickle and a container of another minor version are refused with the way out', async () => {
    const inputs = { platform, source: 'scikit-learn', runtime_version: '1.5', dry_run: 'true' };
    expect((await run(inputs)).errors[0]?.message).toMatch(/scikit-learn 1\.0\.2/);
  });
});
