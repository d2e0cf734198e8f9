import { ServiceError } from '../failure.ts';
import { isJsonObject, parseJson, plainWords } from '../json.ts';
import { parseRetryAfter } from '../retry.ts';
import type { Json, JsonObject } from '../world.ts';
import type { StoredObject } from './cloud-storage.ts';
import { requestLabel } from './transport.ts';
import type { StorageAnswer, StorageRequest } from './transport.ts';

/** The JSON object that a successful answer carries; an empty one for an answer without body (204). */
export function jsonAnswer(
  answer: StorageAnswer,
  request: StorageRequest,
  host: string,
  now: Date,
): JsonObject {
  assertSuccess(answer, request, host, now);
  if (answer.status === 204) return {};
  const json = parseJson(answer.body.toString('utf8'));
  if (isJsonObject(json)) return json;
  throw new ServiceError({
    service: 'Cloud Storage',
    request: requestLabel(request),
    host,
    transport: 'GARBLED',
    serverMessage: `The answer with status ${answer.status} is not a JSON object.`,
  });
}

/** @throws ServiceError unless the status is 2xx. Redirects are refusals: none is followed. */
export function assertSuccess(
  answer: StorageAnswer,
  request: StorageRequest,
  host: string,
  now: Date,
): void {
  const { status, headers, body } = answer;
  if (status >= 200 && status < 300) return;
  const retryAfterSeconds = parseRetryAfter(headers['retry-after'], now);
  throw new ServiceError({
    service: 'Cloud Storage',
    request: requestLabel(request),
    host,
    httpStatus: status,
    ...refusal(body),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

/** Cloud Storage's error body (JSON API, "Status and error codes"), or its plain text. */
function refusal(body: Buffer): {
  serverMessage: string;
  status?: string;
  details?: readonly unknown[];
} {
  const text = body.toString('utf8');
  const json = parseJson(text);
  const error = isJsonObject(json) ? json['error'] : undefined;
  if (!isJsonObject(error)) return { serverMessage: plainWords(text) };
  const errors = Array.isArray(error['errors']) ? (error['errors'] as readonly Json[]) : [];
  const reason = isJsonObject(errors[0]) ? errors[0]['reason'] : undefined;
  return {
    serverMessage: typeof error['message'] === 'string' ? error['message'] : plainWords(text),
    ...(typeof reason === 'string' ? { status: reason } : {}),
    details: errors,
  };
}

/** All that we need of an object resource, as the parameter `fields` of Google's partial responses. */
export const OBJECT_FIELDS = 'name,size,crc32c,generation';

/** The fields that we need of an object resource; `undefined` when one is missing. */
export function storedObject(resource: JsonObject): StoredObject | undefined {
  const { name, crc32c } = resource;
  if (typeof name !== 'string' || typeof crc32c !== 'string') return undefined;
  const size = wholeNumber(resource['size']);
  const generation = wholeNumber(resource['generation']);
  if (size === undefined || generation === undefined) return undefined;
  return { name, bytes: Number(size), crc32c, generation };
}

/** An int64: text in Google's JSON, a number in that of some other servers. */
function wholeNumber(value: Json | undefined): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' && /^\d{1,20}$/.test(value) ? value : undefined;
}
