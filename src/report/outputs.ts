import type { DeployRecord } from '../record.ts';
import type { Framework } from '../request/deploy-request.ts';
import { consoleUrl } from './console-url.ts';
import { servedBefore, versionExists } from './outcome.ts';

/** The outputs of the step, in the order of the contract. */
export const outputNames = [
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
] as const;

export type OutputName = (typeof outputNames)[number];

const MOST_PREDICTION_BYTES = 60_000;

/** Frameworks as the input `framework` spells them. */
const frameworkWords: Readonly<Record<Framework, string>> = {
  TENSORFLOW: 'tensorflow',
  SCIKIT_LEARN: 'scikit-learn',
  XGBOOST: 'xgboost',
};

/**
 * Every output, at any moment of a deploy: `''` where there is no value yet, or none at all; counts are
 * integers from the start. `result_json` is one line with all the others, numbers and booleans as such,
 * and `stages` in seconds.
 */
export function outputsOf(record: DeployRecord): Readonly<Record<OutputName, string>> {
  const { plan, version, upload } = record;
  const framework = plan === undefined ? record.artifact?.framework : plan.framework;
  const values = {
    status: record.status ?? '',
    ...namesOf(record),
    deployment_uri: plan?.deploymentUri ?? '',
    artifact_digest: record.digest ?? '',
    framework: framework === undefined ? '' : frameworkWords[framework],
    runtime_version: plan?.runtimeVersion ?? '',
    machine_type: version?.machineType ?? plan?.machineType ?? '',
    state: version?.state ?? '',
    promoted: record.promoted,
    previous_version: servedBefore(record) ?? '',
    endpoint: version?.names?.endpoint ?? plan?.vertexAi?.endpoint.name ?? '',
    deployed_model_id: version?.names?.deployedModelId ?? '',
    predict_url: record.predictUrl ?? '',
    console_url: versionExists(record) ? (consoleUrl(record) ?? '') : '',
    operation: record.operation ?? '',
    uploaded_files: upload?.uploadedFiles ?? 0,
    uploaded_bytes: upload?.uploadedBytes ?? 0,
    reused_files: upload?.reusedFiles ?? 0,
    predictions: predictionsOf(record),
    comment_url: record.commentUrl ?? '',
    error_code: record.failure?.code ?? '',
  } satisfies Record<Exclude<OutputName, 'result_json'>, string | number | boolean>;
  const result = { ...values, stages: Object.fromEntries(record.stages) };
  return {
    ...values,
    promoted: String(values.promoted),
    uploaded_files: String(values.uploaded_files),
    uploaded_bytes: String(values.uploaded_bytes),
    reused_files: String(values.reused_files),
    // Line separators are lines to some readers of JSON, though not to JSON.
    result_json: JSON.stringify(result).replace(/[\u2028\u2029]/g, (mark) =>
      mark === '\u2028' ? '\\u2028' : '\\u2029',
    ),
  };
}

/** Whole predictions from the first on, as a JSON array; an answer that is too long loses its last ones. */
function predictionsOf({ predictions }: DeployRecord): string {
  if (predictions === undefined) return '';
  const kept: string[] = [];
  let bytes = 2;
  for (const prediction of predictions) {
    const json = JSON.stringify(prediction);
    bytes += Buffer.byteLength(json) + 1;
    if (bytes > MOST_PREDICTION_BYTES) break;
    kept.push(json);
  }
  return `[${kept.join(',')}]`;
}

/** The names that the service gave, else those that the plan knows; Vertex AI numbers its versions itself. */
function namesOf({
  plan,
  version,
}: DeployRecord): Record<'model' | 'version' | 'version_name', string> {
  const names = version?.names;
  if (names !== undefined) {
    return {
      model: names.model,
      version: names.version,
      version_name: `${names.model}@${names.version}`,
    };
  }
  const isNumbered = plan?.vertexAi !== undefined;
  return {
    model: plan?.model.name ?? '',
    version: isNumbered ? '' : (plan?.version.id ?? ''),
    version_name: isNumbered ? '' : (plan?.version.name ?? ''),
  };
}
