const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const file = process.env['INPUT_NODE-VERSION-FILE'] ?? '';
const version = readFileSync(join(process.env.GITHUB_WORKSPACE, file), 'utf8').trim();
if (!/^v?\d+(?:\.\d+)*$/.test(version)) {
  console.log(`::error::actions/setup-node finds no version in ${file}: ${version}`);
  process.exitCode = 1;
}
if (process.env['INPUT_PACKAGE-MANAGER-CACHE'] !== 'false') {
  console.log('::error::actions/setup-node would take packages that another workflow has cached');
  process.exitCode = 1;
}
