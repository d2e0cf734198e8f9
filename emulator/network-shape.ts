import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { NetworkShape } from './exchange.ts';

/** A network that is as slow as was asked. */
export interface ShapedNetwork {
  /** The body, no faster than one connection may send. */
  body(body: Readable, socket: Socket): Readable;
  /** Resolves when the latency before an answer is over. */
  beforeAnswer(): Promise<void>;
}

/** Milliseconds by which a timer may be late, and below which none is set. */
const lateTimer = 4;

/** Waits without keeping the process alive. */
export async function pause(milliseconds: number): Promise<void> {
  await wait(milliseconds, undefined, { ref: false });
}

/** Makes the network of one emulator. Without settings, bodies and answers pass untouched. */
export function shapeNetwork(shape: NetworkShape = {}): ShapedNetwork {
  const { latencyMilliseconds = 0, bytesPerSecondPerConnection: rate } = shape;
  /** When each connection will have sent what was read from it, on the clock of `performance.now`. */
  const sentBy = new WeakMap<Socket, number>();

  async function* paced(
    body: Readable,
    socket: Socket,
    bytesPerMillisecond: number,
  ): AsyncGenerator<Buffer> {
    for await (const chunk of body.iterator({ destroyOnReturn: false })) {
      const bytes = chunk as Buffer;
      const now = performance.now();
      // Timers fire late: what was waited too long for one chunk is given back to the next ones.
      const from = Math.max(now - lateTimer, sentBy.get(socket) ?? now);
      const due = from + bytes.length / bytesPerMillisecond;
      sentBy.set(socket, due);
      if (due - now > lateTimer) await pause(due - now);
      yield bytes;
    }
  }

  return {
    body: (body, socket) =>
      rate === undefined
        ? body
        : Readable.from(paced(body, socket, rate / 1000), { objectMode: false }),
    beforeAnswer: () => (latencyMilliseconds > 0 ? pause(latencyMilliseconds) : Promise.resolve()),
  };
}
