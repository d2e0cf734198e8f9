import type { Storage } from '@google-cloud/storage';
import type { JsonObject } from '../world.ts';
import type { StorageRequest } from './transport.ts';

/** A request of the library, below the resource of a bucket. */
interface LibraryRequest {
  readonly method?: string;
  readonly uri: string;
  readonly qs?: Readonly<Record<string, string | number | boolean>>;
  readonly json?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `@google-cloud/storage`, loaded at the first use: whole small files, and refusals, need none of it. */
export interface StorageLibrary {
  /** The library for that project; none is needed for what names a bucket. */
  open(projectId?: string): Promise<Storage>;
  /** Any request below a bucket's resource. */
  request(bucket: string, request: LibraryRequest): Promise<JsonObject>;
}

/**
 * The library at one base URL. It makes the requests; `send` sends them in place of the library's own
 * transport, which follows redirects, cannot be aborted, keeps its own clock for retries, and turns to
 * other paths (`/b/…`) when it finds `STORAGE_EMULATOR_HOST` in the process's environment.
 */
export function openStorageLibrary(
  send: (request: StorageRequest) => Promise<JsonObject>,
  baseUrl: string,
): StorageLibrary {
  const make = async (options: { projectId?: string }): Promise<Storage> => {
    const { Storage } = await import('@google-cloud/storage');
    const storage = new Storage(options);
    storage.baseUrl = `${baseUrl}/storage/v1`;
    storage.makeAuthenticatedRequest = transportOver(
      send,
      baseUrl,
    ) as Storage['makeAuthenticatedRequest'];
    return storage;
  };
  let opened: Promise<Storage> | undefined;
  const open = (projectId?: string): Promise<Storage> =>
    projectId === undefined ? (opened ??= make({})) : make({ projectId });

  return {
    open,
    request: async (bucket, request) => {
      const storage = await open();
      return await new Promise((resolve, reject) => {
        storage.bucket(bucket).request(request, (error, body) => {
          if (error) reject(error);
          else resolve(body as JsonObject);
        });
      });
    },
  };
}

function transportOver(
  send: (request: StorageRequest) => Promise<JsonObject>,
  baseUrl: string,
): (
  request: LibraryRequest,
  callback: (error: Error | null, body?: JsonObject, response?: JsonObject) => void,
) => void {
  return ({ method = 'GET', uri, qs = {}, json, headers }, callback) => {
    const query = Object.entries(qs).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
    const search = query.join('&');
    const path = `${uri.slice(baseUrl.length)}${search === '' ? '' : `?${search}`}`;
    const request: StorageRequest = {
      method,
      path,
      headers: {
        ...headers,
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(json === undefined ? {} : { body: Buffer.from(JSON.stringify(json)) }),
    };
    send(request).then(
      (body) => {
        callback(null, body, body);
      },
      (error: unknown) => {
        callback(error as Error);
      },
    );
  };
}
