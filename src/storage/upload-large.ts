import { randomBytes } from 'node:crypto';
import type { ArtifactFile } from '../artifact/artifact.ts';
import type { StoredObject } from './cloud-storage.ts';
import { composeParts, partName } from './compose-parts.ts';
import type { Composed } from './compose-parts.ts';
import { crc32cText } from './crc32c.ts';
import type { Crew } from './crew.ts';
import type { HashedMemory } from './hashed-memory.ts';
import { insertObject, insertPath } from './insert-object.ts';
import type { Content, Workshop } from './insert-object.ts';
import { CONTENT_TYPE } from './json-api.ts';
import type { ObjectName } from './json-api.ts';
import { openLocalFile } from './local-file.ts';
import type { LocalFile } from './local-file.ts';
import { cutIntoParts } from './parts.ts';
import { readHashed } from './read-hashed.ts';
import type { Range } from './read-hashed.ts';

/** Who is told of what a large upload does. */
export interface LargeUploadEvents {
  /** Bytes handed to the network; negative when they have to be sent again. */
  readonly sent: (bytes: number) => void;
  /** Before the first object below the prefix is made. */
  readonly partsBegun: () => void;
}

/** Prefix of the parts of one file: beside the deployment directory, never inside it. */
export function partsPrefix(directory: string): string {
  return `${directory.replace(/\/$/, '')}.parts-${randomBytes(8).toString('hex')}/`;
}

/**
 * Uploads a file in parallel parts and composes them to an object of its name. Each byte is read once;
 * the CRC-32C of the whole comes from those of the parts and is compared with the composed object's.
 */
export async function uploadLarge(
  workshop: Workshop,
  memory: HashedMemory,
  crew: Crew,
  target: ObjectName,
  prefix: string,
  file: ArtifactFile,
  path: string,
  events: LargeUploadEvents,
): Promise<Composed> {
  const { retrying, signal, stop } = workshop;
  let opening: Promise<LocalFile> | undefined;
  // Opened when its first part has its turn, so that few files are open at once; for want of
  // descriptors it may fail in passing.
  const open = (): Promise<LocalFile> => {
    events.partsBegun();
    return retrying.run(() => Promise.resolve(openLocalFile(file, path)), signal);
  };
  const upload = async (range: Range, index: number): Promise<StoredObject> => {
    const local = await (opening ??= open());
    const part = { bucket: target.bucket, name: partName(prefix, 0, index) };
    return await uploadPart(workshop, memory, part, local, range, events.sent);
  };
  try {
    const uploads = cutIntoParts(file.bytes).map((range, index) =>
      crew.run('stream', () => upload(range, index)),
    );
    // Whatever fails, no part may still be reading when the file is closed.
    for (const part of uploads) part.catch(stop);
    await Promise.allSettled(uploads);
    const parts = await Promise.all(uploads);
    const local = await opening;
    local?.assertUnchanged();
    local?.assertStillNamed();
    return await composeParts(workshop, target, prefix, parts);
  } finally {
    await opening?.then(
      (local) => {
        local.close();
      },
      () => undefined,
    );
  }
}

async function uploadPart(
  workshop: Workshop,
  memory: HashedMemory,
  target: ObjectName,
  file: LocalFile,
  range: Range,
  sent: (bytes: number) => void,
): Promise<StoredObject> {
  const { signal } = workshop;
  let checksum: number | undefined;
  let counted = 0;
  const makeRequest = () => ({
    method: 'POST',
    path: insertPath(target.bucket, 'media', target.name),
    headers: { 'content-type': CONTENT_TYPE },
    body: {
      bytes: range.bytes,
      send: async (write: (bytes: Buffer) => Promise<void>) => {
        sent(-counted);
        counted = 0;
        checksum = await readHashed(file, range, memory, signal, async (piece) => {
          await write(piece);
          counted += piece.length;
          sent(piece.length);
        });
      },
    },
  });
  const content = async (): Promise<Content> => {
    // An answer can come before the last byte was hashed: a 412, say.
    checksum ??= await readHashed(file, range, memory, signal, () => Promise.resolve());
    return { bytes: range.bytes, crc32c: crc32cText(checksum) };
  };
  const { object } = await insertObject(
    workshop,
    target,
    () => Promise.resolve(makeRequest()),
    content,
  );
  return object;
}
