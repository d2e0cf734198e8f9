import { headAndTail } from './head-and-tail.ts';

/** The `error_code` output: one word that a workflow may branch on (contract, Outputs). */
export type ErrorCode =
  | 'invalid-input'
  | 'artifact'
  | 'auth'
  | 'permission'
  | 'not-found'
  | 'conflict'
  | 'quota'
  | 'too-large'
  | 'model-load'
  | 'verification'
  | 'timeout'
  | 'cancelled'
  | 'service-closed'
  | 'transient'
  | 'internal';

/** The parts of a failure that the room which raises it knows; what exists now is added by `report/`. */
export interface FailureParts {
  readonly code: ErrorCode;
  /** What failed, naming the resource or the input. One sentence. */
  readonly what: string;
  /** Why, in the words of whoever refused. */
  readonly why: string;
  /** When there are several reasons at once: each as a line of its own, which `why` then sums up. */
  readonly reasons?: readonly string[];
  /** What to do next: one command, one input, one grant. */
  readonly next: string;
  readonly cause?: unknown;
}

/** A failure whose cause and cure are known where it is raised. */
export class Failure extends Error {
  readonly code: ErrorCode;
  readonly what: string;
  readonly why: string;
  readonly reasons: readonly string[];
  readonly next: string;

  constructor(parts: FailureParts) {
    const why = [parts.why, ...(parts.reasons ?? [])].join('\n');
    super(`${parts.what} ${why} ${parts.next}`, { cause: parts.cause });
    this.name = 'Failure';
    this.code = parts.code;
    this.what = parts.what;
    this.why = parts.why;
    this.reasons = parts.reasons ?? [];
    this.next = parts.next;
  }
}

/** One thing that is wrong with what the user asked for. */
export interface Fault {
  /** Name of the input, as in `action.yml`. */
  readonly input: string;
  /** What was given, or found, in the user's own words; empty when the input is missing. */
  readonly given: string;
  /** What is wrong with it and what is allowed: a sentence that can stand after the input's name. */
  readonly problem: string;
}

/** Which of Google's services answered; `Google Auth` is all that is asked for an access token. */
export type ServiceName = 'AI Platform' | 'Vertex AI' | 'Cloud Storage' | 'Google Auth';

/** What is kept of a refused or unanswered request. Never headers, bodies sent, or tokens. */
export interface ServiceErrorParts {
  readonly service: ServiceName;
  /** HTTP method and path without query, as sent. */
  readonly request: string;
  readonly host: string;
  /** HTTP status; absent when no answer came. */
  readonly httpStatus?: number;
  /** Canonical status (`PERMISSION_DENIED`), or Cloud Storage's reason (`notFound`). */
  readonly status?: string;
  /** Node's error code (`ECONNRESET`) when no answer came, `GARBLED` when it could not be read, `INCOMPLETE` when it says too little. */
  readonly transport?: string;
  /** The service's own words, untrusted; of very long ones head and tail are kept. */
  readonly serverMessage: string;
  /** `error.details` as sent, for what `report/explain.ts` reads out of it. */
  readonly details?: readonly unknown[];
  /** Seconds that `Retry-After` asked for. */
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** A request to Google that was refused, or was not answered after all tries. */
export class ServiceError extends Error {
  readonly service: ServiceName;
  readonly request: string;
  readonly host: string;
  readonly httpStatus: number | undefined;
  readonly status: string | undefined;
  readonly transport: string | undefined;
  readonly serverMessage: string;
  readonly details: readonly unknown[];
  readonly retryAfterSeconds: number | undefined;

  constructor(parts: ServiceErrorParts) {
    const answer = parts.httpStatus ?? parts.transport ?? 'no answer';
    const serverMessage = headAndTail(parts.serverMessage);
    super(`${parts.service}: ${parts.request}: ${answer}: ${serverMessage}`, {
      cause: parts.cause,
    });
    this.name = 'ServiceError';
    this.service = parts.service;
    this.request = parts.request;
    this.host = parts.host;
    this.httpStatus = parts.httpStatus;
    this.status = parts.status;
    this.transport = parts.transport;
    this.serverMessage = serverMessage;
    this.details = parts.details ?? [];
    this.retryAfterSeconds = parts.retryAfterSeconds;
  }
}
