import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { workflowFaults } from './workflow-faults.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const textOf = (...path: readonly string[]): string => readFileSync(join(ROOT, ...path), 'utf8');
const filesIn = (...path: readonly string[]): readonly string[] =>
  readdirSync(join(ROOT, ...path)).map((name) => join(...path, name));
const jsonOf = (path: string): unknown => JSON.parse(textOf(path));

interface Locked {
  readonly version: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: true;
  readonly hasInstallScript?: true;
  readonly dev?: true;
  readonly optional?: true;
  readonly license?: string;
}

const workflows = [...filesIn('.github', 'workflows'), ...filesIn('examples', 'workflows')];

describe('the dependencies', () => {
  const { packages } = jsonOf('package-lock.json') as {
    readonly packages: Readonly<Record<string, Locked>>;
  };
  const locked = Object.entries(packages).filter(([path]) => path !== '');
  const manifest = jsonOf('package.json') as {
    readonly dependencies: Readonly<Record<string, string>>;
    readonly devDependencies: Readonly<Record<string, string>>;
  };

  test('SC-02 all dependencies come from the registry with their hash, and none that users get has a script', () => {
    expect(locked.length).toBeGreaterThan(100);
    for (const [path, { integrity, resolved, link, hasInstallScript, dev }] of locked) {
      expect([path, integrity]).toEqual([path, expect.stringMatching(/^sha512-[\w+/]{86}==$/)]);
      expect([path, link]).toEqual([path, undefined]);
      if (resolved !== undefined) expect(resolved).toMatch(/^https:\/\/registry\.npmjs\.org\//);
      if (dev !== true) expect([path, hasInstallScript]).toEqual([path, undefined]);
    }
    const asked = { ...manifest.dependencies, ...manifest.devDependencies };
    for (const version of Object.values(asked)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(textOf('.npmrc')).toMatch(/^ignore-scripts=true$/m);
    // Nothing newer than a week, so that a stolen release is found out first.
    expect(textOf('.github', 'dependabot.yml')).toMatch(
      /package-ecosystem: npm[^]*default-days: 7/,
    );
  });

  test('SC-04 the dependencies at run time are five, each with its reason in CONTRIBUTING.md', () => {
    const page = textOf('CONTRIBUTING.md');
    expect(Object.keys(manifest.dependencies)).toHaveLength(5);
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })) {
      expect(page).toMatch(new RegExp(`^\\| [^|]*(?:\`${name}\`)[^|]* \\| [^|]{10,} \\|$`, 'm'));
    }
    const atRunTime = locked.filter(([, { dev, optional }]) => dev !== true && optional !== true);
    expect(atRunTime.length).toBeLessThanOrEqual(90);
  });

  test('SC-11 the licence of every dependency that may be bundled lies beside the bundle', () => {
    const licences = textOf('dist', 'licenses.txt');
    const allowed = ['Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];
    for (const [path, { version, license, dev, optional }] of locked) {
      if (dev === true || optional === true) continue;
      const title = `${path.replace(/^.*node_modules\//, '')} ${version}`;
      expect(licences).toMatch(new RegExp(`^${title.replace(/[.+^$]/g, '\\$&')}\n-+\n\\S`, 'm'));
      expect([path, allowed]).toEqual([path, expect.arrayContaining([license])]);
    }
  });
});

