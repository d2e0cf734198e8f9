import { outputNames, outputsOf } from '../../src/report/outputs.ts';
import { begun, deployed, failed, plan } from './records.ts';

const result = (outputs: Readonly<Record<string, string>>): unknown =>
  JSON.parse(outputs['result_json'] ?? '');

test('every output is set before anything is known, counts as 0', () => {
  const { result_json, ...outputs } = outputsOf(begun());
  expect(outputs).toEqual({
    status: '',
    model: '',
    version: '',
    version_name: '',
    deployment_uri: '',
    artifact_digest: '',
    framework: '',
    runtime_version: '',
    machine_type: '',
    state: '',
    promoted: 'false',
    previous_version: '',
    endpoint: '',
    deployed_model_id: '',
    predict_url: '',
    console_url: '',
    operation: '',
    uploaded_files: '0',
    uploaded_bytes: '0',
    reused_files: '0',
    predictions: '',
    comment_url: '',
    error_code: '',
  });
  expect(JSON.parse(result_json)).toMatchObject({ status: '', uploaded_files: 0, stages: {} });
});

test('the names are those that are set, in the same order', () => {
  expect(Object.keys(outputsOf(deployed()))).toEqual(outputNames);
});

test('a deploy sets all of them', () => {
  const { result_json, ...outputs } = outputsOf(deployed());
  expect(result_json).toMatch(/^\{.*\}$/);
  expect(outputs).toEqual({
    status: 'deployed',
    model: 'projects/acme/models/fraud',
    version: 'v3',
    version_name: 'projects/acme/models/fraud/versions/v3',
    deployment_uri: 'gs://acme-aiplatform/fraud/v3/',
    artifact_digest: 'sha256:0123abcd',
    framework: 'tensorflow',
    runtime_version: '2.11',
    machine_type: 'n1-standard-2',
    state: 'READY',
    promoted: 'true',
    previous_version: 'v2',
    endpoint: '',
    deployed_model_id: '',
    predict_url:
      'https://us-central1-ml.googleapis.com/v1/projects/acme/models/fraud/versions/v3:predict',
    console_url:
      'https://console.cloud.google.com/ai-platform/models/fraud/versions/v3?project=acme&region=us-central1',
    operation: 'projects/acme/operations/create_fraud_v3-1700000000000',
    uploaded_files: '2',
    uploaded_bytes: '1200000',
    reused_files: '0',
    predictions: '',
    comment_url: '',
    error_code: '',
  });
});

test('the result is one line of JSON with all the others, typed, and the durations', () => {
  const outputs = outputsOf(deployed());
  expect(outputs.result_json).not.toMatch(/[\r\n]/);
  expect(result(outputs)).toEqual({
    ...Object.fromEntries(Object.entries(outputs).filter(([name]) => name !== 'result_json')),
    promoted: true,
    uploaded_files: 2,
    uploaded_bytes: 1_200_000,
    reused_files: 0,
    predictions: '',
    comment_url: '',
    stages: { inspect: 0.42, upload: 12.2, wait: 125 },
  });
});

test('line separators of Unicode make no second line', () => {
  const outputs = outputsOf({ ...deployed(), operation: 'a\u2028b\u2029c' });
  expect(outputs.result_json).toContain('a\\u2028b\\u2029c');
  expect(result(outputs)).toMatchObject({ operation: 'a\u2028b\u2029c' });
});

test('a failure sets its code, and leaves what is known', () => {
  expect(outputsOf(failed())).toMatchObject({
    status: 'failed',
    error_code: 'model-load',
    state: 'FAILED',
    promoted: 'false',
    previous_version: 'v2',
    endpoint: '',
    deployed_model_id: '',
    machine_type: 'n1-standard-2',
  });
});

test('there is no page in the console before there may be a version', () => {
  const record = { ...begun(), request: deployed().request, plan };
  expect(outputsOf(record as ReturnType<typeof deployed>).console_url).toBe('');
});

test('frameworks are spelled as in the input', () => {
  const record = deployed();
  const spelled = (['TENSORFLOW', 'SCIKIT_LEARN', 'XGBOOST', undefined] as const).map(
    (framework) => outputsOf({ ...record, plan: { ...plan, framework } }).framework,
  );
  expect(spelled).toEqual(['tensorflow', 'scikit-learn', 'xgboost', '']);
});
