import type { Api } from '../google-api/messages.ts';
import { messageReader } from '../google-api/read-message.ts';
import { fieldRefusal } from '../google-api/refusal.ts';
import type { RefusalStatus } from '../google-api/refusal.ts';
import { maskReader } from '../google-api/update-mask.ts';
import type { GoogleError } from '../google-error.ts';
import { messages } from './messages.ts';

/**
 * A refusal as Vertex AI words it: a list of the faults found for INVALID_ARGUMENT (form from memory,
 * not documented), the bare text otherwise. The field is in the details either way.
 */
export function refusal(status: RefusalStatus, field: string, description: string): GoogleError {
  const message =
    status === 'INVALID_ARGUMENT'
      ? `List of found errors:\t1.Field: ${field}; Message: ${description}\t`
      : description;
  return fieldRefusal(status, { field, description }, message);
}

/** The refusal of a field that is missing or wrong in itself. */
export function wrongField(field: string, description: string): GoogleError {
  return refusal('INVALID_ARGUMENT', field, description);
}

/** The refusal of a call that the state of things does not allow now. */
export function precondition(description: string): GoogleError {
  return refusal('FAILED_PRECONDITION', 'name', description);
}

const api: Api<typeof messages> = {
  package: 'google.cloud.aiplatform.v1',
  messages,
  refuse: refusal,
};

/** Reads a request body (see `messageReader`). */
export const readMessage = messageReader(api);

/** Reads update masks (see `maskReader`). */
export const readMask = maskReader(api);
