import type { ServiceError } from '../failure.ts';

/**
 * Whether a refused prediction is the model's own word, which asking again does not change: the stems of
 * AI Platform's prediction library, the JSON of a container that answered, or numbers that are none.
 */
export function isRefusalByModel({ serverMessage, httpStatus, transport }: ServiceError): boolean {
  if (transport === 'GARBLED') return serverMessage.includes('holds NaN or Infinity');
  return (
    httpStatus !== undefined &&
    (/\(Error code: \d+\)/.test(serverMessage) || /^\s*\{"error":/.test(serverMessage))
  );
}
