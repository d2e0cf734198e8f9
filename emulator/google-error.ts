/** What a service says of a request that it refuses. */
export interface GoogleErrorParts {
  readonly httpStatus: number;
  readonly message: string;
  /** Canonical code of google.rpc (`NOT_FOUND`); default: the one that goes with `httpStatus`. */
  readonly status?: string;
  /** google.rpc detail messages, each with its `@type`. */
  readonly details?: readonly unknown[];
  /** Cloud Storage's word (`conditionNotMet`); default: the one that goes with `httpStatus`. */
  readonly reason?: string;
  /** Cloud Storage's domain; default `global`. */
  readonly domain?: string;
  /** Cloud Storage's place of the fault, such as the parameter's name. */
  readonly location?: string;
  readonly locationType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Canonical codes by HTTP status (google/rpc/code.proto). */
const canonicalStatus: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ALREADY_EXISTS',
  412: 'FAILED_PRECONDITION',
  413: 'INVALID_ARGUMENT',
  416: 'OUT_OF_RANGE',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** Cloud Storage's reasons by HTTP status (reference, section 10). */
const storageReason: Readonly<Record<number, string>> = {
  400: 'invalid',
  401: 'authError',
  403: 'forbidden',
  404: 'notFound',
  409: 'conflict',
  412: 'conditionNotMet',
  413: 'uploadTooLarge',
  416: 'requestedRangeNotSatisfiable',
  429: 'rateLimitExceeded',
};

/** A refusal in Google's words; thrown by a service, rendered by the server. */
export class GoogleError extends Error {
  readonly httpStatus: number;
  readonly status: string;
  readonly details: readonly unknown[];
  readonly reason: string;
  readonly domain: string;
  readonly location: string | undefined;
  readonly locationType: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(parts: GoogleErrorParts) {
    super(parts.message);
    this.name = 'GoogleError';
    this.httpStatus = parts.httpStatus;
    this.status = parts.status ?? canonicalStatus[parts.httpStatus] ?? 'UNKNOWN';
    this.details = parts.details ?? [];
    this.reason = parts.reason ?? storageReason[parts.httpStatus] ?? 'backendError';
    this.domain = parts.domain ?? (parts.httpStatus === 429 ? 'usageLimits' : 'global');
    this.location = parts.location;
    this.locationType = parts.locationType;
    this.headers = parts.headers ?? {};
  }
}

/** The body as AI Platform and Vertex AI write it. */
export function apiErrorBody(error: GoogleError): unknown {
  return {
    error: {
      code: error.httpStatus,
      message: error.message,
      status: error.status,
      ...(error.details.length > 0 && { details: error.details }),
    },
  };
}

/** The body as Cloud Storage writes it. */
export function storageErrorBody(error: GoogleError): unknown {
  const { message, domain, reason, location, locationType } = error;
  return {
    error: {
      code: error.httpStatus,
      message,
      errors: [
        {
          message,
          domain,
          reason,
          ...(locationType !== undefined && { locationType }),
          ...(location !== undefined && { location }),
        },
      ],
    },
  };
}
