import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { outputNames } from '../src/report/outputs.ts';
import type { PlatformName } from '../src/request/deploy-request.ts';
import { inputNames, inputs } from '../src/request/inputs.ts';

// action.yml is the contract with workflows: what it says is compared with the code that keeps it.

interface Described {
  readonly description: string;
  readonly required?: unknown;
  readonly default?: unknown;
}

interface Action {
  readonly inputs: Readonly<Record<string, Described>>;
  readonly outputs: Readonly<Record<string, Described>>;
  readonly runs: Readonly<Record<string, string>>;
  readonly branding: Readonly<Record<string, string>>;
}

const platforms: readonly PlatformName[] = ['ai-platform', 'vertex-ai'];
const root = join(import.meta.dirname, '..');
const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as Action;

test('action.yml has the inputs that the code reads, in the same order, and no others', () => {
  expect(Object.keys(action.inputs)).toEqual(inputNames);
});

test('action.yml has the defaults and the required inputs of the code', () => {
  const said = Object.entries(action.inputs).map(([name, input]) => [
    name,
    { default: input.default ?? '', required: input.required },
  ]);
  const kept = inputNames.map((name) => [
    name,
    { default: inputs[name].default, required: inputs[name].required },
  ]);
  expect(said).toEqual(kept);
});

test('only model and source are required, and the defaults are those promised', () => {
  const required = inputNames.filter((name) => inputs[name].required);
  const defaults = inputNames
    .filter((name) => inputs[name].default !== '')
    .map((name) => [name, inputs[name].default]);
  expect(required).toEqual(['model', 'source']);
  expect(Object.fromEntries(defaults)).toEqual({
    platform: 'ai-platform',
    region: 'us-central1',
    model_region: 'us-central1',
    create_bucket: 'false',
    logging: 'none',
    traffic: '100',
    promote: 'true',
    if_version_exists: 'fail',
    wait: 'true',
    timeout: '60m',
    dry_run: 'false',
    tolerance: '0.000001',
    local_predict: 'false',
    allow_unsafe_pickle: 'false',
    comment: 'auto',
    github_token: '${{ github.token }}',
    summary: 'true',
  });
});

test('action.yml has the outputs that the code sets, in the same order, and no others', () => {
  expect(Object.keys(action.outputs)).toEqual(outputNames);
});

test('the outputs that were promised are there', () => {
  expect(Object.keys(action.outputs)).toEqual([
    'status',
    'model',
    'version',
    'version_name',
    'deployment_uri',
    'artifact_digest',
    'framework',
    'runtime_version',
    'machine_type',
    'state',
    'promoted',
    'previous_version',
    'endpoint',
    'deployed_model_id',
    'predict_url',
    'console_url',
    'operation',
    'uploaded_files',
    'uploaded_bytes',
    'reused_files',
    'predictions',
    'comment_url',
    'error_code',
    'result_json',
  ]);
});

test.each([...Object.entries(action.inputs), ...Object.entries(action.outputs)])(
  '%s is described in at most two sentences and an example',
  (_, { description }) => {
    const [, sentences = ''] = /^(.*) Example: `[^`]+`$/s.exec(description) ?? [];
    expect(sentences).toMatch(/\.$/);
    expect(sentences.split(/\.(?:\s|$)/).filter(Boolean).length).toBeLessThanOrEqual(2);
  },
);

test.each(
  Object.entries(action.inputs)
    .filter(([name]) => name !== 'version_config')
    .map(([name, { description }]) => [name, /Example: `'?(.*?)'?`$/.exec(description)?.[1] ?? '']),
)('the example of the input %s, %s, is one that the code accepts', (name, example) => {
  const input = inputNames.find((known) => known === name);
  if (input === undefined) throw new Error(`${name} is not in the code.`);
  const accepts = (platform: PlatformName): boolean => {
    try {
      return inputs[input].parse(example, platform) !== undefined;
    } catch {
      return false;
    }
  };
  expect(platforms.filter(accepts)).not.toEqual([]);
});

test('the action runs the committed bundle on Node 24 and has a legal badge', () => {
  expect(action.runs).toEqual({
    using: 'node24',
    main: 'dist/index.js',
    post: 'dist/post.js',
  });
  // Colours of GitHub's metadata syntax; the icon is one of Feather 4.28.
  expect(['white', 'yellow', 'blue', 'green', 'orange', 'red', 'purple', 'gray-dark']).toContain(
    action.branding['color'],
  );
  expect(action.branding['icon']).toBe('upload-cloud');
});

test('the tables of README.md are as action.yml says', () => {
  const said = execFileSync(process.execPath, ['scripts/docs.ts', '--check'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(said).toContain('README.md is as the sources say.');
});
