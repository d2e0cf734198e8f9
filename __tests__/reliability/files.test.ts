import { Buffer } from 'node:buffer';
import { appendFileSync, rmSync, truncateSync } from 'node:fs';
import { chmod, link, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { actionUnderTest, BUCKET, expectGoodManners } from '../action/action-under-test.ts';
import type { ActionUnderTest } from '../action/action-under-test.ts';
import { graph, metaGraph, node, savedModel, signature } from '../artifact/saved-model-writer.ts';
import type { StepResult } from '../runner.ts';
import { MEBIBYTE, noise } from '../storage/stage.ts';

// The cases FS-* of the reliability catalogue through the bundle. A case says what is in the workspace,
// how the step ends, and that nothing, or exactly the model, is in the bucket.

const SECRET = 'c2VjcmV0LXRoYXQtbXVzdC1uZXZlci1iZS1zaG93bg';
/** Windows lets only administrators make links, and has no names of this kind. */
const onUnix = process.platform === 'win32' ? test.skip : test;
/** macOS takes no names that are not UTF-8, and takes names that differ in case for one. */
const onLinux = process.platform === 'linux' ? test : test.skip;
/** Nothing is unreadable to root. */
const asUser = process.platform === 'win32' || process.getuid?.() === 0 ? test.skip : test;

let action: ActionUnderTest;
let folders = 0;

beforeAll(async () => {
  action = await actionUnderTest();
});

beforeEach(() => {
  action.emulator.forgetRequests();
});

afterAll(async () => {
  await action[Symbol.asyncDispose]();
});

/** A directory in the workspace with a real model and these files beside it. Answers its name. */
async function withModel(
  files: Readonly<Record<string, string | Buffer>> = {},
  model = 'tensorflow/export/1700000000',
): Promise<string> {
  folders += 1;
  const directory = `model_${folders}`;
  await action.copyModel(model, directory);
  await action.write(
    Object.fromEntries(Object.entries(files).map(([name, file]) => [`${directory}/${name}`, file])),
  );
  return directory;
}

const within = (...parts: readonly string[]): string => join(action.workspace, ...parts);

function run(
  source: string,
  inputs: Readonly<Record<string, string>> = {},
  step?: Parameters<ActionUnderTest['run']>[1],
): Promise<StepResult> {
  return action.run(
    { model: source.replaceAll(/\W/g, '_'), source, version: 'v1', ...inputs },
    step,
  );
}

/** Refused before anything was written anywhere. Answers the annotation in one line. */
async function refusal(
  source: string,
  inputs: Readonly<Record<string, string>> = {},
  step?: Parameters<ActionUnderTest['run']>[1],
): Promise<string> {
  const result = await run(source, { model: 'm', ...inputs }, step);
  expectGoodManners(result);
  expect(result.outputs['status']).toBe('failed');
  expect(['artifact', 'invalid-input', 'too-large']).toContain(result.outputs['error_code']);
  expect(action.emulator.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  return (result.errors[0]?.message ?? '').replaceAll('\n', ' ');
}

/** Deployed. Answers the names below the deployment directory, and the step. */
async function deployed(
  source: string,
  inputs?: Readonly<Record<string, string>>,
  step?: Parameters<ActionUnderTest['run']>[1],
): Promise<{ names: readonly string[]; result: StepResult }> {
  const result = await run(source, inputs, step);
  expectGoodManners(result);
  expect(result.outputs['status']).toBe('deployed');
  const prefix = `${source.replaceAll(/\W/g, '_')}/v1/`;
  const names = await action.objects(prefix);
  return { names: names.map((name) => name.slice(prefix.length)), result };
}

const MODEL = [
  'assets/species.txt',
  'fingerprint.pb',
  'saved_model.pb',
  'variables/variables.data-00000-of-00001',
  'variables/variables.index',
];

describe('FS-01 nothing to upload is never green', () => {
  test.each([
    ['missing', 'nowhere', /There is no `nowhere`/],
    ['empty', 'empty', /empty/],
    ['all left out', 'hidden', /./],
  ])('%s', async (_, source, said) => {
    await mkdir(within('empty'), { recursive: true });
    await action.write({
      'hidden/.git/config': 'x',
      'hidden/gha-creds-0123456789abcdef.json': '{}',
    });
    expect(await refusal(source)).toMatch(said);
  });
});

test('FS-02 a relative path outside the workspace is refused; an absolute one is meant', async () => {
  expect(await refusal('../elsewhere')).toMatch(/leaves the workspace/);
  expect(await refusal('a/../../elsewhere')).toMatch(/leaves the workspace/);
  const directory = await withModel();
  const { names } = await deployed(directory, { source: within(directory) });
  expect(names).toEqual(MODEL);
});

onUnix(
  'FS-03 credential files are left out with a warning (contract: never uploaded), also under other names and as hard links',
  async () => {
    const directory = await withModel({
      'gha-creds-0123456789abcdef.json': `{"type":"external_account","x":"${SECRET}"}`,
      'assets/credentials.json': `{"type":"service_account","private_key":"${SECRET}"}`,
      'assets/.git/config': SECRET,
    });
    await link(within(directory, 'assets/credentials.json'), within(directory, 'assets/notes.txt'));
    const credentials = within(directory, 'assets/credentials.json');
    const { names, result } = await deployed(
      directory,
      {},
      {
        // Loopback answers anybody: the file is only named, not a key that works.
        env: { CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE: credentials },
      },
    );
    expect(names).toEqual(MODEL);
    const warned = result.warnings.map(({ message }) => message).join('\n');
    for (const name of ['gha-creds-0123456789abcdef.json', 'credentials.json', 'notes.txt']) {
      expect(warned).toContain(name);
    }
    expect(JSON.stringify([result.lines, result.summary, result.outputs])).not.toContain(SECRET);
  },
);

test('FS-04 keys under other names are refused all at once, and not shown; hidden files are left out', async () => {
  const pem = `-----BEGIN PRIVATE KEY-----\n${SECRET}\n-----END PRIVATE KEY-----\n`;
  const keys = {
    'assets/sa.json': `{"type":"service_account","private_key":"${SECRET}"}`,
    'assets/wif.json': `{"type":"external_account","audience":"${SECRET}"}`,
    'assets/adc.json': `{"type":"authorized_user","refresh_token":"${SECRET}"}`,
    'assets/imp.json': `{"type":"impersonated_service_account","x":"${SECRET}"}`,
    'assets/server.pem': pem,
    'assets/id_rsa': SECRET,
    'assets/kubeconfig': SECRET,
  };
  const hidden = { '.env': SECRET, '.npmrc': SECRET, '.git/config': SECRET };
  const text = await refusal(await withModel({ ...keys, ...hidden }));
  expect(text).toContain('7 faults');
  for (const name of Object.keys(keys)) expect(text).toContain(name);
  expect(text).not.toContain(SECRET);

  const { names, result } = await deployed(await withModel(hidden));
  expect(names).toEqual(MODEL);
  expect(result.log).toContain('3 hidden entries are left out');
});

test('FS-04 two hundred files such as lie beside models raise no alarm', async () => {
  const kinds: readonly ((index: number) => readonly [string, string | Buffer])[] = [
    (index) => [`assets/words/${index}.txt`, `private key\nservice_account\n${index}`],
    (index) => [`assets/config/${index}.json`, JSON.stringify({ type: 'linear', index })],
    (index) => [`assets/broken/${index}.json`, '{"type": "service_account"'],
    (index) => [`assets/weights/${index}.bin`, noise(String(index), 200 + index)],
  ];
  const beside: Record<string, string | Buffer> = {};
  for (let index = 0; index < 200; index += 1) {
    const [name = '', content = ''] = kinds[index % kinds.length]?.(index) ?? [];
    beside[name] = content;
  }
  const { names, result } = await deployed(await withModel(beside));
  expect(names).toHaveLength(205);
  expect(result.warnings).toEqual([]);
});

onUnix(
  'FS-05 a link to a file outside is refused with its target; one inside is followed',
  async () => {
    const directory = await withModel();
    await writeFile(within('outside.txt'), SECRET);
    await symlink('../../outside.txt', within(directory, 'assets', 'notes.txt'));
    const text = await refusal(directory);
    expect(text).toContain('notes.txt');
    expect(text).toContain('outside.txt');
    expect(text).not.toContain(SECRET);

    const other = await withModel();
    await symlink('species.txt', within(other, 'assets', 'alias.txt'));
    const { names } = await deployed(other);
    expect(names).toEqual(['assets/alias.txt', ...MODEL]);
  },
);

onUnix(
  'FS-06 links to directories outside and loops are refused; a chain of fifty is followed',
  async () => {
    const directory = await withModel({ 'assets/end.txt': 'x' });
    await mkdir(within('elsewhere'), { recursive: true });
    await symlink(within('elsewhere'), within(directory, 'assets', 'more'));
    await symlink('..', within(directory, 'assets', 'up'));
    await symlink('self', within(directory, 'assets', 'self'));
    const text = await refusal(directory);
    expect(text).toContain('leaves the source directory');
    expect(text.match(/leads into a loop/g)).toHaveLength(2);

    const other = await withModel({ 'assets/end.txt': 'x' });
    for (let hop = 0; hop < 50; hop += 1) {
      await symlink(hop === 0 ? 'end.txt' : `hop${hop - 1}`, within(other, 'assets', `hop${hop}`));
    }
    expect((await deployed(other)).names).toHaveLength(MODEL.length + 51);
  },
);

describe('FS-09 a file that changes while it is uploaded', () => {
  test.each([
    [
      'grows',
      (path: string) => {
        appendFileSync(path, 'x');
      },
    ],
    [
      'shrinks',
      (path: string) => {
        truncateSync(path, 9 * MEBIBYTE);
      },
    ],
    [
      'is deleted',
      (path: string) => {
        rmSync(path);
      },
    ],
  ])('%s: red, no version, and nothing that looks like a model', async (_, change) => {
    const directory = await withModel({ 'assets/weights.bin': noise('weights', 24 * MEBIBYTE) });
    const slow = action.emulator.misbehave({
      method: 'POST',
      url: /uploadType=media/,
      times: 9,
      action: { kind: 'delay', milliseconds: 400 },
    });
    let changed = false;
    const watch = setInterval(() => {
      if (changed || slow.played === 0) return;
      changed = true;
      change(within(directory, 'assets', 'weights.bin'));
    }, 5);
    const result = await run(directory);
    clearInterval(watch);
    slow.stop();
    expectGoodManners(result);
    expect(slow.played).toBeGreaterThan(0);
    expect(result.outputs).toMatchObject({ status: 'failed', error_code: 'artifact' });
    expect(result.errors[0]?.message).toContain('"assets/weights.bin" changed while uploading');
    expect(action.sent('POST', /\/versions(\?|$)/)).toEqual([]);
    const left = await action.objects(directory);
    expect(left.filter((name) => /saved_model\.pb|parts-/.test(name))).toEqual([]);
  });
});

asUser('FS-11 a file that cannot be read is named with the system’s word', async () => {
  const directory = await withModel({ 'assets/closed.txt': 'x' });
  await chmod(within(directory, 'assets', 'closed.txt'), 0);
  expect(await refusal(directory)).toMatch(/closed\.txt.*EACCES/);
});

onUnix('FS-11 with 64 descriptors three hundred files are uploaded all the same', async () => {
  const files = Array.from({ length: 300 }, (_, index) => [`assets/${index}.txt`, `${index}`]);
  const directory = await withModel(Object.fromEntries(files) as Record<string, string>);
  const { names } = await deployed(
    directory,
    {},
    {
      under: ['sh', '-c', 'ulimit -n 64 && exec "$0" "$@"'],
    },
  );
  expect(names).toHaveLength(MODEL.length + 300);
});

onLinux(
  'FS-12 names that no object can have are refused all at once, and made visible',
  async () => {
    const directory = await withModel({
      'assets/line\nbreak': 'x',
      'assets/return\rx': 'x',
      'assets/##[set-output name=x;]y\u0007': 'x',
      '.well-known/acme-challenge/token': 'x',
    });
    await writeFile(
      Buffer.concat([Buffer.from(within(directory, 'assets', 'x')), Buffer.from([0xff, 0xfe])]),
      'x',
    );
    const long = Array.from({ length: 8 }, () => 'ä'.repeat(50));
    await mkdir(within(directory, ...long), { recursive: true });
    await writeFile(within(directory, ...long, 'x'), 'x');
    const text = await refusal(directory);
    expect(text).toContain('6 faults');
    for (const word of ['\\u000a', '\\u000d', '\\u0007', 'not UTF-8', 'acme-challenge', '1,024']) {
      expect(text).toContain(word);
    }
  },
);

onLinux('FS-12 names that are one file elsewhere are warned of, and both are kept', async () => {
  const names = ['assets/A.txt', 'assets/a.txt', 'assets/caf\u00e9', 'assets/cafe\u0301'];
  const odd = [
    'assets/trailing.',
    `assets/${'n'.repeat(255)}`,
    'assets/##[error]x',
    'assets/::x::',
  ];
  const all = [...names, ...odd];
  const directory = await withModel(Object.fromEntries(all.map((name) => [name, 'x'])));
  const { names: there, result } = await deployed(directory);
  expect(there).toEqual(expect.arrayContaining(all));
  expect(there).toHaveLength(MODEL.length + all.length);
  expect(result.warnings.filter(({ message }) => /differ only in case/.test(message))).toHaveLength(
    2,
  );
});

test('FS-13 two sources of one object name are refused before the upload', async () => {
  const directory = await withModel({}, 'scikit-learn');
  await action.write({
    'one/code-1.0.tar.gz': gzipSync('one'),
    'two/code-1.0.tar.gz': gzipSync('two'),
  });
  const packages = 'one/code-1.0.tar.gz,two/code-1.0.tar.gz';
  const text = await refusal(directory, { region: 'global', package_files: packages });
  expect(text).toContain('`code-1.0.tar.gz`, and would be one object');
});

test('FS-14 files of every awkward size arrive byte for byte', async () => {
  const sizes = [
    0,
    1,
    256 * 1024,
    ...[8, 16].flatMap((n) => [-1, 0, 1].map((by) => n * MEBIBYTE + by)),
  ];
  const files = sizes.map((bytes) => [`assets/${bytes}`, noise(`${bytes}`, bytes)] as const);
  const directory = await withModel(Object.fromEntries(files));
  const { names } = await deployed(directory);
  expect(names).toHaveLength(MODEL.length + sizes.length);
  for (const [name, content] of files) {
    const object = encodeURIComponent(`${directory}/v1/${name}`);
    const url = `${action.emulator.origin}/storage/v1/b/${BUCKET}/o/${object}?alt=media`;
    const stored = Buffer.from(await (await fetch(url)).arrayBuffer());
    expect(stored.equals(content)).toBe(true);
  }
});

test('FS-15 1,001 files are too many for AI Platform, and enough for Vertex AI', async () => {
  const files = Array.from({ length: 996 }, (_, index) => [`assets/${index}.txt`, 'x']);
  const directory = await withModel(Object.fromEntries(files) as Record<string, string>);
  expect(await refusal(directory)).toMatch(/1,?001/);
  const result = await run(directory, { platform: 'vertex-ai' });
  expectGoodManners(result);
  expect(result.outputs).toMatchObject({ status: 'deployed', uploaded_files: '1001' });
});

onUnix('FS-15 more than 100,000 files are no model anywhere', async () => {
  const files = Array.from({ length: 1000 }, (_, index) => [`assets/0/${index}.txt`, 'x']);
  const directory = await withModel(Object.fromEntries(files) as Record<string, string>);
  // The same thousand a hundred times, by links within the source.
  for (let copy = 1; copy <= 100; copy += 1) {
    await symlink('0', within(directory, 'assets', String(copy)));
  }
  const text = await refusal(directory, { platform: 'vertex-ai' });
  expect(text).toContain('more than 100000 files and directories');
});

onLinux(
  'FS-19 a full disk under our outputs and summary costs a warning each, and the upload needs none',
  async () => {
    const directory = await withModel();
    const full = '/dev/full';
    const result = await run(
      directory,
      {},
      {
        env: { GITHUB_OUTPUT: full, GITHUB_STEP_SUMMARY: full, TMPDIR: '/nonexistent' },
      },
    );
    expect(result.exitCode).toBe(0);
    expect(result.errors).toEqual([]);
    expect(result.stderr).toBe('');
    const warned = result.warnings.map(({ message }) => message);
    expect(warned.filter((message) => message.includes('ENOSPC'))).toHaveLength(2);
    expect(await action.objects(`${directory}/v1/`)).toHaveLength(MODEL.length);
  },
);

describe('FS-17 a pickle is read, never loaded', () => {
  test.each([
    [
      'that runs a command',
      (touch: string) => `cposix\nsystem\n(S'${touch}'\ntR.`,
      /posix\.system/,
    ],
    ['that is cut', (touch: string) => `cposix\nsystem\n(S'${touch}'`, /./],
  ])('%s is refused, and nothing of it ran', async (_, pickle, said) => {
    const directory = await withModel({}, 'scikit-learn-pickle');
    const canary = within(directory, 'canary');
    await writeFile(
      within(directory, 'model.pkl'),
      Buffer.concat([
        (await readFile(within(directory, 'model.pkl'))).subarray(0, -1),
        Buffer.from(pickle(`touch ${canary}`), 'latin1'),
      ]),
    );
    expect(await refusal(directory)).toMatch(said);
    await expect(readFile(canary)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

test('FS-18 operations that read and write files or call Python are warned of', async () => {
  const content = savedModel(
    metaGraph(
      ['serve'],
      '2.11.0',
      [signature('serving_default', {}, {})],
      0,
      graph([node('ReadFile'), node('WriteFile'), node('PyFunc')]),
    ),
  );
  await action.write({ 'ops/saved_model.pb': content });
  const result = await run('ops', { dry_run: 'true' });
  expectGoodManners(result);
  expect(result.outputs['status']).toBe('planned');
  const warned = result.warnings.map(({ message }) => message).join('\n');
  for (const operation of ['ReadFile', 'WriteFile', 'PyFunc']) expect(warned).toContain(operation);
  expect(action.emulator.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
});
