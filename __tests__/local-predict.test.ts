import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const script = join(root, 'python', 'local_predict.py');
const models = join(root, 'examples', 'models');

interface Answer {
  readonly status: number | null;
  readonly document: unknown;
}

interface Proof {
  readonly name: string;
  readonly directory: string;
  readonly signature?: string;
}

/** The first Python 3.7 or newer of this machine: the executable itself, not a shim in front of it. */
const python = ['python3', 'python']
  .map((command) => {
    const code = 'import sys; print(sys.executable if sys.version_info >= (3, 7) else "")';
    return spawnSync(command, ['-c', code], { encoding: 'utf8' });
  })
  .map((run) => (run.status === 0 ? run.stdout.trim() : ''))
  .find((executable) => executable !== '');
const describeWithPython = python === undefined ? describe.skip : describe;
const noPython = python === undefined ? ' (skipped: no Python 3.7 or newer here)' : '';

/** `flags` go to Python itself: `-S` hides every installed package. */
function localPredict(flags: string[], options: string[], request: string): Answer {
  const run = spawnSync(python ?? '', [...flags, script, ...options], {
    input: request,
    encoding: 'utf8',
  });
  return { status: run.status, document: JSON.parse(run.stdout) };
}

/** What an expression over the script's own functions (`l`) gives, or the text of its error. */
function evaluate(expression: string): unknown {
  const code = `
import json, sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import local_predict as l
try:
    value = ${expression}
except l.PredictionError as error:
    value = str(error)
print(json.dumps(value))`;
  const run = spawnSync(python ?? '', ['-S', '-c', code, join(root, 'python')], {
    encoding: 'utf8',
  });
  return JSON.parse(run.stdout);
}

/** The version of a module, or undefined where it is not installed or broken. */
function versionOf(module: string): string | undefined {
  if (python === undefined) return undefined;
  const run = spawnSync(python, ['-c', `import ${module}; print(${module}.__version__)`], {
    encoding: 'utf8',
  });
  return run.status === 0 ? run.stdout.trim() : undefined;
}

/** Asserts equality, numbers within 1e-6. */
function expectClose(got: unknown, wanted: unknown): void {
  if (typeof wanted === 'number') {
    expect(typeof got).toBe('number');
    expect(Math.abs((got as number) - wanted)).toBeLessThanOrEqual(1e-6);
  } else if (typeof wanted === 'object' && wanted !== null) {
    expect(Array.isArray(got)).toBe(Array.isArray(wanted));
    expect(Object.keys(got as object).sort()).toEqual(Object.keys(wanted).sort());
    for (const [key, value] of Object.entries(wanted)) {
      expectClose((got as Record<string, unknown>)[key], value);
    }
  } else {
    expect(got).toBe(wanted);
  }
}

describeWithPython(`the command line of local_predict.py${noPython}`, () => {
  test('an option that is missing is named, with exit status 2', () => {
    expect(localPredict([], ['--framework', 'xgboost'], '')).toEqual({
      status: 2,
      document: { error: 'the following arguments are required: --model-directory' },
    });
  });

  test('a framework that AI Platform does not serve is refused, with exit status 2', () => {
    const answer = localPredict([], ['--framework', 'torch', '--model-directory', '.'], '');
    expect(answer.status).toBe(2);
    expect(answer.document).toEqual({
      error: expect.stringContaining("invalid choice: 'torch'") as string,
    });
  });

  test.each([
    ['tensorflow', 'tensorflow'],
    ['scikit-learn', 'sklearn'],
    ['xgboost', 'xgboost'],
  ])('where %s is not installed, it is named as missing, with exit status 3', (name, module) => {
    const options = ['--framework', name, '--model-directory', models];
    expect(localPredict(['-S'], options, '{"instances":[[1]]}')).toEqual({
      status: 3,
      document: { missing: name, reason: `ModuleNotFoundError: No module named '${module}'` },
    });
  });

  test.each([
    ['text that is not JSON', 'instances', 'The request is not JSON: '],
    ['NaN, which Python alone takes for JSON', '{"instances":[NaN]}', 'NaN is not JSON'],
    ['a list', '[1]', '"instances" is a list that is not empty'],
    ['no instances', '{"instances":[]}', '"instances" is a list that is not empty'],
  ])('a request that is %s is an error of the input, with exit status 1', (_, request, text) => {
    const options = ['--framework', 'xgboost', '--model-directory', models];
    const answer = localPredict(['-S'], options, request);
    expect(answer.status).toBe(1);
    expect(answer.document).toEqual({ error: expect.stringContaining(text) as string });
    expect(answer.document).toEqual({
      error: expect.stringMatching(/^Invalid inputs: .* \(Error code: 1\)$/) as string,
    });
  });
});

