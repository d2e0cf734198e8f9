const {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} = require('node:fs');
const { dirname, join, relative, resolve, sep } = require('node:path');

const input = (name) => process.env[`INPUT_${name.toUpperCase()}`] ?? '';
const refuse = (message) => {
  console.log(`::error::actions/upload-artifact ${message}`);
  process.exit(1);
};
const paths = input('path')
  .split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '')
  .map((line) => resolve(process.env.GITHUB_WORKSPACE, line));
const missing = paths.filter((path) => !existsSync(path));
if (missing.length > 0) refuse(`finds nothing at ${missing.join(', ')}`);
if (input('if-no-files-found') !== 'error') refuse('would let an empty artifact pass');
if (!/^[1-9]\d?$/.test(input('retention-days'))) refuse('keeps the artifact for 90 days');

// One directory: what is in it. Several paths: everything below what they have in common. No hidden files, and
// every file is readable and writable and nothing else afterwards, as in the real one.
const isOneDirectory = paths.length === 1 && statSync(paths[0]).isDirectory();
const parts = paths.map((path) => (isOneDirectory ? path : dirname(path)).split(sep));
const common = parts.reduce((left, right) =>
  left.slice(0, left.findIndex((part, at) => part !== right[at]) >>> 0),
);
const root = common.join(sep);
const artifact = join(process.env.LOCAL_GITHUB, 'artifacts', input('name'));
if (existsSync(artifact)) refuse(`has an artifact ${input('name')} already`);
let count = 0;
const keep = (path) => {
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path)) if (!name.startsWith('.')) keep(join(path, name));
    return;
  }
  const to = join(artifact, relative(root, path));
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, readFileSync(path), { mode: 0o644 });
  count += 1;
};
paths.forEach(keep);
if (count === 0) refuse('finds no files');
