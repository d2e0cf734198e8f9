import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FaultHandle, FaultRule } from '../../emulator/exchange.ts';
import { actionUnderTest, BUCKET, expectGoodManners } from '../action/action-under-test.ts';
import type { ActionUnderTest } from '../action/action-under-test.ts';
import type { StepResult } from '../runner.ts';

// The cases UP-* of the reliability catalogue that are seen through the bundle; what needs a clock or a
// session by itself is in __tests__/storage/. Each says that the fault fired, how the step ended, and
// what is left in the bucket.

const MEBIBYTE = 1024 * 1024;
/** The example SavedModel, smallest first; its marker is sent last. */
const EXPORT = [
  'assets/species.txt',
  'fingerprint.pb',
  'saved_model.pb',
  'variables/variables.data-00000-of-00001',
  'variables/variables.index',
];
const LARGE_BYTES = 40 * MEBIBYTE;

let action: ActionUnderTest;
let count = 0;

beforeAll(async () => {
  action = await actionUnderTest();
  await action.copyModel('tensorflow/export', 'export');
  await action.copyModel('xgboost', 'xgboost');
  await action.copyModel('tensorflow/export/1700000000', 'large');
  await action.copyModel('tensorflow/export/1700000000', 'many');
  await action.write({ 'large/assets/weights.bin': randomBytes(LARGE_BYTES) });
  const many = Array.from({ length: 300 }, (_, index) => [`many/assets/${index}.txt`, `${index}`]);
  await action.write(Object.fromEntries(many) as Record<string, string>);
});

beforeEach(() => {
  action.emulator.forgetRequests();
});

afterAll(async () => {
  await action[Symbol.asyncDispose]();
});

const INSERT = { method: 'POST', url: /^\/upload\/storage\/v1\/b\/[^/]+\/o/ };

interface Deployed {
  readonly result: StepResult;
  readonly model: string;
  /** Names below the deployment directory. */
  readonly left: readonly string[];
  /** Every object of the model, parts of files included. */
  readonly everything: readonly string[];
}

async function deploy(
  source: string,
  step?: Parameters<ActionUnderTest['run']>[1],
): Promise<Deployed> {
  count += 1;
  const model = `upload_${count}`;
  const result = await action.run({ model, source, version: 'v1' }, step);
  expectGoodManners(result);
  const everything = await action.objects(`${model}/`);
  const left = everything
    .filter((name) => name.startsWith(`${model}/v1/`))
    .map((name) => name.slice(`${model}/v1/`.length));
  return { result, model, left, everything };
}

function order(rule: Partial<FaultRule> & Pick<FaultRule, 'action'>): FaultHandle {
  return action.emulator.misbehave({ ...INSERT, ...rule });
}

function inserts(): readonly { readonly status: number | undefined }[] {
  return action.sent(INSERT.method, INSERT.url);
}

/** The step was green, and exactly the files of the export are there, each made once. */
async function expectExport({ result, left, everything, model }: Deployed): Promise<void> {
  expect(result.outputs).toMatchObject({ status: 'deployed', uploaded_files: '5' });
  expect([...left].sort()).toEqual(EXPORT);
  expect(everything).toHaveLength(EXPORT.length);
  expect(inserts().filter(({ status }) => status === 200).length).toBeLessThanOrEqual(5);
  expect(await versionsOf(model)).toHaveLength(1);
}

async function versionsOf(model: string): Promise<readonly unknown[]> {
  const answer = await action.read(`models/${model}/versions`);
  return (answer?.['versions'] ?? []) as readonly unknown[];
}

/** The step was red for this, named it, and neither model nor version was made. */
async function expectRefused(
  { result, model }: Deployed,
  code: string,
  said: RegExp,
): Promise<void> {
  expect(result.outputs).toMatchObject({ status: 'failed', error_code: code, promoted: 'false' });
  expect(result.errors[0]?.message).toMatch(said);
  expect(action.sent('POST', /\/versions(\?|$)/)).toEqual([]);
  expect(await versionsOf(model)).toEqual([]);
}

const status = (code: number, more: object = {}): FaultRule['action'] => ({
  kind: 'status',
  status: code,
  ...more,
});

/** Cloud Storage's error body. */
const refusal = (code: number, reason: string, message: string): FaultRule['action'] =>
  status(code, { body: { error: { code, message, errors: [{ reason, message }] } } });

