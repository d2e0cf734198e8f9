import { startEmulator } from '../../../emulator/emulator.ts';
import type { Emulator } from '../../../emulator/exchange.ts';
import type { Artifact } from '../../../src/artifact/artifact.ts';
import { deployedModelBody } from '../../../src/plan/vertex-ai/deployed-model-body.ts';
import { endpointBody } from '../../../src/plan/vertex-ai/endpoint-body.ts';
import { uploadBody } from '../../../src/plan/vertex-ai/upload-body.ts';
import { readVertexAiWanted } from '../../../src/plan/vertex-ai/wanted.ts';
import type { DeployRequest } from '../../../src/request/deploy-request.ts';
import type { RuleCase } from '../rule-cases.ts';
import { scikitLearn, vertexAiRequest, vertexAiRuleCases } from './rule-cases.ts';

const BUCKET = 'acme-aiplatform';

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator({ buckets: [BUCKET] });
});

afterAll(async () => {
  await emulator.close();
});

async function call(method: string, path: string, body?: unknown): Promise<string | Answer> {
  const answer = await fetch(`${emulator.origin}/v1/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return answer.ok ? (JSON.parse(text) as Answer) : text;
}

interface Answer {
  readonly name: string;
  readonly error?: unknown;
  readonly response?: { readonly model?: string; readonly name?: string };
}

/** Starts an operation and reads it once, when it is done; its refusal as text. */
async function run(path: string, body: unknown): Promise<string | Answer> {
  const operation = await call('POST', path, body);
  if (typeof operation === 'string') return operation;
  const done = await call('GET', operation.name);
  return typeof done === 'string' || done.error === undefined ? done : JSON.stringify(done.error);
}

async function putArtifact(directory: string, artifact: Artifact): Promise<void> {
  for (const file of artifact.files) {
    const name = encodeURIComponent(`${directory}${file.name}`);
    const url = `${emulator.origin}/upload/storage/v1/b/${BUCKET}/o?uploadType=media&name=${name}`;
    await fetch(url, { method: 'POST', body: new Uint8Array(file.bytes) });
  }
}

/** What the service answers when the deploy of a case is sent to it as it would be without our rules. */
async function serviceRefuses(one: RuleCase, index: number): Promise<string | undefined> {
  const request: DeployRequest = { ...vertexAiRequest, ...one.request, model: `m${index}` };
  const artifact = one.artifact ?? scikitLearn;
  const version = one.version ?? 'v1';
  const directory = `m${index}/`;
  await putArtifact(directory, artifact);
  const parent = `projects/acme/locations/${request.region}`;
  const wanted = readVertexAiWanted(request, artifact, undefined);
  const deploymentUri = `gs://${BUCKET}/${directory}`;
  const uploaded = await run(
    `${parent}/models:upload`,
    uploadBody({ request, wanted, artifact, version, deploymentUri, parentModel: undefined }),
  );
  if (typeof uploaded === 'string') return uploaded;
  const endpoint = await run(
    `${parent}/endpoints`,
    endpointBody({ ...request, endpoint: `e${index}` }),
  );
  if (typeof endpoint === 'string') return endpoint;
  const deployed = await call('POST', `${endpoint.response?.name ?? ''}:deployModel`, {
    deployedModel: {
      ...deployedModelBody(request, wanted, version),
      model: `${uploaded.response?.model ?? ''}@1`,
    },
    trafficSplit: { '0': 100 },
  });
  return typeof deployed === 'string' ? deployed : undefined;
}

const shared = vertexAiRuleCases
  .map((one, index) => [one, index] as const)
  .filter(([one]) => one.onlyHere === undefined);

test.each(shared.map(([one, index]) => [`${one.rule}: ${one.title}`, one, index] as const))(
  '%s is judged alike here and by the service',
  async (_, one, index) => {
    const refusal = await serviceRefuses(one, index);
    if (one.refused) expect(refusal).toMatch(/"code": ?400/);
    else expect(refusal).toBeUndefined();
  },
);
