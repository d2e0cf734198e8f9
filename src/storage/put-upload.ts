import type { ArtifactFile } from '../artifact/artifact.ts';
import type { Upload, UploadedFile, UploadProgress, UploadResult } from './cloud-storage.ts';
import { HIGHEST_LIMIT, openCrew } from './crew.ts';
import { openJsonApi } from './json-api.ts';
import { sweepParts } from './remove-parts.ts';
import { openRetrying } from './retrying.ts';
import { cancelSessions } from './send-in-session.ts';
import { compareNames } from './tree-digest.ts';
import { BETWEEN_LOOKS_MILLISECONDS, isLarge, openWork, partsGone } from './upload-work.ts';
import type { UploadRoom, Work } from './upload-work.ts';

/** How long parts are looked for and deleted after a failure, in milliseconds; a cancelled job has less time. */
const SWEEP_MILLISECONDS = 20_000;
const SWEEP_WHEN_CANCELLED_MILLISECONDS = 2000;

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
  const placed: UploadedFile[] = [];
  const running: Promise<void>[] = [];
  const placeInTurn = async (some: Iterable<ArtifactFile>): Promise<void> => {
    for (const file of some) placed.push(await work.place(file));
  };
  const placeAll = async (some: readonly ArtifactFile[]): Promise<void> => {
    // Small ones in as many rows as are ever in flight, which take from one list: thousands that wait
    // for their turn by themselves cost memory.
    const small = some.filter((file) => !isLarge(file)).values();
    running.push(
      ...some.filter(isLarge).map((file) => placeInTurn([file])),
      ...Array.from({ length: HIGHEST_LIMIT }, () => placeInTurn(small)),
    );
    await Promise.all(running);
  };
  try {
    await placeAll(before);
    await placeAll(last);
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
