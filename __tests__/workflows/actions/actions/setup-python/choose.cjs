const { appendFileSync } = require('node:fs');

if (!/^3\.\d+$/.test(process.env['INPUT_PYTHON-VERSION'] ?? '')) {
  console.log('::error::actions/setup-python wants a python-version such as 3.11, in quotes');
  process.exitCode = 1;
}
appendFileSync(process.env.GITHUB_PATH, `${process.env.WORKFLOW_PYTHON}/bin\n`);
