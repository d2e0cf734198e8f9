import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Exchange } from '../exchange.ts';
import { BodyCut } from '../faults.ts';
import { GoogleError } from '../google-error.ts';
import { readContentRange, type ContentRange } from './content-range.ts';
import type { ContentWriter } from './contents.ts';
import { asRecord, checkChecksums, readChecksums, writeFields } from './object-resource.ts';
import {
  checkPreconditions,
  wholeNumber,
  readPreconditions,
  type Preconditions,
} from './preconditions.ts';
import type { Bucket, BucketPlace, LiveObject, Store } from './store.ts';
import { answerObject, checkOrRemove, encodingOf, insertName, stillThere } from './uploads.ts';

/** The resumable uploads that are under way (reference, section 7). They never grow too old here. */
export interface Sessions {
  /** Answers the initiating request with the session's URI. */
  start(exchange: Exchange, place: BucketPlace): Promise<void>;
  /** Answers a PUT to a session's URI: bytes, the end, or the question how far it is. */
  send(exchange: Exchange, id: string): Promise<void>;
  /** Answers a DELETE of a session's URI. */
  cancel(exchange: Exchange, id: string): Promise<void>;
  /** Gives up those that are open. */
  close(): Promise<void>;
}

interface Session {
  readonly bucket: Bucket;
  readonly name: string;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly conditions: Preconditions;
  readonly writer: ContentWriter;
  /** Size of the object, once it is known. */
  total: number | undefined;
  /** The body that is being received. */
  body: Readable | undefined;
  /** Settles when what is being received has been kept. */
  received: Promise<void>;
  /** Set when the last byte has come: the object, or why there is none. */
  end: Promise<LiveObject> | undefined;
  over: boolean;
}

/** No resumable uploads yet. */
export function keepSessions(store: Store): Sessions {
  const sessions = new Map<string, Session>();

  function find(id: string): Session {
    const session = sessions.get(id);
    if (session === undefined) {
      throw new GoogleError({ httpStatus: 404, message: 'Upload session not found.' });
    }
    if (session.over)
      throw new GoogleError({
        httpStatus: 410,
        message: 'Upload session is over.',
        reason: 'gone',
      });
    return session;
  }

  return {
    async start(exchange, place) {
      const { query, headers, origin, path } = exchange;
      const bucket = store.bucket(place.bucket);
      const conditions = readPreconditions(query);
      const given = asRecord(await exchange.json(), 'object resource');
      const name = insertName(query, given);
      checkPreconditions(conditions, bucket.objects.get(name));
      const type = headers['x-upload-content-type'];
      const resource = {
        ...(typeof type === 'string' && { contentType: type }),
        ...encodingOf(query),
        ...given,
      };
      writeFields(resource);
      const id = randomBytes(24).toString('base64url');
      sessions.set(id, {
        bucket,
        name,
        resource,
        conditions,
        writer: store.contents.writer(typeof given['md5Hash'] === 'string'),
        total: wholeNumber(headers['x-upload-content-length'], 'X-Upload-Content-Length'),
        body: undefined,
        received: Promise.resolve(),
        end: undefined,
        over: false,
      });
      const parameters = new URLSearchParams({ uploadType: 'resumable', name, upload_id: id });
      exchange.sendBytes(200, undefined, {
        location: `${origin}${path}?${parameters.toString()}`,
        'x-guploader-uploadid': id,
      });
    },

    async send(exchange, id) {
      const session = find(id);
      if (session.end === undefined) {
        const range = readContentRange(exchange.headers);
        setTotal(session, range.total);
        if (range.kind === 'bytes') await takeTurn(session, exchange.body, range);
        else if (session.writer.bytes === session.total) await session.received;
      }
      if (session.end === undefined && session.writer.bytes === session.total) {
        session.end = finish(store, session, exchange.headers);
        session.end.catch(() => {
          session.over = true;
        });
      }
      if (session.end === undefined) answerIncomplete(exchange, session.writer.bytes);
      else answerObject(exchange, await session.end);
    },

    async cancel(exchange, id) {
      const session = find(id);
      session.over = true;
      if (session.end === undefined) await abandon(session);
      exchange.sendBytes(499, undefined);
    },

    async close() {
      const open = [...sessions.values()].filter(({ end, over }) => end === undefined && !over);
      await Promise.all(open.map(abandon));
    },
  };
}

