import { randomUUID } from 'node:crypto';
import { Failure, ServiceError } from '../failure.ts';
import type { World } from '../world.ts';
import type { StoredObject } from './cloud-storage.ts';
import { CONTENT_TYPE } from './json-api.ts';
import type { JsonApi, ObjectName } from './json-api.ts';
import { jsonAnswer, storedObject } from './read-answer.ts';
import type { Retrying } from './retrying.ts';
import type { StorageRequest, Transport } from './transport.ts';

/** Everything that an upload works with, until `signal` aborts. */
export interface Workshop {
  /** Host of the service, for messages. */
  readonly host: string;
  readonly transport: Transport;
  readonly retrying: Retrying;
  readonly api: JsonApi;
  readonly world: World;
  readonly signal: AbortSignal;
  /** Aborts the signal: the failure of one file is the end of all. */
  readonly stop: (reason: unknown) => void;
}

/** What an object must be. */
export interface Content {
  readonly bytes: number;
  /** Base64 of the big-endian CRC-32C. */
  readonly crc32c: string;
}

/** An object that is in place with the right content. */
export interface InPlace {
  readonly object: StoredObject;
  /** Whether it was there before this run sent anything. */
  readonly found: boolean;
}

/** Path of an insert; `ifGenerationMatch=0` makes it safe to repeat. */
export function insertPath(
  bucket: string,
  uploadType: 'media' | 'multipart',
  name?: string,
): string {
  const query = `uploadType=${uploadType}&ifGenerationMatch=0`;
  const named = name === undefined ? '' : `&name=${encodeURIComponent(name)}`;
  return `/upload/storage/v1/b/${bucket}/o?${query}${named}`;
}

/** Random, so that no contents can hold it; one for the process, since randomness is not free. */
const BOUNDARY = randomUUID();

/** What comes before and after the contents in a multipart insert (JSON API, "Multipart upload"). */
export function multipartFrame(
  name: string,
  content: Content,
): { head: Buffer; tail: Buffer; contentType: string } {
  const resource = JSON.stringify({ name, contentType: CONTENT_TYPE, crc32c: content.crc32c });
  return {
    head: Buffer.from(
      `--${BOUNDARY}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n${resource}\r\n` +
        `--${BOUNDARY}\r\nContent-Type: ${CONTENT_TYPE}\r\n\r\n`,
    ),
    tail: Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
    contentType: `multipart/related; boundary=${BOUNDARY}`,
  };
}

/**
 * Makes a new object by a request that is safe to repeat, and compares what the service says it
 * received. An answer that is lost or unreadable, and a 412, are resolved by reading the object.
 *
 * @param makeRequest the request, made anew for each try
 * @param content what was sent; asked for after the request, since a stream is hashed on its way
 * @throws Failure `conflict` when an object of other content has that name, `transient` when the
 * contents arrived damaged (the object is deleted); ServiceError when the service refuses.
 */
export async function insertObject(
  workshop: Workshop,
  target: ObjectName,
  makeRequest: () => Promise<StorageRequest>,
  content: () => Promise<Content>,
): Promise<InPlace> {
  const { host, transport, retrying, api, world, signal } = workshop;
  const once = async (failure: ServiceError | undefined): Promise<InPlace> => {
    if (failure !== undefined && failure.httpStatus === undefined) {
      const object = await api.find(target);
      if (object !== undefined) return expectSame(target, object, await content(), false);
    }
    const request = await makeRequest();
    const json = jsonAnswer(
      await transport.send(request, signal),
      request,
      host,
      world.clock.now(),
    );
    const object = storedObject(json) ?? (await api.find(target));
    if (object === undefined) throw vanished(target, host);
    const sent = await content();
    if (isSame(object, sent)) return { object, found: false };
    await api.remove(target, object.generation);
    throw damaged(target, object, sent);
  };
  return await retrying.run(async (failure) => {
    try {
      return await once(failure);
    } catch (error) {
      if (!isTaken(error)) throw error;
      return await resolveTaken(workshop, target, await content(), failure === undefined);
    }
  }, signal);
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
