import type { StoredObject } from './cloud-storage.ts';
import { combineCrc32c, crc32cText, parseCrc32c } from './crc32c.ts';
import { damaged, isSame, isTaken, resolveTaken } from './insert-object.ts';
import type { Content, InPlace, Workshop } from './insert-object.ts';
import type { ObjectName } from './json-api.ts';
import { groupsToCompose, MOST_COMPOSED } from './parts.ts';

/** What is in place, and the objects it was made from, which are now to be removed. */
export interface Composed {
  readonly inPlace: InPlace;
  readonly parts: readonly StoredObject[];
}

/** Name of a part; round 0 is what was uploaded, the others what was composed on the way. */
export function partName(prefix: string, round: number, index: number): string {
  return `${prefix}${round}-${String(index).padStart(4, '0')}`;
}

/**
 * Composes objects in rounds of at most 32 until there is one, under the target's name, and compares
 * its CRC-32C with the one that follows from theirs.
 *
 * @throws Failure `conflict` when an object of other content has that name, `transient` when what was
 * composed is not what was sent.
 */
export async function composeParts(
  workshop: Workshop,
  target: ObjectName,
  prefix: string,
  parts: readonly StoredObject[],
): Promise<Composed> {
  let row = parts;
  const made = [...parts];
  for (let round = 1; row.length > MOST_COMPOSED; round++) {
    const groups = groupsToCompose(row).map((group, index) =>
      compose(workshop, { bucket: target.bucket, name: partName(prefix, round, index) }, group),
    );
    row = (await Promise.all(groups)).map(({ object }) => object);
    made.push(...row);
  }
  return { inPlace: await compose(workshop, target, row), parts: made };
}

async function compose(
  workshop: Workshop,
  target: ObjectName,
  parts: readonly StoredObject[],
): Promise<InPlace> {
  const content = contentOf(parts);
  try {
    const object = await workshop.api.compose(
      target,
      parts.map(({ name, generation }) => ({ name, generation })),
    );
    if (isSame(object, content)) return { object, found: false };
    await workshop.api.remove(target, object.generation);
    throw damaged(target, object, content);
  } catch (error) {
    if (!isTaken(error)) throw error;
    // What the first, unanswered try has made may be read a moment later only.
    const { retrying, signal } = workshop;
    return await retrying.run(() => resolveTaken(workshop, target, content, false), signal);
  }
}

/** Size and CRC-32C of objects put one after the other. */
function contentOf(parts: readonly StoredObject[]): Content {
  let checksum = 0;
  let bytes = 0;
  for (const part of parts) {
    checksum = combineCrc32c(checksum, parseCrc32c(part.crc32c), part.bytes);
    bytes += part.bytes;
  }
  return { bytes, crc32c: crc32cText(checksum) };
}
