// GitHub, as far as our workflows ask for it by `gh`: releases in a directory, tags in a bare repository. Says what was
// asked, and refuses what the real one would not take.
const { execFileSync, spawnSync } = require('node:child_process');
const {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} = require('node:fs');
const { basename, join } = require('node:path');
const { parseArgs } = require('node:util');

const { COMMANDS_LOG, GH_TOKEN, GITHUB_REPOSITORY, LOCAL_GITHUB, RELEASES_ARE_IMMUTABLE } =
  process.env;
const words = process.argv.slice(2);
appendFileSync(COMMANDS_LOG, `gh ${words.join(' ')}\n`);

class Refusal extends Error {}

const git = (...commandLine) =>
  execFileSync('git', ['--git-dir', join(LOCAL_GITHUB, 'origin.git'), ...commandLine], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
const has = (ref) =>
  spawnSync('git', [
    ...['--git-dir', join(LOCAL_GITHUB, 'origin.git')],
    ...['show-ref', '--verify', '--quiet', ref],
  ]).status === 0;
const releaseFile = (tag) => join(LOCAL_GITHUB, 'releases', tag, 'release.json');
const readRelease = (tag) => JSON.parse(readFileSync(releaseFile(tag), 'utf8'));
const writeRelease = (tag, release) => writeFileSync(releaseFile(tag), JSON.stringify(release));

/** The words after the command, by these options; throws for any other. */
function parsed(args, options) {
  return parseArgs({ args, options, allowPositionals: true, strict: true });
}

function createRelease(args) {
  const { values, positionals } = parsed(args, {
    draft: { type: 'boolean', default: false },
    'verify-tag': { type: 'boolean', default: false },
    title: { type: 'string', default: '' },
    'notes-file': { type: 'string' },
  });
  const [tag, ...assets] = positionals;
  if (existsSync(releaseFile(tag))) throw new Refusal(`a release with the tag ${tag} exists`);
  if (values['verify-tag'] && !has(`refs/tags/${tag}`))
    throw new Refusal(`tag ${tag} is not there`);
  mkdirSync(join(LOCAL_GITHUB, 'releases', tag), { recursive: true });
  for (const asset of assets) {
    cpSync(asset, join(LOCAL_GITHUB, 'releases', tag, basename(asset)));
  }
  const notes = readFileSync(values['notes-file'], 'utf8');
  const { title, draft } = values;
  writeRelease(tag, { title, notes, draft, assets: assets.map((asset) => basename(asset)) });
}

function editRelease(args) {
  const { values, positionals } = parsed(
    args.map((word) => (word === '--draft=false' ? '--no-draft' : word)),
    { 'no-draft': { type: 'boolean', default: false } },
  );
  const [tag] = positionals;
  if (values['no-draft']) writeRelease(tag, { ...readRelease(tag), draft: false });
}

function listReleases(args) {
  const { values } = parsed(args, {
    'exclude-drafts': { type: 'boolean', default: false },
    limit: { type: 'string', default: '30' },
    json: { type: 'string' },
    jq: { type: 'string' },
  });
  if (values.json !== 'tagName' || values.jq !== '.[].tagName') {
    throw new Refusal(`not known here: --json ${values.json} --jq ${values.jq}`);
  }
  const tags = readdirSync(join(LOCAL_GITHUB, 'releases'));
  const listed = tags.filter((tag) => !values['exclude-drafts'] || !readRelease(tag).draft);
  for (const tag of listed.toReversed().slice(0, Number(values.limit))) console.log(tag);
}

/** Calls of the REST API: `--raw-field` gives strings, `--field` whatever the word is in JSON. */
function api(args) {
  const { values, positionals } = parsed(args, {
    method: { type: 'string', default: 'GET' },
    'raw-field': { type: 'string', multiple: true, default: [] },
    field: { type: 'string', multiple: true, default: [] },
    jq: { type: 'string' },
    silent: { type: 'boolean', default: false },
  });
  const pair = (text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)];
  const body = Object.fromEntries([
    ...values['raw-field'].map(pair),
    ...values.field.map(pair).map(([name, text]) => [name, JSON.parse(text)]),
  ]);
  const prefix = `repos/${GITHUB_REPOSITORY}/`;
  if (!positionals[0].startsWith(prefix)) throw new Refusal(`HTTP 404: ${positionals[0]}`);
  const answer = call(values.method, positionals[0].slice(prefix.length), body);
  if (values.silent) return;
  console.log(values.jq === '.immutable' ? answer.immutable : JSON.stringify(answer));
}

function call(method, path, body) {
  const [, tag] = /^releases\/tags\/(.+)$/.exec(path) ?? [];
  if (method === 'GET' && tag !== undefined) {
    // A draft has no tag yet, and is not found by it.
    if (!existsSync(releaseFile(tag)) || readRelease(tag).draft) throw new Refusal('HTTP 404');
    return { ...readRelease(tag), immutable: RELEASES_ARE_IMMUTABLE === 'true' };
  }
  const [, read] = /^git\/ref\/(tags\/.+)$/.exec(path) ?? [];
  if (method === 'GET' && read !== undefined) {
    if (!has(`refs/${read}`)) throw new Refusal('HTTP 404: Not Found');
    return { ref: `refs/${read}` };
  }
  const [, moved] = /^git\/refs\/(tags\/.+)$/.exec(path) ?? [];
  if (method === 'PATCH' && moved !== undefined && has(`refs/${moved}`) && body.force === true) {
    git('update-ref', `refs/${moved}`, body.sha);
    return {};
  }
  if (method === 'POST' && path === 'git/refs' && !has(body.ref)) {
    git('update-ref', body.ref, body.sha);
    return {};
  }
  throw new Refusal(`HTTP 422: ${method} ${path} ${JSON.stringify(body)}`);
}

function runWorkflow(args) {
  const { values, positionals } = parsed(args, { ref: { type: 'string' } });
  if (!has(`refs/heads/${values.ref}`)) throw new Refusal(`no branch ${values.ref}`);
  const text = git('show', `${values.ref}:.github/workflows/${positionals[0]}`);
  if (!/^ {2}workflow_dispatch:/m.test(text)) throw new Refusal('HTTP 422: no workflow_dispatch');
}

const commands = {
  'release create': createRelease,
  'release edit': editRelease,
  'release list': listReleases,
  'auth setup-git': (args) => parsed(args, {}),
  'workflow run': runWorkflow,
};

try {
  if ((GH_TOKEN ?? '') === '') throw new Refusal('set the GH_TOKEN environment variable');
  const command = words[0] === 'api' ? api : commands[words.slice(0, 2).join(' ')];
  if (command === undefined) throw new Refusal(`unknown command ${words.join(' ')}`);
  command(words.slice(words[0] === 'api' ? 1 : 2));
} catch (error) {
  console.error(`gh: ${error.message}`);
  process.exitCode = 1;
}