describeWithPython(`instances and outputs in local_predict.py${noPython}`, () => {
  test('a bare value belongs to the only input', () => {
    expect(evaluate("l.to_columns([[1, 2], {'x': [3, 4]}], ['x'], False)")).toEqual({
      x: [
        [1, 2],
        [3, 4],
      ],
    });
  });

  test('with several inputs a bare value is refused, and the inputs are named', () => {
    expect(evaluate("l.to_columns([{'a': 1, 'b': 2}, 3], ['b', 'a'], False)")).toBe(
      'Invalid inputs: instances[1] must be an object with the inputs a, b (Error code: 1)',
    );
  });

  test('an input that the signature does not have is refused', () => {
    expect(evaluate("l.to_columns([{'y': 1}], ['x'], False)")).toBe(
      'Invalid inputs: Unexpected tensor name: y. Expected tensor name: x. (Error code: 1)',
    );
  });

  test('an input that an instance lacks is named with the instance', () => {
    expect(evaluate("l.to_columns([{'a': 1, 'b': 2}, {'a': 1}], ['a', 'b'], False)")).toBe(
      'Invalid inputs: Input b was missing in at least one input instance: instances[1].' +
        ' (Error code: 1)',
    );
  });

  test('base64 becomes bytes wherever it stands', () => {
    const instances = "[{'b64': 'AAH/'}, {'x': [{'b64': 'aGk='}]}]";
    expect(evaluate(`repr(l.to_columns(${instances}, ['x'], True))`)).toBe(
      String.raw`{'x': [b'\x00\x01\xff', [b'hi']]}`,
    );
  });

  test('base64 that cannot be decoded is an error of the input', () => {
    expect(evaluate("l.to_columns([{'b64': '%'}], ['x'], True)")).toMatch(
      /^Invalid inputs: Unable to base64 decode: .* \(Error code: 1\)$/,
    );
  });

  test('outputs make an object per instance; a sole one is bare where that is asked for', () => {
    expect(evaluate("l.to_rows({'y': [1, 2]})")).toEqual([{ y: 1 }, { y: 2 }]);
    expect(evaluate("l.to_rows({'y': [1, 2]}, True)")).toEqual([1, 2]);
    expect(evaluate("l.to_rows({'y': [1, 2], 'z': [[3], [4]]})")).toEqual([
      { y: 1, z: [3] },
      { y: 2, z: [4] },
    ]);
  });

  test('bytes are text, or base64 where the name of the output ends in _bytes', () => {
    expect(evaluate("l.to_rows({'text': [b'hi'], 'image_bytes': [b'hi']})")).toEqual([
      { text: 'hi', image_bytes: { b64: 'aGk=' } },
    ]);
  });

  test('outputs of different lengths are an error of the outputs', () => {
    expect(evaluate("l.to_rows({'a': [1], 'b': [1, 2]})")).toMatch(
      /^There was a problem processing the outputs: .*outputs had differing sizes.*\(Error code: 3\)$/,
    );
  });

  test.each([
    ['nan', 'NaN'],
    ['inf', 'Infinity'],
    ['-inf', '-Infinity'],
  ])('%s among the predictions is an error that says where it is', (number, name) => {
    expect(evaluate(`l.plain([1, {'p': [0.5, float('${number}')]}], 'predictions')`)).toBe(
      `There was a problem processing the outputs: predictions[1].p[1] is ${name},` +
        ' which JSON cannot hold (Error code: 3)',
    );
  });

  test('what JSON cannot hold is named by its type', () => {
    expect(evaluate("l.plain([b'hi'], 'predictions')")).toBe(
      'There was a problem processing the outputs: predictions[0] is of type bytes,' +
        ' which JSON cannot hold (Error code: 3)',
    );
  });
});

