import { randomBytes } from 'node:crypto';
import type { ArtifactFile } from '../artifact/artifact.ts';
import type { StoredObject } from './cloud-storage.ts';
import { composeParts, partName } from './compose-parts.ts';
import type { Composed } from './compose-parts.ts';
import type { Crew } from './crew.ts';
import type { HashedMemory } from './hashed-memory.ts';
import { insertObject } from './insert-object.ts';
import type { InPlace, Workshop } from './insert-object.ts';
import type { ObjectName } from './json-api.ts';
import { openLocalFile } from './local-file.ts';
import type { LocalFile } from './local-file.ts';
import { cutIntoParts } from './parts.ts';
import type { Range } from './read-hashed.ts';
import { sessionSender } from './send-in-session.ts';
import { wholeSender } from './send-whole.ts';

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
    const { object } = await uploadPart(workshop, memory, part, local, range, events.sent);
    return object;
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

function uploadPart(
  workshop: Workshop,
  memory: HashedMemory,
  target: ObjectName,
  file: LocalFile,
  range: Range,
  sent: (bytes: number) => void,
): Promise<InPlace> {
  const part = { target, file, range, sent };
  const sender =
    range.bytes > workshop.chunkBytes
      ? sessionSender(workshop, memory, part)
      : wholeSender(workshop, memory, part);
  return insertObject(workshop, target, sender);
}
