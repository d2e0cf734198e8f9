import { GoogleError } from '../google-error.ts';

/** Canonical codes that AI Platform refuses with, and the HTTP status that each travels under. */
const httpStatus = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  ABORTED: 409,
  RESOURCE_EXHAUSTED: 429,
  UNIMPLEMENTED: 501,
} as const;

/** A fault of one field: path in snake_case, and what is wrong with it. */
export interface FieldViolation {
  readonly field?: string;
  readonly description: string;
}

/** The detail that goes with every refusal of a field (google/rpc/error_details.proto). */
export function badRequest(violations: readonly FieldViolation[]): unknown {
  return { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: violations };
}

/** A refusal in the form `Field: PATH Error: TEXT` with its detail (ai-platform-v1.md, section 10). */
export function refusal(
  status: keyof typeof httpStatus,
  field: string,
  description: string,
): GoogleError {
  return new GoogleError({
    httpStatus: httpStatus[status],
    status,
    message: `Field: ${field} Error: ${description}`,
    details: [badRequest([{ field, description }])],
  });
}

/** The refusal of a Version's field that is missing or wrong in itself. */
export function required(field: string, description: string): GoogleError {
  return refusal('INVALID_ARGUMENT', `version.${field}`, description);
}

/** The refusal of a Version's field that does not go with others. */
export function excluded(field: string, description: string): GoogleError {
  return refusal('FAILED_PRECONDITION', `version.${field}`, description);
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
export function plainRefusal(status: keyof typeof httpStatus, message: string): GoogleError {
  return new GoogleError({ httpStatus: httpStatus[status], status, message });
}
