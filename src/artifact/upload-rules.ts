import { type Problem, list, quote } from './problem.ts';

/** Object names have at most 1,024 bytes (Cloud Storage, Objects); the rest is left for the directory. */
const LONGEST_NAME = 724;

/** Names of files that hold a key whatever is in them. */
const KEY_NAMES = new Set(['id_rsa', 'id_dsa', 'id_ecdsa', 'id_ed25519', 'kubeconfig']);

/** Values of `type` in the JSON files that Google's tools keep credentials in. */
const CREDENTIAL_TYPES: Readonly<Record<string, string>> = {
  service_account: 'a service account key',
  external_account: 'a credential configuration',
  external_account_authorized_user: 'the credentials of a user',
  authorized_user: 'the credentials of a user',
  impersonated_service_account: 'the credentials of a service account',
};

/** Larger files are no keys. */
export const LARGEST_KEY_BYTES = 64 * 1024;

/** Why a file or directory of this name is left out of every upload; `undefined` when it is not. */
export function leftOut(name: string): 'credentials' | 'hidden' | undefined {
  if (/^gha-creds-.*\.json$/i.test(name)) return 'credentials';
  return name.startsWith('.') || name === '__pycache__' ? 'hidden' : undefined;
}

/** What a file holds that must not leave the runner; never the content itself. */
export function keyWithin(name: string, content: Buffer): string | undefined {
  if (KEY_NAMES.has(name.slice(name.lastIndexOf('/') + 1))) return 'a private key, by its name';
  const text = content.toString('utf8');
  if (/^\s*-----BEGIN [A-Z ]*PRIVATE KEY/m.test(text)) return 'a private key';
  if (!/^\uFEFF?\s*\{/.test(text)) return undefined;
  try {
    const parsed: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    const type = typeof parsed === 'object' && parsed && 'type' in parsed ? parsed.type : undefined;
    return typeof type === 'string' && Object.hasOwn(CREDENTIAL_TYPES, type)
      ? CREDENTIAL_TYPES[type]
      : undefined;
  } catch {
    return undefined;
  }
}

/** What is wrong with a name below the deployment directory (Cloud Storage, Object names). */
export function nameProblem(name: string): Problem | undefined {
  if (/\p{Cc}|[\u2028\u2029]/u.test(name)) {
    return {
      what: `The name of ${quote(name)} holds a control character.`,
      next: 'Rename it: letters, digits, `.`, `_`, `-` and spaces are safe everywhere.',
    };
  }
  const bytes = Buffer.byteLength(name);
  if (bytes > LONGEST_NAME) {
    return {
      what: `The path of ${quote(`${name.slice(0, 60)}…`)} has ${bytes} bytes; an object name may have 1,024, and ${1024 - LONGEST_NAME} are kept for the directory.`,
      next: 'Shorten its names.',
    };
  }
  return undefined;
}

/** Warns of names that are one file on some systems and two on others. Both are uploaded. */
export function nameWarnings(names: readonly string[]): string[] {
  const alike = Map.groupBy(names, (name) => name.normalize('NFC').toLowerCase());
  return [...alike.values()]
    .filter((group) => group.length > 1)
    .map(
      (group) =>
        `${list(group)} differ only in case or in how their accents are encoded; on macOS and Windows they are one file.`,
    );
}
