import type { ClientRequest } from 'node:http';
import { SHARE_BYTES, timedOut } from './patience.ts';
import type { Patience } from './patience.ts';

/** How often it is looked whether requests have come too late, within a `share`. */
const LOOKS = 8;

/** The requests that are open until one signal aborts, and what each has still to do in its time. */
export interface OpenRequests {
  /** So many bytes of this request are to move from now on until this is called again for it. */
  expect(request: ClientRequest, bytes: number): void;
  forget(request: ClientRequest): void;
}

/**
 * Ends its requests when the signal aborts, and those that move, but so slowly that they would never
 * end: these fail with `ETIMEDOUT`. One listener, one timer and one entry a request, since more of them
 * cost up to a tenth of a small upload.
 */
export function openRequests(signal: AbortSignal, { share }: Patience): OpenRequests {
  /** By when each has to have moved on, counted in looks. */
  const deadlines = new Map<ClientRequest, number>();
  let looks = 0;
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    looks += 1;
    for (const [request, deadline] of deadlines) {
      if (deadline >= looks) continue;
      request.destroy(timedOut(`less than 64 KiB moved in ${share / 1000} s`));
    }
    if (deadlines.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
  const end = (): void => {
    for (const request of deadlines.keys()) request.destroy();
  };
  signal.addEventListener('abort', end, { once: true });
  return {
    expect: (request, bytes) => {
      deadlines.set(request, looks + LOOKS * (1 + Math.ceil(bytes / SHARE_BYTES)));
      timer ??= setInterval(look, share / LOOKS).unref();
    },
    forget: (request) => {
      deadlines.delete(request);
    },
  };
}
