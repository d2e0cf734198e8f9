import type { AuthClient, gaxios } from 'google-auth-library';
import { credentialFilePath, readCredentialFile, secretsOf } from './credential-file.ts';
import type { CredentialFile } from './credential-file.ts';
import { findMetadataServer } from './metadata-server.ts';
import { openTokenTransport } from './token-transport.ts';
import type { Environment } from '../world.ts';

/** Covers every call of a deploy; what the caller may do is decided by IAM, not by the scope. */
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/** A client of google-auth-library that has not fetched anything yet. */
export interface OpenedClient {
  readonly client: AuthClient;
  /** Absent on a machine of Google Cloud. */
  readonly file: CredentialFile | undefined;
  /** The project that the credentials name; may ask Google for it. */
  projectId(): Promise<string | undefined>;
}

/**
 * Opens Application Default Credentials: the checked file, else the metadata server. The library is loaded
 * at the first use, since a run that is refused for its inputs needs none of it.
 *
 * @param keep is told each secret that is read or fetched, before it is used.
 * @throws Failure `auth` when the file is refused; an error that the doctor knows when there are none.
 */
export async function openAuthClient(
  environment: Environment,
  keep: (secret: string) => void,
  signal: AbortSignal,
): Promise<OpenedClient> {
  const path = credentialFilePath(environment);
  const file = path === undefined ? undefined : await readCredentialFile(path, environment);
  const library = await import('google-auth-library');
  let client: AuthClient;
  if (file === undefined) {
    await findMetadataServer(environment, signal);
    client = new library.Compute({ scopes: [SCOPE] });
  } else {
    for (const secret of secretsOf(file.content)) keep(secret);
    const transporter = openTokenTransport(library.gaxios.Gaxios, file, keep, signal);
    const auth = new library.GoogleAuth({ scopes: [SCOPE] });
    // Its log of requests and answers holds tokens, and an environment variable turns it on.
    const options = { transporter, useAuthRequestParameters: false };
    client = await auth._getApplicationCredentialsFromFilePath(file.path, options);
    if (client instanceof library.JWT) client.scopes = [SCOPE];
    if (client instanceof library.BaseExternalAccountClient) {
      client.scopes = [SCOPE];
      // The library gives the exchange a transport of its own, whatever it is told.
      const exchange = client['stsCredential'] as unknown as { transporter: gaxios.Gaxios };
      exchange.transporter = transporter;
    }
  }
  const { projectId } = client;
  const askForProject = (): Promise<string | null> =>
    client instanceof library.BaseExternalAccountClient
      ? client.getProjectId()
      : new library.GoogleAuth({ authClient: client }).getProjectId();
  return {
    client,
    file,
    projectId: async () => projectId ?? (await askForProject()) ?? undefined,
  };
}