describe('the workflows and the documents', () => {
  test('SC-07 a linter of our own finds each of six faults of workflows', () => {
    const bad = `on: [pull_request_target]
permissions: write-all
jobs:
  release:
    permissions:
      contents: write
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@a0853c24544627f65ddf259abe73b1d18a591444
      - run: echo \${{ github.event.pull_request.title }}`;
    expect(workflowFaults(bad.replace('[pull_request_target]', '{pull_request_target: }'))).toEqual(
      [
        'rights for all jobs',
        'runs with rights on pull_request_target',
        'mutable: actions/checkout@v5',
        'credentials that stay after the checkout',
        expect.stringContaining('a cache where a release is made'),
        expect.stringContaining('an expression in a script'),
      ],
    );
  });

  test.each(workflows)('SC-07 %s has none of the six', (path) => {
    expect(workflowFaults(textOf(path))).toEqual([]);
  });

  const pages = ['README.md', ...filesIn('docs').filter((path) => path.endsWith('.md'))];
  test.each(pages)(
    'SC-08 the examples in %s are pinned, and ask for no right without a reason',
    (page) => {
      const blocks = [...textOf(page).matchAll(/```ya?ml\n([\s\S]*?)```/g)].map(
        ([, text = '']) => text,
      );
      for (const block of blocks) {
        for (const [, used = ''] of block.matchAll(/uses: (.*)/g)) {
          expect(used).toMatch(
            /@[0-9a-f]{40} # v\d+\.\d+\.\d+$|^ACTION_OWNER\/deploy-ai-platform@FULL_COMMIT_SHA\b/,
          );
        }
        for (const [line] of block.matchAll(/^ +[a-z-]+: write\b.*$/gm))
          expect(line).toMatch(/ # \w/);
        if (block.includes('id-token: write') && block.includes('steps:')) {
          expect(block).toContain('google-github-actions/auth@');
        }
      }
      expect(page === 'README.md' ? blocks.length : 1).toBeGreaterThan(0);
    },
  );

  test('SC-09 a release is attested, cannot be changed, and is said how to be verified', () => {
    const release = textOf('.github', 'workflows', 'release.yml');
    expect(release).toMatch(/uses: actions\/attest-build-provenance@[0-9a-f]{40}/);
    expect(release).toContain('--jq .immutable');
    expect(release).toContain('diff --recursive dist built/dist');
    expect(textOf('SECURITY.md')).toContain('gh attestation verify');
  });

  test('SC-10 action.yml runs on Node 24 what is in the tree, and nothing before it', () => {
    const { runs } = parse(textOf('action.yml')) as { readonly runs: Record<string, string> };
    const { using, ...rest } = runs;
    expect(using).toBe('node24');
    expect(['main', 'post', 'post-if']).toEqual(expect.arrayContaining(Object.keys(rest)));
    const files = [rest['main'], rest['post']].filter((path) => path !== undefined);
    expect(files).not.toEqual([]);
    for (const path of files) expect(textOf(path)).not.toBe('');
  });

  test('SC-14 it is said that the major tag moves, and what to pin instead', () => {
    expect(textOf('SECURITY.md')).toMatch(/`v1` moves[^.]*\./);
    expect(textOf('README.md')).toContain('pin it by the SHA of a release');
    const isReleased = /^## \[?\d+\.\d+\.\d+/m.test(textOf('CHANGELOG.md'));
    for (const page of ['SECURITY.md', 'README.md']) {
      expect([page, /no release yet/i.test(textOf(page))]).toEqual([page, !isReleased]);
    }
  });
});

test('SC-13 nothing in the repository looks like a secret', () => {
  const secret =
    /-----BEGIN [A-Z ]*PRIVATE KEY-----(?:\\n|\s)+[\w+/=]{40}|\b(?:gh[opsur]_\w{36}|github_pat_\w{22}|AIza[\w-]{35}|ya29\.[\w-]{30}|(?:AKIA|ASIA)[A-Z0-9]{16}|GOCSPX-[\w-]{20}|xox[abprs]-[\w-]{10})/;
  expect(`ghp_${'a1'.repeat(18)}`).toMatch(secret);
  // The token in GitHub's own documentation, which is one of nobody.
  const ofNobody = ['__tests__/github/github-server.ts'];
  const skipped = /^(?:\.git|node_modules|coverage)$/;
  const found: string[] = [];
  const look = (directory: string): void => {
    for (const name of readdirSync(join(ROOT, directory))) {
      if (skipped.test(name)) continue;
      const path = directory === '' ? name : `${directory}/${name}`;
      const status = statSync(join(ROOT, path));
      if (status.isDirectory()) look(path);
      else if (status.size < 8e6 && secret.test(textOf(path))) found.push(path);
    }
  };
  look('');
  expect(found).toEqual(ofNobody);
});
