import { randomUUID } from 'node:crypto';
import { Failure, ServiceError } from '../failure.ts';
import type { JsonObject, World } from '../world.ts';
import type { StoredObject } from './cloud-storage.ts';
import { CONTENT_TYPE } from './json-api.ts';
import type { JsonApi, ObjectName } from './json-api.ts';
import { jsonAnswer, OBJECT_FIELDS, storedObject } from './read-answer.ts';
import type { Retrying, TriesOf } from './retrying.ts';
import type { StorageRequest, Transport } from './transport.ts';

/** Everything that an upload works with, until `signal` aborts. */
export interface Workshop {
  readonly baseUrl: string;
  /** Host of the service, for messages. */
  readonly host: string;
  readonly transport: Transport;
  readonly retrying: Retrying;
  readonly api: JsonApi;
  readonly world: World;
  readonly signal: AbortSignal;
  /** Aborts the signal: the failure of one file is the end of all. */
  readonly stop: (reason: unknown) => void;
  /** Most that one request carries of a part. */
  readonly chunkBytes: number;
  /** Paths of the resumable sessions that are open. */
  readonly sessions: Set<string>;
}

/** What an object must be. */
export interface Content {
  readonly bytes: number;
  /** Base64 of the big-endian CRC-32C. */
  readonly crc32c: string;
}

/** How the contents of one object get there. */
export interface Sender extends TriesOf {
  /** Sends them, or after a failure what is missing. Answers the object's resource, as it came. */
  send(failure: ServiceError | undefined): Promise<JsonObject>;
  /** What was sent; asked for after the request, since a stream is hashed on its way. */
  content(): Promise<Content>;
}

/** An object that is in place with the right content. */
export interface InPlace {
  readonly object: StoredObject;
  /** Whether it was there before this run sent anything. */
  readonly found: boolean;
}

/** How often contents are sent from their first byte again because the service forgot them. */
const MOST_RESTARTS = 2;

/** Path of an insert; `ifGenerationMatch=0` makes it safe to repeat. The answer tells what `storedObject` reads. */
export function insertPath(
  bucket: string,
  uploadType: 'media' | 'multipart' | 'resumable',
  name?: string,
): string {
  const query = `uploadType=${uploadType}&ifGenerationMatch=0&fields=${OBJECT_FIELDS}`;
  const named = name === undefined ? '' : `&name=${encodeURIComponent(name)}`;
  return `/upload/storage/v1/b/${bucket}/o?${query}${named}`;
}

/** Random, so that no contents can hold it; one for the process, since randomness is not free. */
const BOUNDARY = randomUUID();

/** Content type of a multipart insert. */
export const MULTIPART_TYPE = `multipart/related; boundary=${BOUNDARY}`;

/** What comes before and after the contents in a multipart insert (JSON API, "Multipart upload"). */
export function multipartFrame(name: string, content: Content): { head: string; tail: string } {
  const resource = JSON.stringify({ name, contentType: CONTENT_TYPE, crc32c: content.crc32c });
  return {
    head:
      `--${BOUNDARY}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n${resource}\r\n` +
      `--${BOUNDARY}\r\nContent-Type: ${CONTENT_TYPE}\r\n\r\n`,
    tail: `\r\n--${BOUNDARY}--\r\n`,
  };
}

/** Sends one request, and reads the JSON object that answers it. */
export async function sendOnce(
  { host, transport, world, signal }: Workshop,
  request: StorageRequest,
): Promise<JsonObject> {
  return jsonAnswer(await transport.send(request, signal), request, host, world.clock.now());
}

/**
 * Makes a new object by requests that are safe to repeat, and compares what the service says it
 * received. An answer that is lost or unreadable, and a 412, are resolved by reading the object; that the
 * service has forgotten an upload is outlived twice.
 *
 * @throws Failure `conflict` when an object of other content has that name, `transient` when the
 * contents arrived damaged (the object is deleted); ServiceError when the service refuses.
 */
