import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmulator } from '../../../emulator/emulator.ts';
import type { Emulator, EmulatorOptions } from '../../../emulator/exchange.ts';

/** Any body that AI Platform answers; the fields that tests look into. */
export interface Body {
  readonly name?: string;
  readonly etag?: string;
  readonly error?: {
    readonly code: number;
    readonly message: string;
    readonly status: string;
    readonly details: readonly {
      readonly fieldViolations: readonly {
        readonly field?: string;
        readonly description: string;
      }[];
    }[];
  };
  readonly done?: boolean;
  readonly metadata?: { readonly createTime: string; readonly endTime: string };
  readonly response?: Body;
  readonly models?: readonly Body[];
  readonly versions?: readonly Body[];
  readonly locations?: readonly Body[];
  readonly operations?: readonly Body[];
  readonly nextPageToken?: string;
  readonly regions?: readonly string[];
  readonly defaultVersion?: Body;
  readonly isDefault?: boolean;
  readonly state?: string;
  readonly machineType?: string;
  readonly requestLoggingConfig?: object;
  readonly lastUseTime?: string;
  readonly serviceAccountProject?: string;
}

/** What the service answered. */
export interface Answer {
  readonly status: number;
  readonly body: Body;
}

/** A caller over HTTP, on one endpoint; paths are below `/v1/projects/acme`. */
export interface Client {
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Reads an operation once. */
  poll(operation: Answer): Promise<Answer>;
  /** Creates a version of the model `fraud` out of the bucket's `svc/` and reads its operation. */
  deploy(version: string, fields?: object): Promise<Answer>;
}

/** An emulator with callers of its global and of one regional endpoint. */
export interface ServiceUnderTest {
  readonly emulator: Emulator;
  readonly global: Client;
  /** In `europe-west1`. */
  readonly regional: Client;
  /** Puts an object into the bucket `models`. */
  put(name: string, bytes: Buffer | string): Promise<void>;
  /** Puts the files of a directory below `prefix`. */
  putDirectory(prefix: string, directory: string): Promise<void>;
}

/** The shortest pickle that has to do with scikit-learn: the class `sklearn.svm.SVC`. */
export const sklearnPickle = Buffer.from('\x80\x03csklearn.svm\nSVC\n.', 'latin1');

/** A version that works, once `svc/model.pkl` is there; without a name. */
export const spec = {
  deploymentUri: 'gs://models/svc/',
  framework: 'SCIKIT_LEARN',
  runtimeVersion: '2.11',
  pythonVersion: '3.7',
};

/** Starts the service with `gs://models/svc/model.pkl` in it. */
export async function startService(options: EmulatorOptions = {}): Promise<ServiceUnderTest> {
  const emulator = await startEmulator({ buckets: ['models'], ...options });
  const put = async (name: string, bytes: Buffer | string): Promise<void> => {
    const query = new URLSearchParams({ uploadType: 'media', name });
    const url = `${emulator.origin}/upload/storage/v1/b/models/o?${query.toString()}`;
    const response = await fetch(url, { method: 'POST', body: new Uint8Array(Buffer.from(bytes)) });
    if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
  };
  await put('svc/model.pkl', sklearnPickle);
  return {
    emulator,
    global: connect(emulator, 'global'),
    regional: connect(emulator, 'europe-west1'),
    put,
    async putDirectory(prefix, directory) {
      const entries = await readdir(directory, { recursive: true, withFileTypes: true });
      for (const entry of entries.filter((file) => file.isFile())) {
        const path = join(entry.parentPath, entry.name);
        const name = path.slice(directory.length + 1).replaceAll('\\', '/');
        await put(`${prefix}${name}`, await readFile(path));
      }
    },
  };
}

/** A caller of one endpoint. */
export function connect(emulator: Emulator, region: string): Client {
  const base = `${emulator.origin}/${region}/v1/`;
  const send = async (method: string, url: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(url, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    });
    return { status: response.status, body: (await response.json()) as Body };
  };
  const client: Client = {
    call: (method, path, body) => send(method, `${base}projects/acme${path}`, body),
    poll: (operation) => send('GET', `${base}${operation.body.name ?? ''}`),
    async deploy(version, fields = {}) {
      const body = { name: version, ...spec, ...fields };
      const operation = await client.call('POST', '/models/fraud/versions', body);
      if (operation.status !== 200) throw new Error(operation.body.error?.message);
      return client.poll(operation);
    },
  };
  return client;
}

/** A refusal of one field, as the service writes it. */
export function refusal(code: number, status: string, field: string, text: string): object {
  return {
    error: {
      code,
      message: `Field: ${field} Error: ${text}`,
      status,
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.BadRequest',
          fieldViolations: [{ field, description: text }],
        },
      ],
    },
  };
}

/** Stands for any text that matches. */
export function text(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}
