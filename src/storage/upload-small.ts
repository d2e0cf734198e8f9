import type { ArtifactFile } from '../artifact/artifact.ts';
import { crc32cText } from './crc32c.ts';
import type { HashedMemory } from './hashed-memory.ts';
import {
  insertObject,
  insertPath,
  multipartFrame,
  MULTIPART_TYPE,
  sendOnce,
} from './insert-object.ts';
import type { Content, InPlace, Workshop } from './insert-object.ts';
import type { ObjectName } from './json-api.ts';
import { openLocalFile } from './local-file.ts';
import type { StorageRequest } from './transport.ts';

/** Files up to this size are sent whole, in one request. */
export const SMALL_BYTES = 8 * 1024 * 1024;

/** Reads up to this size do not leave the thread: a turn through Node's pool costs more than they. */
const READ_NOW_BYTES = 128 * 1024;

/** Room for what comes before and after the contents: an object name has at most 1024 bytes, six times that in JSON. */
const HEAD_BYTES = 7 * 1024;
const TAIL_BYTES = 128;

/**
 * Uploads a file of at most `SMALL_BYTES` in one multipart request, contents and CRC-32C together, so
 * that the service itself refuses damaged ones. Read once, sent from where it was read to.
 */
export async function uploadSmall(
  workshop: Workshop,
  memory: HashedMemory,
  target: ObjectName,
  file: ArtifactFile,
  path: string,
): Promise<InPlace> {
  const block = await memory.borrow(HEAD_BYTES + file.bytes + TAIL_BYTES, workshop.signal);
  try {
    let content: Content | undefined;
    const read = async (): Promise<Content> => {
      const end = HEAD_BYTES + file.bytes;
      const bytes = block.bytes.subarray(HEAD_BYTES, end);
      const local = openLocalFile(file, path);
      try {
        if (file.bytes <= READ_NOW_BYTES) local.readNow(bytes, 0);
        else await local.read(bytes, 0);
        local.assertUnchanged();
      } finally {
        local.close();
      }
      return { bytes: file.bytes, crc32c: crc32cText(block.crc32c(0, HEAD_BYTES, end)) };
    };
    // Read inside the tries: opening may fail for want of descriptors, which passes.
    const makeRequest = async (): Promise<StorageRequest> => {
      content ??= await read();
      const frame = multipartFrame(target.name, content);
      const contentsEnd = HEAD_BYTES + file.bytes;
      const start = HEAD_BYTES - Buffer.byteLength(frame.head);
      block.bytes.write(frame.head, start);
      const end = contentsEnd + block.bytes.write(frame.tail, contentsEnd);
      return {
        method: 'POST',
        path: insertPath(target.bucket, 'multipart'),
        headers: { 'content-type': MULTIPART_TYPE },
        body: block.bytes.subarray(start, end),
      };
    };
    return await insertObject(workshop, target, {
      send: async () => await sendOnce(workshop, await makeRequest()),
      content: async () => (content ??= await read()),
    });
  } finally {
    block.release();
  }
}
