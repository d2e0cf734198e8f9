import { GoogleError } from '../google-error.ts';

/** Canonical codes that the services refuse with, and the HTTP status that each travels under. */
const httpStatus = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  ABORTED: 409,
  RESOURCE_EXHAUSTED: 429,
  UNIMPLEMENTED: 501,
} as const;

/** A canonical code of google.rpc that a service refuses with. */
export type RefusalStatus = keyof typeof httpStatus;

/** A fault of one field: path in snake_case, and what is wrong with it. */
export interface FieldViolation {
  readonly field?: string;
  readonly description: string;
}

/** How a service words the refusal of one field. */
export type Refuse = (status: RefusalStatus, field: string, description: string) => GoogleError;

/** The detail that goes with the refusal of a field (google/rpc/error_details.proto). */
export function badRequest(violations: readonly FieldViolation[]): unknown {
  return { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: violations };
}

/** A refusal of one field with its detail; `message` is the service's wording. */
export function fieldRefusal(
  status: RefusalStatus,
  violation: FieldViolation,
  message: string,
): GoogleError {
  return new GoogleError({
    httpStatus: httpStatus[status],
    status,
    message,
    details: [badRequest([violation])],
  });
}

/** The refusal of a body or query that is not of the request's type; lists all faults. */
export function malformed(violations: readonly FieldViolation[]): GoogleError {
  return new GoogleError({
    httpStatus: 400,
    message: violations.map(({ description }) => description).join('\n'),
    details: [badRequest(violations)],
  });
}

/** A refusal without a field. */
export function plainRefusal(status: RefusalStatus, message: string): GoogleError {
  return new GoogleError({ httpStatus: httpStatus[status], status, message });
}
