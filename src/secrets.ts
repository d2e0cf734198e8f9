/** To blank less would blank words that are no secret. */
const SHORTEST = 8;

/** Signed tokens (RFC 7519) in any text: assertions are made by libraries, and never seen by us. */
const signedToken = /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g;

/**
 * The secrets that this process has met. The one thing that all of it shares: whatever a service echoes may come
 * from any request, and the runner's own masks do not reach what is sent to GitHub, as the comment is.
 */
const known = new Set<string>();

/** Remembers the lines of a secret; answers those that are long enough to be one. */
export function keepSecret(value: string): readonly string[] {
  const lines = value.split(/[\r\n]+/).map((line) => line.trim());
  const kept = lines.filter((line) => line.length >= SHORTEST);
  for (const line of kept) known.add(line);
  return kept;
}

/** The text with `***` for each known secret, also where it is percent-encoded, and for each signed token. */
export function withoutSecrets(text: string): string {
  let shown = text;
  for (const secret of known) {
    shown = shown.replaceAll(secret, '***');
    const encoded = encodeURIComponent(secret.toWellFormed());
    if (encoded !== secret) shown = shown.replaceAll(encoded, '***');
  }
  return shown.replace(signedToken, '***');
}
