import type { Api } from '../google-api/messages.ts';
import { messageReader } from '../google-api/read-message.ts';
import { fieldRefusal } from '../google-api/refusal.ts';
import type { RefusalStatus } from '../google-api/refusal.ts';
import { maskReader } from '../google-api/update-mask.ts';
import type { GoogleError } from '../google-error.ts';
import { messages } from './messages.ts';

/** A refusal in the form `Field: PATH Error: TEXT` with its detail (ai-platform-v1.md, section 10). */
export function refusal(status: RefusalStatus, field: string, description: string): GoogleError {
  return fieldRefusal(status, { field, description }, `Field: ${field} Error: ${description}`);
}

/** The refusal of a Version's field that is missing or wrong in itself. */
export function required(field: string, description: string): GoogleError {
  return refusal('INVALID_ARGUMENT', `version.${field}`, description);
}

/** The refusal of a Version's field that does not go with others. */
export function excluded(field: string, description: string): GoogleError {
  return refusal('FAILED_PRECONDITION', `version.${field}`, description);
}

const api: Api<typeof messages> = { package: 'google.cloud.ml.v1', messages, refuse: refusal };

/** Reads a request body (see `messageReader`). */
export const readMessage = messageReader(api);

/** Reads update masks (see `maskReader`). */
export const readMask = maskReader(api);
