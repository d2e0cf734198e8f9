import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ArtifactRequest, findArtifact } from '../../src/artifact/find-artifact.ts';
import type { Artifact } from '../../src/artifact/artifact.ts';
import type { ByteSource, ObjectReader } from '../../src/artifact/byte-source.ts';
import { Failure, ServiceError } from '../../src/failure.ts';
import { crc32 } from 'node:zlib';

const made: string[] = [];

/** A temporary directory with these files, by path with `/`; removed by `removeFolders`. */
export async function folder(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<string> {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'artifact-')));
  made.push(root);
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(root, ...name.split('/'));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return root;
}

/** For `afterAll`. */
export async function removeFolders(): Promise<void> {
  for (const root of made.splice(0)) await rm(root, { recursive: true, force: true });
}

/** What a request says about the model, with the workspace and whatever else is given. */
export function request(
  workspace: string,
  source: string,
  more: Partial<Omit<ArtifactRequest, 'run'>> & { credentialFiles?: readonly string[] } = {},
): ArtifactRequest {
  const { credentialFiles = [], ...rest } = more;
  return {
    source,
    platform: 'ai-platform',
    framework: undefined,
    predictionClass: undefined,
    image: undefined,
    packageFiles: [],
    ...rest,
    run: {
      workspace,
      serverUrl: 'https://github.com',
      repository: undefined,
      sha: undefined,
      runId: undefined,
      runAttempt: undefined,
      workflow: undefined,
      tag: undefined,
      commitSubject: undefined,
      runUrl: undefined,
      credentialFiles,
    },
  };
}

/** A bucket in memory, by object name. */
export function bucket(name: string, files: Readonly<Record<string, Uint8Array>>): ObjectReader {
  return {
    list(asked, prefix) {
      if (asked !== name) return Promise.reject(noSuchBucket(asked));
      const found = Object.keys(files).filter((key) => key.startsWith(prefix));
      return Promise.resolve(
        found.sort().map((key) => ({
          name: key,
          bytes: files[key]?.length ?? 0,
          crc32c: checksum(files[key] ?? Buffer.alloc(0)),
          generation: '1',
        })),
      );
    },
    read(asked, key, limit) {
      if (asked !== name) return Promise.reject(noSuchBucket(asked));
      return Promise.resolve(Buffer.from((files[key] ?? Buffer.alloc(0)).subarray(0, limit)));
    },
  };
}

/** Any text that depends on the content serves as a checksum here: it is only handed on. */
export function checksum(content: Uint8Array): string {
  return crc32(content).toString(16);
}

/** For tests of local sources: nothing is in Cloud Storage. */
export const NO_BUCKET = bucket('none', {});

/** Finds the artifact of a local source. */
export function find(
  workspace: string,
  source: string,
  more?: Parameters<typeof request>[2],
): Promise<Artifact> {
  return findArtifact(request(workspace, source, more), NO_BUCKET);
}

/** The failure with which something ends. */
export async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const outcome: unknown = await work.then(
    () => 'it succeeded',
    (error: unknown) => error,
  );
  if (outcome instanceof Failure) return outcome;
  throw new Error('A Failure was expected.', { cause: outcome });
}

/** Bytes in memory. */
export function bytesOf(content: Uint8Array): ByteSource {
  const buffer = Buffer.from(content);
  return {
    size: buffer.length,
    read: (offset, length) => Promise.resolve(buffer.subarray(offset, offset + length)),
  };
}

function noSuchBucket(name: string): ServiceError {
  return new ServiceError({
    service: 'Cloud Storage',
    request: `GET /storage/v1/b/${name}/o`,
    host: 'storage.googleapis.com',
    httpStatus: 404,
    status: 'notFound',
    serverMessage: 'The specified bucket does not exist.',
  });
}
