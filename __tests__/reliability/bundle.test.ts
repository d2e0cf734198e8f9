import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { actionUnderTest, expectGoodManners } from '../action/action-under-test.ts';
import { scanBundle } from './bundle-scan.ts';

// What users run: read by its syntax tree, and watched while it works.

const ROOT = join(import.meta.dirname, '..', '..');
const textOf = (...path: readonly string[]): string => readFileSync(join(ROOT, ...path), 'utf8');
const bundle = readdirSync(join(ROOT, 'dist'))
  .filter((name) => name.endsWith('.js'))
  .map((name) => join('dist', name));

describe('the bundle', () => {
  test('SC-01 dist/ is compared with a clean build, byte by byte, wherever a change lands', () => {
    const check = 'npm run build -- --check';
    for (const path of [
      ['.github', 'workflows', 'ci.yml'],
      ['.github', 'workflows', 'release.yml'],
    ]) {
      expect(textOf(...path)).toContain(check);
    }
    expect(textOf('.ci', 'run')).toContain('npm run --silent build -- --check');
    // Built anywhere else it would not be the same otherwise.
    for (const path of bundle) expect(textOf(path)).not.toContain(ROOT.split(sep).join('/') + '/');
  });

  const scans = (): readonly ReturnType<typeof scanBundle>[] =>
    bundle.map((path) => scanBundle(textOf(path)));
  const all = new Map<string, readonly string[]>();
  beforeAll(() => {
    const found = scans();
    for (const kind of ['dynamicCode', 'modules', 'programs', 'hosts'] as const) {
      all.set(kind, [...new Set(found.flatMap((scan) => scan[kind]))].sort());
    }
  });

  test('SC-05 the scan finds what it is there to find', () => {
    const source = `
      import { x } from 'node:vm';
      eval('1'); new Function('return 1'); (0, eval)('2'); x.runInNewContext('3');
      import(name); require(name); [].constructor.constructor('return 4')();
      (0, child.spawn)('sh', ['-c', 'x']); fetch(\`https://\${a}/\`); fetch('https://evil.test/x');`;
    const { dynamicCode, modules, programs, hosts } = scanBundle(source);
    expect(dynamicCode).toHaveLength(7);
    expect({ modules, programs, hosts }).toEqual({
      modules: ['vm'],
      programs: [`'sh'`],
      hosts: ['evil.test'],
    });
  });

  test('SC-05 no code is made at run time, and only named programs are started', () => {
    expect(all.get('dynamicCode')).toEqual([
      // The bundler's own chunks, and post.js, which is the same bundle as another step.
      'import("./" + __nccwpck_require__.u(chunkId))',
      "import('./index.js')",
    ]);
    expect(all.get('programs')).toEqual([
      // @actions/exec of the toolkit; nothing of ours calls it.
      'fileName',
      // src/proof/local-predict.ts: the runner's own Python, when local_predict asks for it.
      'program',
      // google-auth-library: credentials from a program; src/credential-file.ts refuses such files.
      'this.commandComponents[0]',
    ]);
    const powerful = ['child_process', 'cluster', 'inspector', 'module', 'repl', 'vm', 'wasi'];
    expect(all.get('modules')?.filter((name) => powerful.includes(name))).toEqual([
      // The three above.
      'child_process',
      // The bundler's way to Node's own modules.
      'module',
    ]);
  });

  test('SC-06 every host that is written in it is known, with what it is there for', () => {
    const known = {
      '127.0.0.1:8085': 'in the text of an error, as an example',
      '169.254.169.254': 'the metadata server, by its address',
      'accounts.google.com': 'google-auth-library: issuer of identity tokens',
      'api.github.com': 'GitHub’s API, for the comment',
      'cloud.google.com': 'links of documents in errors of google-auth-library',
      'cloudresourcemanager.': 'google-auth-library: the project of external accounts',
      'cloudresourcemanager.googleapis.com': 'the same',
      'console.cloud.google.com': 'links in the summary',
      'docs.github.com': 'links in errors of octokit',
      'git-lfs.github.com': 'how a pointer of Git LFS begins',
      'github.com': 'the default of GITHUB_SERVER_URL, and names of libraries',
      'iamcredentials.': 'google-auth-library: impersonation',
      'localhost:9999': 'gaxios: base of relative URLs',
      'metadata.google.internal.': 'the metadata server',
      'ml.googleapis.com': 'AI Platform',
      'oauth2.googleapis.com': 'google-auth-library: tokens',
      'status.cloud.google.com': 'a link in an explanation',
      'storage.': '@google-cloud/storage: other universes',
      'storage.googleapis.com': 'Cloud Storage',
      'sts.': 'google-auth-library: workload identity federation',
      'sts.{region}.amazonaws.com': 'google-auth-library: federation with AWS',
      'sts.{universeDomain}': 'google-auth-library: workload identity federation',
      'uploads.github.com': 'octokit: release assets, which we do not touch',
      'www.googleapis.com': 'google-auth-library: scopes and certificates',
      'www.gstatic.com': 'google-auth-library: certificates',
    };
    expect(all.get('hosts')).toEqual(Object.keys(known).sort());
  });
});

test('SC-12 a deploy reaches for no host but those that it is pointed at', async () => {
  await using action = await actionUnderTest();
  await action.copyModel('xgboost', 'xgboost');
  const directory = await mkdtemp(join(tmpdir(), 'hosts-'));
  const [preload, seen] = [join(directory, 'preload.mjs'), join(directory, 'seen')];
  await writeFile(
    preload,
    `import { appendFileSync } from 'node:fs';
     import { Socket } from 'node:net';
     const connect = Socket.prototype.connect;
     Socket.prototype.connect = function (...list) {
       const { host, path } = Array.isArray(list[0]) ? list[0][0] : list[0];
       appendFileSync(${JSON.stringify(seen)}, (host ?? path ?? String(list[1])) + '\\n');
       if (host !== '127.0.0.1') throw new Error('blackholed');
       return connect.apply(this, list);
     };`,
  );
  const env = { NODE_OPTIONS: `--import=${pathToFileURL(preload).href}` };
  for (const platform of ['ai-platform', 'vertex-ai']) {
    const result = await action.run({ model: 'quiet', source: 'xgboost', platform }, { env });
    expectGoodManners(result);
    expect(result.outputs['status']).toBe('deployed');
  }
  const hosts = (await readFile(seen, 'utf8')).trim().split('\n');
  expect(new Set(hosts)).toEqual(new Set(['127.0.0.1']));
  await rm(directory, { recursive: true });
});
