import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { actionUnderTest, expectGoodManners, PROJECT } from './action-under-test.ts';
import type { ActionUnderTest } from './action-under-test.ts';

let action: ActionUnderTest;

beforeAll(async () => {
  action = await actionUnderTest();
  await action.copyModel('xgboost', 'xgboost');
  await action.copyModel('tensorflow/export', 'export');
});

afterAll(async () => {
  await action[Symbol.asyncDispose]();
});

/** Runs a deploy that has to be refused, and answers its one annotation; nothing may have been created. */
async function refusal(
  inputs: Readonly<Record<string, string>>,
  step: Parameters<ActionUnderTest['run']>[1] = {},
): Promise<{ text: string; code: string; requests: number }> {
  action.emulator.forgetRequests();
  const result = await action.run(inputs, step);
  expectGoodManners(result);
  expect(result.exitCode).toBe(1);
  const changes = action.emulator.requests.filter((request) => request.method !== 'GET');
  expect(changes).toEqual([]);
  return {
    text: result.errors[0]?.message ?? '',
    code: result.outputs['error_code'] ?? '',
    requests: action.emulator.requests.length,
  };
}

describe('inputs', () => {
  test('that are missing are named, before any request', async () => {
    const { text, code, requests } = await refusal({ model: '', source: '   ' });
    expect(text).toContain('model');
    expect(text).toContain('source');
    expect(code).toBe('invalid-input');
    expect(requests).toBe(0);
  });

  test('with faults are told all at once, the files and the cross-field rules included', async () => {
    const { text, requests } = await refusal({
      model: '9-lives',
      source: 'nowhere',
      machine_type: 'mls1-c1-m2',
      promote: 'yes',
      timeout: '0',
      labels: 'Team=Risk',
      accelerator: 'nvidia-tesla-t4:3',
      nodes: '2',
      max_nodes: '3',
    });
    for (const input of [
      'model',
      'source',
      'machine_type',
      'promote',
      'timeout',
      'labels',
      'accelerator',
      'nodes',
    ]) {
      expect(text).toContain(`${input}:`);
    }
    expect(requests).toBe(0);
  });

  test.each([
    [
      'a version that the service would not take',
      { version: '2026-01-01' },
      /version: `2026-01-01`: [^]*Use v2026_01_01/,
    ],
    ['an unknown region', { region: 'us-central9' }, /region: `us-central9`/],
    ['a project that would change the path', { project_id: 'p/../q' }, /project_id: `p\/\.\.\/q`/],
    [
      'an unknown field of the version',
      { version_config: 'autoScalng: {minNodes: 1}' },
      /`autoScalng[^]*Next: Did you mean `autoScaling`\?/,
    ],
    [
      'a runtime that does not exist',
      { runtime_version: '2.12' },
      /runtime_version: `2\.12`.*2\.11/,
    ],
    [
      'a Python that the runtime does not have',
      { python_version: '3.5' },
      /python_version: `3\.5`.*3\.7/,
    ],
    [
      'an accelerator for a model that cannot use it',
      { accelerator: 'nvidia-tesla-t4' },
      /accelerator/,
    ],
    [
      'a container beside a runtime version',
      {
        image: 'us-central1-docker.pkg.dev/p/r/i',
        machine_type: 'n1-standard-2',
        runtime_version: '2.11',
      },
      /runtime_version.*image/,
    ],
    [
      'custom code on a regional endpoint',
      { prediction_class: 'a.B', package_files: 'a.tar.gz' },
      /prediction_class/,
    ],
    ['a platform that does not exist', { platform: 'sagemaker' }, /platform: `sagemaker`/],
    [
      'an unknown way with existing versions',
      { if_version_exists: 'skip' },
      /fail, reuse, replace/,
    ],
    [
      'an instance of another form than the model takes',
      { source: 'export', test_instances: '[[1, 2]]' },
      /test_instances: `\[1,2\]`: instance 1 of 1 is a list of 2\.[^]*Next: Give each .*"measurements" \(float32 of shape \[4\]\)/,
    ],
    [
      'an instance with a slip in its name',
      { source: 'export', test_instances: '{"mesurements": [1, 2, 3, 4]}' },
      /"mesurements", which is no input of the signature \(did you mean "measurements"\?\)/,
    ],
    [
      'a framework that no container of Vertex AI has, with those that still exist',
      { source: 'export', platform: 'vertex-ai', runtime_version: '9.9' },
      /those that are available hold 2\.15 \(until 2027-01-14\), 2\.14 /,
    ],
    [
      'a signature on Vertex AI, once',
      {
        source: 'export',
        platform: 'vertex-ai',
        test_instances: '[[1,2,3,4]]',
        signature_name: 'x',
      },
      /^What: The deploy is refused because of `signature_name`/,
    ],
    [
      'a region of Vertex AI with a slip',
      { source: 'export', platform: 'vertex-ai', region: 'us-centrl1' },
      /region: `us-centrl1`: [^]*Next: Did you mean us-central1\?/,
    ],
    [
      'a proof that this step would not wait for',
      { test_instances: '[[1]]', wait: 'false' },
      /test_instances.*does not wait/,
    ],
    [
      'a local proof of a model in Cloud Storage',
      { test_instances: '[[1]]', local_predict: 'true', source: 'gs://acme-models-aiplatform/x' },
      /local_predict: `true`: needs the model on the runner/,
    ],
    [
      'a resumed wait without the version',
      { operation: `projects/${PROJECT}/operations/create_m_v1-1` },
      /version: must be given with `operation`/,
    ],
  ])('%s is refused', async (_, inputs, expected) => {
    await action.write({ 'a.tar.gz': gzipSync('package') });
    const { text, code, requests } = await refusal({ model: 'm', source: 'xgboost', ...inputs });
    expect(text).toMatch(expected);
    expect(code).toBe('invalid-input');
    expect(requests).toBe(0);
  });

  test('that look like commands of the runner stay data', async () => {
    const result = await action.run({
      model: 'm\n::set-output name=status::deployed',
      source: '##[add-mask]export\n::stop-commands::x',
      description: '%0A::error::forged',
    });
    expectGoodManners(result);
    expect(
      result.commands
        .map((command) => command.name)
        .filter((name) => !['group', 'endgroup', 'error', 'debug'].includes(name)),
    ).toEqual([]);
    expect(result.lines.some((line) => line.includes('##['))).toBe(false);
    expect(result.outputs['status']).toBe('failed');
  });

  test('are named when their name is nearly right', async () => {
    const result = await action.run({
      model: 'near',
      source: 'xgboost',
      machinetype: 'n1-standard-4',
      version: 'v1',
    });
    expect(result.warnings.map((warning) => warning.message)).toEqual([
      expect.stringContaining('did you mean machine_type?'),
    ]);
    expect(result.outputs['status']).toBe('deployed');
  });
});

describe('the files', () => {
  test('that are text and called a model are no model, whatever framework is said', async () => {
    await action.write({ 'junk.joblib': 'hello\n' });
    for (const framework of ['', 'scikit-learn']) {
      const { text, code } = await refusal({ model: 'm', source: 'junk.joblib', framework });
      expect(text).toContain('`junk.joblib` is no model: it is text of 6 bytes.');
      expect(code).toBe('artifact');
    }
  });

  test('a source that does not exist is named, with what is there instead', async () => {
    const { text, code } = await refusal({ model: 'm', source: 'xgbost' });
    expect(text).toContain('xgbost');
    expect(text).toContain('xgboost');
    expect(['artifact', 'invalid-input']).toContain(code);
  });

  test('an empty directory is no model', async () => {
    await mkdir(join(action.workspace, 'empty'));
    expect((await refusal({ model: 'm', source: 'empty' })).code).toBe('artifact');
  });

  test('two candidates are both named', async () => {
    await action.copyModel('scikit-learn/model.joblib', 'two/model.joblib');
    await action.copyModel('xgboost/model.bst', 'two/model.bst');
    const { text } = await refusal({ model: 'm', source: 'two' });
    expect(text).toContain('model.joblib');
    expect(text).toContain('model.bst');
  });

  test('two exporters are both named', async () => {
    await action.copyModel('tensorflow/export/1700000000', 'estimator/export/best/1700000000');
    await action.copyModel('tensorflow/export/1690000000', 'estimator/export/latest/1690000000');
    const { text } = await refusal({ model: 'm', source: 'estimator' });
    expect(text).toContain('best');
    expect(text).toContain('latest');
  });

  test('a Git LFS pointer says how to check out the file itself', async () => {
    await action.write({
      'pointer/model.joblib':
        'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n',
    });
    expect((await refusal({ model: 'm', source: 'pointer' })).text).toContain('lfs: true');
  });

  test.each([
    ['keras-h5/model.h5', /Keras/],
    ['keras-v3/model.keras', /Keras/],
    ['tflite/model.tflite', /TensorFlow Lite|TFLite/],
  ])('%s is recognised, and how to export it instead is said', async (path, expected) => {
    await action.copyModel(`bad/${path}`, `foreign/${path}`);
    expect((await refusal({ model: 'm', source: `foreign/${path}` })).text).toMatch(expected);
  });

  test('a link that leaves the source is refused with its target', async () => {
    await action.copyModel('xgboost', 'linked');
    await writeFile(join(action.workspace, 'elsewhere.txt'), 'secret');
    await symlink('../elsewhere.txt', join(action.workspace, 'linked', 'notes.txt'));
    const { text } = await refusal({ model: 'm', source: 'linked' });
    expect(text).toContain('notes.txt');
    expect(text).toContain('elsewhere.txt');
  });

  test('a private key under an innocent name is refused, and not shown', async () => {
    await action.copyModel('tensorflow/export/1700000000', 'leaky');
    await action.write({
      'leaky/assets/config.json': JSON.stringify({
        type: 'service_account',
        private_key: 'c0ntent',
      }),
    });
    const { text } = await refusal({ model: 'm', source: 'leaky' });
    expect(text).toContain('assets/config.json');
    expect(text).not.toContain('c0ntent');
  });

  test('1,001 files are too many', async () => {
    await action.copyModel('tensorflow/export/1700000000', 'many');
    const files = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [`many/assets/${index}.txt`, 'x']),
    );
    await action.write(files);
    const { text, code } = await refusal({ model: 'm', source: 'many' });
    expect(text).toMatch(/1,?005/);
    expect(code).toBe('too-large');
  });
});

test('credential files in the source are left out and said, never uploaded', async () => {
  await action.copyModel('tensorflow/export/1700000000', 'with-credentials');
  await action.write({
    'with-credentials/gha-creds-0123456789abcdef.json': '{"type":"external_account"}',
    'with-credentials/.git/config': 'token',
    'with-credentials/__pycache__/x.pyc': 'x',
  });
  const result = await action.run({ model: 'clean', source: 'with-credentials', version: 'v1' });
  expectGoodManners(result);
  expect(result.outputs['status']).toBe('deployed');
  expect(result.log).toContain('gha-creds-0123456789abcdef.json');
  expect((await action.objects('clean/')).map((name) => name.replace('clean/v1/', ''))).toEqual([
    'assets/species.txt',
    'fingerprint.pb',
    'saved_model.pb',
    'variables/variables.data-00000-of-00001',
    'variables/variables.index',
  ]);
});

describe('what exists already', () => {
  test('a version of the same name is a conflict that shows what differs', async () => {
    const first = await action.run({ model: 'taken', source: 'xgboost', version: 'v1' });
    expect(first.outputs['status']).toBe('deployed');
    const { text, code } = await refusal({
      model: 'taken',
      source: 'xgboost',
      version: 'v1',
      machine_type: 'n1-standard-4',
    });
    expect(code).toBe('conflict');
    expect(text).toContain('machineType');
    expect(text).toContain('n1-standard-4');
  });

  test('a missing bucket is said with the command that makes it', async () => {
    const { text, code } = await refusal({ model: 'm', source: 'xgboost', bucket: 'acme-absent' });
    expect(code).toBe('not-found');
    expect(text).toContain('gcloud storage buckets create gs://acme-absent');
    expect(text).toContain('create_bucket: true');
  });
});

describe('the closed service', () => {
  test.each([
    [
      'answers 403 SERVICE_DISABLED',
      403,
      {
        error: {
          code: 403,
          status: 'PERMISSION_DENIED',
          message:
            'AI Platform Training & Prediction API has not been used in project 7 before or it is disabled.',
          details: [
            {
              '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
              reason: 'SERVICE_DISABLED',
              domain: 'googleapis.com',
              metadata: { service: 'ml.googleapis.com', consumer: 'projects/7' },
            },
          ],
        },
      },
    ],
    ['answers 404 in HTML', 404, undefined],
    ['answers 410', 410, { error: { code: 410, status: 'NOT_FOUND', message: 'Gone.' } }],
    [
      'answers 501',
      501,
      { error: { code: 501, status: 'UNIMPLEMENTED', message: 'Not implemented.' } },
    ],
  ])(
    'that %s is told from a missing model, with the one line that moves',
    async (_, status, body) => {
      const rule =
        body === undefined
          ? {
              kind: 'replace-answer' as const,
              status,
              text: '<html><title>404</title>Not found</html>',
              contentType: 'text/html',
            }
          : { kind: 'status' as const, status, body };
      const fault = action.emulator.misbehave({
        url: /\/v1\/projects\/acme-models\/models/,
        times: 1000,
        action: rule,
      });
      try {
        const { text, code } = await refusal({ model: 'late', source: 'xgboost', version: 'v1' });
        expect(code).toBe('service-closed');
        expect(text).toContain('platform: vertex-ai');
        expect(text).toContain('31 January 2025');
        expect(fault.played).toBeGreaterThan(0);
      } finally {
        fault.stop();
      }
    },
  );
});

test('an override that is neither https nor loopback is refused', async () => {
  const { text } = await refusal(
    { model: 'm', source: 'xgboost' },
    { env: { CLOUDSDK_API_ENDPOINT_OVERRIDES_ML: 'http://ml.example.test/' } },
  );
  expect(text).toContain('CLOUDSDK_API_ENDPOINT_OVERRIDES_ML');
});
