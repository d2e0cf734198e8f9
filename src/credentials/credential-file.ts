import { existsSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { Failure } from '../failure.ts';
import { isLoopback } from '../hosts.ts';
import { isJsonObject, parseJson } from '../json.ts';
import type { Environment, Json, JsonObject } from '../world.ts';

/** A file of Application Default Credentials that names no host but Google's and GitHub's. */
export interface CredentialFile {
  readonly path: string;
  readonly content: JsonObject;
}

/** Where the token of a cloud's own machine comes from, in clear: the link-local address of all of them. */
const METADATA_HOSTS: ReadonlySet<string> = new Set([
  '169.254.169.254',
  'metadata.google.internal',
  'metadata.google.internal.',
]);

/** Fields that hold a secret, at any depth. */
const SECRET_FIELD = /^(?:private_?key|refresh_?token|client_?secret|authorization)$/i;

/** The file that the environment names, or the one where gcloud puts its own; `undefined` without either. */
export function credentialFilePath(environment: Environment): string | undefined {
  const named =
    environment['GOOGLE_APPLICATION_CREDENTIALS'] ?? environment['google_application_credentials'];
  if (named !== undefined && named !== '') return named;
  const configured = environment['CLOUDSDK_CONFIG'];
  const directory =
    configured !== undefined && configured !== ''
      ? configured
      : process.platform === 'win32'
        ? join(environment['APPDATA'] ?? '', 'gcloud')
        : join(environment['HOME'] ?? homedir(), '.config', 'gcloud');
  const path = join(directory, 'application_default_credentials.json');
  return existsSync(path) ? path : undefined;
}

/**
 * Reads a credential file and refuses one that would send a secret elsewhere, or run a program: Google's
 * libraries do what the file says (Google Cloud, "Validate credential configurations from external
 * sources"), and files come from steps and checkouts that are not ours.
 *
 * @throws Failure `auth` when it is refused; the doctor's error when it is not there.
 */
export async function readCredentialFile(
  path: string,
  environment: Environment,
): Promise<CredentialFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    // In the words of google-auth-library, which the doctor knows.
    throw new Error(`The file at ${path} does not exist, or it is not a file.`, { cause: error });
  }
  const content = parseJson(text);
  if (!isJsonObject(content)) {
    throw refused(path, 'It holds no JSON object.', 'Look at the step that writes it.');
  }
  if (await isTracked(path, environment['GITHUB_WORKSPACE'])) {
    throw refused(
      path,
      'It is part of the repository, where whoever may open a pull request can change it.',
      'Remove it from git, revoke its key if it holds one, and let a step with `google-github-actions/auth` write the credentials.',
    );
  }
  checkProgram(path, content);
  checkHosts(path, content, environment);
  return { path, content };
}

/** The secrets that a credential file holds, keys line by line: nothing of them may be told. */
export function secretsOf(content: JsonObject): readonly string[] {
  return fieldsOf(content)
    .filter(({ name }) => SECRET_FIELD.test(name))
    .flatMap(({ value }) => value.replace(/^(?:Bearer|Basic) +/i, '').split('\n'))
    .filter((line) => !line.startsWith('-----'));
}

function checkProgram(path: string, content: JsonObject): void {
  const programs = fieldsOf(content).filter(({ parents }) => parents.includes('executable'));
  if (programs.length === 0) return;
  throw refused(
    path,
    'Its credential_source.executable would run a program of its choice.',
    'Use a credential_source with url or file, as `google-github-actions/auth` writes it.',
  );
}

function checkHosts(path: string, content: JsonObject, environment: Environment): void {
  const { universe_domain: universe } = content;
  if (universe !== undefined && universe !== 'googleapis.com') {
    throw refused(
      path,
      `Its universe_domain is ${shown(universe)}, and this action calls googleapis.com only.`,
      'Use credentials of Google Cloud itself.',
    );
  }
  for (const { name, parents, value } of fieldsOf(content)) {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (url === undefined || !/^(?:https?|wss?):$/.test(url.protocol)) continue;
    const isSource = parents[0] === 'credential_source' || parents[0] === 'credentialSource';
    if (isTrusted(url, isSource, environment)) continue;
    const field = [...parents, name].join('.');
    throw refused(
      path,
      `Its ${field} is ${url.origin}, which is neither Google's${isSource ? " nor GitHub's" : ''}: the identity of this job would be sent there.`,
      'Let a step with `google-github-actions/auth` write the credentials, and look who wrote these.',
    );
  }
}

function isTrusted(url: URL, isSource: boolean, environment: Environment): boolean {
  if (isLoopback(url)) return true;
  if (url.username !== '' || url.password !== '') return false;
  const host = url.hostname;
  if (METADATA_HOSTS.has(host)) return true;
  if (url.protocol !== 'https:') return false;
  if (host === 'accounts.google.com' || host.endsWith('.googleapis.com')) return true;
  if (!isSource) return false;
  // Workload identity of Amazon's machines asks Amazon who they are; the braces are part of the template.
  if (/^sts\.(?:(?:\{|%7b)region(?:\}|%7d)\.|[a-z0-9-]+\.)?amazonaws\.com$/i.test(host))
    return true;
  return host.endsWith('.actions.githubusercontent.com') || isOwnServer(host, environment);
}

/** GitHub Enterprise Server, and ghe.com, give identity tokens under their own name. */
function isOwnServer(host: string, environment: Environment): boolean {
  const server = environment['GITHUB_SERVER_URL'] ?? '';
  const own = URL.canParse(server) ? new URL(server).hostname : 'github.com';
  return own !== 'github.com' && (host === own || host.endsWith(`.${own}`));
}

interface TextField {
  readonly name: string;
  readonly parents: readonly string[];
  readonly value: string;
}

/** Every text of the file, with the names that lead to it. */
function fieldsOf(value: Json, names: readonly string[] = []): readonly TextField[] {
  if (typeof value === 'string') {
    return [{ name: names.at(-1) ?? '', parents: names.slice(0, -1), value }];
  }
  if (typeof value !== 'object' || value === null || names.length > 20) return [];
  return Object.entries(value).flatMap(([name, inner]) => fieldsOf(inner, [...names, name]));
}

/**
 * Whether git tracks the file. Its index holds each path after two bytes of flags, whose lower twelve bits
 * are the path's length (gitformat-index); two more bytes of flags may stand between.
 */
async function isTracked(path: string, workspace: string | undefined): Promise<boolean> {
  if (workspace === undefined || workspace === '') return false;
  try {
    const within = relative(await realpath(workspace), await realpath(path));
    if (within.startsWith('..') || within.includes(':')) return false;
    const name = Buffer.from(within.split(sep).join('/'));
    const index = await readFile(join(workspace, '.git', 'index'));
    const length = Math.min(name.length, 0xfff);
    for (let at = index.indexOf(name); at >= 4; at = index.indexOf(name, at + 1)) {
      if (index[at + name.length] !== 0) continue;
      const flags = [index.readUInt16BE(at - 2), index.readUInt16BE(at - 4)];
      if (flags.some((bits) => (bits & 0xfff) === length)) return true;
    }
    return false;
  } catch {
    return false;
  }
}

function refused(path: string, why: string, next: string): Failure {
  return new Failure({
    code: 'auth',
    what: `The credential file ${path} is not used.`,
    why,
    next,
  });
}

function shown(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
