import { crc32cText } from './crc32c.ts';
import type { HashedMemory } from './hashed-memory.ts';
import { insertPath, sendOnce } from './insert-object.ts';
import type { Sender, Workshop } from './insert-object.ts';
import { CONTENT_TYPE } from './json-api.ts';
import type { PartToSend } from './part.ts';
import { readHashed } from './read-hashed.ts';

/** Sends a part in one request; after a failure, from its first byte again. */
export function wholeSender(
  workshop: Workshop,
  memory: HashedMemory,
  { target, file, range, sent }: PartToSend,
): Sender {
  const { signal } = workshop;
  let checksum: number | undefined;
  let counted = 0;
  return {
    send: () =>
      sendOnce(workshop, {
        method: 'POST',
        path: insertPath(target.bucket, 'media', target.name),
        headers: { 'content-type': CONTENT_TYPE },
        body: {
          bytes: range.bytes,
          send: async (write) => {
            sent(-counted);
            counted = 0;
            checksum = await readHashed(file, range, memory, signal, async (piece) => {
              await write(piece);
              counted += piece.length;
              sent(piece.length);
            });
          },
        },
      }),
    content: async () => {
      // An answer can come before the last byte was hashed: a 412, say.
      checksum ??= await readHashed(file, range, memory, signal, () => Promise.resolve());
      file.assertUnchanged();
      return { bytes: range.bytes, crc32c: crc32cText(checksum) };
    },
  };
}