describe('faults that pass', () => {
  test('UP-01 500, 502, 503 and 504, once each, cost a try each and make nothing twice', async () => {
    const faults = [500, 502, 503, 504].map((code) => order({ action: status(code) }));
    const deployed = await deploy('export');
    expect(faults.map(({ played }) => played)).toEqual([1, 1, 1, 1]);
    await expectExport(deployed);
    expect(inserts()).toHaveLength(9);
  });

  test('UP-02 a reset, then 503, of the same file', async () => {
    const reset = order({ action: { kind: 'reset', afterBytes: 100 } });
    const busy = order({ action: status(503) });
    const { result, left } = await deploy('xgboost');
    expect([reset.played, busy.played]).toEqual([1, 1]);
    expect(result.outputs['status']).toBe('deployed');
    expect(left).toEqual(['model.bst']);
    expect(inserts()).toHaveLength(3);
  });

  test('UP-03 408', async () => {
    const fault = order({ times: 2, action: status(408) });
    const deployed = await deploy('export');
    expect(fault.played).toBe(2);
    await expectExport(deployed);
  });

  test('UP-04 429 with Retry-After is waited for as told', async () => {
    const fault = order({ action: status(429, { headers: { 'retry-after': '1' } }) });
    const { result, left } = await deploy('xgboost');
    expect(fault.played).toBe(1);
    expect(result.outputs['status']).toBe('deployed');
    expect(left).toEqual(['model.bst']);
    expect(result.lines.filter((line) => line.includes(': 429; try 2 of 8 in '))).toHaveLength(1);
    expect(result.milliseconds).toBeGreaterThan(1000);
  });

  test('UP-04 429 with Retry-After of an hour is red at once, and says how long', async () => {
    const fault = order({ times: 9, action: status(429, { headers: { 'retry-after': '3600' } }) });
    const deployed = await deploy('xgboost');
    fault.stop();
    expect(fault.played).toBe(1);
    await expectRefused(deployed, 'quota', /3,?600/);
    expect(deployed.everything).toEqual([]);
  });

  test.each([
    ['503 after 256 KiB', { kind: 'status-after', bytes: 256 * 1024, status: 503 }],
    ['502 after 2 MiB', { kind: 'status-after', bytes: 2 * MEBIBYTE, status: 502 }],
    ['a reset after 7 MiB', { kind: 'reset', afterBytes: 7 * MEBIBYTE }],
  ] as const)(
    'UP-05 %s of a part: only the part is sent again, and no part is left',
    async (_, fault) => {
      const ordered = order({ after: 2, url: /uploadType=media/, action: fault });
      const { result, left, everything } = await deploy('large');
      expect(ordered.played).toBe(1);
      expect(result.outputs).toMatchObject({ status: 'deployed', uploaded_files: '6' });
      expect(left).toContain('assets/weights.bin');
      expect(everything).toHaveLength(6);
      const received = action.emulator.requests
        .filter(({ url }) => INSERT.url.test(url))
        .reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
      expect(received).toBeLessThan(LARGE_BYTES + 9 * MEBIBYTE);
    },
  );

  test('UP-08 stored, but the answer is lost, cut, empty, HTML or of another type: nothing is sent twice', async () => {
    const faults = [
      order({ action: { kind: 'lose-answer' } }),
      order({ action: { kind: 'truncate-answer', bytes: 20 } }),
      ...['', '<html>Bad Gateway</html>', '["what"]'].map((text) =>
        order({
          action: { kind: 'replace-answer', status: 200, text, contentType: 'application/json' },
        }),
      ),
    ];
    const deployed = await deploy('export');
    expect(faults.map(({ played }) => played)).toEqual([1, 1, 1, 1, 1]);
    await expectExport(deployed);
    expect(inserts()).toHaveLength(EXPORT.length);
  });

  test.each([404, 410])('UP-09 %d in the middle is outlived twice', async (code) => {
    const fault = order({ times: 2, action: { kind: 'status-after', bytes: 1000, status: code } });
    const { result, left } = await deploy('xgboost');
    expect(fault.played).toBe(2);
    expect(result.outputs['status']).toBe('deployed');
    expect(left).toEqual(['model.bst']);
  });

  test.each([404, 410])('UP-09 %d three times is red, and nothing is left', async (code) => {
    const fault = order({ times: 9, action: status(code) });
    const deployed = await deploy('xgboost');
    fault.stop();
    expect(fault.played).toBe(3);
    expect(deployed.result.outputs['status']).toBe('failed');
    expect(deployed.everything).toEqual([]);
    expect(await versionsOf(deployed.model)).toEqual([]);
  });
});

