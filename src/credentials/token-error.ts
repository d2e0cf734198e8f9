import type { CredentialFile } from './credential-file.ts';
import { ServiceError } from '../failure.ts';
import { isJsonObject, plainWords } from '../json.ts';
import { isTransient, parseRetryAfter } from '../retry.ts';
import type { Json } from '../world.ts';

/** How far the clock of the runner may be off before it is told. */
const SKEW_TOLD_SECONDS = 120;

/** What is taken of an error of the library, whose own fields hold requests with all their headers. */
interface Facts {
  readonly url: URL | undefined;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly words: string;
  readonly retryAfterSeconds: number | undefined;
  /** Seconds that this machine's clock is ahead of the server's. */
  readonly skewSeconds: number | undefined;
}

/**
 * What a failed fetch of a token is to the rest of the house: a `ServiceError` with `NO_TOKEN` when the same
 * may succeed later, else an error whose words the doctor knows. It is made anew from what may be told:
 * who answered what, for which audience, and never a token.
 */
export function tokenError(
  error: unknown,
  file: CredentialFile | undefined,
  secrets: ReadonlySet<string>,
): Error {
  const facts = factsOf(error);
  const words = [...secrets].reduce((text, secret) => text.replaceAll(secret, '***'), facts.words);
  const { url, status, code, retryAfterSeconds } = facts;
  if (isPassing(error, facts)) {
    return new ServiceError({
      service: 'Google Auth',
      request: `POST ${url?.pathname ?? 'the access token'}`,
      host: url?.hostname ?? '',
      transport: 'NO_TOKEN',
      serverMessage: status === undefined ? words : `It answered ${status}: ${words}`,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    });
  }
  if (status === undefined)
    return Object.assign(new Error(words), code === undefined ? {} : { code });
  const host = url?.hostname ?? 'The token service';
  const source = file?.content['credential_source'];
  const isIdentity = isJsonObject(source) && url !== undefined && isSame(url, source['url']);
  const who = isIdentity ? `No identity token: ${host}` : `No access token: ${host}`;
  return new Error(
    [`${who} answered ${status}: ${words}`, audience(file), skew(facts)]
      .filter((part) => part !== '')
      .join(' '),
  );
}

function isPassing(error: unknown, { status, code }: Facts): boolean {
  if (status !== undefined) return isTransient({ httpStatus: status, transport: undefined });
  if (code !== undefined) return isTransient({ httpStatus: undefined, transport: code });
  // The library stumbles over answers that are no JSON, or lack the token.
  return (
    error instanceof TypeError ||
    error instanceof SyntaxError ||
    (error instanceof Error && error.message.includes('from the credential_source URL'))
  );
}

function factsOf(error: unknown): Facts {
  const whole = isRecord(error) ? error : {};
  const config = isRecord(whole['config']) ? whole['config'] : {};
  const response = isRecord(whole['response']) ? whole['response'] : {};
  const headers = response['headers'];
  const header = (name: string): string | null =>
    isRecord(headers) && typeof headers['get'] === 'function'
      ? (headers as unknown as Headers).get(name)
      : null;
  const now = new Date();
  const date = Date.parse(header('date') ?? '');
  const status = response['status'];
  const url = config['url'];
  return {
    url: url instanceof URL ? url : undefined,
    status: typeof status === 'number' ? status : undefined,
    code: codeOf(error),
    words: typeof status === 'number' ? wordsOf(response['data']) : messageOf(error),
    retryAfterSeconds: parseRetryAfter(header('retry-after'), now),
    skewSeconds: Number.isNaN(date) ? undefined : (now.getTime() - date) / 1000,
  };
}

/** The service's words: `{error, error_description}` of OAuth, `{error: {message}}` of IAM, or plain text. */
function wordsOf(data: unknown): string {
  // The library replaces what it finds a secret in, and names its own setting for it.
  if (typeof data === 'string' && data.includes('errorRedactor')) return 'The answer is not shown.';
  if (typeof data === 'string') return plainWords(data);
  if (!isJsonObject(data)) return 'The answer had no text.';
  const { error, error_description: description, message } = data;
  if (isJsonObject(error)) {
    return [error['status'], error['message']].filter(isText).join(': ');
  }
  return [error, description, message].filter(isText).join(': ') || 'The answer had no words.';
}

/** Messages about JSON quote what could not be read, which may be a token. */
function messageOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'The answer is not the JSON that was expected.';
  if (error instanceof TypeError) return 'The answer is not what was expected.';
  return error instanceof Error ? error.message : 'No answer came.';
}

function codeOf(error: unknown): string | undefined {
  let cause = error;
  for (let depth = 0; isRecord(cause) && depth < 8; depth += 1) {
    const { code, name } = cause;
    if (name === 'TimeoutError' || name === 'AbortError') return 'TIMEOUT';
    if (typeof code === 'string') return code;
    cause = cause['cause'];
  }
  return undefined;
}

function audience(file: CredentialFile | undefined): string {
  const asked = file?.content['audience'];
  const account =
    file?.content['service_account_impersonation_url'] ?? file?.content['client_email'];
  const name = typeof account === 'string' ? account.replace(/^.*\/|:.*$/g, '') : undefined;
  return [
    typeof asked === 'string' ? `Workload identity provider: ${asked}.` : '',
    name === undefined ? '' : `Service account: ${name}.`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function skew({ skewSeconds }: Facts): string {
  if (skewSeconds === undefined || Math.abs(skewSeconds) < SKEW_TOLD_SECONDS) return '';
  const minutes = Math.round(Math.abs(skewSeconds) / 60);
  return `The clock of this runner is ${minutes} min ${skewSeconds > 0 ? 'ahead of' : 'behind'} that of the service.`;
}

function isSame(url: URL, text: Json | undefined): boolean {
  if (typeof text !== 'string' || !URL.canParse(text)) return false;
  const other = new URL(text);
  return url.origin === other.origin && url.pathname === other.pathname;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
