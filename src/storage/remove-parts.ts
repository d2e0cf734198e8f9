import type { StoredObject } from './cloud-storage.ts';
import type { Crew } from './crew.ts';
import type { JsonApi } from './json-api.ts';

/** A part may appear while the first look is under way, when its request was cut off late. */
const LOOKS = 3;

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
): Promise<boolean> {
  const removed = await removeAll(api, crew, bucket, parts);
  return removed || (await sweepParts(api, crew, bucket, prefix));
}

/**
 * Deletes everything below a prefix that is this run's own, and looks again until nothing is there.
 *
 * @returns whether nothing is left; never throws.
 */
export async function sweepParts(
  api: JsonApi,
  crew: Crew,
  bucket: string,
  prefix: string,
): Promise<boolean> {
  try {
    for (let look = 0; look < LOOKS; look++) {
      const left = await api.list(bucket, prefix);
      if (left.length === 0) return true;
      await removeAll(api, crew, bucket, left);
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
  return ends.every(({ status }) => status === 'fulfilled');
}