describe('refusals', () => {
  test.each([
    [400, 'invalid', 'Invalid argument.', 'invalid-input'],
    [
      403,
      'forbidden',
      'ci@acme.iam.gserviceaccount.com does not have storage.objects.create access to the Google Cloud Storage object.',
      'permission',
    ],
    [409, 'conflict', 'Conflict.', 'conflict'],
    [413, 'uploadTooLarge', 'Too large.', 'too-large'],
  ])('UP-14 %d is not tried again', async (code, reason, message, word) => {
    const fault = order({ times: 9, action: refusal(code, reason, message) });
    const deployed = await deploy('xgboost');
    fault.stop();
    expect(fault.played).toBe(1);
    await expectRefused(deployed, word, /acme-models-aiplatform/);
    expect(deployed.everything).toEqual([]);
  });

  test('UP-14 a missing bucket is named, with the command that makes it', async () => {
    const result = await action.run({ model: 'absent', source: 'xgboost', bucket: 'acme-absent' });
    expectGoodManners(result);
    expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'not-found' });
    expect(result.errors[0]?.message).toContain('gcloud storage buckets create gs://acme-absent');
    expect(inserts()).toEqual([]);
  });

  test('UP-15 one of 300 files is refused for good: no new ones start, what is there is listed', async () => {
    const fault = order({ after: 5, action: status(403) });
    const deployed = await deploy('many');
    expect(fault.played).toBe(1);
    expect(deployed.result.outputs).toMatchObject({ status: 'failed', error_code: 'permission' });
    expect(inserts().length).toBeLessThan(300);
    expect(deployed.left).not.toContain('saved_model.pb');
    expect(deployed.left.length).toBeGreaterThan(0);
    expect(deployed.result.summary).toContain(`gs://${BUCKET}/${deployed.model}/v1/`);
    expect(await versionsOf(deployed.model)).toEqual([]);
  });

  test('UP-16 everything fails: the budget of retries ends the run early', async () => {
    const fault = order({ times: 9999, action: status(503) });
    const deployed = await deploy('many');
    fault.stop();
    expect(fault.played).toBeGreaterThan(100);
    expect(fault.played).toBeLessThanOrEqual(1.2 * 305 + 100);
    await expectRefused(deployed, 'transient', /503/);
    expect(deployed.everything).toEqual([]);
  });

  test('UP-17 a redirect to another host is not followed', async () => {
    const elsewhere: string[] = [];
    const server = createServer((request, response) => {
      elsewhere.push(`${request.method ?? ''} ${request.url ?? ''}`);
      response.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const location = `http://127.0.0.1:${(server.address() as AddressInfo).port}/upload`;
    const fault = order({ times: 9, action: status(307, { headers: { location } }) });
    const deployed = await deploy('xgboost');
    fault.stop();
    server.close();
    expect(fault.played).toBe(1);
    expect(elsewhere).toEqual([]);
    expect(deployed.result.outputs['status']).toBe('failed');
    expect(deployed.everything).toEqual([]);
    expect(await versionsOf(deployed.model)).toEqual([]);
  });
});