function setTotal(session: Session, total: number | undefined): void {
  if (total === undefined) return;
  if (total !== (session.total ?? total)) {
    throw new GoogleError({
      httpStatus: 400,
      message: `This upload was said to have ${session.total ?? 0} bytes, now ${total}.`,
    });
  }
  if (session.writer.bytes > total) {
    throw new GoogleError({
      httpStatus: 400,
      message: `This upload has ${session.writer.bytes} bytes already, more than ${total}.`,
    });
  }
  session.total = total;
}

/** Receives a body; a body that is still being received for the same session is given up first. */
async function takeTurn(
  session: Session,
  body: Readable,
  range: ContentRange & { kind: 'bytes' },
): Promise<void> {
  session.body?.destroy(new BodyCut(session.writer.bytes));
  session.body = body;
  const before = session.received;
  const receiving = before.then(() => receive(session, body, range));
  session.received = receiving.then(
    () => undefined,
    () => undefined,
  );
  try {
    await receiving;
  } finally {
    if (session.body === body) session.body = undefined;
  }
}

/** Keeps the bytes from where the session is; also those of a body that is cut. */
async function receive(
  session: Session,
  body: Readable,
  range: ContentRange & { kind: 'bytes' },
): Promise<void> {
  const { writer } = session;
  if (range.first > writer.bytes) {
    throw new GoogleError({
      httpStatus: 503,
      message: `Bytes from ${range.first} were sent, but only ${writer.bytes} are there. Ask for the status.`,
    });
  }
  const end = range.last === undefined ? (session.total ?? Infinity) : range.last + 1;
  let position = range.first;
  for await (const chunk of body.iterator({ destroyOnReturn: false })) {
    const bytes = chunk as Buffer;
    const fresh = bytes.subarray(Math.max(0, writer.bytes - position), Math.max(0, end - position));
    position += bytes.length;
    if (fresh.length > 0) {
      const written = writer.write(fresh);
      if (written !== undefined) await written;
    }
  }
  if (position > end) {
    throw new GoogleError({ httpStatus: 400, message: `The body goes on beyond byte ${end - 1}.` });
  }
  if (range.last === undefined) session.total ??= writer.bytes;
}

async function finish(
  store: Store,
  session: Session,
  headers: IncomingHttpHeaders,
): Promise<LiveObject> {
  const { bucket, name, resource, conditions, writer } = session;
  const content = await writer.finish();
  await checkOrRemove(store, content, () => {
    stillThere(store, bucket);
    checkChecksums(readChecksums(resource, headers['x-goog-hash']), content);
  });
  const fields = writeFields({ metadata: metadataHeaders(headers) }, writeFields(resource));
  return store.put({ bucket, name, content, fields }, conditions);
}

/** `X-Goog-Meta-*` of the last request. */
function metadataHeaders(headers: IncomingHttpHeaders): Record<string, string> | undefined {
  const found = Object.entries(headers).filter(([name]) => name.startsWith('x-goog-meta-'));
  if (found.length === 0) return undefined;
  return Object.fromEntries(found.map(([name, value]) => [name.slice(12), String(value)]));
}

function answerIncomplete(exchange: Exchange, bytes: number): void {
  const range: Record<string, string> = bytes > 0 ? { range: `bytes=0-${bytes - 1}` } : {};
  if (exchange.headers['x-guploader-no-308'] === 'yes') {
    exchange.sendBytes(200, undefined, { ...range, 'x-http-status-code-override': '308' });
  } else exchange.sendBytes(308, undefined, range);
}

async function abandon(session: Session): Promise<void> {
  session.body?.destroy(new BodyCut(session.writer.bytes));
  await session.received;
  await session.writer.discard();
}
