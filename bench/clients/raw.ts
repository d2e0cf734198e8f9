import { closeSync, openSync, read, readdirSync, readSync, statSync } from 'node:fs';
import * as http from 'node:http';
import { join } from 'node:path';
import { combineCrc32c, crc32cText } from '../../src/storage/crc32c.ts';
import { makeCrc32cModule, TABLES_BYTES } from '../../src/storage/crc32c-module.ts';

/**
 * The limit: the leanest uploader that Node can be. One read, one CRC-32C and one write of each byte;
 * kept-alive connections; no retries, no progress, no look at what it could do wrong.
 *
 *     raw.js ORIGIN BUCKET PREFIX DIRECTORY STREAMS CONNECTIONS [blind]
 *
 * `blind` neither reads nor hashes and sends other bytes, as many: what then limits is the server.
 */
const [, , origin = '', bucket = '', prefix = '', directory = '', ...settings] = process.argv;
const streams = Number(settings[0]);
const connections = Number(settings[1]);
const blind = settings[2] === 'blind';

const LARGE_BYTES = 8 * 1024 * 1024;
const PIECE_BYTES = 512 * 1024;
const GRAIN_BYTES = 256 * 1024;
const HEAD_BYTES = 8 * 1024;
const BOUNDARY = 'c3f1a6d09b7e4258';

interface File {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  .map((name) => ({ name: name.replaceAll('\\', '/'), path: join(directory, name) }))
  .map((file) => ({ ...file, stat: statSync(file.path) }))
  .filter(({ stat }) => stat.isFile())
  .map(({ name, path, stat }): File => ({ name, path, bytes: stat.size }));
const small = files.filter(({ bytes }) => bytes <= LARGE_BYTES);
const large = files.filter(({ bytes }) => bytes > LARGE_BYTES);

const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 1024 });
const { hostname, port } = new URL(origin);

const smallRoom = HEAD_BYTES + Math.max(0, ...small.map(({ bytes }) => bytes)) + 64;
const smallWorkers = Math.min(connections, small.length);
const hash = makeCrc32cModule(smallWorkers * smallRoom + streams * 2 * PIECE_BYTES);

/** Sends one request; `write` streams the body, else it is `body`. */
function send(
  method: string,
  path: string,
  type: string,
  length: number,
  body: Buffer | ((request: http.ClientRequest) => Promise<void>),
): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        ...{ agent, hostname, port, method, path },
        headers: { 'content-type': type, 'content-length': length },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if ((answer.statusCode ?? 500) < 300) resolve(text);
          else reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`));
        });
      },
    );
    request.on('error', reject);
    if (Buffer.isBuffer(body)) request.end(body);
    else body(request).catch(reject);
  });
}

async function sendSmall({ name, path, bytes }: File, room: number): Promise<void> {
  const start = room + HEAD_BYTES;
  const end = start + bytes;
  if (!blind) {
    const descriptor = openSync(path, 'r');
    readSync(descriptor, hash.memory, start, bytes, 0);
    closeSync(descriptor);
  }
  const crc32c = blind ? {} : { crc32c: crc32cText(~hash.update(~0, start, bytes) >>> 0) };
  const head = Buffer.from(
    `--${BOUNDARY}\r\nContent-Type: application/json\r\n\r\n` +
      `${JSON.stringify({ name: prefix + name, ...crc32c })}\r\n` +
      `--${BOUNDARY}\r\nContent-Type: application/octet-stream\r\n\r\n`,
  );
  head.copy(hash.memory, start - head.length);
  const wholeEnd = end + hash.memory.write(`\r\n--${BOUNDARY}--\r\n`, end, 'latin1');
  const whole = hash.memory.subarray(start - head.length, wholeEnd);
  const target = `/upload/storage/v1/b/${bucket}/o?uploadType=multipart`;
  await send('POST', target, `multipart/related; boundary=${BOUNDARY}`, whole.length, whole);
}

interface Part {
  readonly file: File;
  readonly descriptor: number;
  readonly name: string;
  readonly start: number;
  readonly bytes: number;
}

function fill(descriptor: number, at: number, bytes: number, position: number): Promise<void> {
  if (blind) return Promise.resolve();
  return new Promise((resolve, reject) => {
    read(descriptor, hash.memory, at, bytes, position, (error, count) => {
      if (error) reject(error);
      else if (count < bytes) reject(new Error('A read came short.'));
      else resolve();
    });
  });
}

/** Two pieces in turn: the next is read while the last is written. Answers the part's checksum. */
async function sendPart(part: Part, room: number): Promise<number> {
  let crc = 0;
  const target = `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(part.name)}`;
  await send('POST', target, 'application/octet-stream', part.bytes, async (request) => {
    let written = Promise.resolve();
    for (let done = 0, half = 0; done < part.bytes; half = PIECE_BYTES - half) {
      const bytes = Math.min(PIECE_BYTES, part.bytes - done);
      const at = room + half;
      await fill(part.descriptor, at, bytes, part.start + done);
      if (!blind) crc = ~hash.update(~crc, at, bytes) >>> 0;
      await written;
      written = new Promise((resolve) => {
        request.write(hash.memory.subarray(at, at + bytes), () => {
          resolve();
        });
      });
      done += bytes;
    }
    await written;
    request.end();
  });
  return crc;
}

async function sendLarge(file: File, rooms: number[]): Promise<void> {
  const descriptor = openSync(file.path, 'r');
  const size = Math.ceil(file.bytes / streams / GRAIN_BYTES) * GRAIN_BYTES;
  const parts = Array.from({ length: Math.ceil(file.bytes / size) }, (_, index) => ({
    ...{ file, descriptor, start: index * size },
    name: `${prefix.replace(/\/$/, '')}.parts/${file.name}/${index}`,
    bytes: Math.min(size, file.bytes - index * size),
  }));
  const sums = await Promise.all(
    parts.map(async (part) => {
      const room = rooms.pop() ?? 0;
      const crc = await sendPart(part, room);
      rooms.push(room);
      return crc;
    }),
  );
  closeSync(descriptor);
  const crc = sums.reduce((sum, next, index) => combineCrc32c(sum, next, parts[index]?.bytes ?? 0));
  const compose = Buffer.from(
    JSON.stringify({
      sourceObjects: parts.map(({ name }) => ({ name })),
      destination: blind ? {} : { crc32c: crc32cText(crc) },
    }),
  );
  const objects = `/storage/v1/b/${bucket}/o`;
  const composed = `${objects}/${encodeURIComponent(prefix + file.name)}/compose`;
  const answer = await send('POST', composed, 'application/json', compose.length, compose);
  if (!blind && (JSON.parse(answer) as { crc32c: string }).crc32c !== crc32cText(crc)) {
    throw new Error(`${file.name} arrived damaged.`);
  }
  const remove = ({ name }: Part): Promise<string> =>
    send('DELETE', `${objects}/${encodeURIComponent(name)}`, 'text/plain', 0, Buffer.alloc(0));
  await Promise.all(parts.map(remove));
}

const waiting = [...small];
const smallRooms = Array.from(
  { length: smallWorkers },
  (_, index) => TABLES_BYTES + index * smallRoom,
);
const partRooms = Array.from(
  { length: streams },
  (_, index) => TABLES_BYTES + smallWorkers * smallRoom + index * 2 * PIECE_BYTES,
);
await Promise.all([
  ...smallRooms.map(async (room) => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      await sendSmall(file, room);
    }
  }),
  (async () => {
    for (const file of large) await sendLarge(file, partRooms);
  })(),
]);
agent.destroy();