const frameworks = [
  {
    // SavedModels are read by every later release of the same major version.
    framework: 'tensorflow',
    version: versionOf('tensorflow'),
    reads: /^2\./,
    proofs: [
      { name: 'tensorflow', directory: 'tensorflow/export/1700000000' },
      {
        name: 'tensorflow-score',
        directory: 'tensorflow/export/1700000000',
        signature: 'score',
      },
    ],
    broken: [
      ['missing-shard', 'variables.data-00000-of-00001; No such file or directory'],
      ['no-signature', 'MetaGraph must have at least one signature_def.'],
      ['no-serve-tag', "tags: ['serve']"],
      ['keras-h5', 'There is no saved_model.pb in '],
    ],
  },
  {
    // Pickles are promised to load only where they were made.
    framework: 'scikit-learn',
    version: versionOf('sklearn'),
    reads: /^1\.0\./,
    proofs: [
      { name: 'scikit-learn', directory: 'scikit-learn' },
      { name: 'scikit-learn-compressed', directory: 'scikit-learn-compressed' },
      { name: 'scikit-learn-pickle', directory: 'scikit-learn-pickle' },
    ],
    broken: [
      ['unknown-module', "No module named 'my_clean'"],
      ['tflite', 'Could not find either model.joblib or model.pkl in '],
    ],
  },
  {
    // The binary form was dropped in 3.1.
    framework: 'xgboost',
    version: versionOf('xgboost'),
    reads: /^(1|2)\./,
    proofs: [{ name: 'xgboost', directory: 'xgboost' }],
    broken: [['tflite', 'Could not find model.joblib, model.pkl, or model.bst in ']],
  },
] as const;

describe.each(frameworks)('a real $framework model', (row) => {
  const able = row.version !== undefined && row.reads.test(row.version);
  const reason = able ? '' : ` (skipped: ${row.framework} here: ${row.version ?? 'none'})`;
  const testWithFramework = able ? test : test.skip;

  testWithFramework.each<Proof>([...row.proofs])(
    `$name answers what the framework itself answered${reason}`,
    (proof) => {
      const options = ['--framework', row.framework];
      options.push('--model-directory', join(models, proof.directory));
      if (proof.signature !== undefined) options.push('--signature-name', proof.signature);
      const files = join(models, 'proof', proof.name);
      const request = readFileSync(join(files, 'instances.json'), 'utf8');
      const answer = localPredict([], options, request);
      expectClose(
        answer.document,
        JSON.parse(readFileSync(join(files, 'predictions.json'), 'utf8')),
      );
      expect(answer.status).toBe(0);
    },
    60_000,
  );

  testWithFramework.each([...row.broken])(
    `%s cannot be loaded, and the error says why${reason}`,
    (folder, text) => {
      const options = ['--framework', row.framework];
      options.push('--model-directory', join(models, 'bad', folder));
      const answer = localPredict([], options, '{"instances":[[5.1,3.5,1.4,0.2]]}');
      expect(answer).toEqual({
        status: 1,
        document: { error: expect.stringContaining(text) as string },
      });
      expect(answer.document).toEqual({
        error: expect.stringMatching(/^Failed to load model: .*\(Error code: 0\)$/s) as string,
      });
    },
    60_000,
  );
});

describe('an XGBoost model in JSON form', () => {
  const version = frameworks[2].version;
  const able = version !== undefined && frameworks[2].reads.test(version);
  const scratch = mkdtempSync(join(tmpdir(), 'local-predict-'));
  afterAll(() => {
    rmSync(scratch, { recursive: true });
  });

  (able ? test : test.skip)(
    `is read under the name model.bst${able ? '' : ` (skipped: xgboost here: ${version ?? 'none'})`}`,
    () => {
      copyFileSync(join(models, 'xgboost-json', 'iris.bst'), join(scratch, 'model.bst'));
      const files = join(models, 'proof', 'xgboost-json');
      const request = readFileSync(join(files, 'instances.json'), 'utf8');
      const options = ['--framework', 'xgboost', '--model-directory', scratch];
      const answer = localPredict([], options, request);
      expectClose(
        answer.document,
        JSON.parse(readFileSync(join(files, 'predictions.json'), 'utf8')),
      );
    },
  );
});
