import type { JsonObject } from '../../src/world.ts';
import { timestamp } from '../google-api/generated-values.ts';
import { malformed, plainRefusal } from '../google-api/refusal.ts';
import { predictWithPython } from '../trained-model/python-model.ts';
import { refusal } from './api.ts';
import type { Call, Method } from './endpoint.ts';
import type { VersionRecord } from './resources.ts';

const mostBytes = 1_500_000;

/**
 * projects.predict, on a version or on the default one. A refusal by the model itself is an answer of
 * the form `{"error": "Prediction failed: …"}`, not a Status (ai-platform-v1.md, section 12).
 */
export const predict: Method = async (call) => {
  const version = findServing(call);
  const { instances, signatureName } = await readBody(call);
  const { kept, framework, fields } = version;
  if (kept === undefined || framework === undefined) {
    const why =
      fields.container !== undefined
        ? 'it does not run containers'
        : fields.predictionClass !== undefined
          ? 'it does not run custom prediction routines'
          : 'it was told to keep no contents';
    throw plainRefusal(
      'UNIMPLEMENTED',
      `The emulator predicts with the real model only, and ${why}. It holds the version "${version.id}" as the service would, but cannot answer for it.`,
    );
  }
  const answer = await predictWithPython({
    python: call.python,
    directory: kept.path,
    framework,
    signatureName,
    bareOutputs: false,
    instances,
  });
  version.lastUseTime = timestamp(call.now());
  if ('predictions' in answer) return answer as JsonObject;
  const { error } = answer;
  return { error: error.startsWith('Prediction failed') ? error : `Prediction failed: ${error}` };
};

/** projects.explain: refused unless the version was made for it; then the emulator says that it cannot. */
export const explain: Method = async (call) => {
  const version = findServing(call);
  await readBody(call);
  if (version.fields.explanationConfig === undefined) {
    throw refusal(
      'FAILED_PRECONDITION',
      'name',
      `The version "${version.id}" was created without "explanation_config" and cannot explain its predictions.`,
    );
  }
  throw plainRefusal(
    'UNIMPLEMENTED',
    'The emulator does not compute explanations. It never makes up an answer.',
  );
};

function findServing({ endpoint, model: id, version: given }: Call): VersionRecord {
  const model = endpoint.models.get(id);
  if (model === undefined) {
    throw refusal(
      'NOT_FOUND',
      'name',
      `The model resource: "${id}" was not found. Please create the model resource first by using 'gcloud ai-platform models create ${id}'.`,
    );
  }
  const versionId = given === '' ? model.defaultVersion : given;
  if (versionId === undefined) {
    throw refusal('NOT_FOUND', 'name', `The model "${id}" does not have a default version.`);
  }
  const version = model.versions.get(versionId);
  if (version === undefined) {
    throw refusal(
      'NOT_FOUND',
      'name',
      `The version resource: "${versionId}" was not found. Please create the version resource first by using 'gcloud ai-platform versions create ${versionId}'.`,
    );
  }
  if (version.state !== 'READY' && version.state !== 'UPDATING') {
    throw refusal(
      'FAILED_PRECONDITION',
      'name',
      `The version "${versionId}" is in the state ${version.state} and cannot predict.`,
    );
  }
  return version;
}

async function readBody(
  call: Call,
): Promise<{ instances: readonly unknown[]; signatureName: string | undefined }> {
  const body = await call.json();
  const bytes = Number(
    call.headers['content-length'] ?? Buffer.byteLength(JSON.stringify(body ?? '')),
  );
  if (bytes > mostBytes) {
    throw plainRefusal(
      'INVALID_ARGUMENT',
      `Request payload size exceeds the limit: ${mostBytes} bytes.`,
    );
  }
  const { instances, signature_name: signatureName } = (body ?? {}) as Record<string, unknown>;
  if (!Array.isArray(instances)) {
    const description = `Invalid JSON payload received. The request must hold a list of "instances".`;
    throw malformed([{ field: 'instances', description }]);
  }
  if (signatureName !== undefined && typeof signatureName !== 'string') {
    const description = `Invalid value at 'signature_name' (TYPE_STRING), ${JSON.stringify(signatureName)}`;
    throw malformed([{ field: 'signature_name', description }]);
  }
  return { instances, signatureName };
}
