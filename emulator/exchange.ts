import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

/** One request and its answer, as every service of the emulator sees it. */
export interface Exchange {
  readonly method: string;
  /** Path as sent, still percent-encoded, without query and without the region prefix. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Region of the endpoint that was called (`us-central1`), or `global`. */
  readonly region: string;
  /** Scheme and authority that links in answers must use, such as `http://127.0.0.1:8085`. */
  readonly origin: string;
  /** The raw body, for uploads. Read it once. */
  readonly body: Readable;
  /** The body parsed as JSON, `undefined` when it is empty; answers 400 by throwing `GoogleError`. */
  json(): Promise<unknown>;
  /** Answers with a JSON body. */
  send(status: number, body: unknown, headers?: Readonly<Record<string, string>>): void;
  /** Answers with bytes, or with none. */
  sendBytes(
    status: number,
    body: Buffer | Readable | undefined,
    headers?: Readonly<Record<string, string>>,
  ): void;
}

/** A service of the emulator: answers the exchange, or says that the path is not its own. */
export type Service = (exchange: Exchange) => Promise<'answered' | 'not-mine'>;

/** What a running emulator knows of a request, in the order of arrival. */
export interface RecordedRequest {
  readonly method: string;
  /** Path and query as sent, without the region prefix. */
  readonly url: string;
  readonly region: string;
  readonly headers: IncomingHttpHeaders;
  /** The parsed body when the request carried JSON. */
  readonly json: unknown;
  /** HTTP status that was answered; absent while it is open or when the connection was cut. */
  status: number | undefined;
  /** Bytes that came over the connection for it, its head included; known once it has ended. */
  receivedBytes: number;
}

/** A fault to play, by pattern and count. The first matching one with plays left is used. */
export interface FaultRule {
  /** HTTP method; any when absent. */
  readonly method?: string;
  /** Matched against path and query as sent. */
  readonly url: RegExp;
  /** How often it is played; default 1. */
  readonly times?: number;
  /** How many matching requests pass before the first play; default 0. */
  readonly after?: number;
  readonly action:
    | {
        readonly kind: 'status';
        readonly status: number;
        readonly body?: unknown;
        readonly headers?: Readonly<Record<string, string>>;
      }
    /** Waits before the request is handled as usual. */
    | { readonly kind: 'delay'; readonly milliseconds: number }
    /** Cuts the connection; with `afterBytes`, once so many bytes of the body have been read and kept. */
    | { readonly kind: 'reset'; readonly afterBytes?: number }
    /** Keeps so many bytes of the body, then answers the status. */
    | { readonly kind: 'status-after'; readonly bytes: number; readonly status: number }
    /** Takes a piece of the body, as large as the connection gives it, only after each such pause. */
    | { readonly kind: 'trickle'; readonly milliseconds: number }
    /** Flips a bit of this byte of the body. */
    | { readonly kind: 'corrupt'; readonly byte: number }
    /** Does the work, then cuts the connection instead of answering. */
    | { readonly kind: 'lose-answer' }
    /** Does the work, then sends only the first bytes of the answer's body, with its whole length announced. */
    | { readonly kind: 'truncate-answer'; readonly bytes: number }
    /** Does the work, then answers this text instead (HTML of a proxy, half a JSON). */
    | {
        readonly kind: 'replace-answer';
        readonly status: number;
        readonly text: string;
        readonly contentType: string;
      };
}

/** A fault that was ordered; tests assert that it fired. */
export interface FaultHandle {
  readonly played: number;
  /** Takes the fault back: it is not played any more. */
  stop(): void;
}

/** How the network is made slow, for benchmarks and tests. */
export interface NetworkShape {
  /** Milliseconds before each answer. */
  readonly latencyMilliseconds?: number;
  /** Bytes per second that one connection may send. */
  readonly bytesPerSecondPerConnection?: number;
}

/** Settings of an emulator. */
export interface EmulatorOptions {
  /** Default 0: any free port, on 127.0.0.1. */
  readonly port?: number;
  /** Where object contents are kept; default: a temporary directory, removed on close. */
  readonly directory?: string;
  /** How long creations and deletions take, in milliseconds; default 0: done at the first poll. */
  readonly operationMilliseconds?: number;
  readonly network?: NetworkShape;
  /** Accepted bearer tokens; when given, any other or none is answered with 401. */
  readonly bearerTokens?: readonly string[];
  /** Python that runs predictions (`python/local_predict.py`); default `python3`. */
  readonly python?: string;
  /** Buckets that exist from the start, in `US-CENTRAL1`. */
  readonly buckets?: readonly string[];
  /** Default true. `false` hashes contents and throws them away, for benchmarks: reads then answer 500. */
  readonly keepContents?: boolean;
  /**
   * Default true. `false` leaves `md5Hash` out of objects, for benchmarks: it costs 1.5 s of CPU a GiB.
   * A memory gives it without that cost for contents that were sent before.
   */
  readonly md5?: boolean | Md5Memory;
  /** Services of other hosts that tests put beside its own; each request is offered to them first. */
  readonly services?: readonly Service[];
}

/** MD5s of contents by size and CRC-32C. */
export interface Md5Memory {
  /** While true, MD5s are computed and kept; afterwards they are only looked up. */
  learning: boolean;
  readonly known: Map<string, string>;
}

/** A running local Google Cloud. */
export interface Emulator {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  readonly requests: readonly RecordedRequest[];
  misbehave(rule: FaultRule): FaultHandle;
  /**
   * Shifts the clock that stamps resources and ends operations: so many milliseconds after the machine's
   * time, or before it if negative. What is made meanwhile is as old as that.
   */
  shiftClock(milliseconds: number): void;
  /** Forgets the requests recorded so far. */
  forgetRequests(): void;
  /** Environment variables that point the action (and Google's client libraries) at it. */
  environment(): Readonly<Record<string, string>>;
  close(): Promise<void>;
}
