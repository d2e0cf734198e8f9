const { execFileSync } = require('node:child_process');

if (process.env['INPUT_PERSIST-CREDENTIALS'] !== 'false') {
  console.log('::error::actions/checkout leaves the token behind for every later step');
  process.exitCode = 1;
}
const git = (...words) =>
  execFileSync('git', words, { cwd: process.env.GITHUB_WORKSPACE, stdio: 'inherit' });
git('init', '--quiet');
git('remote', 'add', 'origin', `file://${process.env.LOCAL_GITHUB}/origin.git`);
git('fetch', '--quiet', '--depth=1', 'origin', process.env.INPUT_REF || process.env.GITHUB_SHA);
git('checkout', '--quiet', '--detach', 'FETCH_HEAD');
