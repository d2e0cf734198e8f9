import type { World } from '../world.ts';
import type { ArtifactFile, FileSource } from '../artifact/artifact.ts';
import type { Upload, UploadedFile, UploadProgress, UploadResult } from './cloud-storage.ts';
import { copyObject } from './copy-object.ts';
import { openCrew } from './crew.ts';
import type { HashedMemory } from './hashed-memory.ts';
import type { InPlace, Workshop } from './insert-object.ts';
import { openJsonApi } from './json-api.ts';
import type { ObjectName } from './json-api.ts';
import { requestsThatFit } from './open-files.ts';
import { removeParts, sweepParts } from './remove-parts.ts';
import { openRetrying } from './retrying.ts';
import { cancelSessions } from './send-in-session.ts';
import type { Transport } from './transport.ts';
import { compareNames } from './tree-digest.ts';
import { partsPrefix, uploadLarge } from './upload-large.ts';
import { openProgress } from './upload-progress.ts';
import type { ProgressCount } from './upload-progress.ts';
import { SMALL_BYTES, uploadSmall } from './upload-small.ts';

/** How long parts are looked for and deleted after a failure, in milliseconds; a cancelled job has less time. */
const SWEEP_MILLISECONDS = 20_000;
const SWEEP_WHEN_CANCELLED_MILLISECONDS = 2000;
/** How long a file that is in place waits for its parts to go: what stays is named, and the deploy goes on. */
const REMOVAL_MILLISECONDS = 5000;
const BETWEEN_LOOKS_MILLISECONDS = 250;

/** What all uploads of a run share. */
export interface UploadRoom {
  readonly baseUrl: string;
  readonly transport: Transport;
  readonly memory: HashedMemory;
  readonly world: World;
  /** Parts up to this size are one request each; larger ones go through sessions in such chunks. */
  readonly chunkBytes: number;
}

/**
 * Puts every file in place, the marker last, and takes the parts of large files away again, whatever
 * the end is.
 *
 * @throws the first failure, once nothing is in flight any more; the signal's reason on abort.
 */
export async function putUpload(
  room: UploadRoom,
  upload: Upload,
  onProgress: (progress: UploadProgress) => void,
): Promise<UploadResult> {
  const { world } = room;
  // One signal by hand: asking one of `AbortSignal.any` costs a hundredth of a small upload each time.
  const stop = new AbortController();
  const cancel = (): void => {
    stop.abort(world.signal.reason);
  };
  world.signal.throwIfAborted();
  world.signal.addEventListener('abort', cancel, { once: true });
  const work = openWork(room, upload, onProgress, {
    signal: stop.signal,
    abort: (reason) => {
      stop.abort(reason);
    },
  });
  const files = upload.files.filter(({ name }) => !upload.reuse.has(name));
  const before = files.filter(({ name }) => name !== upload.marker);
  const last = files.filter(({ name }) => name === upload.marker);
  const running: Promise<UploadedFile>[] = [];
  const placeAll = async (some: readonly ArtifactFile[]): Promise<UploadedFile[]> => {
    const placed = some.map((file) => work.place(file));
    running.push(...placed);
    return await Promise.all(placed);
  };
  try {
    const placed = [...(await placeAll(before)), ...(await placeAll(last))];
    await work.tidy();
    work.progress.finish();
    return result([...placed, ...reusedFiles(upload)]);
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(running);
    await sweep(room, upload, work);
    world.signal.throwIfAborted();
    throw error;
  } finally {
    world.signal.removeEventListener('abort', cancel);
  }
}

interface Work {
  readonly progress: ProgressCount;
  /** Prefixes below which there may be parts. */
  readonly openPrefixes: Set<string>;
  /** Paths of the resumable sessions that are open. */
  readonly sessions: ReadonlySet<string>;
  place(file: ArtifactFile): Promise<UploadedFile>;
  /** Waits until the parts of all composed files are gone. */
  tidy(): Promise<void>;
}

