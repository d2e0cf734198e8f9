import { GoogleError } from './google-error.ts';
import { isStoragePath, type RequestTarget } from './request-target.ts';

const help =
  'Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.';

/**
 * Throws 401 unless the request carries one of the tokens. The URI of a resumable session is itself
 * the credential (Cloud Storage, resumable uploads).
 */
export function checkBearer(
  tokens: readonly string[],
  target: RequestTarget,
  authorization: string | undefined,
): void {
  const storage = isStoragePath(target.path);
  if (storage && target.query.has('upload_id')) return;
  const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
  if (token !== undefined && tokens.includes(token)) return;
  const missing = token === undefined;
  const headers = {
    'www-authenticate': `Bearer realm="https://accounts.google.com/"${missing ? '' : ', error="invalid_token"'}`,
  };
  if (storage) {
    throw new GoogleError({
      httpStatus: 401,
      message: missing ? 'Login Required' : 'Invalid Credentials',
      reason: missing ? 'required' : 'authError',
      locationType: 'header',
      location: 'Authorization',
      headers,
    });
  }
  throw new GoogleError({
    httpStatus: 401,
    message: missing
      ? `Request is missing required authentication credential. ${help}`
      : `Request had invalid authentication credentials. ${help}`,
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: missing ? 'CREDENTIALS_MISSING' : 'ACCESS_TOKEN_EXPIRED',
        domain: 'googleapis.com',
      },
    ],
    headers,
  });
}
