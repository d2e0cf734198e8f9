import { ServiceError } from '../failure.ts';
import type { JsonObject } from '../world.ts';
import { combineCrc32c, crc32cText } from './crc32c.ts';
import type { HashedMemory } from './hashed-memory.ts';
import { insertPath } from './insert-object.ts';
import type { Sender, Workshop } from './insert-object.ts';
import { CONTENT_TYPE } from './json-api.ts';
import type { PartToSend } from './part.ts';
import { assertSuccess, jsonAnswer } from './read-answer.ts';
import { readHashed } from './read-hashed.ts';
import { readSessionAddress } from './session-address.ts';
import { requestLabel } from './transport.ts';
import type { StorageAnswer, StorageRequest, Transport } from './transport.ts';

/** To mask less would blank words of the log. */
const SHORTEST_SECRET = 8;

/** Cloud Storage's "Resume Incomplete": it has some of the bytes, or none, and waits for more. */
const INCOMPLETE = 308;

/**
 * Sends a part in chunks through a resumable session (JSON API, "Resumable uploads"). After a failure it
 * asks how much the service has and sends the rest; a session that the service has forgotten (404, 410)
 * is begun anew.
 */
export function sessionSender(
  workshop: Workshop,
  memory: HashedMemory,
  { target, file, range, sent }: PartToSend,
): Sender {
  const { host, transport, world, signal, sessions, chunkBytes } = workshop;
  let session: string | undefined;
  let lost: ServiceError | undefined;
  /** Bytes that the service has said it has, and their CRC-32C. */
  let kept = 0;
  let checksum = 0;
  let counted = 0;

  const hash = (bytes: number): Promise<number> =>
    readHashed(file, { start: range.start, bytes }, memory, signal, () => Promise.resolve());
  const count = (bytes: number): void => {
    sent(bytes - counted);
    counted = bytes;
  };
  const end = (): void => {
    if (session !== undefined) sessions.delete(session);
    session = undefined;
  };

  const begin = async (): Promise<string> => {
    const request = {
      method: 'POST',
      path: insertPath(target.bucket, 'resumable', target.name),
      headers: {
        'content-type': 'application/json',
        'x-upload-content-type': CONTENT_TYPE,
        'x-upload-content-length': String(range.bytes),
      },
      body: Buffer.from('{}'),
    };
    const answer = await transport.send(request, signal);
    assertSuccess(answer, request, host, world.clock.now());
    const address = readSessionAddress(answer.headers.location, workshop.baseUrl);
    if (address.id.length >= SHORTEST_SECRET) world.runner.setSecret(address.id);
    sessions.add(address.path);
    kept = 0;
    checksum = 0;
    count(0);
    return address.path;
  };

  /** Answers the object's resource when the session is complete. */
  const take = async (
    answer: StorageAnswer,
    request: StorageRequest,
    sentBytes: number,
    sentChecksum: number | undefined,
  ): Promise<JsonObject | undefined> => {
    if (answer.status !== INCOMPLETE) {
      if (sentBytes > 0 && kept + sentBytes < range.bytes) {
        // An end before the end: asked again, it tells what it has.
        assertSuccess(answer, request, host, world.clock.now());
        throw garbled(request, host, 'it ended before all was sent');
      }
      const resource = jsonAnswer(answer, request, host, world.clock.now());
      if (sentChecksum !== undefined) {
        checksum = combineCrc32c(checksum, sentChecksum, sentBytes);
        kept += sentBytes;
      }
      end();
      return resource;
    }
    const told = keptBytes(answer, request, host);
    if (told > range.bytes) throw garbled(request, host, `it has ${told} bytes`);
    if (told === kept + sentBytes && sentChecksum !== undefined) {
      checksum = combineCrc32c(checksum, sentChecksum, sentBytes);
    } else if (told !== kept) checksum = await hash(told);
    const isShort = told < kept + sentBytes;
    kept = told;
    count(kept);
    if (isShort || kept === range.bytes) throw garbled(request, host, `it has ${kept} bytes only`);
    return undefined;
  };

  const ask = async (path: string): Promise<JsonObject | undefined> => {
    const request = {
      method: 'PUT',
      path,
      headers: { 'content-length': '0', 'content-range': `bytes */${range.bytes}` },
    };
    return await take(await transport.send(request, signal), request, 0, undefined);
  };

  const sendChunk = async (path: string): Promise<JsonObject | undefined> => {
    const bytes = Math.min(chunkBytes, range.bytes - kept);
    const chunk = { start: range.start + kept, bytes };
    let chunkChecksum: number | undefined;
    const request = {
      method: 'PUT',
      path,
      headers: {
        'content-type': CONTENT_TYPE,
        'content-range': `bytes ${kept}-${kept + bytes - 1}/${range.bytes}`,
      },
      body: {
        bytes,
        send: async (write: (piece: Buffer) => Promise<void>) => {
          chunkChecksum = await readHashed(file, chunk, memory, signal, async (piece) => {
            await write(piece);
            count(counted + piece.length);
          });
        },
      },
    };
    return await take(await transport.send(request, signal), request, bytes, chunkChecksum);
  };

  return {
    send: async (failure) => {
      const isNew = session === undefined;
      const path = (session ??= await begin());
      try {
        let resource = isNew || failure === undefined ? undefined : await ask(path);
        while (resource === undefined) resource = await sendChunk(path);
        return resource;
      } catch (error) {
        if (error instanceof ServiceError && isOver(error)) {
          lost = error;
          end();
        }
        throw error;
      }
    },
    content: async () => {
      // The last chunk's own answer can be lost, or come before its last byte was hashed.
      const whole = kept === range.bytes ? checksum : await hash(range.bytes);
      file.assertUnchanged();
      return { bytes: range.bytes, crc32c: crc32cText(whole) };
    },
    outlives: (error) => error === lost,
    gained: () => kept,
  };
}

/** Gives up sessions, so that nothing of them is stored later; whether that works is all the same. */
export async function cancelSessions(
  transport: Transport,
  sessions: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<void> {
  const headers = { 'content-length': '0' };
  await Promise.allSettled(
    [...sessions].map((path) => transport.send({ method: 'DELETE', path, headers }, signal)),
  );
}

function isOver({ httpStatus }: ServiceError): boolean {
  return httpStatus === 404 || httpStatus === 410;
}

/** What `Range: bytes=0-P` tells; without it there is nothing. */
function keptBytes(answer: StorageAnswer, request: StorageRequest, host: string): number {
  const { range } = answer.headers;
  if (range === undefined) return 0;
  const last = /^bytes=0-(\d{1,15})$/.exec(range)?.[1];
  if (last === undefined) throw garbled(request, host, `its Range is "${range}"`);
  return Number(last) + 1;
}

function garbled(request: StorageRequest, host: string, how: string): ServiceError {
  return new ServiceError({
    service: 'Cloud Storage',
    request: requestLabel(request),
    host,
    transport: 'GARBLED',
    serverMessage: `The upload session cannot go on as it should: ${how}.`,
  });
}