function openWork(
  room: UploadRoom,
  upload: Upload,
  onProgress: (progress: UploadProgress) => void,
  { signal, abort }: { readonly signal: AbortSignal; readonly abort: (reason: unknown) => void },
): Work {
  const { baseUrl, transport, world, memory, chunkBytes } = room;
  const crew = openCrew(signal, requestsThatFit());
  const retrying = openRetrying(world, {
    succeeded: crew.succeeded,
    refused: () => {
      crew.refused();
      // Fewer connections are needed now, and open files may be what is short.
      transport.closeIdle();
    },
  });
  const api = openJsonApi(baseUrl, transport, retrying, world, signal);
  const workshop = {
    baseUrl,
    host: new URL(baseUrl).host,
    transport,
    retrying,
    api,
    world,
    signal,
    stop: abort,
    chunkBytes,
    sessions: new Set<string>(),
  };
  const given = new AbortController();
  const removing = AbortSignal.any([signal, given.signal]);
  const removal = openJsonApi(baseUrl, transport, retrying, world, removing);
  const pause = (): Promise<void> => world.clock.sleep(BETWEEN_LOOKS_MILLISECONDS, removing);
  const progress = openProgress(totals(upload), world.clock, onProgress);
  const openPrefixes = new Set<string>();
  const removals: Promise<void>[] = [];

  const large = async (target: ObjectName, file: ArtifactFile, path: string): Promise<InPlace> => {
    const prefix = partsPrefix(upload.directory);
    const { inPlace, parts } = await uploadLarge(
      workshop,
      memory,
      crew,
      target,
      prefix,
      file,
      path,
      {
        sent: progress.sent,
        partsBegun: () => {
          openPrefixes.add(prefix);
          upload.onParts?.(`gs://${upload.bucket}/${prefix}`, 'begun');
        },
      },
    );
    removals.push(
      removeParts(removal, crew, upload.bucket, prefix, parts, pause).then((gone) => {
        if (gone) partsGone(upload, openPrefixes, prefix);
      }),
    );
    return inPlace;
  };

  return {
    progress,
    openPrefixes,
    sessions: workshop.sessions,
    tidy: async () => {
      const timer = setTimeout(() => {
        given.abort(new Error('The parts of large files took too long to delete.'));
      }, REMOVAL_MILLISECONDS);
      await Promise.all(removals);
      clearTimeout(timer);
    },
    place: async (file) => {
      const target = { bucket: upload.bucket, name: upload.directory + file.name };
      const { source } = file;
      const isLarge = source.kind === 'local' && file.bytes > SMALL_BYTES;
      const { object, found } = isLarge
        ? await large(target, file, source.path)
        : await crew.run('whole', () => placeWhole(workshop, memory, target, file, source));
      if (!isLarge) progress.sent(file.bytes);
      progress.fileDone();
      const { bytes, crc32c, generation } = object;
      return { name: file.name, bytes, crc32c, generation, reused: found };
    },
  };
}

function placeWhole(
  workshop: Workshop,
  memory: HashedMemory,
  target: ObjectName,
  file: ArtifactFile,
  source: FileSource,
): Promise<InPlace> {
  return source.kind === 'local'
    ? uploadSmall(workshop, memory, target, file, source.path)
    : copyObject(workshop, source, target, file);
}

/** Gives up the open sessions, and deletes what is left below the prefixes of parts, as far as the time allows. */
async function sweep(
  room: UploadRoom,
  upload: Upload,
  { openPrefixes, sessions }: Work,
): Promise<void> {
  const { baseUrl, transport, world } = room;
  const milliseconds = world.signal.aborted
    ? SWEEP_WHEN_CANCELLED_MILLISECONDS
    : SWEEP_MILLISECONDS;
  const signal = AbortSignal.timeout(milliseconds);
  const crew = openCrew(signal);
  const api = openJsonApi(baseUrl, transport, openRetrying(world, crew), world, signal);
  const pause = (): Promise<void> => world.clock.sleep(BETWEEN_LOOKS_MILLISECONDS, signal);
  // Before the parts: the last bytes of a session may still be on their way, and make one.
  await cancelSessions(transport, sessions, signal);
  await Promise.all(
    [...openPrefixes].map(async (prefix) => {
      const gone = await sweepParts(api, crew, upload.bucket, prefix, pause);
      if (gone) partsGone(upload, openPrefixes, prefix);
    }),
  );
}

function partsGone(upload: Upload, openPrefixes: Set<string>, prefix: string): void {
  if (!openPrefixes.delete(prefix)) return;
  upload.onParts?.(`gs://${upload.bucket}/${prefix}`, 'removed');
}

function totals({ files, reuse }: Upload): { bytes: number; files: number } {
  const sent = files.filter(({ name }) => !reuse.has(name));
  return { bytes: sent.reduce((sum, { bytes }) => sum + bytes, 0), files: sent.length };
}

function reusedFiles({ files, reuse }: Upload): UploadedFile[] {
  return files.flatMap(({ name }) => {
    const object = reuse.get(name);
    if (object === undefined) return [];
    const { bytes, crc32c, generation } = object;
    return [{ name, bytes, crc32c, generation, reused: true }];
  });
}

function result(files: readonly UploadedFile[]): UploadResult {
  const uploaded = files.filter(({ reused }) => !reused);
  return {
    files: files.toSorted(compareNames),
    uploadedFiles: uploaded.length,
    uploadedBytes: uploaded.reduce((sum, { bytes }) => sum + bytes, 0),
    reusedFiles: files.length - uploaded.length,
  };
}
