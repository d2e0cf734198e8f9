import { Readable } from 'node:stream';
import type { FaultHandle, FaultRule } from './exchange.ts';

/** What a fault does to one request. */
export type FaultAction = FaultRule['action'];

/** The faults that were ordered, in order. */
export interface Faults {
  order(rule: FaultRule): FaultHandle;
  /** The action for this request; counts it as played. */
  next(method: string, url: string): FaultAction | undefined;
}

/** Keeps the faults of one emulator. Patterns are matched against path and query as sent. */
export function keepFaults(): Faults {
  const ordered: (FaultHandle & { readonly rule: FaultRule; passed: number; played: number })[] =
    [];
  return {
    order(rule) {
      const fault = {
        rule,
        passed: 0,
        played: 0,
        stop: () => {
          const at = ordered.indexOf(fault);
          if (at >= 0) ordered.splice(at, 1);
        },
      };
      ordered.push(fault);
      return fault;
    },
    next(method, url) {
      for (const fault of ordered) {
        const { rule } = fault;
        if (fault.played >= (rule.times ?? 1)) continue;
        if (rule.method !== undefined && rule.method !== method) continue;
        if (url.search(rule.url) < 0) continue;
        if (fault.passed < (rule.after ?? 0)) {
          fault.passed += 1;
          continue;
        }
        fault.played += 1;
        return rule.action;
      }
      return undefined;
    },
  };
}

/** Raised out of a request's body where a fault cuts it. What was read before counts as received. */
export class BodyCut extends Error {
  readonly bytes: number;

  constructor(bytes: number) {
    super(`A fault cut this request's body after ${bytes} bytes.`);
    this.name = 'BodyCut';
    this.bytes = bytes;
  }
}

/** The first `bytes` of a body; then `BodyCut`, also when the body is shorter. */
export function cutAfter(body: Readable, bytes: number): Readable {
  async function* first(): AsyncGenerator<Buffer> {
    let left = bytes;
    if (left > 0) {
      for await (const chunk of body.iterator({ destroyOnReturn: false })) {
        const part = (chunk as Buffer).subarray(0, left);
        left -= part.length;
        yield part;
        if (left === 0) break;
      }
    }
    throw new BodyCut(bytes - left);
  }
  return Readable.from(first(), { objectMode: false });
}

/** A body with one bit of one byte flipped. */
export function corrupted(body: Readable, byte: number): Readable {
  async function* flipped(): AsyncGenerator<Buffer> {
    let before = 0;
    for await (const chunk of body.iterator({ destroyOnReturn: false })) {
      const bytes = chunk as Buffer;
      const at = byte - before;
      if (at >= 0 && at < bytes.length) bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      before += bytes.length;
      yield bytes;
    }
  }
  return Readable.from(flipped(), { objectMode: false });
}

/** A body of which each piece is taken only after a pause. */
export function slowed(body: Readable, pause: () => Promise<void>): Readable {
  async function* paced(): AsyncGenerator<Buffer> {
    for await (const chunk of body.iterator({ destroyOnReturn: false })) {
      await pause();
      yield chunk as Buffer;
    }
  }
  return Readable.from(paced(), { objectMode: false });
}
