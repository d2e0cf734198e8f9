import type { ArtifactFile, FileSource } from '../artifact/artifact.ts';
import type { World } from '../world.ts';
import type { Upload, UploadedFile, UploadProgress } from './cloud-storage.ts';
import { copyObject } from './copy-object.ts';
import { openCrew } from './crew.ts';
import type { HashedMemory } from './hashed-memory.ts';
import type { InPlace, Workshop } from './insert-object.ts';
import { openJsonApi } from './json-api.ts';
import type { ObjectName } from './json-api.ts';
import { requestsThatFit } from './open-files.ts';
import { removeParts } from './remove-parts.ts';
import { openRetrying } from './retrying.ts';
import type { Transport } from './transport.ts';
import { partsPrefix, uploadLarge } from './upload-large.ts';
import { openProgress } from './upload-progress.ts';
import type { ProgressCount } from './upload-progress.ts';
import { SMALL_BYTES, uploadSmall } from './upload-small.ts';

/** How long a file that is in place waits for its parts to go: what stays is named, and the deploy goes on. */
const REMOVAL_MILLISECONDS = 5000;
/** Between two looks whether parts are gone. */
export const BETWEEN_LOOKS_MILLISECONDS = 250;

/** What all uploads of a run share. */
export interface UploadRoom {
  readonly baseUrl: string;
  readonly transport: Transport;
  readonly memory: HashedMemory;
  readonly world: World;
  /** Parts up to this size are one request each; larger ones go through sessions in such chunks. */
  readonly chunkBytes: number;
}

type LocalSource = Extract<FileSource, { kind: 'local' }>;

/** The work of one upload, file by file. */
export interface Work {
  readonly progress: ProgressCount;
  /** Prefixes below which there may be parts. */
  readonly openPrefixes: Set<string>;
  /** Paths of the resumable sessions that are open. */
  readonly sessions: ReadonlySet<string>;
  place(file: ArtifactFile): Promise<UploadedFile>;
  /** Waits until the parts of all composed files are gone. */
  tidy(): Promise<void>;
}

/** Opens the work until `signal` aborts; `abort` makes it so, since the failure of one file is the end of all. */
export function openWork(
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
      const { object, found } = isLarge(file)
        ? await large(target, file, file.source.path)
        : await crew.run('whole', () => placeWhole(workshop, memory, target, file));
      if (!isLarge(file)) progress.sent(file.bytes);
      progress.fileDone();
      const { bytes, crc32c, generation } = object;
      return { name: file.name, bytes, crc32c, generation, reused: found };
    },
  };
}

/** Whether a file is sent in parts. */
export function isLarge(file: ArtifactFile): file is ArtifactFile & { source: LocalSource } {
  return file.source.kind === 'local' && file.bytes > SMALL_BYTES;
}

function placeWhole(
  workshop: Workshop,
  memory: HashedMemory,
  target: ObjectName,
  file: ArtifactFile,
): Promise<InPlace> {
  const { source } = file;
  return source.kind === 'local'
    ? uploadSmall(workshop, memory, target, file, source.path)
    : copyObject(workshop, source, target, file);
}

/** Tells once that nothing is left below a prefix of parts. */
export function partsGone(upload: Upload, openPrefixes: Set<string>, prefix: string): void {
  if (!openPrefixes.delete(prefix)) return;
  upload.onParts?.(`gs://${upload.bucket}/${prefix}`, 'removed');
}

function totals({ files, reuse }: Upload): { bytes: number; files: number } {
  const sent = files.filter(({ name }) => !reuse.has(name));
  return { bytes: sent.reduce((sum, { bytes }) => sum + bytes, 0), files: sent.length };
}
