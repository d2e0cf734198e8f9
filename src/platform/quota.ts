import type { ServiceError } from '../failure.ts';
import { isJsonObject } from '../json.ts';

/** Reasons of a 403 that is a limit of the rate (reliability catalogue, API-04). */
const RATE_REASONS: ReadonlySet<unknown> = new Set([
  'rateLimitExceeded',
  'userRateLimitExceeded',
  'RATE_LIMIT_EXCEEDED',
]);

/** Whether a refusal is of a quota that no wait of ours gives back: of the day, or of resources that are held. */
export function isLastingQuota(error: ServiceError): boolean {
  return isDailyQuota(error) || isOutOfResources(error);
}

/** Whether the project holds as many models or versions, or uses as many machines, as it may (both platforms' words). */
export function isOutOfResources({ serverMessage }: ServiceError): boolean {
  return /max allowed number of (?:models|versions) per project|quota metrics exceed quota limits|quotas are exceeded/.test(
    serverMessage,
  );
}

function isDailyQuota({ httpStatus, serverMessage, details }: ServiceError): boolean {
  if (httpStatus !== 429 && httpStatus !== 403) return false;
  return /\bper day\b|\bdaily\b|PerDay|dailyLimitExceeded/i.test(
    `${serverMessage} ${JSON.stringify(details)}`,
  );
}

/** Some quotas are refused with 403 and a reason that says so. */
export function isRateLimit403({ httpStatus, details }: ServiceError): boolean {
  return (
    httpStatus === 403 &&
    details.some((detail) => isJsonObject(detail) && RATE_REASONS.has(detail['reason']))
  );
}
