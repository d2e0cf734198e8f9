import { link, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { failureOf, find, folder, removeFolders } from './folders.ts';
import { SMALL_SAVED_MODEL } from './saved-model-writer.ts';

const EXAMPLES = path.join(import.meta.dirname, '../../examples/models');
const BOOSTER = await readFile(path.join(EXAMPLES, 'xgboost/model.bst'));
const SECRET = 'c2VjcmV0LXRoYXQtbXVzdC1uZXZlci1iZS1zaG93bg';
const KEY = JSON.stringify({ type: 'service_account', project_id: 'p', private_key: SECRET });

/** Windows lets only administrators make links, and forbids the names that are tested here. */
const onUnix = process.platform === 'win32' ? test.skip : test;
/** macOS takes no names that are not UTF-8, and takes names that differ in case for one. */
const onLinux = process.platform === 'linux' ? test : test.skip;

const INODE: unknown = expect.stringMatching(/^\d+:\d+$/);

afterAll(removeFolders);

/** Names of what would be uploaded of `m`. */
async function uploaded(root: string, more?: Parameters<typeof find>[2]): Promise<string[]> {
  return (await find(root, 'm', more)).files.map(({ name }) => name);
}

describe('what is left out', () => {
  test('hidden files and directories are counted and named', async () => {
    const root = await folder({
      'm/model.bst': BOOSTER,
      'm/.git/config': 'x',
      'm/.DS_Store': 'x',
      'm/.env': 'TOKEN=x',
      'm/code/__pycache__/a.pyc': 'x',
      'm/code/a.py': 'x',
      'm/code/.npmrc': 'x',
    });
    const artifact = await find(root, 'm');
    expect(artifact.files.map(({ name }) => name)).toEqual(['code/a.py', 'model.bst']);
    expect(artifact.remarks).toEqual([
      '5 hidden entries are left out: `.DS_Store`, `.env`, `.git`, `code/.npmrc` and `code/__pycache__`.',
    ]);
    expect(artifact.warnings).toEqual([]);
  });

  test('credentials of the job are left out by name, by path and by inode', async () => {
    const root = await folder({
      'm/model.bst': BOOSTER,
      'm/gha-creds-0123456789abcdef.json': KEY,
      'm/keys/adc.json': KEY,
      'creds.json': KEY,
    });
    await link(path.join(root, 'creds.json'), path.join(root, 'm', 'harmless.txt'));
    const credentialFiles = [
      path.join(root, 'creds.json'),
      path.join('m', 'keys', 'adc.json'),
      path.join(root, 'missing.json'),
    ];
    const artifact = await find(root, 'm', { credentialFiles });
    expect(artifact.files.map(({ name }) => name)).toEqual(['model.bst']);
    expect(artifact.warnings).toEqual([
      '`gha-creds-0123456789abcdef.json` holds credentials; it is not uploaded.',
      '`harmless.txt` holds credentials; it is not uploaded.',
      '`keys/adc.json` holds credentials; it is not uploaded.',
    ]);
    expect(JSON.stringify(artifact)).not.toContain(SECRET);
  });

  test('the workspace with credentials in it can be deployed from', async () => {
    const root = await folder({ 'model.bst': BOOSTER, 'gha-creds-0123456789abcdef.json': KEY });
    const artifact = await find(root, '.');
    expect(artifact.files.map(({ name }) => name)).toEqual(['model.bst']);
  });

  test('credentials cannot be deployed even by their own name', async () => {
    const root = await folder({ 'gha-creds-0123456789abcdef.json': KEY, 'c.json': KEY });
    for (const source of ['gha-creds-0123456789abcdef.json', 'c.json']) {
      const credentialFiles = [path.join(root, 'c.json')];
      const failure = await failureOf(find(root, source, { image: 'i', credentialFiles }));
      expect(failure.why).toMatch(/holds no file that can be deployed/);
    }
  });

  test('nothing is green when everything is left out', async () => {
    const root = await folder({ 'm/.hidden': 'x', 'm/__pycache__/x.pyc': 'x' });
    expect((await failureOf(find(root, 'm'))).why).toBe('It is empty.');
    expect((await failureOf(find(root, 'm', { image: 'i' }))).code).toBe('artifact');
  });
});

describe('keys under other names', () => {
  const pem = (kind: string): string =>
    `-----BEGIN ${kind}PRIVATE KEY-----\n${SECRET}\n-----END ${kind}PRIVATE KEY-----\n`;

  test.each([
    ['sa.json', KEY, 'a service account key'],
    ['a/b.txt', `\uFEFF\n ${KEY}`, 'a service account key'],
    ['wif.json', '{"type":"external_account","audience":"a"}', 'a credential configuration'],
    ['adc.json', '{"type":"authorized_user","refresh_token":"r"}', 'the credentials of a user'],
    ['imp.json', '{"type":"impersonated_service_account"}', 'the credentials of a service account'],
    ['server.pem', pem('RSA '), 'a private key'],
    ['key.txt', pem(''), 'a private key'],
    ['notes', `Bag Attributes\n${pem('ENCRYPTED ')}`, 'a private key'],
    ['ssh', pem('OPENSSH '), 'a private key'],
    ['id_rsa', 'x', 'a private key, by its name'],
    ['home/id_ed25519', 'x', 'a private key, by its name'],
    ['kubeconfig', 'apiVersion: v1', 'a private key, by its name'],
  ])('%s is refused without showing it', async (name, content, what) => {
    const root = await folder({ 'm/model.bst': BOOSTER, [`m/${name}`]: content });
    const failure = await failureOf(find(root, 'm'));
    expect(failure.code).toBe('artifact');
    expect(failure.why).toBe(`\`${name}\` holds ${what}.`);
    expect(failure.message).not.toContain(SECRET);
  });

  test('models and what lies beside them raise no alarm', async () => {
    const files: Record<string, string | Uint8Array> = { 'm/model.bst': BOOSTER };
    for (let index = 0; index < 50; index += 1) {
      files[`m/vocabulary/${index}.txt`] = `private key\nservice_account\n${'word '.repeat(index)}`;
      files[`m/config/${index}.json`] = JSON.stringify({ type: 'linear', weights: [index] });
      files[`m/broken/${index}.json`] = '{"type": "service_account"';
      files[`m/weights/${index}.bin`] = Buffer.alloc(100 + index, index);
    }
    files['m/list.json'] = '[{"type": 7}]';
    files['m/README.md'] = 'Keys look like `-----BEGIN PRIVATE KEY-----`; never commit one.';
    files['m/id_rsa.pub'] = 'ssh-rsa AAAA';
    const root = await folder(files);
    expect(await uploaded(root)).toHaveLength(204);
    for (const source of ['tensorflow/export', 'scikit-learn', 'scikit-learn-pickle', 'xgboost']) {
      expect((await find(EXAMPLES, source)).warnings).toEqual([]);
    }
  });
});

describe('symbolic links', () => {
  onUnix('links within the source are followed', async () => {
    const root = await folder({ 'm/model.bst': BOOSTER, 'm/data/a.txt': 'abc' });
    await symlink('data', path.join(root, 'm', 'alias'));
    await symlink(path.join('data', 'a.txt'), path.join(root, 'm', 'b.txt'));
    const { files } = await find(root, 'm');
    const target = { kind: 'local', path: path.join(root, 'm', 'data', 'a.txt'), inode: INODE };
    expect(files).toEqual([
      { name: 'alias/a.txt', bytes: 3, source: target },
      { name: 'b.txt', bytes: 3, source: target },
      { name: 'data/a.txt', bytes: 3, source: target },
      {
        name: 'model.bst',
        bytes: BOOSTER.length,
        source: { kind: 'local', path: path.join(root, 'm', 'model.bst'), inode: INODE },
      },
    ]);
  });

  onUnix('a link that leaves the source is refused with its target', async () => {
    const root = await folder({ 'm/model.bst': BOOSTER, 'secret.txt': 'x', 'other/a.txt': 'x' });
    await symlink(path.join('..', 'secret.txt'), path.join(root, 'm', 'notes.txt'));
    await symlink(path.join(root, 'other'), path.join(root, 'm', 'data'));
    const failure = await failureOf(find(root, 'm'));
    expect(failure.what).toBe('`m` cannot be deployed: 2 faults were found in it.');
    expect(failure.why).toContain(
      `\`data\` leaves the source directory: it leads to \`${path.join(root, 'other')}\``,
    );
    expect(failure.why).toContain(
      `\`notes.txt\` leaves the source directory: it leads to \`${path.join(root, 'secret.txt')}\``,
    );
  });

  onUnix('loops and links to nothing are refused', async () => {
    const root = await folder({ 'm/model.bst': BOOSTER, 'm/a/b/c.txt': 'x' });
    await symlink('..', path.join(root, 'm', 'a', 'up'));
    await symlink('self', path.join(root, 'm', 'self'));
    await symlink('gone', path.join(root, 'm', 'dangling'));
    const { why } = await failureOf(find(root, 'm'));
    expect(why).toContain('`a/up` leads into a loop');
    expect(why).toContain('`self` leads into a loop');
    expect(why).toContain('`dangling` leads to nothing that exists');
  });

  onUnix('a chain of fifty is resolved', async () => {
    const root = await folder({ 'm/model.bst': BOOSTER, 'm/end.txt': 'x' });
    let target = 'end.txt';
    for (let hop = 0; hop < 50; hop += 1) {
      await symlink(target, path.join(root, 'm', `hop${hop}`));
      target = `hop${hop}`;
    }
    expect(await uploaded(root)).toContain('hop49');
  });

  onUnix('a relative source must not leave the workspace through a link', async () => {
    const root = await folder({ 'elsewhere/model.bst': BOOSTER, 'work/a.txt': 'x' });
    await symlink(path.join(root, 'elsewhere'), path.join(root, 'work', 'm'));
    const workspace = path.join(root, 'work');
    for (const source of ['m', 'm/model.bst', 'm*']) {
      const failure = await failureOf(find(workspace, source));
      expect(failure.code).toBe('invalid-input');
      expect(failure.why).toMatch(/leaves the workspace/);
    }
    expect((await find(workspace, path.join(workspace, 'm'))).chosen).toBe('m');
  });

  onUnix('a file named by itself may be a link, and keeps the name that was given', async () => {
    const root = await folder({ 'store/0a1b2c': BOOSTER, 'm/notes.txt': 'x' });
    await symlink(path.join('..', 'store', '0a1b2c'), path.join(root, 'm', 'iris.bst'));
    const artifact = await find(root, 'm/iris.bst', { image: 'i' });
    expect(artifact).toMatchObject({ chosen: 'm/iris.bst', marker: 'iris.bst' });
    expect(artifact.files).toEqual([
      {
        name: 'iris.bst',
        bytes: BOOSTER.length,
        source: { kind: 'local', path: path.join(root, 'store', '0a1b2c'), inode: INODE },
      },
    ]);
    expect((await failureOf(find(root, 'm'))).why).toMatch(
      /`iris.bst` leaves the source directory/,
    );
  });

  onUnix('an export that is a link out of its directory is refused, not passed over', async () => {
    const root = await folder({
      'm/1700000000/saved_model.pb': SMALL_SAVED_MODEL,
      'elsewhere/saved_model.pb': SMALL_SAVED_MODEL,
    });
    await symlink(path.join(root, 'elsewhere'), path.join(root, 'm', '1700000001'));
    const failure = await failureOf(find(root, 'm'));
    expect(failure.what).toBe('`m/1700000001` cannot be deployed.');
    expect(failure.why).toMatch(/leaves the source directory/);
  });
});

describe('names', () => {
  onUnix('control characters are refused, and made visible', async () => {
    const root = await folder({ 'm/model.bst': BOOSTER, 'm/a\nb': 'x', 'm/c\rd/e': 'x' });
    const { why } = await failureOf(find(root, 'm'));
    expect(why).toContain('The name of `a\\u000ab` holds a control character.');
    expect(why).toContain('The name of `c\\u000dd` holds a control character.');
    expect(why).not.toMatch(/[\r\n]/);
  });

  onLinux('names that are not UTF-8 are refused', async () => {
    const root = await folder({ 'm/model.bst': BOOSTER });
    const name = Buffer.concat([Buffer.from(path.join(root, 'm', 'x')), Buffer.from([0xff, 0xfe])]);
    await writeFile(name, 'x');
    expect((await failureOf(find(root, 'm'))).why).toMatch(/is not UTF-8/);
  });

  test('a path too long for an object name is refused', async () => {
    const root = await folder({ 'm/model.bst': BOOSTER });
    const parts = Array.from({ length: 8 }, () => 'ä'.repeat(45));
    // Windows allows such paths only when they are made step by step.
    await mkdir(path.join(root, 'm', ...parts), { recursive: true });
    await writeFile(path.join(root, 'm', ...parts, 'x'), 'x');
    const { why } = await failureOf(find(root, 'm'));
    expect(why).toMatch(/an object name may have 1,024, and 300 are kept for the directory/);
  });

  test('what Cloud Storage reserves is refused', async () => {
    const root = await folder({
      'm/model.bst': BOOSTER,
      'm/.well-known/acme-challenge/token': 'x',
      'n/model.bst': BOOSTER,
      'n/.well-known/other': 'x',
    });
    expect((await failureOf(find(root, 'm'))).why).toMatch(/acme-challenge/);
    expect((await find(root, 'n')).files).toHaveLength(1);
  });

  onLinux('names that are one file elsewhere are warned of, and kept', async () => {
    const root = await folder({
      'm/model.bst': BOOSTER,
      'm/A.txt': 'x',
      'm/a.txt': 'x',
      'm/caf\u00e9': 'x',
      'm/cafe\u0301': 'x',
    });
    const artifact = await find(root, 'm');
    expect(artifact.files).toHaveLength(5);
    expect(artifact.warnings).toEqual([
      expect.stringMatching(/^`A.txt` and `a.txt` differ only in case/),
      expect.stringMatching(/^`cafe\u0301` and `caf\u00e9` differ only in case/),
    ]);
  });

  test('a tree that is too deep is refused', async () => {
    const root = await folder({ 'm/model.bst': BOOSTER });
    await mkdir(path.join(root, 'm', ...Array.from({ length: 33 }, () => 'd')), {
      recursive: true,
    });
    expect((await failureOf(find(root, 'm'))).why).toMatch(/more than 32 directories deep/);
  });

  test('files are in byte order of their names', async () => {
    const root = await folder({
      'm/model.bst': BOOSTER,
      'm/b/c': 'x',
      'm/b.txt': 'x',
      'm/\u{1f600}': 'x',
      'm/\uff5e': 'x',
      'm/C': 'x',
    });
    expect(await uploaded(root)).toEqual(['C', 'b.txt', 'b/c', 'model.bst', '\uff5e', '\u{1f600}']);
  });
});

test('all faults of a directory are told at once', async () => {
  const root = await folder({
    'm/saved_model.pb': 'garbage',
    'm/id_rsa': 'x',
    'm/sa.json': KEY,
  });
  const failure = await failureOf(find(root, 'm', { packageFiles: ['gone.tar.gz'] }));
  expect(failure.what).toBe('`m` cannot be deployed: 4 faults were found in it.');
  expect(failure.why).toMatch(/\(1\) .*\(2\) .*\(3\) .*\(4\) /);
});
