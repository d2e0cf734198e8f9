const { cpSync, existsSync } = require('node:fs');
const { join, resolve } = require('node:path');

const name = process.env.INPUT_NAME ?? '';
const artifact = join(process.env.LOCAL_GITHUB, 'artifacts', name);
if (existsSync(artifact)) {
  const to = resolve(process.env.GITHUB_WORKSPACE, process.env.INPUT_PATH ?? '');
  cpSync(artifact, to, { recursive: true });
} else {
  console.log(`::error::actions/download-artifact finds no artifact ${name}`);
  process.exitCode = 1;
}
