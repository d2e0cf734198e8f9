import { Failure, ServiceError } from '../failure.ts';
import type { World } from '../world.ts';
import type { ArtifactFile } from '../artifact/artifact.ts';
import { chooseDirectory } from './choose-directory.ts';
import type { CloudStorage } from './cloud-storage.ts';
import { openCrew } from './crew.ts';
import { openHashedMemory } from './hashed-memory.ts';
import type { HashedMemory } from './hashed-memory.ts';
import { openJsonApi } from './json-api.ts';
import type { JsonApi } from './json-api.ts';
import { PATIENCE } from './patience.ts';
import type { Patience } from './patience.ts';
import { putUpload } from './put-upload.ts';
import { assertSuccess } from './read-answer.ts';
import { hashFile } from './read-hashed.ts';
import { sweepParts } from './remove-parts.ts';
import { openRetrying } from './retrying.ts';
import { storageOrigin } from './storage-origin.ts';
import { compareNames } from './tree-digest.ts';
import { openTransport } from './transport.ts';

/** Memory for contents in flight: 24 streams of two pieces, or a few of the largest small files. */
const MEMORY_BYTES = 48 * 1024 * 1024;

/** Between two looks for parts that a request which was cut off late may still make. */
const BETWEEN_LOOKS_MILLISECONDS = 250;

/** How long and how much at a time. */
export interface Limits {
  readonly patience: Patience;
  /**
   * Most that one request carries of a large file, and so most that is sent twice after a fault: a
   * multiple of 256 KiB (JSON API, resumable uploads).
   */
  readonly chunkBytes: number;
}

const LIMITS: Limits = { patience: PATIENCE, chunkBytes: 16 * 1024 * 1024 };

/**
 * Opens Cloud Storage: Google's, or the host of `STORAGE_EMULATOR_HOST`. No connection is made before
 * the first request.
 *
 * @throws Failure `invalid-input` when that variable is neither https nor http on a loopback host.
 */
export function openCloudStorage(world: World, limits = LIMITS): CloudStorage {
  const baseUrl = storageOrigin(world.environment);
  const { chunkBytes } = limits;
  const transport = openTransport(baseUrl, world, limits.patience);
  const { signal } = world;
  const retrying = openRetrying(world, openCrew(signal));
  const api = openJsonApi(baseUrl, transport, retrying, world, signal);
  let memory: HashedMemory | undefined;
  const openMemory = (): HashedMemory => (memory ??= openHashedMemory(MEMORY_BYTES));

  return {
    list: async (bucket, prefix) => (await api.list(bucket, prefix)).toSorted(compareNames),

    read: async (bucket, name, limit) => {
      if (limit === 0) return Buffer.alloc(0);
      const request = {
        method: 'GET',
        path: `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}?alt=media`,
        headers: { range: `bytes=0-${limit - 1}` },
        answerBytes: limit,
      };
      return await retrying.run(async () => {
        const answer = await transport.send(request, signal);
        // An empty object has no first byte.
        if (answer.status === 416) return Buffer.alloc(0);
        assertSuccess(answer, request, new URL(baseUrl).host, world.clock.now());
        return answer.body;
      }, signal);
    },

    createBucket: async (bucket, location, projectId) => {
      try {
        await api.createBucket(bucket, location, projectId);
      } catch (error) {
        if (!(error instanceof ServiceError && error.httpStatus === 409)) throw error;
        if (!isOwnBucket(error)) throw nameTaken(bucket, error);
      }
    },

    chooseDirectory: async (bucket, directory, files) =>
      await chooseDirectory(
        {
          list: (prefix) => api.list(bucket, prefix),
          checksum: (file) => checksum(file, api, openMemory, signal),
        },
        `gs://${bucket}/${directory}`,
        directory,
        files,
      ),

    sweepParts: async (bucket, prefix) =>
      await sweepParts(api, openCrew(signal), bucket, prefix, () =>
        world.clock.sleep(BETWEEN_LOOKS_MILLISECONDS, signal),
      ),

    put: async (upload, onProgress) =>
      await putUpload(
        { baseUrl, transport, memory: openMemory(), world, chunkBytes },
        upload,
        onProgress,
      ),
  };
}

/** Of a file on the runner by reading it, of an object by asking. */
async function checksum(
  file: ArtifactFile,
  api: JsonApi,
  openMemory: () => HashedMemory,
  signal: AbortSignal,
): Promise<string> {
  if (file.crc32c !== undefined) return file.crc32c;
  if (file.source.kind === 'local')
    return await hashFile(file, file.source.path, openMemory(), signal);
  const object = await api.find(file.source);
  if (object !== undefined) return object.crc32c;
  throw new Failure({
    code: 'artifact',
    what: `gs://${file.source.bucket}/${file.source.name} cannot be read.`,
    why: 'It was there when the source was looked at and is gone now.',
    next: 'Let the job that writes the model end before this one begins, and run this one again.',
  });
}

/** Cloud Storage's answer to a second creation by the same project (JSON API, buckets.insert, 409). */
function isOwnBucket({ serverMessage }: ServiceError): boolean {
  return /you already own it/i.test(serverMessage);
}

function nameTaken(bucket: string, error: ServiceError): Failure {
  return new Failure({
    code: 'conflict',
    what: `The bucket "${bucket}" cannot be created.`,
    why: `Cloud Storage says: ${error.serverMessage}`,
    next: 'Names of buckets are shared by all of Google Cloud: give another one with the input bucket.',
    cause: error,
  });
}
