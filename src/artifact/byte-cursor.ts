import { Readable } from 'node:stream';
import { createUnzip } from 'node:zlib';
import { type ByteSource, Malformed, OutOfReach } from './byte-source.ts';
import { systemCode } from './system-code.ts';

/** Chunks of a file from its beginning, that can step over some. */
export interface ByteFeed {
  /** The next bytes; `undefined` at the end. */
  next(): Promise<Buffer | undefined>;
  /** Steps over bytes without handing them out; how many there were, at most `count`. */
  skip(count: number): Promise<number>;
}

const CHUNK = 256 * 1024;
/** What a compressed file may unfold to before we stop looking. */
const MOST_UNFOLDED = 1024 * 1024 * 1024;

/** The bytes as they are stored; skipping reads nothing. */
export function storedFeed(source: ByteSource): ByteFeed {
  let offset = 0;
  return {
    async next() {
      const chunk = await source.read(offset, CHUNK);
      offset += chunk.length;
      return chunk.length > 0 ? chunk : undefined;
    },
    skip(count) {
      const skipped = Math.min(count, Math.max(0, source.size - offset));
      offset += skipped;
      return Promise.resolve(skipped);
    },
  };
}

/**
 * The bytes of a gzip or zlib file, unfolded as they are asked for and thrown away after. `next` throws
 * `Malformed` where the compression is broken and `OutOfReach` beyond 1 GiB.
 */
export function unfoldedFeed(source: ByteSource): ByteFeed & { close(): void } {
  const stored = storedFeed(source);
  const packed = Readable.from(
    (async function* () {
      for (let chunk = await stored.next(); chunk; chunk = await stored.next()) yield chunk;
    })(),
  );
  const unfolded = createUnzip({ chunkSize: CHUNK });
  packed.on('error', (error) => unfolded.destroy(error));
  const chunks = packed.pipe(unfolded)[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
  let total = 0;
  let held: Buffer | undefined;

  async function next(): Promise<Buffer | undefined> {
    if (held) {
      const chunk = held;
      held = undefined;
      return chunk;
    }
    if (total > MOST_UNFOLDED) throw new OutOfReach('It unfolds to more than 1 GiB.');
    try {
      const chunk = (await chunks.next()).value;
      total += chunk?.length ?? 0;
      return chunk;
    } catch (error) {
      const code = systemCode(error);
      if (!code?.startsWith('Z_')) throw error;
      throw new Malformed(
        code === 'Z_BUF_ERROR'
          ? 'It is cut short: its compressed data ends too early.'
          : 'Its compressed data is broken.',
        { cause: error },
      );
    }
  }

  return {
    next,
    async skip(count) {
      let skipped = 0;
      while (skipped < count) {
        const chunk = await next();
        if (!chunk) break;
        const part = Math.min(chunk.length, count - skipped);
        if (part < chunk.length) held = chunk.subarray(part);
        skipped += part;
      }
      return skipped;
    },
    close() {
      packed.destroy();
      unfolded.destroy();
    },
  };
}

/**
 * Reads a feed in small steps: `need` waits until enough bytes are at hand, the others then take them
 * at once. Running out of bytes is `Malformed`.
 */
export class ByteCursor {
  readonly #feed: ByteFeed;
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(feed: ByteFeed) {
    this.#feed = feed;
  }

  /** Whether so many bytes can be taken without waiting. */
  has(count: number): boolean {
    return this.#buffer.length - this.#at >= count;
  }

  /** Fetches until `count` bytes can be taken, or fewer where the file ends. */
  async fetch(count: number): Promise<void> {
    while (!this.has(count)) {
      const chunk = await this.#feed.next();
      if (!chunk) return;
      const rest = this.#buffer.subarray(this.#at);
      this.#buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      this.#at = 0;
    }
  }

  async need(count: number): Promise<void> {
    await this.fetch(count);
    if (!this.has(count)) throw cutShort();
  }

  byte(): number {
    const value = this.#buffer[this.#at];
    if (value === undefined) throw cutShort();
    this.#at += 1;
    return value;
  }

  /** A view of the next bytes, valid until the next call. */
  take(count: number): Buffer {
    if (!this.has(count)) throw cutShort();
    this.#at += count;
    return this.#buffer.subarray(this.#at - count, this.#at);
  }

  async skip(count: number): Promise<void> {
    const here = Math.min(count, this.#buffer.length - this.#at);
    this.#at += here;
    if (here < count && (await this.#feed.skip(count - here)) < count - here) throw cutShort();
  }

  /** Text up to a line feed, which is taken but not returned. */
  async line(longest: number): Promise<string> {
    await this.fetch(Math.min(longest, 256));
    let end = this.#buffer.indexOf(10, this.#at);
    if (end < 0) {
      await this.fetch(longest);
      end = this.#buffer.indexOf(10, this.#at);
    }
    if (end < 0 && !this.has(longest)) throw cutShort();
    if (end < 0 || end - this.#at > longest) throw new Malformed('It holds a line without end.');
    const text = this.#buffer.toString('latin1', this.#at, end);
    this.#at = end + 1;
    return text;
  }
}

function cutShort(): Malformed {
  return new Malformed('It is cut short: it ends before the object in it is complete.');
}