export function insertObject(
  workshop: Workshop,
  target: ObjectName,
  sender: Sender,
): Promise<InPlace> {
  const { host, retrying, api, signal } = workshop;
  let gone = 0;
  const attempt = async (failure: ServiceError | undefined): Promise<InPlace> => {
    try {
      if (failure !== undefined && mayBeThere(failure)) {
        const object = await api.find(target);
        if (object !== undefined) return expectSame(target, object, await sender.content(), false);
      }
      const object = storedObject(await sender.send(failure)) ?? (await api.find(target));
      if (object === undefined) throw vanished(target, host);
      const sent = await sender.content();
      if (isSame(object, sent)) return { object, found: false };
      await api.remove(target, object.generation);
      throw damaged(target, object, sent);
    } catch (error) {
      if (!isTaken(error)) throw error;
      return await resolveTaken(workshop, target, await sender.content(), failure === undefined);
    }
  };
  return retrying.run(attempt, signal, {
    outlives: (error) => {
      if (!isForgotten(error) && sender.outlives?.(error) !== true) return false;
      gone += 1;
      return gone <= MOST_RESTARTS;
    },
    ...(sender.gained === undefined ? {} : { gained: sender.gained }),
  });
}

/**
 * Whether the service has lost what was sent. It also says 410 when one name is written too often; a
 * missing bucket is the one thing that a 404 to an upload says for good.
 */
function isForgotten({ httpStatus, serverMessage }: ServiceError): boolean {
  return (
    httpStatus === 410 || (httpStatus === 404 && !/bucket does not exist/i.test(serverMessage))
  );
}

/** Whether the object may be there although the request failed so. */
function mayBeThere({ httpStatus }: ServiceError): boolean {
  return httpStatus === undefined || httpStatus === 404 || httpStatus === 410;
}

/** Whether a request with `ifGenerationMatch=0` was refused because there is an object of that name. */
export function isTaken(error: unknown): boolean {
  return error instanceof ServiceError && error.httpStatus === 412;
}

/** What a 412 means: an object of that name is there; ours when its content is the same. */
export async function resolveTaken(
  { api, host }: Workshop,
  target: ObjectName,
  content: Content,
  found: boolean,
): Promise<InPlace> {
  const object = await api.find(target);
  if (object === undefined) throw vanished(target, host);
  return expectSame(target, object, content, found);
}

/** Whether an object holds this content, as far as size and CRC-32C tell. */
export function isSame(object: StoredObject, content: Content): boolean {
  return object.bytes === content.bytes && object.crc32c === content.crc32c;
}

/** @throws Failure `conflict` when the object holds other content. */
export function expectSame(
  target: ObjectName,
  object: StoredObject,
  content: Content,
  found: boolean,
): InPlace {
  if (isSame(object, content)) return { object, found };
  throw new Failure({
    code: 'conflict',
    what: `gs://${target.bucket}/${target.name} was written by somebody else while this run uploaded.`,
    why: `Another run is writing other content there: ${describe(object)} lie there, ${describe(content)} were to be uploaded.`,
    next: 'Let one run at a time deploy to this version (a concurrency group does that), and run this one again.',
  });
}

/** @throws nothing; says that what arrived is not what was sent. */
export function damaged(target: ObjectName, object: StoredObject, content: Content): Failure {
  return new Failure({
    code: 'transient',
    what: `gs://${target.bucket}/${target.name} arrived damaged and was deleted.`,
    why: `Cloud Storage received ${describe(object)}; ${describe(content)} were sent.`,
    next: 'Run the job again; if it happens again, check the memory and the network of the runner.',
  });
}

function vanished({ bucket, name }: ObjectName, host: string): ServiceError {
  return new ServiceError({
    service: 'Cloud Storage',
    request: `GET /storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`,
    host,
    transport: 'GARBLED',
    serverMessage: 'The object was there a moment ago and is gone.',
  });
}

function describe({ bytes, crc32c }: Content): string {
  return `${bytes} bytes with crc32c ${crc32c}`;
}
