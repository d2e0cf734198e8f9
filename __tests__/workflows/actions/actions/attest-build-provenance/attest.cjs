const { createHash } = require('node:crypto');
const { appendFileSync, globSync, readFileSync, statSync, writeFileSync } = require('node:fs');
const { basename, join } = require('node:path');

const files = globSync(process.env['INPUT_SUBJECT-PATH'] ?? '', {
  cwd: process.env.GITHUB_WORKSPACE,
})
  .map((name) => join(process.env.GITHUB_WORKSPACE, name))
  .filter((path) => statSync(path).isFile());
if (files.length === 0) {
  console.log('::error::actions/attest-build-provenance finds no subject');
  process.exit(1);
}
const subject = files.map((path) => ({
  name: basename(path),
  digest: { sha256: createHash('sha256').update(readFileSync(path)).digest('hex') },
}));
const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject,
  predicateType: 'https://slsa.dev/provenance/v1',
};
const bundle = join(process.env.RUNNER_TEMP, 'attestation.json');
writeFileSync(bundle, `${JSON.stringify(statement)}\n`);
appendFileSync(process.env.GITHUB_OUTPUT, `bundle-path=${bundle}\n`);
