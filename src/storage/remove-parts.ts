import type { StoredObject } from './cloud-storage.ts';
import type { Crew } from './crew.ts';
import type { JsonApi } from './json-api.ts';

/** A part may appear after a look, when its request was cut off late: nothing twice in a row is nothing. */
const EMPTY_LOOKS = 2;
const MOST_LOOKS = 4;

/**
 * Deletes the parts of a file that is in place.
 *
 * @returns whether nothing is left; never throws, since the file itself is well.
 */
export async function removeParts(
  api: JsonApi,
  crew: Crew,
  bucket: string,
  prefix: string,
  parts: readonly StoredObject[],
  pause: () => Promise<void>,
): Promise<boolean> {
  const removed = await removeAll(api, crew, bucket, parts);
  return removed || (await sweepParts(api, crew, bucket, prefix, pause));
}

/**
 * Deletes everything below a prefix that is this run's own, and looks again until nothing is there.
 *
 * @param pause between two looks
 * @returns whether nothing is left; never throws.
 */
export async function sweepParts(
  api: JsonApi,
  crew: Crew,
  bucket: string,
  prefix: string,
  pause: () => Promise<void>,
): Promise<boolean> {
  try {
    let emptyLooks = 0;
    for (let look = 0; look < MOST_LOOKS; look++) {
      const left = await api.list(bucket, prefix);
      if (left.length === 0) {
        emptyLooks += 1;
        if (emptyLooks === EMPTY_LOOKS) return true;
        await pause();
      } else {
        emptyLooks = 0;
        await removeAll(api, crew, bucket, left);
      }
    }
    return (await api.list(bucket, prefix)).length === 0;
  } catch {
    // What cannot be deleted is told as left over; the error that counts is the upload's.
    return false;
  }
}

async function removeAll(
  api: JsonApi,
  crew: Crew,
  bucket: string,
  objects: readonly StoredObject[],
): Promise<boolean> {
  const removals = objects.map(({ name, generation }) =>
    crew.run('whole', () => api.remove({ bucket, name }, generation)),
  );
  const ends = await Promise.allSettled(removals);
  return ends.every((end) => end.status === 'fulfilled' && end.value);
}
