import { ServiceError } from '../../../src/failure.ts';
import type { ErrorCode, ServiceName } from '../../../src/failure.ts';

/** An error as it was thrown, and what a person is told of it. */
export interface Case {
  readonly rule: string;
  readonly error: unknown;
  readonly code: ErrorCode;
  readonly what: string;
  readonly next: string;
}

export const modelsPath = '/v1/projects/acme/models';
export const versionsPath = `${modelsPath}/fraud/versions`;
export const uploadRequest = 'POST /upload/storage/v1/b/acme-aiplatform/o';
export const operationName = 'projects/acme/operations/create_fraud_v3-1700000000000';

/** A refusal of AI Platform. */
export function refused(
  request: string,
  httpStatus: number,
  status: string,
  serverMessage: string,
  details: readonly unknown[] = [],
): ServiceError {
  const host = 'us-central1-ml.googleapis.com';
  const service = 'AI Platform';
  return new ServiceError({ service, request, host, httpStatus, status, serverMessage, details });
}

/** The refusal of `versions.create`. */
export function versionRefused(
  httpStatus: number,
  status: string,
  serverMessage: string,
  details: readonly unknown[] = [],
): ServiceError {
  return refused(`POST ${versionsPath}`, httpStatus, status, serverMessage, details);
}

/** The error of a finished operation. */
export function operationFailed(
  serverMessage: string,
  status = 'FAILED_PRECONDITION',
): ServiceError {
  const request = `operation ${operationName}`;
  return new ServiceError({ service: 'AI Platform', request, host: '', status, serverMessage });
}

/** The error of an operation that could not load the model, as AI Platform words it. */
export function badModel(detail: string): ServiceError {
  return operationFailed(`Create Version failed. Bad model detected with error:  "${detail}"`);
}

/** A version that is not READY although its operation ended well. */
export function versionLost(status: string): ServiceError {
  return new ServiceError({
    service: 'AI Platform',
    request: 'version projects/acme/models/fraud/versions/v3',
    host: '',
    status,
    serverMessage: 'The operation ended without an error, but the version is not READY.',
  });
}

/** A refusal of Cloud Storage. */
export function storageRefused(
  request: string,
  httpStatus: number,
  status: string,
  serverMessage: string,
): ServiceError {
  const host = 'storage.googleapis.com';
  const service = 'Cloud Storage';
  return new ServiceError({ service, request, host, httpStatus, status, serverMessage });
}

/** A refusal of Vertex AI. */
export function vertexRefused(
  httpStatus: number,
  status: string,
  serverMessage: string,
  details: readonly unknown[] = [],
): ServiceError {
  return new ServiceError({
    service: 'Vertex AI',
    request: 'POST /v1/projects/acme/locations/us-central1/models:upload',
    host: 'us-central1-aiplatform.googleapis.com',
    httpStatus,
    status,
    serverMessage,
    details,
  });
}

/** A request that got no answer. */
export function unanswered(
  transport: string,
  host: string,
  serverMessage: string,
  service: ServiceName = 'AI Platform',
): ServiceError {
  const request = `GET ${modelsPath}/fraud`;
  return new ServiceError({ service, request, host, transport, serverMessage });
}

/** An error of Node's own, with its code. */
export function nodeError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
