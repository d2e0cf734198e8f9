import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEmulator } from '../../emulator/emulator.ts';
import type { Emulator } from '../../emulator/exchange.ts';
import { modelBody } from '../../src/plan/model-body.ts';
import { versionBody, versionPatch } from '../../src/plan/version-body.ts';
import { readWanted } from '../../src/plan/wanted.ts';
import type { Artifact } from '../../src/artifact/artifact.ts';
import type { DeployRequest } from '../../src/request/deploy-request.ts';
import { plainRequest, ruleCases, scikitLearn } from './rule-cases.ts';
import type { RuleCase } from './rule-cases.ts';

const BUCKET = 'acme-aiplatform';
const LARGEST_SENT = 4 * 1024 * 1024;
const SOURCES = 32;

const SMALL = 1024 * 1024;
const realModel = readFileSync(
  join(import.meta.dirname, '../../examples/models/scikit-learn/model.joblib'),
);

/** Keeps contents, so that models can be loaded. */
let ordinary: Emulator;
/** Keeps only sizes: ten gigabytes are composed, never sent or written. */
let spacious: Emulator;

beforeAll(async () => {
  [ordinary, spacious] = await Promise.all([
    startEmulator({ buckets: [BUCKET, 'acme'] }),
    startEmulator({ buckets: [BUCKET, 'acme'], keepContents: false, md5: false }),
  ]);
  for (const emulator of [ordinary, spacious]) {
    await putObject(emulator, BUCKET, 'fraud-1.0.tar.gz', Buffer.alloc(0));
    await putObject(emulator, 'acme', 'lib/fraud-1.0.tar.gz', Buffer.alloc(0));
  }
});

afterAll(async () => {
  await Promise.all([ordinary.close(), spacious.close()]);
});

async function call(
  emulator: Emulator,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${emulator.origin}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, text: await answer.text() };
}

async function putObject(
  emulator: Emulator,
  bucket: string,
  name: string,
  content: Buffer,
): Promise<void> {
  await fetch(
    `${emulator.origin}/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(name)}`,
    { method: 'POST', body: new Uint8Array(content) },
  );
}

/** Makes an object of any size: small ones are sent, large ones composed of smaller ones. */
async function makeObject(emulator: Emulator, name: string, bytes: number): Promise<void> {
  if (bytes <= LARGEST_SENT) {
    const content = Buffer.alloc(bytes);
    await putObject(emulator, BUCKET, name, name.endsWith('model.joblib') ? realModel : content);
    return;
  }
  const piece = Math.floor(bytes / (SOURCES - 1));
  const rest = bytes - piece * (SOURCES - 1);
  const names = [...Array.from({ length: SOURCES - 1 }, () => `pieces/${piece}`), `pieces/${rest}`];
  await makeObject(emulator, `pieces/${piece}`, piece);
  await makeObject(emulator, `pieces/${rest}`, rest);
  const sourceObjects = names.map((source) => ({ name: source }));
  const path = `/storage/v1/b/${BUCKET}/o/${encodeURIComponent(name)}/compose`;
  await call(emulator, 'POST', path, { sourceObjects, destination: {} });
}

async function putArtifact(
  emulator: Emulator,
  directory: string,
  artifact: Artifact,
): Promise<void> {
  const files = [...artifact.files];
  const worker = async (): Promise<void> => {
    for (let file = files.pop(); file !== undefined; file = files.pop()) {
      await makeObject(emulator, `${directory}${file.name}`, file.bytes);
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

/** What the service answers when the deploy of a case is sent to it as it would be without our rules. */
async function serviceRefuses(one: RuleCase, index: number): Promise<string | undefined> {
  const request: DeployRequest = { ...plainRequest, ...one.request, model: `m${index}` };
  const artifact = one.artifact ?? scikitLearn;
  const version = one.version ?? 'v1';
  const emulator = artifact.totalBytes > SMALL ? spacious : ordinary;
  const directory = `${request.model}/`;
  await putArtifact(emulator, directory, artifact);
  const models = `/${request.region}/v1/projects/acme-${index}/models`;
  const model = await call(emulator, 'POST', models, modelBody(request));
  if (model.status !== 200) return model.text;
  const body = versionBody(
    request,
    readWanted(request, artifact),
    version,
    `gs://${BUCKET}/${directory}`,
  );
  const created = await call(emulator, 'POST', `${models}/${request.model}/versions`, body);
  if (created.status !== 200) return created.text;
  const patch = versionPatch(request);
  if (patch === undefined) return undefined;
  const { name } = JSON.parse(created.text) as { name: string };
  await call(emulator, 'GET', `/${request.region}/v1/${name}`);
  const patched = await call(
    emulator,
    'PATCH',
    `${models}/${request.model}/versions/${version}?updateMask=${patch.updateMask}`,
    patch.body,
  );
  return patched.status === 200 ? undefined : patched.text;
}

const shared = ruleCases
  .map((one, index) => [one, index] as const)
  .filter(([one]) => one.onlyHere === undefined);

test.each(shared.map(([one, index]) => [`${one.rule}: ${one.title}`, one, index] as const))(
  '%s is judged alike here and by the service',
  async (_, one, index) => {
    const refusal = await serviceRefuses(one, index);
    if (one.refused) expect(refusal).toMatch(/"code": ?(400|409)/);
    else expect(refusal).toBeUndefined();
  },
);
