import { createHash, type Hash } from 'node:crypto';
import { createReadStream, writeFileSync } from 'node:fs';
import { copyFile, mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Md5Memory } from '../exchange.ts';
import { combineCrc32c, crc32c } from './crc32c.ts';

/** The bytes of one object: immutable, on disk. */
export interface Content {
  readonly bytes: number;
  readonly crc32c: number;
  /** Base64; absent on composites, or when MD5 is switched off. */
  readonly md5: string | undefined;
  /** Absent when contents are not kept. */
  readonly path: string | undefined;
}

/** Bytes on their way in. Written in order; hashed as they pass. */
export interface ContentWriter {
  readonly bytes: number;
  /** Takes the chunk over; await it before the next. */
  write(chunk: Buffer): Promise<void> | void;
  finish(): Promise<Content>;
  discard(): Promise<void>;
}

/** Where contents are kept. */
export interface Contents {
  /** `md5` asks for an MD5 also where they are switched off, because the sender gave one to compare. */
  writer(md5: boolean): ContentWriter;
  /** The bytes from `start` to before `end`. */
  read(content: Content, start: number, end: number): Readable;
  /** One content out of several, in order; its CRC-32C is computed from theirs, and it has no MD5. */
  join(contents: readonly Content[]): Promise<Content>;
  copy(content: Content): Promise<Content>;
  remove(content: Content): Promise<void>;
}

/** How contents are kept. */
export interface ContentsOptions {
  /** An existing directory; a new one is made in it. */
  readonly directory: string;
  /** `false`: hashed, then thrown away. */
  readonly keep: boolean;
  readonly md5: boolean | Md5Memory;
}

/** Bytes gathered before they are written to disk. */
const gathered = 1 << 20;
/** Contents up to this size are written by one blocking call, which is faster than three others. */
const small = 1 << 18;

/** Keeps contents as files under opaque names in a new directory. */
export async function keepContents(options: ContentsOptions): Promise<Contents> {
  const directory = await mkdtemp(join(options.directory, 'contents-'));
  const memory = typeof options.md5 === 'boolean' ? undefined : options.md5;
  const computes = (): boolean => memory?.learning ?? options.md5 === true;
  let made = 0;
  const newPath = (): string | undefined => {
    made += 1;
    return options.keep ? join(directory, String(made)) : undefined;
  };
  return {
    writer: (md5) => makeWriter(newPath(), md5 || computes(), memory),
    read: (content, start, end) =>
      createReadStream(kept(content), { start, end: end - 1, highWaterMark: gathered }),
    join: async (contents) => {
      const path = newPath();
      if (path !== undefined) await concatenate(contents.map(kept), path);
      let bytes = 0;
      let crc = 0;
      for (const content of contents) {
        crc = combineCrc32c(crc, content.crc32c, content.bytes);
        bytes += content.bytes;
      }
      return { bytes, crc32c: crc, md5: undefined, path };
    },
    copy: async (content) => {
      const path = newPath();
      if (path !== undefined) await copyFile(kept(content), path);
      return { ...content, path };
    },
    remove: async ({ path }) => {
      if (path !== undefined) await rm(path, { force: true });
    },
  };
}

function kept(content: Content): string {
  if (content.path === undefined)
    throw new Error('This emulator was started with keepContents: false.');
  return content.path;
}

async function concatenate(paths: readonly string[], to: string): Promise<void> {
  const [first, ...others] = paths;
  if (first === undefined) throw new Error('Nothing to join.');
  await copyFile(first, to);
  const target = await open(to, 'a');
  try {
    for (const path of others) {
      for await (const chunk of createReadStream(path, { highWaterMark: gathered })) {
        await target.writeFile(chunk as Buffer);
      }
    }
  } finally {
    await target.close();
  }
}

function makeWriter(
  path: string | undefined,
  md5: boolean,
  memory: Md5Memory | undefined,
): ContentWriter {
  const hash: Hash | undefined = md5 ? createHash('md5') : undefined;
  let crc = 0;
  let bytes = 0;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let file: FileHandle | undefined;
  let writing: Promise<unknown> | undefined;

  async function flush(to: string): Promise<void> {
    await writing;
    file ??= await open(to, 'w');
    writing = writeAll(file, waiting);
    // A failure is seen at the next await of it.
    writing.catch(() => undefined);
    waiting = [];
    waitingBytes = 0;
  }

  return {
    get bytes() {
      return bytes;
    },
    write(chunk) {
      crc = crc32c(chunk, crc);
      hash?.update(chunk);
      bytes += chunk.length;
      if (path === undefined) return;
      waiting.push(chunk);
      waitingBytes += chunk.length;
      if (waitingBytes >= gathered) return flush(path);
    },
    async finish() {
      if (path !== undefined) {
        if (file === undefined && waitingBytes <= small) {
          writeFileSync(path, Buffer.concat(waiting));
        } else {
          await flush(path);
          await writing;
          await file?.close();
        }
      }
      const digest = hash?.digest('base64');
      const key = `${bytes} ${crc}`;
      if (digest !== undefined) memory?.known.set(key, digest);
      return { bytes, crc32c: crc, md5: digest ?? memory?.known.get(key), path };
    },
    async discard() {
      await writing?.catch(() => undefined);
      await file?.close();
      if (path !== undefined && file !== undefined) await rm(path, { force: true });
    },
  };
}

async function writeAll(file: FileHandle, chunks: readonly Buffer[]): Promise<void> {
  const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const { bytesWritten } = await file.writev(chunks);
  if (bytesWritten < total) await file.writeFile(Buffer.concat(chunks).subarray(bytesWritten));
}