describe('integrity', () => {
  test('UP-12 a bit that flips on the way is noticed by the service: red, and nothing is kept', async () => {
    const fault = order({ times: 9, action: { kind: 'corrupt', byte: 3000 } });
    const deployed = await deploy('xgboost');
    fault.stop();
    expect(fault.played).toBe(1);
    await expectRefused(deployed, 'transient', /other bytes than were sent/);
    expect(deployed.everything).toEqual([]);
  });

  test('UP-12 in a part of a large file it is noticed by us: red, and no part is left', async () => {
    const fault = order({
      url: /uploadType=media/,
      after: 1,
      action: { kind: 'corrupt', byte: 5 * MEBIBYTE },
    });
    const deployed = await deploy('large');
    expect(fault.played).toBe(1);
    await expectRefused(deployed, 'transient', /arrived damaged/);
    expect(deployed.everything.filter((name) => name.includes('parts'))).toEqual([]);
    expect(deployed.left).not.toContain('saved_model.pb');
  });

  test('UP-18 parts that may not be deleted hold no deploy up, and are named with their command', async () => {
    const fault = order({
      method: 'DELETE',
      url: /parts-/,
      times: 99,
      action: { kind: 'status', status: 403 },
    });
    const { result } = await deploy('large');
    fault.stop();
    expect(fault.played).toBeGreaterThan(0);
    expect(result.outputs['status']).toBe('deployed');
    expect(result.log).toMatch(/The parts of a large file stay under gs:\/\/[^ ]+\.parts-/);
    expect(result.summary).toMatch(/gcloud storage rm --recursive gs:\/\/[^ ]+\.parts-/);
  });

  test('UP-19 contents have one fixed type and no encoding, whatever they are called', async () => {
    await action.copyModel('tensorflow/export/1700000000', 'typed');
    await action.write({
      'typed/assets/page.html': '<script>1</script>',
      'typed/assets/table.csv.gz': randomBytes(100),
      'typed/assets/weights.bin': randomBytes(9 * MEBIBYTE),
    });
    const { result, model } = await deploy('typed');
    expect(result.outputs['status']).toBe('deployed');
    const list = await fetch(
      `${action.emulator.origin}/storage/v1/b/${BUCKET}/o?prefix=${model}/v1/`,
    );
    const { items } = (await list.json()) as {
      items: readonly { contentType: string; contentEncoding?: string; metadata?: object }[];
    };
    expect(items).toHaveLength(8);
    const kinds = items.map(({ contentType, contentEncoding, metadata }) => ({
      contentType,
      contentEncoding,
      metadata,
    }));
    expect(new Set(kinds.map((kind) => JSON.stringify(kind)))).toEqual(
      new Set([JSON.stringify({ contentType: 'application/octet-stream' })]),
    );
    expect(inserts().some((request) => JSON.stringify(request).includes('contentEncoding'))).toBe(
      false,
    );
  });
});

describe('UP-18 buckets with rules of their own', () => {
  test.each([
    [
      'requester pays',
      refusal(400, 'required', 'Bucket is a requester pays bucket but no user project provided.'),
      'permission',
      /requester pays/,
    ],
    [
      'a key that may not be used',
      refusal(
        403,
        'forbidden',
        'Permission denied on Cloud KMS key. Please ensure that your Cloud Storage service account has been authorized to use this key.',
      ),
      'permission',
      /Permission denied on Cloud KMS key/,
    ],
    [
      'a name that is too long for a hierarchical namespace',
      refusal(400, 'invalid', 'The folder name is longer than 512 bytes.'),
      'invalid-input',
      /longer than 512 bytes/,
    ],
  ] as const)('%s: the exact reason is told', async (_, fault, code, said) => {
    const ordered = order({ times: 9, action: fault });
    const deployed = await deploy('xgboost');
    ordered.stop();
    expect(ordered.played).toBe(1);
    await expectRefused(deployed, code, said);
    expect(deployed.everything).toEqual([]);
  });

  test('a retention policy that keeps the parts of a large file: deployed, and what is left over is listed', async () => {
    const fault = action.emulator.misbehave({
      method: 'DELETE',
      url: /parts-/,
      times: 99,
      action: refusal(
        403,
        'retentionPolicyNotMet',
        "Object is subject to bucket's retention policy and cannot be deleted, overwritten or archived until 2027-01-01.",
      ),
    });
    const { result, left, everything } = await deploy('large');
    fault.stop();
    expect(fault.played).toBeGreaterThan(0);
    expect(result.outputs['status']).toBe('deployed');
    expect(left).toHaveLength(6);
    const parts = everything.filter((name) => name.includes('.parts-'));
    expect(parts).toHaveLength(5);
    const prefix = parts[0]?.replace(/[^/]*$/, '') ?? '';
    expect(result.summary).toContain(`gcloud storage rm --recursive gs://${BUCKET}/${prefix}`);
  });
});

describe('two runs', () => {
  test('CON-07 what one run has uploaded and another uses is not deleted when the first fails', async () => {
    const refused = action.emulator.misbehave({
      method: 'POST',
      url: /\/versions(\?|$)/,
      action: status(403),
    });
    const inputs = { model: 'shared', source: 'export', version: 'v1' };
    const first = await action.run(inputs);
    expectGoodManners(first);
    expect(refused.played).toBe(1);
    expect(first.outputs).toMatchObject({ status: 'failed', uploaded_files: '5' });
    const second = await action.run(inputs);
    expectGoodManners(second);
    expect(second.outputs).toMatchObject({ status: 'deployed', reused_files: '5' });
    expect(await action.objects('shared/')).toHaveLength(5);
    expect(action.sent('DELETE', /\/o\//)).toEqual([]);
  });
});
